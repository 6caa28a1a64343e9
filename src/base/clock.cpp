#include "base/clock.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace yagura {

Time SystemClock::now() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

Duration SystemClock::steady() const {
  return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
}

void ManualClock::advance(Duration by) {
  now_.fetch_add(by.count());
  steady_.fetch_add(by.count());
}

std::string to_rfc3339(Time t) {
  using std::chrono::year;
  constexpr Time first = std::chrono::sys_days(year(0) / 1 / 1);
  constexpr Time last = Time(std::chrono::sys_days(year(10'000) / 1 / 1)) - Duration(1);
  t = std::clamp(t, first, last);
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date{day};
  const auto of_day = (t - day).count();
  const auto seconds = of_day / 1'000'000;
  auto out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", int(date.year()), unsigned(date.month()),
                         unsigned(date.day()), seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (const auto micros = of_day % 1'000'000; micros != 0) out += fmt::format(".{:06}", micros);
  return out + "Z";
}

namespace {

// Reads exactly `digits` decimal digits at `at`; -1 when there are none.
int number(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

Result<Time> parse_rfc3339(std::string_view text) {
  const auto bad = [&] { return fail("base.time_invalid", {{"text", std::string(text.substr(0, 64))}}); };
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != ' ') ||
      text[13] != ':' || text[16] != ':')
    return bad();
  const int year = number(text, 0, 4), month = number(text, 5, 2), day = number(text, 8, 2);
  const int hour = number(text, 11, 2), minute = number(text, 14, 2), second = number(text, 17, 2);
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month(unsigned(month)),
                                         std::chrono::day(unsigned(day))};
  if (year < 0 || month < 1 || day < 1 || !date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
      second < 0 || second > 60)
    return bad();
  std::size_t at = 19;
  std::int64_t micros = 0;
  if (text[at] == '.') {
    std::int64_t unit = 100'000;
    std::size_t digits = 0;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10, ++digits)
      micros += unit * (text[at] - '0');
    if (digits == 0) return bad();
  }
  std::int64_t offset_minutes = 0;
  if (at < text.size() && (text[at] == 'Z' || text[at] == 'z')) {
    if (at + 1 != text.size()) return bad();
  } else if (at + 6 == text.size() && (text[at] == '+' || text[at] == '-') && text[at + 3] == ':') {
    const int hours = number(text, at + 1, 2), minutes = number(text, at + 4, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return bad();
    offset_minutes = (hours * 60 + minutes) * (text[at] == '-' ? -1 : 1);
  } else {
    return bad();
  }
  return Time{std::chrono::sys_days{date}} + std::chrono::hours(hour) +
         std::chrono::minutes(minute - offset_minutes) + std::chrono::seconds(second) + Duration(micros);
}

}  // namespace yagura
