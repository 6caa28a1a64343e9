// Reads a backup from beginning to end and compares it with its manifest. Inside of backup.hpp.
//
// Errors:  what backup_archive.hpp says of a file that is broken; those of the use that is made of it.
// Threads: one walk is one thread's.
#pragma once

#include "store/backup_archive.hpp"
#include "store/backup_parts.hpp"

namespace yagura::store {

// What is done with a backup's content on the way through it.
class BackupUse {
 public:
  virtual ~BackupUse() = default;
  // The open member is a file: read all of it.
  virtual Result<void> file(const std::string& name, const ArchiveMember& member, ArchiveReader& archive,
                            Sha256& sum) {
    (void)name, (void)member;
    return archive.read([&](std::string_view piece) -> Result<void> {
      sum.add(piece);
      return {};
    });
  }
  virtual Result<void> part(const std::string& table, std::string_view lines) {
    (void)table, (void)lines;
    return {};
  }
};

// Every part is used as it passes; whether the file is whole is known at its end.
Result<BackupManifest> walk_backup(ArchiveReader& archive, BackupUse& use);

}  // namespace yagura::store
