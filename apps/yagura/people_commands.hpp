// yagura people …
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace yagura::apps {

// invite LOGIN --database ADDRESS --data DIR [--host NAME[:PORT]]: a new one-time link that sets password
// and second factor, for somebody who is locked out; "admin" where nobody has signed in yet
int run_people(std::span<const std::string> args, std::ostream& out, std::ostream& err);

}  // namespace yagura::apps
