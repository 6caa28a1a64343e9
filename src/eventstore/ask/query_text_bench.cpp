// How long a query takes to be read, written and explained: it happens at each key people press.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "calendar/civil.hpp"
#include "eventstore/ask/explain.hpp"
#include "eventstore/ask/suggest.hpp"
#include "eventstore/ask/write.hpp"

namespace {

using namespace yagura;
using namespace yagura::eventstore;

constexpr std::string_view texts[] = {
    "人事",
    "user:tanaka action:usb-copy 人事 \"見積*.xlsx\" from:先週",
    "(path:*.xlsx OR path:*.docx) -user:e100001 bytes:>1M kind:operation | count by section, action top 20",
    "利用者：田中　から：昨日　まで：今日12時　（見積＊　または　請求書）　｜　推移　1時間",
};

const Vocabulary& vocabulary() {
  static const Vocabulary out = [] {
    auto kinds = read_kinds(YAGURA_SOURCE_DIR "/share/events");
    if (!kinds) std::abort();
    return Vocabulary(*kinds);
  }();
  return out;
}
const Time now = calendar::at(calendar::make_date(2026, 11, 18), calendar::Minutes(870));

void read(benchmark::State& state) {
  const auto text = texts[state.range(0)];
  for (auto _ : state) {
    auto asked = read_query(text, vocabulary(), now);
    if (!asked) std::abort();
    benchmark::DoNotOptimize(asked);
  }
}
BENCHMARK(read)->DenseRange(0, 3);

void longest(benchmark::State& state) {
  // As many conditions as there may be, and words that make a reader look far ahead.
  std::string many = "path:見積*.xlsx", brackets, colons;
  for (int i = 1; i < 200; ++i) many += " OR user:tanaka*x";
  for (int i = 0; i < 2'047; ++i) brackets += "a(";
  for (int i = 0; i < 4'000; ++i) colons += i % 20 == 19 ? " " : "1:";
  colons.resize(4'000);
  brackets.resize(4'095);
  const std::string text = state.range(0) == 0 ? many : state.range(0) == 1 ? brackets + ")" : colons;
  for (auto _ : state) benchmark::DoNotOptimize(read_query(text, vocabulary(), now));
}
BENCHMARK(longest)->DenseRange(0, 2);

void write_and_explain(benchmark::State& state) {
  const auto asked = *read_query(texts[state.range(0)], vocabulary(), now);
  for (auto _ : state) {
    benchmark::DoNotOptimize(write_query(asked, vocabulary()));
    benchmark::DoNotOptimize(explain(asked, vocabulary()));
  }
}
BENCHMARK(write_and_explain)->DenseRange(0, 3);

void suggestions(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(suggest("人事 利用", 5, vocabulary()));
}
BENCHMARK(suggestions);

}  // namespace
