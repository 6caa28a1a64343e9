// The batches of one contract and kind that stand in one file of the log, and what finds them.
//
// Purpose: what was just acknowledged is found about as fast as what stands in segments, for little work as it
//          comes: of each batch its times and the names that its entities and categories have; and, from when
//          they are first asked for, counts by the hour, as a segment keeps them. Batches are never taken out:
//          all go with the file.
// Bounds:  most_cells different counts; when there are more, rows are counted.
// Threads: any.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "eventstore/condition_plan.hpp"
#include "eventstore/hour_counts.hpp"
#include "eventstore/recent.hpp"
#include "eventstore/segment.hpp"

namespace yagura::eventstore {

class RecentIndex {
 public:
  static constexpr std::size_t most_cells = 1U << 18U;
  explicit RecentIndex(const Kind& kind);

  // Answers how much memory it takes more.
  std::size_t add(std::shared_ptr<const Recent> recent);
  // How many batches there are, and the times between which they lie.
  struct Extent {
    std::size_t batches = 0;
    std::int64_t first_time = INT64_MAX, last_time = INT64_MIN;
  };
  [[nodiscard]] Extent extent() const;

  // Of the first `batches` those with rows between the times whose names allow what the plan asks; texts are
  // not looked at. They live as long as this.
  [[nodiscard]] std::vector<const Recent*> with(const ConditionPlan& plan, std::int64_t from, std::int64_t to,
                                                std::size_t batches) const;
  // Whether with() looks at everything that the node asks.
  static bool tells(const Kind& kind, const ConditionPlan& plan, const ConditionPlan::Node& node);
  // The counts of all, in no order, and the names that they number; false when there are none. What came
  // since they were last asked for is counted now.
  bool counts(std::vector<CubeCell>& cells, std::array<Texts, 2>& names);

 private:
  struct Name {  // stands in this batch
    std::uint32_t hash = 0, batch = 0;
  };
  struct Numbered {  // the names of a field that is counted by
    std::size_t field = 0;
    std::unordered_map<std::string, std::uint32_t> known;
    std::vector<std::string> names;
  };
  static bool tells(const Kind& kind, const Leaf& leaf);
  [[nodiscard]] ConditionPlan::Marks marks_of(const Leaf& leaf, std::size_t batches) const;
  void add_names(const Batch& batch);
  void count(const Batch& batch);
  [[nodiscard]] std::size_t bytes() const;

  const Kind& kind_;
  mutable std::mutex mutex_;
  Extent extent_;
  std::vector<std::shared_ptr<const Recent>> batches_;
  std::vector<std::vector<Name>> names_;  // by field, in order of batches; of texts and numbers none
  std::vector<Numbered> counted_by_;      // empty: nothing is counted, or no more
  HourCounts counts_;
  std::size_t counted_ = 0;  // batches
  std::size_t bytes_ = 0;
  std::vector<std::uint64_t> fields_of_;  // kept for their memory
  std::array<std::vector<std::uint32_t>, 2> numbers_;
};

}  // namespace yagura::eventstore
