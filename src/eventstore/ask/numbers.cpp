#include "eventstore/ask/numbers.hpp"

#include <array>
#include <limits>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "eventstore/ask/letters.hpp"

namespace yagura::eventstore {

namespace {

constexpr auto least = std::numeric_limits<std::int64_t>::min();
constexpr auto most = std::numeric_limits<std::int64_t>::max();

struct Number {
  std::int64_t floor = 0;
  bool exact = true;  // no fraction was left out
};

struct Unit {
  std::string_view word;
  std::uint64_t value;
};
constexpr std::array units = {Unit{"k", 1ULL << 10}, Unit{"m", 1ULL << 20}, Unit{"g", 1ULL << 30},
                              Unit{"t", 1ULL << 40}, Unit{"万", 10'000ULL}, Unit{"億", 100'000'000ULL}};

// The unit at the end of a text in lower case, taken off.
std::uint64_t take_unit(std::string& text) {
  for (const auto& unit : units)
    for (const std::string_view tail : {"", "b", "ib", "i"}) {
      const auto word = std::string(unit.word) + std::string(tail);
      if (!text.ends_with(word)) continue;
      text.resize(text.size() - word.size());
      return unit.value;
    }
  if (text.ends_with("b")) text.pop_back();
  return 1;
}

std::expected<Number, NumberFault> read_number(std::string_view written) {
  auto text = lower(trim(written));
  const bool negative = text.starts_with('-');
  if (negative) text.erase(0, 1);
  const auto unit = take_unit(text);
  std::uint64_t whole = 0, part = 0, scale = 1;
  bool fraction = false, digits = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.' && !fraction && digits) {
      fraction = true;
      continue;
    }
    if (c == ',' && !fraction && digits && i + 1 < text.size()) continue;
    if (!is_digit(c)) return std::unexpected(NumberFault::not_a_number);
    const auto value = static_cast<std::uint64_t>(c - '0');
    digits = true;
    if (fraction) {
      if (scale >= 1'000'000) return std::unexpected(NumberFault::not_a_number);
      part = part * 10 + value;
      scale *= 10;
    } else if (__builtin_mul_overflow(whole, 10U, &whole) || __builtin_add_overflow(whole, value, &whole)) {
      return std::unexpected(NumberFault::too_large);
    }
  }
  if (!digits || text.ends_with('.')) return std::unexpected(NumberFault::not_a_number);
  const auto rest = part * unit;  // below 10^6 times 2^40
  std::uint64_t size = 0;
  if (__builtin_mul_overflow(whole, unit, &size) || __builtin_add_overflow(size, rest / scale, &size))
    return std::unexpected(NumberFault::too_large);
  const bool exact = rest % scale == 0;
  constexpr auto limit = static_cast<std::uint64_t>(most);
  if (size > limit + (negative && exact ? 1U : 0U)) return std::unexpected(NumberFault::too_large);
  if (!negative) return Number{static_cast<std::int64_t>(size), exact};
  if (size == limit + 1) return Number{least, true};
  return Number{-static_cast<std::int64_t>(size) - (exact ? 0 : 1), exact};
}

enum class Relation : std::uint8_t { equal, more, at_least, less, at_most };

std::expected<Bounds, NumberFault> bounds(Relation relation, Number n) {
  switch (relation) {
    case Relation::equal:
      return Bounds{n.floor, n.floor};
    case Relation::more:
      if (n.floor == most) return std::unexpected(NumberFault::empty);
      return Bounds{n.floor + 1, most};
    case Relation::at_least:
      if (n.exact) return Bounds{n.floor, most};
      if (n.floor == most) return std::unexpected(NumberFault::empty);
      return Bounds{n.floor + 1, most};
    case Relation::less:
      if (!n.exact) return Bounds{least, n.floor};
      if (n.floor == least) return std::unexpected(NumberFault::empty);
      return Bounds{least, n.floor - 1};
    case Relation::at_most:
      return Bounds{least, n.floor};
  }
  return std::unexpected(NumberFault::not_a_number);
}

constexpr std::array<std::pair<std::string_view, Relation>, 7> before = {{{">=", Relation::at_least},
                                                                          {"<=", Relation::at_most},
                                                                          {"≧", Relation::at_least},
                                                                          {"≦", Relation::at_most},
                                                                          {">", Relation::more},
                                                                          {"<", Relation::less},
                                                                          {"=", Relation::equal}}};
constexpr std::array<std::pair<std::string_view, Relation>, 4> behind = {{{"以上", Relation::at_least},
                                                                          {"以下", Relation::at_most},
                                                                          {"未満", Relation::less},
                                                                          {"超", Relation::more}}};

}  // namespace

std::expected<Bounds, NumberFault> read_bounds(std::string_view narrowed) {
  const auto text = trim(narrowed);
  auto relation = Relation::equal;
  auto rest = text;
  for (const auto& [word, meaning] : before)
    if (rest.starts_with(word)) {
      rest.remove_prefix(word.size());
      relation = meaning;
      break;
    }
  if (rest.size() == text.size())
    for (const auto& [word, meaning] : behind)
      if (rest.ends_with(word)) {
        rest.remove_suffix(word.size());
        relation = meaning;
        break;
      }
  const auto dots = rest.size() == text.size() ? rest.find("..") : std::string_view::npos;
  if (dots == std::string_view::npos) {
    const auto number = read_number(rest);
    if (!number) return std::unexpected(number.error());
    return bounds(relation, *number);
  }
  Bounds out{least, most};
  if (const auto low = trim(rest.substr(0, dots)); !low.empty()) {
    const auto number = read_number(low);
    if (!number) return std::unexpected(number.error());
    const auto from = bounds(Relation::at_least, *number);
    if (!from) return from;
    out.low = from->low;
  }
  if (const auto high = trim(rest.substr(dots + 2)); !high.empty()) {
    const auto number = read_number(high);
    if (!number) return std::unexpected(number.error());
    out.high = number->floor;
  }
  if (out.low > out.high) return std::unexpected(NumberFault::empty);
  return out;
}

}  // namespace yagura::eventstore
