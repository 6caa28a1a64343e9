// `yagura handover`: a contract as files in open formats, their check, and the erasure of what two people
// agreed on.
//
// Errors:  exit 1 with the error's words; 2 when misused. Threads: call before others start.
// Follows: requirement G6.
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace yagura::apps {

int run_handover(std::span<const std::string> args, std::ostream& out, std::ostream& err);

}  // namespace yagura::apps
