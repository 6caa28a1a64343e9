// Years of operation logs, syslog and alerts: append, search, count.
//
// Purpose: the one interface of every back end (embedded segments, ClickHouse), held to one behaviour suite.
// Not for: what people did in Yagura itself (journal), records that change (store).
// Promise: append() returns once the rows are on disk; they are found from then on. Nothing is lost or twice
//          after a crash: a batch is there whole or not at all.
// Errors:  eventstore.disk_full, eventstore.gone (reason), eventstore.kind_unknown (kind), eventstore.closed,
//          those of batch.hpp.
// Threads: every function may be called from any thread. Sinks run on the caller's thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/batch.hpp"
#include "eventstore/event_sum.hpp"
#include "eventstore/query.hpp"
#include "eventstore/seal.hpp"
#include "eventstore/source_reader.hpp"
#include "eventstore/tally.hpp"

namespace yagura::eventstore {

// Returns false to end the search.
using EventSink = std::function<Result<bool>(const Event&)>;

struct Extent {  // what is kept of one contract and kind
  std::string contract, kind;
  std::int64_t rows = 0, bytes = 0;  // bytes on disk, everything included
  Time first, last;                  // times of its events
};

class EventStore {
 public:
  EventStore() = default;
  EventStore(const EventStore&) = delete;
  EventStore& operator=(const EventStore&) = delete;
  virtual ~EventStore() = default;

  [[nodiscard]] virtual const Kinds& kinds() const = 0;
  virtual Result<void> append(std::string_view contract, std::string_view kind, Batch batch) = 0;
  virtual Result<Outcome> search(const Query& query, const Page& page, const Limits& limits,
                                 const EventSink& sink) = 0;
  virtual Result<Counts> count(const Query& query, const Counting& counting, const Limits& limits) = 0;
  // Several counts of one query, a while at a time. The store must outlive it.
  virtual Result<std::unique_ptr<Tally>> tally(const Query& query, std::vector<CountingOf> countings);
  virtual Result<std::vector<Extent>> extents() = 0;
  // Of all events of a query that names one kind and has no condition.
  virtual Result<EventSum> sum(const Query& query);

  // Of a query that names one kind and has no condition, for its sources in their order; nothing where a search
  // is as quick.
  virtual Result<std::unique_ptr<SourceReader>> source_reader(const Query& query);

  // So many batches of a contract and kind append_together() takes whole or not at all.
  [[nodiscard]] virtual std::size_t most_together() const { return 1; }
  virtual Result<void> append_together(std::string_view contract, std::string_view kind,
                                       std::vector<Batch> batches);

  // The seal of a day of receipt (days since 1970 in Japan), and on request the proofs of some sources; of
  // everything that was acknowledged before.
  virtual Result<Seal> seal(std::string_view contract, std::string_view kind, std::int64_t day,
                            std::span<SourceProof> prove) = 0;
  // On which days (both included) events of this time may have been received; rather too many.
  // unknown_day among them: of some it is not known, they were moved by a version that did not keep it.
  static constexpr std::int64_t unknown_day = 0;
  using Days = std::pair<std::int64_t, std::int64_t>;
  virtual Result<std::vector<Days>> days_received(std::string_view contract, std::string_view kind,
                                                  Time first, Time last) = 0;
};

}  // namespace yagura::eventstore
