// A batch, or several that go together, as one block of ClickHouse's Native format, made piece by piece as it is
// sent.
//
// Why Native: a block says how many rows follow, so one that is cut off is refused whole.
// Why one:    several the server would copy together before it writes them.
// Rows:       batch after batch, each in the table's order.
// Columns:    contract, month (of the newest event of the batch), at, batch, row (place in the batches),
//             day (of receipt; 0 in rows that are older than the column), and of each field v_ and, unless it is a number, f_ (sql.hpp).
// Threads:    one block is one thread's. Kind and batches must outlive it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/batch.hpp"

namespace yagura::eventstore::clickhouse {

// What a table of this kind has as columns: names and types, in order.
std::vector<std::pair<std::string, std::string>> columns_of(const Kind& kind);

// Months are counted from the year 0; beyond the years -30000 to 30000 they stand still.
std::int32_t month_of(std::int64_t at);
// The first moment of a month; the least or greatest there is, beyond those years.
std::int64_t begin_of(std::int32_t month);

// Bytes of all cells, as a server holds them while it takes the block in; folded texts counted as they are.
std::size_t cells_bytes(const Batch& batch);

class NativeBlock {
 public:
  struct Common {
    std::string_view contract;
    std::int32_t month = 0;
    std::uint64_t id = 0;    // of the batch, or of several that go together
    std::int64_t today = 0;  // the day of receipt of a batch that does not say it
  };
  NativeBlock(const Kind& kind, std::span<const Batch> batches, const Common& common);
  // Fills the buffer with what comes next; 0 at the end.
  std::size_t fill(char* to, std::size_t size);

 private:
  enum class What : std::uint8_t { contract, month, at, batch, row, day, number, value, folded };
  struct Column {
    std::string name, type;
    What what;
    std::size_t field = 0;
  };
  struct Part {
    const Batch* batch;
    std::size_t first_row;             // rows of batches before it
    std::vector<std::uint32_t> order;  // of its rows: the table's, so that the server need not sort
    std::string held;                  // what the next point into
    std::vector<std::string_view> folded;
  };
  static Part part_of(const Kind& kind, const Batch& batch, std::size_t first_row);
  void append(const Column& column, const Part& part, std::span<const std::uint32_t> rows);

  const Common common_;
  std::vector<Part> parts_;
  std::vector<Column> columns_;
  std::size_t column_ = 0, part_ = 0, row_ = 0, from_ = 0;
  bool begun_ = false;  // the column's name was written
  std::string ready_;
};

}  // namespace yagura::eventstore::clickhouse
