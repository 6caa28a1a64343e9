// Service hours: several windows over one calendar, and time counted inside them.
//
// Purpose: "is it in hours?", "how much service time lies between?", "when have 90 minutes of service time
//          passed?". Windows may overlap; no minute counts twice. Work in hand: a window marked finish-work
//          keeps counting past its close, to the end of that day, for what began to count before the close.
//          What begins after the close waits for the next window.
// Errors:  calendar.hours_invalid from make(); calendar.out_of_range when the answer lies outside 1948-2050.
// Threads: values; never change after make().
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "calendar/window.hpp"

namespace yagura::calendar {

struct HoursRule {
  std::string id;
  Words title;
  std::vector<Window> windows;
};

struct Span {
  Time from;
  Time to;
  bool operator==(const Span&) const = default;
};

class ServiceHours {
 public:
  static Result<ServiceHours> make(HoursRule rule, CalendarPtr calendar);

  [[nodiscard]] const HoursRule& rule() const { return rule_; }
  [[nodiscard]] const Calendar& calendar() const { return *calendar_; }
  [[nodiscard]] bool always() const { return always_; }

  [[nodiscard]] bool contains(Time instant) const;
  // Service time in [from, to); zero when to <= from.
  [[nodiscard]] Result<Duration> between(Time from, Time to) const;
  // The instant at which `length` of service time has passed since `from`; for zero, `from` itself.
  [[nodiscard]] Result<Time> add(Time from, Duration length) const;
  // `instant` itself when in hours, else the next opening.
  [[nodiscard]] Result<Time> next_start(Time instant) const;
  // Calls visit(Span) for each stretch of counted time from `from` on, in order, until it returns false.
  template <class Visit>
  Result<> walk(Time from, Visit&& visit) const;

 private:
  struct DaySpan {
    Minutes from;
    Minutes to;
    Minutes goes_on_until;  // to, or the end of the day for finish-work
  };
  struct DaySpans {
    std::array<DaySpan, 32> list;
    std::size_t count = 0;
  };
  ServiceHours(HoursRule rule, CalendarPtr calendar)
      : rule_(std::move(rule)), calendar_(std::move(calendar)) {}
  void spans_of(Date day, DaySpans& out) const;
  [[nodiscard]] std::unexpected<Error> outside() const;

  HoursRule rule_;
  CalendarPtr calendar_;
  bool always_ = false;
};

template <class Visit>
Result<> ServiceHours::walk(Time from, Visit&& visit) const {
  if (!Calendar::covers(date_of(from))) return outside();
  if (always_) {
    visit(Span{from, at(make_date(last_year, 12, 31), std::chrono::hours(24))});
    return {};
  }
  Time cursor = from;
  DaySpans spans;
  // A span may begin on the day before and reach into this one.
  for (Date day = date_of(from) - std::chrono::days(1);; day += std::chrono::days(1)) {
    if (day > date_of(from) && !Calendar::covers(day)) return outside();
    spans_of(day, spans);
    for (std::size_t i = 0; i < spans.count; ++i) {
      const auto& span = spans.list[i];
      if (cursor >= at(day, span.to)) continue;
      const Span counted{std::max(cursor, at(day, span.from)), at(day, span.goes_on_until)};
      if (counted.from >= counted.to) continue;
      if (!visit(counted)) return {};
      cursor = counted.to;
    }
  }
}

}  // namespace yagura::calendar
