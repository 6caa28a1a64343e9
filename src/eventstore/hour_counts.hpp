// Counts by one number, while a segment is written and for what stands in none.
//
// Purpose: rows come with the same few thousand keys again and again; an open table without allocations for
// each. Threads: one thread.
#pragma once

#include <cstdint>
#include <vector>

namespace yagura::eventstore {

class HourCounts {
 public:
  // cells: a power of two.
  explicit HourCounts(std::size_t cells = 1U << 12U) : cells_(cells) {}
  // Keys are never 0.
  void add(std::uint64_t key, std::uint64_t count) {
    auto& cell = find(cells_, key);
    if (cell.key == 0) {
      cell.key = key;
      if (++used_ * 2 > cells_.size()) {
        grow();
        find(cells_, key).count += count;
        return;
      }
    }
    cell.count += count;
  }
  // visit(key, count), in no order.
  template <class F>
  void each(F&& visit) const {
    for (const auto& cell : cells_)
      if (cell.key != 0) visit(cell.key, cell.count);
  }
  [[nodiscard]] std::size_t size() const { return used_; }
  [[nodiscard]] std::size_t bytes() const { return cells_.capacity() * sizeof(Cell); }

 private:
  struct Cell {
    std::uint64_t key = 0, count = 0;
  };
  static Cell& find(std::vector<Cell>& cells, std::uint64_t key) {
    const auto mask = cells.size() - 1;
    auto at = ((key * 0x9E3779B97F4A7C15ULL) >> 32U) & mask;
    while (cells[at].key != 0 && cells[at].key != key) at = (at + 1) & mask;
    return cells[at];
  }
  void grow() {
    std::vector<Cell> more(cells_.size() * 2);
    for (const auto& cell : cells_)
      if (cell.key != 0) find(more, cell.key) = cell;
    cells_.swap(more);
  }
  std::vector<Cell> cells_;
  std::size_t used_ = 0;
};

}  // namespace yagura::eventstore
