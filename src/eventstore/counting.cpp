#include "eventstore/counting.hpp"

#include <algorithm>

namespace yagura::eventstore {

namespace {

using Why = Outcome::Why;
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
    for (const auto& [key, group] : groups_) {
      Groups::Numbers numbers{};
      for (std::size_t i = 0; i < fields_.size(); ++i) {
        Event::Cell cell;
        if (fields_[i]) {
          YAGURA_TRY(cell, search.cell(*fields_[i], group.row));
        }
        const auto* text = std::get_if<std::string_view>(&cell);
        numbers[i] = to.number(i, text ? *text : std::to_string(std::get<std::int64_t>(cell)));
      }
      to.add(key[0], numbers, group.count);
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

Result<Counts> count_events(std::span<const CountedPart> parts, std::int64_t from, std::int64_t to,
                            const Counting& counting, const Limits& limits, const Clock& clock) {
  if (counting.by.size() > most_counted_fields)
    return fail("eventstore.counting_invalid", {{"field", counting.by[most_counted_fields]}});
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
