#include "eventstore/grams.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace yagura::eventstore {
namespace {

std::string utf8(char32_t c) {
  return {static_cast<char>(0xE0U | c >> 12U), static_cast<char>(0x80U | (c >> 6U & 0x3FU)),
          static_cast<char>(0x80U | (c & 0x3FU))};
}

// Two pages with the same text: each fragment of it is common.
LearnedGrams learned_of(const std::string& text) {
  const std::vector<std::string> pages(2, text + '\0');
  return learn_grams(pages, 3);
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
    std::vector<Gram> grams;
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
  const auto learned = learned_of(common_text());
  EXPECT_LE(lost(learned.common, rare_pairs()), 20U);
  std::vector<std::string> triples;
  for (std::uint32_t i = 0; i < 2'000; ++i)
    triples.push_back({static_cast<char>('0' + i % 10), static_cast<char>('0' + i / 10 % 10),
                       static_cast<char>('A' + i / 100)});
  EXPECT_LE(lost(learned.common, triples), 20U);
}

TEST(GramsTest, WhatIsCommonIsKnown) {
  const auto learned = learned_of(common_text());
  for (std::size_t i = 0; i < 1'000; ++i) {
    const std::vector<std::string> pair = {common_text().substr(i * 3, 6)};
    EXPECT_EQ(lost(learned.common, pair), 1U);
  }
}

TEST(GramsTest, AQuestionHasOnlyFragmentsThatThePageHas) {
  const auto learned = learned_of(common_text());
  const auto text = utf8(0x9CF3) + utf8(0x51F0) + common_text().substr(0, 300) + utf8(0x6AFB) + "xyz";
  GramIndexBuilder builder(learned.common, 64 * 40);
  builder.add_page(text + '\0');
  const auto matrix = builder.matrix();
  for (std::size_t begin = 0; begin < 300; begin += 3)
    for (std::size_t length = 6; length <= 60; length += 3) {
      std::vector<Gram> grams;
      grams_of(std::string_view(text).substr(begin, length), learned.common, grams);
      for (const auto& gram : grams) {
        std::array<std::uint32_t, 6> places{};
        for (unsigned i = 0, n = gram.places(64 * 40, places); i < n; ++i) EXPECT_EQ(matrix[places[i]], 1);
      }
    }
}

// Whether the lines let the fragment through, as a segment asks them.
bool may_have(const std::string& lines, const Gram& gram) {
  const auto count = static_cast<std::uint32_t>(lines.size() / ShortGrams::line_bytes);
  const auto number = ShortGrams::line_of(gram, count);
  return ShortGrams::may_have(
      std::string_view(lines).substr(number * ShortGrams::line_bytes, ShortGrams::line_bytes), gram);
}

std::vector<Gram> grams_of_all(const std::vector<std::string>& fragments, const CommonGrams& common) {
  std::vector<Gram> out;
  for (const auto& one : fragments) grams_of(one, common, out);
  return out;
}

TEST(GramsTest, ShortFragmentsOfAllPagesAreKnownAndHardlyAnyOther) {
  const CommonGrams none;
  std::vector<std::string> there, others;
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    there.push_back(utf8(0x5000 + i % 997) + utf8(0x6000 + i / 5));
    others.push_back(utf8(0x5000 + i % 997) + utf8(0x4000 + i / 5));
  }
  ShortGrams set;
  for (const auto& gram : grams_of_all(there, none)) set.add(gram), set.add(gram);
  const auto lines = set.lines();
  EXPECT_LT(lines.size(), 20'000U * 2);
  const auto through = [&](const std::vector<std::string>& fragments) {
    return std::ranges::count_if(grams_of_all(fragments, none),
                                 [&](const Gram& gram) { return may_have(lines, gram); });
  };
  EXPECT_EQ(through(there), 20'000);
  EXPECT_LE(through(others), 160);
  EXPECT_TRUE(ShortGrams().lines().empty());
}

}  // namespace
}  // namespace yagura::eventstore
