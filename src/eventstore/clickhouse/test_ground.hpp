// A database of its own on the servers that tests/support/clickhouse.sh started: on one of them, or on both
// as shards. YAGURA_TEST_CLICKHOUSE holds what that script printed; without it tests are skipped and say so.
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <sstream>

#include "eventstore/behaviour_ground.hpp"
#include "eventstore/clickhouse/clickhouse_store.hpp"

namespace yagura::eventstore::clickhouse {

class TestGround : public StoreGround {
 public:
  explicit TestGround(bool shards) {
    static std::atomic<int> count{0};
    const char* given = std::getenv("YAGURA_TEST_CLICKHOUSE");
    if (given == nullptr) return;
    std::istringstream words(given);
    std::string first, second;
    words >> first >> second >> settings_.account.password;
    settings_.account.user = "yagura";
    settings_.nodes = {first};
    settings_.database = "t" + std::to_string(::getpid()) + "_" + std::to_string(++count);
    if (!shards) return;
    settings_.nodes.push_back(second);
    settings_.cluster = "yagura";
  }
  ~TestGround() override { run("DROP DATABASE IF EXISTS " + settings_.database); }
  TestGround(const TestGround&) = delete;
  TestGround& operator=(const TestGround&) = delete;

  [[nodiscard]] std::string missing() const override {
    return settings_.nodes.empty() ? "YAGURA_TEST_CLICKHOUSE is not set: no ClickHouse to test on" : "";
  }
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
  Settings settings_;
};

class OneServer final : public TestGround {
 public:
  OneServer() : TestGround(false) {}
};
class TwoShards final : public TestGround {
 public:
  TwoShards() : TestGround(true) {}
};

}  // namespace yagura::eventstore::clickhouse
