// yagura mib …, yagura profile …, yagura trap …: is a file fit to be dropped into its folder?
#pragma once

#include <ostream>
#include <span>
#include <string>

namespace yagura::apps {

// check FILE… [--mibs FOLDER]: every fault with file, line and what to do; exit 1 when there is one
int run_mib(std::span<const std::string> args, std::ostream& out, std::ostream& err);
// check FILE…
int run_profile(std::span<const std::string> args, std::ostream& out, std::ostream& err);
// check FILE… [--mibs FOLDER]: kinds of traps
int run_trap(std::span<const std::string> args, std::ostream& out, std::ostream& err);

}  // namespace yagura::apps
