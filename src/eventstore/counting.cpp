#include "eventstore/counting.hpp"

#include <algorithm>

#include "eventstore/cache.hpp"

namespace yagura::eventstore {

namespace {

using Why = Outcome::Why;
using Row = std::pair<std::uint32_t, std::int64_t>;  // and its time

}  // namespace

// The rows of one block, grouped by what their fields hold as numbers, so that texts are looked at once a
// group.
class PartTally::BlockGroups {
 public:
  BlockGroups(const Counting& counting, const Kind& kind, Groups& all) : all_(&all) {
    for (const auto& name : counting.by) fields_.push_back(kind.index_of(name));
  }

  // What cannot be read is left out, and said.
  Result<void> count(PartSearch& search, std::span<const Row> rows) {
    groups_.clear();
    auto grouped = group(search, rows);
    YAGURA_CHECK(give(search));
    return grouped;
  }

 private:
  using Key = std::array<std::int64_t, 4>;  // bucket and up to three fields
  struct Hash {
    std::size_t operator()(const Key& key) const {
      std::uint64_t out = 0;
      for (const auto part : key)
        out = (out ^ static_cast<std::uint64_t>(part)) * 0x9E3779B97F4A7C15ULL + (out >> 29U);
      return out;
    }
  };
  struct Group {
    std::uint32_t row = 0;
    std::int64_t count = 0;
  };

  Result<void> group(PartSearch& search, std::span<const Row> rows) {
    for (const auto& [row, time] : rows) {
      Key key{all_->bucket_of(time), 0, 0, 0};
      for (std::size_t i = 0; i < fields_.size(); ++i)
        if (fields_[i]) {
          YAGURA_TRY(const auto one, search.key(*fields_[i], row));
          key[i + 1] = static_cast<std::int64_t>(one);
        }
      auto& group = groups_[key];
      group.row = row;
      ++group.count;
    }
    return {};
  }
  Result<void> give(PartSearch& search) {
    for (const auto& [key, group] : groups_) {
      Groups::Numbers numbers{};
      for (std::size_t i = 0; i < fields_.size(); ++i) {
        Event::Cell cell;
        if (fields_[i]) {
          YAGURA_TRY(cell, search.cell(*fields_[i], group.row));
        }
        const auto* text = std::get_if<std::string_view>(&cell);
        numbers[i] = all_->number(i, text ? *text : std::to_string(std::get<std::int64_t>(cell)));
      }
      all_->add(key[0], numbers, group.count);
    }
    return {};
  }

  Groups* all_;
  std::vector<std::optional<std::size_t>> fields_;
  std::unordered_map<Key, Group, Hash> groups_;
};

Result<std::unique_ptr<PartTally>> PartTally::make(std::vector<CountedPart> parts,
                                                   std::shared_ptr<const void> held, std::int64_t from,
                                                   std::int64_t to, std::vector<CountingOf> countings,
                                                   const Clock& clock, OnDamage on_damage) {
  for (const auto& [counting, kinds] : countings)
    if (counting.by.size() > most_counted_fields)
      return fail("eventstore.counting_invalid", {{"field", counting.by[most_counted_fields]}});
  return std::unique_ptr<PartTally>(new PartTally(std::move(parts), std::move(held), from, to,
                                                  std::move(countings), clock, std::move(on_damage)));
}

PartTally::PartTally(std::vector<CountedPart> parts, std::shared_ptr<const void> held, std::int64_t from,
                     std::int64_t to, std::vector<CountingOf> countings, const Clock& clock,
                     OnDamage on_damage)
    : held_(std::move(held)),
      from_(from),
      to_(to),
      countings_(std::move(countings)),
      clock_(clock),
      on_damage_(std::move(on_damage)) {
  for (const auto& one : countings_) groups_.emplace_back(one.counting);
  for (auto& part : parts) {
    if (part.part.last_time < from_ || part.part.first_time >= to_) continue;
    std::vector<bool> open;
    for (const auto& one : countings_)
      open.push_back(one.kinds.empty() ||
                     std::ranges::find(one.kinds, part.part.kind->kind) != one.kinds.end());
    parts_.push_back({std::move(part), std::move(open)});
  }
  std::ranges::sort(parts_, std::ranges::greater(),
                    [](const ToCount& one) { return one.part.part.last_time; });
}

PartTally::~PartTally() {
  if (!damage_.empty()) on_damage_(damage_);
}

Result<bool> PartTally::go_on(const Limits& limits) {
  const Bounds bounds(limits, clock_);
  while (kept_asked_ < parts_.size() || at_ < parts_.size()) {
    why_ = full() ? Why::too_many_rows : bounds.reached(rows_read());
    if (why_ != Why::whole) return why_ != Why::cancelled && !full();
    if (kept_asked_ < parts_.size())
      ask_kept(parts_[kept_asked_++]);
    else
      step();
  }
  why_ = Why::whole;
  return false;
}

void PartTally::ask_kept(ToCount& part) {
  if (!part.part.from_cube) return;
  for (std::size_t c = 0; c < countings_.size(); ++c) {
    if (!part.open[c]) continue;
    auto done = part.part.from_cube(countings_[c].counting, groups_[c]);
    if (!done) return note(done.error());
    if (*done) part.open[c] = false;
  }
}

// One block, or one part opened or closed.
void PartTally::step() {
  const Cache::OnePass one_pass;
  if (!search_) return open(parts_[at_]);
  if (block_ == blocks_.size()) return close();
  const auto& block = blocks_[block_++];
  std::vector<Row> rows;
  // Of rows that cannot be judged the others are found all the same.
  if (auto looked = search_->look(
          block, from_, to_, [&](std::uint32_t row, std::int64_t time) { rows.emplace_back(row, time); });
      !looked)
    note(looked.error());
  for (auto& one : block_groups_)
    if (auto counted = one.count(*search_, rows); !counted) note(counted.error());
}

void PartTally::open(const ToCount& part) {
  if (std::ranges::none_of(part.open, std::identity())) return close();
  auto search = part.part.part.open();
  if (!search) return note(search.error()), close();
  if (!*search) return close();
  auto blocks = (*search)->candidates(true, PartSearch::all_of_them);
  if (!blocks) return note(blocks.error()), close();
  search_ = *std::move(search);
  blocks_ = *std::move(blocks);
  for (std::size_t c = 0; c < countings_.size(); ++c)
    if (part.open[c]) block_groups_.emplace_back(countings_[c].counting, *part.part.part.kind, groups_[c]);
}

void PartTally::close() {
  if (search_) rows_read_ += search_->rows_read();
  search_.reset();
  blocks_.clear();
  block_ = 0;
  block_groups_.clear();
  ++at_;
}

void PartTally::note(const Error& error) {
  auto text = error.text();
  if (std::ranges::find(damage_, text) == damage_.end()) damage_.push_back(std::move(text));
}

bool PartTally::full() const {
  return std::ranges::any_of(groups_, [](const Groups& one) { return one.full(); });
}

std::int64_t PartTally::rows_read() const { return rows_read_ + (search_ ? search_->rows_read() : 0); }

Time PartTally::complete_from(std::size_t counting) const {
  auto last = INT64_MIN;
  for (auto p = at_; p < parts_.size(); ++p) {
    if (!parts_[p].open[counting]) continue;
    if (p == at_ && search_) {
      if (block_ < blocks_.size()) last = std::max(last, blocks_[block_].last_time);
      continue;
    }
    last = std::max(last, parts_[p].part.part.last_time);
    break;  // none of the others has later ones
  }
  return last == INT64_MIN ? Time::min() : from_micros(std::min(last, to_ - 1) + 1);
}

std::vector<Counts> PartTally::counts() {
  std::vector<Counts> out;
  for (std::size_t c = 0; c < countings_.size(); ++c) {
    auto& one = out.emplace_back(groups_[c].take());
    one.more_groups = one.more_groups || groups_[c].full();
    one.complete_from = complete_from(c);
    one.outcome.why = one.complete_from == Time::min() && !groups_[c].full() ? Why::whole : why_;
    if (one.outcome.why == Why::whole && !damage_.empty()) one.outcome.why = Why::damaged;
    one.outcome.rows_read = rows_read();
    one.outcome.damage = damage_;
  }
  return out;
}

}  // namespace yagura::eventstore
