#include "eventstore/fold.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>

#include "base/text.hpp"

namespace yagura::eventstore {

namespace {

// For each character of the basic plane that folds to the same whatever stands beside it: to what, in UTF-8,
// with its length; length 0: the whole string goes the long way.
struct Folded {
  char bytes[7];
  std::uint8_t length;
};
static_assert(sizeof(Folded) == 8);
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

// The characters of valid UTF-8 of the basic plane.
template <class F>
void each_character(std::string_view text, F&& visit) {
  for (std::size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    const std::size_t length = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    visit(text.substr(at, length));
    at += length;
  }
}

char32_t decode(std::string_view one) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(one[i]); };
  if (one.size() == 1) return byte(0);
  if (one.size() == 2) return (byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU);
  if (one.size() == 3) return (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
  return 0;
}

std::unique_ptr<const Table> make_table() {
  auto table = std::make_unique<Table>();
  // Latin, punctuation and symbols, kana without the combining marks, ideographs, half and full widths
  // without the half-width voicing marks: none of these joins with a neighbour.
  constexpr std::pair<char32_t, char32_t> ranges[] = {{0x01, 0x2FF},    {0x2010, 0x2027}, {0x2030, 0x205E},
                                                      {0x2100, 0x23FF}, {0x2460, 0x27BF}, {0x3000, 0x3029},
                                                      {0x3030, 0x3096}, {0x309B, 0x30FF}, {0x31F0, 0x9FFF},
                                                      {0xF900, 0xFAFF}, {0xFF01, 0xFF9D}, {0xFFE0, 0xFFE6}};
  // Those that become several (the company sign, units) need each of these in the table already.
  for (const bool several : {false, true})
    for (const auto& [first, last] : ranges)
      for (char32_t c = first; c <= last; ++c) {
        std::string one;
        append(one, c);
        const auto folded = fold_for_search(one);
        if (folded.empty() || folded.size() > sizeof(Folded::bytes)) continue;
        if ((characters(folded) != 1) != several) continue;
        bool known = true;
        if (several)
          each_character(folded, [&](std::string_view part) {
            const auto& entry = (*table)[decode(part)];
            known = known && std::string_view(entry.bytes, entry.length) == part;
          });
        if (!known) continue;
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

namespace {

// Eight bytes at once while they are ASCII without NUL and capitals are made small.
void fold_ascii(const unsigned char*& at, const unsigned char* end, char*& to) {
  constexpr std::uint64_t each = 0x0101010101010101, high = each * 0x80;
  while (end - at >= 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, at, 8);
    if ((eight & high) != 0 || ((eight - each) & high) != 0) return;
    const auto capital = (eight + each * (0x80 - 'A')) & ~(eight + each * (0x7F - 'Z')) & high;
    eight |= capital >> 2U;
    std::memcpy(to, &eight, 8);
    at += 8;
    to += 8;
  }
}

// Writes behind `to` and returns the end of it, or nothing when the text has to go the long way.
char* fold_known(std::string_view text, char* to) {
  const auto& known = table();
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
      fold_ascii(at, end, to);
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
    if (entry.length == 0) return nullptr;
    std::memcpy(to, &entry, sizeof entry);  // more than its length: what follows is written over it
    to += entry.length;
  }
  return to;
}

}  // namespace

void fold_into(std::string_view text, std::string& out) {
  const auto begin = out.size();
  bool known = true;
  // Two bytes become seven at most.
  out.resize_and_overwrite(begin + text.size() * 4 + sizeof(Folded), [&](char* bytes, std::size_t) {
    const auto* const end = fold_known(text, bytes + begin);
    known = end != nullptr;
    return known ? static_cast<std::size_t>(end - bytes) : begin;
  });
  if (!known) out += fold_for_search(text);
}

std::string_view folded_alone(char32_t character) {
  if (character >= 0x10000) return {};
  const auto& entry = table()[character];
  return {entry.bytes, entry.length};
}

std::string fold(std::string_view text) {
  std::string out;
  fold_into(text, out);
  return out;
}

}  // namespace yagura::eventstore
