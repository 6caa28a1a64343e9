#include "document/number_format.hpp"

#include <cctype>
#include <cmath>

namespace yagura::document {

namespace {

constexpr double seconds_per_day = 86'400;
constexpr double last_serial = 2'958'466;  // 9999-12-31 and a day

using std::chrono::local_days;
constexpr local_days day0_1900 = local_days{std::chrono::year{1899} / 12 / 30};
constexpr local_days day0_1904 = local_days{std::chrono::year{1904} / 1 / 1};

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

}  // namespace

DateFormat built_in_format(int id) {
  if (id == 22) return {true, true};
  if (id >= 14 && id <= 17) return {true, false};
  if (id >= 18 && id <= 21) return {false, true};
  if ((id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 54) || id == 57 || id == 58)
    return {true, false};
  if (id == 32 || id == 33) return {false, true};                          // 時分, 時分秒
  if (id == 34 || id == 35 || id == 55 || id == 56) return {true, false};  // 年月, 月日
  if (id == 45 || id == 47) return {false, true};
  return {};
}

DateFormat classify_format(std::string_view code) {
  bool day = false, clock = false, month_or_minute = false;
  std::string lower;
  for (const char c : code) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (lower.starts_with("general")) return {};
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const char c = lower[i];
    if (c == ';') break;  // only the section for positive numbers decides
    if (c == '"') {
      i = lower.find('"', i + 1);
      if (i == std::string::npos) break;
    } else if (c == '[') {
      const auto close = lower.find(']', i);
      if (close == std::string::npos) break;
      const std::string_view inside = std::string_view(lower).substr(i + 1, close - i - 1);
      if (!inside.empty() && inside.find_first_not_of("hms") == std::string_view::npos) return {};
      i = close;
    } else if (is_one_of(c, "\\_*")) {
      ++i;
    } else if (c == 'e' && i + 1 < lower.size() && is_one_of(lower[i + 1], "+-")) {
      return {};  // 0.00E+00
    } else if (lower.compare(i, 5, "am/pm") == 0) {
      clock = true;
      i += 4;
    } else if (is_one_of(c, "ydge") || lower.compare(i, 3, "aaa") == 0) {
      day = true;
    } else if (is_one_of(c, "hs")) {
      clock = true;
    } else if (c == 'm') {
      month_or_minute = true;
    }
  }
  return {day || (month_or_minute && !clock), clock};
}

std::optional<DateTime> from_serial(double serial, DateFormat format, bool date1904) {
  if (!(serial >= 0) || serial >= last_serial) return std::nullopt;
  const auto seconds = std::chrono::seconds(std::llround(serial * seconds_per_day));
  const double day = std::floor(serial);
  const bool has_time = format.time || serial != day;
  if (day == 0 && !format.date) return DateTime{std::chrono::local_seconds{seconds}, false, true};
  if (date1904) return DateTime{day0_1904 + seconds, true, has_time};
  if (day == 60) return std::nullopt;
  // Before the leap day that Lotus invented and Excel keeps, serials are one day behind.
  const auto shift = std::chrono::days(day < 60 ? 1 : 0);
  return DateTime{day0_1900 + shift + seconds, true, has_time};
}

double to_serial(const DateTime& when) {
  if (!when.has_date) return static_cast<double>(when.at.time_since_epoch().count()) / seconds_per_day;
  const auto since = (when.at - day0_1900).count();
  const double serial = static_cast<double>(since) / seconds_per_day;
  return serial < 61 ? serial - 1 : serial;
}

}  // namespace yagura::document
