// A provider of identities of the city (Entra ID, ADFS, Keycloak …), where a person signs in in our place.
//
// Purpose: what People asks of it: where to send the browser, and who came back. Which account that is,
//          whether it may come in and what more is asked of it is decided here (finish_sign_on() of
//          people.hpp).
// Threads: called from any thread; both block for as long as their implementation bounds.
// Errors:  people.sign_on_away (no answer, or not in time), people.sign_on_not_believed (an answer that
//          proves nothing), people.sign_on_cancelled. They carry nothing else: a stranger sees them; what
//          happened goes to the log of whoever implements this.
// Follows: requirement A5 (sign-on with the city's identities).
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace yagura::people {

struct SignOnBegun {
  std::string address;  // where the browser goes
  std::string kept;     // what finish() needs of this one attempt; secret, kept sealed by the browser
};

// What the browser brought back, as it came: nothing of it is to be believed. Empty where absent.
struct SignOnAnswer {
  std::string state;
  std::string code, issuer, error;  // of OpenID Connect
  // Of SAML: the browser posts it from the provider's page, where it does not send its cookies; so it is kept
  // (People::keep_response) until the browser asks with them. "": what was kept.
  std::string response;
};

struct SignedOn {
  std::string issuer, subject;  // the person there; never a name or an address that somebody could take over
  bool second_factor = false;   // the provider asked for one, and it is agreed that this is enough
};

class SignOn {
 public:
  virtual ~SignOn() = default;
  // state: unguessable, and compared by the caller when it comes back.
  virtual Result<SignOnBegun> begin(std::string_view state) = 0;
  // At most once for one begin(), which the caller sees to.
  virtual Result<SignedOn> finish(std::string_view kept, const SignOnAnswer& answer) = 0;
  // Whether begin() and finish() ask a server of the provider, and may wait for it.
  [[nodiscard]] virtual bool asks_outside() const { return true; }
  // What the provider is told of this server, as XML; "" where it is told nothing (all but SAML).
  [[nodiscard]] virtual std::string metadata() const { return {}; }
};

}  // namespace yagura::people
