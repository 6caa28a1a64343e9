// The texts of one column while a segment is written: numbered in order of first use, kept in pages.
//
// Purpose: says which number a text has, notes in which blocks it stands, packs pages with a dictionary
//          learned from the first of them, and makes the lists of fragments.
// Threads: one thread.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/coding.hpp"
#include "eventstore/file.hpp"
#include "eventstore/grams.hpp"
#include "eventstore/learned.hpp"
#include "eventstore/segment_format.hpp"
#include "eventstore/text_ids.hpp"

namespace yagura::eventstore {

// Appends a frame to the file.
Result<Place> put(OutFile& file, std::string_view payload, int level,
                  const PackDictionary* dictionary = nullptr);

// The same of the lists of fragments.
Result<GramTable> put(OutFile& file, GramTableBuilder& grams);

class TextColumnWriter {
 public:
  TextColumnWriter(OutFile& file, const SegmentOptions& options, std::shared_ptr<const Learned> learned);
  // The number of this text, used now in this block. Numbers must be asked for in the order of rows.
  std::uint32_t use(std::string_view text, std::uint32_t block) {
    std::uint32_t number = 0;
    use(std::span(&text, 1), block, std::span(&number, 1));
    return number;
  }
  void use(std::span<const std::string_view> texts, std::uint32_t block, std::span<std::uint32_t> numbers);
  // Notes that it stands in this block, when it is known already what number it has.
  void note(std::uint32_t number, std::uint32_t block) {
    if (last_block_[number] == block || number == 0) return;
    last_block_[number] = block;
    uses_.push_back(std::uint64_t{number} << 32U | block);
  }
  // How many there are, the empty one included.
  [[nodiscard]] std::uint32_t known() const { return static_cast<std::uint32_t>(last_block_.size()); }
  // Writes the pages that are full; after each block.
  Result<void> end_block() { return write_pages(false); }
  // Writes everything and fills the column's part of the directory.
  Result<void> finish(Directory::Column& column);

 private:
  void add(std::string_view text, std::uint32_t block);
  Result<void> write_pages(bool last);
  // The texts from `first` on, `count` of them, whose bytes begin at `at` in waiting_.
  Result<void> write_page(std::size_t first, std::size_t count, std::size_t at, std::size_t bytes);

  OutFile& file_;
  const SegmentOptions& options_;
  TextIds numbers_;
  std::vector<TextIds::Key> keys_;
  std::vector<std::uint32_t> last_block_;
  std::vector<std::uint64_t> uses_;     // text << 32 | block, beside the first block
  std::string waiting_;                 // texts that are in no page yet, one behind the other
  std::vector<std::uint32_t> lengths_;  // of these
  std::string page_, folded_;           // kept for their memory
  std::shared_ptr<const Learned> learned_;
  std::vector<PageEntry> pages_;
  std::uint32_t paged_ = 1;  // the first text that is in no page yet
  Result<void> write_grams();
  GramTableBuilder grams_;
  std::vector<GramHash> page_grams_;  // kept for its memory
  std::vector<GramTable> tables_;
};

}  // namespace yagura::eventstore
