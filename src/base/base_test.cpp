#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/shared_map.hpp"
#include "base/text.hpp"

namespace yagura {
namespace {

TEST(Text, FoldingJoinsWidthsKanaAndVariants) {
  EXPECT_EQ(fold_for_search("ﾏﾂｻｶ"), fold_for_search("マツサカ"));
  EXPECT_EQ(fold_for_search("まつさか"), fold_for_search("マツサカ"));
  EXPECT_EQ(fold_for_search("ｶﾞｷﾞｸﾞ"), fold_for_search("ガギグ"));
  EXPECT_EQ(fold_for_search("ＡＢＣ１２"), "abc12");
  EXPECT_EQ(fold_for_search("髙橋"), fold_for_search("高橋"));
  EXPECT_EQ(fold_for_search("山﨑"), fold_for_search("山崎"));
  EXPECT_EQ(fold_for_search("𠮷田"), fold_for_search("吉田"));
  EXPECT_NE(fold_for_search("大阪"), fold_for_search("大坂"));
}

TEST(Text, FoldingSurvivesBytesThatAreNotUtf8) {
  EXPECT_EQ(fold_for_search("\xff\xfe"
                            "AB"),
            "ab");
  EXPECT_EQ(fold_for_search(std::string("a\0b", 3)), "ab");
}

TEST(Text, Cp932RoundTripAndItsLimits) {
  const auto bytes = to_cp932("髙﨑市①");
  ASSERT_TRUE(bytes);
  EXPECT_EQ(from_cp932(*bytes).value(), "髙﨑市①");
  EXPECT_EQ(to_cp932("𠮷").error().code, "base.text_invalid");
  EXPECT_EQ(from_cp932("\x81").error().code, "base.text_invalid");
}

TEST(Text, ColumnsCountWideCharactersTwice) { EXPECT_EQ(columns("ab漢字"), 6U); }

TEST(Clock, Rfc3339BothWays) {
  const auto t = parse_rfc3339("2026-04-28T17:10:00+09:00");
  ASSERT_TRUE(t);
  EXPECT_EQ(to_rfc3339(*t), "2026-04-28T08:10:00Z");
  EXPECT_EQ(to_rfc3339(parse_rfc3339("1969-12-31T23:59:59.5Z").value()), "1969-12-31T23:59:59.500000Z");
  EXPECT_EQ(to_rfc3339(Time::min()), "0000-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(Time::max()), "9999-12-31T23:59:59.999999Z");
  for (const auto* bad : {"", "2026-02-30T00:00:00Z", "2026-04-28T17:10:00", "2026-04-28T24:00:00Z",
                          "2026-04-28T17:10:00.Z", "2026-04-28T17:10:00Zx", "20260-4-28T17:10:00Z"})
    EXPECT_EQ(parse_rfc3339(bad).error().code, "base.time_invalid") << bad;
}

TEST(Id, GrowsFitsJsonAndSurvivesAClockSetBack) {
  ManualClock clock(parse_rfc3339("2050-01-01T00:00:00Z").value());
  IdSource ids(clock, 15);
  Id last = 0;
  for (int i = 0; i < 2000; ++i) {
    if (i == 1000) clock.jump_to(parse_rfc3339("2049-01-01T00:00:00Z").value());
    const Id id = ids.next();
    ASSERT_GT(id, last);
    ASSERT_LT(id, Id{1} << 53);
    last = id;
  }
}

TEST(Hex, RefusesWhatIsNotHex) {
  EXPECT_EQ(from_hex(to_hex("\x01\xffz")).value(), "\x01\xffz");
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
}

TEST(SharedMap, CopiesAreIndependentAndDifferencesAreThose) {
  std::mt19937 random(3);
  SharedMap<Id, std::string> map;
  std::map<Id, std::string> plain;
  for (int round = 0; round < 200; ++round) {
    const auto before = map;
    const auto plain_before = plain;
    for (int i = 0; i < 20; ++i) {
      const Id key = static_cast<Id>(random() % 700) * 256;  // low bits always the same
      if (random() % 3 == 0) {
        EXPECT_EQ(map.erase(key), plain.erase(key) == 1);
      } else {
        map.put(key, plain[key] = std::to_string(random() % 4));
      }
    }
    std::map<Id, std::string> seen, seen_before;
    map.each([&](Id key, const std::string& value) { seen[key] = value; });
    before.each([&](Id key, const std::string& value) { seen_before[key] = value; });
    ASSERT_EQ(seen, plain);
    ASSERT_EQ(seen_before, plain_before) << "a copy saw a change";
    ASSERT_EQ(map.size(), plain.size());
    auto patched = plain_before;
    SharedMap<Id, std::string>::each_difference(before, map,
                                                [&](Id key, const std::string* then, const std::string* now) {
                                                  const auto old = plain_before.find(key);
                                                  EXPECT_EQ(then != nullptr, old != plain_before.end());
                                                  if (then && now) EXPECT_NE(*then, *now);
                                                  if (now)
                                                    patched[key] = *now;
                                                  else
                                                    patched.erase(key);
                                                });
    ASSERT_EQ(patched, plain);
  }
  const auto* kept = map.find(plain.begin()->first);
  const auto copy = map;
  map.put(plain.rbegin()->first, "other");
  EXPECT_EQ(copy.find(plain.begin()->first), kept) << "what did not change is shared";
}

}  // namespace
}  // namespace yagura
