// Passkeys of accounts, as People keeps and asks for them.
//
// Purpose: the values that go between People, the REST API and the person. What a browser's message must be
//          to be believed is in webauthn.hpp.
// Threads: values.
// Follows: requirement A5; Web Authentication Level 2.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "people/webauthn.hpp"

namespace yagura::people {

// other_address: made for another public address, of no use at this one. copied: its counter went back, so
// somebody has a copy; it opens nothing any more.
enum class PasskeyState : unsigned char { usable, other_address, copied };
std::span<const std::pair<std::string_view, PasskeyState>> enum_names(PasskeyState);

struct Passkey {
  Id id = 0;
  std::string name, address;  // address: the host it was made for
  PasskeyState state = PasskeyState::usable;
  Time made;
  std::optional<Time> last_used;
};

// What a browser is asked for: to use a passkey, or to make one.
struct PasskeyQuestion {
  std::string challenge, rp;
  std::vector<std::string> credentials;  // that may be used (none: any), or that are there already
  bool user_verified = false;            // must be, by PIN, finger or face
  // To make one: the account as the authenticator shows it, and a name for it that tells a stranger nothing.
  std::string user, login, name;
};

// With what a session that waits for its second factor may be completed; recovery codes always may.
struct SecondFactors {
  bool code = false, passkey = false;
};

// That whoever changes the ways into an account is its owner: the password, and one of the three. Who has no
// second factor yet gives the password alone.
struct OwnerProof {
  std::string password, code;
  std::optional<webauthn::Assertion> passkey = {};
  std::string recovery_code = {};
};

// A passkey that serves no longer, or again, because the public address is another.
struct MovedPasskey {
  std::string login, name, address;
  bool usable = false;
};

}  // namespace yagura::people
