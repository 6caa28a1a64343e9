#include "monitor/remote_log/output_text.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace yagura::monitor::remote_log {
namespace {

using namespace std::string_literals;

TEST(OutputText, PlainLinesStay) { EXPECT_EQ(clean_output("a\r\n\tb  \r\n\r\nログ\n"), "a\n\tb\n\nログ\n"); }

TEST(OutputText, PagerThatErasesItselfLeavesNothing) {
  EXPECT_EQ(clean_output(" --More-- \b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\bnext line\r\n"),
            "next line\n");
  EXPECT_EQ(clean_output("--More--\r        \rnext\n"), "next\n");
  EXPECT_EQ(clean_output("--More--\r\x1b[Knext\n"), "next\n");
}

TEST(OutputText, EscapeSequencesGo) {
  EXPECT_EQ(clean_output("\x1b[1;31mred\x1b[0m \x1b]0;title\x07x\x1b(By\x1bPdata\x1b\\z"), "red xyz");
  EXPECT_EQ(clean_output("\xc2\x9b"
                         "5mA"),
            "A");
}

TEST(OutputText, LostTerminatorSwallowsOnlyItsLine) {
  EXPECT_EQ(clean_output("\x1b]0;never ends\nevidence\n\x1b[12\nmore"), "\nevidence\n\nmore");
}

TEST(OutputText, HugeMovesCostNothing) {
  EXPECT_EQ(clean_output("ab\x1b[99999999999999999999Cc\x1b[99999999Dd"), "dbc");
}

TEST(OutputText, NulsAndControlsGo) {
  EXPECT_EQ(clean_output("a\0b\x01\x7f"
                         "c"s),
            "abc");
}

TEST(OutputText, Windows31JIsReadLineByLine) {
  EXPECT_EQ(clean_output("\x83\x7d\x83\x63\x83\x54\x83\x4a\r\nUTF-8 の行\n"), "マツサカ\nUTF-8 の行\n");
  // A trail byte that is '[' or '\\' is part of its character.
  EXPECT_EQ(clean_output("\x83\x5c\x83\x5b"), "ソゼ");
}

TEST(OutputText, OtherBytesAreMarkedNotLost) {
  EXPECT_EQ(clean_output("ok \xff\xfe!\n"), "ok \xEF\xBF\xBD\xEF\xBF\xBD!\n");
}

TEST(OutputText, ShortenEndsBetweenCharacters) {
  std::string text = "aあい";
  shorten(text, 5);
  EXPECT_EQ(text, "aあ");
  shorten(text, 2);
  EXPECT_EQ(text, "a");
}

TEST(Mask, SecretGoesInEveryForm) {
  Mask mask;
  mask.add("pass word1");
  mask.add("");
  EXPECT_EQ(safe_text("x pass word1 y pass word1", mask, 100), "x **** y ****");
  EXPECT_EQ(safe_text("pass\x1b[0m word1 pa\0ss word1"s, mask, 100), "**** ****");
  // What was cut off in the middle of a secret shows no half of it.
  EXPECT_EQ(safe_text("log pass wo", mask, 100, true), "log");
  EXPECT_EQ(safe_text("log pass word1", mask, 9), "log ****");
  EXPECT_EQ(safe_text("log pass wo", mask, 100, false), "log pass wo");
}

TEST(Mask, LinesOfAPrivateKey) {
  Mask mask;
  mask.add(
      "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAAB3NzaC1yc2EAAAADAQAB\nshort=\n-----END OPENSSH PRIVATE "
      "KEY-----\n");
  std::string text = "cat key\nAAAAB3NzaC1yc2EAAAADAQAB\n-----END";
  mask.apply(text);
  EXPECT_EQ(text, "cat key\n****\n-----END");
}

}  // namespace
}  // namespace yagura::monitor::remote_log
