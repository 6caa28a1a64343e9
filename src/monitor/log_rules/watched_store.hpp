// A store whose events are judged by the rules as soon as they are on disk.
//
// Purpose: whoever feeds events (the syslog intake) is given this in place of the store; searching goes
//          through.
// Promise: what append() acknowledged is on disk, and its hits are with the engine's sink.
// Threads: as store.hpp.
#pragma once

#include "eventstore/store_over.hpp"
#include "monitor/log_rules/engine.hpp"

namespace yagura::monitor::log_rules {

class WatchedStore final : public eventstore::StoreOver {
 public:
  // Both must outlive it.
  WatchedStore(eventstore::EventStore& store, Engine& engine) : StoreOver(store), engine_(engine) {}

  Result<void> append(std::string_view contract, std::string_view kind, eventstore::Batch batch) override {
    YAGURA_CHECK(StoreOver::append(contract, kind, batch));
    engine_.judge(contract, kind, batch);
    return {};
  }

 private:
  Engine& engine_;
};

}  // namespace yagura::monitor::log_rules
