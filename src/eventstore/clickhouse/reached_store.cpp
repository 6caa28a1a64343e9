#include "eventstore/clickhouse/reached_store.hpp"

namespace yagura::eventstore {

namespace {
constexpr Duration soon = std::chrono::seconds(2);
}  // namespace

ReachedStore::ReachedStore(clickhouse::Settings settings, Kinds kinds, const Clock& clock, Duration every)
    : settings_(std::move(settings)), kinds_(std::move(kinds)), clock_(clock), every_(every) {
  settings_.ending = &ending_;
  away_ = Error{"eventstore.server_unreachable",
                {{"server", settings_.nodes.front()}, {"reason", "no answer yet"}}};
}

Result<std::unique_ptr<ReachedStore>> ReachedStore::make(clickhouse::Settings settings, Kinds kinds,
                                                         const Clock& clock, Duration every) {
  YAGURA_CHECK(check(settings));
  return std::unique_ptr<ReachedStore>(new ReachedStore(std::move(settings), std::move(kinds), clock, every));
}

void ReachedStore::begin(First first) {
  trying_ = std::jthread([this, first = std::move(first)](const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      lock.unlock();
      try_once(first);
      lock.lock();
      changed_.wait_for(lock, stop, every_, [] { return false; });
    }
  });
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, soon, [this] { return tried_; });
}

void ReachedStore::end() {
  ending_ = true;
  trying_.request_stop();
  if (trying_.joinable()) trying_.join();
}

ReachedStore::~ReachedStore() { end(); }

// Opened once, one server that answers is enough: batches go to those that are there.
void ReachedStore::try_once(const First& first) {
  std::shared_ptr<ClickHouseStore> store;
  {
    const std::lock_guard lock(mutex_);
    store = store_;
  }
  if (!store) {
    auto opened = ClickHouseStore::open(settings_, kinds_, clock_);
    if (opened) {
      store = *std::move(opened);
      if (first) first(*store);
    }
    const std::lock_guard lock(mutex_);
    store_ = store;
    away_ = opened ? std::nullopt : std::optional(opened.error());
    tried_ = true;
    changed_.notify_all();
  }
  if (store) look(*store);
}

void ReachedStore::look(const ClickHouseStore& store) {
  const auto seen = store.look();
  bool read_only = false;
  {
    const std::lock_guard lock(mutex_);
    read_only = read_only_.has_value();
  }
  if (read_only && seen) read_only = !store.takes_events();
  const std::lock_guard lock(mutex_);
  if (!read_only) read_only_.reset();
  away_ = seen ? std::nullopt : std::optional(seen.error());
  missing_.clear();
  if (!seen) return;
  for (const auto& one : *seen)
    missing_.push_back(
        {"eventstore.server_missing",
         {{"server", std::string(one.arg("server"))}, {"reason", std::string(one.arg("reason"))}}});
}

Result<std::shared_ptr<ClickHouseStore>> ReachedStore::reached() const {
  const std::lock_guard lock(mutex_);
  if (away_) return std::unexpected(*away_);
  return store_;
}

std::optional<Error> ReachedStore::away() const {
  const std::lock_guard lock(mutex_);
  return away_ ? away_ : read_only_;
}

std::vector<Error> ReachedStore::missing() const {
  const std::lock_guard lock(mutex_);
  return missing_;
}

Result<void> ReachedStore::append(std::string_view contract, std::string_view kind, Batch batch) {
  YAGURA_TRY(const auto store, reached());
  if (auto why = away()) return std::unexpected(*std::move(why));
  auto done = store->append(contract, kind, std::move(batch));
  if (done) return done;
  const std::lock_guard lock(mutex_);
  if (done.error().code == "eventstore.server_unreachable") away_ = done.error();
  if (done.error().code == "eventstore.keeper_away") read_only_ = done.error();
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

Result<Seal> ReachedStore::seal(std::string_view contract, std::string_view kind, std::int64_t day,
                                std::span<SourceProof> prove) {
  YAGURA_TRY(const auto store, reached());
  return store->seal(contract, kind, day, prove);
}

Result<std::vector<EventStore::Days>> ReachedStore::days_received(std::string_view contract,
                                                                  std::string_view kind, Time first,
                                                                  Time last) {
  YAGURA_TRY(const auto store, reached());
  return store->days_received(contract, kind, first, last);
}

}  // namespace yagura::eventstore
