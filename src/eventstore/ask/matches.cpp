#include "eventstore/ask/matches.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "eventstore/ask/letters.hpp"

namespace yagura::eventstore {

namespace {

using Type = Condition::Type;

// fits[j]: the pattern so far stands for the first j characters of the text.
bool has_form(std::u32string_view text, std::u32string_view pattern) {
  std::vector<bool> fits(text.size() + 1, false);
  fits[0] = true;
  for (const char32_t p : pattern) {
    std::vector<bool> next(text.size() + 1, false);
    for (std::size_t j = 0; j <= text.size(); ++j) {
      if (p == '*')
        next[j] = fits[j] || (j > 0 && next[j - 1]);
      else
        next[j] = j > 0 && fits[j - 1] && (p == '?' || p == text[j - 1]);
    }
    fits = next;
  }
  return fits[text.size()];
}

bool text_matches(const Condition& condition, std::string_view cell) {
  const auto text = fold_for_search(cell), value = fold_for_search(condition.value);
  switch (condition.type) {
    case Type::equals:
      return text == value;
    case Type::contains:
      return text.find(value) != std::string::npos;
    case Type::like:
      return has_form(letters(text), letters(value));
    default:
      return false;
  }
}

bool cell_matches(const Condition& condition, const Event::Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell))
    return condition.type == Type::range && condition.low <= *number && *number <= condition.high;
  return text_matches(condition, std::get<std::string_view>(cell));
}

}  // namespace

bool matches(const Condition& condition, const Kind& kind, std::span<const Event::Cell> cells) {
  const auto holds = [&](const Condition& part) { return matches(part, kind, cells); };
  switch (condition.type) {
    case Type::all:
      return std::ranges::all_of(condition.parts, holds);
    case Type::any:
      return std::ranges::any_of(condition.parts, holds);
    case Type::no:
      return !holds(condition.parts.front());
    default:
      break;
  }
  if (!condition.field.empty()) {
    const auto at = kind.index_of(condition.field);
    return at && cell_matches(condition, cells[*at]);
  }
  return condition.type != Type::range &&
         std::ranges::any_of(cells, [&](const auto& cell) { return cell_matches(condition, cell); });
}

}  // namespace yagura::eventstore
