#include "monitor/syslog/header.hpp"

#include <gtest/gtest.h>

#include "monitor/syslog/device_time.hpp"
#include "monitor/syslog/encoding.hpp"

namespace yagura::monitor::syslog {
namespace {

constexpr auto kTokyo = std::chrono::minutes(540);
Time at(std::string_view text) { return parse_rfc3339(text).value(); }
const Time kNow = at("2026-11-22T03:00:00Z");

std::string time_of(std::string_view text, std::chrono::minutes offset = kTokyo, Time now = kNow) {
  const auto read = read_time(text, now, offset);
  return read ? to_rfc3339(*read) : "";
}

TEST(SyslogTime, EveryWayOfWritingIt) {
  for (const auto* text :
       {"Nov 22 11:59:00", "Nov 22 2026 11:59:00", "2026 Nov 22 11:59:00", "Nov 22 11:59:00 2026",
        "Sun Nov 22 11:59:00 2026", "2026-11-22T11:59:00", "2026/11/22 11:59:00", "2026-11-22 02:59:00Z",
        "2026-11-22T02:59:00+00:00", "2026-11-22T11:59:00.000000+0900", "Nov 22 02:59:00 UTC",
        "Nov 22 11:59:00.000 JST", "Nov 21 2026 21:59:00-05:00", "1795316340", "1795316340000",
        "1795316340000000", "1795316340000000000", "1795316340.000000"})
    EXPECT_EQ(time_of(text), "2026-11-22T02:59:00Z") << text;
  EXPECT_EQ(time_of("2026-11-22T11:59:00.123456789+09:00"), "2026-11-22T02:59:00.123456Z");
  EXPECT_EQ(time_of("Nov 22 11:59:00", std::chrono::minutes(0)), "2026-11-22T11:59:00Z");
}

TEST(SyslogTime, WhatIsNoTime) {
  for (const auto* text : {"", "Nov", "Nov 32 00:00:00", "Feb 29 2026 00:00:00", "2026-13-01T00:00:00",
                           "Nov 22 24:00:00", "Nov 22 11:59", "22 11:59:00", "12345",
                           "99999999999999999999999", "2026-11-22T11:59:00 yesterday", "1.2.3"})
    EXPECT_EQ(time_of(text), "") << text;
}

TEST(SyslogTime, TheYearThatBringsItNearest) {
  EXPECT_EQ(time_of("Dec 31 23:59:59", kTokyo, at("2026-12-31T15:00:10Z")), "2026-12-31T14:59:59Z");
  EXPECT_EQ(time_of("Jan  1 00:00:05", kTokyo, at("2026-12-31T14:59:50Z")), "2026-12-31T15:00:05Z");
  EXPECT_EQ(time_of("Dec 31 23:59:59", kTokyo, at("2027-01-01T03:00:00Z")), "2026-12-31T14:59:59Z");
  EXPECT_EQ(time_of("Feb 29 09:00:00", kTokyo, at("2028-02-29T00:00:01Z")), "2028-02-29T00:00:00Z");
}

TEST(SyslogHeader, Rfc5424) {
  const auto header = read_header(
      "<165>1 2026-11-22T02:59:00.003Z host.example evntslog 123 ID47 "
      "[x@32473 iut=\"3\" eventSource=\"App]\\\"\\\\\"][y@1 a=\"b\"] \xef\xbb\xbfmessage \xe5\xba\x81",
      kNow, kTokyo);
  EXPECT_EQ(header.layout, Header::Layout::rfc5424);
  EXPECT_EQ(facility_name(header.facility), "local4");
  EXPECT_EQ(severity_name(header.severity), "notice");
  EXPECT_EQ(to_rfc3339(*header.at), "2026-11-22T02:59:00.003000Z");
  EXPECT_EQ(header.host, "host.example");
  EXPECT_EQ(header.app, "evntslog");
  EXPECT_EQ(header.pid, "123");
  EXPECT_EQ(header.message_id, "ID47");
  EXPECT_EQ(header.structured_data, "[x@32473 iut=\"3\" eventSource=\"App]\\\"\\\\\"][y@1 a=\"b\"]");
  EXPECT_EQ(header.message, "message \xe5\xba\x81");
  const auto empty = read_header("<14>1 - - - - - -", kNow, kTokyo);
  EXPECT_EQ(empty.layout, Header::Layout::rfc5424);
  EXPECT_EQ(empty.host, "");
  EXPECT_EQ(empty.message, "");
  // Structured data that never closes is text, not lost.
  EXPECT_EQ(read_header("<14>1 - h a p m [x a=\"b] text", kNow, kTokyo).message, "[x a=\"b] text");
}

struct Old {
  const char* line;
  const char *host, *app, *pid, *message;
  bool time = true;
};

TEST(SyslogHeader, Rfc3164AsItIs) {
  for (const auto& [line, host, app, pid, message, time] : std::initializer_list<Old>{
           {"<34>Nov 22 11:59:00 mymachine su: 'su root' failed", "mymachine", "su", "", "'su root' failed"},
           {"<34>Nov 22 11:59:00 10.0.0.9 sshd[4711]: hello", "10.0.0.9", "sshd", "4711", "hello"},
           {"<34>Nov  2 2026 11:59:00 asa-1 : %ASA-6-302013: Built", "asa-1", "", "", "%ASA-6-302013: Built"},
           {"<34>Nov 22 11:59:00 sshd[4711]: no host", "", "sshd", "4711", "no host"},
           {"<34>2026-11-22T11:59:00.123+09:00 web nginx: x", "web", "nginx", "", "x"},
           {"<189>123: *Mar  1 00:00:00.000 JST: %SYS-5-CONFIG_I: Configured", "", "", "",
            "%SYS-5-CONFIG_I: Configured"},
           {"<189>123: sw-01: .Nov 22 11:59:00.123: %LINK-3-UPDOWN: x", "sw-01", "", "", "%LINK-3-UPDOWN: x"},
           {"<189>: 2026 Nov 22 11:59:00 JST: %ETHPORT-5-IF_UP: y", "", "", "",
            ": 2026 Nov 22 11:59:00 JST: %ETHPORT-5-IF_UP: y", false},
           {"<134>PP[01] Rejected at IN(1000)", "", "PP", "01", "Rejected at IN(1000)", false},
           {"<134>LAN1: link up", "", "LAN1", "", "link up", false},
           {"no priority at all", "", "", "", "no priority at all", false},
           {"<999>x", "", "", "", "<999>x", false},
           {"<>x", "", "", "", "<>x", false},
           {"", "", "", "", "", false},
           {"<34>Nov 22 11:59:00 fw CEF:0|a|b|c|d|e|5|", "fw", "", "", "CEF:0|a|b|c|d|e|5|"},
           {"<34>Nov 22 11:59:00 h app[not a pid]: x", "h", "", "", "app[not a pid]: x"}}) {
    const auto header = read_header(line, kNow, kTokyo);
    EXPECT_EQ(header.host, host) << line;
    EXPECT_EQ(header.app, app) << line;
    EXPECT_EQ(header.pid, pid) << line;
    EXPECT_EQ(header.message, message) << line;
    EXPECT_EQ(header.at.has_value(), time) << line;
  }
}

TEST(SyslogHeader, NulsAndLineEndsAtTheEndAreNoText) {
  EXPECT_EQ(read_header(std::string_view("<13>a\0b\r\n\0", 10), kNow, kTokyo).content,
            std::string_view("a\0b", 3));
}

TEST(SyslogEncoding, JapaneseSenders) {
  std::string held;
  const auto read = [&](std::string_view bytes, Encoding expected = Encoding::guessed) {
    const auto [text, encoding] = as_utf8(bytes, expected, held);
    return std::string(text) + "/" + std::string(name_of(encoding));
  };
  EXPECT_EQ(read("plain"), "plain/utf-8");
  EXPECT_EQ(read("\xe9\x9a\x9c\xe5\xae\xb3"), "\xe9\x9a\x9c\xe5\xae\xb3/utf-8");
  EXPECT_EQ(read("a \x8f\xe1\x8aQ\x82\xaa"), "a \xe9\x9a\x9c\xe5\xae\xb3\xe3\x81\x8c/shift_jis");
  EXPECT_EQ(read("a \xbe\xe3\xb3\xb2\xa4\xac"), "a \xe9\x9a\x9c\xe5\xae\xb3\xe3\x81\x8c/euc-jp");
  // Good in both: what the device is known to send decides.
  EXPECT_EQ(read("\xb4\xd7\xb0\xb0", Encoding::shift_jis),
            "\xef\xbd\xb4\xef\xbe\x97\xef\xbd\xb0\xef\xbd\xb0/shift_jis");
  // Nothing at all: kept as it came.
  EXPECT_EQ(read("x\xff\xfe\x80y"), "x\xff\xfe\x80y/unknown");
  // Cut off by the datagram's limit.
  EXPECT_EQ(read("\xe9\x9a\x9c\xe5\xae"), "\xe9\x9a\x9c\xe5\xae/utf-8");
  // Its second byte is a backslash, which must not escape anything: 表.
  EXPECT_EQ(read("\x95\x5c"), "\xe8\xa1\xa8/shift_jis");
}

}  // namespace
}  // namespace yagura::monitor::syslog
