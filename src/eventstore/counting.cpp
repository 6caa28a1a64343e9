#include "eventstore/counting.hpp"

#include <algorithm>

#include "eventstore/coding.hpp"
#include "eventstore/fold.hpp"

namespace yagura::eventstore {

namespace {

using Why = Outcome::Why;
constexpr std::int64_t hour_us = 3'600'000'000;

std::int64_t floor_to(std::int64_t time, std::int64_t step, std::int64_t offset) {
  const auto from = time - offset;
  return from / step * step - (from % step < 0 ? step : 0) + offset;
}

// The rows of one block, grouped by what their fields hold as numbers, so that texts are looked at once a
// group.
class BlockGroups {
 public:
  BlockGroups(const Counting& counting, const Kind& kind, const Groups& all) : all_(all) {
    for (const auto& name : counting.by) fields_.push_back(kind.index_of(name));
  }

  Result<void> count(PartSearch& search, const PartSearch::Candidate& at, std::int64_t from,
                     std::int64_t to) {
    groups_.clear();
    Result<void> failed;
    YAGURA_CHECK(search.look(at, from, to, [&](std::uint32_t row, std::int64_t time) {
      if (!failed) return;
      if (auto added = add(search, row, time); !added) failed = std::move(added);
    }));
    return failed;
  }
  Result<void> give(PartSearch& search, Groups& to) {
    std::vector<std::string> values(fields_.size());
    for (const auto& [key, group] : groups_) {
      for (std::size_t i = 0; i < fields_.size(); ++i) {
        if (!fields_[i]) continue;
        YAGURA_TRY(const auto cell, search.cell(*fields_[i], group.row));
        const auto* text = std::get_if<std::string_view>(&cell);
        values[i] = text ? std::string(*text) : std::to_string(std::get<std::int64_t>(cell));
      }
      to.add(key[0], values, group.count);
    }
    return {};
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
  Result<void> add(PartSearch& search, std::uint32_t row, std::int64_t time) {
    Key key{all_.bucket_of(time), 0, 0, 0};
    for (std::size_t i = 0; i < fields_.size(); ++i)
      if (fields_[i]) {
        YAGURA_TRY(const auto one, search.key(*fields_[i], row));
        key[i + 1] = static_cast<std::int64_t>(one);
      }
    auto& group = groups_[key];
    group.row = row;
    ++group.count;
    return {};
  }

  const Groups& all_;
  std::vector<std::optional<std::size_t>> fields_;
  std::unordered_map<Key, Group, Hash> groups_;
};

}  // namespace

std::int64_t Groups::bucket_of(std::int64_t time) const {
  return counting_.bucket.count() == 0 ? 0
                                       : floor_to(time, counting_.bucket.count(), counting_.offset.count());
}

void Groups::add(std::int64_t bucket, std::span<const std::string> values, std::int64_t count) {
  key_.clear();
  put_fixed(key_, bucket);
  for (const auto& value : values) put_text(key_, value);
  if (const auto found = counts_.find(key_); found != counts_.end())
    found->second += count;
  else if (!full())
    counts_.emplace(key_, count);
}

Counts Groups::take() {
  Counts out;
  for (const auto& [key, count] : counts_) {
    Group group;
    Reader in(key);
    group.bucket = from_micros(in.fixed<std::int64_t>());
    for (std::size_t i = 0; i < counting_.by.size(); ++i) group.values.emplace_back(in.text());
    group.count = count;
    out.total += count;
    out.groups.push_back(std::move(group));
  }
  const auto larger = [](const Group& a, const Group& b) {
    if (a.count != b.count) return a.count > b.count;
    return std::tie(a.bucket, a.values) < std::tie(b.bucket, b.values);
  };
  std::ranges::sort(out.groups, larger);
  if (out.groups.size() > counting_.top) {
    out.groups.resize(counting_.top);
    out.more_groups = true;
  }
  if (counting_.bucket.count() != 0)
    std::ranges::sort(out.groups, [&](const Group& a, const Group& b) {
      return a.bucket != b.bucket ? a.bucket < b.bucket : larger(a, b);
    });
  return out;
}

Result<bool> count_from_cube(const Segment& segment, const Kind& kind, const ConditionPlan& plan,
                             std::int64_t from, std::int64_t to, const Counting& counting, Groups& groups) {
  const auto& d = segment.directory();
  if (d.count_by.empty()) return false;
  const auto whole_hours = [](std::int64_t us) { return us % hour_us == 0; };
  if (!whole_hours(counting.bucket.count()) || !whole_hours(counting.offset.count()) ||
      (from > d.first_time && !whole_hours(from)) || (to <= d.last_time && !whole_hours(to)))
    return false;
  // Which of the two kept fields each field asked for is.
  const auto which = [&](std::string_view name) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < d.count_by.size(); ++i)
      if (d.columns[d.count_by[i]].name == name) return i == 0 ? 0 : 1;
    return std::nullopt;
  };
  std::vector<std::size_t> by;
  for (const auto& name : counting.by) {
    const auto one = which(name);
    if (!one) return false;
    by.push_back(*one);
  }
  std::vector<std::size_t> leaf_of;
  for (const auto& leaf : plan.leaves()) {
    const auto one = leaf.type != Condition::Type::range && leaf.fields.size() == 1
                         ? which(kind.fields[leaf.fields.front()].name)
                         : std::nullopt;
    if (!one) return false;
    leaf_of.push_back(*one);
  }
  YAGURA_TRY(const auto cube, segment.cube());
  std::array<std::shared_ptr<const Texts>, 2> names;
  YAGURA_TRY(names[0], segment.names(d.count_by.front()));
  YAGURA_TRY(names[1], segment.names(d.count_by.back()));
  // What each leaf says of each name.
  std::vector<std::vector<bool>> holds;
  for (std::size_t l = 0; l < leaf_of.size(); ++l) {
    auto& own = holds.emplace_back();
    for (const auto name : names[leaf_of[l]]->texts) own.push_back(plan.leaves()[l].holds(fold(name)));
  }
  // Cells stand in order of hours: those of one bucket come together.
  std::unordered_map<std::uint64_t, std::int64_t> sums;
  std::optional<std::int64_t> bucket;
  const auto give = [&] {
    std::vector<std::string> values(by.size());
    for (const auto& [key, count] : sums) {
      const std::array<std::uint32_t, 2> ids{static_cast<std::uint32_t>(key >> 32U),
                                             static_cast<std::uint32_t>(key)};
      for (std::size_t i = 0; i < by.size(); ++i) values[i] = names[by[i]]->texts[ids[by[i]]];
      groups.add(*bucket, values, count);
    }
    sums.clear();
  };
  const bool first_used = std::ranges::find(by, 0U) != by.end(),
             second_used = std::ranges::find(by, 1U) != by.end();
  for (const auto& cell : *cube) {
    const auto time = cell.hour * hour_us;
    if (time < from && time + hour_us <= from) continue;
    if (time >= to) continue;
    if (cell.a >= names[0]->texts.size() || cell.b >= names[1]->texts.size())
      return fail("eventstore.damaged", {{"reason", segment.path().filename().string() + ": counts"}});
    if (!plan.evaluate(
            [&](std::size_t leaf) -> bool { return holds[leaf][leaf_of[leaf] == 0 ? cell.a : cell.b]; }))
      continue;
    if (const auto own = groups.bucket_of(time); !bucket || own != *bucket) {
      if (bucket) give();
      bucket = own;
    }
    sums[(first_used ? std::uint64_t{cell.a} : 0) << 32U | (second_used ? cell.b : 0)] +=
        static_cast<std::int64_t>(cell.count);
  }
  if (bucket) give();
  return true;
}

Result<Counts> count_events(std::span<const CountedPart> parts, std::int64_t from, std::int64_t to,
                            const Counting& counting, const Limits& limits, const Clock& clock) {
  if (counting.by.size() > 3) return fail("eventstore.counting_invalid", {{"field", counting.by[3]}});
  const Bounds bounds(limits, clock);
  Groups groups(counting);
  Outcome outcome;
  for (const auto& [part, plan, from_cube] : parts) {
    if (part.last_time < from || part.first_time >= to) continue;
    outcome.why = groups.full() ? Why::too_many_rows : bounds.reached(outcome.rows_read);
    if (outcome.why != Why::whole) break;
    if (from_cube) {
      auto done = from_cube(groups);
      if (done && *done) continue;
      if (!done) outcome.damage.push_back(done.error().text());
    }
    auto search = part.open();
    if (!search) {
      outcome.damage.push_back(search.error().text());
      continue;
    }
    auto candidates = (*search)->candidates(true);
    if (!candidates) {
      outcome.damage.push_back(candidates.error().text());
      continue;
    }
    BlockGroups block(counting, *part.kind, groups);
    const auto before = outcome.rows_read;
    for (const auto& at : *candidates) {
      outcome.why = groups.full() ? Why::too_many_rows : bounds.reached(outcome.rows_read);
      if (outcome.why != Why::whole) break;
      // What can be read of a damaged block is counted.
      for (auto done : {block.count(**search, at, from, to), block.give(**search, groups)})
        if (!done) outcome.damage.push_back(done.error().text());
      outcome.rows_read = before + (*search)->rows_read();
    }
    if (outcome.why != Why::whole) break;
  }
  if (outcome.why == Why::whole && !outcome.damage.empty()) outcome.why = Why::damaged;
  auto out = groups.take();
  out.more_groups = out.more_groups || groups.full();
  out.outcome = std::move(outcome);
  return out;
}

}  // namespace yagura::eventstore
