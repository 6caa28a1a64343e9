// Another store with something changed: what is not overridden goes through, batches one by one.
//
// Threads: as store.hpp. The store must outlive it.
#pragma once

#include "eventstore/store.hpp"

namespace yagura::eventstore {

class StoreOver : public EventStore {
 public:
  explicit StoreOver(EventStore& store) : store_(store) {}
  [[nodiscard]] const Kinds& kinds() const override { return store_.kinds(); }
  Result<void> append(std::string_view contract, std::string_view kind, Batch batch) override {
    return store_.append(contract, kind, std::move(batch));
  }
  Result<Outcome> search(const Query& query, const Page& page, const Limits& limits,
                         const EventSink& sink) override {
    return store_.search(query, page, limits, sink);
  }
  Result<Counts> count(const Query& query, const Counting& counting, const Limits& limits) override {
    return store_.count(query, counting, limits);
  }
  Result<std::unique_ptr<Tally>> tally(const Query& query, std::vector<CountingOf> countings) override {
    return store_.tally(query, std::move(countings));
  }
  Result<std::vector<Extent>> extents() override { return store_.extents(); }
  Result<Seal> seal(std::string_view contract, std::string_view kind, std::int64_t day,
                    std::span<SourceProof> prove) override {
    return store_.seal(contract, kind, day, prove);
  }
  Result<std::vector<Days>> days_received(std::string_view contract, std::string_view kind, Time first,
                                          Time last) override {
    return store_.days_received(contract, kind, first, last);
  }

 private:
  EventStore& store_;
};

}  // namespace yagura::eventstore
