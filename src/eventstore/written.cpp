#include "eventstore/written.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <unordered_map>

#include "eventstore/fold.hpp"

namespace yagura::eventstore {

namespace {

constexpr Odd anything = ~Odd{0};
// So many ideographs of a fragment are looked for in every form, those with no more forms than that.
constexpr std::size_t most_ideographs = 4, most_forms = 5;

Odd bit_of(std::string_view character) {
  std::uint32_t code = 0;
  for (const char c : character) code = code << 8U | static_cast<unsigned char>(c);
  return Odd{1} << (code * 0x9E3779B9U >> 26U);
}

std::size_t length_of(char lead) {
  const auto c = static_cast<unsigned char>(lead);
  return c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

// visit(character) for each of valid UTF-8.
template <class F>
void each_character(std::string_view text, F&& visit) {
  for (std::size_t at = 0; at < text.size(); at += length_of(text[at]))
    visit(text.substr(at, length_of(text[at])));
}

std::string utf8(char32_t c) {
  const auto tail = [&](unsigned shift) { return static_cast<char>(0x80U | ((c >> shift) & 0x3FU)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0U | (c >> 6U)), tail(0)};
  if (c < 0x10000) return {static_cast<char>(0xE0U | (c >> 12U)), tail(6), tail(0)};
  return {static_cast<char>(0xF0U | (c >> 18U)), tail(12), tail(6), tail(0)};
}

// The other way in which a folded character is written often: its capital, its hiragana; else itself.
std::string other_of(std::string_view folded) {
  if (folded.size() == 1 && folded[0] >= 'a' && folded[0] <= 'z')
    return {static_cast<char>(folded[0] - 'a' + 'A')};
  constexpr char32_t first = 0x30A1, last = 0x30F6, hiragana = 0x60;
  if (folded.size() == 3 && folded >= "\u30A1" && folded <= "\u30F6")
    for (auto c = first; c <= last; ++c)
      if (folded == utf8(c)) return utf8(c - hiragana);
  return std::string(folded);
}

// The unified ideographs: nothing joins with a neighbour to one of them.
bool is_ideograph(std::string_view one) { return one.size() == 3 && one >= "\u4E00" && one <= "\u9FFF"; }

// Of every ideograph that something else folds to, what does.
using Forms = std::unordered_map<std::string, std::vector<std::string>>;
Forms make_forms() {
  Forms out;
  // Other forms of ideographs, also in circles, in squares and as signs of units; a test goes over all others.
  constexpr std::pair<char32_t, char32_t> ranges[] = {{0x2E80, 0x33FF},   {0x4E00, 0x9FFF},
                                                      {0xF900, 0xFAFF},   {0x1F100, 0x1F2FF},
                                                      {0x20B00, 0x20BFF}, {0x2F800, 0x2FA1F}};
  for (const auto& [first, last] : ranges)
    for (char32_t c = first; c <= last; ++c) {
      const auto written = utf8(c);
      const auto folded = fold(written);
      if (folded == written) continue;
      each_character(folded, [&](std::string_view one) {
        if (is_ideograph(one)) out[std::string(one)].push_back(written);
      });
    }
  return out;
}

const Forms& forms() {
  static const auto made = make_forms();
  return made;
}

// Of each character of the basic plane its bits; and whether it has none, close together.
struct Table {
  std::array<Odd, 0x10000> odd;
  std::array<std::uint64_t, 0x400> plain;
};

std::unique_ptr<const Table> make_table() {
  auto out = std::make_unique<Table>();
  out->odd.fill(anything);
  out->plain.fill(0);
  for (char32_t c = 1; c < 0x10000; ++c) {
    const auto folded = folded_alone(c);
    if (folded.empty()) continue;
    auto& odd = out->odd[c];
    odd = 0;
    const auto written = utf8(c);
    if (folded != written && other_of(folded) != written)
      each_character(folded, [&](std::string_view one) { odd |= bit_of(one); });
    else
      out->plain[c / 64] |= std::uint64_t{1} << (c % 64);
  }
  return out;
}

const Table& table() {
  static const auto made = make_table();
  return *made;
}

}  // namespace

void prepare_written() {
  (void)table();
  (void)forms();
}

namespace {

Odd odd_in(std::string_view text, const Table& known) {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = at + text.size();
  Odd out = 0;
  const auto look = [&](char32_t c) {
    if ((known.plain[c / 64] >> (c % 64) & 1U) == 0) [[unlikely]]
      out |= known.odd[c];
  };
  while (at < end) {
    // ASCII without NUL is plain.
    constexpr std::uint64_t each = 0x0101010101010101, high = each * 0x80;
    while (end - at >= 8) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, at, 8);
      const auto other = (eight | (eight - each)) & high;
      at += other == 0 ? 8 : std::countr_zero(other) / 8;
      if (other != 0) break;
    }
    // Three bytes, and one more that is looked at for nothing.
    while (end - at >= 4) {
      std::uint32_t three = 0;
      std::memcpy(&three, at, 4);
      if ((three & 0xC0C0F0U) != 0x8080E0U) break;
      const char32_t c = (three & 0x0FU) << 12U | (three >> 2U & 0xFC0U) | (three >> 16U & 0x3FU);
      if (c < 0x800) return anything;
      look(c);
      at += 3;
    }
    if (at == end) break;
    const auto tail = [&](std::ptrdiff_t i) { return end - at > i && (at[i] & 0xC0U) == 0x80; };
    if (*at < 0x80) {
      look(*at++);
    } else if (*at >= 0xC2 && *at < 0xE0 && tail(1)) {
      look((*at & 0x1FU) << 6U | (at[1] & 0x3FU));
      at += 2;
    } else if (*at > 0xE0 && *at < 0xF0 && tail(1) && tail(2)) {
      look((*at & 0x0FU) << 12U | (at[1] & 0x3FU) << 6U | (at[2] & 0x3FU));
      at += 3;
    } else {
      return anything;
    }
  }
  return out;
}

}  // namespace

Odd odd_in(std::string_view text) { return odd_in(text, table()); }

OddTexts odd_among(std::span<const std::string_view> texts) {
  const auto& known = table();
  OddTexts out;
  for (std::uint32_t i = 0; i < texts.size(); ++i)
    if (const auto odd = odd_in(texts[i], known); odd != 0) out.texts.push_back({i, odd});
  out.texts.shrink_to_fit();
  return out;
}

Sought::Sought(std::string_view folded) : folded_(folded), whole_(folded) {
  each_character(folded, [&](std::string_view one) {
    odd_ |= bit_of(one);
    if (!is_ideograph(one) || ideographs_.size() == most_ideographs) return;
    const auto others = forms().find(std::string(one));
    if (others != forms().end() && others->second.size() > most_forms) return;
    auto& ways = ideographs_.emplace_back();
    ways.emplace_back(one);
    if (others != forms().end())
      for (const auto& other : others->second) ways.emplace_back(other);
  });
  // Those of few forms are looked for first.
  std::ranges::sort(ideographs_, {}, &std::vector<Pattern>::size);
}

std::optional<Pattern> Sought::plain_part(Odd odd) const {
  // What is not odd in a text stands there in one of its two ways, and what is next to it when folded, too.
  std::string_view longest;
  std::size_t begin = 0, end = 0;
  each_character(folded_, [&](std::string_view one) {
    end += one.size();
    if ((bit_of(one) & odd) != 0) begin = end;
    if (end - begin > longest.size()) longest = std::string_view(folded_).substr(begin, end - begin);
  });
  return longest.empty() ? std::nullopt : std::optional<Pattern>(longest);
}

bool OddAsked::may_stand_in(std::string_view text, Odd odd) {
  odd &= sought_.odd();
  auto part = std::ranges::find(parts_, odd, &decltype(parts_)::value_type::first);
  if (part == parts_.end()) part = parts_.insert(part, {odd, sought_.plain_part(odd)});
  return !part->second || part->second->find(text) != std::string_view::npos;
}

bool Sought::may_stand_in(std::string_view texts) const {
  return std::ranges::all_of(ideographs_, [&](const auto& ways) {
    return std::ranges::any_of(ways,
                               [&](const Pattern& way) { return way.find(texts) != std::string_view::npos; });
  });
}

Pattern::Pattern(std::string_view characters) : one_(characters) {
  std::size_t last = 0;
  each_character(characters, [&](std::string_view one) {
    last = other_.size();
    other_ += other_of(one);
  });
  // Of a character of several bytes the last tells most.
  first_ = length_of(one_.front()) - 1;
  second_ = one_.size() - 1;
  if (first_ == second_ && second_ > last) --first_;
}

bool Pattern::stands_at(const char* at) const {
  if (std::memcmp(at, one_.data(), one_.size()) == 0) return true;
  for (std::size_t i = 0; i < one_.size();) {
    const auto length = length_of(one_[i]);
    if (std::memcmp(at + i, one_.data() + i, length) != 0 &&
        std::memcmp(at + i, other_.data() + i, length) != 0)
      return false;
    i += length;
  }
  return true;
}

// After W. Muła, "SIMD-friendly algorithms for substring searching".
std::size_t Pattern::find(std::string_view text, std::size_t from) const {
  static_assert(std::endian::native == std::endian::little);
  using Bytes = unsigned char __attribute__((vector_size(16)));
  using Words = std::uint64_t __attribute__((vector_size(16)));
  const auto each = [](char c) { return Bytes{} + static_cast<unsigned char>(c); };
  const auto a = each(one_[first_]), other_a = each(other_[first_]);
  const auto b = each(one_[second_]), other_b = each(other_[second_]);
  const auto load = [](const char* at) {
    Bytes out;
    std::memcpy(&out, at, sizeof out);
    return out;
  };
  const auto length = one_.size();
  for (; from + length - 1 + sizeof(Bytes) <= text.size(); from += sizeof(Bytes)) {
    const auto here = load(text.data() + from + first_), there = load(text.data() + from + second_);
    const auto same = ((here == a) | (here == other_a)) & ((there == b) | (there == other_b));
    const auto words = reinterpret_cast<Words>(same);
    if ((words[0] | words[1]) == 0) continue;
    for (std::size_t w = 0; w < 2; ++w)
      for (auto left = words[w]; left != 0;) {
        const auto byte = static_cast<std::size_t>(std::countr_zero(left)) / 8;
        if (stands_at(text.data() + from + w * 8 + byte)) return from + w * 8 + byte;
        left &= ~(std::uint64_t{0xFF} << (byte * 8));
      }
  }
  for (; from + length <= text.size(); ++from)
    if (stands_at(text.data() + from)) return from;
  return std::string_view::npos;
}

}  // namespace yagura::eventstore
