#include "calendar/holidays.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>

namespace yagura::calendar {
namespace {

std::map<Date, std::string> oracle() {
  std::ifstream in(YAGURA_SOURCE_DIR "/src/calendar/fixtures/holiday_jp.csv");
  std::map<Date, std::string> days;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#') || line.starts_with("date,")) continue;
    const auto date = parse_date(line.substr(0, 10));
    if (date) days[*date] = line.substr(11);
  }
  return days;
}

std::string name_on(int year, unsigned month, unsigned day) {
  for (const auto& holiday : holidays_of(year))
    if (holiday.date == make_date(year, month, day)) return std::string(holiday.ja);
  return "";
}

TEST(Holidays, AgreeDateForDateWithAnIndependentList) {
  const auto expected = oracle();
  ASSERT_GT(expected.size(), 1000U);
  std::set<Date> ours;
  for (int year = 1970; year <= 2032; ++year)
    for (const auto& holiday : holidays_of(year)) ours.insert(holiday.date);
  for (const auto& [date, name] : expected)
    EXPECT_TRUE(ours.contains(date)) << format_date(date) << " " << name;
  for (const auto date : ours) EXPECT_TRUE(expected.contains(date)) << format_date(date);
}

TEST(Holidays, NamesAgreeWithTheIndependentList) {
  std::size_t compared = 0;
  const auto expected = oracle();
  for (int year = 1970; year <= 2032; ++year)
    for (const auto& holiday : holidays_of(year)) {
      const auto& theirs = expected.at(holiday.date);
      if (holiday.kind == HolidayKind::substitute) {
        // One substitute, of 2019-08-12, stands there without the word's usual form.
        EXPECT_TRUE(theirs.find("振替休日") != std::string::npos || theirs == "休日")
            << format_date(holiday.date);
      } else if (holiday.kind == HolidayKind::national && theirs.find("の儀") == std::string::npos &&
                 theirs.find("大喪") == std::string::npos && theirs.find("休日") == std::string::npos &&
                 theirs.find("（") == std::string::npos) {
        EXPECT_EQ(holiday.ja, theirs) << format_date(holiday.date);
        ++compared;
      }
    }
  EXPECT_GT(compared, 800U);
}

// Before 1970 no list to compare with is at hand: these are the texts of the law and its amendments.
TEST(Holidays, FirstYearsOfTheLaw) {
  EXPECT_EQ(holidays_of(1948).size(), 3U);  // in force since 1948-07-20
  EXPECT_EQ(name_on(1948, 9, 23), "秋分の日");
  EXPECT_EQ(holidays_of(1949).size(), 9U);
  EXPECT_EQ(name_on(1949, 3, 21), "春分の日");
  EXPECT_EQ(name_on(1959, 4, 10), "皇太子明仁親王の結婚の儀");
  EXPECT_EQ(name_on(1965, 9, 15), "");
  EXPECT_EQ(name_on(1966, 9, 15), "敬老の日");
  EXPECT_EQ(name_on(1966, 10, 10), "体育の日");
  EXPECT_EQ(name_on(1966, 2, 11), "");
  EXPECT_EQ(name_on(1967, 2, 11), "建国記念の日");
}

TEST(Holidays, SubstituteAndCitizensRulesBeganWithTheirLaws) {
  EXPECT_EQ(name_on(1973, 2, 12), "");  // 1973-02-11 was a Sunday, before the law
  EXPECT_EQ(name_on(1973, 4, 30), "振替休日");
  EXPECT_EQ(name_on(1985, 5, 4), "");
  EXPECT_EQ(name_on(1987, 5, 4), "振替休日");
  EXPECT_EQ(name_on(1988, 5, 4), "国民の休日");
  EXPECT_EQ(name_on(2006, 5, 4), "国民の休日");
  EXPECT_EQ(name_on(2008, 5, 6), "振替休日");  // 5/4 fell on Sunday: first day that is no holiday
}

TEST(Holidays, KnownHardDays) {
  EXPECT_EQ(name_on(2026, 5, 6), "振替休日");
  EXPECT_EQ(name_on(2026, 9, 22), "国民の休日");
  EXPECT_EQ(name_on(2032, 9, 21), "国民の休日");
  EXPECT_EQ(name_on(2019, 4, 30), "国民の休日");
  EXPECT_EQ(name_on(2019, 5, 2), "国民の休日");
  EXPECT_EQ(name_on(2019, 10, 22), "即位礼正殿の儀");
  EXPECT_EQ(name_on(2019, 12, 23), "");
  EXPECT_EQ(name_on(2020, 7, 24), "スポーツの日");
  EXPECT_EQ(name_on(2021, 8, 9), "振替休日");
  EXPECT_EQ(name_on(1989, 2, 24), "昭和天皇の大喪の礼");
  EXPECT_EQ(name_on(1990, 11, 12), "即位礼正殿の儀");
  EXPECT_EQ(name_on(1993, 6, 9), "皇太子徳仁親王の結婚の儀");
}

TEST(Holidays, NoneOutsideTheYearsAndForecastIsSaid) {
  EXPECT_TRUE(holidays_of(1947).empty());
  EXPECT_TRUE(holidays_of(2051).empty());
  EXPECT_FALSE(holidays_of(2050).empty());
  EXPECT_EQ(standing_of(2027, 2027), Standing::decided);
  EXPECT_EQ(standing_of(2028, 2027), Standing::forecast);
}

TEST(Holidays, EveryNameHasBothLanguages) {
  for (int year = first_year; year <= last_year; ++year)
    for (const auto& holiday : holidays_of(year)) {
      EXPECT_FALSE(holiday.ja.empty());
      EXPECT_FALSE(holiday.en.empty());
    }
}

}  // namespace
}  // namespace yagura::calendar
