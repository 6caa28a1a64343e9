#include "eventstore/recent_grams.hpp"

namespace yagura::eventstore {

void RecentGrams::add(const Batch& batch, const TextHashes& fragments) {
  auto count = count_.load(std::memory_order_relaxed);
  // All of a batch stands in one filter, as the parts of a row are asked for together.
  const auto added = [&](TextFilter& to) {
    bool fits = true;
    const auto use = [&](std::span<const TextHash> some) {
      const auto fresh = std::ranges::count_if(some, [&](TextHash one) { return !to.has(one); });
      fits = count == filters || static_cast<std::size_t>(fresh) <= to.room();
      if (fits)
        for (const auto one : some) to.add(one);
      return fits;
    };
    if (fragments.empty() || fragments.size() > TextFilter::most_fragments)
      walk_texts(batch.strings, nullptr, use);
    else
      use(fragments);
    return fits;
  };
  while (count == 0 || !added(*filters_[count - 1])) {
    filters_[count] = std::make_unique<TextFilter>(least_words << count);
    ++count;
  }
  count_.store(count, std::memory_order_release);
}

std::size_t RecentGrams::bytes() const {
  std::size_t out = 0;
  for (std::size_t i = 0, count = count_.load(std::memory_order_relaxed); i < count; ++i)
    out += filters_[i]->words() * 8;
  return out;
}

}  // namespace yagura::eventstore
