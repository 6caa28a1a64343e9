#include "monitor/syslog/scan.hpp"

#include <gtest/gtest.h>

#include "monitor/syslog/pattern.hpp"
#include "monitor/syslog/reader.hpp"

namespace yagura::monitor::syslog {
namespace {

template <class Scan>
std::string told(Scan scan, std::string_view text) {
  Pairs pairs;
  if (!scan(text, pairs)) return "refused";
  std::string out;
  for (const auto& [key, value] : pairs.list) out.append(key).append("<").append(value).append(">");
  return out;
}
std::string kv(std::string_view text) { return told(scan_kv, text); }
std::string json(std::string_view text) { return told(scan_json, text); }
std::string csv(std::string_view text) {
  return told([](auto t, auto& p) { return scan_csv(t, ',', p); }, text);
}

TEST(SyslogScan, KeyValue) {
  EXPECT_EQ(kv("a=1 b=\"two words\"  c= d=\"\""), "a<1>b<two words>c<>d<>");
  EXPECT_EQ(kv("a=\"x\\\" b=\\\"y\" c=1"), "a<x\" b=\"y>c<1>");
  EXPECT_EQ(kv("u=\"DOM\\tanaka\""), "u<DOM\\tanaka>");
  EXPECT_EQ(kv("u=\"C:\\\\\" v=1"), "u<C:\\\\>v<1>");
  for (const auto* bad : {"", "a", "a=\"x", "a=x\"y", "a=\"x\"y", "a =1", "=1", "a=1 b", "a=\"x\\\""})
    EXPECT_EQ(kv(bad), "refused") << bad;
}

TEST(SyslogScan, Csv) {
  EXPECT_EQ(csv("a,,\"b,c\",\"d\"\"e\","), "<a><><b,c><d\"e><>");
  EXPECT_EQ(csv("a\"b,c"), "<a\"b><c>");
  for (const auto* bad : {"\"a", "\"a\"b", "\"a\"\"", "a,\"b\" ,c"}) EXPECT_EQ(csv(bad), "refused") << bad;
}

TEST(SyslogScan, Json) {
  EXPECT_EQ(json(R"({"a":{"b":1,"c":"x"},"d":[1,{"e":"]"}],"f":null,"g":true,"h":-1.5e3})"),
            "a.b<1>a.c<x>d<[1,{\"e\":\"]\"}]>g<true>h<-1.5e3>");
  EXPECT_EQ(json(R"({"a":"\u5e81\n\"\ud83d\ude00\ud83d"})"),
            "a<\xe5\xba\x81\n\"\xf0\x9f\x98\x80\xef\xbf\xbd>");
  for (const auto* bad : {"", "{", "[]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1} x",
                          "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{\"a\":tru}", "{\"a\":\"b}"})
    EXPECT_EQ(json(bad), "refused") << bad;
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "{\"a\":";
  EXPECT_EQ(json(deep), "refused");
  EXPECT_EQ(json("{\"a\":" + std::string(100'000, '[')), "refused");
}

TEST(SyslogScan, BoundOfPairs) {
  std::string many;
  for (int i = 0; i < 513; ++i) many += "k" + std::to_string(i) + "=1 ";
  EXPECT_EQ(kv(many), "refused");
}

std::string matched(std::string_view pattern, std::string_view line) {
  for (const auto& one : Pattern::compile(pattern).value()) {
    Pairs pairs;
    if (!one.match(line, pairs)) continue;
    std::string out;
    for (const auto& [key, value] : pairs.list) out.append(key).append("<").append(value).append(">");
    return out;
  }
  return "no";
}

TEST(SyslogPattern, Values) {
  EXPECT_EQ(matched("{a:ip}:{p:int} > {b:ip}", "192.0.2.1:80 > 2001:db8::1"),
            "a<192.0.2.1>p<80>b<2001:db8::1>");
  EXPECT_EQ(matched("user {u:text} from {a:ip}", "user x from 10.0.0.1 from 192.0.2.1"),
            "u<x from 10.0.0.1>a<192.0.2.1>");
  EXPECT_EQ(matched("{r:short} ; C={c:rest}", "no ; C=x ; C=y"), "r<no>c<x ; C=y>");
  EXPECT_EQ(matched("a[[ b={b}]] c", "a b=1 c"), "b<1>");
  EXPECT_EQ(matched("a[[ b={b}]] c", "a c"), "");
  EXPECT_EQ(matched("a {b}", "a b c"), "no");
  EXPECT_EQ(matched("a {b:int}", "a 1x"), "no");
  EXPECT_EQ(matched("a {b:ip}", "a 1.2.3"), "no");
}

TEST(SyslogPattern, WhatIsNoPattern) {
  for (const auto* bad : {"{", "{}", "{a}{b}", "{a:number}", "{a:text} {b:text} c", "{a:text}", "{a:rest} b",
                          "[[a", "[[a]][[b]][[c]][[d]][[e]]"})
    EXPECT_EQ(Pattern::compile(bad).error().code, "monitor.syslog_pattern_invalid") << bad;
}

// However long and hostile: a row, in time that grows with the line and no faster.
TEST(SyslogLine, HundredThousandCharacters) {
  const std::filesystem::path share = std::filesystem::path(YAGURA_SOURCE_DIR) / "share";
  const auto kinds = eventstore::read_kinds(share / "events").value();
  auto reader = LineReader::make(kinds, VendorSet::load(share / "syslog", kinds).set).value();
  const auto now = parse_rfc3339("2026-11-22T03:00:00Z").value();
  for (const std::string_view unit : {"x", " ", "\"", "\\", "=", ": ", " from ", "[", "{\"a\":", "a=\"b\" ",
                                      "|", "\xe5\xba\x81", "\x8f\xe1", "1 ", " from 1.2.3.4 port 1 ssh2"})
    for (const std::string_view head :
         {"", "<13>", "<13>1 2026-11-22T03:00:00Z h a p m ",
          "<86>Nov 22 11:59:58 h sshd[1]: Failed password for ", "<13>date=2026-11-22 ",
          "<13>CEF:0|a|b|c|d|e|f|", "<13>{\"event_type\":\"timestamp\","}) {
      std::string line(head);
      while (line.size() < 100'000) line += unit;
      const auto& entry = reader.read(line, now, {});
      ASSERT_FALSE(entry.parser.empty());
      if (entry.parser == kNone) {
        EXPECT_EQ(entry.fields->texts[*entry.fields->kind->index_of("raw")], line);
      }
    }
}

TEST(SyslogLine, TimeOfReceiptWhereTheClockIsWrong) {
  const std::filesystem::path share = std::filesystem::path(YAGURA_SOURCE_DIR) / "share";
  const auto kinds = eventstore::read_kinds(share / "events").value();
  auto reader = LineReader::make(kinds, VendorSet::load(share / "syslog", kinds).set).value();
  const auto now = parse_rfc3339("2026-11-22T03:00:00Z").value();
  const Source tokyo, utc{"d", "a", std::chrono::minutes(0), Encoding::guessed};
  EXPECT_EQ(reader.read("<13>Nov 22 11:00:00 h a: late", now, tokyo).at, now - std::chrono::hours(1));
  EXPECT_EQ(reader.read("<13>Nov 22 11:00:00 h a: ahead", now, utc).at, now);
  EXPECT_EQ(*reader.read("<13>Nov 22 11:00:00 h a: ahead", now, utc).skew, std::chrono::hours(8));
  EXPECT_FALSE(reader.read("<13>no time", now, utc).skew);
}

}  // namespace
}  // namespace yagura::monitor::syslog
