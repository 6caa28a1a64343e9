// Which short fragments stand in batches that are in no segment yet, all together.
//
// Purpose: a fragment that is nowhere is known to be so with a look or two for thousands of batches. Filters, each
//          of many batches: when one is full, the next is twice as large and takes those that come.
// Bounds:  two MiB; from then on the last takes what comes, and tells less and less.
// Threads: one adds, any ask meanwhile: of what was added before they heard of it.
#pragma once

#include <array>
#include <atomic>
#include <memory>

#include "eventstore/batch.hpp"
#include "eventstore/text_filter.hpp"

namespace yagura::eventstore {

class RecentGrams {
 public:
  // fragments: those of the batch's texts; too many, or none: they are looked for once more.
  void add(const Batch& batch, const TextHashes& fragments);
  // Asks may(filter) of one after the other until it answers true.
  template <class F>
  [[nodiscard]] bool any_filter(F&& may) const {
    const auto count = count_.load(std::memory_order_acquire);
    for (std::size_t i = 0; i < count; ++i)
      if (may(std::as_const(*filters_[i]))) return true;
    return false;
  }
  [[nodiscard]] std::size_t bytes() const;

 private:
  static constexpr std::size_t least_words = 1U << 10U, filters = 8;  // the last of a MiB
  std::array<std::unique_ptr<TextFilter>, filters> filters_;
  std::atomic<std::size_t> count_{0};
};

}  // namespace yagura::eventstore
