// What needs no domain: settings and names. Real tickets are in tests/system/kerberos_test.sh.
#include "directory/kerberos.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

// MIT krb5 1.20 loses the name of a service for which a keytab has no key; that ends the server's start.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libkrb5.so"; }

namespace yagura::directory {
namespace {

TEST(KerberosNames, OnlyThePlainPeopleOfOneRealm) {
  const auto of = [](std::string_view principal) { return login_of_principal(principal, "CITY.EXAMPLE.JP"); };
  EXPECT_EQ(of("taro@CITY.EXAMPLE.JP"), "taro");
  EXPECT_EQ(of("TARO@CITY.EXAMPLE.JP"), "TARO") << "People compares it exactly";
  for (const auto* other :
       {"taro@OTHER.EXAMPLE.JP", "taro@city.example.jp", "taro@CITY.EXAMPLE.JP.", "taro@X@CITY.EXAMPLE.JP",
        "taro\\@CITY.EXAMPLE.JP@OTHER.EXAMPLE.JP", "taro\\@city@CITY.EXAMPLE.JP",
        "taro/admin@CITY.EXAMPLE.JP", "ta\\/ro@CITY.EXAMPLE.JP", "WELLKNOWN/ANONYMOUS@CITY.EXAMPLE.JP",
        "@CITY.EXAMPLE.JP", "taro", "taro@", "", "ta ro@CITY.EXAMPLE.JP", "taro\n@CITY.EXAMPLE.JP"})
    EXPECT_EQ(of(other), std::nullopt) << other;
  EXPECT_EQ(of(std::string_view("taro\0x@CITY.EXAMPLE.JP", 22)), std::nullopt);
  EXPECT_EQ(login_of_principal("taro@", ""), std::nullopt);
}

class KerberosSettingsRules : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "keytab.XXXXXX";
    ::close(::mkstemp(name.data()));
    file_ = name;
  }
  void TearDown() override { ::unlink(file_.c_str()); }
  // One key of 32 bytes, as MIT writes it (keytab file format 2).
  void write_key(const std::string& component1, const std::string& component2, const std::string& realm) {
    const auto word = [](std::size_t n) {
      return std::string{static_cast<char>(n >> 8), static_cast<char>(n)};
    };
    const auto counted = [&](const std::string& text) { return word(text.size()) + text; };
    const std::string entry = word(2) + counted(realm) + counted(component1) + counted(component2) +
                              std::string("\0\0\0\1", 4) + std::string(4, '\0') + "\1" + word(18) +
                              counted(std::string(32, 'k'));
    std::ofstream(file_, std::ios::binary)
        << "\x05\x02" << std::string(2, '\0') << word(entry.size()) << entry;
  }
  std::string refusal(const std::string& named) {
    const auto opened =
        open_kerberos({.name = "city", .keytab = file_, .service = named, .replays = file_ + ".used"});
    return opened ? "" : std::string(opened.error().arg("what"));
  }
  std::string file_;
  static constexpr const char* service = "HTTP/yagura.city.example.jp@CITY.EXAMPLE.JP";
};

TEST_F(KerberosSettingsRules, TheKeyIsThereAndNobodyElseReadsIt) {
  EXPECT_NE(refusal(service), "") << "an empty file";
  write_key("HTTP", "yagura.city.example.jp", "CITY.EXAMPLE.JP");
  EXPECT_EQ(refusal(service), "");
  EXPECT_NE(refusal("HTTP/other.city.example.jp@CITY.EXAMPLE.JP"), "") << "no key of that name";
  EXPECT_NE(refusal("HTTP/yagura.city.example.jp@OTHER.EXAMPLE.JP"), "") << "nor of that realm";
  for (const mode_t mode : {0604U, 0602U, 0620U, 0666U}) {
    ::chmod(file_.c_str(), mode);
    EXPECT_NE(refusal(service).find("others"), std::string::npos) << mode;
  }
  ::chmod(file_.c_str(), 0640);
  EXPECT_EQ(refusal(service), "") << "the service's own group";
  ::unlink(file_.c_str());
  EXPECT_NE(refusal(service).find("not there"), std::string::npos);
}

TEST_F(KerberosSettingsRules, TheServiceIsNamedInFull) {
  write_key("HTTP", "yagura.city.example.jp", "CITY.EXAMPLE.JP");
  for (const auto* bad :
       {"", "HTTP", "HTTP/yagura.city.example.jp", "HTTP/yagura.city.example.jp@", "HTTP/@CITY.EXAMPLE.JP",
        "host/yagura.city.example.jp@CITY.EXAMPLE.JP", "HTTP/a@B@CITY.EXAMPLE.JP", "HTTP/a/b@CITY.EXAMPLE.JP",
        "HTTP/a\\@B@CITY.EXAMPLE.JP"})
    EXPECT_NE(refusal(bad).find("service"), std::string::npos) << bad;
}

TEST_F(KerberosSettingsRules, WhatIsNoTicketIsRefused) {
  write_key("HTTP", "yagura.city.example.jp", "CITY.EXAMPLE.JP");
  const auto tickets =
      open_kerberos({.name = "city", .keytab = file_, .service = service, .replays = file_ + ".used"})
          .value();
  const auto refused = [&](std::string_view token, std::string_view end_point = "tls-server-end-point:x") {
    const auto done = tickets->accept(token, end_point);
    return !done && done.error().code == "people.ticket_refused" && !done.error().arg("why").empty();
  };
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused("rubbish"));
  EXPECT_TRUE(refused(std::string_view("NTLMSSP\0\1\0\0\0\7\x82\x08\xa2", 16))) << "NTLM";
  // SPNEGO that offers NTLM alone, with its first message.
  const std::string_view ntlm(
      "\x60\x2c\x06\x06\x2b\x06\x01\x05\x05\x02\xa0\x22\x30\x20\xa0\x0e\x30\x0c\x06\x0a\x2b\x06\x01\x04\x01"
      "\x82\x37\x02\x02\x0a\xa2\x0e\x04\x0cNTLMSSP\0\1\0\0\0",
      46);
  EXPECT_TRUE(refused(ntlm));
  EXPECT_TRUE(refused(ntlm.substr(0, 20)));
  EXPECT_TRUE(refused(std::string(60'000, '\x60')));
  EXPECT_TRUE(refused("rubbish", "")) << "no certificate to bind to";
}

}  // namespace
}  // namespace yagura::directory
