// A server must start, go on and end while its ClickHouse takes connections and never answers.
#include "eventstore/clickhouse/reached_store.hpp"

#include "eventstore/clickhouse/test_ground.hpp"
#include "support/silent_listener.hpp"

namespace yagura::eventstore::clickhouse {
namespace {

using namespace std::chrono_literals;

struct Hanging : testing::Test {
  Result<std::unique_ptr<ReachedStore>> make(const std::string& node) {
    return ReachedStore::make({.nodes = {node}, .account = {.user = "yagura"}}, example_kinds(), clock, 50ms);
  }
  SystemClock clock;
  SilentListener listener;
  const std::string address = "http://127.0.0.1:" + std::to_string(listener.port());
};

TEST_F(Hanging, HoldsUpNeitherTheStartNorACallNorTheEnd) {
  auto store = make(address);
  ASSERT_TRUE(store);
  bool opened = false;
  const auto begun = clock.steady();
  (*store)->begin([&](EventStore&) { opened = true; });
  EXPECT_LT(clock.steady() - begun, 5s);
  const auto called = clock.steady();
  EXPECT_EQ((*store)->extents().error().code, "eventstore.server_unreachable");
  EXPECT_EQ((*store)->search({.contract = "city"}, {}, {}, {}).error().code, "eventstore.server_unreachable");
  EXPECT_LT(clock.steady() - called, 500ms);
  const auto ended = clock.steady();
  store->reset();
  EXPECT_LT(clock.steady() - ended, 4s) << "though a request is on its way";
  EXPECT_FALSE(opened);
}

TEST_F(Hanging, EndsARequestInItsTime) {
  const Http http(address, {.user = "yagura"});
  Request request;
  request.statement = "SELECT 1";
  request.at_most = 1s;
  const auto begun = clock.steady();
  const auto answer = http.send(request);
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().late);
  EXPECT_EQ(answer.error().error.code, "eventstore.server_unreachable");
  EXPECT_LT(clock.steady() - begun, 4s);
}

TEST_F(Hanging, SettingsThatCannotBeAreSaidAtOnce) {
  EXPECT_EQ(ReachedStore::make({}, example_kinds(), clock, 50ms).error().code, "eventstore.servers_invalid");
}

TEST_F(Hanging, TheStoreIsReadBeforeAnybodyElseMayUseIt) {
  OneServer ground;
  if (!ground.missing().empty()) GTEST_SKIP() << ground.missing();
  auto made = ReachedStore::make(ground.settings(), example_kinds(), clock, 50ms);
  ASSERT_TRUE(made);
  auto& store = **made;
  int calls = 0;
  std::atomic<bool> over{false};
  store.begin([&](EventStore& open) {
    ++calls;
    EXPECT_TRUE(open.extents());
    EXPECT_FALSE(store.extents()) << "not open to others";
    over = true;
  });
  const auto end = clock.steady() + 30s;
  while (store.away() && clock.steady() < end) std::this_thread::sleep_for(10ms);
  EXPECT_TRUE(over);
  EXPECT_TRUE(store.extents());
  EXPECT_EQ(calls, 1);
  store.end();
  EXPECT_EQ(store.extents().error().code, "eventstore.closed");
}

}  // namespace
}  // namespace yagura::eventstore::clickhouse
