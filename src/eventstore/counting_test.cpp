// Counting a while at a time: what is said on the way is right.
#include "eventstore/counting.hpp"

#include "eventstore/embedded_ground.hpp"

namespace yagura::eventstore {
namespace {

using namespace std::chrono_literals;

// Each look at the clock takes a millisecond.
class SlowClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return from_micros(at(0)) + std::chrono::days(200); }
  [[nodiscard]] Duration steady() const override { return std::chrono::milliseconds(++looks_); }

 private:
  mutable std::atomic<int> looks_{0};
};

struct Tallies : EmbeddedGround {
  // Three segments one after the other, and what stands in none; a block has 4,096 rows at most.
  void SetUp() override {
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(give(i * 9'000, 9'000));
      ASSERT_TRUE(store().flush());
    }
    ASSERT_TRUE(give(27'000, 100));
    close();
    store_ = EmbeddedStore::open(folder_, example_kinds(), slow_, options_).value();
  }
  // By a text: nothing that is counted beforehand helps.
  static Query with(std::string_view fragment) {
    Query out;
    out.contract = "city";
    out.where = is(Condition::Type::contains, "path", std::string(fragment));
    return out;
  }
  SlowClock slow_;
};

TEST_F(Tallies, AreRightFromWhereTheySayTheyAreComplete) {
  const auto query = with("見積");
  const auto tally = store().tally(query, {{{{}, 1s, {}, 100'000}, {}}, {{{"pc"}, {}, {}, 10}, {}}}).value();
  std::int64_t last = 0;
  auto from = Time::max();
  int steps = 0, on_the_way = 0;
  for (bool more = true; more; ++steps) {
    ASSERT_LT(steps, 1'000);
    more = tally->go_on({.time = 2ms}).value();
    const auto counts = tally->counts();
    const auto& now = counts.front();
    EXPECT_EQ(now.total, counts.back().total) << "all are counted in one walk";
    EXPECT_GE(now.total, last) << "what was counted stays counted";
    EXPECT_LE(now.complete_from, from) << "and it goes back in time";
    last = now.total;
    from = now.complete_from;
    if (from == Time::min()) continue;
    EXPECT_EQ(now.outcome.why, Outcome::Why::out_of_time);
    const auto newer =
        std::ranges::count_if(now.groups, [&](const Group& one) { return one.bucket >= from; });
    const auto there = std::max<std::int64_t>(0, at(27'100) - to_micros(from)) / 1'000'000;
    EXPECT_EQ(newer, there) << "every second from there on is in";
    if (newer > 0 && newer < 27'100) ++on_the_way;
  }
  EXPECT_GT(on_the_way, 2) << "it was seen in between";
  EXPECT_EQ(last, 27'100);
  EXPECT_EQ(from, Time::min());
  EXPECT_FALSE(tally->counts().front().outcome.partial());
}

TEST_F(Tallies, LookAtNoRowTwice) {
  const auto query = with("見積");
  const auto at_once = store().count(query, {{}, 1h, {}, 100}, {.time = 1h}).value();
  const auto tally = store().tally(query, {{{{}, 1h, {}, 100}, {}}}).value();
  while (tally->go_on({.time = 2ms}).value()) {
  }
  EXPECT_EQ(tally->counts().front().outcome.rows_read, at_once.outcome.rows_read);
  EXPECT_EQ(tally->counts().front().total, at_once.total);
}

TEST_F(Tallies, GoOnWhereTheirRowsEnded) {
  const auto tally = store().tally(with("見積"), {{{}, {}}}).value();
  EXPECT_TRUE(tally->go_on({.time = 1h, .rows_read = 5'000}).value());
  EXPECT_EQ(tally->counts().front().outcome.why, Outcome::Why::too_many_rows);
  EXPECT_LT(tally->counts().front().total, 27'100);
  EXPECT_FALSE(tally->go_on({.time = 1h}).value());
  EXPECT_EQ(tally->counts().front().total, 27'100);
}

TEST_F(Tallies, OutliveWhatIsMergedAwayMeanwhile) {
  const auto tally = store().tally(with("見積"), {{{}, {}}}).value();
  EXPECT_TRUE(tally->go_on({.time = 3ms}).value());
  ASSERT_TRUE(store().flush());
  while (store().merge().value()) {
  }
  while (tally->go_on({.time = 1h}).value()) {
  }
  const auto counts = tally->counts().front();
  EXPECT_EQ(counts.total, 27'100);
  EXPECT_EQ(counts.outcome.why, Outcome::Why::whole);
}

TEST_F(Tallies, OfAFragmentThatStandsEverywhereOrNowhereAreExact) {
  for (const auto& [fragment, found] : {std::pair("見積書", 27'100), {"見積書\\2709", 11}, {"鳳凰", 0}}) {
    const auto tally = store().tally(with(fragment), {{{}, {}}}).value();
    while (tally->go_on({.time = 5ms}).value()) {
    }
    EXPECT_EQ(tally->counts().front().total, found) << fragment;
  }
}

}  // namespace
}  // namespace yagura::eventstore
