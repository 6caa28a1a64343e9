// Rows of ClickHouse's RowBinary format, read as they arrive.
//
// Form:    of each row: at (8 bytes), the place of its kind (1), so many texts (varint length, bytes), so
//          many numbers (8 bytes each).
// Bounds:  a text of more than 64 MiB is no text of ours.
// Threads: one reader is one thread's.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/query.hpp"

namespace yagura::eventstore::clickhouse {

struct ReadRow {  // valid until the next one
  std::int64_t at = 0;
  std::uint8_t kind = 0;
  std::vector<std::string_view> texts;
  std::vector<std::int64_t> numbers;
};

// The event it says: of a kind's fields the texts, then the numbers. Valid as long as the row.
Event event_of(const Kind& kind, const ReadRow& row);

class RowReader {
 public:
  RowReader(std::size_t texts, std::size_t numbers) : texts_(texts), numbers_(numbers) {}
  // Hands on the rows that are complete; false when `row` wants no more or the bytes are no rows.
  bool take(std::string_view bytes, const std::function<bool(const ReadRow&)>& row);
  // Something was wrong, or at the end of all bytes a row is incomplete.
  [[nodiscard]] bool damaged() const { return damaged_ || !left_.empty(); }

 private:
  const std::size_t texts_, numbers_;
  std::string left_;
  bool damaged_ = false;
  ReadRow row_;
};

}  // namespace yagura::eventstore::clickhouse
