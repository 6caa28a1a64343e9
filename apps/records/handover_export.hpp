// A whole contract written into a folder: pack, ledgers, journal, records and manifest. For the command line
// and for the server's job. What fails or is stopped leaves nothing in the folder; what a sudden end left is
// taken away by the next that is made there.
#pragma once

#include <filesystem>
#include <functional>

#include "ledger/contract_records.hpp"
#include "ledger/ledgers.hpp"
#include "records/handover_events.hpp"

namespace yagura::apps {

struct HandoverGround {
  store::Database& database;
  journal::Journal& journal;
  ledger::Ledgers& ledgers;
  const Clock& clock;
  const ledger::RecordRules& rules;
  std::filesystem::path pack;                   // packs/<contract>; the base and the schema stand beside it
  std::vector<eventstore::EventStore*> events;  // whose logs go along
};

// Answers with the SHA-256 of the manifest. step: how far it is, 0 to 1; false stops it (handover.stopped).
Result<std::string> export_contract(const HandoverGround& ground, const journal::Actor& by,
                                    const std::string& contract, const std::filesystem::path& target,
                                    const std::function<bool(double)>& step);

}  // namespace yagura::apps
