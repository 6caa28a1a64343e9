#include "monitor/syslog/framing.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace yagura::monitor::syslog {
namespace {

using Lines = std::vector<std::string>;

// The same lines whether the bytes come at once or one by one.
Lines framed(std::string_view bytes, std::size_t most = 1000, std::uint64_t* cut = nullptr) {
  Lines whole, single;
  Framer at_once(most), one_by_one(most);
  at_once.feed(bytes, [&](std::string_view line) { whole.emplace_back(line); });
  at_once.end([&](std::string_view line) { whole.emplace_back(line); });
  for (const char& c : bytes)
    one_by_one.feed({&c, 1}, [&](std::string_view line) { single.emplace_back(line); });
  one_by_one.end([&](std::string_view line) { single.emplace_back(line); });
  EXPECT_EQ(whole, single);
  EXPECT_EQ(at_once.cut(), one_by_one.cut());
  if (cut) *cut = at_once.cut();
  return whole;
}

TEST(SyslogFraming, LinesByTheirEnd) {
  EXPECT_EQ(framed("<1>a\n<2>b\r\n\n<3>c"), (Lines{"<1>a", "<2>b", "<3>c"}));
  EXPECT_EQ(framed(std::string_view("<1>a\0<2>b\0", 10)), (Lines{"<1>a", "<2>b"}));
  EXPECT_EQ(framed("2026-11-22 no priority\n17 x\n"), (Lines{"2026-11-22 no priority", "17 x"}));
  EXPECT_EQ(framed(""), Lines{});
}

TEST(SyslogFraming, LinesByTheirLength) {
  EXPECT_EQ(framed("4 <1>a8 <2>\nb\nc"), (Lines{"<1>a", "<2>\nb\nc"}));
  EXPECT_EQ(framed("4 <1>a\n4 <2>b\n"), (Lines{"<1>a", "<2>b"}));
  // A sender that changes its mind.
  EXPECT_EQ(framed("4 <1>a<2>b\n4 <3>c"), (Lines{"<1>a", "<2>b", "<3>c"}));
}

TEST(SyslogFraming, TooLongAndBroken) {
  std::uint64_t cut = 0;
  EXPECT_EQ(framed("<1>abcdefgh\n<2>b\n", 6, &cut), (Lines{"<1>abc", "<2>b"}));
  EXPECT_EQ(cut, 1U);
  EXPECT_EQ(framed("11 <1>abcdefgh4 <2>b", 6, &cut), (Lines{"<1>abc", "<2>b"}));
  EXPECT_EQ(cut, 1U);
  EXPECT_EQ(framed("100 <1>a", 1000, &cut), (Lines{"<1>a"}));
  EXPECT_EQ(cut, 1U);
  // No length that long is believed.
  EXPECT_EQ(framed("99999999999 <1>a\n<2>b\n"), (Lines{"99999999999 <1>a", "<2>b"}));
}

}  // namespace
}  // namespace yagura::monitor::syslog
