#include "log_search/plain_value.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "calendar/civil.hpp"

namespace yagura::log_search {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// The length of the well-formed character that begins here; 0: none does.
std::size_t character_at(std::string_view bytes) {
  for (std::size_t n = 1; n <= 4 && n <= bytes.size(); ++n)
    if (is_utf8(bytes.substr(0, n))) return n;
  return 0;
}

bool is_plain(std::string_view bytes) {
  for (const char c : bytes)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n') || c == 0x7F) return false;
  return is_utf8(bytes);
}

}  // namespace

std::string plain_value(std::string_view bytes) {
  if (is_plain(bytes)) return std::string(bytes);
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const auto length = character_at(bytes);
    const auto first = static_cast<unsigned char>(bytes.front());
    if (first == '\r') {
      out += '\n';
      bytes.remove_prefix(bytes.starts_with("\r\n") ? 2 : 1);
      continue;
    }
    const bool control = (first < 0x20 && first != '\t' && first != '\n') || first == 0x7F;
    out += length == 0 || control ? replacement : bytes.substr(0, length);
    bytes.remove_prefix(std::max<std::size_t>(1, length));
  }
  return out;
}

std::string plain_time(Time at) {
  const auto civil = calendar::to_japan(at);
  const auto day = std::chrono::floor<std::chrono::days>(civil);
  const auto us = (civil - day).count();
  return fmt::format("{} {:02}:{:02}:{:02}.{:06}", calendar::format_date(day), us / 3'600'000'000,
                     us / 60'000'000 % 60, us / 1'000'000 % 60, us % 1'000'000);
}

}  // namespace yagura::log_search
