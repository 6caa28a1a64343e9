#include "calendar/service_hours.hpp"

#include <gtest/gtest.h>

namespace yagura::calendar {
namespace {

CalendarPtr office() {
  CalendarRule rule;
  rule.id = "office";
  rule.closures = {{{12, 29}, {1, 3}, {"年末年始", "year end"}}};
  return std::make_shared<const Calendar>(*Calendar::make(rule));
}

ServiceHours hours(std::initializer_list<const char*> windows) {
  HoursRule rule{"h", {"時間", "hours"}, {}};
  for (const auto* text : windows) {
    auto window = parse_window(text);
    EXPECT_TRUE(window) << text << (window ? "" : window.error().text());
    if (window) rule.windows.push_back(*window);
  }
  return *ServiceHours::make(rule, office());
}

Time t(const char* text) { return *parse_instant(text); }

TEST(Window, NotationIsReadAndWrittenBack) {
  for (const auto* text :
       {"24x365", "open 08:30-17:15", "mon,tue,wed,thu,fri 09:00-17:30 except holidays",
        "2nd,4th sun 09:00-13:00", "months 2,3,4,6,7,10 4th sun 09:00-13:00",
        "week 2,4 mon,tue,thu,fri 17:30-20:00", "daily 09:00-21:00 except closures", "last fri 09:00-10:00",
        "on 2027-03-07,2027-03-14 09:00-17:00", "open 08:30-12:00,13:00-17:15 finish-work",
        "closed 09:00-17:00", "mon 22:00-30:00"})
    EXPECT_EQ(format_window(*parse_window(text)), text);
  EXPECT_EQ(format_window(*parse_window("  mon-fri   9:00-17:30 ")), "mon,tue,wed,thu,fri 09:00-17:30");
  EXPECT_EQ(format_window(*parse_window("daily 0:00-24:00")), "24x365");
}

TEST(Window, RefusesNonsenseAndNamesTheWord) {
  for (const auto* text :
       {"", "open", "open 17:15-08:30", "mon 09:00", "months 13 mon 09:00-10:00", "months mon 09:00-10:00",
        "2nd 09:00-10:00", "2nd open 09:00-10:00", "fri-mon 09:00-10:00", "mon 09:00-12:00,11:00-13:00",
        "open 08:30-17:15 except sundays", "24x365 open", "on 2027-02-30 09:00-10:00", "mon 24:00-25:00",
        "week 7 mon 9:00-10:00", "mon,,tue 9:00-10:00", "0th mon 9:00-10:00"})
    EXPECT_FALSE(parse_window(text)) << text;
  EXPECT_EQ(parse_window("open 08:30-17:15 except sundays").error().arg("word"), "sundays");
  EXPECT_FALSE(parse_window(std::string(100'000, ' ') + "open 08:30-17:15"));
}

TEST(ServiceHours, OutOfHoursWindowsOfASection) {
  const auto h = hours({"2nd,4th sun 09:00-13:00", "daily 09:00-21:00 except closures"});
  EXPECT_TRUE(h.contains(t("2026-11-22T20:59")));
  EXPECT_FALSE(h.contains(t("2026-11-22T21:00")));
  EXPECT_TRUE(h.contains(t("2026-05-03T12:00")));   // a holiday, but no closure
  EXPECT_FALSE(h.contains(t("2026-12-30T12:00")));  // year's end
  const auto sundays = hours({"2nd,4th sun 09:00-13:00"});
  EXPECT_FALSE(sundays.contains(t("2026-11-01T10:00")));
  EXPECT_TRUE(sundays.contains(t("2026-11-08T10:00")));
  EXPECT_FALSE(sundays.contains(t("2026-11-15T10:00")));
  EXPECT_TRUE(sundays.contains(t("2026-11-22T10:00")));
  EXPECT_FALSE(sundays.contains(t("2026-11-29T10:00")));
  EXPECT_EQ(*sundays.next_start(t("2026-11-08T13:00")), t("2026-11-22T09:00"));
  const auto tax = hours({"months 4,6,7,10,2,3 4th sun 09:00-13:00", "months 5 2nd sun 09:00-13:00",
                          "months 12 3rd sun 09:00-13:00", "months 4,5 1st sat,sun 09:00-17:00"});
  EXPECT_TRUE(tax.contains(t("2026-12-20T09:00")));
  EXPECT_TRUE(tax.contains(t("2026-05-10T09:00")));
  EXPECT_FALSE(tax.contains(t("2026-05-24T09:00")));
  EXPECT_TRUE(tax.contains(t("2026-04-04T09:00")));
  EXPECT_FALSE(tax.contains(t("2026-06-06T09:00")));
}

TEST(ServiceHours, RowsOfACalendarSheetAreNotOrdinals) {
  // May 2026 begins on a Friday: its first Monday (4th) lies in row 2.
  EXPECT_TRUE(hours({"week 2 mon 17:30-20:00"}).contains(t("2026-05-04T18:00")));
  EXPECT_FALSE(hours({"2nd mon 17:30-20:00"}).contains(t("2026-05-04T18:00")));
  EXPECT_TRUE(hours({"2nd mon 17:30-20:00"}).contains(t("2026-05-11T18:00")));
  EXPECT_TRUE(hours({"last fri 09:00-10:00"}).contains(t("2026-05-29T09:30")));
  EXPECT_FALSE(hours({"last fri 09:00-10:00"}).contains(t("2026-05-22T09:30")));
}

TEST(ServiceHours, TimeStopsAtTheCloseAndOverHolidays) {
  const auto h = hours({"open 08:30-17:15"});
  // 17:10 in a window that closes at 17:15; 4/29 is a holiday.
  EXPECT_EQ(*h.add(t("2026-04-28T17:10"), Minutes(60)), t("2026-04-30T09:25"));
  EXPECT_EQ(*h.add(t("2026-04-28T17:10"), Minutes(5)), t("2026-04-28T17:15"));
  EXPECT_EQ(*h.add(t("2026-05-01T17:00"), Minutes(30)), t("2026-05-07T08:45"));
  EXPECT_EQ(*h.between(t("2026-05-01T17:00"), t("2026-05-07T08:45")), Minutes(30));
  EXPECT_EQ(*h.between(t("2026-05-02T00:00"), t("2026-05-06T23:59")), Duration::zero());
  EXPECT_EQ(*h.between(t("2026-05-07T10:00"), t("2026-05-07T09:00")), Duration::zero());
  EXPECT_FALSE(h.contains(t("2026-04-28T17:15")));
  EXPECT_TRUE(h.contains(t("2026-04-28T17:14:59")));
}

TEST(ServiceHours, WorkInHandGoesOnThatDay) {
  const auto h = hours({"mon-fri 08:30-18:00 except holidays finish-work"});
  EXPECT_EQ(*h.add(t("2026-04-28T17:30"), Minutes(120)), t("2026-04-28T19:30"));
  EXPECT_EQ(*h.add(t("2026-04-28T18:00"), Minutes(120)), t("2026-04-30T10:30"));  // not in hand at the close
  EXPECT_EQ(*h.add(t("2026-04-28T17:30"), Minutes(400)),
            t("2026-04-30T08:40"));  // until midnight, then Thursday
}

TEST(ServiceHours, OverlappingWindowsCountOnce) {
  const auto h = hours({"open 09:00-12:00", "mon-fri 10:00-13:00", "open 22:00-26:00", "daily 01:00-03:00"});
  EXPECT_EQ(*h.between(t("2026-04-28T00:00"), t("2026-04-29T00:00")), Minutes(3 * 60 + 4 * 60 + 2 * 60));
  EXPECT_EQ(*h.between(t("2026-04-29T00:00"), t("2026-04-29T09:00")), Minutes(3 * 60));
}

TEST(ServiceHours, RoundTheClockIsTheClockOnTheWall) {
  const auto h = hours({"24x365"});
  EXPECT_TRUE(h.always());
  EXPECT_EQ(*h.add(t("2026-12-31T23:50"), Minutes(20)), t("2027-01-01T00:10"));
  EXPECT_EQ(*h.between(t("2026-12-31T23:50"), t("2027-01-01T00:10")), Minutes(20));
}

// add and between are each other's inverse from any minute of a hard fortnight.
TEST(ServiceHours, AddAndBetweenAgree) {
  const auto h = hours({"open 08:30-12:00,13:00-17:15", "2nd sun 09:00-13:00", "fri 22:00-26:00"});
  for (Time from = t("2026-04-27T00:00"); from < t("2026-05-12T00:00"); from += Minutes(37))
    for (const int length : {1, 5, 60, 210, 525, 2000}) {
      const auto end = h.add(from, Minutes(length));
      ASSERT_TRUE(end);
      ASSERT_EQ(*h.between(from, *end), Minutes(length)) << format_civil(from) << " + " << length;
      ASSERT_EQ(*h.between(from, *end - std::chrono::seconds(1)), Minutes(length) - std::chrono::seconds(1));
    }
}

TEST(ServiceHours, NeverOpenIsAnErrorNotALoop) {
  const auto h = hours({"on 2027-03-14 09:00-17:00"});
  EXPECT_EQ(h.add(t("2027-03-15T00:00"), Minutes(1)).error().code, "calendar.out_of_range");
  EXPECT_EQ(*h.add(t("2026-03-15T00:00"), Minutes(60)), t("2027-03-14T10:00"));
  EXPECT_FALSE(h.contains(t("2055-01-01T00:00")));
  EXPECT_FALSE(h.add(t("2055-01-01T00:00"), Minutes(1)));
  EXPECT_FALSE(ServiceHours::make({"none", {}, {}}, office()));
}

}  // namespace
}  // namespace yagura::calendar
