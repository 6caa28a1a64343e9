#include "eventstore/ask/suggest.hpp"

#include <gmock/gmock.h>

#include "base/text.hpp"
#include "eventstore/ask/example_kinds.hpp"

namespace yagura::eventstore {
namespace {

std::vector<std::string> texts(std::string_view text, std::size_t cursor) {
  static const Vocabulary vocabulary(example_kinds());
  std::vector<std::string> out;
  for (const auto& suggestion : suggest(text, cursor, vocabulary)) out.push_back(suggestion.text);
  return out;
}
std::vector<std::string> texts(std::string_view text) { return texts(text, characters(text)); }

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

TEST(Suggest, WhatCouldComeNext) {
  EXPECT_THAT(texts("人事 us"), ElementsAre("user:"));
  EXPECT_THAT(texts("利用"), ElementsAre("user:"));
  EXPECT_THAT(texts("りよう"), IsEmpty());  // kanji are not read
  EXPECT_THAT(texts("-ファ"), ElementsAre("path:"));
  EXPECT_THAT(texts("(ho"), ElementsAre("device:", "pc:"));
  EXPECT_THAT(texts(""), Contains("user:"));
  EXPECT_THAT(texts("fr"), ElementsAre("from:"));
  EXPECT_THAT(texts("から:"), Contains("先週"));
  EXPECT_THAT(texts("から：せ"), IsEmpty());
  EXPECT_THAT(texts("から：先"), ElementsAre("先週", "先月"));
  EXPECT_THAT(texts("from:last"), ElementsAre("last-week", "last-month", "last-fiscal-year"));
  EXPECT_THAT(texts("kind:"), ElementsAre("firewall", "operation"));
  EXPECT_THAT(texts("種類：firewall,PC"), ElementsAre("operation"));
  EXPECT_THAT(texts("user:ta"), ElementsAre("user"));
  EXPECT_THAT(texts("zzz:ta"), IsEmpty());
  EXPECT_THAT(texts("\"us"), IsEmpty());
  EXPECT_THAT(texts("a |"), Contains("histogram auto"));
  EXPECT_THAT(texts("a | co"), ElementsAre("count by "));
  EXPECT_THAT(texts("a | count by se"), ElementsAre("section"));
  EXPECT_THAT(texts("a ｜ 集計 所属、操"), ElementsAre("action"));
  EXPECT_THAT(texts("a | histogram 1"), ElementsAre("10m", "1h", "1d", "1w"));
  EXPECT_THAT(texts("a | sort 古"), ElementsAre("oldest"));
}

TEST(Suggest, TellsWhichPieceIsReplaced) {
  const Vocabulary vocabulary(example_kinds());
  const auto found = suggest("人事 -us 見積", 6, vocabulary);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].from, 4U);
  EXPECT_EQ(found[0].to, 6U);
  EXPECT_EQ(found[0].label, (calendar::Words{"利用者", "User"}));
  const auto times = suggest("から：先", 4, vocabulary);
  EXPECT_EQ(times.at(0).from, 3U);
  EXPECT_EQ(times.at(0).to, 4U);
}

TEST(Suggest, AnyTextAndCursorIsFine) {
  for (const auto text : {"\xff", "a:b:c", "|||", "\"", "：", "から：", "count by , ,"})
    for (std::size_t cursor = 0; cursor < 20; ++cursor) EXPECT_LE(texts(text, cursor).size(), 20U);
}

}  // namespace
}  // namespace yagura::eventstore
