// Cookies (RFC 6265bis): reading what a browser sends, writing the only kind this server sets.
//
// Purpose: every cookie set here is `__Host-`, Secure, SameSite=Strict, Path=/ and without Domain, so that
//          no neighbour host can plant one. HttpOnly unless the screens have to read it (the CSRF token).
// Threads: pure functions.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yagura::web {

using Cookies = std::vector<std::pair<std::string, std::string>>;

inline constexpr std::size_t kMaxCookies = 64;

// Reads one Cookie header; pieces that are no cookie are left out, as RFC 6265 5.6 does.
Cookies parse_cookies(std::string_view header);
// The first value; nothing when absent.
std::optional<std::string_view> find_cookie(const Cookies& cookies, std::string_view name);

enum class CookieReach { http_only, scripts };

// name without its "__Host-"; no lifetime = until the browser closes; zero = delete it now.
std::string set_cookie(std::string_view name, std::string_view value,
                       std::optional<std::chrono::seconds> lifetime = std::nullopt,
                       CookieReach reach = CookieReach::http_only);

}  // namespace yagura::web
