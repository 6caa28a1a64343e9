// How a browser says that its person is the owner of the account (people::OwnerProof).
#pragma once

#include "people/passkeys.hpp"

namespace yagura::people {

namespace webauthn {
template <class V>
void shape(V& v, Assertion& b) {
  v.required("credential", b.credential);
  v.required("client_data", b.client_data);
  v.required("authenticator_data", b.authenticator_data);
  v.required("signature", b.signature);
  v.optional("user", b.user);
}
}  // namespace webauthn

template <class V>
void shape(V& v, OwnerProof& b) {
  v.required("password", b.password);
  v.optional("code", b.code);
  v.optional("passkey", b.passkey);
  v.optional("recovery_code", b.recovery_code);
}

}  // namespace yagura::people

namespace yagura::web {
constexpr std::size_t owner_proof_limit = 48 * 1024;
}  // namespace yagura::web
