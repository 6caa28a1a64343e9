// How far a move has come, as its file says.
//
// Errors:  eventstore.move_progress (file, reason), those of file.hpp.
// Threads: values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "eventstore/query.hpp"

namespace yagura::eventstore {

struct MoveProgress {
  bool days = true;            // of receipt are moved; false: the file is of a version that left them
  std::uint64_t finished = 0;  // 1: everything is moved; the same move does nothing more
  // Everything before this contract, kind and month is moved.
  std::string contract, kind;
  std::int64_t month = 0;        // its first moment
  std::int64_t moved = 0;        // events of all months before
  std::uint64_t batch_rows = 0;  // sources are put together by it
  // What the target had of this month before: not ours.
  std::int64_t base_rows = 0;
  std::uint64_t base_sum = 0;
  // What is moved of this month.
  std::int64_t rows = 0;
  std::uint64_t sum = 0;
  std::string after;                 // the last source that is done, folded
  bool any_source = false;           // there is one
  std::optional<Cursor> cursor;      // within the sources after it
  std::optional<std::string> until;  // up to this one, folded; nothing: those that were put together
  // The batch on its way: it is in if the target has base_rows + rows + flight_rows.
  std::int64_t flight_rows = 0;
  std::uint64_t flight_sum = 0;
  std::string flight_after;
  bool flight_any_source = false;
  std::optional<Cursor> flight_cursor;
  std::optional<std::string> flight_until;
};

// Nothing when there is no such file.
Result<std::optional<MoveProgress>> read_progress(const std::filesystem::path& file);
// The old file or the new one is there, never half of one.
Result<void> write_progress(const std::filesystem::path& file, const MoveProgress& progress);

}  // namespace yagura::eventstore
