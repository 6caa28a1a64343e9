// What a pack names that stands outside packs/: trap kinds, sets of profiles, files of commands, ledgers,
// layouts of reports, and the events by which the product drives clocks.
//
// Purpose: the part of `yagura pack check` that no room can do alone. A remark is no fault: the pack is
//          right, and the product cannot do yet what it asks for.
// Threads: reads files; no state.
#pragma once

#include <filesystem>
#include <vector>

#include "contract/pack.hpp"

namespace yagura::apps {

struct Reference {
  contract::Fault fault;
  bool remark = false;
};

std::vector<Reference> check_references(const contract::Pack& pack, const std::filesystem::path& share);

}  // namespace yagura::apps
