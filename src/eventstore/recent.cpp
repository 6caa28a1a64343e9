#include "eventstore/recent.hpp"

#include <algorithm>
#include <span>

#include "eventstore/coding.hpp"
#include "eventstore/fold.hpp"

namespace yagura::eventstore {

Recent::Recent(std::string own, const Kind& its, Batch rows, std::int64_t received)
    : contract(std::move(own)), kind(&its), batch(std::move(rows)), day(received) {
  const auto [first, last] = std::ranges::minmax(batch.times);
  first_time = first;
  last_time = last;
  bytes = sizeof(Recent) + batch.times.capacity() * 8 + batch.strings.capacity() * sizeof(std::string_view) +
          (batch.held ? batch.held->capacity() + TextFilter::bytes_for(batch.held->size()) : 0);
  for (const auto& column : batch.columns)
    bytes += column.ids.capacity() * sizeof(Batch::StringId) + column.numbers.capacity() * 8;
}

const TextFilter& Recent::filter() const {
  std::call_once(filtered_, [this] { filter_ = std::make_unique<const TextFilter>(batch.strings); });
  return *filter_;
}

std::string write_recent(std::string_view contract, const Kind& kind, const Batch& batch, std::int64_t day) {
  std::string out;
  put_text(out, contract);
  put_text(out, kind.kind);
  put_signed(out, day);
  write_batch(kind, batch, out);
  return out;
}

Result<std::shared_ptr<const Recent>> read_recent(const Kinds& kinds, std::string_view bytes) {
  Reader in(bytes);
  const auto contract = in.text(), name = in.text();
  const auto day = in.signed_varint();
  if (in.bad()) return fail("eventstore.damaged", {{"reason", "a record of the log"}});
  const auto kind = kinds.find(name);
  if (kind == kinds.end()) return fail("eventstore.kind_unknown", {{"kind", std::string(name)}});
  YAGURA_TRY(auto batch, read_batch(kind->second, in.bytes(in.left())));
  if (batch.rows() == 0) return fail("eventstore.damaged", {{"reason", "an empty record of the log"}});
  return std::make_shared<const Recent>(std::string(contract), kind->second, std::move(batch), day);
}

RecentSearch::RecentSearch(Recents recents, const ConditionPlan& plan, std::int64_t from, std::int64_t to)
    : recents_(std::move(recents)), plan_(plan), from_(from), to_(to), known_(plan.leaves().size()) {}

Result<std::vector<PartSearch::Candidate>> RecentSearch::candidates(bool newest_first) {
  std::vector<Candidate> out;
  for (std::uint32_t i = 0; i < recents_.size(); ++i) {
    const auto& one = *recents_[i];
    if (one.last_time < from_ || one.first_time >= to_ || !may_hold(one, plan_.root())) continue;
    const std::span times(one.batch.times);
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

bool RecentSearch::may_hold(const Recent& batch, const ConditionPlan::Node& node) const {
  using Type = ConditionPlan::Node::Type;
  const auto part_may = [&](const ConditionPlan::Node& part) { return may_hold(batch, part); };
  if (node.type == Type::all) return std::ranges::all_of(node.parts, part_may);
  if (node.type == Type::any) return std::ranges::any_of(node.parts, part_may);
  if (node.type == Type::no) return true;
  const auto& leaf = plan_.leaves()[node.leaf];
  if (leaf.type == Condition::Type::range || leaf.holds("")) return true;
  if (leaf.type == Condition::Type::equals)
    return std::ranges::any_of(leaf.values,
                               [&](const auto& value) { return batch.filter().may_equal(value); });
  return std::ranges::all_of(leaf.fragments(), [&](auto fragment) {
    return fragment.size() < 3 || batch.filter().may_hold(fragment);
  });
}

Result<void> RecentSearch::turn_to(const Candidate& candidate) {
  // What is known of the strings holds for all blocks of the batch.
  if (at_ == nullptr || batch_ != candidate.block)
    for (auto& one : known_) one.clear();
  batch_ = candidate.block;
  at_ = recents_[batch_].get();
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

Result<std::uint64_t> RecentSearch::key(std::size_t field, std::uint32_t row) {
  const auto& column = at_->batch.columns[field];
  if (at_->kind->fields[field].type == FieldType::number)
    return static_cast<std::uint64_t>(column.numbers[row]);
  return column.ids[row];
}

}  // namespace yagura::eventstore
