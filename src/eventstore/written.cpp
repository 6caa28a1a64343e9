#include "eventstore/written.hpp"

#include <algorithm>
#include <unordered_map>

#include "eventstore/fold.hpp"

namespace yagura::eventstore {

namespace {

constexpr std::size_t most_forms = 5, most_characters = 4;
// The unified ideographs: nothing joins with a neighbour to one of them.
constexpr char32_t first_ideograph = 0x4E00, last_ideograph = 0x9FFF;

std::string utf8(char32_t c) {
  std::string out;
  const auto tail = [&](unsigned shift) { out.push_back(static_cast<char>(0x80U | ((c >> shift) & 0x3FU))); };
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xC0U | (c >> 6U)));
    tail(0);
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xE0U | (c >> 12U)));
    tail(6), tail(0);
  } else {
    out.push_back(static_cast<char>(0xF0U | (c >> 18U)));
    tail(12), tail(6), tail(0);
  }
  return out;
}

template <class F>
void each_ideograph(std::string_view text, F&& visit) {
  for (std::size_t at = 0; at + 3 <= text.size(); ++at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    if (byte(0) < 0xE4 || byte(0) > 0xE9 || (byte(1) & 0xC0U) != 0x80 || (byte(2) & 0xC0U) != 0x80) continue;
    const auto c = (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    if (c >= first_ideograph && c <= last_ideograph) visit(text.substr(at, 3));
  }
}

using Table = std::unordered_map<std::string, Forms>;

// Of every ideograph that something else folds to, what does; the others are told at once.
Table make_table() {
  Table out;
  // Other forms of ideographs, also in circles, in squares and as signs of units; a test goes over all others.
  constexpr std::pair<char32_t, char32_t> ranges[] = {{0x2E80, 0x33FF},   {0x4E00, 0x9FFF},
                                                      {0xF900, 0xFAFF},   {0x1F100, 0x1F2FF},
                                                      {0x20B00, 0x20BFF}, {0x2F800, 0x2FA1F}};
  for (const auto& [first, last] : ranges)
    for (char32_t c = first; c <= last; ++c) {
      const auto written = utf8(c);
      const auto folded = fold(written);
      if (folded == written) continue;
      each_ideograph(folded, [&](std::string_view one) {
        auto& forms = out[std::string(one)];
        if (forms.empty()) forms.emplace_back(one);
        forms.push_back(written);
      });
    }
  return out;
}

const Table& table_of_forms() {
  static const auto made = make_table();
  return made;
}

}  // namespace

void prepare_forms() { (void)table_of_forms(); }

Forms forms_of(std::string_view character) {
  const auto& table = table_of_forms();
  Forms out;
  each_ideograph(character, [&](std::string_view one) {
    if (one.size() != character.size()) return;
    const auto at = table.find(std::string(one));
    if (at == table.end())
      out.emplace_back(one);
    else if (at->second.size() <= most_forms)
      out = at->second;
  });
  return out;
}

std::vector<Forms> written_in(const std::vector<std::string_view>& fragments) {
  std::vector<Forms> out;
  for (const auto fragment : fragments)
    each_ideograph(fragment, [&](std::string_view one) {
      if (out.size() == most_characters) return;
      auto forms = forms_of(one);
      if (!forms.empty() && std::ranges::find(out, forms) == out.end()) out.push_back(std::move(forms));
    });
  // Those of few forms are looked for first.
  std::ranges::sort(out, {}, &Forms::size);
  return out;
}

}  // namespace yagura::eventstore
