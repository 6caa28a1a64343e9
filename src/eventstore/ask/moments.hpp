// Times of a query, as people say them: 先週, 今日12時, 11/1, 令和8年11月1日, 10分前, 7d, 2026-11-01T10:30.
//
// Units:   Japan's time; weeks begin on Monday, fiscal years on 1 April.
// Meaning: 日前, 週間前, d, w and longer go back to the beginning of a day; 分前, 時間前, m, h to the very instant. A
//          date without a year is the latest one that has come, or, behind a `from`, the first not before it.
// Threads: pure functions; the instant that counts as now is passed in.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace yagura::eventstore {

struct Moment {
  Time begin, end;     // what the words cover: a day, a week, an hour, a minute
  bool whole = false;  // a day or longer: as the end of a search it is included as a whole
  bool open = false;   // a length (2h, 7日間) or an instant ago: as a `time` it goes on until now
};

// text as narrow() makes it. Nothing when it is no time.
std::optional<Moment> read_moment(std::string_view narrowed, Time now,
                                  std::optional<Time> from = std::nullopt);

// Whether a word is a time of a day (10:30, 12時, 午後3時): behind a date and a blank it belongs to the date.
bool is_time_of_day(std::string_view narrowed);

// 30s, 5m, 1h, 1d, 1w, 10分, 1時間, 1日, 1週間; for the length of a bar.
std::optional<Duration> read_length(std::string_view narrowed);

}  // namespace yagura::eventstore
