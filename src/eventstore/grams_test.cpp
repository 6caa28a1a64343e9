#include "eventstore/grams.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "eventstore/fold.hpp"

namespace yagura::eventstore {
namespace {

std::string utf8(char32_t c) {
  return {static_cast<char>(0xE0U | c >> 12U), static_cast<char>(0x80U | (c >> 6U & 0x3FU)),
          static_cast<char>(0x80U | (c & 0x3FU))};
}

// Two pages with the same text: each fragment of it is common.
CommonGrams learned_of(const std::string& text) {
  const std::vector<std::string> pages(2, text + '\0');
  return learn_common(pages, 3);
}

// Long enough that the set of common fragments is as full as it may be, whatever its size.
const std::string& common_text() {
  static const auto made = [] {
    std::string out;
    for (std::uint32_t i = 0; i < 3'000; ++i) out += utf8(0x4E00 + i * i % 1'999);
    for (std::uint32_t i = 0; i < 2'000; ++i) out += static_cast<char>('a' + i * i * i % 23 + i % 3);
    return out;
  }();
  return made;
}

// How many fragments of so many tell nothing of a page, as if they were common.
std::size_t lost(const CommonGrams& common, const std::vector<std::string>& fragments) {
  return static_cast<std::size_t>(std::ranges::count_if(fragments, [&](const std::string& one) {
    std::vector<GramHash> grams;
    grams_of(one, common, grams);
    return grams.empty();
  }));
}

std::vector<std::string> rare_pairs() {
  std::vector<std::string> out;
  for (std::uint32_t i = 0; i < 2'000; ++i) out.push_back(utf8(0x6000 + i) + utf8(0x7000 + i * 7 % 2'000));
  return out;
}

TEST(GramsTest, RareFragmentsOfTwoOrThreeCharactersAreNotTakenForCommon) {
  const auto common = learned_of(common_text());
  EXPECT_LE(lost(common, rare_pairs()), 2U);
  std::vector<std::string> triples;
  for (std::uint32_t i = 0; i < 2'000; ++i)
    triples.push_back({static_cast<char>('0' + i % 10), static_cast<char>('0' + i / 10 % 10),
                       static_cast<char>('A' + i / 100)});
  EXPECT_LE(lost(common, triples), 2U);
}

// One that is forgotten costs much: it is taken for rare, its list has every page, and no longer one is asked for.
TEST(GramsTest, WhatIsCommonIsKnown) {
  const auto common = learned_of(common_text());
  std::vector<std::string> pairs;
  for (std::size_t i = 0; i < 1'000; ++i) pairs.push_back(common_text().substr(i * 3, 6));
  EXPECT_EQ(lost(common, pairs), pairs.size());
}

TEST(GramsTest, AQuestionHasOnlyFragmentsThatThePageHas) {
  const auto common = learned_of(common_text());
  const auto text = utf8(0x9CF3) + utf8(0x51F0) + common_text().substr(0, 300) + utf8(0x6AFB) + "xyz";
  std::vector<GramHash> of_page, asked;
  grams_of_page(text + '\0' + text.substr(3) + '\0' + text.substr(0, 90) + '\0', common, of_page);
  for (std::size_t begin = 0; begin < 300; begin += 3)
    for (std::size_t length = 6; length <= 60; length += 3)
      grams_of(std::string_view(text).substr(begin, length), common, asked);
  ASSERT_FALSE(asked.empty());
  for (const auto gram : asked) EXPECT_NE(std::ranges::find(of_page, gram), of_page.end());
}

TEST(GramsTest, TheShortestFragmentsHaveThoseOfEachPart) {
  const std::string text = "Ａ社x見積書2024_final版.xlsx — 会議bc資料 a7f3";
  const auto folded = fold(text) + '\0' + fold("本部の" + text) + '\0' + common_text().substr(0, 600) + '\0';
  ShortestGrams shortest;
  shortest.add(folded);
  const auto of_texts = shortest.take();
  EXPECT_TRUE(std::ranges::is_sorted(of_texts));
  EXPECT_EQ(std::ranges::adjacent_find(of_texts), of_texts.end());
  EXPECT_THAT(shortest.take(), testing::IsEmpty());
  std::size_t asked = 0;
  for (std::size_t begin = 0; begin < folded.size(); ++begin)
    for (std::size_t length = 1; length <= 30 && begin + length <= folded.size(); ++length) {
      const auto part = folded.substr(begin, length);
      if (part.find('\0') != std::string::npos || (part.front() & 0xC0) == 0x80 ||
          (begin + length < folded.size() && (folded[begin + length] & 0xC0) == 0x80))
        continue;
      std::vector<GramHash> grams;
      grams_of(part, CommonGrams(), grams);
      asked += grams.size();
      for (const auto gram : grams)
        ASSERT_TRUE(std::ranges::binary_search(of_texts, gram)) << part << " in " << folded;
    }
  EXPECT_GT(asked, 1'000U);
}

TEST(GramsTest, WhatIsCommonIsReadAsItWasWritten) {
  const auto common = learned_of(common_text());
  const auto written = common.write();
  EXPECT_LT(written.size(), 30'000U);
  const auto read = CommonGrams::read(written);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->write(), written);
  for (std::size_t begin = 0; begin < 3'000; begin += 21)
    for (std::size_t length = 6; length < 40; length += 3) {
      std::vector<GramHash> before, after;
      grams_of(std::string_view(common_text()).substr(begin, length), common, before);
      grams_of(std::string_view(common_text()).substr(begin, length), *read, after);
      ASSERT_EQ(before, after);
    }
  EXPECT_TRUE(CommonGrams::read(CommonGrams().write()));
}

TEST(GramsTest, WhatIsCommonIsNotReadFromLess) {
  const auto written = learned_of(common_text()).write();
  EXPECT_FALSE(CommonGrams::read(""));
  for (std::size_t length = 0; length + 2 < written.size(); length += 97)
    EXPECT_FALSE(CommonGrams::read(std::string_view(written).substr(0, length))) << length;
}

}  // namespace
}  // namespace yagura::eventstore
