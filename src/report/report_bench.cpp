// A month of 1,000 devices and 10,000 alerts must become its files within 2 s.
#include <benchmark/benchmark.h>

#include "report/monthly.hpp"
#include "report/sample_month.hpp"

namespace yagura::report {
namespace {

void month(benchmark::State& state) {
  const auto figures = sample_month(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  const auto layout = load_layout(YAGURA_SOURCE_DIR "/share/reports/monthly.yaml").value();
  for (auto _ : state) {
    const auto report = make_report(figures, layout).value();
    state.counters["docx_KB"] = static_cast<double>(report.docx.size()) / 1024;
    state.counters["xlsx_KB"] = static_cast<double>(report.xlsx.size()) / 1024;
  }
}
BENCHMARK(month)->Args({100, 500})->Args({1'000, 10'000})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace yagura::report
