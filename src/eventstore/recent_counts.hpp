// Counts by the hour of what stands in no segment yet, as a segment keeps them.
//
// Purpose: a count of all, of some names or by whole hours looks at no row; most want the sums alone.
// Bounds:  most_cells different counts; when there are more, or the kind keeps none, rows are counted.
// Threads: one at a time.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "eventstore/cube.hpp"
#include "eventstore/hour_counts.hpp"
#include "eventstore/recent.hpp"

namespace yagura::eventstore {

class RecentCounts {
 public:
  static constexpr std::size_t most_cells = 1U << 18U;
  explicit RecentCounts(const Kind& kind);

  void add(const Recent& recent);
  // False when there are no counts.
  [[nodiscard]] bool tell() const { return !counted_by_.empty(); }
  [[nodiscard]] CubeSums sums() const;
  // In no order, with the names of sums().
  [[nodiscard]] std::vector<CubeCell> cells() const;
  [[nodiscard]] std::size_t bytes() const;

 private:
  struct Numbered {  // the names of a field that is counted by
    std::size_t field = 0;
    std::unordered_map<std::string, std::uint32_t> known;
    std::vector<std::string> names;
  };
  std::uint32_t number(std::size_t which, const Batch& batch, std::size_t row);
  void count_no_more();

  const Kind& kind_;
  std::vector<Numbered> counted_by_;  // empty: nothing is counted, or no more
  std::int64_t first_time_ = INT64_MAX, last_time_ = INT64_MIN;
  HourCounts cells_{64}, names_{64}, hours_{64};
  std::array<std::vector<std::uint32_t>, 2> numbers_;  // of a batch's strings; kept for their memory
};

}  // namespace yagura::eventstore
