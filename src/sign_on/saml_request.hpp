// The request with which a browser is sent to a provider of SAML. Inside of this room only.
//
// Threads: pure functions.
// Follows: SAML Core 2.0 3.4.1; Bindings 3.4 (HTTP redirect, not signed).
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "sign_on/saml.hpp"

namespace yagura::sign_on::saml {

// The address with the request and the state; id: new for each attempt.
std::string request_address(const SamlSettings& settings, const std::string& provider_address,
                            std::string_view id, Time now, std::string_view state);

}  // namespace yagura::sign_on::saml
