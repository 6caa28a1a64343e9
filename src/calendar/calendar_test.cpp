#include "calendar/calendar.hpp"

#include <gtest/gtest.h>

namespace yagura::calendar {
namespace {

CalendarRule office() {
  CalendarRule rule;
  rule.id = "office";
  rule.closures = {{{12, 29}, {1, 3}, {"年末年始", "year end"}}};
  rule.decided_through = 2027;
  return rule;
}

Date day(const char* text) { return *parse_date(text); }

TEST(Calendar, ClosuresCrossTheNewYear) {
  const auto calendar = *Calendar::make(office());
  EXPECT_TRUE(calendar.is_open(day("2026-12-28")));
  for (const auto* closed :
       {"2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02", "2027-01-03"})
    EXPECT_FALSE(calendar.is_open(day(closed))) << closed;
  EXPECT_TRUE(calendar.is_open(day("2027-01-04")));
  EXPECT_EQ(*calendar.next_open(day("2026-12-28")), day("2027-01-04"));
  EXPECT_EQ(*calendar.prev_open(day("2027-01-04")), day("2026-12-28"));
  EXPECT_EQ(calendar.closed_because(day("2026-12-30"))->ja, "年末年始");
}

TEST(Calendar, ClosureInsideOneYear) {
  auto rule = office();
  rule.closures = {{{8, 13}, {8, 15}, {"夏季休業", "summer closure"}}};
  const auto calendar = *Calendar::make(rule);
  EXPECT_FALSE(calendar.is_open(day("2026-08-13")));
  EXPECT_TRUE(calendar.is_open(day("2026-08-12")));
  EXPECT_TRUE(calendar.is_open(day("2026-12-30")));
}

TEST(Calendar, ExtraDaysGoBeforeAllRules) {
  auto rule = office();
  rule.extra_closed = {{day("2026-06-01"), {"庁舎停電", "power works"}}};
  rule.extra_open = {{day("2026-05-03"), {"臨時開庁", "extra opening"}},
                     {day("2026-12-30"), {"臨時開庁", "extra"}}};
  const auto calendar = *Calendar::make(rule);
  EXPECT_FALSE(calendar.is_open(day("2026-06-01")));
  EXPECT_EQ(calendar.closed_because(day("2026-06-01"))->en, "power works");
  EXPECT_TRUE(calendar.is_open(day("2026-05-03")));  // Sunday and Constitution Memorial Day
  EXPECT_TRUE(calendar.is_open(day("2026-12-30")));
  EXPECT_FALSE(calendar.closed_because(day("2026-12-30")));
}

TEST(Calendar, CountsOpenDaysBothWays) {
  const auto calendar = *Calendar::make(office());
  EXPECT_EQ(*calendar.add_open_days(day("2026-04-28"), 3), day("2026-05-07"));
  EXPECT_EQ(*calendar.add_open_days(day("2026-05-07"), -3), day("2026-04-28"));
  EXPECT_EQ(*calendar.add_open_days(day("2026-05-03"), -1), day("2026-05-01"));
  EXPECT_EQ(*calendar.add_open_days(day("2026-05-03"), 0), day("2026-05-03"));
  EXPECT_EQ(calendar.open_days_between(day("2026-04-28"), day("2026-05-07")), 3);
  EXPECT_EQ(calendar.open_days_between(day("2026-05-07"), day("2026-04-28")), 0);
}

// The table against the plain definition, day by day.
TEST(Calendar, TableAgreesWithSteppingDayByDay) {
  const auto calendar = *Calendar::make(office());
  for (Date from = day("2025-11-01"); from < day("2027-02-01"); from += std::chrono::days(1)) {
    Date forward = from, backward = from;
    for (int n = 1; n <= 12; ++n) {
      do forward += std::chrono::days(1);
      while (!calendar.is_open(forward));
      do backward -= std::chrono::days(1);
      while (!calendar.is_open(backward));
      ASSERT_EQ(*calendar.add_open_days(from, n), forward);
      ASSERT_EQ(*calendar.add_open_days(from, -n), backward);
      ASSERT_EQ(calendar.open_days_between(from, forward), n);
    }
  }
}

TEST(Calendar, LeavingTheYearsIsAnError) {
  const auto calendar = *Calendar::make(office());
  EXPECT_EQ(calendar.next_open(day("2051-01-01")).error().code, "calendar.out_of_range");
  EXPECT_EQ(calendar.next_open(day("2050-12-31")).error().code, "calendar.out_of_range");
  EXPECT_EQ(calendar.prev_open(day("1948-01-01")).error().code, "calendar.out_of_range");
  EXPECT_FALSE(calendar.is_open(day("2051-01-04")));
  auto never = office();
  never.open_weekdays = 0;
  EXPECT_EQ(Calendar::make(never)->next_open(day("2026-04-28")).error().code, "calendar.out_of_range");
}

TEST(Calendar, RefusesRulesThatCannotBe) {
  auto rule = office();
  rule.closures[0].to = {2, 30};
  EXPECT_EQ(Calendar::make(rule).error().code, "calendar.rule_invalid");
  rule = office();
  rule.extra_open = {{day("2026-06-01"), {}}};
  rule.extra_closed = {{day("2026-06-01"), {}}};
  EXPECT_EQ(Calendar::make(rule).error().code, "calendar.rule_invalid");
  rule = office();
  rule.extra_open = {{day("2060-06-01"), {}}};
  EXPECT_EQ(Calendar::make(rule).error().code, "calendar.rule_invalid");
}

TEST(Calendar, SaysWhatIsForecast) {
  const auto calendar = *Calendar::make(office());
  EXPECT_FALSE(calendar.is_forecast(day("2027-12-31")));
  EXPECT_TRUE(calendar.is_forecast(day("2028-01-01")));
}

TEST(Calendar, MonthDays) {
  EXPECT_EQ(*parse_month_day("12-29"), (MonthDay{12, 29}));
  EXPECT_EQ(*parse_month_day("2/29"), (MonthDay{2, 29}));
  EXPECT_FALSE(parse_month_day("02-30"));
  EXPECT_FALSE(parse_month_day("2026-02-01"));
  EXPECT_EQ(format_month_day({1, 3}), "01-03");
}

}  // namespace
}  // namespace yagura::calendar
