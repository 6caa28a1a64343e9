// A store whose events are judged by the rules as soon as they are on disk.
//
// Purpose: whoever feeds events (the syslog intake) is given this in place of the store; searching goes
//          through.
// Promise: what append() acknowledged is on disk, and its hits are with the engine's sink.
// Threads: as store.hpp.
#pragma once

#include "eventstore/store.hpp"
#include "monitor/log_rules/engine.hpp"

namespace yagura::monitor::log_rules {

class WatchedStore final : public eventstore::EventStore {
 public:
  // Both must outlive it.
  WatchedStore(eventstore::EventStore& store, Engine& engine) : store_(store), engine_(engine) {}

  [[nodiscard]] const eventstore::Kinds& kinds() const override { return store_.kinds(); }
  Result<void> append(std::string_view contract, std::string_view kind, eventstore::Batch batch) override {
    YAGURA_CHECK(store_.append(contract, kind, batch));
    engine_.judge(contract, kind, batch);
    return {};
  }
  Result<eventstore::Outcome> search(const eventstore::Query& query, const eventstore::Page& page,
                                     const eventstore::Limits& limits,
                                     const eventstore::EventSink& sink) override {
    return store_.search(query, page, limits, sink);
  }
  Result<eventstore::Counts> count(const eventstore::Query& query, const eventstore::Counting& counting,
                                   const eventstore::Limits& limits) override {
    return store_.count(query, counting, limits);
  }
  Result<std::vector<eventstore::Extent>> extents() override { return store_.extents(); }

 private:
  eventstore::EventStore& store_;
  Engine& engine_;
};

}  // namespace yagura::monitor::log_rules
