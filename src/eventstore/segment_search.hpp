// Finds the events of one segment that a plan asks for.
//
// Purpose: narrows to the blocks that can hold one (names, fragments, times), then looks at these, newest or
//          oldest first, and reads of each only the columns that matter.
// Threads: one search is one thread's; many may read the same segment.
#pragma once

#include <optional>
#include <span>

#include "eventstore/block_columns.hpp"
#include "eventstore/condition_plan.hpp"
#include "eventstore/part_search.hpp"
#include "eventstore/segment.hpp"

namespace yagura::eventstore {

class SegmentSearch final : public PartSearch {
 public:
  // plan and kind must outlive this. from and to in microseconds: from is included, to is not.
  SegmentSearch(std::shared_ptr<const Segment> segment, const Kind& kind, const ConditionPlan& plan,
                std::int64_t from, std::int64_t to);

  Result<std::vector<Candidate>> candidates(bool newest_first, std::size_t enough) override;
  [[nodiscard]] bool is_dense() const override { return dense_; }
  Result<void> look(const Candidate& candidate, std::int64_t from, std::int64_t to,
                    const Found& found) override;
  [[nodiscard]] bool is_in_memory(const Candidate& candidate) const override {
    return segment_.has_times(candidate.block);
  }
  void expect(const Candidate& candidate) const override;
  Result<void> turn_to(const Candidate& candidate) override;
  void expect_cells(std::uint32_t row) override;
  Result<Event::Cell> cell(std::size_t field, std::uint32_t row) override;
  Result<std::int64_t> day(std::uint32_t row) override;
  Result<std::uint64_t> key(std::size_t field, std::uint32_t row) override;

 private:
  using Blocks = ConditionPlan::Marks;
  Result<Blocks> blocks_of(const Leaf& leaf);
  [[nodiscard]] std::size_t number_of(const Leaf& leaf) const {
    return static_cast<std::size_t>(&leaf - plan_.leaves().data());
  }
  Result<Blocks> blocks_of_names(const Leaf& leaf, std::size_t which, std::size_t column);
  Result<Blocks> blocks_of_texts(const Leaf& leaf, std::size_t which, std::size_t column);
  // No value of this field fulfils the leaf.
  Blocks none_of(const Leaf& leaf, std::size_t which);
  // Whether a fragment that may stand in these pages is so frequent that they tell no block from another.
  Result<bool> is_everywhere(const Leaf& leaf, std::size_t column, const Segment::Pages& table,
                             std::span<const std::uint32_t> pages) const;
  using Rows = BlockColumns::Rows;  // of the block, ascending
  Result<void> narrow(const ConditionPlan::Node& node, Rows& rows);
  Result<void> narrow(std::size_t leaf, Rows& rows);
  Result<void> note(const Rows& rows, Error error);
  Result<void> prepare(std::size_t leaf, std::size_t which, std::size_t column);
  Result<void> rule_out(std::size_t leaf, std::size_t which, std::size_t column);
  void expect_pages(std::size_t leaf, std::size_t which, std::size_t column,
                    std::span<const std::uint32_t> ids) const;
  Result<void> judge(std::size_t leaf, std::size_t which, std::size_t column, std::uint32_t id, bool alone);

  const std::shared_ptr<const Segment> held_;
  const Segment& segment_;
  const Kind& kind_;
  const ConditionPlan& plan_;
  const std::int64_t from_, to_;
  std::size_t enough_ = all_of_them;
  bool dense_ = false;
  std::vector<std::optional<std::size_t>> column_of_;  // of each field of the kind
  // For each leaf and its fields: 0 not known, 1 no, 2 yes, by place in the dictionary.
  std::vector<std::vector<std::vector<std::uint8_t>>> known_;
  std::vector<std::vector<std::optional<bool>>>
      nowhere_;                              // whether that is "no" throughout, once it was asked
  std::vector<std::vector<Blocks>> blocks_;  // where it can be "yes", as far as it is known; empty: anywhere
  std::vector<std::optional<GramTable::Pages>> named_;  // for each leaf the columns whose names can fulfil it
  std::size_t alone_ = 0;                               // texts that were judged one by one
  std::vector<std::int64_t> times_;                     // of rows
  std::vector<std::uint32_t> row_ids_;                  // of a column
  BlockColumns at_;                                     // of the block looked at
  std::vector<std::shared_ptr<const Texts>> alive_;
  std::vector<bool> unknown_rows_;  // something of them cannot be read
  std::optional<Error> damage_;
};

}  // namespace yagura::eventstore
