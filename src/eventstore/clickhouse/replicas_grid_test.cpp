// Two shards of two replicas: any one of each shard is enough, whether the others are dead or hang.
#include "eventstore/clickhouse/replicas_ground.hpp"

namespace yagura::eventstore::clickhouse {
namespace {

class ReplicasGrid : public Replicas {
 protected:
  ReplicasGrid() : Replicas(Together::grid) {}
  static void SetUpTestSuite() { servers_ = std::make_unique<OwnServers>(4); }

  // On both of each shard the same, and in all so much.
  void expect_all(std::int64_t count) {
    // One that was stopped has to begin a session with ZooKeeper anew.
    const auto end = std::chrono::steady_clock::now() + 30s;
    auto level = store_->level();
    for (; !level && std::chrono::steady_clock::now() < end; level = store_->level())
      std::this_thread::sleep_for(50ms);
    ASSERT_TRUE(level) << level.error().text();
    EXPECT_EQ(on(0), on(1));
    EXPECT_EQ(on(2), on(3));
    EXPECT_EQ(on(0, "sum(cityHash64(*))"), on(1, "sum(cityHash64(*))"));
    EXPECT_EQ(on(2, "sum(cityHash64(*))"), on(3, "sum(cityHash64(*))"));
    EXPECT_EQ(std::stoll(on(0)) + std::stoll(on(2)), count);
    EXPECT_EQ(total(), count);
  }
};

TEST_F(ReplicasGrid, EachEventIsThereOnceFromWhicheverServerIsAsked) {
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(give(i));
  expect_all(60);
  EXPECT_NE(on(0), "0\n");
  EXPECT_NE(on(2), "0\n") << "both shards take part";
  const auto seal = store_->seal("city", "operation", today(), {});
  ASSERT_TRUE(seal) << seal.error().text();
  EXPECT_EQ(seal->rows, 60);
  for (const auto& node : ground_->settings().nodes) {
    auto settings = ground_->settings();
    settings.nodes = {node};
    open(settings);
    EXPECT_EQ(total(), 60) << node;
  }
  open(ground_->settings());
  EXPECT_EQ(store_->erase("city").value_or(-1), 60);
  expect_all(0);
}

TEST_F(ReplicasGrid, IsOpenedWithOneOfEachShardAndNotWithoutAShard) {
  servers_->signal(1, SIGKILL);
  servers_->signal(4, SIGKILL);
  open(ground_->settings());
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(give(i));
  EXPECT_EQ(total(), 40);
  EXPECT_EQ(store_->look().value_or(std::vector<Error>()).size(), 2U);
  servers_->signal(3, SIGKILL);
  const auto opened = ClickHouseStore::open(ground_->settings(), example_kinds(), clock_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "eventstore.server_unreachable");
  servers_->start();
  const auto seen = store_->look();
  EXPECT_TRUE(seen && seen->empty());
  expect_all(40);
}

// It takes connections and never answers, as one that others ask and as one that we do.
TEST_F(ReplicasGrid, OneThatHangsHoldsNeitherBatchesNorQuestionsUpForLong) {
  for (const int hanging : {3, 1}) {
    const auto before = total();
    servers_->signal(hanging, SIGSTOP);
    EXPECT_TRUE(store_->look());
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(give(i));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
    // The first question finds out; which replica is asked after that may lack the newest for a moment.
    EXPECT_LE(total(), before + 20);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 30s);
    servers_->signal(hanging, SIGCONT);
    EXPECT_TRUE(store_->look());
    expect_all(before + 20);
  }
}

}  // namespace
}  // namespace yagura::eventstore::clickhouse
