#include "eventstore/fold.hpp"

#include <gmock/gmock.h>

#include <random>

#include "base/text.hpp"

namespace yagura::eventstore {
namespace {

void append(std::string& out, char32_t c) {
  if (c < 0x80) return out.push_back(static_cast<char>(c));
  if (c < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (c >> 6)));
  } else {
    if (c < 0x10000) {
      out.push_back(static_cast<char>(0xE0 | (c >> 12)));
    } else {
      out.push_back(static_cast<char>(0xF0 | (c >> 18)));
      out.push_back(static_cast<char>(0x80 | ((c >> 12) & 0x3F)));
    }
    out.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
  }
  out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
}

TEST(Folding, IsTheHousesOwnForEveryPairOfCharactersTried) {
  std::mt19937 random(7);
  // Characters of which neighbours matter, and everything of the basic plane beside them.
  const std::u32string near =
      U"aAéかハﾊ\u3099\uFF9E\uFF9F\u309A\u0301\u200D\uFE00\U000E0100髙﨑Σςｶヴ가\u1161㍿①ß㈱";
  for (int i = 0; i < 300'000; ++i) {
    std::string text;
    for (int n = 0; n < 4; ++n) {
      const auto pick = random() % 4;
      if (pick == 0)
        append(text, near[random() % near.size()]);
      else if (pick == 3)
        append(text, 0x10000 + random() % 0x20000);
      else
        append(text, random() % 0x10000);
    }
    ASSERT_EQ(fold(text), fold_for_search(text)) << to_hex(text);
  }
}

TEST(Folding, OfBrokenBytesToo) {
  std::mt19937 random(8);
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    for (int n = 0; n < 6; ++n) {
      constexpr unsigned char odd[] = {0x00, 0x41, 0x80, 0xC0, 0xC3, 0xE3, 0x82,
                                       0xAB, 0xF0, 0x9F, 0xED, 0xA0, 0xFF};
      text.push_back(static_cast<char>(odd[random() % sizeof(odd)]));
    }
    ASSERT_EQ(fold(text), fold_for_search(text)) << to_hex(text);
  }
}

}  // namespace
}  // namespace yagura::eventstore
