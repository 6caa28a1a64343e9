#include "eventstore/recent_search.hpp"

#include <algorithm>
#include <span>

#include "eventstore/fold.hpp"

namespace yagura::eventstore {

RecentSearch::RecentSearch(SeenRecents seen, const ConditionPlan& plan, std::int64_t from, std::int64_t to)
    : seen_(std::move(seen)), plan_(plan), asked_(plan), from_(from), to_(to), known_(plan.leaves().size()) {}

Result<std::vector<PartSearch::Candidate>> RecentSearch::candidates(bool newest_first,
                                                                    std::size_t /*enough*/) {
  recents_.clear();
  for (const auto* one : seen_.index->with(plan_, asked_, from_, to_, seen_.extent.batches))
    if (RecentIndex::may_fulfil(*one->kind, plan_, [&](const Leaf& leaf) { return may_hold(*one, leaf); }))
      recents_.push_back(one);
  std::vector<Candidate> out;
  out.reserve(recents_.size());
  for (std::uint32_t i = 0; i < recents_.size(); ++i) {
    const auto& one = *recents_[i];
    const std::span times(one.batch.times);
    if (times.size() <= Recent::block_rows) {
      out.push_back({i, 0, 0, one.first_time, one.last_time});
      continue;
    }
    for (std::uint32_t at = 0; at < times.size(); at += Recent::block_rows) {
      const auto [first, last] =
          std::ranges::minmax(times.subspan(at, std::min(Recent::block_rows, times.size() - at)));
      if (last >= from_ && first < to_) out.push_back({i, 0, at, first, last});
    }
  }
  if (newest_first)
    std::ranges::sort(out, std::ranges::greater(), &Candidate::last_time);
  else
    std::ranges::sort(out, {}, &Candidate::first_time);
  return out;
}

bool RecentSearch::may_hold(const Recent& batch, const Leaf& leaf) const {
  const auto& asked = asked_.of(leaf);
  return !asked.tells_of_texts() || asked.may_be_in_texts(batch.filter());
}

Result<void> RecentSearch::turn_to(const Candidate& candidate) {
  // What is known of the strings holds for all blocks of the batch.
  if (at_ == nullptr || batch_ != candidate.block)
    for (auto& one : known_) one.clear();
  batch_ = candidate.block;
  at_ = recents_[batch_];
  return {};
}

Result<void> RecentSearch::look(const Candidate& candidate, std::int64_t from, std::int64_t to,
                                const Found& found) {
  YAGURA_CHECK(turn_to(candidate));
  const auto& times = at_->batch.times;
  const auto end = std::min(times.size(), candidate.in_chunk + Recent::block_rows);
  for (auto row = candidate.in_chunk; row < end; ++row) {
    if (times[row] < from || times[row] >= to) continue;
    ++rows_read_;
    if (plan_.evaluate([&](std::size_t leaf) { return verdict(leaf, row); })) found(row, times[row]);
  }
  return {};
}

bool RecentSearch::verdict(std::size_t leaf, std::uint32_t row) {
  const auto& one = plan_.leaves()[leaf];
  const auto& columns = at_->batch.columns;
  if (one.type == Condition::Type::range) {
    const auto number = columns[one.number].numbers[row];
    return one.low <= number && number <= one.high;
  }
  auto& known = known_[leaf];
  if (known.empty()) known.assign(at_->batch.strings.size(), 0);
  return std::ranges::any_of(one.fields, [&](std::size_t field) {
    const auto id = columns[field].ids[row];
    if (known[id] == 0) {
      folded_.clear();
      fold_into(at_->batch.strings[id], folded_);
      known[id] = one.holds(folded_) ? 2 : 1;
    }
    return known[id] == 2;
  });
}

Result<Event::Cell> RecentSearch::cell(std::size_t field, std::uint32_t row) {
  const auto& column = at_->batch.columns[field];
  if (at_->kind->fields[field].type == FieldType::number) return Event::Cell(column.numbers[row]);
  return Event::Cell(at_->batch.strings[column.ids[row]]);
}

Result<std::int64_t> RecentSearch::day(std::uint32_t row) { return at_->day_of(row); }

Result<std::uint64_t> RecentSearch::key(std::size_t field, std::uint32_t row) {
  const auto& column = at_->batch.columns[field];
  if (at_->kind->fields[field].type == FieldType::number)
    return static_cast<std::uint64_t>(column.numbers[row]);
  return column.ids[row];
}

}  // namespace yagura::eventstore
