// Hand-overs made in the portal: each one file, with who made it when, its SHA-256, and who took it away.
//
// Purpose: whoever may agree on an erasure makes the hand-over without a shell on the server and takes it as
//          one file (tar of the folder that contract_records.hpp describes; its manifest is inside).
// Kept:    the newest of a contract, for a week: a whole contract's data does not lie about. What was made
//          and taken stays in the records and the journal. With the records of a contract its files are
//          erased.
// Errors:  handover.export_not_found, handover.stopped, handover.file_not_written; those of `fill` and of
//          store.
// Threads: safe from any thread. make() blocks until it is done: run it as a job.
// Follows: requirement G6; sapporo 5(12), moriguchi 2-7, sendai 別紙7.
#pragma once

#include <set>

#include "base/guarded.hpp"
#include "journal/journal.hpp"
#include "ledger/contract_records.hpp"

namespace yagura::ledger {

struct HandoverExport {
  Id id = 0;
  std::string contract, made_by, manifest, sha256;  // manifest: SHA-256 of manifest.json; sha256: of the file
  Time made_at;
  std::int64_t size = 0;
  bool there = false;  // the file is still kept
};

class HandoverExports {
 public:
  struct Ground {
    store::Database& database;
    journal::Journal& journal;
    const Clock& clock;
    IdSource& ids;
    std::filesystem::path folder;  // for the files
  };
  using Step = std::function<bool(double done)>;  // false: stop
  // Fills the folder and answers with the SHA-256 of its manifest.
  using Fill = std::function<Result<std::string>(const std::filesystem::path& folder, const Step& step)>;
  static constexpr Duration kept_for = std::chrono::hours(24 * 7);

  static std::span<const store::Migration> migrations();
  // Removes what a sudden end left unfinished: nobody makes anything yet.
  explicit HandoverExports(Ground ground);

  Result<HandoverExport> make(const journal::Actor& by, const std::string& contract, const Fill& fill,
                              const Step& step);
  // Newest first, the last hundred.
  Result<std::vector<HandoverExport>> list(const std::string& contract);
  // The path of the file; that somebody takes it is written down first.
  Result<std::filesystem::path> take(const journal::Actor& by, const std::string& contract, Id id);
  // Removes files whose time is over, and those of contracts that were erased meanwhile.
  Result<void> sweep();
  // Those of one contract, before its records are erased; answers with how many there were. Under `folder` as
  // make() has it. Error: handover.file_not_removed(file).
  static Result<int> remove_files(store::Session& s, const std::filesystem::path& folder,
                                  const std::string& contract);

 private:
  [[nodiscard]] std::filesystem::path file_of(Id id) const {
    return at_.folder / (std::to_string(id) + ".tar");
  }
  Ground at_;
  Guarded<std::set<Id>> in_hand_;  // packed, and about to be in the records
};

struct PackedFolder {
  std::int64_t size = 0;
  std::string sha256;
};
// Everything in the folder as one tar file (POSIX ustar), made piece by piece.
Result<PackedFolder> pack_folder(const std::filesystem::path& folder, const std::filesystem::path& file,
                                 const HandoverExports::Step& step);

}  // namespace yagura::ledger
