// Which number formats of a spreadsheet show a date, and what day a serial number is.
//
// Follows: ECMA-376 part 1, 18.8.30 (number formats) and 18.17.4.1 (date systems 1900 and 1904).
//          Built-in formats 27-36 and 50-58 are the Japanese era dates of Excel.
#pragma once

#include <optional>
#include <string_view>

#include "document/cell.hpp"

namespace yagura::document {

struct DateFormat {
  bool date = false;  // shows years, months or days
  bool time = false;  // shows hours or seconds
  [[nodiscard]] bool any() const { return date || time; }
  bool operator==(const DateFormat&) const = default;
};

DateFormat built_in_format(int id);
// Elapsed time ([h]:mm) is no date: it stays a number of days.
DateFormat classify_format(std::string_view code);

// Nothing for what is no day: negative, past 9999-12-31, and the 29 February 1900 that never was.
std::optional<DateTime> from_serial(double serial, DateFormat format, bool date1904);
double to_serial(const DateTime& when);  // 1900 system

}  // namespace yagura::document
