// The spool: traps on disk before they count as stored.
//
// Purpose: an append-only journal of opaque records in segment files, written by one thread in groups, read
//          back by consumers with a cursor, at least once. Not a database: no search, no change.
// Format:  docs in trap/README.md. A file `<first sequence, 20 digits>.trap`: a 16-octet head ("YGTRAP01" and
//          the first sequence number), then frames of length (4), CRC-32C over length and payload (4),
//          payload; all little-endian. Lengths are 1..kMaxRecord, so a tail of zeros is no frame.
// Power:   a record is stored once append() returned: written and fdatasync'ed, its folder fsync'ed when the
//          file was new. After a kill or power cut open() cuts the torn tail of the newest file.
// Errors:  monitor.trap_spool_open, _write (disk full and failing disks: the group is cut off again and none
//          of it counts), _corrupt (a frame that is wrong although something follows it).
// Threads: a Spool belongs to one writing thread; end() may be read from any. Readers are independent.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace yagura::monitor::trap {

inline constexpr std::size_t kMaxRecord = 128U << 10U;
inline constexpr std::size_t kFrameHead = 8;

std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc = 0);

// Frames are built in place: begin_frame(), append the payload, end_frame(at).
inline std::size_t begin_frame(std::string& buffer) {
  buffer.append(kFrameHead, '\0');
  return buffer.size() - kFrameHead;
}
void end_frame(std::string& buffer, std::size_t at);

// Where a reader stands: the next record to read.
struct Cursor {
  std::uint64_t sequence = 0;  // counts records from 0 over the life of the spool
  std::uint64_t segment = 0;   // first sequence of its file
  std::uint64_t offset = 0;    // in that file; 0 means behind the head
  bool operator==(const Cursor&) const = default;
};

// What is stored: records below `end`. `cuts` counts how often octets behind it were taken back, so that a
// reader does not use what it read of them.
struct Extent {
  std::uint64_t end = 0;
  std::uint64_t cuts = 0;
};
// For reading a spool that nobody writes to.
inline constexpr Extent kWhole{~0ULL, 0};

class Spool {
 public:
  struct Options {
    std::filesystem::path folder;
    std::uint64_t segment_bytes = 64U << 20U;
  };
  // What open() had to cut off after a crash.
  struct Recovery {
    std::uint64_t records = 0;  // whole records found in the newest file
    std::uint64_t cut_bytes = 0;
  };

  static Result<std::unique_ptr<Spool>> open(Options options);
  ~Spool();
  Spool(const Spool&) = delete;

  // Frames made by end_frame(), `records` of them. All or nothing.
  Result<> append(std::string_view frames, std::uint64_t records);

  // Behind the last stored record.
  [[nodiscard]] std::uint64_t end() const { return end_.load(std::memory_order_acquire); }
  // How far readers may read. In this order: who sees the end of a group also sees the cut before it.
  [[nodiscard]] Extent extent() const {
    const auto stored = end();
    return {stored, cuts_.load(std::memory_order_acquire)};
  }
  [[nodiscard]] const Recovery& recovery() const { return recovery_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return options_.folder; }

 private:
  explicit Spool(Options options) : options_(std::move(options)) {}
  Result<> resume(std::uint64_t segment);
  Result<> create(std::uint64_t segment);
  Result<> write_all(std::string_view bytes);
  void cut_back();

  Options options_;
  Recovery recovery_;
  int file_ = -1;
  std::uint64_t size_ = 0;  // stored octets of the open file
  bool broken_ = false;     // the file may hold more than size_: cut before writing on
  bool abandon_ = false;    // fdatasync failed: go on in a new file
  std::atomic<std::uint64_t> end_{0};
  std::atomic<std::uint64_t> cuts_{0};
};

// Reads records behind a cursor. Made anew or kept, as the caller likes.
class SpoolReader {
 public:
  // A cursor older than the oldest file starts there: skipped() says how many records are gone.
  SpoolReader(std::filesystem::path folder, Cursor cursor) : folder_(std::move(folder)), cursor_(cursor) {}
  ~SpoolReader();
  SpoolReader(const SpoolReader&) = delete;

  // The next stored record, valid until the next call, or nothing when there is none yet. A corrupt stretch
  // is an error once; the next call goes on with the following file.
  Result<std::optional<std::string_view>> next(const Extent& extent);

  [[nodiscard]] const Cursor& cursor() const { return cursor_; }
  [[nodiscard]] std::uint64_t skipped() const { return skipped_; }

 private:
  Result<bool> open_segment();
  Result<bool> fill(std::size_t wanted);
  Result<std::optional<std::string_view>> frame();
  Result<std::optional<std::string_view>> corrupt();
  void close_segment();

  std::filesystem::path folder_;
  Cursor cursor_;
  std::uint64_t skipped_ = 0;
  int file_ = -1;
  std::string buffer_;
  std::size_t at_ = 0;               // of the cursor, in buffer_
  std::uint64_t buffer_offset_ = 0;  // of buffer_, in the file
  std::uint64_t limit_ = ~0ULL;      // first sequence of the following file
  std::uint64_t cuts_ = 0;
};

// The first sequence numbers of the files in a folder, in order.
std::vector<std::uint64_t> segments(const std::filesystem::path& folder);
// Removes whole files below the cursor, oldest first, until what is left takes no more than `keep_bytes`.
// Returns the octets freed.
std::uint64_t drop_consumed(const std::filesystem::path& folder, const Cursor& cursor,
                            std::uint64_t keep_bytes);

// A cursor on disk: replaced as a whole, so that it is the old one or the new one after a crash.
Result<> save_cursor(const std::filesystem::path& file, const Cursor& cursor);
// The zero cursor when there is no file. Errors: monitor.trap_cursor_invalid.
Result<Cursor> load_cursor(const std::filesystem::path& file);

}  // namespace yagura::monitor::trap
