// Two replicas of one shard: each event is there once on both, whichever of the two dies, hangs or comes back.
#include "eventstore/clickhouse/replicas_ground.hpp"
#include "support/broken_line.hpp"

namespace yagura::eventstore::clickhouse {
namespace {

// A way to a server that a test breaks.
int port_of(const std::string& address) { return std::stoi(address.substr(address.rfind(':') + 1)); }
std::string at_port(int port) { return "http://127.0.0.1:" + std::to_string(port); }

TEST_F(Replicas, BothHaveEachEventOnceAndOneSealAndNothingOnceErased) {
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(give(i));
  const auto seal = store_->seal("city", "operation", today(), {});
  ASSERT_TRUE(seal) << seal.error().text();
  EXPECT_EQ(seal->rows, 40);
  expect_both(40);
  for (const auto& node : ground_->settings().nodes) {
    auto settings = ground_->settings();
    settings.nodes = {node};
    open(settings);
    EXPECT_EQ(total(), 40) << node;
    const auto same = store_->seal("city", "operation", today(), {});
    ASSERT_TRUE(same) << same.error().text();
    EXPECT_EQ(same->root, seal->root) << node;
  }
  open(ground_->settings());
  const auto erased = store_->erase("city");
  ASSERT_TRUE(erased) << erased.error().text();
  EXPECT_EQ(*erased, 40);
  expect_both(0);
  EXPECT_EQ(store_->erase("city").value_or(-1), 0);
}

TEST_F(Replicas, ABatchWhoseAnswerWasLostIsThereOnceThoughTheOtherTookItToo) {
  BrokenLine first(port_of(ground_->settings().nodes[0])), second(port_of(ground_->settings().nodes[1]));
  auto settings = ground_->settings();
  settings.nodes = {at_port(first.port()), at_port(second.port())};
  open(settings);
  for (int i = 0; i < 6; ++i) {
    first.lose_answers_to("INSERT", 1);
    second.lose_answers_to("INSERT", 1);
    const auto done = give(i);
    EXPECT_TRUE(done) << done.error().text();
  }
  EXPECT_GE(first.lost() + second.lost(), 6);
  expect_both(12);
}

// The sender was told that it failed, and sends it again.
TEST_F(Replicas, ABatchOfWhichNobodyAnsweredIsThereOnceWhenItIsSentAgain) {
  BrokenLine first(port_of(ground_->settings().nodes[0])), second(port_of(ground_->settings().nodes[1]));
  auto settings = ground_->settings();
  settings.nodes = {at_port(first.port()), at_port(second.port())};
  open(settings);
  for (int i = 0; i < 3; ++i) {
    first.lose_answers_to("INSERT", 4);
    second.lose_answers_to("INSERT", 4);
    EXPECT_FALSE(give(i)) << "no answer came";
    first.lose_answers_to("INSERT", 0);
    second.lose_answers_to("INSERT", 0);
    const auto done = give(i);
    EXPECT_TRUE(done) << done.error().text();
  }
  EXPECT_GE(first.lost() + second.lost(), 12);
  // What is taken is no longer in doubt: the like of it is another batch.
  EXPECT_TRUE(give(0));
  expect_both(8);
}

TEST_F(Replicas, OneThatIsDeadHoldsNothingUpAndCatchesUp) {
  const auto before = total();
  servers_->signal(1, SIGKILL);
  for (int i = 0; i < 10; ++i) {
    const auto done = give(i);
    EXPECT_TRUE(done) << done.error().text();
  }
  EXPECT_EQ(total(), before + 20);
  EXPECT_FALSE(store_->seal("city", "operation", today(), {}))
      << "the dead one may have what the other lacks";
  servers_->start();
  ASSERT_TRUE(store_->look());
  expect_both(before + 20);
  const auto seal = store_->seal("city", "operation", today(), {});
  ASSERT_TRUE(seal) << seal.error().text();
  EXPECT_EQ(seal->rows, before + 20);
}

// It takes connections and never answers.
TEST_F(Replicas, AFirstNodeThatHangsIsLeftForTheOther) {
  ASSERT_TRUE(give(1));
  servers_->signal(1, SIGSTOP);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(store_->look()) << "the other answers";
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 8s);
  const auto after = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(give(i + 2));
  EXPECT_GE(total(), 20);
  EXPECT_TRUE(store_->extents());
  EXPECT_LT(std::chrono::steady_clock::now() - after, 5s);
  servers_->signal(1, SIGCONT);
  expect_both(22);
}

// It hangs while the batch is on its way to it, and takes it all the same once it goes on.
TEST_F(Replicas, ABatchOnItsWayToOneThatHangsGoesToTheOtherAndIsThereOnce) {
  auto settings = ground_->settings();
  settings.takes_data_within = 2s;
  int waited = 0;
  for (int i = 0; i < 12; ++i) {
    open(settings);  // which knows of none that hangs
    servers_->signal(1, SIGSTOP);
    const auto begun = std::chrono::steady_clock::now();
    const auto done = give(i);
    EXPECT_TRUE(done) << done.error().text();
    waited += std::chrono::steady_clock::now() - begun > 1500ms ? 1 : 0;
    servers_->signal(1, SIGCONT);
    if (waited > 0) return expect_both(2 * (i + 1));
  }
  FAIL() << "no batch went to it first";
}

}  // namespace
}  // namespace yagura::eventstore::clickhouse
