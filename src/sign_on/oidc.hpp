// OpenID Connect as relying party: authorization code with PKCE, at one issuer.
//
// Purpose: sends a browser to the issuer and believes what it brings back only as far as the issuer signed
//          it. Rules: state, nonce and verifier are new for each attempt. The answer's `iss` must be the
//          issuer's (demanded where the issuer says that it sends it). The code is exchanged with the
//          client's secret. The ID token: signature (json_web_token.hpp), iss, aud, azp, exp, iat, nbf (two
//          minutes of slack), nonce, sub. A second factor counts only by `acr` or `amr` words that the
//          settings name.
// Keys:    read with the issuer's configuration at the first use and again after an hour; when a token names
//          a key that is not among them, at most every five minutes.
// Bounds:  a begin() or finish() takes `timeout` in all, whatever the issuer does; how many ask at once is
//          the caller's to bound (people/outside.hpp). After a failure the issuer is not asked for ten
//          seconds.
// Errors:  sign_on.settings_invalid (provider, what); of begin() and finish() those of people/sign_on.hpp;
//          what happened is told to `report` without secrets.
// Threads: safe from any thread.
// Follows: OpenID Connect Core 1.0 3.1, Discovery 1.0; RFC 6749, 7636, 8414, 8725, 9207, 9700.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "people/sign_on.hpp"
#include "sign_on/web_call.hpp"

namespace yagura::sign_on {

struct OidcSettings {
  std::string name;    // of the provider, for errors
  std::string issuer;  // "https://login.microsoftonline.com/<tenant>/v2.0", exactly as it calls itself
  std::string client;  // the client's id there
  std::function<Result<std::string>()> secret;  // asked for at each exchange: a new one holds at once
  std::string return_address;  // registered there: "https://yagura.example.jp/sign-on/<provider>"
  std::vector<std::string> trusted_acr, trusted_amr;
  WebRules web;
  std::chrono::milliseconds timeout{5000};
  std::function<void(std::string_view)> report;
  // How the issuer is asked; tests put another in its place.
  std::function<Result<WebAnswer>(const WebRules&, const WebCall&, std::chrono::milliseconds)> call =
      sign_on::call;
};

// The clock must outlive it. Errors: sign_on.settings_invalid. The issuer is not asked yet.
Result<std::unique_ptr<people::SignOn>> open_oidc(OidcSettings settings, const Clock& clock);

}  // namespace yagura::sign_on
