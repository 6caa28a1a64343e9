#include <gtest/gtest.h>

#include <fmt/format.h>

#include <sys/stat.h>

#include <cmath>
#include <pugixml.hpp>
#include <set>

#include "base/text.hpp"
#include "document/archive.hpp"
#include "document/docx_builder.hpp"
#include "document/docx_template.hpp"
#include "document/pdf.hpp"
#include "document/xlsx_reader.hpp"

namespace yagura::document {
namespace {

// Two pixels, red and blue.
std::string tiny_png() {
  return *from_hex(
      "89504e470d0a1a0a0000000d49484452000000020000000108020000007b40e8dd0000000d49444154789c63f8cf0004ff0107"
      "000"
      "1ffe2239e590000000049454e44ae426082");
}

constexpr Time created{Duration{1'777'000'000'000'000}};

Result<std::string> sample(DocxSetup setup = {.cover = true, .header_text = "月次報告 & <一覧>"}) {
  DocxBuilder document(std::move(setup), {.title = "月次報告書", .author = "運用受託者", .created = created});
  document.paragraph("月次報告書",
                     {.align = Align::centre, .size = 26, .bold = true, .gothic = true, .before = 160});
  document.page_break();
  document.heading(1, "警報と障害");
  document.heading(2, "一覧");
  document.heading(3, "細目");
  document.paragraph("﨑山 髙志 𠮷野 <script> & \"x\"\n二行目\t字下げ \x01\xff");
  document.bullet("一つ目");
  TextRows rows;
  for (int i = 0; i < 80; ++i) rows.push_back({fmt::format("機器 {}", i), fmt::format("{:.2f}", i * 1.5)});
  rows.push_back({"欠け"});
  const std::vector<TableColumn> columns = {{"機器名", 3, Align::left}, {"値", 1, Align::right}};
  document.table(columns, rows, {.first_bold = true});
  YAGURA_CHECK(document.picture(tiny_png(), 60, "写真"));
  document.section(true);
  document.heading(1, "性能");
  ChartData chart{.look = {.title = "CPU 使用率", .y_title = "%"},
                  .categories = {"4/1", "4/2", "4/3"},
                  .series = {{"core-1", {10, 20.5, 15}}, {"core-2", {5, std::nan(""), 9}}}};
  YAGURA_CHECK(document.chart(chart, 200, 90));
  chart.look.kind = ChartKind::bar;
  YAGURA_CHECK(document.chart(chart, 120, 60));
  return document.finish();
}

std::string part(const std::string& bytes, const std::string& name) {
  auto zip = ZipReader::from_bytes(bytes);
  if (!zip) return zip.error().text();
  auto out = zip->read(name);
  return out ? *out : out.error().text();
}

TEST(DocxBuilder, gives_the_same_bytes_twice) {
  const auto first = sample(), second = sample();
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_EQ(*first, *second);
}

TEST(DocxBuilder, holds_together_as_a_package) {
  const std::string bytes = *sample();
  auto zip = *ZipReader::from_bytes(bytes);
  EXPECT_EQ(zip.names().front(), "[Content_Types].xml");
  const std::string types = *zip.read("[Content_Types].xml");
  for (const auto& name : zip.names()) {
    const std::string content = *zip.read(name);
    if (!name.ends_with(".xml") && !name.ends_with(".rels")) continue;
    pugi::xml_document xml;
    EXPECT_TRUE(xml.load_buffer(content.data(), content.size())) << name;
    if (name.ends_with(".xml") && name != "[Content_Types].xml") {
      EXPECT_NE(types.find("PartName=\"/" + name + "\""), std::string::npos) << name;
    }
  }
  // Every relation leads to a part, and every r:id to a relation.
  pugi::xml_document relations, document;
  relations.load_string(part(bytes, "word/_rels/document.xml.rels").c_str());
  const std::string body = part(bytes, "word/document.xml");
  document.load_string(body.c_str());
  std::set<std::string> ids;
  for (const auto r : relations.document_element().children()) {
    EXPECT_TRUE(zip.has("word/" + std::string(r.attribute("Target").value())))
        << r.attribute("Target").value();
    EXPECT_TRUE(ids.insert(r.attribute("Id").value()).second);
  }
  for (const auto& found : document.select_nodes("//@r:id | //@r:embed"))
    EXPECT_TRUE(ids.contains(found.attribute().value()));
  EXPECT_EQ(document.select_nodes("//w:sectPr").size(), 2);
  EXPECT_EQ(document.select_nodes("//w:tblHeader").size(), 1);
}

TEST(DocxBuilder, lets_names_through_and_nothing_else) {
  const std::string body = part(*sample(), "word/document.xml");
  EXPECT_NE(body.find("﨑山 髙志 𠮷野 &lt;script&gt; &amp; &quot;x&quot;</w:t><w:br/>"), std::string::npos);
  EXPECT_NE(body.find("字下げ \uFFFD<"), std::string::npos);
  EXPECT_EQ(body.find('\x01'), std::string::npos);
  EXPECT_NE(part(*sample(), "docProps/core.xml").find("2026-04-24T03:06:40Z"), std::string::npos);
  EXPECT_NE(part(*sample(), "word/styles.xml").find("w:eastAsia=\"ＭＳ 明朝\""), std::string::npos);
}

TEST(DocxBuilder, puts_the_numbers_of_a_chart_beside_it) {
  const std::string bytes = *sample();
  const std::string xml = part(bytes, "word/charts/chart2.xml");
  EXPECT_NE(xml.find("<c:externalData r:id=\"rId1\">"), std::string::npos);
  EXPECT_NE(xml.find("<c:dispBlanksAs val=\"gap\"/>"), std::string::npos);
  EXPECT_NE(xml.find("<c:smooth val=\"0\"/>"), std::string::npos);
  EXPECT_NE(xml.find("<c:v>20.5</c:v>"), std::string::npos);
  EXPECT_NE(xml.find("<c:v>4/2</c:v>"), std::string::npos);
  auto book = XlsxReader::from_bytes(part(bytes, "word/embeddings/chart2.xlsx"));
  ASSERT_TRUE(book) << book.error().text();
  std::vector<std::string> seen;
  ASSERT_TRUE(book->rows(0, [&](const Row& row) -> Result<> {
    for (const auto& cell : row.cells) seen.push_back(to_text(cell));
    return {};
  }));
  EXPECT_EQ(seen, (std::vector<std::string>{"", "core-1", "core-2", "4/1", "10", "5", "4/2", "20.5", "4/3",
                                            "15", "9"}));
}

TEST(DocxBuilder, refuses_what_is_no_picture) {
  DocxBuilder document({}, {});
  for (const std::string& bytes :
       {std::string(), std::string("GIF89a"), tiny_png().substr(0, 20), "\x89PNG" + std::string(60, '\0')})
    EXPECT_EQ(document.picture(bytes, 50, "").error().code, "document.broken");
}

TEST(DocxBuilder, opens_in_libreoffice) {
  if (!pdf_available()) GTEST_SKIP() << "LibreOffice is not installed";
  const auto pdf = to_pdf(*sample(), "docx");
  ASSERT_TRUE(pdf) << pdf.error().text();
  EXPECT_GT(pdf->size(), 10'000);
}

std::string word_file(std::string_view body) {
  ZipWriter zip;
  zip.add("[Content_Types].xml", "<Types/>");
  zip.add(
      "word/document.xml",
      fmt::format(R"(<?xml version="1.0"?><w:document xmlns:w="w"><w:body>{}</w:body></w:document>)", body));
  zip.add("word/header1.xml", R"(<w:hdr xmlns:w="w"><w:p><w:r><w:t>{{city}}</w:t></w:r></w:p></w:hdr>)");
  zip.add("word/media/x.png", "{{city}}");
  return *zip.finish();
}

std::string p(std::initializer_list<std::string_view> runs) {
  std::string out = "<w:p>";
  for (const auto run : runs) out += fmt::format("<w:r><w:rPr><w:b/></w:rPr><w:t>{}</w:t></w:r>", run);
  return out + "</w:p>";
}

// The body as text: one line per paragraph.
Result<std::string> filled(std::string_view body, const TemplateValues& values) {
  YAGURA_TRY(const auto bytes, fill_docx(word_file(body), values));
  pugi::xml_document xml;
  xml.load_string(part(bytes, "word/document.xml").c_str(), pugi::parse_default | pugi::parse_ws_pcdata);
  std::string out;
  for (const auto& paragraph : xml.select_nodes("//w:p")) {
    auto pieces = paragraph.node().select_nodes(".//w:t | .//w:br");
    pieces.sort();
    for (const auto& piece : pieces)
      out += std::string_view(piece.node().name()) == "w:br" ? "/" : piece.node().text().get();
    out += "|";
  }
  return out;
}

const TemplateValues city = {
    .fields = {
        {"city", "櫓市"}, {"氏名", "𠮷野 﨑"}, {"loop", "{{city}}"}, {"lines", "一\n二"}, {"html", "<&>"}}};

TEST(DocxTemplate, joins_runs_that_word_split) {
  EXPECT_EQ(*filled(p({"宛先 {", "{ci", "ty}", "} 御中 {{氏名}}", "様"}), city), "宛先 櫓市 御中 𠮷野 﨑様|");
  EXPECT_EQ(*filled(p({"{{city}}{{city}}", "{{ city }}"}), city), "櫓市櫓市櫓市|");
  EXPECT_EQ(*filled(p({"a{", "b{c}", "}d"}), city), "a{b{c}}d|");
  EXPECT_EQ(*filled(p({"{{loop}} {{html}} {{lines}}"}), city), "{{city}} <&> 一/二|");
  EXPECT_EQ(*filled("<w:p><w:r><w:t>{{ci</w:t></w:r><w:proofErr/><w:hyperlink><w:r><w:t>ty}} "
                    "x</w:t></w:r></w:hyperlink></w:p>",
                    city),
            "櫓市 x|");
}

TEST(DocxTemplate, fills_headers_and_leaves_other_parts) {
  const auto bytes = *fill_docx(word_file(p({"x"})), city);
  EXPECT_NE(part(bytes, "word/header1.xml").find("櫓市"), std::string::npos);
  EXPECT_EQ(part(bytes, "word/media/x.png"), "{{city}}");
  EXPECT_EQ(bytes, *fill_docx(word_file(p({"x"})), city));
}

TEST(DocxTemplate, repeats_rows) {
  const auto row = [](std::string_view a, std::string_view b) {
    return fmt::format("<w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>", p({a}), p({b}));
  };
  TemplateValues values = city;
  values.rows["devices"] = {{{"name", "core-1"}, {"ip", "192.0.2.1"}},
                            {{"name", "{{/devices}}"}, {"ip", ""}, {"city", "支所"}}};
  const std::string head = row("名称", "住所");
  EXPECT_EQ(*filled("<w:tbl>" + head + row("{{#devices}}{{name}}", "{{ip}} {{city}}{{/devices}}") +
                        row("計", "{{city}}") + "</w:tbl>",
                    values),
            "名称|住所|core-1|192.0.2.1 櫓市|{{/devices}}| 支所|計|櫓市|");
  EXPECT_EQ(
      *filled("<w:tbl>" + row("{{#devices}}{{name}}", "一") + row("{{ip}}{{/devices}}", "二") + "</w:tbl>",
              values),
      "core-1|一|192.0.2.1|二|{{/devices}}|一||二|");
  values.rows["devices"].clear();
  EXPECT_EQ(*filled("<w:tbl>" + head + row("{{#devices}}{{name}}{{/devices}}", "") + "</w:tbl>", values),
            "名称|住所|");
  // A table inside a cell.
  values.rows["devices"] = {{{"name", "内"}}};
  EXPECT_EQ(*filled("<w:tbl><w:tr><w:tc>" + p({"外"}) + "<w:tbl>" +
                        row("{{#devices}}{{name}}{{/devices}}", "x") + "</w:tbl></w:tc></w:tr></w:tbl>",
                    values),
            "外|内|x|");
}

TEST(DocxTemplate, leaves_nothing_out_silently) {
  const auto error = [](std::string_view body) { return filled(body, city).error(); };
  EXPECT_EQ(error(p({"{{missing}}"})).text(), "document.template_invalid(name=missing, reason=no value)");
  EXPECT_EQ(error(p({"{{city"})).arg("reason"), "not closed");
  EXPECT_EQ(error(p({"{{ }}"})).arg("reason"), "no name");
  EXPECT_EQ(error(p({"{{#devices}}"})).arg("reason"), "outside a table row");
  EXPECT_EQ(error("<w:tbl><w:tr><w:tc>" + p({"{{#devices}}"}) + "</w:tc></w:tr></w:tbl>").arg("reason"),
            "not closed");
  EXPECT_EQ(error("<w:tbl><w:tr><w:tc>" + p({"{{#devices}}{{/devices}}"}) + "</w:tc></w:tr></w:tbl>").text(),
            "document.template_invalid(name=#devices, reason=no value)");
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  for (int i = 0; i < 100'000; ++i) deep += "</a>";
  EXPECT_EQ(error("{" + deep).arg("reason"), "nested too deeply");
  EXPECT_EQ(fill_docx("x", city).error().code, "document.broken");
  ZipWriter other;
  other.add("a", "b");
  EXPECT_EQ(fill_docx(*other.finish(), city).error().code, "document.not_a_document");
}

TEST(DocxTemplate, tells_what_it_asks_for) {
  const auto names = docx_placeholders(word_file(p({"{{氏", "名}} {{city}}"}) + "<w:tbl><w:tr><w:tc>" +
                                                 p({"{{#d}}{{x}}{{/d}}"}) + "</w:tc></w:tr></w:tbl>"));
  ASSERT_TRUE(names);
  EXPECT_EQ(*names, (std::vector<std::string>{"氏名", "city", "#d", "x", "/d"}));
}

TEST(DocxTemplate, fills_a_document_of_libreoffice) {
  const auto bytes = read_file(YAGURA_SOURCE_DIR "/src/document/fixtures/template_libreoffice.docx");
  ASSERT_TRUE(bytes) << bytes.error().text();
  TemplateValues values = city;
  values.rows["devices"] = {{{"name", "core-1"}, {"ip", "192.0.2.1"}},
                            {{"name", "core-2"}, {"ip", "192.0.2.2"}}};
  const auto done = fill_docx(*bytes, values);
  ASSERT_TRUE(done) << done.error().text();
  const std::string body = part(*done, "word/document.xml");
  EXPECT_NE(body.find("core-2"), std::string::npos);
  EXPECT_EQ(body.find("{{"), std::string::npos);
  if (!pdf_available()) GTEST_SKIP() << "LibreOffice is not installed";
  EXPECT_TRUE(to_pdf(*done, "docx"));
}

TEST(Pdf, says_when_there_is_nothing_to_call) {
  EXPECT_EQ(to_pdf("x", "docx", {.program = "/nonexistent/soffice"}).error().code,
            "document.pdf_unavailable");
  EXPECT_FALSE(pdf_available({.program = "/nonexistent/soffice"}));
}

TEST(Pdf, looks_at_the_result_not_at_the_exit_status) {
  const auto nothing = to_pdf("x", "docx", {.program = "/bin/true"});
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().text(), "document.pdf_failed(reason=LibreOffice made no file)");
  EXPECT_EQ(to_pdf("x", "docx", {.program = "/bin/true", .work_folder = "/nonexistent"}).error().code,
            "document.pdf_failed");
}

TEST(Pdf, ends_a_job_that_hangs) {
  const auto script = std::string(testing::TempDir()) + "/hang.sh";
  ASSERT_TRUE(write_file(script, "#!/bin/sh\nsleep 60 &\nsleep 60\n"));
  ASSERT_EQ(chmod(script.c_str(), 0755), 0);
  const auto hung = to_pdf("x", "docx", {.time_out = std::chrono::milliseconds(200), .program = script});
  ASSERT_FALSE(hung);
  EXPECT_EQ(hung.error().code, "document.pdf_timeout");
}

}  // namespace
}  // namespace yagura::document
