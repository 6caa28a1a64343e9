#include "calendar/availability.hpp"

#include <gtest/gtest.h>

namespace yagura::calendar {
namespace {

using std::chrono::seconds;

Time t(const char* text) { return *parse_instant(text); }

TEST(Availability, AllowedDowntimeOfMonthsOf28To31Days) {
  const auto allowed = [](int year, unsigned month) {
    const auto span = span_of({year, month});
    return allowed_downtime(span.to - span.from, 999'000);
  };
  EXPECT_EQ(allowed(2026, 2), Duration(std::chrono::milliseconds(2'419'200)));  // 40 min 19.2 s
  EXPECT_EQ(allowed(2026, 4), seconds(43 * 60 + 12));
  EXPECT_EQ(allowed(2026, 5), Duration(std::chrono::milliseconds(2'678'400)));  // 44 min 38.4 s
}

TEST(Availability, TargetIsJudgedByTheMicrosecond) {
  const auto april = span_of({2026, 4});
  const auto start = t("2026-04-10T10:00");
  const auto just = availability(april, {{start, start + seconds(43 * 60 + 12)}}, {});
  EXPECT_TRUE(meets(just, 999'000));
  EXPECT_FALSE(
      meets(availability(april, {{start, start + seconds(43 * 60 + 12) + Duration(1)}}, {}), 999'000));
  EXPECT_NEAR(just.percent(), 99.9, 1e-9);
}

TEST(Availability, ExcludedTimeLeavesBothOutageAndBase) {
  const auto april = span_of({2026, 4});
  const auto figure = availability(
      april,
      {{t("2026-04-10T10:00"), t("2026-04-10T12:00")},
       {t("2026-04-10T11:00"), t("2026-04-10T13:00")},
       {t("2026-03-31T23:00"), t("2026-04-01T00:10")}},
      {{t("2026-04-10T10:30"), t("2026-04-10T11:30")}, {t("2026-04-10T11:00"), t("2026-04-10T12:30")}});
  EXPECT_EQ(figure.excluded, Minutes(120));
  EXPECT_EQ(figure.base, Minutes(30 * 24 * 60 - 120));
  EXPECT_EQ(figure.down, Minutes(30 + 30 + 10));
  ASSERT_EQ(figure.outages.size(), 3U);
  EXPECT_EQ(figure.outages[0], (Span{t("2026-04-01T00:00"), t("2026-04-01T00:10")}));
}

TEST(Availability, EdgesAndEmptyOnes) {
  const auto april = span_of({2026, 4});
  EXPECT_DOUBLE_EQ(availability(april, {}, {}).percent(), 100.0);
  EXPECT_DOUBLE_EQ(availability(april, {april}, {}).percent(), 0.0);
  EXPECT_DOUBLE_EQ(availability(april, {april}, {april}).percent(), 100.0);
  EXPECT_EQ(availability(april, {{april.to, april.from}}, {}).down, Duration::zero());
  EXPECT_EQ(span_of({2026, 12}).to, t("2027-01-01T00:00"));
}

}  // namespace
}  // namespace yagura::calendar
