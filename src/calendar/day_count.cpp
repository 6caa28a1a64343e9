#include "calendar/day_count.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace yagura::calendar {

namespace chr = std::chrono;

namespace {

struct DayAndHour {
  Date day;
  std::string hour;
};

// A deadline at the end of a day reads 24:00 of that day, as offices say it.
DayAndHour split(Time instant, bool is_end) {
  const Date day = date_of(instant);
  const auto of_day = to_japan(instant) - day;
  if (is_end && of_day == Duration::zero()) return {day - chr::days(1), "24:00"};
  const auto seconds = chr::floor<chr::seconds>(of_day).count();
  auto hour = format_minutes(chr::floor<Minutes>(of_day));
  if (seconds % 60 != 0) hour += fmt::format(":{:02}", seconds % 60);
  return {day, hour};
}

std::string day_ja(Date day) { return fmt::format("{}（{}）", format_date(day), format_weekday_ja(day)); }
std::string day_en(Date day) { return fmt::format("{} ({})", format_date(day), format_weekday_en(day)); }

}  // namespace

Words civil_words(Time instant) {
  const auto [day, hour] = split(instant, false);
  return {day_ja(day) + hour, day_en(day) + " " + hour};
}

Words end_words(Time instant) {
  const auto [day, hour] = split(instant, true);
  return {day_ja(day) + hour, day_en(day) + " " + hour};
}

void DayCount::note(Date day, std::string ja, std::string en) {
  if (due_ == nullptr) return;
  due_->account.push_back({at(day, Minutes(0)), {day_ja(day) + std::move(ja), day_en(day) + std::move(en)}});
  if (calendar_->is_forecast(day)) due_->forecast = true;
}

Date DayCount::start(Time event, bool count_event_day) {
  const Date day = date_of(event);
  if (count_event_day) {
    note(day, " 起算：当日を数える", ": the count starts; the day of the event counts");
    return day - chr::days(1);
  }
  note(day, " 起算：当日は数えない", ": the count starts; the day of the event does not count");
  return day;
}

bool DayCount::paused_on(Date day) const {
  const auto moment = at(day, until_);
  return std::ranges::any_of(pauses_, [&](const Span& p) { return moment >= p.from && moment < p.to; });
}

bool DayCount::counts(Date day, NotCounting skip) const {
  if (paused_on(day)) return false;
  switch (skip) {
    case NotCounting::nothing:
      return true;
    case NotCounting::national_holidays:
      return !calendar_->is_national_holiday(day);
    case NotCounting::closed_days:
      return calendar_->is_open(day);
  }
  YAGURA_ASSERT(false);
}

Result<Date> DayCount::step(Date day, int n, NotCounting skip, int direction) {
  if (due_ != nullptr || skip == NotCounting::national_holidays || !pauses_.empty())
    return step_with_account(day, n, skip, direction);
  if (skip == NotCounting::closed_days) return calendar_->add_open_days(day, n * direction);
  const Date found = day + chr::days(n * direction);
  if (!Calendar::covers(found))
    return fail("calendar.out_of_range", {{"calendar", calendar_->rule().id}, {"date", format_date(found)}});
  return found;
}

Result<Date> DayCount::step_with_account(Date day, int n, NotCounting skip, int direction) {
  for (int counted = 0; counted < n;) {
    day += chr::days(direction);
    if (!Calendar::covers(day))
      return fail("calendar.out_of_range", {{"calendar", calendar_->rule().id}, {"date", format_date(day)}});
    if (counts(day, skip)) {
      ++counted;
      if (due_ != nullptr) note(day, fmt::format(" {}日目", counted), fmt::format(": day {}", counted));
    } else if (due_ != nullptr) {
      const auto why = paused_on(day)
                           ? Words{"中断中", "paused"}
                           : calendar_->closed_because(day).value_or(Words{"祝日", "national holiday"});
      note(day, fmt::format(" 数えない：{}", why.ja), fmt::format(": not counted, {}", why.en));
    }
  }
  return day;
}

Result<Date> DayCount::roll(Date day, Roll how) {
  if (how == Roll::none || calendar_->is_open(day)) return day;
  const bool later = how == Roll::later_open_day;
  YAGURA_TRY(const Date moved, calendar_->add_open_days(day, later ? 1 : -1));
  if (due_ != nullptr) {
    const auto why = calendar_->closed_because(day).value_or(Words{});
    note(day, fmt::format(" 閉庁日（{}）のため{}へ", why.ja, day_ja(moved)),
         fmt::format(" is closed ({}): moved to {}", why.en, day_en(moved)));
  }
  return moved;
}

Result<> account_service_time(const ServiceHours& hours, Time from, Duration limit, Due& due) {
  const auto& title = hours.rule().title;
  const auto whole = format_duration(limit);
  due.account.push_back({from,
                         {fmt::format("起算。「{}」で{}を数える", title.ja, whole.ja),
                          fmt::format("the count starts; {} of “{}”", whole.en, title.en)}});
  Duration counted{};
  Date seen = date_of(from);
  return hours.walk(from, [&](const Span& span) {
    const Date day = date_of(span.from);
    for (Date between = seen + chr::days(1); between < day; between += chr::days(1)) {
      const auto why = hours.calendar().closed_because(between).value_or(Words{"時間帯なし", "no hours"});
      due.account.push_back({at(between, Minutes(0)),
                             {fmt::format("{} 数えない：{}", day_ja(between), why.ja),
                              fmt::format("{}: not counted, {}", day_en(between), why.en)}});
      due.forecast = due.forecast || hours.calendar().is_forecast(between);
    }
    seen = std::max(seen, day);
    const auto part = std::min(span.to - span.from, limit - counted);
    counted += part;
    if (part > Duration::zero()) {
      const auto length = format_duration(part), sum = format_duration(counted);
      const auto begin = civil_words(span.from), end = end_words(span.from + part);
      due.account.push_back({span.from,
                             {fmt::format("{}から{}まで {}（計{}）", begin.ja, end.ja, length.ja, sum.ja),
                              fmt::format("{} to {}: {} (sum {})", begin.en, end.en, length.en, sum.en)}});
    }
    return counted < limit;
  });
}

}  // namespace yagura::calendar
