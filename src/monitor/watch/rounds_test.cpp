// A year of mornings on a manual clock, with the calendar of a real pack.
#include "monitor/watch/rounds.hpp"

#include <gtest/gtest.h>

#include <set>

#include "monitor/ping/sweep.hpp"

namespace yagura::monitor::watch {
namespace {

using namespace std::chrono_literals;

Time japan(std::string_view text) { return calendar::parse_instant(text).value(); }

class RoundsTest : public testing::Test {
 protected:
  contract::Pack pack_ = contract::load_pack(YAGURA_SOURCE_DIR "/packs/matsusaka").value();
  static std::vector<ping::Target> targets(int count) {
    std::vector<ping::Target> out;
    for (int i = 0; i < count; ++i)
      out.push_back(
          {i + 1, *ping::parse_address("192.0.2.1"), {.interval = 5min, .timeout = 5s, .retries = 3}});
    return out;
  }
};

TEST_F(RoundsTest, BeginsAsEarlyAsTargetsTimeOutsAndRetriesAsk) {
  const Time morning = japan("2026-04-28T06:00");
  for (const int count : {1, 500, 10'000, 200'000}) {
    const auto worst = ping::worst_case(targets(count), {});
    const auto plan = round_plan(pack_, morning, worst).value();
    EXPECT_EQ(plan.due, japan("2026-04-28T08:15"));
    EXPECT_GT(plan.due - plan.begin, worst) << count;
  }
  const auto few = round_plan(pack_, morning, ping::worst_case(targets(10), {})).value();
  const auto many = round_plan(pack_, morning, ping::worst_case(targets(200'000), {})).value();
  EXPECT_GT(few.due - few.begin, 20s) << "four tries of five seconds";
  EXPECT_LT(few.due - few.begin, 2min);
  EXPECT_GT(many.due - many.begin, 400s) << "800,000 packets at 2,000 a second";
}

TEST_F(RoundsTest, OnceOnEachOpenDayOfAYearAndOverBeforeOpening) {
  ManualClock clock(japan("2026-04-01T00:00"));
  const auto worst = ping::worst_case(targets(1'000), {});
  MorningRounds rounds;
  const auto& office = *pack_.book.calendars.at(pack_.office_calendar);
  std::optional<Time> last;
  std::set<calendar::Date> days;
  for (const auto end = japan("2027-04-01T00:00"); clock.now() < end; clock.advance(10s)) {
    if (!MorningRounds::may_be_due(pack_, clock.now())) continue;
    const auto due = rounds.look(pack_, clock.now(), worst, last);
    if (due.step == MorningRounds::Step::wait) continue;
    ASSERT_EQ(due.step, MorningRounds::Step::begin);
    const auto day = calendar::date_of(clock.now());
    EXPECT_TRUE(days.insert(day).second) << "twice on " << calendar::format_date(day);
    EXPECT_LE(clock.now() + worst, due.due);
    last = due.due;
  }
  for (auto day = calendar::date_of(japan("2026-04-01T12:00"));
       day < calendar::date_of(japan("2027-04-01T12:00")); day += std::chrono::days(1))
    EXPECT_EQ(days.contains(day), office.is_open(day)) << calendar::format_date(day);
  EXPECT_FALSE(days.contains(*calendar::parse_date("2026-04-29"))) << "Showa Day";
  EXPECT_FALSE(days.contains(*calendar::parse_date("2026-12-31"))) << "closed at the turn of the year";
  EXPECT_FALSE(days.contains(*calendar::parse_date("2026-05-02"))) << "a Saturday";
  EXPECT_GT(days.size(), 230U);
}

TEST_F(RoundsTest, ARestartNeitherRepeatsNorForgets) {
  const auto worst = ping::worst_case(targets(100), {});
  const Time due = japan("2026-04-28T08:15"), yesterday = japan("2026-04-27T08:15");
  EXPECT_EQ(MorningRounds{}.look(pack_, due - 10s, worst, due).step, MorningRounds::Step::wait)
      << "it is on record already";
  const auto late = MorningRounds{}.look(pack_, due - 10s, worst, yesterday);
  EXPECT_EQ(late.step, MorningRounds::Step::begin)
      << "started late, but before opening: what can be done is done";
  MorningRounds fresh;
  EXPECT_EQ(fresh.look(pack_, due + 5min, worst, yesterday).step, MorningRounds::Step::missed);
  EXPECT_EQ(fresh.look(pack_, due + 6min, worst, yesterday).step, MorningRounds::Step::wait) << "said once";
  EXPECT_EQ(MorningRounds{}.look(pack_, due + 5min, worst, {}).step, MorningRounds::Step::wait)
      << "nothing is missed before the first";
  EXPECT_EQ(MorningRounds{}.look(pack_, due + 13h, worst, yesterday).step, MorningRounds::Step::wait);
}

}  // namespace
}  // namespace yagura::monitor::watch
