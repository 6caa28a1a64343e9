#include "eventstore/written.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "base/text.hpp"
#include "eventstore/find_bytes.hpp"

namespace yagura::eventstore {
namespace {

std::string utf8(char32_t c) {
  std::string out;
  if (c < 0x80) return {static_cast<char>(c)};
  const auto tail = [&](unsigned shift) { out.push_back(static_cast<char>(0x80 | ((c >> shift) & 0x3F))); };
  if (c < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (c >> 6)));
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | (c >> 12)));
    tail(6);
  } else {
    out.push_back(static_cast<char>(0xF0 | (c >> 18)));
    tail(12), tail(6);
  }
  if (c >= 0x800 || c >= 0x80) tail(0);
  return out;
}

bool is_ideograph(std::string_view one) { return one.size() == 3 && one >= "\u4E00" && one <= "\u9FFF"; }

// The ideographs of a folded text, each three bytes.
std::vector<std::string> ideographs(const std::string& folded) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < folded.size();) {
    const auto lead = static_cast<unsigned char>(folded[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (is_ideograph(std::string_view(folded).substr(at, length))) out.push_back(folded.substr(at, length));
    at += length;
  }
  return out;
}

TEST(Written, KnowsEveryCharacterThatFoldsToOneWithThatIdeograph) {
  for (char32_t c = 1; c < 0x110000; ++c) {
    if (c == 0xD800) c = 0xE000;
    const auto written = utf8(c);
    for (const auto& one : ideographs(fold_for_search(written))) {
      const auto forms = forms_of(one);
      if (!forms.empty()) {
        ASSERT_THAT(forms, testing::Contains(written)) << one;
      }
    }
  }
}

TEST(Written, HasTheFormsOfWhatOfficesWrite) {
  EXPECT_THAT(forms_of("電"), testing::ElementsAre("電"));
  EXPECT_THAT(forms_of("高"), testing::UnorderedElementsAre("高", "髙", "⾼"));
  EXPECT_THAT(forms_of("株"), testing::IsSupersetOf({"株", "㈱", "㍿"}));
  EXPECT_THAT(forms_of("カ"), testing::IsEmpty());
  EXPECT_THAT(forms_of("a"), testing::IsEmpty());
}

TEST(Written, NeverMissesATextThatHoldsTheFragment) {
  std::mt19937 random(11);
  const std::u32string some = U"電高髙株㈱㍿会社水⽔㊌木㊍木\uFE00\U000E0100カ\u3099\uFF9EaＡ1①鈴田\u0301";
  for (int i = 0; i < 100'000; ++i) {
    std::string text;
    for (int n = 0; n < 6; ++n) {
      text += utf8(some[random() % some.size()]);
      if (random() % 16 == 0) text.push_back(static_cast<char>(random() % 256));
    }
    const auto folded = fold_for_search(text);
    for (const auto& forms : written_in({folded}))
      ASSERT_TRUE(std::ranges::any_of(forms, [&](const std::string& form) {
        return text.find(form) != std::string::npos;
      })) << to_hex(text);
  }
}

TEST(FindingBytes, IsThatOfTheLibrary) {
  std::mt19937 random(12);
  for (int i = 0; i < 200'000; ++i) {
    std::string text(random() % 70, 'a'), sought(1 + random() % 5, 'a');
    for (auto& c : text) c = static_cast<char>('a' + random() % 3);
    for (auto& c : sought) c = static_cast<char>('a' + random() % 3);
    const auto from = random() % (text.size() + 3);
    ASSERT_EQ(find_bytes(text, sought, from), text.find(sought, from))
        << text << ' ' << sought << ' ' << from;
  }
}

}  // namespace
}  // namespace yagura::eventstore
