#include "document/cell.hpp"

#include <fmt/format.h>

#include <cmath>

namespace yagura::document {

namespace {

std::string number_text(double value) {
  // 15 digits are what a spreadsheet keeps; 0.1 + 0.2 is 0.3 there.
  if (std::isfinite(value) && std::abs(value) < 1e15 && value == std::trunc(value))
    return fmt::format("{:.0f}", value == 0 ? 0.0 : value);
  return fmt::format("{:.15g}", value);
}

struct ToText {
  std::string operator()(std::monostate) const { return {}; }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(double value) const { return number_text(value); }
  std::string operator()(bool value) const { return value ? "TRUE" : "FALSE"; }
  std::string operator()(const DateTime& when) const { return to_text(when); }
  std::string operator()(const CellError& error) const { return error.code; }
};

}  // namespace

std::string to_text(const DateTime& when) {
  const auto day = std::chrono::floor<std::chrono::days>(when.at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(when.at - day);
  std::string out;
  if (when.has_date)
    out = fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                      static_cast<unsigned>(date.day()));
  if (when.has_time)
    out += fmt::format("{}{:02}:{:02}:{:02}", when.has_date ? "T" : "", time.hours().count(),
                       time.minutes().count(), time.seconds().count());
  return out;
}

std::string to_text(const Cell& cell) { return std::visit(ToText{}, cell); }

}  // namespace yagura::document
