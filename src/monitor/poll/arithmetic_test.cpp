// Expressions, rates and thresholds.
#include <gtest/gtest.h>

#include <cmath>

#include "monitor/poll/expression.hpp"
#include "monitor/poll/rate.hpp"
#include "monitor/poll/threshold.hpp"

namespace yagura::monitor::poll {
namespace {

using namespace std::chrono_literals;

std::optional<double> eval(std::string_view text, std::vector<std::optional<double>> values = {}) {
  const auto e = Expression::parse(text);
  if (!e) {
    ADD_FAILURE() << e.error().text();
    return std::nullopt;
  }
  return e->evaluate(values);
}

TEST(Expression, arithmetic_and_precedence) {
  EXPECT_EQ(eval("1 + 2 * 3"), 7);
  EXPECT_EQ(eval("(1 + 2) * 3"), 9);
  EXPECT_EQ(eval("10 - 4 - 3"), 3);
  EXPECT_EQ(eval("100 / 8 / 2"), 6.25);
  EXPECT_EQ(eval("-2 * -3"), 6);
  EXPECT_EQ(eval("!(2 >= 2) || 1 < 2 && 3 != 3"), 0);
  EXPECT_EQ(eval("2 <= 1 == 0"), 1);
  EXPECT_EQ(eval("min(3, 2) + max(3, 2)"), 5);
  EXPECT_EQ(eval("used / size * 100", {{50}, {200}}), 25);
  EXPECT_EQ(eval("a + a", {{2}}), 4);
}

TEST(Expression, the_unknown_stays_unknown) {
  EXPECT_EQ(eval("a + 1", {std::nullopt}), std::nullopt);
  EXPECT_EQ(eval("or(a, 0) + 1", {std::nullopt}), 1);
  EXPECT_EQ(eval("1 / 0"), std::nullopt);
  EXPECT_EQ(eval("1e300 * 1e300"), std::nullopt);
}

TEST(Expression, faults_name_the_column) {
  for (const char* bad : {"", "1 +", "(1", "1)", "a b", "sin(1, 2)", "min(1)", "1 ** 2", "#", "1..2"})
    EXPECT_FALSE(Expression::parse(bad)) << bad;
  EXPECT_EQ(Expression::parse("used / / size").error().arg("column"), "8");
  EXPECT_FALSE(Expression::parse(std::string(500, '(')));
  EXPECT_FALSE(Expression::parse(std::string(500, '-') + "1"));
}

TEST(Rate, plain_and_wrapped) {
  EXPECT_EQ(rate({1000, false}, {4000, false}, 300, {}), 10);
  EXPECT_EQ(rate({4294967000, false}, {704, false}, 10, {}), 100);
  EXPECT_EQ(rate({~0ULL - 99, true}, {200, true}, 3, {}), 100);
  EXPECT_EQ(rate({5, true}, {5, true}, 60, {}), 0);
}

TEST(Rate, what_cannot_be_known_is_refused) {
  EXPECT_EQ(rate({1, false}, {2, false}, 0, {}).error(), NoRate::no_time);
  // A gigabit link turns a 32-bit counter round in 34 seconds.
  EXPECT_EQ(rate({1, false}, {2, false}, 300, 125e6).error(), NoRate::ambiguous);
  EXPECT_EQ(rate({1, false}, {1000001, false}, 10, 125e6), 100000);
  EXPECT_EQ(rate({1000, true}, {10, true}, 60, {}).error(), NoRate::restarted);
  EXPECT_EQ(rate({3000000000, false}, {10, false}, 60, 1e6).error(), NoRate::restarted);
  EXPECT_EQ(rate({3000000, false}, {10, false}, 60, {}).error(), NoRate::restarted);
  EXPECT_EQ(rate({0, true}, {1000000000000000, true}, 60, 125e6).error(), NoRate::implausible);
  EXPECT_EQ(rate({0, true}, {6000, true}, 60, 1.0), 100) << "a wrong ifSpeed spoils no 64-bit rate";
  EXPECT_EQ(rate({0, false}, {6000000, false}, 60, 1000).error(), NoRate::implausible);
  EXPECT_EQ(rate({7, false}, {9, true}, 60, {}).error(), NoRate::restarted);
}

TEST(Restart, told_from_the_wrap_of_sys_up_time) {
  EXPECT_FALSE(restarted({100'000, 0, 0s}, {130'000, 0, 300s}));
  EXPECT_TRUE(restarted({100'000, 0, 0s}, {5'000, 0, 300s}));
  EXPECT_FALSE(restarted({4'294'960'000, 0, 0s}, {22'704, 0, 300s})) << "497 days";
  EXPECT_TRUE(restarted({4'294'960'000, 0, 0s}, {22'704, 0, 3600s}));
  EXPECT_TRUE(restarted({100'000, 3, 0s}, {130'000, 4, 300s})) << "engine boots";
  // Restarted soon after the last poll, and up again longer than before.
  EXPECT_TRUE(restarted({1'000, 0, 0s}, {29'000, 0, 300s}));
  EXPECT_TRUE(restarted({6'000, 0, 0s}, {180'000, 0, 3600s}));
  // Polls were missed for six hours.
  EXPECT_FALSE(restarted({1'000'000, 0, 0s}, {1'000'000 + 6 * 360'000, 0, 6h}));
}

TEST(Restart, seconds_follow_the_agent_when_it_is_sane) {
  EXPECT_DOUBLE_EQ(seconds_between({100, 0, 0s}, {30'350, 0, 300s}), 302.5);
  EXPECT_DOUBLE_EQ(seconds_between({100, 0, 0s}, {100, 0, 300s}), 300);
  EXPECT_DOUBLE_EQ(seconds_between({4'294'967'196, 0, 0s}, {29'900, 0, 300s}), 300);
}

TEST(ThresholdState, enters_and_leaves_by_its_own_values_and_holds) {
  const Threshold t{Severity::warning, 90.0, std::nullopt, 80, 2, 3};
  ThresholdState s;
  using C = ThresholdState::Change;
  EXPECT_EQ(s.take(t, 95), C::none);
  EXPECT_EQ(s.take(t, 85), C::none) << "a single high value does not count";
  EXPECT_EQ(s.take(t, 90), C::none);
  EXPECT_EQ(s.take(t, 91), C::entered);
  EXPECT_EQ(s.take(t, 85), C::none) << "between the two nothing changes";
  EXPECT_EQ(s.take(t, 79), C::none);
  EXPECT_EQ(s.take(t, 79), C::none);
  EXPECT_EQ(s.take(t, 88), C::none);
  EXPECT_EQ(s.take(t, 70), C::none);
  EXPECT_EQ(s.take(t, 70), C::none);
  EXPECT_EQ(s.take(t, 70), C::left);
  EXPECT_FALSE(s.entered());
}

TEST(ThresholdState, below) {
  const Threshold t{Severity::critical, std::nullopt, 10.0, 20, 1, 1};
  ThresholdState s;
  EXPECT_EQ(s.take(t, 10), ThresholdState::Change::entered);
  EXPECT_EQ(s.take(t, 20), ThresholdState::Change::none);
  EXPECT_EQ(s.take(t, 20.5), ThresholdState::Change::left);
}

}  // namespace
}  // namespace yagura::monitor::poll
