// One request to an issuer's server.
//
// Rules:   HTTPS with certificate and name verified; without TLS only to this machine, and only when
//          allow_plain says so. No redirects (they would carry a secret elsewhere), no cookies, no proxy but
//          the one that was named. An answer of more than 256 KB is none.
// Errors:  sign_on.unreachable (why); it holds no secret. A status that is no 200 is an answer.
// Threads: safe from any thread; blocks for at most `most`, also while the name is looked up.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace yagura::sign_on {

struct WebCall {
  std::string address;
  std::string form;            // posted when not empty: application/x-www-form-urlencoded
  std::string user, password;  // HTTP basic when user is not empty
};
struct WebAnswer {
  long status = 0;
  std::string body;
};
struct WebRules {
  std::string ca_file;  // whose certificates are believed, PEM; "": the system's
  std::string proxy;    // "http://proxy.city.example.jp:8080"; "": none
  bool allow_plain = false;
};

Result<WebAnswer> call(const WebRules& rules, const WebCall& asked, std::chrono::milliseconds most);

// Whether such an address may be called, and shown to a browser.
bool address_allowed(std::string_view address, bool allow_plain);
std::string form_encoded(std::string_view text);

}  // namespace yagura::sign_on
