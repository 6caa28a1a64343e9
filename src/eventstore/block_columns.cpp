#include "eventstore/block_columns.hpp"

namespace yagura::eventstore {

BlockColumns::BlockColumns(const Segment& segment)
    : segment_(segment),
      ids_(segment.directory().columns.size()),
      numbers_(segment.directory().columns.size()) {}

Result<void> BlockColumns::turn_to(std::uint32_t chunk, std::uint32_t in_chunk, std::uint32_t block) {
  YAGURA_TRY(chunk_, segment_.blocks(chunk));
  entry_ = &chunk_->entries[in_chunk];
  number_ = block;
  order_.reset();
  days_.reset();
  for (auto& column : ids_) column.reset();
  for (auto& column : numbers_) column.reset();
  return {};
}

Result<std::shared_ptr<const PackedColumn>> BlockColumns::packed_times() const {
  return segment_.kept(number_, 0, [&]() -> Result<PackedColumn> {
    std::vector<std::int64_t> times;
    segment_.expect(*entry_);  // the other columns will be asked for next
    YAGURA_CHECK(segment_.times(*entry_, times));
    return PackedColumn(std::span<const std::int64_t>(times));
  });
}

Result<void> BlockColumns::rows_between(std::int64_t from, std::int64_t to, Rows& rows) {
  YAGURA_TRY(const auto packed, packed_times());
  packed->between(from, to, rows);
  return {};
}

Result<void> BlockColumns::times(const Rows& rows, std::vector<std::int64_t>& out) {
  YAGURA_TRY(const auto packed, packed_times());
  packed->pick(rows, out);
  return {};
}

Result<const std::vector<std::int64_t>*> BlockColumns::days() {
  if (!days_) {
    std::vector<std::int64_t> days;
    YAGURA_CHECK(segment_.days(*entry_, days));
    days_ = std::move(days);
  }
  return &*days_;
}

Result<const Order*> BlockColumns::order() {
  if (!order_) {
    YAGURA_TRY(order_, segment_.order(*entry_));
  }
  return &*order_;
}

Result<std::shared_ptr<const PackedColumn>> BlockColumns::packed_ids(std::size_t column) {
  return segment_.kept(number_, 2 + column, [&]() -> Result<PackedColumn> {
    YAGURA_TRY(const auto* contexts, order());
    std::vector<std::uint32_t> ids;
    YAGURA_CHECK(segment_.ids(*entry_, column, *contexts, ids));
    return PackedColumn(std::span<const std::uint32_t>(ids));
  });
}

Result<void> BlockColumns::ids(std::size_t column, const Rows& rows, std::vector<std::uint32_t>& out) {
  YAGURA_TRY(const auto packed, packed_ids(column));
  packed->pick(rows, out);
  return {};
}

Result<const std::vector<std::uint32_t>*> BlockColumns::ids(std::size_t column) {
  if (!ids_[column]) {
    YAGURA_TRY(const auto packed, packed_ids(column));
    packed->unpack(ids_[column].emplace());
  }
  return &*ids_[column];
}

Result<const std::vector<std::int64_t>*> BlockColumns::numbers(std::size_t column) {
  if (!numbers_[column]) {
    YAGURA_TRY(const auto kept, segment_.kept(number_, 2 + column, [&]() -> Result<PackedColumn> {
      YAGURA_TRY(const auto* contexts, order());
      std::vector<std::int64_t> numbers;
      YAGURA_CHECK(segment_.numbers(*entry_, column, *contexts, numbers));
      return PackedColumn(std::span<const std::int64_t>(numbers));
    }));
    kept->unpack(numbers_[column].emplace());
  }
  return &*numbers_[column];
}

}  // namespace yagura::eventstore
