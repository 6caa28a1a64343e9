// Clocks of a contract: from the events of one case to "was it kept?", with an account of every minute.
//
// Purpose: a pure fold. The same events, rule and Book always give the same judgement, so a past month can be
//          shown as it was judged then (old rule, old Book) and as it is judged now (the present ones).
//          It keeps nothing and wakes nobody: who calls it decides when to look again (due, warn_at).
// Meaning of a pause:
//   - lengths of time (WithinServiceTime, WithinWallTime) count only while the clock runs;
//   - counts of days leave out each day at whose minute `until` the clock stands still, so such a clock is
//   never
//     overdue during a pause;
//   - fixed days (a date, the kth open day of a month, days before) do not move.
//   Pauses for several causes may overlap: the clock runs again when the last has ended.
// Change of target: the whole time run so far is measured again by the new target; a breach that had happened
//   stays, unless the change says that it corrects a wrong target.
// Reopen: the time between stop and reopen does not count; ClockRule::reopen says whether counting goes on or
//   starts anew. A breach stays.
// Errors:  those of deadline.hpp; calendar.unknown_target. Events that make no sense (a stop before a start)
//          change nothing and are said so in the account.
// Threads: pure functions over values.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "calendar/deadline.hpp"

namespace yagura::calendar {

enum class ClockEventKind { start, stop, pause, resume, retarget, reopen, reason, cancel };

struct ClockEvent {
  Time at;
  ClockEventKind kind = ClockEventKind::start;
  std::string target;     // start, retarget: a name in ClockRule::targets; "" keeps the rule's default
  std::string cause;      // pause, resume: which pause; "" is a cause like any other
  std::string text;       // reason: why the clock was breached; others: a remark for the account
  bool corrects = false;  // retarget, reopen: the target or cancellation before was wrong
};

enum class Reopen { goes_on, starts_anew };

struct ClockRule {
  std::string id;
  Words title;
  std::map<std::string, Deadline, std::less<>> targets;
  std::string default_target;
  Duration warn_before{};  // before the due instant, by the clock on the wall
  Reopen reopen = Reopen::goes_on;
  // What targets and causes are called in the account; one without a name stands as it is.
  std::map<std::string, Words, std::less<>> names;
  std::map<std::string, Duration, std::less<>> warn_before_of = {};  // of targets that have their own

  [[nodiscard]] Duration warning_of(std::string_view target) const {
    const auto own = warn_before_of.find(target);
    return own == warn_before_of.end() ? warn_before : own->second;
  }
};

enum class ClockState {
  idle,  // not started
  running,
  paused,
  met,       // stopped in time
  breached,  // overdue, stopped or not: see Judgement::stopped
  cancelled,
};

struct Judgement {
  ClockState state = ClockState::idle;
  bool breached = false;        // also true for a cancelled clock that was overdue before
  bool warning = false;         // between warn_at and due, running
  bool reason_missing = false;  // breached, and nobody has written why
  std::string target;
  std::optional<Time> started;
  std::optional<Time> stopped;
  // While paused: as if it ran again from now on.
  std::optional<Time> due;
  std::optional<Time> warn_at;
  std::optional<Time> breached_at;
  Duration elapsed{};                 // counted time: service time, or time on the wall for other forms
  std::optional<Duration> remaining;  // of a length of time; never negative
  std::string reason;
  bool forecast = false;
  Account account;
};

// Events may come in any order; those of one instant are taken as they stand. Events after `now` are not
// seen.
Result<Judgement> judge(const ClockRule& rule, const Book& book, std::span<const ClockEvent> events,
                        Time now);

std::string_view name_of(ClockState state);     // "running"
std::string_view name_of(ClockEventKind kind);  // "start"
Words words_of(ClockState state);               // 計測中 / running
// Errors: calendar.event_unknown.
Result<ClockEventKind> parse_event_kind(std::string_view name);

}  // namespace yagura::calendar
