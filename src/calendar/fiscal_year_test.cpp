#include "calendar/fiscal_year.hpp"

#include <gtest/gtest.h>

namespace yagura::calendar {
namespace {

int at(const char* time) { return fiscal_year(parse_rfc3339(time).value()); }

TEST(FiscalYear, BeginsOnTheFirstOfAprilInJapan) {
  EXPECT_EQ(at("2026-04-01T00:00:00+09:00"), 2026);
  EXPECT_EQ(at("2026-03-31T23:59:59+09:00"), 2025);
  EXPECT_EQ(at("2026-03-31T15:00:00Z"), 2026) << "it is April in Japan";
  EXPECT_EQ(at("2027-01-01T00:00:00+09:00"), 2026);
  EXPECT_EQ(at("2027-03-31T14:59:59Z"), 2026);
  EXPECT_EQ(reiwa(at("2026-12-31T00:00:00+09:00")), 8);
  EXPECT_EQ(fiscal_year(std::chrono::year(2026) / 3), 2025);
}

}  // namespace
}  // namespace yagura::calendar
