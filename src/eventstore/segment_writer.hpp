// Writes one segment from front to back.
//
// Purpose: takes rows in their final order (slice, source, time), makes blocks, pages of texts, lists of
//          fragments, lists of uses and counts of them. What it holds in memory does not grow with the rows
//          but with the different texts: about 30 bytes for each, and four for each of their fragments in a page, 256 pages at a time.
// Errors:  those of file.hpp. After an error, or without finish(), the file is worthless; the caller removes
//          it.
// Threads: one thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "eventstore/chunk_writer.hpp"
#include "eventstore/file.hpp"
#include "eventstore/hour_counts.hpp"
#include "eventstore/segment_format.hpp"
#include "eventstore/text_column.hpp"

namespace yagura::eventstore {

class SegmentWriter {
 public:
  using Options = SegmentOptions;
  // names: for each field of type entity or category every value that will come, in order of their folded
  // form (sort_names), "" among them where it comes.
  // learned: for each field of type text.
  static Result<std::unique_ptr<SegmentWriter>> create(
      const std::filesystem::path& file, std::string_view contract, const Kind& kind,
      std::vector<std::vector<std::string>> names, const Options& options,
      std::span<const std::shared_ptr<const Learned>> learned);

  // The block being filled. Names and categories are places in `names`, texts what text() answered.
  using Rows = BlockRows;
  Rows& rows() { return rows_; }
  [[nodiscard]] std::size_t room() const { return block_rows - rows_.times.size(); }
  // The number of a text of this field, for the row that comes next.
  std::uint32_t text(std::size_t field, std::string_view text) {
    return texts_[field]->use(text, directory_.blocks);
  }
  // The same for many, faster.
  void texts(std::size_t field, std::span<const std::string_view> texts, std::span<std::uint32_t> numbers) {
    texts_[field]->use(texts, directory_.blocks, numbers);
  }
  // Writes the block when it is full, or has rows and `now`. Slices and sources need no sign: end_slice()
  // does.
  Result<void> end_block(bool now = false);
  // What follows belongs to a later time: blocks and chunks do not reach over.
  Result<void> end_slice();
  // Writes all tables; the file is on disk afterwards.
  Result<Directory> finish();

 private:
  SegmentWriter(OutFile file, const Kind& kind, Options options);
  Result<void> end_chunk();
  void count_rows();
  void note_uses(std::uint32_t block);
  Result<void> put_names();
  Result<void> put_name_grams();

  OutFile file_;
  const Kind& kind_;
  Options options_;
  Directory directory_;
  std::vector<std::vector<std::string>> names_;
  Rows rows_;

  std::vector<std::optional<TextColumnWriter>> texts_;  // by field
  std::vector<std::uint32_t> first_texts_;              // of the block being filled
  std::vector<std::vector<std::uint64_t>> name_uses_;   // by field: name << 32 | block
  std::vector<std::vector<std::uint32_t>> name_last_;
  std::optional<ChunkWriter> chunk_;
  HourCounts counts_;  // of hour, a, b
};

// Values in the order that segments keep names in: by folded form, then by bytes. Each once.
void sort_names(std::vector<std::string>& names);

}  // namespace yagura::eventstore
