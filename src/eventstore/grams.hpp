// Which fragments of a text tell something of it.
//
// Purpose: a fragment of two characters (three where they are not Japanese) that many pages have says nothing: it is
//          known as common, and the next longer one from the same place is taken instead, up to `longest`. So a question
//          made of common characters only is as selective as a rare one. Of fragments that hold another useful one only the
//          inner one is kept. After "minimal useful multigrams": Cho and Rajagopalan, A Fast Regular Expression Indexing
//          Engine, ICDE 2002. Which pages have the useful ones is kept by gram_lists.hpp.
// Meaning: whatever a text holds, its useful fragments are among those of the text.
// Threads: a builder is one thread's; the other functions are pure.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/gram_lists.hpp"

namespace yagura::eventstore {

// Fragments taken as common. Of two and three characters hardly one is taken for it that is not (one in some
// 10,000): a question may have nothing longer, and would read every page. Of longer ones one in six is: both sides then
// take the longer one.
class CommonGrams {
 public:
  CommonGrams() : CommonGrams(std::span<const GramHash>(), std::span<const GramHash>()) {}
  // Each once.
  CommonGrams(std::span<const GramHash> of_short, std::span<const GramHash> of_long);
  // As they were written, or nothing.
  static std::optional<CommonGrams> read(std::string_view bytes);
  [[nodiscard]] std::string write() const;
  // In memory.
  [[nodiscard]] std::size_t bytes() const {
    return keys_.size() * 4 + short_.size() * sizeof(short_[0]) + long_.size() * 8;
  }

  // 1 or 0. Of two or three characters; of more.
  [[nodiscard]] unsigned has_short(GramHash gram) const {
    const auto key = key_of(gram);
    const auto told = told_by(key);
    unsigned out = 0;
    for (const auto one : short_[key & (short_.size() - 1)]) out |= one == told ? 1U : 0U;
    return out;
  }
  [[nodiscard]] unsigned has_long(GramHash gram) const {
    return static_cast<unsigned>(long_[gram >> 6U & (long_.size() - 1)] >> (gram & 63U)) & 1U;
  }

 private:
  CommonGrams(std::vector<std::uint32_t> keys, std::vector<std::uint64_t> of_long);
  static constexpr unsigned key_bits = 28, place_bits = 12;
  static std::uint32_t key_of(GramHash gram) { return static_cast<std::uint32_t>(gram >> (64U - key_bits)); }
  // Never 0, which is nothing.
  static std::uint16_t told_by(std::uint32_t key) {
    const auto rest = key >> place_bits;
    return static_cast<std::uint16_t>(rest == 0 ? 1 : rest);
  }
  struct alignas(16) ShortOnes : std::array<std::uint16_t, 8> {};
  std::vector<std::uint32_t> keys_;  // of short ones, ascending
  std::vector<ShortOnes> short_;  // eight of them in a place, by the rest of their keys; more are forgotten
  std::vector<std::uint64_t> long_;  // a bit for each, at most a sixth of them set
};

// The useful fragments of one folded text, the last first.
void grams_of(std::string_view folded, const CommonGrams& common, std::vector<GramHash>& out);
// The same of the folded texts of a page, each ended by a NUL (folded texts have none); few come twice.
void grams_of_page(const std::string& texts, const CommonGrams& common, std::vector<GramHash>& out);

// Of texts the shortest fragment of each place, common or not: whatever grams_of() takes of a part of them with nothing
// common is among these.
class ShortestGrams {
 public:
  // Folded texts, each ended by a NUL.
  void add(const std::string& texts);
  // Ascending, each once; nothing is left.
  std::vector<GramHash> take();

 private:
  void settle();
  std::vector<GramHash> held_;
  std::vector<GramHash> seen_ = std::vector<GramHash>(1U << 16U);  // most of what comes again
  std::size_t settled_ = 0;                                        // so many of them stand once
};

// What is common in these pages, as grams_of_page() takes them.
CommonGrams learn_common(std::span<const std::string> pages);

}  // namespace yagura::eventstore
