// What segments learned together, in a file beside them.
//
// Purpose: dictionaries and common fragments are a fortieth of a segment, and the same in most of a month: they stand in its folder
//          once. So that nothing is lost with one bad place of the disk each file holds them twice, and other months mostly have the
//          same file: its name tells what it holds.
// Form:    docs/formats/event-learned.md.
// Errors:  eventstore.damaged (reason), those of file.hpp.
// Threads: pure but for reading and writing; one writer of a folder at a time.
#pragma once

#include <filesystem>

#include "eventstore/learned.hpp"

namespace yagura::eventstore {

std::filesystem::path learned_file(const std::filesystem::path& folder, std::uint64_t id);

// On disk when it returns; nothing where it stands there whole, or nothing was learned. The folder itself is not synced.
Result<void> put_learned(const std::filesystem::path& folder, const Learned& learned);

// As write_learned() gave it, of either copy. id is not 0.
Result<std::string> written_learned(const std::filesystem::path& folder, std::uint64_t id);
// level: at which will be packed with it; 0 to read only.
Result<Learned> get_learned(const std::filesystem::path& folder, std::uint64_t id, int level);

// Whether both copies are there, byte for byte as they were written.
[[nodiscard]] bool is_whole(const std::filesystem::path& folder, std::uint64_t id);

}  // namespace yagura::eventstore
