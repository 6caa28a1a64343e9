// Turns parsed modules into a Library: imports, parents, textual conventions.
//
// Threads: pure function.
#pragma once

#include <vector>

#include "monitor/mib/library.hpp"

namespace yagura::monitor::mib {

// faults: those of reading and parsing; those of resolving are added.
Library resolve(std::vector<Module> modules, std::vector<Fault> faults);

}  // namespace yagura::monitor::mib
