// Where an import stands, on disk before it matters. Inside of import.hpp, and for who erases a contract.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace yagura::eventstore {

// An event of a batch, and how many like it the store had before.
struct ImportMark {
  std::int64_t at = 0;
  std::string event;  // hash of its cells
  std::int64_t before = 0;
};
// The batch that is being appended: what the numbers of the position are when it is there.
struct PendingBatch {
  std::uint64_t records = 0, rows = 0, rejected = 0, rejects_bytes = 0;
  std::vector<ImportMark> marks;
};
struct ImportPosition {
  std::string contract, import, kind;
  std::uint64_t records = 0, rows = 0, rejected = 0, rejects_bytes = 0, batches = 0;
  bool whole = false;
  std::optional<PendingBatch> pending;
};

// Nothing when there is none. Errors: eventstore.import_position (file).
Result<std::optional<ImportPosition>> load_position(const std::filesystem::path& file);
Result<void> save_position(const std::filesystem::path& file, const ImportPosition& position);

// Of all bytes of the file.
Result<std::string> identity_of(const std::filesystem::path& file);

// What imports of one contract left in their folder: positions, and what was refused.
struct ImportFiles {
  std::vector<std::filesystem::path> files;
  std::int64_t rejected = 0;  // records, as the positions say
};
Result<ImportFiles> import_files(const std::filesystem::path& state, std::string_view contract);

}  // namespace yagura::eventstore
