// Everything the records hold of one contract, table by table: to hand it over, and to erase it.
//
// Purpose: finds for each table which of its rows belong to the contract (share/handover_tables.yaml), writes
//          them in open formats with a manifest that anybody can check, and empties them when the contract is
//          erased. A table that nobody said anything about is an error, so that nothing is left out and
//          nothing is left behind.
// Formats: records/TABLE.jsonl, one object a row; bytes (attachments, reports) as files beside, named in
//          their row; manifest.json with size and SHA-256 of each file, and the rows of each table.
// Errors:  handover.table_unknown(table), handover.folder_not_empty, handover.file_not_written,
//          handover.manifest_invalid, handover.file_changed(file); those of store.
// Threads: each call for itself; the records are one transaction's view.
// Follows: requirement G6; sapporo 5(12), moriguchi 2-7, sendai 別紙7.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "store/backup.hpp"
#include "store/database.hpp"

namespace yagura::ledger {

struct Belonging {
  std::string by, of;  // the column, and the table with a contract whose id it holds
};
struct RecordRules {
  std::vector<std::string> chain;  // tables whose contract stands in the column `chain`
  std::map<std::string, Belonging> children;
  std::vector<std::string> installation;
  std::map<std::string, std::vector<std::string>> withheld;
};
Result<RecordRules> load_record_rules(const std::filesystem::path& file);

struct OwnedTable {
  store::BackupTable table;
  std::string where;  // of its rows; $1 is the contract
  bool child = false;
};
// Those that the contract may have rows in, children before what they hang on.
Result<std::vector<OwnedTable>> owned_tables(store::Session& s, const RecordRules& rules);

// Whether any row of the contract mentions that id, as a number or within a text: ids are of fifteen digits
// and more, so that they are found as they stand. Looks at every table but `without` and those that hold
// nothing but numbers.
Result<bool> mentions(store::Session& s, const RecordRules& rules, const std::string& contract, Id id,
                      std::span<const std::string_view> without);

struct HandedFile {
  std::string name;  // path inside the folder
  std::int64_t size = 0;
  std::string sha256;
};
struct HandoverManifest {
  std::string contract, made;
  std::map<std::string, std::int64_t> rows;  // by table
  std::vector<HandedFile> files;
};

// A folder that is being filled; every file that is written is remembered for the manifest.
class HandoverFolder {
 public:
  // The folder is made; there must be nothing in it but one that was broken off, which is taken away.
  static Result<HandoverFolder> make(const std::filesystem::path& folder);
  // Takes away what was written: it will not be finished.
  void discard();
  Result<void> write(const std::string& name, std::string_view bytes);
  // For what is too long to be held: fill writes it.
  Result<void> write_with(const std::string& name, const std::function<Result<void>(std::ostream&)>& fill);
  // Rows of all tables, within the caller's view of the records.
  Result<void> write_records(store::Session& s, const RecordRules& rules, const std::string& contract);
  // Last of all. Answers with its SHA-256.
  Result<std::string> write_manifest(const std::string& contract, Time made);

 private:
  std::filesystem::path folder_;
  HandoverManifest manifest_;
};

// Compares every file with the manifest, and finds files that it does not name.
Result<HandoverManifest> verify_handover(const std::filesystem::path& folder);

struct Erased {
  std::map<std::string, std::int64_t> rows;  // by table, those with any
  std::int64_t all = 0;
  std::string sha256;  // of all that was erased, table by table in the form of records/TABLE.jsonl
};
// Empties the tables of the contract. Nothing is left that names it but what the caller writes.
Result<Erased> erase_records(store::Session& s, const RecordRules& rules, const std::string& contract);

}  // namespace yagura::ledger
