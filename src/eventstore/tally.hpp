// Counts that come together a while at a time, so that somebody who waits sees how far they are.
//
// Purpose: newest events first; what was counted stays counted, nothing is looked at twice. Whoever does not want
//          the rest lets go of it.
// Meaning: until all is counted each group is a lower bound, and right from complete_from on.
// Threads: one call at a time.
#pragma once

#include <memory>
#include <vector>

#include "eventstore/query.hpp"

namespace yagura::eventstore {

class EventStore;

// One of several counts of the same query.
struct CountingOf {
  Counting counting;
  std::vector<std::string> kinds;  // of these alone; empty: of all that the query names
};

class Tally {
 public:
  Tally() = default;
  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;
  virtual ~Tally() = default;
  // Counts until all is done or a limit is reached; true: there is more, and another call goes on.
  // rows_read of the limits is of all calls together.
  virtual Result<bool> go_on(const Limits& limits) = 0;
  // How far each has come.
  [[nodiscard]] virtual std::vector<Counts> counts() = 0;
};

// For a store that cannot do better: each is counted at once, one a call. The store must outlive it.
std::unique_ptr<Tally> tally_at_once(EventStore& store, Query query, std::vector<CountingOf> countings);

}  // namespace yagura::eventstore
