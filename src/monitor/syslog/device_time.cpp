#include "monitor/syslog/device_time.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace yagura::monitor::syslog {
namespace {

namespace ch = std::chrono;

// Reads from the front of a text; what does not fit leaves it where it was.
class Front {
 public:
  explicit Front(std::string_view text) : text_(text) {}

  bool one(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool one_of(std::string_view choices) {
    if (at_ >= text_.size() || choices.find(text_[at_]) == std::string_view::npos) return false;
    ++at_;
    return true;
  }
  // least to most digits.
  std::optional<int> digits(std::size_t least, std::size_t most) {
    std::size_t n = 0;
    int value = 0;
    while (n < most && at_ + n < text_.size() && is_digit(text_[at_ + n]))
      value = value * 10 + (text_[at_ + n++] - '0');
    if (n < least) return std::nullopt;
    at_ += n;
    return value;
  }
  std::optional<unsigned> month() {
    static constexpr std::string_view names = "janfebmaraprmayjunjulaugsepoctnovdec";
    if (text_.size() - at_ < 3) return std::nullopt;
    std::array<char, 3> lower{};
    for (std::size_t i = 0; i < 3; ++i) lower[i] = static_cast<char>(text_[at_ + i] | 0x20);
    const auto found = names.find(std::string_view(lower.data(), 3));
    if (found == std::string_view::npos || found % 3 != 0) return std::nullopt;
    at_ += 3;
    return static_cast<unsigned>(found / 3 + 1);
  }
  void spaces() {
    while (one(' ')) {
    }
  }
  [[nodiscard]] std::size_t at() const { return at_; }
  void back_to(std::size_t at) { at_ = at; }
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

struct Parts {
  std::optional<int> year;
  unsigned month = 0, day = 0;
  int hour = 0, minute = 0, second = 0, micros = 0;
  std::optional<ch::minutes> zone;
};

bool read_clock(Front& in, Parts& out) {
  const auto hour = in.digits(1, 2);
  if (!hour || !in.one(':')) return false;
  const auto minute = in.digits(2, 2);
  if (!minute || !in.one(':')) return false;
  const auto second = in.digits(2, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return false;
  out.hour = *hour;
  out.minute = *minute;
  out.second = std::min(*second, 59);  // a leap second is the one before
  const auto before = in.at();
  if (!in.one_of(".,")) return true;
  const auto rest = in.rest();
  std::size_t n = 0;
  while (n < rest.size() && Front::is_digit(rest[n])) ++n;
  if (n == 0) {
    in.back_to(before);
    return true;
  }
  for (std::size_t i = 0; i < 6; ++i) out.micros = out.micros * 10 + (i < n ? rest[i] - '0' : 0);
  in.back_to(in.at() + n);
  return true;
}

// "Z", "+09:00", "+0900", " JST", " UTC+9"; spaces only before names.
void read_zone(Front& in, Parts& out) {
  const auto begin = in.at();
  const auto ends = [&] {
    return in.rest().empty() || std::string_view(" :]\t").find(in.rest()[0]) != std::string_view::npos;
  };
  in.spaces();
  if (in.one('Z') && ends()) {
    out.zone = ch::minutes(0);
    return;
  }
  in.back_to(begin);
  in.spaces();
  for (const auto& [name, minutes] : {std::pair{"JST", 540}, std::pair{"UTC", 0}, std::pair{"GMT", 0}}) {
    if (!in.rest().starts_with(name)) continue;
    const auto here = in.at();
    in.back_to(here + 3);
    if (ends()) {
      out.zone = ch::minutes(minutes);
      return;
    }
    in.back_to(here);
  }
  const auto sign = in.at();
  if (in.one_of("+-")) {
    const bool west = in.rest().data()[-1] == '-';
    const auto hours = in.digits(2, 2);
    const bool colon = in.one(':');
    const auto minutes = in.digits(2, 2);
    if (hours && *hours <= 14 && (minutes ? *minutes <= 59 : !colon) && ends()) {
      const auto offset = ch::hours(*hours) + ch::minutes(minutes.value_or(0));
      out.zone = west ? -offset : offset;
      return;
    }
  }
  in.back_to(sign);
  // Another zone's name is part of the stamp, but says nothing that can be relied on.
  if (sign == begin + 1) {
    const auto rest = in.rest();
    std::size_t n = 0;
    while (n < rest.size() && n < 5 && rest[n] >= 'A' && rest[n] <= 'Z') ++n;
    if (n >= 3 && n < rest.size() && rest[n] == ':') {
      in.back_to(sign + n);
      return;
    }
  }
  in.back_to(begin);
}

// "2026-11-22T10:00:00", "2026/11/22 10:00:00".
bool read_iso(Front& in, Parts& out) {
  const auto year = in.digits(4, 4);
  if (!year) return false;
  const char separator = in.rest().starts_with("/") ? '/' : '-';
  if (!in.one(separator)) return false;
  const auto month = in.digits(1, 2);
  if (!month || !in.one(separator)) return false;
  const auto day = in.digits(1, 2);
  if (!day || !in.one_of("T ")) return false;
  in.spaces();
  out.year = year;
  out.month = static_cast<unsigned>(*month);
  out.day = static_cast<unsigned>(*day);
  return read_clock(in, out);
}

// "Nov 22 10:00:00", "Nov 22 2026 10:00:00", "2026 Nov 22 10:00:00", "Sun Nov 22 10:00:00 2026".
bool read_bsd(Front& in, Parts& out) {
  if (const auto year = in.digits(4, 4)) {
    if (!in.one(' ')) return false;
    out.year = year;
  }
  auto month = in.month();
  if (!month && !out.year && in.rest().size() > 4 && (in.rest()[3] == ' ' || in.rest()[3] == ',')) {
    in.back_to(in.at() + 4);  // a day of the week
    in.spaces();
    month = in.month();
  }
  if (!month || !in.one(' ')) return false;
  in.spaces();
  const auto day = in.digits(1, 2);
  if (!day || !in.one_of(" ,")) return false;
  in.spaces();
  out.month = *month;
  out.day = static_cast<unsigned>(*day);
  const auto here = in.at();
  if (!out.year) {
    const auto year = in.digits(4, 4);
    if (year && in.one(' '))
      out.year = year;
    else
      in.back_to(here);
  }
  if (!read_clock(in, out)) return false;
  if (out.year) return true;
  const auto behind = in.at();
  if (!in.one(' ')) return true;
  const auto year = in.digits(4, 4);
  if (year && *year >= 1970 && (in.rest().empty() || in.rest()[0] == ' ' || in.rest()[0] == ':'))
    out.year = year;
  else
    in.back_to(behind);
  return true;
}

std::optional<Time> in_year(const Parts& parts, int year, ch::minutes offset) {
  const ch::year_month_day date{ch::year(year), ch::month(parts.month), ch::day(parts.day)};
  if (!date.ok()) return std::nullopt;
  return Time(ch::sys_days(date)) + ch::hours(parts.hour) + ch::minutes(parts.minute) +
         ch::seconds(parts.second) + Duration(parts.micros) - offset;
}

std::optional<Time> to_time(const Parts& parts, Time received, ch::minutes offset) {
  const auto zone = parts.zone.value_or(offset);
  if (parts.year) return in_year(parts, *parts.year, zone);
  const int here = static_cast<int>(ch::year_month_day(ch::floor<ch::days>(received)).year());
  std::optional<Time> nearest;
  for (const int year : {here, here - 1, here + 1}) {
    const auto at = in_year(parts, year, zone);
    if (at && (!nearest || ch::abs(*at - received) < ch::abs(*nearest - received))) nearest = at;
  }
  return nearest;
}

}  // namespace

std::optional<Stamp> read_stamp(std::string_view text, Time received, ch::minutes offset) {
  text = text.substr(0, 64);
  Front in(text);
  Parts parts;
  if (!read_iso(in, parts)) {
    in = Front(text);
    parts = {};
    if (!read_bsd(in, parts)) return std::nullopt;
  }
  read_zone(in, parts);
  const auto at = to_time(parts, received, offset);
  if (!at) return std::nullopt;
  return Stamp{*at, in.at()};
}

std::optional<Time> read_time(std::string_view text, Time received, ch::minutes offset) {
  if (!text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos) {
    std::uint64_t whole = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
    const auto digits = static_cast<std::size_t>(end - text.data());
    if (error != std::errc{} || digits < 9) return std::nullopt;
    if (digits >= 18) return from_micros(static_cast<std::int64_t>(whole / 1000));
    if (digits >= 15) return from_micros(static_cast<std::int64_t>(whole));
    if (digits >= 12) return from_micros(static_cast<std::int64_t>(whole * 1000));
    std::int64_t micros = 0;
    for (std::size_t i = 0; i < 6; ++i) {
      const auto place = digits + 1 + i;
      const bool there = place < text.size() && text[place] != '.';
      micros = micros * 10 + (there ? text[place] - '0' : 0);
    }
    return from_micros(static_cast<std::int64_t>(whole) * 1'000'000 + micros);
  }
  const auto stamp = read_stamp(text, received, offset);
  if (!stamp || text.find_first_not_of(' ', stamp->length) != std::string_view::npos) return std::nullopt;
  return stamp->at;
}

}  // namespace yagura::monitor::syslog
