#include "web/api/evidence.hpp"

#include <gtest/gtest.h>

#include "monitor/ping/echo.hpp"
#include "monitor/watch/alert_store.hpp"

namespace yagura::web {
namespace {

class EvidenceWords : public testing::Test {
 protected:
  std::filesystem::path share_ = std::filesystem::path(YAGURA_SOURCE_DIR) / "share";
  schema::Words errors_ = schema::Words::load(share_ / "errors").value();
  Evidence evidence_ = Evidence::load(share_ / "alerts" / "evidence.yaml", errors_).value();

  std::pair<std::string, std::string> said(const std::string& text) {
    const auto words = evidence_.words(text);
    return {words["ja"].text(), words["en"].text()};
  }
};

TEST_F(EvidenceWords, EveryFactOfThePingEngineHasWords) {
  for (int i = 1; i <= static_cast<int>(monitor::ping::Fact::send_failed); ++i) {
    const std::string code(monitor::ping::to_text(static_cast<monitor::ping::Fact>(i)));
    if (code == "none") continue;
    EXPECT_NE(said(code).first, code);
    EXPECT_NE(said(code).second, code);
  }
}

TEST_F(EvidenceWords, ErrorsAndFiguresAreSaid) {
  EXPECT_NE(said("monitor.snmp_timeout").first, "monitor.snmp_timeout");
  EXPECT_EQ(said("92.5 (limit 90)"),
            std::pair(std::string("値 92.5（しきい値 90）"), std::string("value 92.5 (limit 90)")));
}

TEST_F(EvidenceWords, ACodeMayBeFollowedByAddresses) {
  EXPECT_TRUE(said("no_answer 192.0.2.1, 2001:db8::1").first.ends_with("（192.0.2.1, 2001:db8::1）"));
}

TEST_F(EvidenceWords, WordsOfATrapComeApartByLanguage) {
  const std::string kept =
      std::string("ファン（{value}）") + monitor::watch::evidence_separator + "Fan ({limit})";
  EXPECT_EQ(said(kept), std::pair(std::string("ファン（{value}）"), std::string("Fan ({limit})")));
  EXPECT_EQ(Evidence::plain(kept), "ファン（{value}）");
}

TEST_F(EvidenceWords, WhatNobodyKnowsStandsAsItIs) {
  for (const std::string text : {"", "no such code", " (limit ", "x (limit", "(limit 3)"})
    EXPECT_EQ(said(text), std::pair(text, text)) << text;
}

}  // namespace
}  // namespace yagura::web
