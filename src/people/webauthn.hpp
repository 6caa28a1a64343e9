// Passkeys as browsers send them: what a new one and a use of one must be to be believed.
//
// Purpose: reads and verifies the messages of WebAuthn. Which challenge was given to whom, whose a credential
//          is and what its counter was before, passkeys.cpp knows.
// Limits:  algorithms ES256, EdDSA (Ed25519) and RS256 (2048 bits); attestation "none", or "packed" by the
//          credential's own key: who made an authenticator is not asked. Extensions are neither asked for nor
//          looked at. A message above its size is malformed without being read.
// Errors:  Fault; the caller tells its name to the journal, never to the browser.
// Threads: pure functions.
// Follows: Web Authentication Level 2 (7.1 registration, 7.2 assertion).
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace yagura::people::webauthn {

// Whose passkeys they are: `id` is a host name, `origin` the one address from which they are used.
struct RelyingParty {
  std::string id, origin;
};
// Of "https://yagura.example.jp[:port]"; "http:" only for localhost. Nothing where browsers allow no
// passkeys: an IP address, plain HTTP, no address at all.
std::optional<RelyingParty> relying_party(std::string_view public_address);

enum class Fault : unsigned char {
  malformed,
  type,
  challenge,
  origin,
  embedded,  // used inside a page of somebody else
  relying_party,
  user_absent,
  user_unverified,
  algorithm,  // none of ours, or no key of it
  attestation,
  signature
};
std::string_view name_of(Fault fault);

// COSE (RFC 9053), in the order in which browsers are asked for them.
inline constexpr std::array<int, 3> algorithms{-7, -8, -257};

// All in base64url without padding, as sent.
struct Creation {
  std::string client_data, attestation;
};
struct Assertion {
  std::string credential, client_data, authenticator_data, signature;
  std::string user;  // "" when the authenticator named none
};

struct Key {
  int algorithm = 0;
  std::string bytes;  // as libfido2 has them, in hex
};
struct Created {
  std::string credential;  // base64url
  Key key;
  std::uint32_t counter = 0;
};

// The challenge that a message says it answers, to be looked up; nothing of it is believed yet.
std::expected<std::string, Fault> challenge_of(std::string_view client_data);

std::expected<Created, Fault> verify(const RelyingParty& rp, std::string_view challenge,
                                     const Creation& made);
// Answers with the authenticator's counter. user_verified: by PIN, finger or face; else to be present is
// enough.
std::expected<std::uint32_t, Fault> verify(const RelyingParty& rp, std::string_view challenge, const Key& key,
                                           const Assertion& used, bool user_verified);

}  // namespace yagura::people::webauthn
