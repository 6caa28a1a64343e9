// yagura pack …
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace yagura::apps {

// check DIR: every fault with file, line and what to do; exit 1 when there is one
// explain DIR KEY: value, where it comes from, what it overrode, what it means
int run_pack(std::span<const std::string> args, std::ostream& out, std::ostream& err);

}  // namespace yagura::apps
