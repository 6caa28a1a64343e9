// The columns of one block of a segment, each read when it is first asked for.
//
// Purpose: a search wants few columns of a block, some of them several times. Unpacked ones are kept in the cache
//          as long as there is room.
// Errors:  eventstore.damaged.
// Threads: one thread's.
#pragma once

#include <optional>
#include <vector>

#include "eventstore/segment.hpp"

namespace yagura::eventstore {

class BlockColumns {
 public:
  // segment must outlive this.
  explicit BlockColumns(const Segment& segment);
  // From now on it is this block: `block` of the segment, `in_chunk` of its chunk.
  Result<void> turn_to(std::uint32_t chunk, std::uint32_t in_chunk, std::uint32_t block);
  [[nodiscard]] std::uint32_t block() const { return number_; }
  [[nodiscard]] std::uint32_t rows() const { return entry_->rows; }

  // Of its rows those of these times, ascending; the times of some rows, and their names or texts. rows: ascending.
  using Rows = std::vector<std::uint32_t>;
  Result<void> rows_between(std::int64_t from, std::int64_t to, Rows& rows);
  Result<void> times(const Rows& rows, std::vector<std::int64_t>& out);
  Result<void> ids(std::size_t column, const Rows& rows, std::vector<std::uint32_t>& out);
  // Of all rows, valid until the next block.
  Result<const std::vector<std::int64_t>*> days();
  Result<const std::vector<std::uint32_t>*> ids(std::size_t column);
  Result<const std::vector<std::int64_t>*> numbers(std::size_t column);

 private:
  Result<const Order*> order();
  Result<std::shared_ptr<const PackedColumn>> packed_times() const;
  Result<std::shared_ptr<const PackedColumn>> packed_ids(std::size_t column);
  const Segment& segment_;
  std::shared_ptr<const Segment::Blocks> chunk_;
  const BlockEntry* entry_ = nullptr;
  std::uint32_t number_ = 0;
  std::optional<Order> order_;
  std::optional<std::vector<std::int64_t>> days_;
  std::vector<std::optional<std::vector<std::uint32_t>>> ids_;
  std::vector<std::optional<std::vector<std::int64_t>>> numbers_;
};

}  // namespace yagura::eventstore
