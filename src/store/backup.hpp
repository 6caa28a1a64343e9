// One file that holds an installation: every table's rows and the files beside the database.
//
// Purpose: back up while the server runs, see that the file is whole, restore into an empty database of
//          either back end. Generic: it asks the database which tables there are and knows no room's rows.
// Format:  src/store/README.md. Rows are text as COPY of PostgreSQL has it, so a part can be read without us.
// Moment:  the records are one transaction's view; files are read before it begins, so that what was on its
//          way from a file into the records stands in one of them at least.
// Memory:  a part of a table (4 MiB, or one row where that is longer); never a table.
// Secrets: the file holds what it was given. Whether keys are among it stands in the manifest.
// Threads: calls are independent; other threads may go on using the database during write_backup.
// Errors:  those of backup_archive.hpp and of Database; store.backup_type_unknown, store.backup_file_changed,
//          store.backup_not_empty, store.backup_not_matching, store.backup_file_there.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "store/database.hpp"

namespace yagura::store {

struct BackupColumn {
  std::string name;
  std::string kind;  // integer, real, text, bytes
};
struct BackupTable {
  std::string name;
  std::vector<BackupColumn> columns;
  std::int64_t rows = 0;
  std::string sha256;  // of all its parts, one after the other
};
struct BackupFile {
  std::string name;  // path inside the data folder
  std::int64_t size = 0;
  int mode = 0600;
  std::string sha256;
};
struct BackupManifest {
  int format = 1;
  std::string made;                     // RFC 3339
  std::string backend;                  // "sqlite", "postgresql": where it was made, for people
  bool keys = false;                    // holds the keys of the installation
  std::map<std::string, int> versions;  // of each room's tables
  std::vector<BackupTable> tables;
  std::vector<BackupFile> files;

  [[nodiscard]] std::int64_t rows() const;
};

struct BackupOrder {
  std::filesystem::path out;
  std::filesystem::path data;      // folder of the files
  std::vector<std::string> files;  // paths inside it; one that is gone when its turn comes is left out
  bool keys = false;
  Time made;
};
Result<BackupManifest> write_backup(Database& database, const BackupOrder& order);

// Reads the whole file and compares every size, count and hash with the manifest.
Result<BackupManifest> check_backup(const std::filesystem::path& file);

struct RestoreOrder {
  std::filesystem::path file;
  std::span<const Migration> steps;  // of all rooms; the tables are made as the backup had them
  std::filesystem::path data;        // where the files go; "" leaves them out
  // Runs in the transaction that loads the rows, behind them; an error undoes all of it.
  std::function<Result<void>(Session&, const BackupManifest&)> finish;
};
// Checks the file first; then nothing is written unless all of it can be. The database must have no rows, the
// folder none of the files.
Result<BackupManifest> restore_backup(Database& database, const RestoreOrder& order);

}  // namespace yagura::store
