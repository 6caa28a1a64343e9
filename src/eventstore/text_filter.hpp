// Which short fragments and whole texts some strings can hold: a Bloom filter of them as a whole.
//
// Purpose: batches that are in no segment yet have no index; with this one a search passes over those that
//          cannot hold what it asks for. A fragment has two Japanese characters, or three where these are not.
// Threads: one adds; any ask meanwhile, of what was added before they heard of it.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "eventstore/condition_plan.hpp"

namespace yagura::eventstore {

// The hash of a short fragment, or of a whole text; folded.
using TextHash = std::uint64_t;
using TextHashes = std::vector<TextHash>;
TextHash hash_of_whole(std::string_view folded);
// The short fragments of all texts, some thousands at a time, as long as use() answers true; few come twice. Of each text also its whole, when there is somebody to take it.
void walk_texts(std::span<const std::string_view> texts, TextHashes* wholes,
                const std::function<bool(std::span<const TextHash>)>& use);

class TextFilter {
 public:
  explicit TextFilter(std::size_t words) : words_(words) {}
  // Two bits for each byte of the texts; their fragments are appended as well, where these are not too many.
  TextFilter(std::span<const std::string_view> texts, std::size_t text_bytes, TextHashes& fragments);
  static constexpr std::size_t most_fragments = 1U << 16U;
  // What the filter of so many bytes of text takes, about.
  static std::size_t bytes_for(std::size_t text_bytes) { return text_bytes / 4 + 64; }

  [[nodiscard]] bool has(TextHash one) const {
    const auto bits = bits_of(one);
    return (words_[place_of(one)].load(std::memory_order_relaxed) & bits) == bits;
  }
  void add(TextHash one) {
    auto& word = words_[place_of(one)];
    // Nobody else changes it.
    const auto before = word.load(std::memory_order_relaxed), after = before | bits_of(one);
    if (before == after) return;
    ++held_;
    word.store(after, std::memory_order_relaxed);
  }
  // How many more it takes before it is full; for the one who adds.
  [[nodiscard]] std::size_t room() const {
    const auto most = words_.size() * 64 / bits_for_each;
    return most - std::min(most, held_);
  }
  [[nodiscard]] std::size_t words() const { return words_.size(); }

 private:
  static constexpr std::size_t bits_for_each = 12;
  [[nodiscard]] std::size_t place_of(TextHash one) const { return (one >> 32U) * words_.size() >> 32U; }
  // Four among the 64 of one word: a question looks at one line of the processor's cache.
  static std::uint64_t bits_of(TextHash one) {
    return 1ULL << (one & 63U) | 1ULL << (one >> 6U & 63U) | 1ULL << (one >> 12U & 63U) |
           1ULL << (one >> 18U & 63U);
  }
  std::vector<std::atomic<std::uint64_t>> words_;
  std::size_t held_ = 0;
};

// What texts must have to fulfil a leaf.
class AskedText {
 public:
  explicit AskedText(const Leaf& leaf);
  // Whether there is such a thing, of fragments alone and of whole texts, too.
  [[nodiscard]] bool tells() const { return std::ranges::none_of(fragments_, &TextHashes::empty); }
  [[nodiscard]] bool tells_of_texts() const { return tells() || !wholes_.empty(); }
  [[nodiscard]] bool may_be_in(const TextFilter& fragments) const {
    return std::ranges::any_of(fragments_, [&](const TextHashes& all) { return has_all(fragments, all); });
  }
  // The same of a filter that has whole texts, too.
  [[nodiscard]] bool may_be_in_texts(const TextFilter& texts) const {
    return wholes_.empty() ? may_be_in(texts)
                           : std::ranges::any_of(wholes_, [&](TextHash one) { return texts.has(one); });
  }

 private:
  static bool has_all(const TextFilter& filter, const TextHashes& all) {
    return std::ranges::all_of(all, [&](TextHash one) { return filter.has(one); });
  }
  std::vector<TextHashes> fragments_;  // all of one of these
  TextHashes wholes_;                  // one of these
};

// Of all leaves of a plan, which must outlive it.
class AskedTexts {
 public:
  explicit AskedTexts(const ConditionPlan& plan);
  [[nodiscard]] const AskedText& of(const Leaf& leaf) const {
    return asked_[static_cast<std::size_t>(&leaf - plan_.leaves().data())];
  }

 private:
  const ConditionPlan& plan_;
  std::vector<AskedText> asked_;
};

}  // namespace yagura::eventstore
