// yagura logs: asks a running server's event store, with an API token's rights.
//
// Output:  table for people, csv and jsonl for programs. What a search was understood as, and that a result
//          is only a part, goes to the error output.
// Exit:    0 found, 3 nothing found, 4 only a part was found, 1 refused or failed, 2 misused.
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace yagura::apps {

inline constexpr int exit_nothing = 3, exit_part = 4;

int run_logs(std::span<const std::string> args, std::ostream& out, std::ostream& err);

}  // namespace yagura::apps
