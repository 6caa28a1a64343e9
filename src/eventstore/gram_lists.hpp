// Which pages have which fragments: for each fragment the list of its pages.
//
// Purpose: a question reads, for each of its fragments, one block of some two kilobytes for up to 256 pages, and decodes an
//          eighth of it.
// Meaning: never misses a page. May name others: a fragment that no page has is taken for one that some have once in a
//          hundred times and more (by 24 bits of their hashes, others in each table).
// Form:    docs/formats/event-segment.md.
// Errors:  eventstore.damaged (reason).
// Threads: a builder is one thread's; the other functions are pure.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace yagura::eventstore {

using GramHash = std::uint64_t;

// As a directory has it.
struct GramTable {
  static constexpr std::size_t most_pages = 256;
  using Pages = std::bitset<most_pages>;

  std::uint32_t pages = 0, fragments = 0;
  std::uint32_t salt = 0;             // of the hashes: two that are taken for one here are not everywhere
  std::uint64_t offset = 0;           // in the file, of the first block
  std::vector<std::uint32_t> blocks;  // their lengths; each ends with 4 bytes of checksum

  // The block that tells of this fragment.
  [[nodiscard]] std::size_t block_of(GramHash hash) const;
  // block: its bytes without the checksum; eight more must be readable behind them.
  [[nodiscard]] Result<Pages> pages_with(GramHash hash, std::string_view block) const;
};

class Reader;
// As directories have it. take_grams: whether there can be such a one.
void put_grams(std::string& out, const GramTable& table);
bool take_grams(Reader& in, GramTable& table);

class GramTableBuilder {
 public:
  // Fragments may come more than once. At most GramTable::most_pages pages.
  void add_page(std::span<const GramHash> fragments);
  [[nodiscard]] std::size_t pages() const { return pages_; }
  // The table of the pages since the last one, and its blocks with their checksums, appended.
  GramTable take(std::string& blocks);

 private:
  std::size_t pages_ = 0;
  std::uint32_t salt_ = 0;
  std::vector<std::uint32_t> held_;                 // of a hash 24 bits, and 8 of the page
  std::array<std::uint32_t, 1U << 13U> of_page_{};  // some of those of the last page
};

}  // namespace yagura::eventstore
