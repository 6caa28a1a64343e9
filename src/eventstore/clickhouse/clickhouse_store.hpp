// The event store on ClickHouse, one server or the shards of a cluster, over its HTTP interface.
//
// Form:    a table for each kind (k_<kind>, MergeTree), partitioned by contract and by the month of the
//          newest event of each batch, so that a batch is one part of one table on one server: it appears
//          whole or not at all, and a month can be dropped without touching newer events. On a cluster
//          all_k_<kind> is the Distributed table over the shards' k_<kind>; a batch goes to one of the nodes.
// Promise: that of store.hpp but for one thing: ClickHouse does not fsync. What was acknowledged survives the
//          death of the server's process; a power cut may take the last seconds, unless a replica has them.
//          What one replica took the others have a moment later; seal() and sum() wait for it.
// Limits:  rows_read is held to by the servers' estimate, made before anything is read. Outcome::rows_read of
//          a search may be less than what was looked at.
// Errors:  those of store.hpp, http.hpp and servers.hpp; eventstore.batch_too_large: more than 512 MiB in
//          cells; eventstore.servers_invalid; eventstore.keeper_away (server, reason): replicas without
//          ZooKeeper take no events; what is there can be read.
// Threads: as store.hpp.
#pragma once

#include "eventstore/clickhouse/doubts.hpp"
#include "eventstore/clickhouse/servers.hpp"
#include "eventstore/seal_maker.hpp"
#include "eventstore/store.hpp"

namespace yagura::eventstore {

class ClickHouseStore final : public EventStore {
 public:
  // Makes the database and its tables, and gives them the columns that kinds gained. With replicas one server of
  // each shard is enough; the others are made ready when they come back.
  static Result<std::unique_ptr<ClickHouseStore>> open(clickhouse::Settings settings, Kinds kinds,
                                                       const Clock& clock);

  [[nodiscard]] const Kinds& kinds() const override { return kinds_; }
  Result<void> append(std::string_view contract, std::string_view kind, Batch batch) override;
  Result<Outcome> search(const Query& query, const Page& page, const Limits& limits,
                         const EventSink& sink) override;
  Result<Counts> count(const Query& query, const Counting& counting, const Limits& limits) override;
  Result<std::vector<Extent>> extents() override;
  // Made by the servers, over what they have.
  Result<EventSum> sum(const Query& query) override;
  // Larger parts are merged less often.
  [[nodiscard]] std::size_t most_together() const override { return 8; }
  Result<void> append_together(std::string_view contract, std::string_view kind,
                               std::vector<Batch> batches) override;
  Result<Seal> seal(std::string_view contract, std::string_view kind, std::int64_t day,
                    std::span<SourceProof> prove) override;
  Result<std::vector<Days>> days_received(std::string_view contract, std::string_view kind, Time first,
                                          Time last) override;
  // Everything of a contract, on every server, all of which must be there. Answers how many events went. The
  // servers keep files of dropped parts for some minutes.
  Result<std::int64_t> erase(std::string_view contract);
  // Asks each server whether it answers and knows the account; one that came back is used again. An error when
  // none does; otherwise why each that does not, does not.
  Result<std::vector<Error>> look() const;
  // After eventstore.keeper_away: whether replicas take events again.
  Result<void> takes_events() const;
  // Waits until every replica has what any has; all must be there. For whoever must read everything.
  Result<void> level() const;

 private:
  ClickHouseStore(clickhouse::Settings settings, Kinds kinds, const Clock& clock);
  [[nodiscard]] std::int64_t today() const;
  Result<std::vector<const Kind*>> kinds_of(const Query& query) const;

  const Kinds kinds_;
  const Clock& clock_;
  const SealRoom room_;
  const std::atomic<bool>* const ending_;
  clickhouse::Servers servers_;
  clickhouse::Doubts doubts_;
};

}  // namespace yagura::eventstore
