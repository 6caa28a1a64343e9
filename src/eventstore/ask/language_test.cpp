#include "eventstore/ask/language.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <limits>
#include <sstream>

#include "base/text.hpp"
#include "calendar/civil.hpp"
#include "eventstore/ask/example_kinds.hpp"
#include "eventstore/ask/write.hpp"

namespace yagura::eventstore {
namespace {

using calendar::make_date;
constexpr auto most = std::numeric_limits<std::int64_t>::max();
constexpr auto least = std::numeric_limits<std::int64_t>::min();

const Vocabulary& vocabulary() {
  static const Vocabulary out(example_kinds());
  return out;
}

// Wednesday, 14:30 in Japan.
Time now() { return calendar::at(make_date(2026, 11, 18), calendar::Minutes(14 * 60 + 30)); }
Time japan(int y, unsigned m, unsigned d, int h = 0, int min = 0) {
  return calendar::at(make_date(y, m, d), calendar::Minutes(h * 60 + min));
}

Condition node(Condition::Type type, std::vector<Condition> parts) {
  return {type, std::move(parts), "", "", 0, 0};
}
Condition all(std::vector<Condition> parts) { return node(Condition::Type::all, std::move(parts)); }
Condition any(std::vector<Condition> parts) { return node(Condition::Type::any, std::move(parts)); }
Condition no(Condition part) { return node(Condition::Type::no, {std::move(part)}); }
Condition equals(std::string f, std::string v) { return {Condition::Type::equals, {}, f, v, 0, 0}; }
Condition like(std::string f, std::string v) { return {Condition::Type::like, {}, f, v, 0, 0}; }
Condition contains(std::string f, std::string v) { return {Condition::Type::contains, {}, f, v, 0, 0}; }
Condition word(std::string v) { return contains("", std::move(v)); }
Condition range(std::string f, std::int64_t low, std::int64_t high) {
  return {Condition::Type::range, {}, f, "", low, high};
}

TEST(Language, ConditionsMeanWhatTheySay) {
  const std::pair<std::string_view, Condition> table[] = {
      {"", all({})},
      {"　 ", all({})},
      {"*", all({})},
      {"人事", word("人事")},
      {"人事 秘", all({word("人事"), word("秘")})},
      {"人事　秘", all({word("人事"), word("秘")})},
      {"人事 AND 秘 かつ x", all({word("人事"), word("秘"), word("x")})},
      {R"("two words")", word("two words")},
      {R"(“two words”)", word("two words")},
      {R"("say ""so""")", word(R"(say "so")")},
      {"「二 語」", word("二 語")},
      {"a\"b c\"d", all({word("a"), word("b c"), word("d")})},
      {"見積*.xlsx", like("", "*見積*.xlsx*")},
      {R"("見積 *.xlsx")", like("", "*見積 *.xlsx*")},
      {"見積*", word("見積")},
      {"*.xlsx", word(".xlsx")},
      {"見積＊.xlsx", like("", "*見積*.xlsx*")},
      {"本当？", word("本当？")},
      {"a?c", like("", "*a?c*")},
      {"user:tanaka", equals("user", "tanaka")},
      {"ＵＳＥＲ：tanaka", equals("user", "tanaka")},
      {"利用者:田中", equals("user", "田中")},
      {"ゆーざー:田中", equals("user", "田中")},
      {"window-title:x", contains("title", "x")},
      {"user:tana*", like("user", "tana*")},
      {"user:*ana*", contains("user", "ana")},
      {"user:~ana", contains("user", "ana")},
      {"user:=t*", equals("user", "t*")},
      {"user:\"\"", equals("user", "")},
      {"path:見積", contains("path", "見積")},
      {"path:\"見積 書\"", contains("path", "見積 書")},
      {"path:=見積", equals("path", "見積")},
      {"path:*.xlsx", like("path", "*.xlsx")},
      {R"(path:\\fs01\人事$\x)", contains("path", R"(\\fs01\人事$\x)")},
      {"path:C:\\x", contains("path", "C:\\x")},
      {"*:=x", equals("", "x")},
      {"*:*.xlsx", like("", "*.xlsx")},
      {"*:~a*", contains("", "a*")},
      {"-user:x", no(equals("user", "x"))},
      {"－user:x", no(equals("user", "x"))},
      {"NOT user:x", no(equals("user", "x"))},
      {"ＮＯＴ user:x", no(equals("user", "x"))},
      {"ではない user:x", no(equals("user", "x"))},
      {"NOT(a b)", no(all({word("a"), word("b")}))},
      {"- a", all({word("-"), word("a")})},
      {"--a", word("a")},
      {"not or and", all({word("not"), word("or"), word("and")})},
      {"\"OR\"", word("OR")},
      {"a OR b c", any({word("a"), all({word("b"), word("c")})})},
      {"(a OR b) c", all({any({word("a"), word("b")}), word("c")})},
      {"（a　または　b）　c", all({any({word("a"), word("b")}), word("c")})},
      {"a 又は b OR c", any({word("a"), word("b"), word("c")})},
      {"a (b (c d))", all({word("a"), word("b"), word("c"), word("d")})},
      {"user:(a OR b*)", any({equals("user", "a"), like("user", "b*")})},
      {"bytes:(>5 <9)", all({range("bytes", 6, most), range("bytes", least, 8)})},
      {"見積（案）.xlsx", word("見積（案）.xlsx")},
      {"(f(x) OR g)", any({word("f(x)"), word("g")})},
      {"https://a.jp:80/x", word("https://a.jp:80/x")},
      {"file://fs/x", word("file://fs/x")},
      {"C:\\Users", word("C:\\Users")},
      {"10:30", word("10:30")},
      {"00:1a:2b:3c:4d:5e", word("00:1a:2b:3c:4d:5e")},
      {"fe80::1", word("fe80::1")},
      {"bytes:>1M", range("bytes", (1 << 20) + 1, most)},
      {"bytes:＞＝１ＭＢ", range("bytes", 1 << 20, most)},
      {"bytes:<10", range("bytes", least, 9)},
      {"bytes:<=10", range("bytes", least, 10)},
      {"bytes:10", range("bytes", 10, 10)},
      {"bytes:=10", range("bytes", 10, 10)},
      {"bytes:10k..2M", range("bytes", 10 << 10, 2 << 20)},
      {"bytes:10～20", range("bytes", 10, 20)},
      {"bytes:..5", range("bytes", least, 5)},
      {"bytes:〜5", range("bytes", least, 5)},
      {"bytes:5..", range("bytes", 5, most)},
      {"bytes:-5..5", range("bytes", -5, 5)},
      {"bytes:1.5k", range("bytes", 1536, 1536)},
      {"bytes:>0.3k", range("bytes", 308, most)},
      {"bytes:<0.3k", range("bytes", least, 307)},
      {"bytes:1万以上", range("bytes", 10'000, most)},
      {"bytes:1,000未満", range("bytes", least, 999)},
      {"bytes:-9223372036854775808", range("bytes", least, least)},
      {"size:2Ti", range("bytes", 2LL << 40, 2LL << 40)},
      {"port:443", any({range("port", 443, 443), contains("port", "443")})},
      {"port:\"443\"", contains("port", "443")},
      {"port:>443", range("port", 444, most)},
      {"port:443..443", range("port", 443, 443)},
      {"port:=443", any({range("port", 443, 443), equals("port", "443")})},
      {"port:smtp", contains("port", "smtp")},
      {"host:gw*", any({like("device", "gw*"), like("pc", "gw*")})},
      {"-host:gw", no(any({equals("device", "gw"), equals("pc", "gw")}))},
      {"人事 | count", word("人事")},
  };
  for (const auto& [text, wanted] : table) {
    const auto asked = read_query(text, vocabulary(), now());
    ASSERT_TRUE(asked) << text << " " << asked.error().text();
    EXPECT_EQ(asked->query.where, wanted)
        << text << "\nis " << write_condition(asked->query.where, vocabulary());
    // What is written again is the same.
    const auto written = write_query(*asked, vocabulary());
    const auto again = read_query(written, vocabulary(), now());
    ASSERT_TRUE(again) << written << " " << again.error().text();
    EXPECT_EQ(again->query.where, wanted) << text << " written as " << written;
  }
}

TEST(Language, TimesAreThoseOfJapan) {
  const auto open = Time::max(), ever = Time::min();
  const std::tuple<std::string_view, Time, Time> table[] = {
      {"from:先週", japan(2026, 11, 9), open},
      {"to:先週", ever, japan(2026, 11, 16)},
      {"time:先週", japan(2026, 11, 9), japan(2026, 11, 16)},
      {"time:今週", japan(2026, 11, 16), japan(2026, 11, 23)},
      {"time:先々週", japan(2026, 11, 2), japan(2026, 11, 9)},
      {"time:今日", japan(2026, 11, 18), japan(2026, 11, 19)},
      {"から:昨日 まで:今日12時", japan(2026, 11, 17), japan(2026, 11, 18, 12)},
      {"から：昨日　まで：今日１２時", japan(2026, 11, 17), japan(2026, 11, 18, 12)},
      {"time:一昨日", japan(2026, 11, 16), japan(2026, 11, 17)},
      {"time:今月", japan(2026, 11, 1), japan(2026, 12, 1)},
      {"time:先月", japan(2026, 10, 1), japan(2026, 11, 1)},
      {"time:今年度", japan(2026, 4, 1), japan(2027, 4, 1)},
      {"time:昨年度", japan(2025, 4, 1), japan(2026, 4, 1)},
      {"time:令和7年度", japan(2025, 4, 1), japan(2026, 4, 1)},
      {"time:2025年度", japan(2025, 4, 1), japan(2026, 4, 1)},
      {"time:平成31年度", japan(2019, 4, 1), japan(2020, 4, 1)},
      {"time:令和8年", japan(2026, 1, 1), japan(2027, 1, 1)},
      {"time:2026年11月", japan(2026, 11, 1), japan(2026, 12, 1)},
      {"time:2026-10", japan(2026, 10, 1), japan(2026, 11, 1)},
      {"time:12月", japan(2025, 12, 1), japan(2026, 1, 1)},
      {"time:last-week", japan(2026, 11, 9), japan(2026, 11, 16)},
      {"time:Yesterday", japan(2026, 11, 17), japan(2026, 11, 18)},
      {"from:2026-11-01 to:2026-11-15", japan(2026, 11, 1), japan(2026, 11, 16)},
      {"from:2026/11/1 to:11/15", japan(2026, 11, 1), japan(2026, 11, 16)},
      {"from:令和8年11月1日", japan(2026, 11, 1), open},
      {"from:R8.11.1", japan(2026, 11, 1), open},
      {"from:令和8年11月1日10時30分", japan(2026, 11, 1, 10, 30), open},
      {"from:2026-11-01T10:30", japan(2026, 11, 1, 10, 30), open},
      {"from:2026-11-01T10:30:00Z", japan(2026, 11, 1, 19, 30), open},
      {"from:2026-11-01T10:30:00+09:00", japan(2026, 11, 1, 10, 30), open},
      {"from:11/1", japan(2026, 11, 1), open},
      {"from:11月1日", japan(2026, 11, 1), open},
      {"from:12/1", japan(2025, 12, 1), open},
      {"from:11/18", japan(2026, 11, 18), open},
      {"from:2/29", japan(2024, 2, 29), open},
      {"from:12/20 to:1/10", japan(2025, 12, 20), japan(2026, 1, 11)},
      {"time:12/20..1/10", japan(2025, 12, 20), japan(2026, 1, 11)},
      {"time:昨日～今日", japan(2026, 11, 17), japan(2026, 11, 19)},
      {"time:..昨日", ever, japan(2026, 11, 18)},
      {"from:11/1 10:30", japan(2026, 11, 1, 10, 30), open},
      {"from:\"11/1 10:30\"", japan(2026, 11, 1, 10, 30), open},
      {"from:昨日 9時半", japan(2026, 11, 17, 9, 30), open},
      {"from:昨日の9時半", japan(2026, 11, 17, 9, 30), open},
      {"from:今日午後1時", japan(2026, 11, 18, 13), open},
      {"time:今日12時", japan(2026, 11, 18, 12), japan(2026, 11, 18, 13)},
      {"time:10:30", japan(2026, 11, 18, 10, 30), japan(2026, 11, 18, 10, 31)},
      {"to:24:00", ever, japan(2026, 11, 19)},
      {"from:10分前", japan(2026, 11, 18, 14, 20), open},
      {"from:3時間前", japan(2026, 11, 18, 11, 30), open},
      {"time:2h", japan(2026, 11, 18, 12, 30), open},
      {"from:2h-ago", japan(2026, 11, 18, 12, 30), open},
      {"from:90m", japan(2026, 11, 18, 13), open},
      {"from:7d", japan(2026, 11, 11), open},
      {"from:7日前", japan(2026, 11, 11), open},
      {"time:7日間", japan(2026, 11, 11), open},
      {"time:7日前", japan(2026, 11, 11), japan(2026, 11, 12)},
      {"to:7d", ever, japan(2026, 11, 12)},
      {"from:1か月前", japan(2026, 10, 18), open},
      {"to:今", ever, now()},
      {"from:昨日 from:先月", japan(2026, 11, 17), open},
  };
  for (const auto& [text, from, to] : table) {
    const auto asked = read_query(text, vocabulary(), now());
    ASSERT_TRUE(asked) << text << " " << asked.error().text();
    EXPECT_EQ(to_micros(asked->query.from), to_micros(from)) << text;
    EXPECT_EQ(to_micros(asked->query.to), to_micros(to)) << text;
    EXPECT_EQ(asked->query.where, Condition{}) << text;
    const auto written = write_query(*asked, vocabulary());
    const auto again = read_query(written, vocabulary(), japan(2030, 1, 1));
    ASSERT_TRUE(again) << written;
    EXPECT_TRUE(again->query.from == from && again->query.to == to) << text << " written as " << written;
  }
}

TEST(Language, TimesFollowTheDayThatIsNow) {
  const std::tuple<Time, std::string_view, Time, Time> table[] = {
      // Half past midnight in Japan is still the day before in UTC.
      {japan(2026, 11, 18, 0, 30), "time:今日", japan(2026, 11, 18), japan(2026, 11, 19)},
      {japan(2026, 11, 16), "time:先週", japan(2026, 11, 9), japan(2026, 11, 16)},
      {japan(2026, 11, 22, 23, 59), "time:今週", japan(2026, 11, 16), japan(2026, 11, 23)},
      {japan(2027, 1, 1), "time:先週", japan(2026, 12, 21), japan(2026, 12, 28)},
      {japan(2027, 1, 1), "time:先月", japan(2026, 12, 1), japan(2027, 1, 1)},
      {japan(2027, 1, 1), "time:昨年", japan(2026, 1, 1), japan(2027, 1, 1)},
      {japan(2027, 1, 1), "time:12/31", japan(2026, 12, 31), japan(2027, 1, 1)},
      {japan(2027, 3, 31), "time:今年度", japan(2026, 4, 1), japan(2027, 4, 1)},
      {japan(2027, 4, 1), "time:昨年度", japan(2026, 4, 1), japan(2027, 4, 1)},
      {japan(2027, 3, 31), "time:1か月前", japan(2027, 2, 28), japan(2027, 3, 1)},
      {japan(2028, 3, 31), "time:1か月前", japan(2028, 2, 29), japan(2028, 3, 1)},
      {japan(2028, 2, 29), "time:1年前", japan(2027, 2, 28), japan(2027, 3, 1)},
      {japan(2028, 2, 29), "time:2/29", japan(2028, 2, 29), japan(2028, 3, 1)},
      {japan(2028, 3, 1), "time:昨日", japan(2028, 2, 29), japan(2028, 3, 1)},
  };
  for (const auto& [at, text, from, to] : table) {
    const auto asked = read_query(text, vocabulary(), at);
    ASSERT_TRUE(asked) << text << " " << asked.error().text();
    EXPECT_EQ(to_micros(asked->query.from), to_micros(from)) << text << " at " << to_rfc3339(at);
    EXPECT_EQ(to_micros(asked->query.to), to_micros(to)) << text << " at " << to_rfc3339(at);
  }
}

TEST(Language, BarsAreAsManyAsPeopleCanRead) {
  const auto from = japan(2026, 11, 1);
  for (const auto span : {std::chrono::hours(1), std::chrono::hours(24), std::chrono::hours(24 * 31),
                          std::chrono::hours(24 * 366), std::chrono::hours(24 * 366 * 5)}) {
    const auto bars = Duration(span) / bucket_for(from, from + span);
    EXPECT_GE(bars, 20) << span.count();
    EXPECT_LE(bars, 150) << span.count();
  }
}

TEST(Language, ATimeBehindADateIsTakenOnlyWhenItIsOne) {
  EXPECT_EQ(read_query("from:11/1 1030", vocabulary(), now())->query.where, word("1030"));
  EXPECT_EQ(read_query("from:先週 10:30", vocabulary(), now())->query.where, word("10:30"));
}

TEST(Language, KindsAreNamedInBothLanguages) {
  for (const auto text :
       {"kind:operation", "種類:PC操作ログ", "kind:\"pc operations\"", "KIND：ＰＣ操作ログ"}) {
    const auto asked = read_query(text, vocabulary(), now());
    ASSERT_TRUE(asked) << text;
    EXPECT_THAT(asked->query.kinds, testing::ElementsAre("operation"));
  }
  for (const auto text : {"kind:operation,firewall", "kind:firewall kind:operation", "種類:操作 種類:x"})
    if (const auto asked = read_query(text, vocabulary(), now()); asked)
      EXPECT_THAT(asked->query.kinds, testing::ElementsAre("firewall", "operation"));
}

TEST(Language, AKindSaysWhichFieldAWordMeans) {
  const auto read = [](std::string_view text) { return *read_query(text, vocabulary(), now()); };
  EXPECT_EQ(read("host:a kind:firewall").query.where, equals("device", "a"));
  EXPECT_EQ(read("kind:operation -host:a").query.where, no(equals("pc", "a")));
  EXPECT_EQ(read("kind:operation,firewall host:a").query.where,
            any({equals("device", "a"), equals("pc", "a")}));
  EXPECT_THAT(read("kind:operation | count by host").present.counting->by, testing::ElementsAre("pc"));
}

TEST(Language, StagesSayHowTheResultIsShown) {
  const auto present = [](std::string_view text) {
    const auto asked = read_query(text, vocabulary(), now());
    EXPECT_TRUE(asked) << text << " " << (asked ? "" : asked.error().text());
    return asked ? asked->present : Presentation{};
  };
  EXPECT_FALSE(present("a").counting);
  EXPECT_TRUE(present("a").newest_first);
  EXPECT_FALSE(present("a | sort oldest").newest_first);
  EXPECT_FALSE(present("a ｜ 並び 古い順").newest_first);
  for (const auto text : {"a | count by section, action top 20", "a|count by 所属,action top20",
                          "a ｜ 集計 所属、操作 上位20件", "a | COUNT section,ACTION top 20"}) {
    const auto counting = present(text).counting;
    ASSERT_TRUE(counting) << text;
    EXPECT_THAT(counting->by, testing::ElementsAre("section", "action")) << text;
    EXPECT_EQ(counting->top, 20U);
    EXPECT_EQ(counting->bucket, Duration(0));
  }
  EXPECT_TRUE(present("| count").counting->by.empty());
  EXPECT_EQ(present("| histogram 1h").counting->bucket, std::chrono::hours(1));
  EXPECT_EQ(present("| 推移 10分").counting->bucket, std::chrono::minutes(10));
  EXPECT_EQ(present("| histogram 1d").counting->offset, -std::chrono::hours(9));
  // Bars of weeks begin on Mondays: 2026-11-16 is one.
  const auto weeks = *present("| histogram 1w").counting;
  EXPECT_EQ((japan(2026, 11, 16).time_since_epoch() - weeks.offset) % weeks.bucket, Duration(0));
  const auto automatic = present("from:昨日 to:今日 | histogram auto");
  EXPECT_TRUE(automatic.automatic);
  EXPECT_EQ(automatic.counting->bucket, std::chrono::minutes(30));
  const auto both = present("| count by action | histogram 1h | sort oldest");
  EXPECT_THAT(both.counting->by, testing::ElementsAre("action"));
  EXPECT_EQ(both.counting->bucket, std::chrono::hours(1));
}

struct Refused {
  std::string_view text, code;
  int position;
};

TEST(Language, WhatIsWrongIsSaidWithItsPlace) {
  const Refused table[] = {
      {"人事 usr:x", "field_unknown", 3},
      {"a usr：x", "field_unknown", 2},
      {"kind:operatoin", "kind_unknown", 0},
      {"kind:firewall user:x", "field_not_of_kind", 14},
      {"人事 \"x", "quote_open", 3},
      {"人事 「x", "quote_open", 3},
      {"a (b", "parenthesis_open", 2},
      {"a (b | count", "parenthesis_open", 2},
      {"a)", "parenthesis_extra", 1},
      {"()", "operator_dangling", 1},
      {"OR a", "operator_dangling", 0},
      {"a OR", "operator_dangling", 2},
      {"a OR OR b", "operator_dangling", 2},
      {"(a OR )", "operator_dangling", 3},
      {"NOT", "operator_dangling", 0},
      {"a AND", "operator_dangling", 2},
      {"NOT OR a", "operator_dangling", 0},
      {"user:", "value_missing", 0},
      {"a user: b", "value_missing", 2},
      {"\"\"", "value_missing", 0},
      {"user:\u200b", "value_missing", 0},
      {"\u200b", "value_missing", 0},
      {"user:>5", "not_a_number", 0},
      {"bytes:x", "number_invalid", 0},
      {"bytes:1..x", "number_invalid", 0},
      {"bytes:1.", "number_invalid", 0},
      {"bytes:~5", "number_invalid", 0},
      {"bytes:99999999999999999999", "number_too_large", 0},
      {"bytes:9000000T", "number_too_large", 0},
      {"bytes:9..1", "range_empty", 0},
      {"bytes:>9223372036854775807", "range_empty", 0},
      {"from:きのうの夜", "time_invalid", 0},
      {"from:2026-02-29", "time_invalid", 0},
      {"from:昭和64年2月1日", "time_invalid", 0},
      {"from:25:00", "time_invalid", 0},
      {"from:先週10時", "time_invalid", 0},
      {"from:999999h", "time_invalid", 0},
      {"from:13/1", "time_invalid", 0},
      {"from:今日 to:昨日", "time_empty", 8},
      {"from:昨日 OR a", "place", 0},
      {"a OR b from:昨日", "place", 7},
      {"-from:昨日", "place", 1},
      {"(a from:昨日)", "place", 3},
      {"kind:=operation", "place", 0},
      {"a | cuont", "stage_unknown", 4},
      {"a |", "stage_unknown", 3},
      {"| count by", "stage_invalid", 10},
      {"| count by section top 0", "stage_invalid", 23},
      {"| count by section top 10001", "stage_invalid", 23},
      {"| count by section action", "stage_invalid", 19},
      {"| count by section, section", "stage_invalid", 20},
      {"| count by pc, user, section, action", "stage_invalid", 30},
      {"| count by section | count by action", "stage_invalid", 21},
      {"| histogram 1か月", "stage_invalid", 12},
      {"| histogram 0h", "stage_invalid", 12},
      {"| histogram 1h | histogram 1h", "stage_invalid", 17},
      {"| sort up", "stage_invalid", 7},
      {"| count by sction", "field_unknown", 11},
      {"| count by host", "field_ambiguous", 11},
      {"from:2020-01-01 | histogram 1m", "too_many_bars", 28},
      {"\xff", "not_text", 0},
  };
  for (const auto& [text, code, position] : table) {
    const auto asked = read_query(text, vocabulary(), now());
    ASSERT_FALSE(asked) << text;
    EXPECT_EQ(asked.error().code, "eventstore.query_" + std::string(code)) << text;
    EXPECT_EQ(asked.error().arg("position"), std::to_string(position)) << text;
    EXPECT_EQ(asked.error().arg("nth"), std::to_string(position + 1)) << text;
  }
}

TEST(Language, NearestNamesAreTold) {
  const auto nearest = [](std::string_view text) {
    return std::string(read_query(text, vocabulary(), now()).error().arg("nearest"));
  };
  EXPECT_THAT(nearest("usr:x"), testing::StartsWith("user（利用者）"));
  EXPECT_THAT(nearest("利用車:x"), testing::StartsWith("user（利用者）"));
  EXPECT_THAT(nearest("sectoin:x"), testing::StartsWith("section（所属）"));
  EXPECT_THAT(nearest("zzzzzzzz:x"), testing::HasSubstr("path（ファイル）"));
  EXPECT_EQ(nearest("kind:operatoin"), "operation（PC操作ログ）");
}

std::string repeated(std::string_view piece, std::size_t n) {
  std::string out;
  for (std::size_t i = 0; i < n; ++i) out += piece;
  return out;
}

TEST(Language, LimitsAreHeld) {
  const auto code = [](const std::string& text) {
    const auto asked = read_query(text, vocabulary(), now());
    return asked ? "" : asked.error().code;
  };
  EXPECT_EQ(code(repeated("あ", 4096)), "");
  EXPECT_EQ(code(repeated("あ", 4097)), "eventstore.query_too_long");
  EXPECT_EQ(code(repeated("(", 64) + "a" + repeated(")", 64)), "");
  EXPECT_EQ(code(repeated("(", 65) + "a" + repeated(")", 65)), "eventstore.query_too_deep");
  EXPECT_EQ(code(repeated("-", 64) + "a"), "");
  EXPECT_EQ(code(repeated("NOT ", 65) + "a"), "eventstore.query_too_deep");
  EXPECT_EQ(code(repeated("a ", 200)), "");
  EXPECT_EQ(code(repeated("a ", 201)), "eventstore.query_too_many");
  // An alias of two fields makes two conditions.
  EXPECT_EQ(code(repeated("host:a ", 100)), "");
  EXPECT_EQ(code(repeated("host:a ", 101)), "eventstore.query_too_many");
}

TEST(Language, EveryRefusalHasItsWords) {
  std::ifstream file(YAGURA_SOURCE_DIR "/share/errors/eventstore.yaml");
  std::stringstream words;
  words << file.rdbuf();
  for (const auto name : {"language", "stages", "conditions"}) {
    std::ifstream source(std::string(YAGURA_SOURCE_DIR "/src/eventstore/ask/") + name + ".cpp");
    std::stringstream code;
    code << source.rdbuf();
    const auto text = code.str();
    int found = 0;
    for (auto at = text.find("\"eventstore.query_"); at != std::string::npos;
         at = text.find("\"eventstore.query_", at + 1)) {
      const auto end = text.find('"', at + 1);
      EXPECT_THAT(words.str(), testing::HasSubstr("\n" + text.substr(at + 1, end - at - 1) + ":\n"));
      ++found;
    }
    EXPECT_GT(found, 0) << name;
  }
}

// The page people read is held to what is understood: each line of its ```query blocks, against the kinds of
// the product; "=> eventstore.query_x" behind a line says how it is refused.
TEST(Language, TheHelpPageIsTrue) {
  const auto kinds = read_kinds(YAGURA_SOURCE_DIR "/share/events");
  ASSERT_TRUE(kinds);
  const Vocabulary product(*kinds);
  std::ifstream page(YAGURA_SOURCE_DIR "/docs/operations/log-search.md");
  ASSERT_TRUE(page);
  bool inside = false;
  int read = 0, refused = 0;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("```")) {
      inside = line == "```query";
      continue;
    }
    if (!inside || line.empty()) continue;
    const auto arrow = line.find("  => ");
    const auto asked = read_query(line.substr(0, arrow), product, now());
    if (arrow == std::string::npos) {
      EXPECT_TRUE(asked) << line << " " << asked.error().text();
      ++read;
    } else {
      ASSERT_FALSE(asked) << line;
      EXPECT_EQ(asked.error().code, trim(line.substr(arrow + 5))) << line;
      ++refused;
    }
  }
  EXPECT_GT(read, 30);
  EXPECT_GT(refused, 3);
}

}  // namespace
}  // namespace yagura::eventstore
