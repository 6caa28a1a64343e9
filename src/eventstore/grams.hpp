// Which pages of texts can hold a fragment.
//
// Purpose: for each page of a segment's dictionary a set of its fragments, as Bloom filters that are stored
//          bit by bit (one row for each bit, one column for each page), so that a question reads a few rows
//          and no page. A fragment of two characters (three where they are not Japanese) that many pages have
//          says nothing: it is known as common, and the next longer one from the same place is taken instead,
//          up to `longest`. So a question made of common characters only is as selective as a rare one. The
//          short ones, which may be all that a question has, are also in one filter for all pages together:
//          so a segment that has none of them is passed over, whatever its pages' filters let through. Of
//          fragments that hold another useful one only the inner one is kept. After "minimal useful
//          multigrams": Cho and Rajagopalan, A Fast Regular Expression Indexing Engine, ICDE 2002.
// Meaning: never misses a page that holds the folded fragment; may name pages that do not.
// Threads: a builder is one thread's; the other functions are pure.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace yagura::eventstore {

// Fragments taken as common, as a set that may hold a few more: both sides then take the longer one. Of two
// and three characters it holds hardly any more: a question may have nothing longer, and would read every
// page.
class CommonGrams {
 public:
  // A power of two of bytes in between.
  static constexpr std::size_t least_bytes = 1U << 10, most_bytes = 1U << 18;
  CommonGrams() : set_(most_bytes, '\0') {}
  explicit CommonGrams(std::string bytes) : set_(std::move(bytes)) {}
  static bool valid(std::string_view bytes) {
    return std::has_single_bit(bytes.size()) && bytes.size() >= least_bytes && bytes.size() <= most_bytes;
  }
  void add(std::uint64_t gram, std::size_t length);
  [[nodiscard]] const std::string& bytes() const { return set_; }
  // As small as it can be with no more than a sixth of its bits set: a fuller one would take useful
  // fragments for common ones.
  void shrink();

  // To ask many things of it, as long as it stays as it is.
  class Lookup {
   public:
    explicit Lookup(const CommonGrams& of) : words_(of.set_.data()), mask_(of.set_.size() / 8 - 1) {}
    // 1 or 0. Of two or three characters; of more.
    [[nodiscard]] unsigned has_short(std::uint64_t gram) const {
      const auto bits = 1ULL << (gram & 63U) | more_bits(gram);
      return (word(gram) & bits) == bits ? 1 : 0;
    }
    [[nodiscard]] unsigned has_long(std::uint64_t gram) const {
      return static_cast<unsigned>(word(gram) >> (gram & 63U)) & 1U;
    }

   private:
    [[nodiscard]] std::uint64_t word(std::uint64_t gram) const {
      std::uint64_t out = 0;
      std::memcpy(&out, words_ + ((gram >> 6U) & mask_) * 8, 8);
      return out;
    }
    const char* words_;
    std::size_t mask_;
  };

 private:
  // Two more of the 64 bits among which the first is.
  static std::uint64_t more_bits(std::uint64_t gram) {
    return 1ULL << (gram >> 40U & 63U) | 1ULL << (gram >> 46U & 63U);
  }
  std::string set_;
};

struct Gram {
  std::uint64_t hash = 0;
  unsigned length = 0;  // in characters; two, of which only Japanese ones are: more bits, as they are few
  [[nodiscard]] bool is_short() const { return length <= 3; }
  // Rows of the matrix with `rows` rows.
  [[nodiscard]] unsigned places(std::uint64_t rows, std::span<std::uint32_t, 6> out) const;
};

// The useful fragments of one folded text, the last first.
void grams_of(std::string_view folded, const CommonGrams& common, std::vector<Gram>& out);
// Which short fragments some pages have, all together: a Bloom filter in lines, of which a question reads
// one. One fragment in some 250 that no page has is thought to be there.
class ShortGrams {
 public:
  static constexpr std::size_t line_bytes = 508;  // with its checksum 512
  void add(const Gram& gram) {
    auto& cell = find(held_, gram.hash);
    if (cell != 0) return;
    cell = gram.hash;
    if (++count_ * 2 > held_.size()) grow();
  }
  // Lines one behind the other.
  [[nodiscard]] std::string lines() const;

  static std::uint32_t line_of(const Gram& gram, std::uint32_t lines) {
    return static_cast<std::uint32_t>((gram.hash >> 32U) * lines >> 32U);
  }
  static bool may_have(std::string_view line, const Gram& gram);

 private:
  static std::uint64_t& find(std::vector<std::uint64_t>& held, std::uint64_t hash) {
    auto at = hash & (held.size() - 1);
    while (held[at] != 0 && held[at] != hash) at = (at + 1) & (held.size() - 1);
    return held[at];
  }
  void grow();
  std::vector<std::uint64_t> held_ = std::vector<std::uint64_t>(1U << 10U);  // 0: none; no hash is
  std::size_t count_ = 0;
};

// What is common in these pages (folded texts, each ended by a NUL; folded texts have none), and how many
// bits the set of one page wants.
struct LearnedGrams {
  CommonGrams common;
  std::uint32_t rows = 64;
};
LearnedGrams learn_grams(std::span<const std::string> pages, double bits_per_gram);

class GramIndexBuilder {
 public:
  GramIndexBuilder(const CommonGrams& common, std::uint32_t rows) : common_(common), rows_(rows) {}
  // The folded texts of the next page, each ended by a NUL.
  void add_page(const std::string& texts);
  // Row by row, (pages + 7) / 8 bytes each.
  std::string matrix() const;
  [[nodiscard]] std::size_t pages() const { return pages_.size(); }
  // The short ones of all pages, as lines.
  [[nodiscard]] std::string short_lines() const { return short_.lines(); }

 private:
  const CommonGrams& common_;
  const std::uint32_t rows_;
  std::vector<std::string> pages_;
  ShortGrams short_;
  std::vector<Gram> grams_;  // kept for its memory
};

}  // namespace yagura::eventstore
