// Batches that are on disk in the write-ahead log only, and the search of them.
//
// Memory:  bytes has room for the filter, which is made at the first search that could use it.
// Threads: a Recent is never changed; a search is one thread's.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "eventstore/batch.hpp"
#include "eventstore/condition_plan.hpp"
#include "eventstore/part_search.hpp"
#include "eventstore/text_filter.hpp"

namespace yagura::eventstore {

struct Recent {
  Recent(std::string contract, const Kind& kind, Batch batch, std::int64_t day);
  std::string contract;
  const Kind* kind;
  Batch batch;
  std::int64_t day;  // of receipt, days since 1970 in Japan
  std::int64_t first_time = 0, last_time = 0;
  std::size_t bytes = 0;                           // of memory
  static constexpr std::size_t block_rows = 4096;  // are looked at together
  [[nodiscard]] const TextFilter& filter() const;

 private:
  mutable std::once_flag filtered_;
  mutable std::unique_ptr<const TextFilter> filter_;
};
using Recents = std::vector<std::shared_ptr<const Recent>>;

// What a record of the write-ahead log holds of it.
std::string write_recent(std::string_view contract, const Kind& kind, const Batch& batch, std::int64_t day);
Result<std::shared_ptr<const Recent>> read_recent(const Kinds& kinds, std::string_view bytes);

class RecentSearch final : public PartSearch {
 public:
  // Of one kind. plan must outlive this. from and to in µs: from is included, to is not.
  RecentSearch(Recents recents, const ConditionPlan& plan, std::int64_t from, std::int64_t to);
  Result<std::vector<Candidate>> candidates(bool newest_first) override;
  Result<void> look(const Candidate& candidate, std::int64_t from, std::int64_t to,
                    const Found& found) override;
  Result<void> turn_to(const Candidate& candidate) override;
  Result<Event::Cell> cell(std::size_t field, std::uint32_t row) override;
  Result<std::uint64_t> key(std::size_t field, std::uint32_t row) override;

 private:
  bool verdict(std::size_t leaf, std::uint32_t row);
  // Whether some row of the batch may fulfil it.
  [[nodiscard]] bool may_hold(const Recent& batch, const ConditionPlan::Node& node) const;
  const Recents recents_;
  const ConditionPlan& plan_;
  const std::int64_t from_, to_;
  const Recent* at_ = nullptr;
  std::uint32_t batch_ = 0;
  // For each leaf what is known of each string of the batch: 0 nothing, 1 no, 2 yes.
  std::vector<std::vector<std::uint8_t>> known_;
  std::string folded_;
};

}  // namespace yagura::eventstore
