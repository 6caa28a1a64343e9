// Counting in an event store: by fields, by time, the largest groups, and what was left out.
#include "eventstore/behaviour_ground.hpp"

namespace yagura::eventstore {

void PrintTo(const Group& group, std::ostream* out) {
  *out << testing::PrintToString(group.values) << " at " << to_micros(group.bucket) << ": " << group.count;
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using namespace std::chrono_literals;

MATCHER_P2(Is, values, count, "") { return arg.values == values && arg.count == count; }
using Values = std::vector<std::string>;

class EventStoreCounts : public EventStoreBehaviour {
 protected:
  void give_actions() {
    std::vector<Record> records;
    const auto add = [&](int times, std::string section, std::string action) {
      for (int i = 0; i < times; ++i)
        records.push_back(
            {at(std::ssize(records)), {{"section", section}, {"action", action}, {"bytes", i % 2 - 1}}});
    };
    add(5, "総務課", "print");
    add(3, "総務課", "usb");
    add(2, "税務課", "print");
    add(1, "", "print");
    give(records);
  }
};

TEST_P(EventStoreCounts, OfNothingAreNothing) {
  const auto counts = counted(all(), {{"section"}, {}, {}, 10});
  EXPECT_THAT(counts.groups, IsEmpty());
  EXPECT_EQ(counts.total, 0);
  EXPECT_FALSE(counts.more_groups);
  EXPECT_EQ(counted(all(), {}).total, 0);
}

TEST_P(EventStoreCounts, WithoutFieldsAreOneGroup) {
  give_actions();
  const auto counts = counted(all(), {});
  EXPECT_THAT(counts.groups, ElementsAre(Is(Values{}, 11)));
  EXPECT_EQ(counts.total, 11);
}

TEST_P(EventStoreCounts, ByFieldsAreLargestFirst) {
  give_actions();
  EXPECT_THAT(counted(all(), {{"section"}, {}, {}, 10}).groups,
              ElementsAre(Is(Values{"総務課"}, 8), Is(Values{"税務課"}, 2), Is(Values{""}, 1)));
  EXPECT_THAT(counted(all(), {{"action", "section"}, {}, {}, 10}).groups,
              ElementsAre(Is(Values{"print", "総務課"}, 5), Is(Values{"usb", "総務課"}, 3),
                          Is(Values{"print", "税務課"}, 2), Is(Values{"print", ""}, 1)));
  EXPECT_THAT(counted(all(is(Condition::Type::equals, "action", "PRINT")), {{"section"}, {}, {}, 10}).groups,
              ElementsAre(Is(Values{"総務課"}, 5), Is(Values{"税務課"}, 2), Is(Values{""}, 1)));
}

TEST_P(EventStoreCounts, KeepValuesAsTheyWereWritten) {
  give({{at(1), {{"section", "ＡＢ"}}}, {at(2), {{"section", "ab"}}}, {at(3), {{"section", "a\xff'\\"}}}});
  give({{at(3), {{"section", std::string("\0x", 2)}}}});
  EXPECT_THAT(counted(all(), {{"section"}, {}, {}, 10}).groups,
              UnorderedElementsAre(Is(Values{"ＡＢ"}, 1), Is(Values{"ab"}, 1), Is(Values{"a\xff'\\"}, 1),
                                   Is(Values{std::string("\0x", 2)}, 1)));
}

TEST_P(EventStoreCounts, ByNumbersWriteThemInDigits) {
  give_actions();
  EXPECT_THAT(counted(all(), {{"bytes"}, {}, {}, 10}).groups,
              ElementsAre(Is(Values{"-1"}, 7), Is(Values{"0"}, 4)));
}

TEST_P(EventStoreCounts, ByAFieldThatAKindLacksAreOfTheEmptyValue) {
  give_actions();
  give({{at(1), {{"device", "fw"}, {"action", "deny"}}, "firewall"}});
  EXPECT_THAT(counted(all(), {{"section"}, {}, {}, 10}).groups,
              UnorderedElementsAre(Is(Values{"総務課"}, 8), Is(Values{"税務課"}, 2), Is(Values{""}, 2)));
  EXPECT_THAT(counted(all(), {{"nowhere"}, {}, {}, 10}).groups, ElementsAre(Is(Values{""}, 12)));
}

TEST_P(EventStoreCounts, OfTheLargestSayThatThereAreMore) {
  give_actions();
  auto counts = counted(all(), {{"action", "section"}, {}, {}, 2});
  EXPECT_THAT(counts.groups, ElementsAre(Is(Values{"print", "総務課"}, 5), Is(Values{"usb", "総務課"}, 3)));
  EXPECT_TRUE(counts.more_groups);
  EXPECT_EQ(counts.total, 11);
  counts = counted(all(), {{"action", "section"}, {}, {}, 4});
  EXPECT_THAT(counts.groups, SizeIs(4));
  EXPECT_FALSE(counts.more_groups);
}

TEST_P(EventStoreCounts, ByTimeAreOldestFirst) {
  // 2026-04-01T00:00Z is nine o'clock in Japan.
  constexpr std::int64_t hour = 3600;
  give({{at(-1), {{"action", "a"}}}, {at(0), {{"action", "a"}}}, {at(hour - 1), {{"action", "b"}}}});
  give({{at(hour), {{"action", "b"}}},
        {at(15 * hour - 1), {{"action", "b"}}},
        {at(15 * hour), {{"action", "b"}}}});
  const auto by = [&](Counting counting) {
    std::vector<std::tuple<std::int64_t, Values, std::int64_t>> out;
    for (const auto& group : counted(all(), counting).groups)
      out.emplace_back((to_micros(group.bucket) - at(0)) / 1'000'000, group.values, group.count);
    return out;
  };
  EXPECT_THAT(
      by({{}, 1h, {}, 100}),
      ElementsAre(std::tuple(-hour, Values{}, 1), std::tuple(0, Values{}, 2), std::tuple(hour, Values{}, 1),
                  std::tuple(14 * hour, Values{}, 1), std::tuple(15 * hour, Values{}, 1)));
  EXPECT_THAT(by({{}, 24h, {}, 100}),
              ElementsAre(std::tuple(-24 * hour, Values{}, 1), std::tuple(0, Values{}, 5)));
  // Days of Japan.
  EXPECT_THAT(by({{}, 24h, -9h, 100}),
              ElementsAre(std::tuple(-9 * hour, Values{}, 5), std::tuple(15 * hour, Values{}, 1)));
  EXPECT_THAT(by({{"action"}, 24h, -9h, 100}),
              ElementsAre(std::tuple(-9 * hour, Values{"b"}, 3), std::tuple(-9 * hour, Values{"a"}, 2),
                          std::tuple(15 * hour, Values{"b"}, 1)));
  EXPECT_THAT(by({{}, 1s, {}, 100}), SizeIs(6));
  // The largest of all, shown by time.
  const auto largest = counted(all(), {{}, 24h, -9h, 1});
  EXPECT_THAT(largest.groups, ElementsAre(Is(Values{}, 5)));
  EXPECT_TRUE(largest.more_groups);
}

TEST_P(EventStoreCounts, ByTimeBefore1970BeginTheirBucketsBefore) {
  give({{-1, {{"pc", "a"}}},
        {0, {{"pc", "a"}}},
        {-3'600'000'000, {{"pc", "a"}}},
        {-3'600'000'001, {{"pc", "a"}}}});
  const auto counts = counted(all(), {{}, 1h, {}, 100});
  ASSERT_THAT(counts.groups, SizeIs(3));
  EXPECT_EQ(to_micros(counts.groups[0].bucket), -7'200'000'000);
  EXPECT_EQ(to_micros(counts.groups[1].bucket), -3'600'000'000);
  EXPECT_EQ(counts.groups[1].count, 2);
  EXPECT_EQ(to_micros(counts.groups[2].bucket), 0);
}

TEST_P(EventStoreCounts, HoldThemselvesToTheTimeAskedFor) {
  give_many(7'300);
  auto query = all();
  query.from = from_micros(at(100));
  query.to = from_micros(at(7'201));
  const auto counts = counted(query, {{}, 1h, {}, 100});
  EXPECT_EQ(counts.total, 7'101);
  ASSERT_THAT(counts.groups, SizeIs(3));
  EXPECT_EQ(counts.groups[0].count, 3'500);
  EXPECT_EQ(counts.groups[1].count, 3'600);
  EXPECT_EQ(counts.groups[2].count, 1);
}

TEST_P(EventStoreCounts, ArePartialAtTheirLimits) {
  give_many(20'000);
  const std::atomic<bool> yes{true};
  const std::vector<std::pair<Limits, Outcome::Why>> cases = {
      {{.rows_read = 5'000}, Outcome::Why::too_many_rows},
      {{.time = Duration{0}}, Outcome::Why::out_of_time},
      {{.cancelled = &yes}, Outcome::Why::cancelled}};
  for (const auto& [limits, why] : cases) {
    // By a number: nothing that is counted beforehand helps.
    const auto counts =
        store().count(all(between("bytes", 1, 100'000)), {{"bytes"}, {}, {}, 100'000}, limits);
    ASSERT_TRUE(counts) << counts.error().text();
    EXPECT_EQ(counts->outcome.why, why);
    EXPECT_LT(counts->total, 20'000);
    EXPECT_EQ(static_cast<std::int64_t>(counts->groups.size()), counts->total);
  }
}

TEST_P(EventStoreCounts, AWhileAtATimeComeToTheSame) {
  give_many(20'000);
  give({{at(50), {{"device", "fw"}, {"action", "deny"}}, "firewall"}});
  const auto some = all(between("bytes", 1, 100'000));
  const Counting by_hour{{}, 1h, {}, 100}, by_action{{"action"}, {}, {}, 100};
  const auto tally =
      store().tally(some, {{by_hour, {}}, {by_action, {"operation"}}, {{}, {"firewall"}}}).value();
  const auto before = tally->counts();
  ASSERT_THAT(before, SizeIs(3));
  for (const auto& one : before) EXPECT_EQ(one.total, 0);
  EXPECT_EQ(before.front().outcome.why, Outcome::Why::out_of_time) << "nothing is known yet";
  EXPECT_GT(before.front().complete_from, from_micros(at(19'999)));
  for (bool more = true; more;) more = tally->go_on({}).value();
  const auto counts = tally->counts();
  EXPECT_EQ(counts[0].total, counted(some, by_hour).total);
  EXPECT_EQ(counts[1].total, counted(some, {}).total);
  EXPECT_EQ(counts[2].total, 0) << "a firewall's have no bytes";
  for (const auto& one : counts) {
    EXPECT_EQ(one.outcome.why, Outcome::Why::whole);
    EXPECT_EQ(one.complete_from, Time::min());
  }
  EXPECT_FALSE(tally->go_on({}).value());
  EXPECT_EQ(tally->counts().front().total, counts.front().total);
}

TEST_P(EventStoreCounts, AWhileAtATimeStopAtOnce) {
  give_many(20'000);
  const std::atomic<bool> yes{true};
  const auto tally =
      store().tally(all(between("bytes", 1, 100'000)), {{{{"bytes"}, {}, {}, 10}, {}}}).value();
  EXPECT_FALSE(tally->go_on({.cancelled = &yes}).value());
  const auto counts = tally->counts().front();
  EXPECT_EQ(counts.outcome.why, Outcome::Why::cancelled);
  EXPECT_LT(counts.total, 20'000);
  auto unknown = all();
  unknown.kinds = {"nothing"};
  const auto refused = store().tally(unknown, {{{}, {}}});
  EXPECT_EQ(refused ? refused.value()->go_on({}).error().code : refused.error().code,
            "eventstore.kind_unknown");
}

TEST_P(EventStoreCounts, OfAnUnknownKindAreRefused) {
  auto query = all();
  query.kinds = {"nothing"};
  const auto counts = store().count(query, {}, {});
  ASSERT_FALSE(counts);
  EXPECT_EQ(counts.error().code, "eventstore.kind_unknown");
}

YAGURA_ON_EVERY_EVENT_STORE(EventStoreCounts);

}  // namespace
}  // namespace yagura::eventstore
