// A request as a handler sees it: decoded, within its limits, with its caller known.
//
// Purpose: plain data; nothing of sockets, TLS or the HTTP library.
// Threads: belongs to one thread at a time (I/O thread, then a worker).
// Units:   sizes in bytes, times UTC.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "web/server/cookie.hpp"
#include "web/server/headers.hpp"
#include "web/server/language.hpp"
#include "web/server/target.hpp"

namespace yagura::web {

struct Route;
class Upload;

enum class Method : std::uint8_t { get, head, post, put, patch, del, options };
inline constexpr int kMethods = 7;

std::string_view name_of(Method method);
std::optional<Method> parse_method(std::string_view name);
// RFC 9110 9.2.1: asks, changes nothing.
constexpr bool is_safe(Method method) {
  return method == Method::get || method == Method::head || method == Method::options;
}

// Who asks. Filled by the gate (see pipeline.hpp); empty for somebody not signed in.
struct Caller {
  std::string account;  // key for rate limits, access log, jobs; "" = nobody
  std::string session;  // a signed-in browser's session; "" for tokens
  bool by_token = false;
  // Whatever the layer of sign-in wants to hand to handlers (scopes, roles, contract).
  std::shared_ptr<const void> details;
};

struct Request {
  std::string id;  // in every answer (X-Request-Id) and log line
  Method method = Method::get;
  std::string path;  // decoded; see target.hpp
  Query query;
  Headers headers;
  Cookies cookies;
  std::vector<std::pair<std::string, std::string>> params;  // {id} of the route's pattern
  std::string body;                                         // BodyKind::memory
  std::shared_ptr<Upload> upload;                           // BodyKind::upload: parts on disk
  std::string client_address;
  std::shared_ptr<const std::string> tls_end_point;  // TlsContext::end_point(); may be null
  Language language = Language::ja;
  Time received{};
  Caller caller;
  // Set once the client has hung up: whoever works long may stop. May be null.
  std::shared_ptr<std::atomic<bool>> gone;
  const Route* route = nullptr;  // null when nothing matched

  // The value of {name}; "" when the pattern has none of that name.
  [[nodiscard]] std::string_view param(std::string_view name) const;
  [[nodiscard]] std::string_view cookie(std::string_view name) const {
    return find_cookie(cookies, name).value_or(std::string_view{});
  }
};

}  // namespace yagura::web
