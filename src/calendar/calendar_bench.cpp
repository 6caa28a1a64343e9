// Deadlines and judgements per second. No library for this is at hand to compare with: the baseline of the
// same run is stepping day by day over the holiday list, as a desk without a table does.
#include <benchmark/benchmark.h>

#include "calendar/sla_clock.hpp"

using namespace yagura;
using namespace yagura::calendar;

namespace {

const Book& book() {
  static const Book made = [] {
    CalendarRule rule;
    rule.id = "office";
    rule.closures = {{{12, 29}, {1, 3}, {"年末年始", "year end"}}};
    Book b;
    const auto office = std::make_shared<const Calendar>(*Calendar::make(rule));
    b.calendars["office"] = office;
    b.hours.emplace("office",
                    *ServiceHours::make({"office", {}, {*parse_window("open 08:30-17:15")}}, office));
    return b;
  }();
  return made;
}

const Time start = *parse_instant("2026-04-01T00:07");

void run(benchmark::State& state, const Deadline& deadline) {
  std::int64_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(due_at(deadline, book(), start + Minutes(i++ % 500'000)));
  state.SetItemsProcessed(state.iterations());
}

void open_days(benchmark::State& state) { run(state, {"office", WithinOpenDays{10}}); }
void open_day_of_month(benchmark::State& state) { run(state, {"office", OpenDayOfMonth{8}}); }
void service_time(benchmark::State& state) { run(state, {"", WithinServiceTime{Minutes(120), "office"}}); }
void wall_time(benchmark::State& state) { run(state, {"", WithinWallTime{Minutes(30)}}); }

void open_days_stepping(benchmark::State& state) {
  std::int64_t i = 0;
  for (auto _ : state) {
    Date day = date_of(start + Minutes(i++ % 500'000));
    for (int n = 0; n < 10;) {
      day += std::chrono::days(1);
      const std::chrono::weekday weekday{day};
      if (weekday == std::chrono::Sunday || weekday == std::chrono::Saturday) continue;
      const auto holidays = holidays_of(int(std::chrono::year_month_day{day}.year()));
      bool holiday = false;
      for (const auto& h : holidays) holiday = holiday || h.date == day;
      if (!holiday) ++n;
    }
    benchmark::DoNotOptimize(day);
  }
  state.SetItemsProcessed(state.iterations());
}

void explained(benchmark::State& state) {
  const Deadline deadline{"office", WithinOpenDays{10}};
  std::int64_t i = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(explain_due(deadline, book(), start + Minutes(i++ % 500'000)));
  state.SetItemsProcessed(state.iterations());
}

void judgement(benchmark::State& state) {
  ClockRule rule{"r", {}, {}, "t", Minutes(10), Reopen::goes_on, {}};
  rule.targets["t"] = {"", WithinServiceTime{Minutes(240), "office"}};
  const auto event = [](int minutes, ClockEventKind kind) {
    return ClockEvent{start + Minutes(minutes), kind, {}, {}, {}, false};
  };
  const std::vector events = {event(600, ClockEventKind::start), event(660, ClockEventKind::pause),
                              event(5000, ClockEventKind::resume), event(5100, ClockEventKind::stop)};
  for (auto _ : state) benchmark::DoNotOptimize(judge(rule, book(), events, start + Minutes(9000)));
  state.SetItemsProcessed(state.iterations());
}

void make_calendar(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Calendar::make(book().calendars.at("office")->rule()));
}

BENCHMARK(open_days_stepping);
BENCHMARK(open_days);
BENCHMARK(open_day_of_month);
BENCHMARK(service_time);
BENCHMARK(wall_time);
BENCHMARK(explained);
BENCHMARK(judgement);
BENCHMARK(make_calendar);

}  // namespace
