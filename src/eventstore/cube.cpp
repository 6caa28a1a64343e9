#include "eventstore/cube.hpp"

#include <algorithm>

#include "eventstore/fold.hpp"

namespace yagura::eventstore {

namespace {

constexpr std::int64_t hour_us = 3'600'000'000;
bool whole_hours(std::int64_t us) { return us % hour_us == 0; }

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
  YAGURA_TRY(auto totals, segment.totals());
  for (std::size_t i = 0; i < out.names.size(); ++i) {
    auto& names = out.names[i];
    names.held = std::move(totals.names[i]);
    names.held.reserve(16);  // beyond what a string keeps in itself: moving it must not move its bytes
    YAGURA_TRY(names.texts, read_texts(names.held));
  }
  out.of_names.reserve(totals.of_names.size());
  for (const auto& cell : totals.of_names) out.of_names.push_back({cell.a, cell.b, cell.count});
  out.of_hours.reserve(totals.of_hours.size());
  for (const auto& cell : totals.of_hours) out.of_hours.push_back({cell.hour, cell.count});
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
