#include "shown_text.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace yagura_verify {

namespace {

// The length of the well-formed character of UTF-8 that begins here; 0: none does.
std::size_t character_at(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const auto first = at(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xC2 && first <= 0xDF ? 2 : first >= 0xE0 && first <= 0xEF ? 3 : 4;
  if (first < 0xC2 || first > 0xF4 || bytes.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((at(i) & 0xC0U) != 0x80) return 0;
  // Written too long, surrogates, beyond the last character.
  if ((first == 0xE0 && at(1) < 0xA0) || (first == 0xED && at(1) > 0x9F) || (first == 0xF0 && at(1) < 0x90) ||
      (first == 0xF4 && at(1) > 0x8F))
    return 0;
  return length;
}

bool plain_number(std::string_view text) {
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  const auto digits = [](std::string_view part) {
    return std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
  };
  const auto point = text.find('.');
  if (point == std::string_view::npos) return !text.empty() && digits(text);
  return point > 0 && point + 1 < text.size() && digits(text.substr(0, point)) &&
         digits(text.substr(point + 1));
}

std::string plain(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const auto first = static_cast<unsigned char>(bytes.front());
    if (first == '\r') {
      out += '\n';
      bytes.remove_prefix(bytes.starts_with("\r\n") ? 2 : 1);
      continue;
    }
    const auto length = character_at(bytes);
    const bool control = (first < 0x20 && first != '\t' && first != '\n') || first == 0x7F;
    if (length == 0 || control)
      out += "\xEF\xBF\xBD";
    else
      out += bytes.substr(0, length);
    bytes.remove_prefix(std::max<std::size_t>(1, length));
  }
  return out;
}

std::string csv_row(const std::vector<std::string>& cells) {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    if (cells[i].find_first_of("\"\r\n,") == std::string::npos) {
      out += cells[i];
      continue;
    }
    out += '"';
    for (const char c : cells[i]) out.append(c == '"' ? 2 : 1, c);
    out += '"';
  }
  return out + "\r\n";
}

}  // namespace

std::string shown_text(std::string_view bytes) {
  auto out = plain(bytes);
  if (!out.empty() && std::string_view("=+-@\t\r\n").find(out[0]) != std::string_view::npos &&
      !plain_number(out))
    out.insert(0, 1, '\'');
  return out;
}

std::string shown_time(std::int64_t us) {
  namespace c = std::chrono;
  const auto japan = c::sys_time<c::microseconds>(c::microseconds(us)) + c::hours(9);
  const auto day = c::floor<c::days>(japan);
  const c::year_month_day date(day);
  const auto rest = (japan - day).count();
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02lld:%02lld:%02lld.%06lld",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<long long>(rest / 3'600'000'000),
                static_cast<long long>(rest / 60'000'000 % 60), static_cast<long long>(rest / 1'000'000 % 60),
                static_cast<long long>(rest % 1'000'000));
  return text;
}

std::optional<std::int64_t> day_number(std::string_view day) {
  int parts[3]{};
  if (day.size() != 10 || day[4] != '-' || day[7] != '-') return std::nullopt;
  const std::string_view texts[] = {day.substr(0, 4), day.substr(5, 2), day.substr(8, 2)};
  for (int i = 0; i < 3; ++i) {
    const auto [end, bad] = std::from_chars(texts[i].data(), texts[i].data() + texts[i].size(), parts[i]);
    if (bad != std::errc{} || end != texts[i].data() + texts[i].size() || parts[i] < 0) return std::nullopt;
  }
  const std::chrono::year_month_day date(std::chrono::year(parts[0]),
                                         std::chrono::month(static_cast<unsigned>(parts[1])),
                                         std::chrono::day(static_cast<unsigned>(parts[2])));
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

std::optional<std::vector<std::string>> take_csv_row(std::string_view& rest) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const char c = rest[i];
    if (quoted) {
      if (c != '"')
        cells.back() += c;
      else if (i + 1 < rest.size() && rest[i + 1] == '"')
        cells.back() += rest[++i];
      else
        quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      cells.emplace_back();
    } else if (c == '\n') {
      if (!cells.back().ends_with('\r')) return std::nullopt;
      cells.back().pop_back();
      // Whatever else reads as the same cells is not what was written.
      if (rest.substr(0, i + 1) != csv_row(cells)) return std::nullopt;
      rest.remove_prefix(i + 1);
      return cells;
    } else {
      cells.back() += c;
    }
  }
  return std::nullopt;
}

}  // namespace yagura_verify
