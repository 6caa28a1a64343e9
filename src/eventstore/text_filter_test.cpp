#include "eventstore/text_filter.hpp"

#include <gmock/gmock.h>

#include <random>
#include <string>

#include "eventstore/fold.hpp"

namespace yagura::eventstore {
namespace {

using Type = Condition::Type;

bool may(const TextFilter& filter, Type type, std::string folded) {
  Leaf leaf;
  leaf.type = type;
  leaf.value = folded;
  leaf.values = {std::move(folded)};
  return AskedText(leaf).may_be_in_texts(filter);
}

// Of folded text: whether a character begins here, or all ends.
bool begins(std::string_view text, std::size_t at) {
  return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80;
}

TEST(TextFilter, KnowsEveryFragmentAndEveryTextWhateverItsCaseAndWidth) {
  const std::vector<std::string_view> texts{"",
                                            "a",
                                            "\\\\FS01\\企画課\\鳳凰計画_予算.xlsx",
                                            "Ｗｏｒｄ　文書",
                                            std::string_view("a\0b", 3),
                                            "\xff\xfe broken"};
  TextHashes fragments;
  const TextFilter filter(texts, 200, fragments);
  EXPECT_THAT(fragments, testing::Not(testing::IsEmpty()));
  for (const auto text : texts) {
    const auto folded = fold(text);
    EXPECT_TRUE(may(filter, Type::equals, folded)) << text;
    for (std::size_t from = 0; from < folded.size(); ++from)
      for (std::size_t size = 1; from + size <= folded.size(); ++size)
        if (begins(folded, from) && begins(folded, from + size))
          ASSERT_TRUE(may(filter, Type::contains, folded.substr(from, size))) << text;
  }
  EXPECT_TRUE(may(filter, Type::contains, fold("WORD 文書")));
  EXPECT_FALSE(may(filter, Type::contains, fold("竜宮城")));
  EXPECT_FALSE(may(filter, Type::equals, fold("鳳凰計画")));
}

TEST(TextFilter, MissesNothingWhateverTheBytes) {
  std::mt19937_64 random(9);
  const auto text = [&](std::size_t length) {
    std::string out;
    const auto kind = random() % 3;
    for (; length > 0; --length) {
      if (kind == 0) out += static_cast<char>(random());
      if (kind == 1) out += "abc\xE3\x81\x82\xE6"[random() % 7];
      if (kind == 2) out.append("\xE3\x81").push_back(static_cast<char>(0x80 + random() % 64));
    }
    return out;
  };
  for (int round = 0; round < 600; ++round) {
    std::vector<std::string> held;
    // Some are longer than what is looked through at once.
    for (auto n = 1 + random() % 20; n > 0; --n)
      held.push_back(text(random() % (round % 100 == 0 ? 70'000 : 40)));
    TextHashes fragments;
    const TextFilter filter(std::vector<std::string_view>(held.begin(), held.end()), 4'000, fragments);
    for (int q = 0; q < 20; ++q) {
      const auto folded = fold(held[random() % held.size()]);
      auto from = random() % (folded.size() + 1);
      while (!begins(folded, from)) ++from;
      auto to = std::min(folded.size(), from + random() % 30);
      while (!begins(folded, to)) ++to;
      ASSERT_TRUE(may(filter, Type::contains, folded.substr(from, to - from))) << round;
      ASSERT_TRUE(may(filter, Type::equals, folded)) << round;
    }
  }
}

TEST(TextFilter, SeldomTakesWhatIsNotThereForThere) {
  std::mt19937_64 random(7);
  const auto name = [&] { return std::to_string(random() % 1'000'000'000'000); };
  std::vector<std::string> held;
  for (int i = 0; i < 300; ++i) held.push_back(name());
  TextHashes fragments;
  const TextFilter filter(std::vector<std::string_view>(held.begin(), held.end()), 300 * 12, fragments);
  int wrong = 0;
  for (int i = 0; i < 10'000; ++i) wrong += may(filter, Type::equals, name()) ? 1 : 0;
  EXPECT_LT(wrong, 3'000);  // a filled filter would say so of all
  const TextFilter nothing(std::span<const std::string_view>{}, 0, fragments);
  EXPECT_FALSE(may(nothing, Type::equals, "a"));
  EXPECT_FALSE(may(nothing, Type::contains, "abc"));
}

}  // namespace
}  // namespace yagura::eventstore
