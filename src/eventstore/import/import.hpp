// One file of logs into a store: every record once, whatever interrupts it.
//
// Purpose: reads a file by a mapping, appends batches, keeps where it is. Begun again with the same file (by
//          its bytes, not its name), it goes on; a file that was imported as a whole is known and nothing
//          happens.
// Promise: a batch's position is saved before and after it is appended. Whether a batch was appended when the
//          crash came in between is asked of the store itself: up to 16 of its events, compared whole, have
//          become more or not. For that nobody else may write to the store meanwhile, as the folder's lock of
//          the embedded store has it.
// Files:   STATE/<hash>.position, and STATE/<hash>.rejected: records that are no events, whole, each behind a
//          line "# record NUMBER: REASON".
// Errors:  eventstore.import_unreadable, eventstore.import_header (file, reason), eventstore.import_position
//          (file), eventstore.import_uncertain (file, record), those of append and of files.
// Threads: one import at a time of one file.
#pragma once

#include <functional>

#include "eventstore/import/mapping.hpp"
#include "eventstore/store.hpp"

namespace yagura::eventstore {

struct ImportProgress {
  std::uint64_t records = 0, rows = 0, rejected = 0;
  std::uint64_t bytes = 0, bytes_in_all = 0;  // of the file as it lies there
};

struct ImportOptions {
  std::string contract;
  std::filesystem::path state;  // folder; is made
  std::size_t batch_rows = 16'384;
  // After each batch; false ends it here, to be gone on with.
  std::function<bool(const ImportProgress&)> progress = {};
};

struct Imported {
  ImportProgress counts;
  bool whole = false;   // false: progress() ended it
  bool before = false;  // it was imported as a whole already
  bool resumed = false;
  std::filesystem::path rejects;  // "" when there are none
};

Result<Imported> import_file(EventStore& store, Mapping mapping, const std::filesystem::path& file,
                             const ImportOptions& options);

}  // namespace yagura::eventstore
