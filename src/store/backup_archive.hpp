// The file of a backup: POSIX tar inside gzip (RFC 1952), written and read as a stream.
//
// Purpose: anybody can look inside with `tar tzf`. Not a general unpacker: members are handed over by name
//          and never written anywhere by this class.
// Strict:  exactly one gzip member, ustar regular files only, every checksum right, two blocks of zeros at
//          the end and nothing behind them; anything else is store.backup_broken (file, what).
// Disk:    the writer works under a name of its own, and finish() syncs and renames; without finish() nothing
//          stays. An existing file is never replaced: store.backup_exists.
// Errors:  store.backup_broken, _exists, _unreadable, _not_written (file, reason), _name_too_long;
//          store.disk_full.
// Threads: one object, one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace yagura::store {

class ArchiveWriter {
 public:
  static Result<std::unique_ptr<ArchiveWriter>> create(const std::filesystem::path& file, Time made);
  ~ArchiveWriter();
  ArchiveWriter(const ArchiveWriter&) = delete;

  // One member: begin, exactly `size` bytes in any pieces, end.
  Result<void> begin(std::string_view name, std::uint64_t size, unsigned mode = 0600);
  Result<void> write(std::string_view bytes);
  Result<void> end();
  Result<void> add(std::string_view name, std::string_view bytes);
  Result<void> finish();

 private:
  ArchiveWriter();
  struct State;
  std::unique_ptr<State> state_;
};

struct ArchiveMember {
  std::string name;
  std::uint64_t size = 0;
  unsigned mode = 0;
};

class ArchiveReader {
 public:
  static Result<std::unique_ptr<ArchiveReader>> open(const std::filesystem::path& file);
  ~ArchiveReader();
  ArchiveReader(const ArchiveReader&) = delete;

  // The next member; false at the end of a whole archive. What was not read of the last one is passed over.
  Result<bool> next(ArchiveMember& member);
  // The rest of the member, piece by piece.
  Result<void> read(const std::function<Result<void>(std::string_view)>& use);
  // The whole member, at most so long.
  Result<std::string> read_all(std::uint64_t most);
  [[nodiscard]] std::unexpected<Error> broken(std::string what) const;

 private:
  ArchiveReader();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace yagura::store
