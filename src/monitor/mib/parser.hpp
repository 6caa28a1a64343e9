// Reads the text of MIB modules.
//
// Purpose: SMIv1 and SMIv2 as vendors write them. Clauses that say nothing about names, numbers, types and
//          notifications are stepped over. Not a conformance checker.
// Errors:  faults, never an early end of everything: after a fault the parser goes on with the next
//          assignment, so that one slip of a vendor does not cost the module.
// Limits:  files over 8 MiB are refused by the loader, nesting of braces by 64 levels here.
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "monitor/mib/module.hpp"

namespace yagura::monitor::mib {

struct Parsed {
  std::vector<Module> modules;
  std::vector<Fault> faults;
};

// file: only for the faults.
Parsed parse_modules(std::string_view text, const std::string& file);

}  // namespace yagura::monitor::mib
