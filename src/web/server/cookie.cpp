#include "web/server/cookie.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/result.hpp"
#include "base/text.hpp"

namespace yagura::web {
namespace {

// RFC 9110 5.6.2
bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > 0x20 && c < 0x7f && std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos;
  });
}

bool is_cookie_value(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return c > 0x20 && c < 0x7f && c != ';' && c != '"' && c != ',' && c != '\\'; });
}

}  // namespace

Cookies parse_cookies(std::string_view header) {
  Cookies cookies;
  for (const auto piece : split(header, ';')) {
    if (cookies.size() == kMaxCookies) break;
    const auto pair = trim(piece);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    const auto name = trim(pair.substr(0, equals));
    auto value = trim(pair.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    if (!is_token(name) || !is_cookie_value(value)) continue;
    cookies.emplace_back(name, value);
  }
  return cookies;
}

std::optional<std::string_view> find_cookie(const Cookies& cookies, std::string_view name) {
  for (const auto& [key, value] : cookies)
    if (key == name) return value;
  return std::nullopt;
}

std::string set_cookie(std::string_view name, std::string_view value,
                       std::optional<std::chrono::seconds> lifetime, CookieReach reach) {
  YAGURA_ASSERT(is_token(name) && is_cookie_value(value));
  auto text = fmt::format("__Host-{}={}; Path=/; Secure; SameSite=Strict", name, value);
  if (reach == CookieReach::http_only) text += "; HttpOnly";
  if (lifetime) text += fmt::format("; Max-Age={}", lifetime->count());
  return text;
}

}  // namespace yagura::web
