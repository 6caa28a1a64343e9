// ZooKeeper is lost and comes back: replicas take no events meanwhile, and in the end each is there once.
#include "eventstore/clickhouse/reached_store.hpp"
#include "eventstore/clickhouse/replicas_ground.hpp"

namespace yagura::eventstore::clickhouse {
namespace {

class ReplicasKeeper : public Replicas {
 protected:
  // As the syslog intake does: the same batch again until it is taken.
  static int give_until_taken(EventStore& store, const Batch& batch, Error& said) {
    const auto end = std::chrono::steady_clock::now() + 90s;
    for (int failed = 0;; ++failed) {
      const auto done = store.append("city", "operation", batch);
      if (done) return failed;
      said = done.error();
      if (std::chrono::steady_clock::now() > end) return -1;
      std::this_thread::sleep_for(100ms);
    }
  }
};

TEST_F(ReplicasKeeper, LostAndBackAgainEachBatchIsThereOnce) {
  const SystemClock clock;
  store_.reset();
  auto made = ReachedStore::make(ground_->settings(), example_kinds(), clock, 100ms);
  ASSERT_TRUE(made);
  auto& store = **made;
  store.begin({});
  ASSERT_FALSE(store.away());
  const auto& kind = store.kinds().at("operation");
  std::atomic<int> given{0}, failed{0};
  std::atomic<bool> over{false}, lost{false};
  std::jthread sender([&] {
    for (int i = 0; !over; ++i) {
      Error said;
      const auto failures = give_until_taken(store, batch_of(kind, {{at(i), {{"pc", "a"}}}}), said);
      if (failures < 0) {
        lost = true;
        return;
      }
      failed += failures;
      ++given;
    }
  });
  const auto until = [&](const std::function<bool()>& holds) {
    const auto end = std::chrono::steady_clock::now() + 90s;
    while (!holds() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(20ms);
    return holds();
  };
  ASSERT_TRUE(until([&] { return given > 10; }));
  servers_->signal("zookeeper", SIGKILL);
  ASSERT_TRUE(until([&] { return store.away().has_value(); }));
  EXPECT_EQ(store.away()->code, "eventstore.keeper_away") << store.away()->text();
  const auto counts = store.count({.contract = "city"}, {}, {});
  EXPECT_TRUE(counts) << "what is there can be read";
  servers_->start();
  const auto before = given.load();
  EXPECT_TRUE(until([&] { return given > before + 10; })) << "it goes on by itself";
  EXPECT_FALSE(store.away());
  over = true;
  sender.join();
  EXPECT_FALSE(lost);
  EXPECT_GT(failed, 0);
  open(ground_->settings());
  ASSERT_TRUE(store_->level());
  expect_both(given);
}

TEST_F(ReplicasKeeper, OpenedWithoutItTheStoreIsReadAndTakesEventsOnceItIsBack) {
  ASSERT_TRUE(give(1));
  expect_both(2);
  servers_->signal("zookeeper", SIGKILL);
  store_.reset();
  open(ground_->settings());
  EXPECT_EQ(total(), 2);
  const auto refused = give(2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "eventstore.keeper_away") << refused.error().text();
  EXPECT_EQ(store_->takes_events().error().code, "eventstore.keeper_away");
  servers_->start();
  const auto end = std::chrono::steady_clock::now() + 90s;
  while (!store_->takes_events() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(50ms);
  const auto done = give(2);
  EXPECT_TRUE(done) << done.error().text();
  ASSERT_TRUE(store_->level());
  expect_both(4);
}

}  // namespace
}  // namespace yagura::eventstore::clickhouse
