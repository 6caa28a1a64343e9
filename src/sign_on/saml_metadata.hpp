// What provider and server tell each other of themselves (SAML Metadata 2.0). Inside of this room only.
//
// Errors:  sign_on.token_invalid (what).
// Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "sign_on/saml_verification.hpp"

namespace yagura::sign_on::saml {

// What the provider's metadata says.
struct Provider {
  std::string issuer, address;  // address: where the browser is sent (redirect binding)
  std::vector<Key> keys;
};

Result<Provider> provider_of(const std::string& metadata);

}  // namespace yagura::sign_on::saml
