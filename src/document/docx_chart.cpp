#include "document/docx_chart.hpp"

#include <cmath>

#include "document/archive.hpp"
#include "document/xlsx_writer.hpp"

namespace yagura::document {

namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

void insert_after(std::string& text, std::string_view from, std::string_view end, std::string_view more) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    at = text.find(end, at);
    YAGURA_ASSERT(at != std::string::npos);
    at += end.size();
    text.insert(at, more);
    at += more.size();
  }
}

// What a workbook of Excel 2007 leaves out means the opposite in a document: smooth lines, gaps as zeros, a
// colour for each point, round corners. So it is said.
void say_what_is_meant(std::string& xml, const ChartData& data) {
  replace_all(xml, R"(<c:lang val="en-US"/>)", R"(<c:lang val="ja-JP"/><c:roundedCorners val="0"/>)");
  insert_after(xml, "<c:grouping", "/>", R"(<c:varyColors val="0"/>)");
  if (data.look.kind == ChartKind::line) replace_all(xml, "</c:ser>", R"(<c:smooth val="0"/></c:ser>)");
  replace_all(xml, "</c:scaling>", R"(</c:scaling><c:delete val="0"/>)");
  replace_all(xml, R"(<c:plotVisOnly val="1"/></c:chart>)",
              R"(<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>)");
  const std::string font = R"(<a:latin typeface="游ゴシック"/>)";
  replace_all(xml, font, font + R"(<a:ea typeface="游ゴシック"/>)");
  // The schema wants the reference to the workbook just before the print settings.
  const auto print = xml.find("<c:printSettings");
  YAGURA_ASSERT(print != std::string::npos);
  xml.insert(print, R"(<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData>)");
}

}  // namespace

// Word and Excel describe charts in the same words, so a workbook with the chart is written first; its
// drawing goes into the document and the book beside it, which is what Word itself does.
Result<DocxChart> docx_chart(const ChartData& data, const Properties& properties) {
  XlsxWriter book({.title = data.look.title, .author = properties.author, .created = properties.created});
  YAGURA_TRY(const int sheet, book.add_sheet("Sheet1"));
  const int plain = book.style({});
  const int last = static_cast<int>(data.categories.size());
  for (int i = 0; i < last; ++i)
    book.cell(sheet, i + 1, 0, data.categories[static_cast<std::size_t>(i)], plain);
  SheetChart chart{
      .look = data.look, .categories = {1, 0, std::max(last, 1), 0}, .series = {}, .sheet = sheet};
  int column = 1;
  for (const auto& series : data.series) {
    book.cell(sheet, 0, column, series.name, plain);
    for (int i = 0; i < last && static_cast<std::size_t>(i) < series.values.size(); ++i)
      if (std::isfinite(series.values[static_cast<std::size_t>(i)]))
        book.cell(sheet, i + 1, column, series.values[static_cast<std::size_t>(i)], plain);
    chart.series.push_back({series.name, {1, column, std::max(last, 1), column}});
    ++column;
  }
  chart.column = column + 1;
  book.chart(sheet, chart);
  YAGURA_TRY(auto workbook, book.finish());
  YAGURA_TRY(auto zip, ZipReader::from_bytes(workbook));
  YAGURA_TRY(std::string xml, zip.read("xl/charts/chart1.xml"));
  say_what_is_meant(xml, data);
  return DocxChart{std::move(xml), std::move(workbook)};
}

}  // namespace yagura::document
