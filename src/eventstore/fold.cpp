#include "eventstore/fold.hpp"

#include <array>
#include <cstdint>
#include <memory>

#include "base/text.hpp"

namespace yagura::eventstore {

namespace {

// For each character of the basic plane that folds to one character whatever stands beside it: that one in
// UTF-8, with its length; length 0: the whole string goes the long way.
struct Folded {
  char bytes[3];
  std::uint8_t length;
};
using Table = std::array<Folded, 0x10000>;

void append(std::string& out, char32_t c) {
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xC0U | (c >> 6U)));
    out.push_back(static_cast<char>(0x80U | (c & 0x3FU)));
  } else {
    out.push_back(static_cast<char>(0xE0U | (c >> 12U)));
    out.push_back(static_cast<char>(0x80U | ((c >> 6U) & 0x3FU)));
    out.push_back(static_cast<char>(0x80U | (c & 0x3FU)));
  }
}

std::unique_ptr<const Table> make_table() {
  auto table = std::make_unique<Table>();
  // Latin, punctuation and symbols, kana without the combining marks, ideographs, half and full widths
  // without the half-width voicing marks: none of these joins with a neighbour.
  constexpr std::pair<char32_t, char32_t> ranges[] = {{0x01, 0x2FF},    {0x2010, 0x2027}, {0x2030, 0x205E},
                                                      {0x2100, 0x23FF}, {0x2460, 0x27BF}, {0x3000, 0x3029},
                                                      {0x3030, 0x3096}, {0x309B, 0x30FF}, {0x31F0, 0x9FFF},
                                                      {0xF900, 0xFAFF}, {0xFF01, 0xFF9D}, {0xFFE0, 0xFFE6}};
  for (const auto& [first, last] : ranges)
    for (char32_t c = first; c <= last; ++c) {
      std::string one;
      append(one, c);
      const auto folded = fold_for_search(one);
      if (folded.empty() || folded.size() > 3 || characters(folded) != 1) continue;
      auto& entry = (*table)[c];
      folded.copy(entry.bytes, folded.size());
      entry.length = static_cast<std::uint8_t>(folded.size());
    }
  return table;
}

const Table& table() {
  static const auto made = make_table();
  return *made;
}

}  // namespace

void fold_into(std::string_view text, std::string& out) {
  const auto& known = table();
  const auto begin = out.size();
  out.resize(begin + text.size() * 3);
  char* to = out.data() + begin;
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = at + text.size();
  const auto tail = [](unsigned char c) { return (c & 0xC0U) == 0x80; };
  while (at < end) {
    char32_t c = *at;
    if (c < 0x80) {
      if (c == 0) {
        ++at;
        continue;
      }
      *to++ = static_cast<char>(c - 'A' < 26U ? c + 32 : c);
      ++at;
      continue;
    }
    if (c >= 0xE0 && c < 0xF0 && end - at > 2 && tail(at[1]) && tail(at[2])) {
      c = (c & 0x0FU) << 12U | (at[1] & 0x3FU) << 6U | (at[2] & 0x3FU);
      at += 3;
      if (c < 0x800) c = 0;
    } else if (c >= 0xC2 && c < 0xE0 && end - at > 1 && tail(at[1])) {
      c = (c & 0x1FU) << 6U | (at[1] & 0x3FU);
      at += 2;
    } else {
      c = 0;
    }
    const auto& entry = known[c];
    if (entry.length == 0) {
      out.resize(begin);
      out += fold_for_search(text);
      return;
    }
    to[0] = entry.bytes[0];
    to[1] = entry.bytes[1];
    to[2] = entry.bytes[2];
    to += entry.length;
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

std::string fold(std::string_view text) {
  std::string out;
  fold_into(text, out);
  return out;
}

}  // namespace yagura::eventstore
