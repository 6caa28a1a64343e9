#include "eventstore/text_filter.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "eventstore/fold.hpp"

namespace yagura::eventstore {
namespace {

TEST(TextFilter, KnowsEveryFragmentAndEveryTextWhateverItsCaseAndWidth) {
  const std::vector<std::string_view> texts{"",
                                            "a",
                                            "\\\\FS01\\企画課\\鳳凰計画_予算.xlsx",
                                            "Ｗｏｒｄ　文書",
                                            std::string_view("a\0b", 3),
                                            "\xff\xfe broken"};
  const TextFilter filter(texts);
  for (const auto text : texts) {
    const auto folded = fold(text);
    EXPECT_TRUE(filter.may_equal(folded)) << text;
    for (std::size_t from = 0; from < folded.size(); ++from)
      for (std::size_t size = 1; from + size <= folded.size(); ++size)
        ASSERT_TRUE(filter.may_hold(std::string_view(folded).substr(from, size))) << text;
  }
  EXPECT_TRUE(filter.may_hold(fold("WORD 文書")));
  EXPECT_FALSE(filter.may_hold(fold("竜宮城")));
  EXPECT_FALSE(filter.may_equal(fold("鳳凰計画")));
}

TEST(TextFilter, SeldomTakesWhatIsNotThereForThere) {
  std::mt19937_64 random(7);
  const auto name = [&] { return std::to_string(random() % 1'000'000'000'000); };
  std::vector<std::string> held;
  for (int i = 0; i < 300; ++i) held.push_back(name());
  const TextFilter filter(std::vector<std::string_view>(held.begin(), held.end()));
  int wrong = 0;
  for (int i = 0; i < 10'000; ++i) wrong += filter.may_equal(name()) ? 1 : 0;
  EXPECT_LT(wrong, 4'000);  // a filled filter would say so of all
  const TextFilter nothing(std::span<const std::string_view>{});
  EXPECT_FALSE(nothing.may_equal("a"));
  EXPECT_FALSE(nothing.may_hold("abc"));
}

}  // namespace
}  // namespace yagura::eventstore
