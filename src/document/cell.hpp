// What stands in a cell of a table, whichever file it came from or goes to.
//
// Units:   DateTime is civil time as written in the file, without a zone; whoever reads the file knows whose.
// Threads: values.
#pragma once

#include <chrono>
#include <string>
#include <variant>

namespace yagura::document {

struct DateTime {
  std::chrono::local_seconds at;
  bool has_date = true;  // false: a time of day (at counts from 1970-01-01)
  bool has_time = true;
  bool operator==(const DateTime&) const = default;
};

// "#N/A", "#DIV/0!" ...: the formula behind the cell had no value.
struct CellError {
  std::string code;
  bool operator==(const CellError&) const = default;
};

using Cell = std::variant<std::monostate, std::string, double, bool, DateTime, CellError>;

// As a person would type it: 42, 0.5, 2026-04-28, 17:10:00, 2026-04-28T17:10:00, TRUE, #N/A; empty is "".
std::string to_text(const Cell& cell);
std::string to_text(const DateTime& when);

}  // namespace yagura::document
