// Counting along days for deadlines, with an account of each day when one is wanted. Used by deadline.cpp and
// sla_clock.cpp; not for others.
#pragma once

#include <span>
#include <string>

#include "calendar/deadline.hpp"

namespace yagura::calendar {

class DayCount {
 public:
  // due: where to write the account; nullptr when only the day is wanted.
  DayCount(CalendarPtr calendar, Due* due) : calendar_(std::move(calendar)), due_(due) {}
  // From now on a day does not count when a pause holds at its minute `until`. `pauses` outlives this.
  void stand_still(std::span<const Span> pauses, Minutes until) {
    pauses_ = pauses;
    until_ = until;
  }

  // The day from which days are counted: the event's own, or the one before when the event's day counts.
  Date start(Time event, bool count_event_day);
  // The nth counted day after (before) `day`; for n == 0 the day itself.
  Result<Date> forward(Date day, int n, NotCounting skip) { return step(day, n, skip, 1); }
  Result<Date> backward(Date day, int n, NotCounting skip) { return step(day, n, skip, -1); }
  Result<Date> roll(Date day, Roll how);

 private:
  Result<Date> step(Date day, int n, NotCounting skip, int direction);
  Result<Date> step_with_account(Date day, int n, NotCounting skip, int direction);
  [[nodiscard]] bool counts(Date day, NotCounting skip) const;
  [[nodiscard]] bool paused_on(Date day) const;
  void note(Date day, std::string ja, std::string en);

  CalendarPtr calendar_;
  Due* due_;
  std::span<const Span> pauses_;
  Minutes until_{};
};

// due_at for a clock that stood still during `pauses` (in order, disjoint). Only counts of days move by them;
// for lengths of time the clock itself adds up what ran. due: for the account, or nullptr.
Result<Time> due_with_pauses(const Deadline& deadline, const Book& book, Time event,
                             std::span<const Span> pauses, Due* due);

// Writes which stretches of service time make up `limit`, and why days between them do not count.
Result<> account_service_time(const ServiceHours& hours, Time from, Duration limit, Due& due);

Words civil_words(Time instant);  // 2026-04-28（火）17:10 / 2026-04-28 (Tue) 17:10
Words end_words(Time instant);    // the same, midnight as 24:00 of the day before, as offices say an end

}  // namespace yagura::calendar
