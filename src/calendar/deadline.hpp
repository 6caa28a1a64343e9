// Deadlines of contracts: each way a specification says "by when" is one declared value type.
//
// Purpose: from the instant of an event to the instant by which something is due, and, on demand, an account
//          that says day by day what was counted, what was skipped and why.
// Units:   `until` is the minute of the last day at which the deadline falls (24:00 unless the pack says the
//          close of business). A thing done exactly at the due instant is in time.
// Errors:  calendar.unknown_calendar, calendar.unknown_hours, calendar.deadline_invalid,
//          calendar.out_of_range (outside 1948-2050).
// Threads: pure functions over values.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>

#include "calendar/service_hours.hpp"

namespace yagura::calendar {

// The calendars and service hours of one version of a contract. Judging by an older Book shows a thing as it
// was judged then.
struct Book {
  std::string version;
  std::map<std::string, CalendarPtr, std::less<>> calendars;
  std::map<std::string, ServiceHours, std::less<>> hours;

  [[nodiscard]] Result<CalendarPtr> calendar(std::string_view id) const;
  [[nodiscard]] Result<const ServiceHours*> service_hours(
      std::string_view id) const;  // lives as long as the Book
};

inline constexpr Minutes end_of_day = std::chrono::hours(24);

enum class NotCounting { nothing, national_holidays, closed_days };
enum class Roll { none, earlier_open_day, later_open_day };

// Within n open days of the event. The day of the event is day 0 unless count_event_day.
struct WithinOpenDays {
  int n = 1;
  bool count_event_day = false;
  Minutes until = end_of_day;
};
// Within n calendar days of the event, not counting some of them.
struct WithinDays {
  int n = 1;
  NotCounting not_counting = NotCounting::nothing;
  bool count_event_day = false;
  Roll roll = Roll::none;
  Minutes until = end_of_day;
};
// The nth open day before the event (a meeting, a work).
struct OpenDaysBefore {
  int n = 1;
  Minutes until = end_of_day;
};
// n calendar days before the event (one week before the work: 7).
struct DaysBefore {
  int n = 1;
  Roll roll = Roll::none;
  Minutes until = end_of_day;
};
// The kth open day of the month that lies `months_later` months after the event's.
struct OpenDayOfMonth {
  int k = 1;
  int months_later = 1;
  Minutes until = end_of_day;
};
// A fixed date: the first such day on or after the event's. year 0: every year; month 0: every month;
// day 0: the last of the month.
struct OnDate {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  Roll roll = Roll::none;
  Minutes until = end_of_day;
};
// Within a length of service time of the named hours.
struct WithinServiceTime {
  Duration limit{};
  std::string hours;
};
// Within a length of time by the clock on the wall.
struct WithinWallTime {
  Duration limit{};
};
// The next open day after the event's, at that minute (the next weekday's morning: 12:00).
struct NextOpenDayAt {
  Minutes until = std::chrono::hours(12);
};
struct Deadline;
// Two limits, chosen by whether the event falls in the named hours.
struct ByHour {
  std::string hours;
  std::shared_ptr<const Deadline> in_hours;
  std::shared_ptr<const Deadline> out_of_hours;
};

struct Deadline {
  std::string calendar;  // the calendar whose open days count; not needed by the last four
  std::variant<WithinOpenDays, WithinDays, OpenDaysBefore, DaysBefore, OpenDayOfMonth, OnDate,
               WithinServiceTime, WithinWallTime, NextOpenDayAt, ByHour>
      form;
};

struct Due {
  Time at;
  Account account;
  bool forecast = false;  // a day was judged by holidays not yet settled by the gazette
};

Result<Time> due_at(const Deadline& deadline, const Book& book, Time event);
Result<Due> explain_due(const Deadline& deadline, const Book& book, Time event);
// The deadline itself in words: "3 open days, the day of the event not counted".
Words describe(const Deadline& deadline);
// Follows ByHour down to the limit that holds for an event at that instant. Lives as long as `deadline`.
Result<const Deadline*> limit_for(const Deadline& deadline, const Book& book, Time event);
// What makes the deadline impossible to compute at any instant (unknown calendar, n out of range).
Result<> check_deadline(const Deadline& deadline, const Book& book);

}  // namespace yagura::calendar
