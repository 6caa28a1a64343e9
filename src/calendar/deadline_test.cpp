#include "calendar/deadline.hpp"

#include <gtest/gtest.h>

namespace yagura::calendar {
namespace {

Time t(const char* text) { return *parse_instant(text); }

Book book() {
  CalendarRule rule;
  rule.id = "office";
  rule.closures = {{{12, 29}, {1, 3}, {"年末年始", "year end"}}};
  rule.decided_through = 2027;
  Book made;
  made.version = "1";
  const auto office = std::make_shared<const Calendar>(*Calendar::make(rule));
  made.calendars["office"] = office;
  const auto add = [&](const char* id, const char* window) {
    made.hours.emplace(id, *ServiceHours::make({id, {id, id}, {*parse_window(window)}}, office));
  };
  add("office", "open 08:30-17:15");
  add("always", "24x365");
  return made;
}

std::string due(const decltype(Deadline::form)& form, const char* event) {
  const auto at_ = due_at({"office", form}, book(), t(event));
  if (!at_) return at_.error().text();
  const auto explained = explain_due({"office", form}, book(), t(event));
  EXPECT_TRUE(explained && explained->at == *at_) << "the account must reach the same instant";
  return format_civil(*at_);
}

TEST(Deadline, WithinOpenDays) {
  // 4/29 and 5/3-5/6 are holidays, 5/2 a Saturday.
  EXPECT_EQ(due(WithinOpenDays{3}, "2026-04-28T17:10"), "2026-05-08T00:00");
  EXPECT_EQ(due(WithinOpenDays{3, true}, "2026-04-28T17:10"), "2026-05-02T00:00");
  EXPECT_EQ(due(WithinOpenDays{3, false, Minutes(17 * 60 + 15)}, "2026-04-28T17:10"), "2026-05-07T17:15");
  EXPECT_EQ(due(WithinOpenDays{1, true}, "2026-04-29T10:00"),
            "2026-05-01T00:00");  // the event's day is closed
  EXPECT_EQ(due(WithinOpenDays{5}, "2026-12-25T10:00"), "2027-01-08T00:00");
}

TEST(Deadline, WithinDays) {
  EXPECT_EQ(due(WithinDays{14}, "2026-04-01T09:00"), "2026-04-16T00:00");
  EXPECT_EQ(due(WithinDays{3, NotCounting::closed_days}, "2026-04-28T09:00"), "2026-05-08T00:00");
  EXPECT_EQ(due(WithinDays{3, NotCounting::national_holidays}, "2026-04-28T09:00"), "2026-05-03T00:00");
  EXPECT_EQ(due(WithinDays{4, NotCounting::nothing, false, Roll::later_open_day}, "2026-04-29T09:00"),
            "2026-05-08T00:00");
  EXPECT_EQ(due(WithinDays{4, NotCounting::nothing, false, Roll::earlier_open_day}, "2026-04-29T09:00"),
            "2026-05-02T00:00");
}

TEST(Deadline, Before) {
  EXPECT_EQ(due(OpenDaysBefore{1, Minutes(17 * 60)}, "2026-05-07T14:00"), "2026-05-01T17:00");
  EXPECT_EQ(due(DaysBefore{7}, "2026-05-07T14:00"), "2026-05-01T00:00");
  EXPECT_EQ(due(DaysBefore{1, Roll::earlier_open_day}, "2026-05-07T14:00"), "2026-05-02T00:00");
}

TEST(Deadline, OpenDayOfNextMonth) {
  EXPECT_EQ(due(OpenDayOfMonth{8, 1, Minutes(17 * 60 + 15)}, "2026-04-30T23:00"), "2026-05-15T17:15");
  EXPECT_EQ(due(OpenDayOfMonth{10}, "2026-12-01T00:00"), "2027-01-19T00:00");
  EXPECT_EQ(due(OpenDayOfMonth{1, 0}, "2026-05-20T00:00"), "2026-05-02T00:00");
}

TEST(Deadline, FixedDates) {
  EXPECT_EQ(due(OnDate{0, 2, 0}, "2026-04-28T10:00"), "2027-03-01T00:00");
  EXPECT_EQ(due(OnDate{0, 2, 0}, "2027-04-28T10:00"), "2028-03-01T00:00");  // leap year: 2/29, until its end
  EXPECT_EQ(due(OnDate{0, 2, 0, Roll::earlier_open_day, Minutes(1020)}, "2026-04-28T10:00"),
            "2027-02-26T17:00");
  EXPECT_EQ(due(OnDate{2026, 6, 30}, "2026-04-28T10:00"), "2026-07-01T00:00");
  EXPECT_EQ(due(OnDate{0, 0, 31}, "2026-04-28T10:00"), "2026-06-01T00:00");
  EXPECT_EQ(due(OnDate{0, 0, 0}, "2026-04-30T10:00"), "2026-05-01T00:00");
  EXPECT_EQ(due(OnDate{0, 2, 29}, "2026-04-28T10:00"), "2028-03-01T00:00");
}

TEST(Deadline, LengthsOfTime) {
  EXPECT_EQ(due(WithinWallTime{Minutes(30)}, "2026-04-28T23:50"), "2026-04-29T00:20");
  EXPECT_EQ(due(WithinServiceTime{Minutes(60), "office"}, "2026-04-28T17:10"), "2026-04-30T09:25");
  EXPECT_EQ(due(WithinServiceTime{Minutes(60), "always"}, "2026-04-28T17:10"), "2026-04-28T18:10");
}

TEST(Deadline, NextOpenDaysMorning) {
  EXPECT_EQ(due(NextOpenDayAt{Minutes(720)}, "2026-04-28T17:10"), "2026-04-30T12:00");
  EXPECT_EQ(due(NextOpenDayAt{Minutes(720)}, "2026-04-29T08:00"), "2026-04-30T12:00");
  EXPECT_EQ(due(NextOpenDayAt{Minutes(525)}, "2026-12-28T08:00"), "2027-01-04T08:45");
}

TEST(Deadline, TwoLimitsByTheHourOfTheEvent) {
  const auto in = std::make_shared<const Deadline>(Deadline{"", WithinWallTime{Minutes(60)}});
  const auto out = std::make_shared<const Deadline>(Deadline{"", WithinWallTime{Minutes(120)}});
  const ByHour form{"office", in, out};
  EXPECT_EQ(due(form, "2026-04-28T17:10"), "2026-04-28T18:10");
  EXPECT_EQ(due(form, "2026-04-28T17:15"), "2026-04-28T19:15");
  EXPECT_EQ(due(form, "2026-04-29T10:00"), "2026-04-29T12:00");
  EXPECT_EQ(due(form, "2026-04-30T08:30"), "2026-04-30T09:30");
  const Deadline nested{"", ByHour{"office", std::make_shared<const Deadline>(Deadline{"", form}), out}};
  EXPECT_EQ(check_deadline(nested, book()).error().code, "calendar.deadline_invalid");
}

TEST(Deadline, AccountNamesEachDayNotCounted) {
  const auto explained = *explain_due({"office", WithinOpenDays{3}}, book(), t("2026-04-28T17:10"));
  std::string ja, en;
  for (const auto& line : explained.account) ja += line.text.ja + "\n", en += line.text.en + "\n";
  EXPECT_EQ(ja,
            "2026-04-28（火） 起算：当日は数えない\n"
            "2026-04-29（水） 数えない：昭和の日\n"
            "2026-04-30（木） 1日目\n"
            "2026-05-01（金） 2日目\n"
            "2026-05-02（土） 数えない：土曜日\n"
            "2026-05-03（日） 数えない：憲法記念日\n"
            "2026-05-04（月） 数えない：みどりの日\n"
            "2026-05-05（火） 数えない：こどもの日\n"
            "2026-05-06（水） 数えない：振替休日\n"
            "2026-05-07（木） 3日目\n"
            "期限：2026-05-07（木）24:00\n");
  EXPECT_NE(en.find("2026-05-06 (Wed): not counted, Substitute Holiday"), std::string::npos);
  EXPECT_FALSE(explained.forecast);
  EXPECT_TRUE(explain_due({"office", WithinOpenDays{3}}, book(), t("2029-04-28T17:10"))->forecast);
}

TEST(Deadline, AccountOfServiceTimeAddsUp) {
  const auto explained =
      *explain_due({"", WithinServiceTime{Minutes(60), "office"}}, book(), t("2026-04-28T17:10"));
  std::string en;
  for (const auto& line : explained.account) en += line.text.en + "\n";
  EXPECT_EQ(en,
            "the count starts; 1 h of “office”\n"
            "2026-04-28 (Tue) 17:10 to 2026-04-28 (Tue) 17:15: 5 min (sum 5 min)\n"
            "2026-04-29 (Wed): not counted, Showa Day\n"
            "2026-04-30 (Thu) 08:30 to 2026-04-30 (Thu) 09:25: 55 min (sum 1 h)\n"
            "due: 2026-04-30 (Thu) 09:25\n");
}

TEST(Deadline, FaultsAreSaid) {
  const auto code = [](const Deadline& d, const char* at_) { return due_at(d, book(), t(at_)).error().code; };
  EXPECT_EQ(code({"nowhere", WithinOpenDays{3}}, "2026-04-28T17:10"), "calendar.unknown_calendar");
  EXPECT_EQ(code({"office", WithinServiceTime{Minutes(1), "nowhere"}}, "2026-04-28T17:10"),
            "calendar.unknown_hours");
  EXPECT_EQ(code({"office", WithinOpenDays{-1}}, "2026-04-28T17:10"), "calendar.deadline_invalid");
  EXPECT_EQ(code({"office", WithinOpenDays{100'000}}, "2026-04-28T17:10"), "calendar.deadline_invalid");
  EXPECT_EQ(code({"office", OnDate{2026, 2, 30}}, "2026-04-28T17:10"), "calendar.deadline_invalid");
  EXPECT_EQ(code({"office", OnDate{0, 13, 1}}, "2026-04-28T17:10"), "calendar.deadline_invalid");
  EXPECT_EQ(code({"office", WithinOpenDays{3}}, "2050-12-31T10:00"), "calendar.out_of_range");
  EXPECT_EQ(code({"office", WithinOpenDays{3}}, "1900-12-31T10:00"), "calendar.out_of_range");
  EXPECT_EQ(code({"", ByHour{"office", nullptr, nullptr}}, "2026-04-28T17:10"), "calendar.deadline_invalid");
}

TEST(Deadline, IsSaidInWords) {
  EXPECT_EQ(
      describe({"office", WithinOpenDays{3}}),
      (Words{"3開庁日以内（当日は数えない）", "within 3 open days (the day of the event does not count)"}));
  EXPECT_EQ(describe({"office", OpenDayOfMonth{8, 1, Minutes(1035)}}),
            (Words{"翌月の第8開庁日の17:15まで", "open day 8 of the next month, until 17:15"}));
  EXPECT_EQ(describe({"office", OnDate{0, 2, 0}}).ja, "毎年2月末日");
}

}  // namespace
}  // namespace yagura::calendar
