// Japan's civil time, and how people write it.
//
// Purpose: turns instants (yagura::Time, UTC) into the dates and hours of a Japanese office and back, and
//          reads and writes dates as offices do, with eras (令和8年4月28日).
// Units:   Date is a civil day in Japan; Civil is a civil instant in Japan; Japan is UTC+9 all year. (The
//          summer time of 1948-1951 is not modelled: no contract reaches back there.)
// Errors:  calendar.date_invalid, calendar.time_invalid.
// Threads: pure functions and values.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace yagura::calendar {

using Date = std::chrono::local_days;
using Civil = std::chrono::local_time<Duration>;
using Minutes = std::chrono::minutes;

// What a person reads, in both languages of the product.
struct Words {
  std::string ja;
  std::string en;
  bool operator==(const Words&) const = default;
};

// One line of an account of how something was counted.
struct Line {
  Time at;
  Words text;
};
using Account = std::vector<Line>;

Civil to_japan(Time instant);
Time from_japan(Civil civil);
Date date_of(Time instant);
// Minutes of the day: 0 is the start of the day, 1440 its end; more reaches into the next day.
Time at(Date day, Minutes of_day);
Minutes minute_of(Time instant);
Date make_date(int year, unsigned month, unsigned day);

// "2026-04-28", "2026/4/28", "2026年4月28日", "令和8年4月28日", "平成元年1月8日", "R8.4.28"; full-width
// digits too. A day outside its era (昭和64年1月8日) is an error: eras begin and end on a day.
Result<Date> parse_date(std::string_view text);
// A date as above, then "T" or blanks, then 17:10, 17:10:30 or 17時10分; without a zone it is Japan's time,
// with one (RFC 3339) it is what it says.
Result<Time> parse_instant(std::string_view text);
// "17:15" as minutes of the day, 0:00 to 36:00 (25:00 is one in the morning, as offices write it).
Result<Minutes> parse_minutes(std::string_view text);

std::string format_date(Date day);        // 2026-04-28
std::string format_date_ja(Date day);     // 2026年4月28日（火）
std::string format_era(Date day);         // 令和8年4月28日; before 1873 (no such office dates) as format_date
std::string format_weekday_ja(Date day);  // 火
std::string format_weekday_en(Date day);  // Tue
std::string format_minutes(Minutes of_day);      // 17:15
std::string format_civil(Time instant);          // 2026-04-28T17:10, with seconds when they are not zero
std::string format_rfc3339_japan(Time instant);  // 2026-04-28T17:10:00+09:00
Words format_duration(Duration length);          // 1時間5分 / 1 h 5 min

}  // namespace yagura::calendar
