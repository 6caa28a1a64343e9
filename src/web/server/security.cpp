#include "web/server/security.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace yagura::web {
namespace {

using Field = std::pair<std::string_view, std::string_view>;

constexpr std::array<Field, 9> kFields{{
    {"Strict-Transport-Security", "max-age=31536000"},
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
     "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
     "frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cache-Control", "no-store"},
}};

// "[::1]:8443" -> "[::1]", "name:8443" -> "name"
std::string_view without_port(std::string_view host) {
  if (host.starts_with('['))
    return host.substr(0, host.find(']') == std::string_view::npos ? 0 : host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

}  // namespace

void append_security_fields(std::string& out, const Headers& own) {
  for (const auto& [name, value] : kFields) {
    if (own.has(name)) continue;
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
  }
}

HostList::HostList(std::vector<std::string> names) : names_(std::move(names)) {}

Result<void> HostList::check(std::string_view host_header) const {
  const auto host = without_port(host_header);
  const auto known = [&](const std::string& name) { return name == "*" || same_name(name, host); };
  if (host.empty() || std::ranges::none_of(names_, known)) return fail("web.host_unknown");
  return {};
}

std::string CsrfGuard::token_for(std::string_view session) const {
  std::array<unsigned char, 32> mac{};
  unsigned int size = 0;
  const auto* made =
      HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
           reinterpret_cast<const unsigned char*>(session.data()), session.size(), mac.data(), &size);
  YAGURA_ASSERT(made != nullptr && size == mac.size());
  return to_hex({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

Result<void> CsrfGuard::check(const Request& request) const {
  if (is_safe(request.method) || request.caller.by_token) return {};
  YAGURA_CHECK(check_same_site(request));
  if (request.caller.session.empty()) return {};  // sign-in itself: nothing to ride on yet
  if (!same_secret(request.headers.get(kCsrfHeader), token_for(request.caller.session)))
    return fail("web.csrf_invalid");
  return {};
}

Result<void> check_same_site(const Request& request) {
  if (const auto site = request.headers.get("Sec-Fetch-Site"); !site.empty()) {
    if (site == "same-origin" || (site == "none" && is_safe(request.method))) return {};
    return fail("web.cross_site");
  }
  const auto origin = request.headers.get("Origin");
  if (origin.empty()) return {};
  constexpr std::string_view scheme = "https://";
  if (origin.starts_with(scheme) && same_name(origin.substr(scheme.size()), request.headers.get("Host")))
    return {};
  return fail("web.cross_site");
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  YAGURA_ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) == 1);
  return bytes;
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace yagura::web
