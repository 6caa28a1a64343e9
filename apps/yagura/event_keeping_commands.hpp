// yagura events …: holds, seals and what is kept, asked of a running server with an API token's rights.
//
// Output:  a line each, tabs between. Exit: 0 done, 1 refused or failed, 2 misused, 3 a seal that does not
// hold.
#pragma once

#include <ostream>
#include <span>
#include <string>

#include "base/result.hpp"

namespace yagura::apps {

// kept                                   what is kept of each kind, and what goes next
// holds                                  id, state, kinds, days, reason, who ordered it
// hold --reason TEXT --ordered-by TEXT [--kind NAME[,NAME]] [--from DAY] [--to DAY]
// ask-release ID --reason TEXT           somebody else decides
// release ID [--refuse --reason TEXT]
// seals [--kind NAME] [--limit N]        newest first
// check --kind NAME --day DAY            makes the seal anew
// proof --kind NAME --day DAY --source NAME     for yagura-verify --seals
//   each: --contract ID [--server ADDRESS] [--ca FILE] [--token-file FILE]
bool is_keeping_command(std::string_view what);
Result<int> run_event_keeping(const std::string& what, std::span<const std::string> args, std::ostream& out);

}  // namespace yagura::apps
