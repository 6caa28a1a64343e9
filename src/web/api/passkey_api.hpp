// Passkeys over REST: sign-in, set-up, the own list; see people/passkeys.hpp.
#pragma once

#include "web/api/context.hpp"
#include "web/api/json.hpp"

namespace yagura::web {

// What a browser must know to offer a passkey: passkey_address (the one origin at which they work, or null)
// and, while a second factor is due, second_factors.
void set_passkeys(const Api& api, const Request& request, Value& session);

}  // namespace yagura::web
