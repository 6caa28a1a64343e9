// Makes the seal of a day of events that come source by source.
//
// Bounds:  memory and the file of DigestRuns; besides, the name and hash of each source.
// Errors:  eventstore.proof_too_large (most), eventstore.closed (stopped), those of file.hpp.
// Threads: one maker is one thread's.
#pragma once

#include "eventstore/digest_runs.hpp"
#include "eventstore/seal.hpp"

namespace yagura::eventstore {

// How much memory the hashes of one source of the day may take, and where the others stand meanwhile.
struct SealRoom {
  std::filesystem::path folder;
  std::size_t memory = 32U << 20;
};

class SealMaker {
 public:
  // prove: sources to prove, each named once; one without events of the day stays without. stopped: asked
  // now and then, ends it.
  SealMaker(std::int64_t day, const SealRoom& room, std::function<bool()> stopped,
            std::span<SourceProof> prove);
  // Of one source, in any order.
  Result<void> add(const Digest& event);
  // All events of the source have come; each source once.
  Result<void> end_source(const std::string& source);
  Seal finish();

 private:
  Seal seal_;
  const std::function<bool()> stopped_;
  const std::span<SourceProof> prove_;
  std::size_t proved_ = 0;
  DigestRuns events_;
  std::vector<std::pair<std::string, Digest>> leaves_;
};

}  // namespace yagura::eventstore
