#include "contract/value_types.hpp"

#include <gtest/gtest.h>

#include "contract/deadline_form.hpp"
#include "schema/yaml.hpp"

namespace yagura::contract {
namespace {

using schema::Value;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(ValueTypes, Durations) {
  EXPECT_EQ(*parse_duration("5 s"), seconds(5));
  EXPECT_EQ(*parse_duration(" 30  min "), minutes(30));
  EXPECT_EQ(*parse_duration("2 h"), hours(2));
  EXPECT_EQ(*parse_duration("3 d"), hours(72));
  for (const auto* wrong :
       {"", "5", "min", "-5 min", "1.5 h", "5 m", "99999999999999999999 s", "3651 d", "5 min 3 s"})
    EXPECT_EQ(parse_duration(wrong).error().code, "contract.bad_value") << wrong;
}

TEST(ValueTypes, FixedDates) {
  const auto is = [](const char* text, int y, unsigned m, unsigned d) {
    const auto on = parse_on_date(text);
    return on && on->year == y && on->month == m && on->day == d;
  };
  EXPECT_TRUE(is("2026-06-30", 2026, 6, 30));
  EXPECT_TRUE(is("令和8年6月30日", 2026, 6, 30));
  EXPECT_TRUE(is("02-28", 0, 2, 28));
  EXPECT_TRUE(is("02-last", 0, 2, 0));
  EXPECT_TRUE(is("last", 0, 0, 0));
  EXPECT_TRUE(is("31", 0, 0, 31));
  for (const auto* wrong : {"", "0", "32", "13-01", "13-last", "02-30", "first"})
    EXPECT_FALSE(parse_on_date(wrong)) << wrong;
}

TEST(ValueTypes, WeekdaysAndAddresses) {
  EXPECT_EQ(*parse_weekdays("mon-fri"), calendar::monday_to_friday);
  EXPECT_EQ(*parse_weekdays("daily"), calendar::all_weekdays);
  for (const auto* wrong : {"", "open", "mon-", "2nd mon", "mon 09:00-10:00"})
    EXPECT_FALSE(parse_weekdays(wrong)) << wrong;
  for (const auto* good : {"192.0.2.0/24", "192.0.2.7", "2001:db8::/32", "::1"})
    EXPECT_TRUE(check_cidr(good)) << good;
  for (const auto* wrong : {"", "192.0.2.0/33", "192.0.2/24", "2001:db8::/129", "192.0.2.0/", "example.jp"})
    EXPECT_FALSE(check_cidr(wrong)) << wrong;
}

TEST(ValueTypes, FilesStayInsideThePack) {
  EXPECT_FALSE(check_simple(Value("commands/switch.txt"), "file"));
  for (const auto* wrong : {"/etc/passwd", "../secret", "a/../../b", "a//b", ""})
    EXPECT_TRUE(check_simple(Value(wrong), "file")) << wrong;
}

calendar::Deadline read(const char* yaml) {
  const auto deadline = read_deadline(*schema::parse_yaml(yaml), "office");
  EXPECT_TRUE(deadline) << yaml;
  return deadline.value_or(calendar::Deadline{});
}

TEST(DeadlineForm, EveryFormIsRead) {
  using namespace calendar;
  EXPECT_EQ(std::get<WithinWallTime>(read("{within: 30 min}").form).limit, minutes(30));
  EXPECT_EQ(std::get<WithinServiceTime>(read("{within: 3 h, hours: desk}").form).hours, "desk");
  EXPECT_EQ(read("{open_days: 3}").calendar, "office");
  EXPECT_EQ(read("{open_days: 3, calendar: other}").calendar, "other");
  EXPECT_TRUE(std::get<WithinOpenDays>(read("{open_days: 3, count_event_day: true}").form).count_event_day);
  EXPECT_EQ(std::get<WithinOpenDays>(read("{open_days: 3, until: '17:15'}").form).until, minutes(1035));
  EXPECT_EQ(std::get<WithinDays>(read("{days: 3, not_counting: closed_days}").form).not_counting,
            NotCounting::closed_days);
  EXPECT_EQ(std::get<OpenDaysBefore>(read("{open_days_before: 1}").form).n, 1);
  EXPECT_EQ(std::get<DaysBefore>(read("{days_before: 7}").form).n, 7);
  EXPECT_EQ(std::get<OpenDayOfMonth>(read("{open_day_of_month: 8}").form).months_later, 1);
  EXPECT_EQ(std::get<OnDate>(read("{on: 02-last, roll: earlier_open_day}").form).roll,
            Roll::earlier_open_day);
  EXPECT_EQ(std::get<NextOpenDayAt>(read("{next_open_day: '12:00'}").form).until, minutes(720));
  const auto two =
      std::get<ByHour>(read("{by_hour: {hours: office, in: {within: 1 h}, out: {within: 2 h}}}").form);
  EXPECT_EQ(std::get<WithinWallTime>(two.out_of_hours->form).limit, hours(2));
}

TEST(DeadlineForm, NonsenseIsAnError) {
  for (const auto* yaml :
       {"{}", "{within: soon}", "{open_days: 3, until: noon}", "{days: 3, not_counting: mondays}",
        "{on: 02-30}", "{by_hour: {hours: office}}", "{days: 3, roll: sideways}",
        "{by_hour: {hours: o, in: {by_hour: {hours: o, in: {within: 1 h}, out: {within: 1 h}}}, out: "
        "{within: 1 h}}}"})
    EXPECT_FALSE(read_deadline(*schema::parse_yaml(yaml), "office")) << yaml;
}

}  // namespace
}  // namespace yagura::contract
