// What belongs to the store: its segments, the first write-ahead log that is not in them, holds.
//
// Purpose: one small file, replaced as a whole, decides what is there. A segment that it does not name is not
//          part of the store (a flush or merge that did not come to its end) and is removed at opening.
// Form:    docs/formats/event-manifest.md: lines of words, and a checksum in the last.
// Errors:  eventstore.damaged, those of file.hpp.
// Threads: values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace yagura::eventstore {

struct SegmentEntry {
  std::uint64_t number = 0;
  std::string contract, kind;
  int month = 0;        // 202611, in Japan; of its events, not of their receipt
  bool merged = false;  // as small as it gets; merged again only when late events come
  std::int64_t rows = 0, bytes = 0;
  std::int64_t first_time = 0, last_time = 0;  // µs since 1970
  std::int64_t first_day = 0, last_day = 0;    // of receipt, days since 1970 in Japan
  std::vector<std::uint64_t> learned;          // files beside it without which it cannot be read
  bool operator==(const SegmentEntry&) const = default;
};

// Nothing that it covers is dropped, whatever the retention says.
struct Hold {
  std::string id;                 // chosen by who orders it, as a number of a case
  std::string contract, kind;     // kind "": every kind
  std::int64_t from = 0, to = 0;  // µs since 1970; times of events
  bool operator==(const Hold&) const = default;
};

bool covers(const Hold& hold, const SegmentEntry& entry);

struct Manifest {
  std::uint64_t next_segment = 1, first_log = 1;
  std::vector<SegmentEntry> segments;
  std::vector<Hold> holds;
  bool operator==(const Manifest&) const = default;
};

std::string write_manifest(const Manifest& manifest);
Result<Manifest> read_manifest(std::string_view text);

// None in the folder is an empty one.
Result<Manifest> load_manifest(const std::filesystem::path& folder);
// On disk when it returns; before that the old one holds.
Result<void> save_manifest(const std::filesystem::path& folder, const Manifest& manifest);

std::filesystem::path segment_file(const std::filesystem::path& folder, const SegmentEntry& entry);
// A name as part of a path and as a word of the manifest: what is not a-z, 0-9, _ or - stands as %41. Never
// empty for a name that is not.
std::string as_word(std::string_view name);
// Nothing when it is not what as_word() gives.
std::optional<std::string> from_word(std::string_view word);
// So long may the name of a contract be, in bytes: as a word it must still be the name of a folder.
constexpr std::size_t most_name = 80;

}  // namespace yagura::eventstore
