// What every answer carries and every request must pass, so that no handler has to think of it.
//
// Purpose: security header fields, the Host check (against DNS rebinding), and protection from requests
//          that another site makes the browser send (CSRF): Fetch Metadata, Origin, and a token bound to
//          the session (OWASP's signed double submit). Who the caller is, is not decided here.
// Threads: immutable after making.
// Errors:  web.host_unknown, web.cross_site, web.csrf_invalid.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "web/server/request.hpp"
#include "web/server/response.hpp"

namespace yagura::web {

inline constexpr std::string_view kCsrfCookie = "csrf";  // readable by the screens: __Host-csrf
inline constexpr std::string_view kCsrfHeader = "X-CSRF-Token";

// Writes, as header lines, HSTS, CSP without unsafe-inline, nosniff, Referrer-Policy, frame-ancestors none,
// Permissions-Policy, COOP, CORP and Cache-Control: no-store, each unless `own` has that field already.
void append_security_fields(std::string& out, const Headers& own);

// Names this server answers to, without port; "*" takes any.
class HostList {
 public:
  explicit HostList(std::vector<std::string> names);
  [[nodiscard]] Result<void> check(std::string_view host_header) const;

 private:
  std::vector<std::string> names_;
};

class CsrfGuard {
 public:
  // key: 32 random bytes; the same on every node, or a browser that changes nodes has to load again.
  explicit CsrfGuard(std::string key) : key_(std::move(key)) {}
  // HMAC-SHA-256 of the session in hex: give it to the screens in the __Host-csrf cookie.
  [[nodiscard]] std::string token_for(std::string_view session) const;
  // For requests that change something. Tokens of the API (no cookie) pass: no browser adds those itself.
  [[nodiscard]] Result<void> check(const Request& request) const;

 private:
  std::string key_;
};

// Sec-Fetch-Site must be same-origin, or "none" when safe; where a browser is too old to send it, Origin
// must name this host; where there is neither, the client is no browser and passes.
Result<void> check_same_site(const Request& request);

// Unpredictable bytes from OpenSSL's generator.
std::string random_bytes(std::size_t count);
// In a time that does not depend on where they differ.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace yagura::web
