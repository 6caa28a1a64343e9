// Service windows: on which days and between which hours something is served, in words that a contract
// officer can read and write.
//
// Notation, parts in this order, only the hours required (or the one word 24x365):
//
//   [months 4,6,10-12] [2nd,4th | last | week 2,4] [sun | mon-fri | mon,tue | daily | open | closed | on
//   2027-03-14,...] 08:30-12:00,13:00-17:15 [except closures] [except holidays] [finish-work]
//
//   open 08:30-17:15                       every open day of the calendar
//   mon-fri 09:00-17:30 except holidays    weekdays that are no national holiday
//   2nd,4th sun 09:00-13:00                the second and the fourth Sunday of the month
//   week 2,4 mon,tue 17:30-20:00           Mondays and Tuesdays of the rows 2 and 4 of a calendar sheet that
//                                          begins its weeks on Sunday
//   daily 09:00-21:00 except closures      every day but the office's own closures (year's end)
//   mon 22:00-30:00                        from 22:00 to 6:00 of the next day
//   open 08:30-18:00 finish-work           work in hand at 18:00 goes on that day until it is done
//
// Errors:  calendar.window_invalid, naming the text and the word that could not be read.
// Threads: values and pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/calendar.hpp"

namespace yagura::calendar {

struct HourSpan {
  Minutes from;
  Minutes to;  // up to 36:00; after 24:00 it reaches into the next day
  bool operator==(const HourSpan&) const = default;
};

enum class DayChoice : std::uint8_t { weekdays, open_days, closed_days, dates };

struct Window {
  DayChoice choice = DayChoice::weekdays;
  Weekdays weekdays = all_weekdays;
  std::uint16_t months = 0;  // bits 1..12; 0 means every month
  std::uint8_t ordinals =
      0;                    // bit n: the nth such weekday of the month (1..5); bit 0: the last; 0: every one
  std::uint8_t weeks = 0;   // bit n: row n of a calendar sheet (1..6); 0 means every week
  std::vector<Date> dates;  // only with DayChoice::dates, in order
  std::vector<HourSpan> hours;  // in order, not overlapping
  bool except_closures = false;
  bool except_holidays = false;
  bool finish_work = false;
  bool operator==(const Window&) const = default;
};

inline constexpr std::size_t most_spans_of_window = 6;

Result<Window> parse_window(std::string_view text);
// The same window in the notation above: parse_window(format_window(w)) == w.
std::string format_window(const Window& window);
bool falls_on(const Window& window, const Calendar& calendar, Date day);
// Served at every moment of every day.
bool is_always(const Window& window);

}  // namespace yagura::calendar
