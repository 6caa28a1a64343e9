#include "web/server/target.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace yagura::web {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// A whole path is plain when no byte of it needs a second look; nearly all are.
bool is_plain(std::string_view path) {
  char before = '/';
  for (const char c : path) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '/' || (c == '.' && before != '/' && before != '.');
    if (!word) return false;
    before = c;
  }
  return true;
}

Result<std::string> parse_path(std::string_view raw) {
  if (raw.empty() || raw.front() != '/') return fail("web.target_invalid");
  if (is_plain(raw)) return std::string(raw);
  std::string path;
  for (const auto segment : split(raw.substr(1), '/')) {
    const auto decoded = percent_decode(segment, false);
    if (!decoded || *decoded == "." || *decoded == ".." ||
        decoded->find_first_of("/\\") != std::string::npos || has_control(*decoded))
      return fail("web.target_invalid");
    path += '/';
    path += *decoded;
  }
  if (!is_utf8(path)) return fail("web.target_invalid");
  return path;
}

}  // namespace

std::optional<std::string_view> Query::find(std::string_view name) const {
  for (const auto& [key, value] : values_)
    if (key == name) return value;
  return std::nullopt;
}

std::vector<std::string_view> Query::all(std::string_view name) const {
  std::vector<std::string_view> found;
  for (const auto& [key, value] : values_)
    if (key == name) found.emplace_back(value);
  return found;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
      if (low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

Result<Query> parse_query(std::string_view text) {
  Query query;
  if (text.empty()) return query;
  for (const auto pair : split(text, '&')) {
    if (pair.empty()) continue;
    if (query.size() == kMaxQueryParameters) return fail("web.query_invalid");
    const auto equals = pair.find('=');
    auto name = percent_decode(pair.substr(0, equals), true);
    auto value =
        percent_decode(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true);
    if (!name || !value || !is_utf8(*name) || !is_utf8(*value) || value->find('\0') != std::string::npos ||
        has_control(*name))
      return fail("web.query_invalid");
    query.add(*std::move(name), *std::move(value));
  }
  return query;
}

Result<Target> parse_target(std::string_view target) {
  const auto mark = target.find('?');
  Target parsed;
  YAGURA_TRY(parsed.path, parse_path(target.substr(0, mark)));
  if (mark != std::string_view::npos) {
    YAGURA_TRY(parsed.query, parse_query(target.substr(mark + 1)));
  }
  return parsed;
}

}  // namespace yagura::web
