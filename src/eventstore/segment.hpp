// Reads one segment, piece by piece, through the cache.
//
// Purpose: names and what is true of them, pages of texts, blocks with only the columns asked for, and the
//          pages in which a fragment can be. Nothing is kept in memory but the directory and what the cache
//          holds.
// Errors:  eventstore.damaged: with which piece, in words; the rest of the segment can still be read.
// Threads: any, at once.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "eventstore/cache.hpp"
#include "eventstore/coding.hpp"
#include "eventstore/columns.hpp"
#include "eventstore/file.hpp"
#include "eventstore/grams.hpp"
#include "eventstore/learned.hpp"
#include "eventstore/packed_column.hpp"
#include "eventstore/segment_format.hpp"
#include "eventstore/written.hpp"

namespace yagura::eventstore {

// Texts that were read together, or all names of a column.
struct Texts {
  std::string held;
  std::vector<std::string_view> texts;
  Texts() = default;
  Texts(Texts&&) = default;
  Texts& operator=(Texts&&) = default;
  [[nodiscard]] std::size_t bytes() const { return held.capacity() + texts.capacity() * sizeof(texts[0]); }
};

// What the kind's context is in each row of a block: the other columns cannot be read without it.
using Order = std::vector<std::uint32_t>;

class Segment {
 public:
  static Result<std::shared_ptr<Segment>> open(const std::filesystem::path& file, Cache& cache);
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  [[nodiscard]] const Directory& directory() const { return directory_; }
  [[nodiscard]] std::uint64_t size() const { return file_.size(); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  // Of an entity or category. Their order is that of sort_names().
  Result<std::shared_ptr<const Texts>> names(std::size_t column) const;
  // Which of them have something odd.
  Result<std::shared_ptr<const OddTexts>> odd_names(std::size_t column) const;
  // In which blocks an entity stands.
  Result<std::vector<std::uint32_t>> blocks_with(std::size_t column, std::uint32_t name) const;

  struct Blocks {
    std::vector<BlockEntry> entries;
    [[nodiscard]] std::size_t bytes() const;
  };
  Result<std::shared_ptr<const Blocks>> blocks(std::size_t chunk) const;

  struct Pages {
    std::vector<PageEntry> entries;
    [[nodiscard]] std::size_t bytes() const { return entries.capacity() * sizeof(PageEntry); }
  };
  // Of a column of texts.
  Result<std::shared_ptr<const Pages>> pages(std::size_t column) const;
  Result<std::shared_ptr<const Texts>> page(std::size_t column, const PageEntry& entry,
                                            std::uint32_t index) const;
  // Which texts of the page have something odd.
  Result<std::shared_ptr<const OddTexts>> odd(std::size_t column, const PageEntry& entry,
                                              std::uint32_t index) const;
  // For each text of the page the blocks in which it stands, beside the first.
  Result<Lists> uses(const PageEntry& entry) const;
  // The block in which a text stands first.
  Result<std::uint32_t> first_block_of(std::size_t column, std::uint32_t text) const;
  // A text or name by its number, and what keeps it alive.
  Result<std::pair<std::string_view, std::shared_ptr<const Texts>>> value(std::size_t column,
                                                                          std::uint32_t id) const;
  // Which columns of entities and categories can have a name that holds the folded fragment, without reading the names.
  Result<GramTable::Pages> columns_with(std::string_view folded) const;
  // Page by page whether it can hold the folded fragment; nothing when the lists cannot tell.
  Result<std::optional<std::vector<bool>>> pages_with(std::size_t column, std::string_view folded) const;

  // What the texts of a column were written with, to write more with it; past the cache.
  Result<std::shared_ptr<const Learned>> learned(std::size_t column, int level) const;

  // Reads the lists of fragments of a column of texts whole, or those of all names.
  Result<void> check_grams(std::size_t column) const;

  // What the counts that are kept come to.
  Result<Totals> totals() const;
  // These, by the hour, in order of hours; the same through the cache.
  Result<std::vector<CubeCell>> read_cube() const;
  Result<std::shared_ptr<const std::vector<CubeCell>>> cube() const;

  // Columns of a block. What the others depend on, the kind's context, is read once by order().
  Result<void> times(const BlockEntry& block, std::vector<std::int64_t>& out) const;
  Result<Order> order(const BlockEntry& block) const;
  Result<void> ids(const BlockEntry& block, std::size_t column, const Order& order,
                   std::vector<std::uint32_t>& out) const;
  Result<void> numbers(const BlockEntry& block, std::size_t column, const Order& order,
                       std::vector<std::int64_t>& out) const;
  Result<void> days(const BlockEntry& block, std::vector<std::int64_t>& out) const;

  // Has the system read these in advance: a page unless the cache has it, all columns of a block.
  void expect_page(std::size_t column, const PageEntry& entry, std::uint32_t index) const;
  void expect(const BlockEntry& block) const;
  // Whether the times of a block are kept.
  [[nodiscard]] bool has_times(std::uint32_t block) const { return cache_.has({number_, kept_piece, block}); }
  // A column of a block as load() gives it: kept, as long as there is room. piece: as in BlockEntry.
  template <class F>
  Result<std::shared_ptr<const PackedColumn>> kept(std::uint32_t block, std::size_t piece, F&& load) const {
    return cache_.get<PackedColumn>({number_, kept_piece + static_cast<std::uint32_t>(piece), block},
                                    std::forward<F>(load), Cache::one_of_many);
  }

 private:
  static constexpr std::uint32_t kept_piece = 0x2000000;  // its name in the cache
  Segment(std::filesystem::path path, InFile file, Directory directory, Cache& cache);
  Result<std::string> frame(const Place& place, const PackDictionary* dictionary = nullptr) const;
  // The same to read with, made of what was written. What segments learned together is held once.
  template <class T>
  Result<std::shared_ptr<const T>> shared(std::uint32_t what, std::size_t column) const;
  Result<Symbols> piece(const BlockEntry& block, std::size_t which,
                        std::span<const std::uint32_t> contexts) const;
  std::filesystem::path path_;
  InFile file_;
  Directory directory_;
  Cache& cache_;
  const std::uint64_t number_;  // its name in the cache
};

}  // namespace yagura::eventstore
