#include "base/base64.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace yagura {
namespace {

using std::string_literals::operator""s;

TEST(Base64, VectorsOfRfc4648) {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"},
                                                         {"\x14\xfb\x9c\x03\xd9\x7e", "FPucA9l+"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes) << text;
  }
}

TEST(Base64, EveryByteComesBack) {
  std::string all;
  for (int length = 0; length < 300; ++length) {
    EXPECT_EQ(from_base64(base64(all)), all);
    EXPECT_EQ(from_base64url(base64url(all)), all);
    all += static_cast<char>(length * 37);
  }
}

TEST(Base64, OneTextForEachBytes) {
  const std::string refused[] = {"Z",
                                 "Zg",
                                 "Zg=",
                                 "Zg===",
                                 "Zm8",
                                 "Zm8==",
                                 "Zm9v=",
                                 "Zm9v====",
                                 "====",
                                 "=",
                                 "==",
                                 "=Zg=",
                                 "Z=g=",
                                 "Zg==Zg==",
                                 "Zm9v=Zm9",
                                 "Zh==",  // bits left over
                                 "Zm9=",
                                 "Zm9\n",
                                 "Zm 9v",
                                 "Zm9v ",
                                 "Zm9_",
                                 "Zm9-",
                                 "Zm9!",
                                 "Zm9v\0"s,
                                 "Zm9\0"s,
                                 "Zm\xc3\xa9",
                                 "\xff\xff\xff\xff",
                                 "Zm9v\nZm9v"};
  for (const auto& text : refused) EXPECT_FALSE(from_base64(text)) << text;
}

TEST(Base64, SpacesArePassedOverOnlyWhereSaid) {
  EXPECT_EQ(from_base64("Zm9v\r\n YmFy\t", Spaces::skip), "foobar");
  EXPECT_EQ(from_base64("Z g = =", Spaces::skip), "f");
  EXPECT_EQ(from_base64(" \r\n", Spaces::skip), "");
  EXPECT_FALSE(from_base64("Zm9v\vYmFy", Spaces::skip));
  EXPECT_FALSE(from_base64("Zm9v\0YmFy"s, Spaces::skip));
  EXPECT_FALSE(from_base64("Zg= ", Spaces::skip));
}

TEST(Base64Url, WithoutPaddingAndWithoutAnythingElse) {
  EXPECT_EQ(base64url("\xfb\xff"), "-_8");
  EXPECT_EQ(from_base64url("-_8"), "\xfb\xff");
  EXPECT_EQ(from_base64url(""), "");
  for (const auto* text : {"-_8=", "+/8", "-_9", "-", "-_8 ", "-_8\n", "a b"})
    EXPECT_FALSE(from_base64url(text)) << text;
}

}  // namespace
}  // namespace yagura
