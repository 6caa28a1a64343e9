// The store is opened while replicas are dead: one of them is enough, and the other catches up when it is back.
#include "eventstore/clickhouse/reached_store.hpp"
#include "eventstore/clickhouse/replicas_ground.hpp"

namespace yagura::eventstore::clickhouse {
namespace {

class ReplicasOpening : public Replicas {
 protected:
  // A database that no server has.
  Settings fresh() {
    store_.reset();
    ground_->settings().database += "_fresh";
    return ground_->settings();
  }
  static Kinds with_one_more_field() {
    auto kinds = example_kinds();
    auto& fields = kinds.at("operation").fields;
    auto field = fields.front();
    field.name = "gained";
    fields.push_back(field);
    return kinds;
  }
  static bool within_30_s(const std::function<bool()>& holds) {
    const auto end = std::chrono::steady_clock::now() + 30s;
    while (!holds() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(50ms);
    return holds();
  }
};

TEST_F(ReplicasOpening, WithOneDeadAndTheOtherHasAllOnceItIsBack) {
  servers_->signal(2, SIGKILL);
  open(fresh());
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(give(i));
  EXPECT_EQ(total(), 10);
  const auto seen = store_->look();
  ASSERT_TRUE(seen) << seen.error().text();
  ASSERT_EQ(seen->size(), 1U);
  EXPECT_EQ(seen->front().arg("server"), ground_->settings().nodes[1]);
  EXPECT_EQ(store_->level().error().code, "eventstore.server_unreachable");
  EXPECT_FALSE(store_->seal("city", "operation", today(), {}));
  servers_->start();
  EXPECT_EQ(store_->look().value_or(std::vector<Error>(9)).size(), 0U);
  ASSERT_TRUE(store_->level());
  expect_both(10);
  const auto seal = store_->seal("city", "operation", today(), {});
  ASSERT_TRUE(seal) << seal.error().text();
  EXPECT_EQ(seal->rows, 10);
}

TEST_F(ReplicasOpening, OneThatCameBackHasItsTablesBeforeABatchAndAQuestionGoToIt) {
  servers_->signal(2, SIGKILL);
  open(fresh());
  servers_->start();
  servers_->signal(1, SIGKILL);
  // Nobody looked after it: the batch itself finds that it has no tables.
  const auto done = give(2);
  EXPECT_TRUE(done) << done.error().text();
  EXPECT_EQ(total(), 2);
  servers_->start();
  ASSERT_TRUE(store_->level());
  expect_both(2);
}

TEST_F(ReplicasOpening, AFieldThatAKindGainedMeanwhileIsThereOnBoth) {
  ASSERT_TRUE(give(1));
  expect_both(2);
  servers_->signal(2, SIGKILL);
  open(ground_->settings(), with_one_more_field());
  const auto& kind = store_->kinds().at("operation");
  const auto done =
      store_->append("city", kind.kind, batch_of(kind, {{at(2), {{"pc", "a"}, {"gained", "見積"}}}}));
  EXPECT_TRUE(done) << done.error().text();
  EXPECT_EQ(total(), 3);
  servers_->start();
  const auto seen = store_->look();
  ASSERT_TRUE(seen && seen->empty()) << (seen ? seen->front() : seen.error()).text();
  ASSERT_TRUE(store_->level());
  expect_both(3);
  EXPECT_EQ(on(1, "countIf(v_gained = '見積')"), "1\n");
}

TEST_F(ReplicasOpening, WithBothDeadItStaysClosedAndOpensByItselfWhenOneIsBack) {
  servers_->signal(1, SIGKILL);
  servers_->signal(2, SIGKILL);
  const auto settings = fresh();
  EXPECT_EQ(ClickHouseStore::open(settings, example_kinds(), clock_).error().code,
            "eventstore.server_unreachable");
  const SystemClock clock;
  auto made = ReachedStore::make(settings, example_kinds(), clock, 50ms);
  ASSERT_TRUE(made);
  auto& store = **made;
  int opened = 0;
  store.begin([&](EventStore&) { ++opened; });
  ASSERT_TRUE(store.away());
  EXPECT_EQ(store.away()->code, "eventstore.server_unreachable");
  EXPECT_EQ(store.away()->arg("server"), settings.nodes[0]);
  EXPECT_EQ(store.extents().error().code, "eventstore.server_unreachable");
  servers_->start(2);
  ASSERT_TRUE(within_30_s([&] { return !store.away() && !store.missing().empty(); }));
  EXPECT_EQ(opened, 1);
  const auto missing = store.missing();
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_EQ(missing[0].code, "eventstore.server_missing");
  EXPECT_EQ(missing[0].arg("server"), settings.nodes[0]);
  EXPECT_NE(missing[0].arg("reason"), "");
  const auto& kind = store.kinds().at("operation");
  const auto done = store.append("city", kind.kind, batch_of(kind, {{at(1), {{"pc", "a"}}}}));
  EXPECT_TRUE(done) << done.error().text();
  servers_->start();
  EXPECT_TRUE(within_30_s([&] { return store.missing().empty(); }));
  EXPECT_FALSE(store.away());
  open(settings);
  ASSERT_TRUE(store_->level());
  expect_both(1);
  EXPECT_EQ(opened, 1);
}

}  // namespace
}  // namespace yagura::eventstore::clickhouse
