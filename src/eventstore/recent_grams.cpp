#include "eventstore/recent_grams.hpp"

#include <algorithm>

#include "eventstore/fold.hpp"
#include "eventstore/grams.hpp"

namespace yagura::eventstore {

AskedGrams asked_grams(const Leaf& leaf) {
  if (leaf.type == Condition::Type::range || leaf.holds("")) return {{}};
  AskedGrams out;
  if (leaf.type == Condition::Type::equals) {
    for (const auto& value : leaf.values) short_grams_of(value, out.emplace_back());
    return out;
  }
  out.emplace_back();
  for (const auto fragment : leaf.fragments()) short_grams_of(fragment, out.front());
  return out;
}

bool RecentGrams::Filter::has_any(const AskedGrams& asked) const {
  return std::ranges::any_of(asked, [&](const auto& grams) {
    return std::ranges::all_of(grams, [&](auto gram) { return has(gram); });
  });
}

void RecentGrams::Filter::add(std::uint64_t gram) {
  auto& word = words_[place_of(gram)];
  // Nobody else changes it.
  const auto before = word.load(std::memory_order_relaxed), after = before | bits_of(gram);
  if (before == after) return;
  ++held_;
  word.store(after, std::memory_order_relaxed);
}

std::size_t RecentGrams::Filter::room() const {
  const auto most = words_.size() * 64 / bits_per_gram;
  return most - std::min(most, held_);
}

void RecentGrams::add(std::span<const std::string_view> strings) {
  folded_.clear();
  for (const auto text : strings) {
    fold_into(text, folded_);
    folded_.push_back('\0');
  }
  auto count = count_.load(std::memory_order_relaxed);
  while (count == 0 || !added(*filters_[count - 1], count == filters)) {
    filters_[count] = std::make_unique<Filter>(least_words << count);
    ++count;
  }
  count_.store(count, std::memory_order_release);
  if (folded_.capacity() > 4 * piece_bytes) std::string().swap(folded_);
}

// All of a batch stands in one filter, as the parts of a row are asked for together.
bool RecentGrams::added(Filter& to, bool to_the_last) {
  const auto begins = [&](std::size_t at) {
    return (static_cast<unsigned char>(folded_[at]) & 0xC0U) != 0x80;
  };
  for (std::size_t at = 0; at < folded_.size();) {
    auto end = std::min(at + piece_bytes, folded_.size());
    grams_.clear();
    short_grams_of(std::string_view(folded_).substr(at, end - at), grams_);
    const auto fresh = std::ranges::count_if(grams_, [&](auto gram) { return !to.has(gram); });
    if (!to_the_last && static_cast<std::size_t>(fresh) > to.room()) return false;
    for (const auto gram : grams_) to.add(gram);
    if (end == folded_.size()) break;
    // Three characters over the seam; what is cut within a character adds a fragment that is none.
    for (end -= 16; !begins(end) && end < folded_.size() - 1;) ++end;
    at = end;
  }
  return true;
}

std::size_t RecentGrams::bytes() const {
  std::size_t out = folded_.capacity() + grams_.capacity() * sizeof(std::uint64_t);
  const auto count = count_.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < count; ++i) out += filters_[i]->words() * 8;
  return out;
}

}  // namespace yagura::eventstore
