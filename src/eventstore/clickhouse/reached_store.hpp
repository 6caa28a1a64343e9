// The store on ClickHouse as a server has it that must start, and go on, while ClickHouse is away.
//
// Purpose: a thread of its own opens the store and goes on trying, and looks after its servers; until then, and
//          while no server takes events, every call fails at once with what stands in its way, so that nobody
//          waits for a time-out but the thread. append() promises what it does in store.hpp: what was not stored was not
//          acknowledged.
// Errors:  those of clickhouse_store.hpp; the last one of them again while away; eventstore.closed after
//          end().
// Threads: any. The thread ends with the store.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "eventstore/clickhouse/clickhouse_store.hpp"

namespace yagura::eventstore {

class ReachedStore final : public EventStore {
 public:
  // What is done with the store as soon as it is open, before anybody else can use it; on its thread.
  using First = std::function<void(EventStore& open)>;

  // Asks nobody yet. Errors: eventstore.servers_invalid.
  static Result<std::unique_ptr<ReachedStore>> make(clickhouse::Settings settings, Kinds kinds,
                                                    const Clock& clock, Duration every);
  ~ReachedStore() override;
  // Begins to try; once. Returns when the first try is over, but soon in any case: away() says how it went.
  void begin(First first);
  // Ends the thread and what any thread waits for.
  void end();

  [[nodiscard]] const Kinds& kinds() const override { return kinds_; }
  Result<void> append(std::string_view contract, std::string_view kind, Batch batch) override;
  Result<Outcome> search(const Query& query, const Page& page, const Limits& limits,
                         const EventSink& sink) override;
  Result<Counts> count(const Query& query, const Counting& counting, const Limits& limits) override;
  Result<std::vector<Extent>> extents() override;
  Result<Seal> seal(std::string_view contract, std::string_view kind, std::int64_t day,
                    std::span<SourceProof> prove) override;
  Result<std::vector<Days>> days_received(std::string_view contract, std::string_view kind, Time first,
                                          Time last) override;

  // Why no events are stored now; nothing while all is well.
  [[nodiscard]] std::optional<Error> away() const;
  // Servers that are away while others take events: eventstore.server_missing (server, reason) for each.
  [[nodiscard]] std::vector<Error> missing() const;

 private:
  ReachedStore(clickhouse::Settings settings, Kinds kinds, const Clock& clock, Duration every);
  Result<std::shared_ptr<ClickHouseStore>> reached() const;
  void try_once(const First& first);
  void look(const ClickHouseStore& store);

  std::atomic<bool> ending_{false};
  clickhouse::Settings settings_;
  const Kinds kinds_;
  const Clock& clock_;
  const Duration every_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::shared_ptr<ClickHouseStore> store_;
  std::optional<Error> away_;
  std::optional<Error> read_only_;
  std::vector<Error> missing_;
  bool tried_ = false;
  std::jthread trying_;
};

}  // namespace yagura::eventstore
