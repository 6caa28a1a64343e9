// One series of 90 days among many devices: time to read it for a graph.
//   sample_store_bench ADDRESS DEVICES SERIES DAYS     ADDRESS: sqlite:FILE or postgresql://...
// The rows of 1-hour and 5-minute tables are written as thinning would leave them; then raw samples of one
// more hour go the ordinary way.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "load.hpp"
#include "monitor/poll/sample_levels.hpp"
#include "monitor/poll/sample_store.hpp"

using namespace yagura;
using namespace yagura::monitor::poll;

namespace {

double seconds() { return static_cast<double>(SystemClock().steady().count()) / 1e6; }

void fill(store::Database& database, int level, std::int64_t from, std::int64_t to, int devices, int series) {
  static constexpr std::string_view columns[] = {"at", "device", "series", "average", "low", "high", "n"};
  const double began = seconds();
  long rows = 0;
  for (std::int64_t at = from; at < to; at += step_of(level)) {
    const auto done = database.write([&](store::Session& s) -> Result<void> {
      std::vector<store::Param> values;
      for (std::int64_t d = 1; d <= devices; ++d)
        for (std::int64_t m = 1; m <= series; ++m) {
          values.insert(values.end(), {at, d, m, static_cast<double>(d % 97), 0.0, 100.0, std::int64_t{12}});
          ++rows;
        }
      return s.insert_many(table_of(level), columns, values);
    });
    if (!done) std::exit((std::fprintf(stderr, "%s\n", done.error().text().c_str()), 2));
  }
  std::printf("%s: %ld rows in %.1f s, %.0f rows/s\n", table_of(level), rows, seconds() - began,
              static_cast<double>(rows) / (seconds() - began));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const int devices = std::atoi(argv[2]), series = std::atoi(argv[3]), days = std::atoi(argv[4]);
  auto database = store::Database::open(argv[1]);
  if (!database || !(*database)->migrate(SampleStore::migrations())) return 2;
  ManualClock clock(from_micros(floor_to(hour, to_micros(SystemClock().now()))));
  const std::int64_t now = to_micros(clock.now());
  const auto set_up = (*database)->write([&](store::Session& s) -> Result<void> {
    for (std::int64_t m = 1; m <= series; ++m)
      YAGURA_CHECK(s.exec("INSERT INTO sample_series (id, metric, instance) VALUES ($1, $2, '')", m,
                          "m" + std::to_string(m)));
    for (const int level : {int{five}, int{hour}, int{six_hours}})
      YAGURA_CHECK(s.exec(set_progress, std::int64_t{level}, floor_to(level, now)));
    return {};
  });
  if (!set_up) return 2;
  fill(**database, six_hours, floor_to(six_hours, now - days * step_of(day)), floor_to(six_hours, now),
       devices, series);
  fill(**database, hour, now - days * step_of(day), now, devices, series);
  fill(**database, five, now - step_of(day), now, devices, series);
  auto store = SampleStore::open(**database, clock);
  if (!store) return 2;
  const double began = seconds();
  long samples = 0;
  for (int minute = 0; minute < 60; minute += 5) {
    clock.advance(std::chrono::minutes(5));
    std::vector<Sample> batch;
    for (Id d = 1; d <= devices; ++d)
      for (int m = 1; m <= series; ++m) batch.push_back({d, "m" + std::to_string(m), "", clock.now(), 42.0});
    samples += static_cast<long>(batch.size());
    (*store)->take(std::move(batch));
    if (!(*store)->write()) return 2;
  }
  std::printf("taken, gathered and written raw: %ld samples, %.0f samples/s\n", samples,
              static_cast<double>(samples) / (seconds() - began));
  while ((*store)->maintain().value_or(false)) {
  }
  std::mt19937 random(1);
  int missed = 0;
  for (const auto& [name, hours] :
       {std::pair{"24 h", 24}, std::pair{"7 d", 24 * 7}, std::pair{"90 d", 24 * 90}}) {
    const std::chrono::hours range(hours);
    std::vector<double> times;
    std::size_t points = 0;
    for (int i = 0; i < 200; ++i) {
      const Id device = 1 + static_cast<Id>(random() % static_cast<unsigned>(devices));
      const double start = seconds();
      const auto got =
          (*store)->query(device, "m" + std::to_string(1 + random() % static_cast<unsigned>(series)), "",
                          clock.now() - range, clock.now());
      times.push_back((seconds() - start) * 1000);
      if (!got) return 2;
      points = got->size();
    }
    std::sort(times.begin(), times.end());
    std::printf("%-5s %4zu points: median %.2f ms, p95 %.2f ms, worst %.2f ms\n", name, points, times[100],
                times[190], times[199]);
    missed += times[190] > 20 ? 1 : 0;
  }
  return missed ? 1 : 0;
}
