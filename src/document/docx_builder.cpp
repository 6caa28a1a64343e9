#include "document/docx_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "document/docx_chart.hpp"
#include "document/docx_parts.hpp"
#include "document/xml_text.hpp"

namespace yagura::document {

namespace {

constexpr double margin_mm = 22;
constexpr double short_a4 = 210, long_a4 = 297, long_a3 = 420;

// Word joins two tables that touch, and wants a paragraph after the last.
constexpr std::string_view after_table =
    R"(<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/></w:pPr></w:p>)";

long twips(double mm) { return std::lround(mm * 1440 / 25.4); }
long emu(double mm) { return std::lround(mm * 36'000); }

std::string_view justification(Align align) {
  switch (align) {
    case Align::left:
      return "left";
    case Align::centre:
      return "center";
    case Align::right:
      return "right";
    case Align::general:
      break;
  }
  return "";
}

// The text of a run: <w:t>, with breaks and tabs as elements of their own.
void append_text(std::string& out, std::string_view text) {
  std::string piece;
  const auto flush = [&] {
    if (!piece.empty())
      fmt::format_to(std::back_inserter(out), R"(<w:t xml:space="preserve">{}</w:t>)", piece);
    piece.clear();
  };
  for (const char c : escape_xml(text)) {
    if (c != '\n' && c != '\t') {
      piece += c;
      continue;
    }
    flush();
    out += c == '\n' ? "<w:br/>" : "<w:tab/>";
  }
  flush();
}

struct PaperSize {
  double width, height;
};

PaperSize paper_size(Paper paper, bool landscape) {
  const PaperSize upright = paper == Paper::a4 ? PaperSize{short_a4, long_a4} : PaperSize{long_a4, long_a3};
  return landscape ? PaperSize{upright.height, upright.width} : upright;
}

std::string cell_properties(long width, bool header) {
  return fmt::format(R"(<w:tcPr><w:tcW w:w="{}" w:type="dxa"/>{}<w:vAlign w:val="center"/></w:tcPr>)", width,
                     header ? R"(<w:shd w:val="clear" w:color="auto" w:fill="E6ECF5"/>)" : "");
}

}  // namespace

DocxBuilder::DocxBuilder(DocxSetup setup, Properties properties)
    : setup_(std::move(setup)), properties_(std::move(properties)), landscape_(setup_.landscape) {}

double DocxBuilder::text_width_mm() const {
  return paper_size(setup_.paper, landscape_).width - 2 * margin_mm;
}

void DocxBuilder::heading(int level, std::string_view text, bool numbered) {
  YAGURA_ASSERT(level >= 1 && level <= 3);
  fmt::format_to(
      std::back_inserter(body_), R"(<w:p><w:pPr><w:pStyle w:val="Heading{}"/>{}</w:pPr><w:r>)", level,
      numbered ? fmt::format(R"(<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr>)", level - 1)
               : "");
  append_text(body_, text);
  body_ += "</w:r></w:p>";
}

void DocxBuilder::paragraph(std::string_view text, const Paragraph& look) {
  auto out = std::back_inserter(body_);
  fmt::format_to(out, R"(<w:p><w:pPr>{}<w:spacing w:before="{}" w:after="{}"/>)",
                 look.keep_next ? "<w:keepNext/>" : "", std::lround(look.before * 20),
                 std::lround(look.after * 20));
  if (look.indent > 0) fmt::format_to(out, R"(<w:ind w:left="{}"/>)", twips(look.indent));
  if (look.align != Align::general) fmt::format_to(out, R"(<w:jc w:val="{}"/>)", justification(look.align));
  body_ += "</w:pPr><w:r><w:rPr>";
  if (look.gothic) {
    const auto font = escape_xml(setup_.heading_font);
    fmt::format_to(out, R"(<w:rFonts w:ascii="{0}" w:eastAsia="{0}" w:hAnsi="{0}"/>)", font);
  }
  if (look.bold) body_ += "<w:b/>";
  fmt::format_to(out, R"(<w:sz w:val="{0}"/><w:szCs w:val="{0}"/></w:rPr>)", std::lround(look.size * 2));
  append_text(body_, text);
  body_ += "</w:r></w:p>";
}

void DocxBuilder::bullet(std::string_view text) {
  body_ +=
      R"(<w:p><w:pPr><w:pStyle w:val="ListBullet"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr></w:pPr><w:r>)";
  append_text(body_, text);
  body_ += "</w:r></w:p>";
}

void DocxBuilder::table(std::span<const TableColumn> columns, const TextRows& rows, const TableLook& look) {
  YAGURA_ASSERT(!columns.empty());
  double shares = 0;
  for (const auto& column : columns) shares += column.width;
  const long whole = twips(look.width_mm > 0 ? std::min(look.width_mm, text_width_mm()) : text_width_mm());
  std::vector<long> widths;
  for (const auto& column : columns)
    widths.push_back(std::lround(static_cast<double>(whole) * column.width / shares));

  fmt::format_to(
      std::back_inserter(body_),
      R"(<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="{}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>)",
      whole);
  for (const long width : widths)
    fmt::format_to(std::back_inserter(body_), R"(<w:gridCol w:w="{}"/>)", width);
  body_ += "</w:tblGrid>";

  const auto size = fmt::format(R"(<w:sz w:val="{0}"/><w:szCs w:val="{0}"/>)", std::lround(look.size * 2));
  // All that does not depend on the text is made once per column.
  std::vector<std::string> before, bold_before;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto align = justification(columns[i].align);
    const auto jc = align.empty() ? "" : fmt::format(R"(<w:jc w:val="{}"/>)", align);
    const auto head = [&](bool bold) {
      return fmt::format("<w:tc>{}<w:p><w:pPr>{}<w:rPr>{}</w:rPr></w:pPr><w:r><w:rPr>{}{}</w:rPr>",
                         cell_properties(widths[i], bold), jc, size, bold ? "<w:b/>" : "", size);
    };
    before.push_back(head(false));
    bold_before.push_back(head(true));
  }
  if (look.header) {
    body_ += "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>";
    for (std::size_t i = 0; i < columns.size(); ++i) {
      fmt::format_to(
          std::back_inserter(body_),
          R"(<w:tc>{}<w:p><w:pPr><w:keepNext/><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:b/>{}</w:rPr>)",
          cell_properties(widths[i], true), size);
      append_text(body_, columns[i].title);
      body_ += "</w:r></w:p></w:tc>";
    }
    body_ += "</w:tr>";
  }
  for (const auto& row : rows) {
    YAGURA_ASSERT(row.size() <= columns.size());
    body_ += "<w:tr><w:trPr><w:cantSplit/></w:trPr>";
    for (std::size_t i = 0; i < columns.size(); ++i) {
      body_ += look.first_bold && i == 0 ? bold_before[i] : before[i];
      if (i < row.size()) append_text(body_, row[i]);
      body_ += "</w:r></w:p></w:tc>";
    }
    body_ += "</w:tr>";
  }
  body_ += "</w:tbl>";
  body_ += after_table;
}

std::string DocxBuilder::add_relation(std::string_view type, std::string_view target) {
  const std::string id = fmt::format("rId{}", next_relation_++);
  relations_ +=
      fmt::format(R"(<Relationship Id="{}" Type="{}/{}" Target="{}"/>)", id, office_relations, type, target);
  return id;
}

void DocxBuilder::inline_drawing(double width_mm, double height_mm, std::string_view description,
                                 std::string_view graphic) {
  fmt::format_to(
      std::back_inserter(body_),
      R"(<w:p><w:pPr><w:spacing w:before="120" w:after="120"/><w:jc w:val="center"/></w:pPr><w:r><w:drawing>)"
      R"(<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{}" cy="{}"/><wp:docPr id="{}" name="図 {}" descr="{}"/>)"
      R"(<wp:cNvGraphicFramePr/><a:graphic>{}</a:graphic></wp:inline></w:drawing></w:r></w:p>)",
      emu(width_mm), emu(height_mm), next_drawing_, next_drawing_, escape_xml(description), graphic);
  ++next_drawing_;
}

Result<> DocxBuilder::picture(std::string png, double width_mm, std::string_view description) {
  constexpr std::string_view signature("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
  const auto number = [&png](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(png[at + i]);
    return value;
  };
  const bool is_png = png.starts_with(signature) && png.size() > 33;
  if (!is_png || number(16) == 0 || number(20) == 0 || number(16) > 100'000 || number(20) > 100'000)
    return fail("document.broken", {{"part", "picture"}, {"reason", "not a PNG"}});
  const double height_mm = width_mm * number(20) / number(16);
  const std::string name = fmt::format("media/image{}.png", next_part_++);
  zip_.add("word/" + name, std::move(png));
  const auto id = add_relation("image", name);
  inline_drawing(
      width_mm, height_mm, description,
      fmt::format(
          R"(<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>)"
          R"(<pic:cNvPr id="{0}" name="{1}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{2}"/>)"
          R"(<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>)"
          R"(<a:ext cx="{3}" cy="{4}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>)",
          next_drawing_, name, id, emu(width_mm), emu(height_mm)));
  return {};
}

Result<> DocxBuilder::chart(const ChartData& data, double width_mm, double height_mm) {
  YAGURA_TRY(auto parts, docx_chart(data, properties_));
  const int number = next_part_++;
  zip_.add(fmt::format("word/charts/chart{}.xml", number), std::move(parts.chart_xml));
  zip_.add(fmt::format("word/embeddings/chart{}.xlsx", number), std::move(parts.workbook));
  zip_.add(
      fmt::format("word/charts/_rels/chart{}.xml.rels", number),
      std::string(xml_head) +
          fmt::format(
              R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)"
              R"(<Relationship Id="rId1" Type="{}/package" Target="../embeddings/chart{}.xlsx"/></Relationships>)",
              office_relations, number));
  overrides_ += fmt::format(
      R"(<Override PartName="/word/charts/chart{}.xml" ContentType="application/vnd.openxmlformats-officedocument.drawingml.chart+xml"/>)",
      number);
  const auto id = add_relation("chart", fmt::format("charts/chart{}.xml", number));
  inline_drawing(
      width_mm, height_mm, data.look.title,
      fmt::format(
          R"(<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart r:id="{}"/></a:graphicData>)",
          id));
  return {};
}

void DocxBuilder::page_break() { body_ += R"(<w:p><w:r><w:br w:type="page"/></w:r></w:p>)"; }

std::string DocxBuilder::section_properties() const {
  const auto size = paper_size(setup_.paper, landscape_);
  const long margin = twips(margin_mm);
  const bool cover = first_section_ && setup_.cover;
  return fmt::format(
      R"(<w:sectPr><w:headerReference w:type="default" r:id="rId4"/><w:footerReference w:type="default" r:id="rId5"/>)"
      R"(<w:type w:val="nextPage"/><w:pgSz w:w="{}" w:h="{}"{}/>)"
      R"(<w:pgMar w:top="{}" w:right="{}" w:bottom="{}" w:left="{}" w:header="567" w:footer="567" w:gutter="0"/>{}{}</w:sectPr>)",
      twips(size.width), twips(size.height), landscape_ ? R"( w:orient="landscape")" : "", margin, margin,
      margin, margin, cover ? R"(<w:pgNumType w:start="0"/>)" : "", cover ? "<w:titlePg/>" : "");
}

void DocxBuilder::section(bool landscape) {
  // The mark of a section is a paragraph; on a full page it must not push out a page of its own.
  if (body_.ends_with(after_table)) body_.resize(body_.size() - after_table.size());
  body_ +=
      R"(<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/><w:rPr><w:sz w:val="2"/></w:rPr>)" +
      section_properties() + "</w:pPr></w:p>";
  first_section_ = false;
  landscape_ = landscape;
}

Result<std::string> DocxBuilder::finish() {
  std::string document(xml_head);
  document += fmt::format(
      R"(<w:document xmlns:w="{}" xmlns:r="{}" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" )"
      R"(xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" )"
      R"(xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><w:body>)",
      word_namespace, office_relations);
  document += body_ + section_properties() + "</w:body></w:document>";
  // Programs that sniff the kind of a file expect the content types first.
  ZipWriter zip;
  zip.add("[Content_Types].xml", docx_content_types(overrides_));
  zip.add(
      "_rels/.rels",
      std::string(xml_head) +
          fmt::format(
              R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)"
              R"(<Relationship Id="rId1" Type="{}/officeDocument" Target="word/document.xml"/>)"
              R"(<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>)",
              office_relations));
  zip.add("word/document.xml", std::move(document));
  zip.add("word/_rels/document.xml.rels", docx_relations(relations_));
  zip.add("word/styles.xml", docx_styles(setup_));
  zip.add("word/numbering.xml", docx_numbering(setup_));
  zip.add("word/settings.xml", docx_settings());
  zip.add("word/header1.xml", docx_header(setup_));
  zip.add("word/footer1.xml", docx_footer());
  zip.add("docProps/core.xml", docx_core(properties_));
  zip.add_all(std::move(zip_));
  body_.clear();
  return zip.finish();
}

}  // namespace yagura::document
