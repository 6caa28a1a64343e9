// What `yagura clock` does with an installation; `clock replay` stands in calendar_commands.
#pragma once

#include <ostream>
#include <span>
#include <string>

#include "base/result.hpp"

namespace yagura::apps {

// recount --database ADDRESS --contract ID [--packs FOLDER] [--write]: judges every clock of the contract
// anew by its events and prints how many there are and how many differ from their rows, with the first 50;
// --write puts them right, each with an entry of its ticket's time line. Returns 1 where some differ and are
// left so. May run beside the server.
Result<int> recount_clocks(std::span<const std::string> args, std::ostream& out);

}  // namespace yagura::apps
