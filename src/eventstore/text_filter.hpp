// Which fragments and whole texts some strings can hold: a Bloom filter of them as a whole.
//
// Purpose: batches that are in no segment yet have no index; with this one a search passes over those that
//          cannot hold what it asks for. Every three bytes of a folded text are in it, and the text as such.
// Size:    two bits for each byte of folded text.
// Threads: a value, never changed once made.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace yagura::eventstore {

class TextFilter {
 public:
  explicit TextFilter(std::span<const std::string_view> texts);

  // folded: as fold_into() gives it. False: no text has it. Shorter than three bytes: always true.
  [[nodiscard]] bool may_hold(std::string_view folded) const;
  [[nodiscard]] bool may_equal(std::string_view folded) const;
  // What the filter of so many bytes of text takes, about.
  static std::size_t bytes_for(std::size_t text_bytes) { return text_bytes / 4 + 64; }

 private:
  [[nodiscard]] bool has(std::uint32_t hash) const {
    const auto bit = std::uint64_t{hash} * size_ >> 32U;
    return (bits_[bit / 64] >> (bit % 64) & 1U) != 0;
  }
  std::uint64_t size_;  // in bits
  std::vector<std::uint64_t> bits_;
};

}  // namespace yagura::eventstore
