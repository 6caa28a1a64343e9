#include "eventstore/cube.hpp"

#include <algorithm>

#include "eventstore/fold.hpp"
#include "eventstore/hour_counts.hpp"

namespace yagura::eventstore {

namespace {

constexpr std::int64_t hour_us = 3'600'000'000;
bool whole_hours(std::int64_t us) { return us % hour_us == 0; }

Result<Texts> copy_of(const Texts& from) {
  Texts out;
  out.held = from.held;
  out.held.reserve(16);  // beyond what a string keeps in itself: moving it must not move its bytes
  YAGURA_TRY(out.texts, read_texts(out.held));
  return out;
}

}  // namespace

std::size_t CubeSums::bytes() const {
  return sizeof(*this) + names[0].bytes() + names[1].bytes() + of_names.capacity() * sizeof(OfNames) +
         of_hours.capacity() * sizeof(OfHour) + by.capacity() * sizeof(std::string);
}

Result<CubeSums> sum_cube(const Segment& segment) {
  const auto& d = segment.directory();
  CubeSums out;
  out.first_time = d.first_time;
  out.last_time = d.last_time;
  if (d.count_by.empty()) return out;
  for (const auto column : d.count_by) out.by.push_back(d.columns[column].name);
  YAGURA_TRY(const auto first, segment.names(d.count_by.front()));
  YAGURA_TRY(const auto second, segment.names(d.count_by.back()));
  YAGURA_TRY(out.names[0], copy_of(*first));
  YAGURA_TRY(out.names[1], copy_of(*second));
  YAGURA_TRY(const auto cells, segment.read_cube());
  constexpr std::uint64_t some = std::uint64_t{1} << 63U;  // keys are never 0
  HourCounts names;
  for (const auto& cell : cells) {
    names.add(some | std::uint64_t{cell.a} << 32U | cell.b, cell.count);
    // They stand in order of hours.
    if (out.of_hours.empty() || out.of_hours.back().hour != cell.hour) out.of_hours.push_back({cell.hour, 0});
    out.of_hours.back().count += cell.count;
  }
  out.of_names.reserve(names.size());
  names.each([&](std::uint64_t key, std::uint64_t count) {
    out.of_names.push_back(
        {static_cast<std::uint32_t>((key & ~some) >> 32U), static_cast<std::uint32_t>(key), count});
  });
  out.of_hours.shrink_to_fit();
  return out;
}

std::optional<CubeQuestion> CubeQuestion::make(const Kind& kind, const ConditionPlan& plan, std::int64_t from,
                                               std::int64_t to, const Counting& counting,
                                               std::span<const std::string> by, std::int64_t first_time,
                                               std::int64_t last_time) {
  if (by.empty() || !whole_hours(counting.bucket.count()) || !whole_hours(counting.offset.count()) ||
      (from > first_time && !whole_hours(from)) || (to <= last_time && !whole_hours(to)))
    return std::nullopt;
  const auto which = [&](std::string_view name) -> std::optional<std::size_t> {
    const auto at = std::ranges::find(by, name);
    if (at == by.end()) return std::nullopt;
    return at == by.begin() ? 0 : 1;
  };
  CubeQuestion out;
  out.plan_ = &plan;
  out.from_ = from;
  out.to_ = to;
  out.first_time_ = first_time;
  out.last_time_ = last_time;
  for (const auto& name : counting.by) {
    const auto one = which(name);
    if (!one) return std::nullopt;
    out.by_.push_back(*one);
  }
  for (const auto& leaf : plan.leaves()) {
    const auto one = leaf.type != Condition::Type::range && leaf.fields.size() == 1
                         ? which(kind.fields[leaf.fields.front()].name)
                         : std::nullopt;
    if (!one) return std::nullopt;
    out.of_leaf_.push_back(*one);
  }
  return out;
}

// What the question says of each name.
class CubeQuestion::Adding {
 public:
  Adding(const CubeQuestion& of, const std::array<Texts, 2>& names, Groups& groups)
      : plan_(*of.plan_), of_leaf_(of.of_leaf_), by_(of.by_), groups_(groups) {
    for (std::size_t i = 0; i < by_.size(); ++i) numbers_[i] = groups.numbers(i, names[by_[i]]).data();
    for (std::size_t l = 0; l < of_leaf_.size(); ++l) {
      auto& own = holds_.emplace_back();
      for (const auto name : names[of_leaf_[l]].texts) own.push_back(plan_.leaves()[l].holds(fold(name)));
    }
  }
  void add(std::int64_t bucket, std::uint32_t a, std::uint32_t b, std::uint64_t count) {
    const std::array ids{a, b};
    if (!plan_.always() &&
        !plan_.evaluate([&](std::size_t leaf) -> bool { return holds_[leaf][ids[of_leaf_[leaf]]]; }))
      return;
    Groups::Numbers numbers{};
    for (std::size_t i = 0; i < by_.size(); ++i) numbers[i] = numbers_[i][ids[by_[i]]];
    groups_.add(bucket, numbers, static_cast<std::int64_t>(count));
  }

 private:
  const ConditionPlan& plan_;
  const std::vector<std::size_t>&of_leaf_, &by_;
  Groups& groups_;
  std::array<const std::uint32_t*, most_counted_fields> numbers_{};
  std::vector<std::vector<bool>> holds_;
};

bool CubeQuestion::add(const CubeSums& sums, Groups& groups) const {
  if (from_ > first_time_ || to_ <= last_time_) return false;
  if (const auto bucket = groups.bucket_of(first_time_); bucket == groups.bucket_of(last_time_)) {
    Adding adding(*this, sums.names, groups);
    for (const auto& [a, b, count] : sums.of_names) adding.add(bucket, a, b, count);
    return true;
  }
  if (!by_.empty() || !plan_->always()) return false;
  for (const auto& [hour, count] : sums.of_hours)
    groups.add(groups.bucket_of(hour * hour_us), {}, static_cast<std::int64_t>(count));
  return true;
}

void CubeQuestion::add(std::span<const CubeCell> cells, const std::array<Texts, 2>& names,
                       Groups& groups) const {
  Adding adding(*this, names, groups);
  for (const auto& cell : cells) {
    const auto time = cell.hour * hour_us;
    if ((time < from_ && time + hour_us <= from_) || time >= to_) continue;
    adding.add(groups.bucket_of(time), cell.a, cell.b, cell.count);
  }
}

}  // namespace yagura::eventstore
