// Fiscal years, as Japanese offices count them: 2026 runs from 1 April 2026 to 31 March 2027, in Japan's
// time. Pure; no errors.
#pragma once

#include "calendar/civil.hpp"

namespace yagura::calendar {

constexpr int fiscal_year(std::chrono::year_month month) {
  return int(month.year()) - (month.month() < std::chrono::April ? 1 : 0);
}
inline int fiscal_year(Time at) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(to_japan(at)));
  return fiscal_year(day.year() / day.month());
}

// Of Reiwa: R8 is 2026. What began before 2019 has none.
constexpr int reiwa(int fiscal_year) { return fiscal_year - 2018; }

}  // namespace yagura::calendar
