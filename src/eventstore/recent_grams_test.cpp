#include "eventstore/recent_grams.hpp"

#include <gtest/gtest.h>

#include <random>

#include "eventstore/fold.hpp"

namespace yagura::eventstore {
namespace {

Leaf contains(std::string_view fragment) {
  Leaf out;
  out.value = fold(fragment);
  return out;
}

bool may(const RecentGrams& grams, const Leaf& leaf) {
  return grams.any_filter([asked = AskedText(leaf)](const auto& filter) { return asked.may_be_in(filter); });
}

// As a batch that was searched gives them, or as one that was not.
void add(RecentGrams& grams, std::vector<std::string_view> texts, bool known) {
  TextHashes fragments;
  if (known) (void)TextFilter(texts, 100, fragments);
  Batch batch;
  batch.strings = std::move(texts);
  grams.add(batch, fragments);
}

TEST(RecentGramsTest, KnowEveryFragmentAndSeldomAnother) {
  std::mt19937_64 random(5);
  const auto name = [&] { return "D:\\" + std::to_string(random()) + "\\見積書.xlsx"; };
  RecentGrams grams;
  EXPECT_FALSE(may(grams, contains("見積")));
  std::vector<std::string> held;
  for (int batch = 0; batch < 200; ++batch) {
    std::vector<std::string> texts;
    for (int i = 0; i < 50; ++i) texts.push_back(name());
    add(grams, {texts.begin(), texts.end()}, batch % 2 == 0);
    held.push_back(texts.front());
  }
  for (const auto& text : held) {
    ASSERT_TRUE(may(grams, contains(text)));
    ASSERT_TRUE(may(grams, contains(text.substr(3, 5))));
  }
  EXPECT_TRUE(may(grams, contains("積書")));
  EXPECT_TRUE(may(grams, contains("ＸＬＳＸ")));
  EXPECT_TRUE(may(grams, contains("qq"))) << "two letters say nothing";
  int wrong = 0;
  for (char32_t c = 0x5000; c < 0x5400; ++c) {
    std::string pair = "見";
    for (const auto byte : {0xE0U | c >> 12U, 0x80U | (c >> 6U & 0x3FU), 0x80U | (c & 0x3FU)})
      pair += static_cast<char>(byte);
    wrong += may(grams, contains(pair)) ? 1 : 0;
  }
  EXPECT_LT(wrong, 60) << "of 1,024";
}

TEST(RecentGramsTest, OfValuesOneIsEnoughAndOfPartsAllAreNeeded) {
  RecentGrams grams;
  add(grams, {"総務課", "税務課_2026"}, true);
  Leaf equals;
  equals.type = Condition::Type::equals;
  equals.values = {"竜宮城", "総務課"};
  EXPECT_TRUE(may(grams, equals));
  equals.values = {"竜宮城", "鳳凰計画"};
  EXPECT_FALSE(may(grams, equals));
  Leaf like;
  like.type = Condition::Type::like;
  like.value = "*税務課*2026*";
  EXPECT_TRUE(may(grams, like));
  like.value = "*税務課*2027*";
  EXPECT_FALSE(may(grams, like));
  like.value = "*";
  EXPECT_TRUE(may(grams, like));
}

// Whatever stands in the texts, they take no more than their bound and miss nothing.
TEST(RecentGramsTest, KeepTheirBound) {
  std::mt19937_64 random(6);
  RecentGrams grams;
  for (int batch = 0; batch < 8; ++batch) {
    std::string text;
    for (int i = 0; i < 300'000; ++i) {
      const auto c = static_cast<char32_t>(0x3400 + random() % 0x6000);
      for (const auto byte : {0xE0U | c >> 12U, 0x80U | (c >> 6U & 0x3FU), 0x80U | (c & 0x3FU)})
        text += static_cast<char>(byte);
    }
    add(grams, {text}, batch % 2 == 0);
    // Over every seam between the pieces it is read in.
    for (std::size_t at = 0; at + 3'000 < text.size(); at += 2'997)
      ASSERT_TRUE(may(grams, contains(text.substr(at, 3'000)))) << at;
  }
  EXPECT_LT(grams.bytes(), 2U << 20U);
}

}  // namespace
}  // namespace yagura::eventstore
