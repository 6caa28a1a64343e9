// Deadlines as packs declare them, turned into calendar::Deadline.
//
//   {within: 30 min}                              by the clock on the wall
//   {within: 3 h, hours: office}                  of service time
//   {open_days: 3, until: "17:15"}                within three open days; count_event_day: true counts the
//   first {days: 3, not_counting: closed_days}          or national_holidays; roll: later_open_day,
//   earlier_open_day {open_days_before: 1}  {days_before: 7} {open_day_of_month: 8, months_later: 1} {on:
//   "02-last"}  {on: "2026-06-30"} {next_open_day: "12:00"} {by_hour: {hours: office, in: {within: 60 min},
//   out: {within: 120 min}}}
//
// Errors:  those of value_types.hpp and calendar::check_deadline.
// Threads: pure functions.
#pragma once

#include "calendar/deadline.hpp"
#include "schema/value.hpp"

namespace yagura::contract {

// calendar: whose open days count when the deadline names no calendar of its own.
Result<calendar::Deadline> read_deadline(const schema::Value& value, std::string_view calendar);

}  // namespace yagura::contract
