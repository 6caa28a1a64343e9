// What a browser says of a passkey: the first byte chooses which of its three messages the rest is.
#include <cstddef>
#include <cstdint>

#include "people/test_authenticator.hpp"

using namespace yagura::people;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const webauthn::RelyingParty rp{"yagura.example.jp", "https://yagura.example.jp"};
  static const std::string challenge = TestAuthenticator::encode("thirty-two random bytes, or more");
  static const TestAuthenticator key;
  static const auto good = key.create(challenge);
  static const auto made = webauthn::verify(rp, challenge, good).value();
  if (size == 0) return 0;
  const auto rest = TestAuthenticator::encode({reinterpret_cast<const char*>(data) + 1, size - 1});
  switch (data[0] % 3) {
    case 0: {
      (void)webauthn::challenge_of(rest);
      (void)webauthn::verify(rp, challenge, webauthn::Creation{rest, good.attestation});
      break;
    }
    case 1:
      (void)webauthn::verify(rp, challenge, webauthn::Creation{good.client_data, rest});
      break;
    default: {
      auto used = key.use(challenge);
      used.authenticator_data = rest;
      // The key's signature is about other bytes: none of these may be believed, but for the very same.
      if (webauthn::verify(rp, challenge, made.key, used, true) &&
          rest != key.use(challenge).authenticator_data)
        __builtin_trap();
    }
  }
  return 0;
}
