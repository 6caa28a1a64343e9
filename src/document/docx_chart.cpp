#include "document/docx_chart.hpp"

#include <cmath>

#include "document/archive.hpp"
#include "document/xlsx_writer.hpp"

namespace yagura::document {

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
  // The schema wants the reference to the workbook just before the print settings.
  const auto print = xml.find("<c:printSettings");
  YAGURA_ASSERT(print != std::string::npos);
  xml.insert(print, R"(<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData>)");
  return DocxChart{std::move(xml), std::move(workbook)};
}

}  // namespace yagura::document
