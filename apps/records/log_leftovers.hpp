// What importing and moving logs leaves in the data folder beside the events: they quote and name what is in
// them, and go with them.
//
// Files:   DATA/imports (eventstore/import/import.hpp), DATA/events.move (eventstore/move.hpp).
// Errors:  those of the files; handover.file_not_removed(file).
// Threads: each call for itself, while no import and no move runs.
#pragma once

#include <filesystem>
#include <string>

#include "schema/value.hpp"

namespace yagura::apps {

// {"files": number of files, "rejected": lines in them that imports refused}
Result<schema::Value> leftovers_of(const std::filesystem::path& data, const std::string& contract);
// A move that is not finished goes on with what comes after the contract.
Result<void> erase_leftovers(const std::filesystem::path& data, const std::string& contract);

}  // namespace yagura::apps
