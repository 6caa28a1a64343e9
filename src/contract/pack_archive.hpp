// Every pack that was ever in force, kept with the records, so that a past clock can be judged as it was
// then.
//
// Purpose: a clock's row names the version of the pack that judged it; this keeps what that version said: all
//          files of the pack, of packs/_base and of packs/_schema, compressed, by version.
// Errors:  contract.version_not_kept (version), contract.archive_broken (version) when what is kept does not
//          give that version any more; those of store and of load_pack.
// Threads: safe from any thread; reading one back writes it to a folder of its own under the temporary folder
//          for as long as the call lasts.
// Follows: requirement A4 (a past month shows "as judged then" and "as judged now").
#pragma once

#include <filesystem>
#include <span>

#include "contract/pack.hpp"
#include "store/database.hpp"

namespace yagura::contract {

std::span<const store::Migration> migrations();

// Keeps the pack that was loaded from packs/<pack.id>, unless its version is kept already.
Result<void> keep_pack(store::Session& s, const Pack& pack, const std::filesystem::path& packs, Time now);
Result<Pack> kept_pack(store::Session& s, std::string_view contract, std::string_view version);

struct KeptVersion {
  std::string version;
  Time since;  // first loaded
};
// Newest first.
Result<std::vector<KeptVersion>> kept_versions(store::Session& s, std::string_view contract);

}  // namespace yagura::contract
