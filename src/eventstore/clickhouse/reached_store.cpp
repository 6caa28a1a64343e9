#include "eventstore/clickhouse/reached_store.hpp"

namespace yagura::eventstore {

ReachedStore::ReachedStore(clickhouse::Settings settings, Kinds kinds, const Clock& clock, Duration every)
    : settings_(std::move(settings)), kinds_(std::move(kinds)), clock_(clock), every_(every) {}

Result<std::unique_ptr<ReachedStore>> ReachedStore::begin(clickhouse::Settings settings, Kinds kinds,
                                                          const Clock& clock, Duration every) {
  std::unique_ptr<ReachedStore> out(new ReachedStore(std::move(settings), std::move(kinds), clock, every));
  out->try_once();
  if (const auto why = out->away(); why && why->code == "eventstore.servers_invalid")
    return std::unexpected(*why);
  out->trying_ = std::jthread([&at = *out](const std::stop_token& stop) {
    std::unique_lock lock(at.mutex_);
    while (!stop.stop_requested()) {
      at.changed_.wait_for(lock, stop, at.every_, [] { return false; });
      if (stop.stop_requested() || !at.away_) continue;
      lock.unlock();
      at.try_once();
      lock.lock();
    }
  });
  return out;
}

ReachedStore::~ReachedStore() {
  trying_.request_stop();
  changed_.notify_all();
}

// Opened once, one server that answers is enough: batches go to those that are there.
void ReachedStore::try_once() {
  std::shared_ptr<ClickHouseStore> store;
  {
    const std::lock_guard lock(mutex_);
    store = store_;
  }
  std::optional<Error> why;
  if (store) {
    if (const auto answered = store->reachable(); !answered) why = answered.error();
  } else if (auto opened = ClickHouseStore::open(settings_, kinds_, clock_); opened) {
    store = *std::move(opened);
  } else {
    why = opened.error();
  }
  const std::lock_guard lock(mutex_);
  store_ = std::move(store);
  away_ = std::move(why);
}

Result<std::shared_ptr<ClickHouseStore>> ReachedStore::reached() const {
  const std::lock_guard lock(mutex_);
  if (away_) return std::unexpected(*away_);
  return store_;
}

std::optional<Error> ReachedStore::away() const {
  const std::lock_guard lock(mutex_);
  return away_;
}

Result<void> ReachedStore::append(std::string_view contract, std::string_view kind, Batch batch) {
  YAGURA_TRY(const auto store, reached());
  auto done = store->append(contract, kind, std::move(batch));
  if (!done && done.error().code == "eventstore.server_unreachable") {
    const std::lock_guard lock(mutex_);
    away_ = done.error();
  }
  return done;
}

Result<Outcome> ReachedStore::search(const Query& query, const Page& page, const Limits& limits,
                                     const EventSink& sink) {
  YAGURA_TRY(const auto store, reached());
  return store->search(query, page, limits, sink);
}

Result<Counts> ReachedStore::count(const Query& query, const Counting& counting, const Limits& limits) {
  YAGURA_TRY(const auto store, reached());
  return store->count(query, counting, limits);
}

Result<std::vector<Extent>> ReachedStore::extents() {
  YAGURA_TRY(const auto store, reached());
  return store->extents();
}

}  // namespace yagura::eventstore
