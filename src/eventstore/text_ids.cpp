#include "eventstore/text_ids.hpp"

#define XXH_INLINE_ALL  // most texts are short: the call would cost as much as the hash
#include <xxhash.h>

#include <random>

namespace yagura::eventstore {

namespace {
std::uint64_t secret() {
  static const std::uint64_t chosen = [] {
    std::random_device random;
    return static_cast<std::uint64_t>(random()) << 32U | random();
  }();
  return chosen;
}
}  // namespace

TextIds::TextIds() : slots_(1U << 12U) {}

TextIds::Key TextIds::key(std::string_view text) {
  const auto hash = XXH3_128bits_withSeed(text.data(), text.size(), secret());
  return {hash.low64, static_cast<std::uint32_t>(hash.high64)};
}

std::uint32_t TextIds::find_or_add(const Key& key, bool& fresh) {
  const auto mask = slots_.size() - 1;
  for (auto at = key.low & mask;; at = (at + 1) & mask) {
    auto& slot = slots_[at];
    if (slot.number == 0) {
      slot = {key.low, key.high, static_cast<std::uint32_t>(++count_)};
      const auto number = static_cast<std::uint32_t>(count_ - 1);
      if (count_ * 3 > slots_.size() * 2) grow();
      fresh = true;
      return number;
    }
    if (slot.low == key.low && slot.high == key.high) {
      fresh = false;
      return slot.number - 1;
    }
  }
}

void TextIds::grow() {
  std::vector<Slot> more(slots_.size() * 2);
  const auto mask = more.size() - 1;
  for (const auto& slot : slots_) {
    if (slot.number == 0) continue;
    auto at = slot.low & mask;
    while (more[at].number != 0) at = (at + 1) & mask;
    more[at] = slot;
  }
  slots_.swap(more);
}

}  // namespace yagura::eventstore
