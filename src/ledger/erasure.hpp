// The erasure of a contract: agreed by two people, done once, proven by a certificate that stays.
//
// Purpose: somebody asks, with a reason and the SHA-256 of the hand-over's manifest, somebody else approves;
//          then whoever has a shell on the server erases. The certificate (what, how many rows, the hash of
//          what it was, who agreed, when) is an entry contract.erased of the installation's own journal,
//          which is not erased. Hand-overs that lie under `handovers` go first: what fails later leaves no
//          file behind.
//          Logs go before the records; a legal hold on them refuses the whole.
// Not:     backups, hand-overs that were taken away, and what PostgreSQL keeps in dead rows until VACUUM: the
//          certificate says so.
// Errors:  handover.erasure_not_found, erasure_own, erasure_conflict, erasure_reason_missing,
//          file_not_removed; those of contract_records.
// Threads: safe from any thread.
// Follows: requirement G6; moriguchi 2-7, sendai 別紙7 2(6).
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "base/id.hpp"
#include "journal/journal.hpp"
#include "ledger/contract_records.hpp"

namespace yagura::ledger {

struct ErasureAgreement {
  Id id = 0;
  std::string contract, reason, manifest;
  Id asked_by = 0;
  std::string asked_name;
  Time asked_at;
  std::string approved_name;
  std::optional<Time> approved_at, done_at;
};

// What is kept of a contract outside of the records: its logs, of which this room knows nothing.
struct ErasedBeside {
  std::function<Result<void>(store::Session&)> allowed;  // an error refuses, before anything is erased
  std::function<Result<schema::Value>()> counts;         // members of the certificate: how much there is
  std::function<Result<void>()> erase;                   // all of it; called again after a sudden end
  std::vector<std::filesystem::path> exports;            // folders of files ID.* by the rows of log_export
};

class Erasures {
 public:
  struct Ground {
    store::Database& database;
    journal::Journal& journal;
    const Clock& clock;
    IdSource& ids;
  };
  static std::span<const store::Migration> migrations();
  explicit Erasures(Ground ground) : at_(ground) {}

  Result<ErasureAgreement> ask(const journal::Actor& by, const std::string& contract,
                               const std::string& reason, const std::string& manifest);
  Result<ErasureAgreement> approve(const journal::Actor& by, const std::string& contract, Id id);
  Result<std::vector<ErasureAgreement>> list(const std::string& contract);
  // First what is beside, which is written down before (erasure.begun), so that the certificate says how much
  // it was also when it needs a second try; then the records, with the certificate, in one transaction.
  Result<schema::Value> erase(const journal::Actor& by, const RecordRules& rules, const ErasedBeside& beside,
                              const std::filesystem::path& handovers, const std::string& contract, Id id);

 private:
  Result<schema::Value> begin(const journal::Actor& by, const ErasedBeside& beside,
                              const std::string& contract, Id id);
  Result<ErasureAgreement> read(store::Session& s, const std::string& contract, Id id);
  Ground at_;
};

}  // namespace yagura::ledger
