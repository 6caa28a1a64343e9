// How fast workbooks, CSV and documents are written and read.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "document/csv.hpp"
#include "document/docx_builder.hpp"
#include "document/docx_template.hpp"
#include "document/xlsx_reader.hpp"
#include "document/xlsx_writer.hpp"

namespace yagura::document {
namespace {

std::string book_of(int rows, int columns, bool streaming) {
  XlsxWriter book({}, streaming);
  const int sheet = book.add_sheet("表").value();
  const int plain = book.style({});
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      if (c % 2 == 0)
        book.cell(sheet, r, c, fmt::format("機器 {}-{}", r % 1000, c), plain);
      else
        book.cell(sheet, r, c, r * 1.25 + c, plain);
    }
  return book.finish().value();
}

void write_xlsx(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(book_of(static_cast<int>(state.range(0)), 20, state.range(1) != 0));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(write_xlsx)
    ->Args({10'000, 0})
    ->Args({10'000, 1})
    ->Args({100'000, 1})
    ->Unit(benchmark::kMillisecond);

void read_xlsx(benchmark::State& state) {
  const std::string bytes = book_of(static_cast<int>(state.range(0)), 20, state.range(1) != 0);
  for (auto _ : state) {
    auto book = XlsxReader::from_bytes(bytes).value();
    std::size_t cells = 0;
    (void)book.rows(0, [&](const Row& row) -> Result<> {
      cells += row.cells.size();
      return {};
    });
    if (cells != static_cast<std::size_t>(state.range(0)) * 20) state.SkipWithError("cells lost");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
// 0: shared strings, as Excel writes; 1: inline strings.
BENCHMARK(read_xlsx)->Args({10'000, 0})->Args({10'000, 1})->Args({100'000, 0})->Unit(benchmark::kMillisecond);

void read_csv_rows(benchmark::State& state) {
  CsvWriter writer;
  const std::vector<std::string> row(20, "機器 名称");
  for (int i = 0; i < 100'000; ++i) (void)writer.row(row);
  const std::string bytes = writer.take();
  for (auto _ : state) (void)read_csv(bytes, {}, [](const CsvRow&) { return Result<>{}; });
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(read_csv_rows)->Unit(benchmark::kMillisecond);

void write_docx(benchmark::State& state) {
  const std::vector<TableColumn> columns = {{"番号"}, {"機器名", 2}, {"時刻", 2}, {"内容", 4}, {"対応", 2}};
  TextRows rows;
  for (int i = 0; i < state.range(0); ++i)
    rows.push_back({fmt::to_string(i), "本庁舎コアスイッチ", "令和8年4月28日 17:10", "ファン故障", "復旧"});
  for (auto _ : state) {
    DocxBuilder document({}, {});
    document.table(columns, rows);
    benchmark::DoNotOptimize(document.finish().value());
  }
}
BENCHMARK(write_docx)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

void fill_template(benchmark::State& state) {
  DocxBuilder made({}, {});
  const std::vector<TableColumn> columns = {{"機器名"}, {"住所"}};
  made.table(columns, {{"{{#devices}}{{name}}", "{{ip}}{{/devices}}"}});
  const std::string bytes = made.finish().value();
  TemplateValues values;
  for (int i = 0; i < 1'000; ++i)
    values.rows["devices"].push_back({{"name", fmt::format("機器 {}", i)}, {"ip", "192.0.2.1"}});
  for (auto _ : state) benchmark::DoNotOptimize(fill_docx(bytes, values).value());
}
BENCHMARK(fill_template)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace yagura::document
