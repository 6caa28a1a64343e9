// From the checked tree of a pack to struct Pack. Used by pack.cpp only.
#pragma once

#include "contract/pack.hpp"

namespace yagura::contract {

// The tree has passed Rulebook::check; what is wrong between its values is added to `faults`.
Pack build_pack(Tree tree, std::vector<Fault>& faults);

}  // namespace yagura::contract
