#include "eventstore/written.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "base/text.hpp"

namespace yagura::eventstore {
namespace {

std::string utf8(char32_t c) {
  std::string out;
  if (c < 0x80) return {static_cast<char>(c)};
  const auto tail = [&](unsigned shift) { out.push_back(static_cast<char>(0x80 | ((c >> shift) & 0x3F))); };
  if (c < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (c >> 6)));
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | (c >> 12)));
    tail(6);
  } else {
    out.push_back(static_cast<char>(0xF0 | (c >> 18)));
    tail(12), tail(6);
  }
  if (c >= 0x800 || c >= 0x80) tail(0);
  return out;
}

// The characters of valid UTF-8.
std::vector<std::string> characters_of(std::string_view text) {
  std::vector<std::string> out;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80) out.emplace_back();
    out.back().push_back(c);
  }
  return out;
}

bool is_found(std::string_view text, const std::string& folded, const std::string& fragment,
              const Sought& sought) {
  if (!sought.may_stand_in(text)) return false;
  if (const auto odd = odd_in(text); (odd & sought.odd()) != 0)
    return OddAsked(sought).may_stand_in(text, odd) && folded.find(fragment) != std::string::npos;
  return sought.find(text) != std::string_view::npos;
}

bool is_found(std::string_view text, const std::string& folded, const std::string& fragment) {
  return is_found(text, folded, fragment, Sought(fragment));
}

TEST(Written, EveryCharacterIsFoundAsWhatItFoldsTo) {
  std::vector<std::pair<std::string, Sought>> others;
  for (const std::string fragment : {"aカキ", "カキ", "キ高", "1", "t", "株", "ハ", "!"})
    others.emplace_back(fragment, Sought(fragment));
  for (char32_t c = 1; c < 0x110000; ++c) {
    if (c == 0xD800) c = 0xE000;
    const auto text = "Aか" + utf8(c) + "き高";
    const auto folded = fold_for_search(text);
    const auto characters = characters_of(folded);
    for (std::size_t i = 0; i + 2 < characters.size(); ++i) {
      ASSERT_TRUE(is_found(text, folded, characters[i])) << to_hex(text);
      ASSERT_TRUE(is_found(text, folded, characters[i] + characters[i + 1] + characters[i + 2]))
          << to_hex(text);
    }
    for (const auto& [fragment, sought] : others)
      ASSERT_EQ(is_found(text, folded, fragment, sought), folded.find(fragment) != std::string::npos)
          << to_hex(text) << ' ' << fragment;
  }
}

TEST(Written, WhatOfficesWriteMostIsNotOdd) {
  EXPECT_EQ(odd_in("NB-00126 受信トレイ - Ｏ"), odd_in("Ｏ"));
  EXPECT_EQ(odd_in("\\\\fs05\\総務課$\\見積書_Ver2【最終】.xlsx ～、。ぱーヴゔ―※"), odd_in("～"));
  for (const auto* text : {"髙橋", "㈱", "ｶ", "Ａ", "①", "か\u3099", "a\u0301", "1\u200B2", "\xFF", "\xE5"})
    EXPECT_NE(odd_in(text), 0U) << text;
  EXPECT_NE(odd_in(std::string_view("1\0"
                                    "2",
                                    3)),
            0U);
}

TEST(Written, PassesOverWhatHasNotAllIdeographsInSomeForm) {
  const Sought sought("高校a");
  EXPECT_TRUE(sought.may_stand_in("髙校A"));
  EXPECT_TRUE(sought.may_stand_in("校 ⾼"));
  EXPECT_FALSE(sought.may_stand_in("高a"));
  EXPECT_TRUE(Sought("a1").may_stand_in(""));
}

TEST(Written, FindsWhatStandsInTheFoldedText) {
  std::mt19937 random(11);
  const std::u32string some =
      U"電高髙株㈱㍿水⽔㊌\uFE00\U000E0100カかガがｶﾞ\u3099\uFF9EヶゖヷﾊﾟゝaAＡａⓐªßſﬁ1１①⑩½㏂㋀-"
      U"－―鈴é\u0301İıΣς\u200D\u00AD가\u1161";
  std::size_t found = 0, plain = 0;
  const auto make = [&](std::size_t most) {
    std::string out;
    for (auto n = random() % most + 1; n > 0; --n) {
      // Half of them of few characters, so that fragments are met.
      out += utf8(some[random() % (random() % 2 ? some.size() : 12)]);
      if (random() % 32 == 0) out.push_back(static_cast<char>(random() % 256));
      if (random() % 3 == 0) out += random() % 2 ? "aか高1" : "Aカ高1";
    }
    return out;
  };
  for (int i = 0; i < 400'000; ++i) {
    const auto text = make(8);
    const auto folded = fold_for_search(text);
    auto fragment = fold_for_search(make(2));
    if (random() % 2) {
      const auto characters = characters_of(folded);
      fragment.clear();
      const auto begin = characters.empty() ? 0 : random() % characters.size();
      for (auto at = begin; at < std::min(characters.size(), begin + 1 + random() % 4); ++at)
        fragment += characters[at];
    }
    if (fragment.empty()) continue;
    const bool held = folded.find(fragment) != std::string::npos;
    found += held ? 1 : 0;
    plain += held && (odd_in(text) & Sought(fragment).odd()) == 0 ? 1 : 0;
    ASSERT_EQ(is_found(text, folded, fragment), held) << to_hex(text) << ' ' << fragment;
  }
  EXPECT_GT(found, 100'000U);
  EXPECT_GT(plain, 10'000U);
}

TEST(Written, IsFoundWhereItStandsFirst) {
  std::mt19937 random(12);
  for (int i = 0; i < 200'000; ++i) {
    std::string text(random() % 70, 'a'), sought(1 + random() % 5, 'a');
    for (auto& c : text) c = static_cast<char>('a' + random() % 3);
    for (auto& c : sought) c = static_cast<char>('a' + random() % 3);
    auto capitals = text;
    for (auto& c : capitals)
      if (random() % 2) c = static_cast<char>(c - 'a' + 'A');
    const auto from = random() % (text.size() + 3);
    ASSERT_EQ(Sought(sought).find(capitals, from), text.find(sought, from))
        << text << ' ' << sought << ' ' << from;
  }
}

}  // namespace
}  // namespace yagura::eventstore
