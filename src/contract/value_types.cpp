#include "contract/value_types.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "calendar/window.hpp"

namespace yagura::contract {

using schema::Value;

namespace {

constexpr std::array<std::string_view, 15> simple_types = {
    "text", "words",    "bool",   "integer", "number", "id",   "date", "month_day",
    "hour", "duration", "window", "on_date", "event",  "cidr", "file"};

std::unexpected<Error> bad(std::string_view text, std::string_view wanted) {
  return fail("contract.bad_value",
              {{"text", std::string(text.substr(0, 64))}, {"wanted", std::string(wanted)}});
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || ec != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

bool is_id(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, allowed);
}

// Relative, downwards, no tricks: packs come from people.
bool is_file(std::string_view text) {
  if (text.empty() || text.starts_with('/') || text.size() > 200) return false;
  for (const auto part : split(text, '/'))
    if (part.empty() || part == ".." || part == ".") return false;
  return text.find('\0') == std::string_view::npos;
}

template <class T>
std::optional<Error> error_of(const Result<T>& result) {
  if (result) return std::nullopt;
  return result.error();
}

std::optional<Error> check_words(const Value& value) {
  for (const auto& [name, _] : value.members())
    if (name != "ja" && name != "en")
      return Error{"contract.bad_value", {{"text", name}, {"wanted", "ja, en"}}};
  if (trim(value["ja"].text()).empty() || trim(value["en"].text()).empty())
    return Error{"contract.bad_value", {{"text", value["ja"].text()}, {"wanted", "ja, en"}}};
  return std::nullopt;
}

}  // namespace

bool is_simple_type(std::string_view type) {
  return std::ranges::find(simple_types, type) != simple_types.end();
}

std::optional<Error> check_simple(const Value& value, std::string_view type) {
  const auto& text = value.text();
  const auto unless = [&](bool good, std::string_view wanted) -> std::optional<Error> {
    if (good) return std::nullopt;
    return bad(text, wanted).error();
  };
  if (type == "words") return check_words(value);
  if (type == "bool") return unless(value.kind() == Value::Kind::boolean, "true, false");
  if (type == "integer") return unless(value.kind() == Value::Kind::integer, "123");
  if (type == "number") return unless(value.is_number(), "12.3");
  if (type == "text") return unless(!trim(text).empty(), "…");
  if (type == "id") return unless(is_id(text), "a-z 0-9 _ -");
  if (type == "event") return unless(is_id(text), "a-z 0-9 _ -");
  if (type == "file") return unless(is_file(text), "folder/file");
  if (type == "date") return error_of(calendar::parse_date(text));
  if (type == "month_day") return error_of(calendar::parse_month_day(text));
  if (type == "hour") return error_of(calendar::parse_minutes(text));
  if (type == "duration") return error_of(parse_duration(text));
  if (type == "window") return error_of(calendar::parse_window(text));
  if (type == "on_date") return error_of(parse_on_date(text));
  if (type == "cidr") return error_of(check_cidr(text));
  YAGURA_ASSERT(false);
}

Result<Duration> parse_duration(std::string_view text) {
  constexpr std::string_view wanted = "5 s, 30 min, 2 h, 3 d";
  const auto whole = trim(text);
  const auto blank = whole.find(' ');
  if (blank == std::string_view::npos) return bad(text, wanted);
  const auto count = whole_number(whole.substr(0, blank));
  const auto unit = trim(whole.substr(blank));
  const std::int64_t seconds = unit == "s"     ? 1
                               : unit == "min" ? 60
                               : unit == "h"   ? 3600
                               : unit == "d"   ? 86400
                                               : 0;
  if (!count || seconds == 0 || *count > 3650LL * 86400 / seconds) return bad(text, wanted);
  return std::chrono::seconds(*count * seconds);
}

Result<calendar::OnDate> parse_on_date(std::string_view text) {
  constexpr std::string_view wanted = "2026-06-30, 02-28, 02-last, 31, last";
  const auto whole = trim(text);
  calendar::OnDate on;
  if (whole == "last") return on;
  if (const auto date = calendar::parse_date(whole)) {
    const std::chrono::year_month_day ymd{*date};
    on.year = int(ymd.year());
    on.month = unsigned(ymd.month());
    on.day = unsigned(ymd.day());
    return on;
  }
  if (whole.size() <= 2) {
    const auto day = whole_number(whole);
    if (!day || *day < 1 || *day > 31) return bad(text, wanted);
    on.day = static_cast<unsigned>(*day);
    return on;
  }
  if (whole.ends_with("-last")) {
    const auto month = whole_number(whole.substr(0, whole.size() - 5));
    if (!month || *month < 1 || *month > 12) return bad(text, wanted);
    on.month = static_cast<unsigned>(*month);
    return on;
  }
  const auto day = calendar::parse_month_day(whole);
  if (!day) return bad(text, wanted);
  on.month = day->month;
  on.day = day->day;
  return on;
}

Result<calendar::Weekdays> parse_weekdays(std::string_view text) {
  // The notation of windows already reads sets of weekdays.
  const auto window = calendar::parse_window(std::string(text) + " 00:00-24:00");
  if (trim(text).empty() || !window || window->choice != calendar::DayChoice::weekdays ||
      window->months != 0 || window->weeks != 0 || window->ordinals != 0 || window->hours.size() != 1)
    return bad(text, "mon-fri, sat, …");
  return window->weekdays;
}

Result<> check_cidr(std::string_view text) {
  const auto slash = text.find('/');
  const std::string address(text.substr(0, slash));
  in6_addr scratch{};
  const bool v4 = inet_pton(AF_INET, address.c_str(), &scratch) == 1;
  const bool v6 = !v4 && inet_pton(AF_INET6, address.c_str(), &scratch) == 1;
  bool good = v4 || v6;
  if (good && slash != std::string_view::npos) {
    const auto bits = whole_number(text.substr(slash + 1));
    good = bits && *bits <= (v4 ? 32 : 128);
  }
  if (!good) return bad(text, "192.0.2.0/24, 2001:db8::/32");
  return {};
}

calendar::Words words_of(const Value& value) { return {value["ja"].text(), value["en"].text()}; }

}  // namespace yagura::contract
