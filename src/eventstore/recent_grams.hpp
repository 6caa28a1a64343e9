// Which short fragments stand in batches that are in no segment yet.
//
// Purpose: a fragment that is nowhere is known to be so with a look or two for thousands of batches together. Bloom
//          filters, each of many batches: when one is full, the next is twice as large and takes those that come.
// Bounds:  two MiB; from then on the last takes what comes, and tells less and less.
// Threads: one adds, any ask meanwhile: of what was added before they heard of it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "eventstore/condition_plan.hpp"

namespace yagura::eventstore {

// The short fragments that rows must have to fulfil a leaf: all of one of the lists. An empty list: these cannot tell.
using AskedGrams = std::vector<std::vector<std::uint64_t>>;
AskedGrams asked_grams(const Leaf& leaf);

class RecentGrams {
 public:
  // All strings of a batch together.
  void add(std::span<const std::string_view> strings);
  // Calls may(has) for each filter until it answers true: has(asked) says whether one of the lists is there.
  template <class F>
  [[nodiscard]] bool any_filter(F&& may) const {
    const auto count = count_.load(std::memory_order_acquire);
    for (std::size_t i = 0; i < count; ++i)
      if (may([&](const AskedGrams& asked) { return filters_[i]->has_any(asked); })) return true;
    return false;
  }
  [[nodiscard]] std::size_t bytes() const;

 private:
  class Filter {
   public:
    explicit Filter(std::size_t words) : words_(words) {}
    [[nodiscard]] bool has(std::uint64_t gram) const {
      const auto bits = bits_of(gram);
      return (words_[place_of(gram)].load(std::memory_order_relaxed) & bits) == bits;
    }
    [[nodiscard]] bool has_any(const AskedGrams& asked) const;
    void add(std::uint64_t gram);
    [[nodiscard]] std::size_t words() const { return words_.size(); }
    // How many more it takes before it is full.
    [[nodiscard]] std::size_t room() const;

   private:
    static constexpr std::size_t bits_per_gram = 12;
    [[nodiscard]] std::size_t place_of(std::uint64_t gram) const {
      return (gram >> 32U) * words_.size() >> 32U;
    }
    // Four among the 64 of one word: a question looks at one line of the processor's cache.
    static std::uint64_t bits_of(std::uint64_t gram) {
      return 1ULL << (gram & 63U) | 1ULL << (gram >> 6U & 63U) | 1ULL << (gram >> 12U & 63U) |
             1ULL << (gram >> 18U & 63U);
    }
    std::vector<std::atomic<std::uint64_t>> words_;
    std::size_t held_ = 0;
  };
  // False when it is too full for what is in folded_.
  bool added(Filter& to, bool to_the_last);
  static constexpr std::size_t piece_bytes = 64U << 10U;
  static constexpr std::size_t least_words = 1U << 10U, filters = 8;  // the last of a MiB
  std::array<std::unique_ptr<Filter>, filters> filters_;
  std::atomic<std::size_t> count_{0};
  std::string folded_;  // kept for their memory
  std::vector<std::uint64_t> grams_;
};

}  // namespace yagura::eventstore
