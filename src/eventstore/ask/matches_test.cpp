#include "eventstore/ask/matches.hpp"

#include <gmock/gmock.h>

#include "calendar/civil.hpp"
#include "eventstore/ask/example_kinds.hpp"
#include "eventstore/ask/language.hpp"

namespace yagura::eventstore {
namespace {

// One event of a PC and many questions: whether it is found.
TEST(Matches, AnEventIsFoundByWhatItSays) {
  const auto kinds = example_kinds();
  const Vocabulary vocabulary(kinds);
  const auto& kind = kinds.at("operation");
  const std::vector<Event::Cell> cells = {"TKY-NB00012",
                                          "e100001",
                                          "人事総務部企画課",
                                          "usb-copy",
                                          "ｶﾞｲﾄﾞ RE: 髙橋㈱の件 100% - メッセージ",
                                          R"(\\fs01\人事$\見積書_最終.XLSX)",
                                          std::int64_t{2'000'000},
                                          ""};
  const std::pair<std::string_view, bool> table[] = {
      {"", true},
      {"人事", true},
      {"経理", false},
      {"人事 見積", true},
      {"人事 経理", false},
      {"人事 OR 経理", true},
      {"-経理", true},
      {"-人事", false},
      {"ガイド", true},
      {"がいど", true},
      {"高橋", true},
      {"(株)", true},  // a group of one word
      {"\"(株)\"", true},
      {"\"100%\"", true},
      {"見積*.xlsx", true},
      {"\"見積*最終\"", true},
      {"最終*見積", false},
      {"見積?_最終", true},
      {"見積?最終", false},
      {"user:E100001", true},
      {"user:e10000", false},
      {"user:e1*", true},
      {"user:e10000?", true},
      {"user:e100001?", false},
      {"user:~0000", true},
      {"path:*.xlsx", true},
      {"path:見積*.xlsx", false},
      {"path:*見積*.xlsx", true},
      {"path:=見積", false},
      {"*:=usb-copy", true},
      {"*:=usb", false},
      {"*:\"\"", true},
      {"port:\"\"", true},
      {"path:\"\"", false},
      {"bytes:>1M", true},
      {"bytes:>2M", false},
      {"bytes:2000000", true},
      {"2000000", false},  // no words are searched for in numbers
      {"device:x", false},
      {"-device:x", true},
      {"device:*", false},
      {"host:TKY-NB00012", true},
      {"port:443", false},
  };
  for (const auto& [text, wanted] : table) {
    const auto asked = read_query(text, vocabulary, Time{});
    ASSERT_TRUE(asked) << text << asked.error().text();
    EXPECT_EQ(matches(asked->query.where, kind, cells), wanted) << text;
  }
}

TEST(Matches, FormsAreThoseOfTheWholeText) {
  const Kind kind{"k", "", "",
                  "a", {}, {{"a", FieldType::text, "", "", {}}, {"n", FieldType::number, "", "", {}}}};
  const std::tuple<std::string_view, std::string_view, bool> table[] = {
      {"", "", true},
      {"*", "", true},
      {"?", "", false},
      {"a*b*c", "axxbxxc", true},
      {"a*b*c", "axxbxx", false},
      {"*ab*ab", "ababab", true},
      {"a?c", "a見c", true},
      {"a??c", "a見c", false},
      {"???", "㈱", true},
      {"*a", "aaa", true},
      {"a*a", "a", false},
      {"*\xe3\x82\xab*", "カ", true},
  };
  for (const auto& [pattern, text, wanted] : table) {
    const std::vector<Event::Cell> cells = {text, std::int64_t{5}};
    Condition condition{Condition::Type::like, {}, "a", std::string(pattern), 0, 0};
    EXPECT_EQ(matches(condition, kind, cells), wanted) << pattern << " " << text;
    // The number is no text, and the text no number.
    condition.field = "n";
    EXPECT_FALSE(matches(condition, kind, cells));
    EXPECT_FALSE(matches({Condition::Type::range, {}, "a", "", INT64_MIN, INT64_MAX}, kind, cells));
    EXPECT_FALSE(matches({Condition::Type::range, {}, "", "", INT64_MIN, INT64_MAX}, kind, cells));
    EXPECT_TRUE(matches({Condition::Type::range, {}, "n", "", 5, 5}, kind, cells));
    EXPECT_FALSE(matches({Condition::Type::range, {}, "n", "", 6, 5}, kind, cells));
  }
}

TEST(Matches, BytesThatAreNoTextDoNotMatter) {
  const Kind kind{"k", "", "", "a", {}, {{"a", FieldType::text, "", "", {}}}};
  const std::vector<Event::Cell> cells = {std::string_view("a\0\xff見積", 9)};
  EXPECT_TRUE(matches({Condition::Type::equals, {}, "a", "A見積", 0, 0}, kind, cells));
}

}  // namespace
}  // namespace yagura::eventstore
