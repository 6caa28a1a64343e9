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

// Some fragments, each known by the upper bits of its hash.
template <unsigned bits>
class GramKeys {
 public:
  explicit GramKeys(std::vector<std::uint32_t> keys = {});  // ascending, each once
  [[nodiscard]] static std::uint32_t key_of(GramHash gram) {
    return static_cast<std::uint32_t>(gram >> (64U - bits));
  }
  // 1 or 0.
  [[nodiscard]] unsigned has(GramHash gram) const {
    const auto key = key_of(gram);
    const auto told = told_by(key);
    unsigned out = 0;
    for (const auto one : places_[key & (places_.size() - 1)]) out |= one == told ? 1U : 0U;
    return out;
  }
  [[nodiscard]] const std::vector<std::uint32_t>& keys() const { return keys_; }
  // In memory.
  [[nodiscard]] std::size_t bytes() const { return keys_.size() * 4 + places_.size() * sizeof(places_[0]); }

 private:
  static constexpr unsigned told_bits = 16, least_place_bits = bits - told_bits;
  // Never 0, which is nothing.
  static std::uint16_t told_by(std::uint32_t key) {
    const auto rest = key >> least_place_bits;
    return static_cast<std::uint16_t>(rest == 0 ? 1 : rest);
  }
  struct alignas(16) Place : std::array<std::uint16_t, 8> {};
  std::vector<std::uint32_t> keys_;
  std::vector<Place> places_;  // by the lowest bits of their keys eight of them; more are forgotten
};

// Fragments taken as common. Hardly one is taken for it that is not (of two and three characters one in some 10,000, of
// longer ones one in some 600): a question may have nothing longer, and would read every page.
class CommonGrams {
 public:
  CommonGrams() : CommonGrams(std::span<const GramHash>(), std::span<const GramHash>()) {}
  // Each once.
  CommonGrams(std::span<const GramHash> of_short, std::span<const GramHash> of_long);
  // As they were written, or nothing.
  static std::optional<CommonGrams> read(std::string_view bytes);
  [[nodiscard]] std::string write() const;
  // In memory.
  [[nodiscard]] std::size_t bytes() const { return short_.bytes() + long_.bytes(); }
  [[nodiscard]] bool empty() const { return short_.keys().empty() && long_.keys().empty(); }

  // 1 or 0. Of two or three characters; of more.
  [[nodiscard]] unsigned has_short(GramHash gram) const { return short_.has(gram); }
  [[nodiscard]] unsigned has_long(GramHash gram) const { return long_.has(gram); }

 private:
  CommonGrams(GramKeys<28> of_short, GramKeys<24> of_long)
      : short_(std::move(of_short)), long_(std::move(of_long)) {}
  GramKeys<28> short_;
  GramKeys<24> long_;
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

// What is common in these pages, as grams_of_page() takes them: what more of them have than one in `share`.
CommonGrams learn_common(std::span<const std::string> pages, std::size_t share);

}  // namespace yagura::eventstore
