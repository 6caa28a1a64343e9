// The search of batches that stand in no segment yet.
//
// Purpose: the index names the batches that can hold something, their own filters of texts leave fewer; these
//          are looked at row by row.
// Threads: a search is one thread's.
#pragma once

#include "eventstore/part_search.hpp"
#include "eventstore/recent_index.hpp"

namespace yagura::eventstore {

// What a search sees of an index: the batches that it had when the search began.
struct SeenRecents {
  std::shared_ptr<RecentIndex> index;
  RecentIndex::Extent extent;
};

class RecentSearch final : public PartSearch {
 public:
  // plan must outlive this. from and to in µs: from is included, to is not.
  RecentSearch(SeenRecents seen, const ConditionPlan& plan, std::int64_t from, std::int64_t to);
  Result<std::vector<Candidate>> candidates(bool newest_first, std::size_t enough) override;
  Result<void> look(const Candidate& candidate, std::int64_t from, std::int64_t to,
                    const Found& found) override;
  Result<void> turn_to(const Candidate& candidate) override;
  Result<Event::Cell> cell(std::size_t field, std::uint32_t row) override;
  Result<std::int64_t> day(std::uint32_t row) override;
  Result<std::uint64_t> key(std::size_t field, std::uint32_t row) override;

 private:
  bool verdict(std::size_t leaf, std::uint32_t row);
  // Whether some row of the batch may fulfil it, as far as its filter of texts tells.
  [[nodiscard]] bool may_hold(const Recent& batch, const Leaf& leaf) const;
  const SeenRecents seen_;
  std::vector<const Recent*> recents_;  // that can hold something
  const ConditionPlan& plan_;
  const AskedTexts asked_;
  const std::int64_t from_, to_;
  const Recent* at_ = nullptr;
  std::uint32_t batch_ = 0;
  // For each leaf what is known of each string of the batch: 0 nothing, 1 no, 2 yes.
  std::vector<std::vector<std::uint8_t>> known_;
  std::string folded_;
};

}  // namespace yagura::eventstore
