#include "calendar/civil.hpp"

#include <gtest/gtest.h>

namespace yagura::calendar {
namespace {

TEST(Civil, JapanIsNineHoursAhead) {
  EXPECT_EQ(to_rfc3339(*parse_instant("2026-04-28T17:10")), "2026-04-28T08:10:00Z");
  EXPECT_EQ(*parse_instant("2026-04-28T08:10:00Z"), *parse_instant("2026-04-28T17:10"));
  EXPECT_EQ(format_date(date_of(*parse_rfc3339("2026-04-28T15:00:00Z"))), "2026-04-29");
  EXPECT_EQ(format_rfc3339_japan(*parse_instant("2026-04-28T17:10:05")), "2026-04-28T17:10:05+09:00");
  EXPECT_EQ(minute_of(*parse_instant("2026-04-28T17:10:59")), Minutes(17 * 60 + 10));
}

TEST(Civil, ReadsDatesAsOfficesWriteThem) {
  const auto day = make_date(2026, 4, 28);
  for (const auto* text : {"2026-04-28", "2026/4/28", "2026.4.28", "2026年4月28日", "令和8年4月28日",
                           "R8.4.28", "R08/04/28", "２０２６年４月２８日", " 令和８年４月２８日 "}) {
    const auto read = parse_date(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(*read, day) << text;
  }
  EXPECT_EQ(*parse_instant("令和8年4月28日 17時10分"), *parse_instant("2026-04-28T17:10"));
  EXPECT_EQ(*parse_instant("2026-04-28　17:10:30"), *parse_instant("2026-04-28T17:10:30"));
}

TEST(Civil, ErasBeginAndEndOnTheirDays) {
  EXPECT_EQ(format_era(make_date(2019, 4, 30)), "平成31年4月30日");
  EXPECT_EQ(format_era(make_date(2019, 5, 1)), "令和元年5月1日");
  EXPECT_EQ(format_era(make_date(1989, 1, 7)), "昭和64年1月7日");
  EXPECT_EQ(format_era(make_date(1989, 1, 8)), "平成元年1月8日");
  EXPECT_EQ(format_era(make_date(1926, 12, 24)), "大正15年12月24日");
  EXPECT_EQ(format_era(make_date(1912, 7, 29)), "明治45年7月29日");
  EXPECT_EQ(*parse_date("昭和64年1月7日"), make_date(1989, 1, 7));
  EXPECT_EQ(*parse_date("令和元年5月1日"), make_date(2019, 5, 1));
  for (const auto* wrong : {"昭和64年1月8日", "平成31年5月1日", "平成35年4月1日", "令和0年1月1日",
                            "令和元年4月30日", "明治5年12月2日", "令和8年2月29日"})
    EXPECT_FALSE(parse_date(wrong)) << wrong;
}

TEST(Civil, EveryDaySurvivesItsEra) {
  for (Date day = make_date(1873, 1, 1); day <= make_date(2050, 12, 31); day += std::chrono::days(1))
    ASSERT_EQ(parse_date(format_era(day)), day) << format_date(day);
}

TEST(Civil, RefusesWhatIsNoDate) {
  for (const auto* wrong : {"", "2026", "2026-13-01", "2026-02-30", "2026-04-28x", "26-04-28", "2026年4月28",
                            "R8", "2026-4", "令和", "２０２６", "-2026-04-28", "99999-01-01"})
    EXPECT_EQ(parse_date(wrong).error().code, "calendar.date_invalid") << wrong;
  for (const auto* wrong : {"2026-04-28T24:01", "2026-04-28T25:00", "2026-04-28T17:60", "2026-04-28",
                            "2026-04-28T17", "17:10", "2026-04-28T17:10:61", "2026-04-28T17:10x"})
    EXPECT_FALSE(parse_instant(wrong)) << wrong;
  EXPECT_EQ(*parse_instant("2026-04-28T24:00"), *parse_instant("2026-04-29T00:00"));
  EXPECT_FALSE(parse_minutes("36:01"));
  EXPECT_FALSE(parse_minutes("8"));
  EXPECT_EQ(*parse_minutes("25:00"), Minutes(1500));
}

TEST(Civil, WritesLengthsInWords) {
  EXPECT_EQ(format_duration(Minutes(65)), (Words{"1時間5分", "1 h 5 min"}));
  EXPECT_EQ(format_duration(Duration::zero()), (Words{"0分", "0 min"}));
  EXPECT_EQ(format_duration(std::chrono::seconds(30)), (Words{"30秒", "30 s"}));
  EXPECT_EQ(format_duration(-Minutes(60)), (Words{"−1時間", "-1 h"}));
  EXPECT_EQ(format_date_ja(make_date(2026, 4, 28)), "2026年4月28日（火）");
}

}  // namespace
}  // namespace yagura::calendar
