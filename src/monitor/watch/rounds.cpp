#include "monitor/watch/rounds.hpp"

namespace yagura::monitor::watch {

namespace {

constexpr Duration least_margin = std::chrono::seconds(30);
constexpr Duration looked_at_before = std::chrono::hours(4);
// After that a round that was missed is an old story.
constexpr Duration looked_at_after = std::chrono::hours(12);

std::optional<Time> due_of_day(const contract::Pack& pack, Time now) {
  if (pack.morning_round_until == calendar::Minutes{}) return std::nullopt;
  const auto day = calendar::date_of(now);
  const auto office = pack.book.calendars.find(pack.office_calendar);
  if (office == pack.book.calendars.end() || !office->second->is_open(day)) return std::nullopt;
  return calendar::at(day, pack.morning_round_until);
}

}  // namespace

std::optional<RoundPlan> round_plan(const contract::Pack& pack, Time now, Duration worst) {
  const auto due = due_of_day(pack, now);
  if (!due) return std::nullopt;
  return RoundPlan{*due - worst - worst / 4 - least_margin, *due};
}

bool MorningRounds::may_be_due(const contract::Pack& pack, Time now) {
  const auto due = due_of_day(pack, now);
  return due && now >= *due - looked_at_before && now < *due + looked_at_after;
}

MorningRounds::Due MorningRounds::look(const contract::Pack& pack, Time now, Duration worst,
                                       std::optional<Time> last_due) {
  const auto plan = round_plan(pack, now, worst);
  if (!plan || now < plan->begin || now >= plan->due + looked_at_after) return {};
  auto& done = done_[pack.id];
  if (done == plan->due || (last_due && *last_due >= plan->due)) return {};
  done = plan->due;
  if (now < plan->due) return {Step::begin, plan->due};
  return last_due ? Due{Step::missed, plan->due} : Due{};
}

}  // namespace yagura::monitor::watch
