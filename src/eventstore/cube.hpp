// Counts that are kept by the hour and by up to two fields of the kind, and what they answer.
//
// Purpose: a count of all, of some values, or by whole hours looks at no row. Most questions want no more than
//          the sums over all hours, or over all values: these are small and stay in memory for years of
//          segments.
// Threads: values and pure functions.
#pragma once

#include <array>
#include <optional>

#include "eventstore/condition_plan.hpp"
#include "eventstore/groups.hpp"
#include "eventstore/segment.hpp"

namespace yagura::eventstore {

// What a segment's counts come to.
struct CubeSums {
  struct OfNames {
    std::uint32_t a = 0, b = 0;
    std::uint64_t count = 0;
  };
  struct OfHour {
    std::int64_t hour = 0;
    std::uint64_t count = 0;
  };
  std::vector<std::string> by;  // one or two fields; none: nothing is kept
  std::int64_t first_time = 0, last_time = 0;
  std::array<Texts, 2> names;
  std::vector<OfNames> of_names;
  std::vector<OfHour> of_hours;
  [[nodiscard]] std::size_t bytes() const;
};
Result<CubeSums> sum_cube(const Segment& segment);

// One question as the counts kept of one part can answer it.
class CubeQuestion {
 public:
  // by: what the counts are kept by; times: of the part. Nothing when its counts cannot answer it.
  static std::optional<CubeQuestion> make(const Kind& kind, const ConditionPlan& plan, std::int64_t from,
                                          std::int64_t to, const Counting& counting,
                                          std::span<const std::string> by, std::int64_t first_time,
                                          std::int64_t last_time);
  // False when the sums are not enough: then it is the cells' turn.
  bool add(const CubeSums& sums, Groups& groups) const;
  // names: of the kept fields, what the cells number.
  void add(std::span<const CubeCell> cells, const std::array<Texts, 2>& names, Groups& groups) const;

 private:
  class Adding;
  const ConditionPlan* plan_ = nullptr;
  std::int64_t from_ = 0, to_ = 0, first_time_ = 0, last_time_ = 0;
  std::vector<std::size_t> by_;       // which of the kept fields each field asked for is
  std::vector<std::size_t> of_leaf_;  // and each leaf's
};

}  // namespace yagura::eventstore
