#include "calendar/calendar.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace yagura::calendar {

namespace chr = std::chrono;

namespace {

const Date first_day = make_date(first_year, 1, 1);
const Date last_day = make_date(last_year, 12, 31);

std::size_t index_of(Date day) { return static_cast<std::size_t>((day - first_day).count()); }

MonthDay month_day_of(Date day) {
  const chr::year_month_day date{day};
  return {unsigned(date.month()), unsigned(date.day())};
}

bool within(const Closure& closure, MonthDay day) {
  if (closure.from <= closure.to) return closure.from <= day && day <= closure.to;
  return day >= closure.from || day <= closure.to;
}

const Closure* closure_on(const CalendarRule& rule, Date day) {
  const auto md = month_day_of(day);
  for (const auto& closure : rule.closures)
    if (within(closure, md)) return &closure;
  return nullptr;
}

const NamedDay* named(const std::vector<NamedDay>& days, Date day) {
  const auto found = std::ranges::find(days, day, &NamedDay::date);
  return found == days.end() ? nullptr : &*found;
}

bool exists(MonthDay day) {
  // 2024 is a leap year: 02-29 may be named, and is then met in leap years only.
  return chr::year_month_day{chr::year{2024}, chr::month{day.month}, chr::day{day.day}}.ok();
}

Words weekday_words(Date day) {
  switch (chr::weekday{day}.c_encoding()) {
    case 0:
      return {"日曜日", "Sunday"};
    case 1:
      return {"月曜日", "Monday"};
    case 2:
      return {"火曜日", "Tuesday"};
    case 3:
      return {"水曜日", "Wednesday"};
    case 4:
      return {"木曜日", "Thursday"};
    case 5:
      return {"金曜日", "Friday"};
    default:
      return {"土曜日", "Saturday"};
  }
}

}  // namespace

Result<Calendar> Calendar::make(CalendarRule rule) {
  const auto bad = [&](std::string what) {
    return fail("calendar.rule_invalid", {{"id", rule.id}, {"what", std::move(what)}});
  };
  if (rule.open_weekdays > all_weekdays) return bad("open_weekdays");
  for (const auto& closure : rule.closures)
    if (!exists(closure.from) || !exists(closure.to)) return bad("closures");
  for (const auto* list : {&rule.extra_closed, &rule.extra_open})
    for (const auto& day : *list)
      if (!covers(day.date)) return bad(format_date(day.date));
  for (const auto& day : rule.extra_open)
    if (named(rule.extra_closed, day.date) != nullptr) return bad(format_date(day.date));
  Calendar made(std::move(rule));
  made.fill();
  return made;
}

void Calendar::fill() {
  for (int year = first_year; year <= last_year; ++year)
    for (const auto& holiday : holidays_of(year)) holidays_.push_back(holiday);
  const auto size = index_of(last_day) + 1;
  flags_.assign(size, 0);
  open_through_.reserve(size);
  for (const auto& holiday : holidays_) flags_[index_of(holiday.date)] |= holiday_bit;
  for (std::size_t i = 0; i < size; ++i) {
    const Date day = first_day + chr::days(static_cast<int>(i));
    auto& flags = flags_[i];
    bool open = (rule_.open_weekdays >> chr::weekday{day}.c_encoding() & 1) != 0;
    if ((flags & holiday_bit) != 0 && rule_.closed_on_national_holidays) open = false;
    if (closure_on(rule_, day) != nullptr) flags |= closure_bit, open = false;
    if (named(rule_.extra_closed, day) != nullptr) flags |= closure_bit, open = false;
    if (named(rule_.extra_open, day) != nullptr) open = true;
    if (open) {
      flags |= open_bit;
      open_days_.push_back(static_cast<std::int32_t>(i));
    }
    open_through_.push_back(static_cast<std::int32_t>(open_days_.size()));
  }
}

bool Calendar::covers(Date day) { return day >= first_day && day <= last_day; }

bool Calendar::flag(Date day, std::uint8_t bit) const {
  return covers(day) && (flags_[index_of(day)] & bit) != 0;
}

bool Calendar::is_forecast(Date day) const {
  const int year = int(chr::year_month_day{day}.year());
  return standing_of(year, rule_.decided_through) == Standing::forecast;
}

std::optional<Words> Calendar::closed_because(Date day) const {
  if (is_open(day)) return std::nullopt;
  if (!covers(day)) return Words{"暦の範囲外", "outside the calendar"};
  if (const auto* extra = named(rule_.extra_closed, day)) return extra->name;
  if (const auto* closure = closure_on(rule_, day)) return closure->name;
  if (is_national_holiday(day) && rule_.closed_on_national_holidays) {
    const auto holiday = std::ranges::lower_bound(holidays_, day, {}, &Holiday::date);
    return Words{std::string(holiday->ja), std::string(holiday->en)};
  }
  return weekday_words(day);
}

Result<Date> Calendar::add_open_days(Date day, int n) const {
  const auto outside = [&] {
    return fail("calendar.out_of_range", {{"calendar", rule_.id}, {"date", format_date(day)}});
  };
  if (!covers(day)) return outside();
  if (n == 0) return day;
  const auto through = static_cast<std::int64_t>(open_through_[index_of(day)]);
  // The first open day after `day` is number `through`; the last before it is one or two less.
  const std::int64_t wanted = n > 0 ? through + n - 1 : through + n - (is_open(day) ? 1 : 0);
  if (wanted < 0 || wanted >= static_cast<std::int64_t>(open_days_.size())) return outside();
  return first_day + chr::days(open_days_[static_cast<std::size_t>(wanted)]);
}

int Calendar::open_days_between(Date from, Date to) const {
  from = std::max(from, first_day - chr::days(1));
  to = std::min(to, last_day);
  if (to <= from) return 0;
  const int before = from < first_day ? 0 : open_through_[index_of(from)];
  return open_through_[index_of(to)] - before;
}

Result<MonthDay> parse_month_day(std::string_view text) {
  const auto whole = trim(text);
  // Read as a date of a leap year, so that 02-29 is accepted.
  const auto date = parse_date(fmt::format("2024-{}", whole.substr(0, 16)));
  if (!date) return fail("calendar.date_invalid", {{"text", std::string(whole.substr(0, 64))}});
  return month_day_of(*date);
}

std::string format_month_day(MonthDay day) { return fmt::format("{:02}-{:02}", day.month, day.day); }

}  // namespace yagura::calendar
