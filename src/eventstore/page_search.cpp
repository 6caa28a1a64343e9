#include "eventstore/page_search.hpp"

#include <algorithm>

#include "eventstore/fold.hpp"

namespace yagura::eventstore {

namespace {

// Where no more than one text in so many has an ideograph.
constexpr std::size_t few_share = 8;

// visit(place) for each text of the page in which the fragment stands, ascending, until it answers false.
template <class S, class F>
void each_text_with(const S& sought, const Texts& page, F&& visit) {
  const std::string_view held = page.held;
  std::uint32_t place = 0;
  for (auto at = sought.find(held); at != std::string_view::npos;) {
    while (place < page.texts.size() &&
           page.texts[place].data() + page.texts[place].size() <= held.data() + at)
      ++place;
    if (place == page.texts.size()) break;
    const auto& text = page.texts[place];
    const auto end = static_cast<std::size_t>(text.data() + text.size() - held.data());
    // What stands before the texts or goes from one into the next is in none.
    const bool inside = held.data() + at >= text.data() && at + sought.size() <= end;
    if (inside && !visit(place)) return;
    at = sought.find(held, inside ? end : at + 1);
  }
}

// odd_of: answers which of them have something odd.
template <class F>
Result<std::vector<std::uint32_t>> places_in(const Texts& held, const Leaf& leaf, F&& odd_of) {
  std::vector<std::uint32_t> out;
  const auto& texts = held.texts;
  std::string folded;
  const auto holds = [&](std::uint32_t i) {
    folded.clear();
    fold_into(texts[i], folded);
    return leaf.holds(folded);
  };
  if (leaf.sought.empty()) {
    for (std::uint32_t i = 0; i < texts.size(); ++i)
      if (holds(i)) out.push_back(i);
    return out;
  }
  if (!std::ranges::all_of(leaf.sought, [&](const Sought& one) { return one.may_stand_in(held.held); }))
    return out;
  const bool is_contains = leaf.type == Condition::Type::contains;
  OddAsked odd_ones(leaf.sought.front());
  const auto odd_holds = [&](std::uint32_t i, Odd odd) {
    return odd_ones.may_stand_in(texts[i], odd) && holds(i);
  };
  if (const auto needed = leaf.sought.front().needed(); !needed.empty()) {
    const auto most = texts.size() / few_share;
    for (const auto& way : needed)
      each_text_with(way, held, [&](std::uint32_t i) {
        out.push_back(i);
        return out.size() <= most;
      });
    // Where few texts have the ideograph it only matters of these what is odd in them.
    if (out.size() <= most) {
      std::ranges::sort(out);
      const auto gone = std::ranges::unique(out);
      out.erase(gone.begin(), gone.end());
      std::erase_if(out, [&](std::uint32_t i) {
        if (!std::ranges::all_of(leaf.sought, [&](const Sought& one) { return one.may_stand_in(texts[i]); }))
          return true;
        if (const auto odd = odd_in(texts[i]); (odd & leaf.odd) != 0) return !odd_holds(i, odd);
        return leaf.sought.front().find(texts[i]) == std::string_view::npos || (!is_contains && !holds(i));
      });
      return out;
    }
    out.clear();
  }
  YAGURA_TRY(const auto odd, odd_of());
  for (const auto& [place, has] : odd->texts) {
    if (place >= texts.size()) break;
    if ((has & leaf.odd) != 0 && odd_holds(place, has)) out.push_back(place);
  }
  const auto folded_ones = out.size();
  auto next = odd->texts.begin();
  each_text_with(leaf.sought.front(), held, [&](std::uint32_t i) {
    while (next != odd->texts.end() && next->place < i) ++next;
    const bool known = next != odd->texts.end() && next->place == i && (next->odd & leaf.odd) != 0;
    if (!known && (is_contains || holds(i))) out.push_back(i);
    return true;
  });
  if (folded_ones > 0) std::ranges::sort(out);
  return out;
}

}  // namespace

Result<std::vector<std::uint32_t>> texts_in_page(const Segment& segment, const Leaf& leaf, std::size_t column,
                                                 const PageEntry& entry, std::uint32_t page) {
  YAGURA_TRY(const auto held, segment.page(column, entry, page));
  return places_in(*held, leaf, [&] { return segment.odd(column, entry, page); });
}

Result<std::vector<std::uint32_t>> names_in(const Segment& segment, const Leaf& leaf, std::size_t column) {
  YAGURA_TRY(const auto held, segment.names(column));
  return places_in(*held, leaf, [&] { return segment.odd_names(column); });
}

}  // namespace yagura::eventstore
