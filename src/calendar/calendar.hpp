// Open days of one office: which days it works, why it does not, and counting along them.
//
// Purpose: a CalendarRule (declared in a contract pack) becomes a Calendar, a table of every day of
//          1948-2050 that answers at once. Not for hours of a day: see service_hours.hpp.
// Order:   a day is judged by the first that speaks: extra open, extra closed, closures, national holidays,
//          weekdays.
// Errors:  calendar.rule_invalid from make(); calendar.out_of_range when an answer lies outside the years.
// Threads: values; a Calendar never changes after make().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "calendar/civil.hpp"
#include "calendar/holidays.hpp"

namespace yagura::calendar {

struct MonthDay {
  unsigned month;
  unsigned day;
  auto operator<=>(const MonthDay&) const = default;
};

// Every year from `from` to `to`, both included; to before from crosses the new year (12-29 to 01-03).
struct Closure {
  MonthDay from;
  MonthDay to;
  Words name;
};

struct NamedDay {
  Date date;
  Words name;
};

// Bit 0 is Sunday, bit 6 Saturday.
using Weekdays = std::uint8_t;
inline constexpr Weekdays monday_to_friday = 0b0111110;
inline constexpr Weekdays all_weekdays = 0b1111111;

struct CalendarRule {
  std::string id;
  Words title;
  Weekdays open_weekdays = monday_to_friday;
  bool closed_on_national_holidays = true;
  std::vector<Closure> closures;
  std::vector<NamedDay> extra_closed;
  std::vector<NamedDay> extra_open;
  int decided_through = 0;  // the last year whose holidays the gazette has settled
};

class Calendar {
 public:
  static Result<Calendar> make(CalendarRule rule);

  [[nodiscard]] const CalendarRule& rule() const { return rule_; }
  // Days outside 1948-2050 are on no calendar: covers() is false and all the others are false too.
  [[nodiscard]] static bool covers(Date day);
  [[nodiscard]] bool is_open(Date day) const { return flag(day, open_bit); }
  [[nodiscard]] bool is_national_holiday(Date day) const { return flag(day, holiday_bit); }
  [[nodiscard]] bool is_closure(Date day) const { return flag(day, closure_bit); }
  [[nodiscard]] bool is_forecast(Date day) const;
  // Why the day is closed; nothing when it is open.
  [[nodiscard]] std::optional<Words> closed_because(Date day) const;

  [[nodiscard]] Result<Date> next_open(Date after) const { return add_open_days(after, 1); }
  [[nodiscard]] Result<Date> prev_open(Date before) const { return add_open_days(before, -1); }
  // The nth open day after the day (n > 0), or before it (n < 0); the day itself never counts. 0 is the day.
  [[nodiscard]] Result<Date> add_open_days(Date day, int n) const;
  // Open days after `from` up to and including `to`; 0 when to <= from.
  [[nodiscard]] int open_days_between(Date from, Date to) const;

 private:
  static constexpr std::uint8_t open_bit = 1, holiday_bit = 2, closure_bit = 4;
  explicit Calendar(CalendarRule rule) : rule_(std::move(rule)) {}
  void fill();
  [[nodiscard]] bool flag(Date day, std::uint8_t bit) const;

  CalendarRule rule_;
  std::vector<std::uint8_t> flags_;         // one per day since 1948-01-01
  std::vector<std::int32_t> open_through_;  // open days up to and including that day
  std::vector<std::int32_t> open_days_;     // day numbers of the open days, in order
  std::vector<Holiday> holidays_;           // all of them, in order
};

using CalendarPtr = std::shared_ptr<const Calendar>;  // shared by the service hours that follow it

// "12-29" or "12/29". Errors: calendar.date_invalid.
Result<MonthDay> parse_month_day(std::string_view text);
std::string format_month_day(MonthDay day);

}  // namespace yagura::calendar
