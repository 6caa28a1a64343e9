#include "directory/ldap_directory.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <ctime>

namespace yagura::directory {
namespace {

using people::DirectoryVerdict;

std::string refused_bind(std::string_view code) {
  return "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data " + std::string(code) +
         ", v2580";
}

TEST(LdapVerdict, WhatActiveDirectorySaysOfARefusedBind) {
  EXPECT_EQ(verdict_of(refused_bind("52e")), DirectoryVerdict::wrong);
  EXPECT_EQ(verdict_of(refused_bind("525")), DirectoryVerdict::wrong) << "who exists is nobody's business";
  EXPECT_EQ(verdict_of(refused_bind("530")), DirectoryVerdict::not_now);
  EXPECT_EQ(verdict_of(refused_bind("531")), DirectoryVerdict::not_now);
  EXPECT_EQ(verdict_of(refused_bind("532")), DirectoryVerdict::password_expired);
  EXPECT_EQ(verdict_of(refused_bind("533")), DirectoryVerdict::disabled);
  EXPECT_EQ(verdict_of(refused_bind("701")), DirectoryVerdict::account_expired);
  EXPECT_EQ(verdict_of(refused_bind("773")), DirectoryVerdict::must_change);
  EXPECT_EQ(verdict_of(refused_bind("775")), DirectoryVerdict::locked);
}

TEST(LdapVerdict, WhatIsNotUnderstoodIsWrong) {
  for (const auto* text : {"", "data", ", data ", ", data zz", ", data 5330", ", data -533", "data 533"})
    EXPECT_EQ(verdict_of(text), DirectoryVerdict::wrong) << text;
}

TEST(LdapStanding, DisabledAndExpiredAreOver) {
  const Time now = parse_rfc3339("2026-11-21T00:00:00Z").value();
  const auto filetime = [](std::string_view at) {
    return std::to_string(to_micros(parse_rfc3339(at).value()) * 10 + 116'444'736'000'000'000);
  };
  EXPECT_EQ(standing_of("512", "9223372036854775807", now), DirectoryVerdict::right);
  EXPECT_EQ(standing_of("512", "0", now), DirectoryVerdict::right);
  EXPECT_EQ(standing_of("514", "0", now), DirectoryVerdict::disabled);
  EXPECT_EQ(standing_of("66050", "0", now), DirectoryVerdict::disabled) << "password never expires, disabled";
  EXPECT_EQ(standing_of("512", filetime("2026-11-20T23:59:59Z"), now), DirectoryVerdict::account_expired);
  EXPECT_EQ(standing_of("512", filetime("2026-11-21T00:00:01Z"), now), DirectoryVerdict::right);
  EXPECT_EQ(standing_of("528", "0", now), DirectoryVerdict::right) << "a lock is no end";
  EXPECT_EQ(standing_of("512", "soon", now), DirectoryVerdict::right);
  EXPECT_EQ(standing_of("", "0", now), std::nullopt) << "what cannot be read is not known";
  EXPECT_EQ(standing_of("0x202", "0", now), std::nullopt);
}

TEST(LdapFilter, NothingOfAValueIsSyntax) {
  EXPECT_EQ(escape_filter("taro"), "taro");
  EXPECT_EQ(escape_filter("*"), "\\2a");
  EXPECT_EQ(escape_filter("a)(|(cn=*"), "a\\29\\28|\\28cn=\\2a");
  EXPECT_EQ(escape_filter(std::string_view("a\0\\", 3)), "a\\00\\5c");
  EXPECT_EQ(escape_filter("髙橋"), "髙橋");
}

const SystemClock clock_now;

LdapSettings good() {
  LdapSettings s;
  s.name = "city";
  s.servers = {"ldaps://dc1.city.example.jp"};
  s.principal = "{login}@city.example.jp";
  return s;
}

TEST(LdapSettingsRules, WhatIsUnsafeDoesNotOpen) {
  EXPECT_TRUE(open_ldap(good(), clock_now));
  const auto refused = [](auto change) {
    auto s = good();
    change(s);
    const auto opened = open_ldap(std::move(s), clock_now);
    return !opened && opened.error().code == "directory.settings_invalid";
  };
  EXPECT_TRUE(refused([](auto& s) { s.servers.clear(); }));
  EXPECT_TRUE(refused([](auto& s) { s.servers = {"http://dc1"}; }));
  EXPECT_TRUE(refused([](auto& s) { s.servers = {"ldaps://dc1/dc=x??sub?"}; }));
  EXPECT_TRUE(refused([](auto& s) { s.servers = {"ldaps://dc1 ldap://elsewhere"}; }));
  EXPECT_TRUE(refused([](auto& s) { s.servers = {"ldapi:///run/slapd"}; }));
  for (const auto* bad : {"ldaps://", "ldaps://dc1:0", "ldaps://dc1:99999", "ldaps://dc1:63x", "ldaps://[::1",
                          "ldaps://[::1]x"})
    EXPECT_TRUE(refused([&](auto& s) { s.servers = {bad}; })) << bad;
  for (const auto* fine : {"ldaps://dc1", "ldaps://dc1:3269", "ldap://[::1]:389", "ldaps://[2001:db8::1]"})
    EXPECT_FALSE(refused([&](auto& s) { s.servers = {fine}; })) << fine;
  EXPECT_TRUE(refused([](auto& s) { s.servers = {"ldap://dc1.city.example.jp"}, s.allow_plain = true; }))
      << "a password never goes over a net in the clear";
  EXPECT_TRUE(refused([](auto& s) { s.servers = {"ldap://127.0.0.1.example.jp"}, s.allow_plain = true; }));
  EXPECT_FALSE(refused([](auto& s) { s.servers = {"ldap://127.0.0.1:389"}, s.allow_plain = true; }));
  EXPECT_FALSE(refused([](auto& s) { s.servers = {"ldap://dc1.city.example.jp"}; })) << "StartTLS";
  EXPECT_TRUE(refused([](auto& s) { s.principal = "everybody@city.example.jp"; }));
  EXPECT_TRUE(refused([](auto& s) { s.principal = "{login}{login}"; }));
  EXPECT_TRUE(refused([](auto& s) { s.principal.clear(); })) << "a search without a base";
  EXPECT_TRUE(refused([](auto& s) { s.timeout = std::chrono::milliseconds(0); }));
}

TEST(LdapAsking, WhatProvesNothingIsNotAsked) {
  auto s = good();
  s.servers = {"ldaps://127.0.0.1:1"};  // nobody answers there
  std::string reported;
  s.report = [&](std::string_view why) { reported = why; };
  const auto directory = open_ldap(std::move(s), clock_now).value();
  EXPECT_EQ(directory->check("taro", ""), DirectoryVerdict::wrong) << "an unauthenticated bind";
  EXPECT_EQ(directory->check("taro", std::string_view("\0abc", 4)), DirectoryVerdict::wrong);
  EXPECT_EQ(directory->check("", "password"), DirectoryVerdict::wrong);
  EXPECT_EQ(directory->check(std::string_view("taro\0x", 6), "password"), DirectoryVerdict::wrong);
  for (const auto* name :
       {"taro,DC=city", "CN=taro", "CITY\\taro", "city/taro", "taro hanako", "taro\n", "\"taro\""})
    EXPECT_EQ(directory->check(name, "a-secret-word"), DirectoryVerdict::wrong) << name;
  const auto away = directory->check("taro", "a-secret-word");
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().code, "people.directory_away");
  EXPECT_TRUE(away.error().args.empty()) << "a stranger sees it";
  EXPECT_NE(reported.find("127.0.0.1:1"), std::string::npos);
  EXPECT_EQ(reported.find("a-secret-word"), std::string::npos);
}

// A server that accepts connections and says nothing: the worst that a directory can do to us.
class Silent {
 public:
  Silent() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
    EXPECT_EQ(::listen(socket_, 8), 0);
    socklen_t size = sizeof at;
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size), 0);
    port = std::to_string(ntohs(at.sin_port));
  }
  Silent(const Silent&) = delete;
  Silent& operator=(const Silent&) = delete;
  ~Silent() { ::close(socket_); }
  std::string port;

 private:
  int socket_;
};

TEST(LdapAsking, AServerThatSaysNothingIsLeftInTime) {
  const Silent silent;
  for (const auto* scheme : {"ldaps", "ldap"}) {
    auto s = good();
    s.servers = {std::string(scheme) + "://127.0.0.1:" + silent.port};
    s.timeout = std::chrono::milliseconds(300);
    const auto directory = open_ldap(std::move(s), clock_now).value();
    const auto began = std::chrono::steady_clock::now();
    const std::clock_t worked = std::clock();
    EXPECT_EQ(directory->check("taro", "password").error().code, "people.directory_away") << scheme;
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(3)) << scheme;
    EXPECT_LT(static_cast<double>(std::clock() - worked) / CLOCKS_PER_SEC, 0.2)
        << scheme << " waits, not spins";
  }
}

TEST(LdapAsking, WhatDidNotAnswerIsNotWaitedForByEverybody) {
  const Silent silent;
  auto s = good();
  s.servers = {"ldaps://127.0.0.1:" + silent.port};
  s.timeout = std::chrono::milliseconds(300);
  int reported = 0;
  s.report = [&](std::string_view) { ++reported; };
  ManualClock still;
  const auto directory = open_ldap(std::move(s), still).value();
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(directory->check("taro", "password").error().code, "people.directory_away");
  EXPECT_EQ(reported, 1) << "asked once";
  still.advance(std::chrono::seconds(11));
  EXPECT_FALSE(directory->check("taro", "password"));
  EXPECT_EQ(reported, 2) << "asked again";
}

TEST(LdapAsking, AServerThatHangsUpIsAway) {
  std::string port;
  {
    const Silent gone;
    port = gone.port;
  }
  auto s = good();
  s.servers = {"ldaps://127.0.0.1:" + port, "ldap://127.0.0.1:" + port};
  EXPECT_EQ(open_ldap(std::move(s), clock_now).value()->check("taro", "password").error().code,
            "people.directory_away");
}

}  // namespace
}  // namespace yagura::directory
