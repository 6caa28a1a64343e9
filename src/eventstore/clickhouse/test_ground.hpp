// A database of its own on the servers that tests/support/clickhouse.sh started: on one of them, on both as shards or
// as replicas, or on four as two shards of two replicas. YAGURA_TEST_CLICKHOUSE holds what that script printed; without it, and of replicas
// where it found no ZooKeeper, tests are skipped and say so.
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <sstream>

#include "eventstore/behaviour_ground.hpp"
#include "eventstore/clickhouse/clickhouse_store.hpp"
#include "eventstore/store_over.hpp"

namespace yagura::eventstore::clickhouse {

enum class Together : std::uint8_t { one, shards, replicas, grid };

class TestGround : public StoreGround {
 public:
  // given: what the script printed; null: there is nothing to test on.
  explicit TestGround(Together together, const char* given = std::getenv("YAGURA_TEST_CLICKHOUSE")) {
    static std::atomic<int> count{0};
    if (given == nullptr) return;
    std::istringstream words(given);
    std::string first, second, more, third, fourth;
    words >> first >> second >> settings_.account.password >> more >> third >> fourth;
    if (together >= Together::replicas && more != "replicas") {
      missing_ = "no ZooKeeper beside ClickHouse: no replicas to test on";
      return;
    }
    if (together == Together::grid && fourth.empty()) {
      missing_ = "not four ClickHouse servers: no shards of replicas to test on";
      return;
    }
    settings_.account.user = "yagura";
    settings_.nodes = {first};
    settings_.database = "t" + std::to_string(::getpid()) + "_" + std::to_string(++count);
    if (together == Together::one) return;
    settings_.nodes.push_back(second);
    settings_.replicated = together >= Together::replicas;
    settings_.cluster = settings_.replicated ? "replicas" : "yagura";
    if (together != Together::grid) return;
    settings_.nodes.insert(settings_.nodes.end(), {third, fourth});
    settings_.cluster = "grid";
  }
  ~TestGround() override { run("DROP DATABASE IF EXISTS " + settings_.database); }
  TestGround(const TestGround&) = delete;
  TestGround& operator=(const TestGround&) = delete;

  [[nodiscard]] std::string missing() const override { return settings_.nodes.empty() ? missing_ : ""; }
  Result<std::unique_ptr<EventStore>> open(const Kinds& kinds, const Clock& clock) override {
    YAGURA_TRY(auto out, ClickHouseStore::open(settings_, kinds, clock));
    return out;
  }
  Settings& settings() { return settings_; }
  // On every server.
  void run(const std::string& statement) const {
    Request request;
    request.statement = statement;
    for (const auto& node : settings_.nodes) (void)Http(node, settings_.account).send(request);
  }

 private:
  std::string missing_ = "YAGURA_TEST_CLICKHOUSE is not set: no ClickHouse to test on";
  Settings settings_;
};

class OneServer final : public TestGround {
 public:
  OneServer() : TestGround(Together::one) {}
};
class TwoShards final : public TestGround {
 public:
  TwoShards() : TestGround(Together::shards) {}
};

// What a replica gets from the other is there a moment later: the behaviour is that of both when they are even.
class EvenReplicas final : public StoreOver {
 public:
  EvenReplicas(std::unique_ptr<EventStore> store, const TestGround& ground, const std::string& database)
      : StoreOver(*store), store_(std::move(store)), ground_(ground), database_(database) {}
  Result<void> append(std::string_view contract, std::string_view kind, Batch batch) override {
    const auto table = database_ + ".k_" + std::string(kind);
    auto done = store_->append(contract, kind, std::move(batch));
    if (done) ground_.run("SYSTEM SYNC REPLICA " + table);
    return done;
  }

 private:
  const std::unique_ptr<EventStore> store_;
  const TestGround& ground_;
  const std::string database_;
};

class TwoReplicas final : public TestGround {
 public:
  TwoReplicas() : TestGround(Together::replicas) {}
  Result<std::unique_ptr<EventStore>> open(const Kinds& kinds, const Clock& clock) override {
    YAGURA_TRY(auto out, TestGround::open(kinds, clock));
    return std::make_unique<EvenReplicas>(std::move(out), *this, settings().database);
  }
};

}  // namespace yagura::eventstore::clickhouse
