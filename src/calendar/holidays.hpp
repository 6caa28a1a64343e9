// National holidays of Japan by law.
//
// Purpose: the Act on National Holidays (国民の祝日に関する法律, Act No. 178 of 1948) with every amendment in
//          force for the years 1948-2050, and the one-off laws of 1959, 1989, 1990, 1993, 2019, 2020, 2021.
//          Not for closures that an office sets itself (12/29-1/3): those stand in a CalendarRule.
// Truth:   the equinoxes are settled each February by the official gazette for the next year. What lies
//          after the last settled year is a forecast by astronomy and by the law of today; the caller says
//          which year was the last settled one (it stands in the pack, with the list it was checked against).
// Threads: pure functions.
#pragma once

#include <string_view>
#include <vector>

#include "calendar/civil.hpp"

namespace yagura::calendar {

inline constexpr int first_year = 1948;
inline constexpr int last_year = 2050;

enum class HolidayKind {
  national,    // 国民の祝日, or a day that a law of its own made a holiday
  substitute,  // 振替休日 (art. 3(2)), since 1973-04-12
  citizens,    // 国民の休日 (art. 3(3)), since 1985-12-27
};

enum class Standing { decided, forecast };

struct Holiday {
  Date date;
  HolidayKind kind;
  std::string_view ja;  // static storage
  std::string_view en;
};

// In order of date; empty outside first_year..last_year.
std::vector<Holiday> holidays_of(int year);

inline Standing standing_of(int year, int decided_through) {
  return year <= decided_through ? Standing::decided : Standing::forecast;
}

}  // namespace yagura::calendar
