#include "eventstore/recent_counts.hpp"

#include <algorithm>

namespace yagura::eventstore {

namespace {

constexpr std::int64_t hour_us = 3'600'000'000;
// A cell's key: never 0, then the hour, then the places of two names.
constexpr unsigned name_bits = 15;
constexpr std::uint64_t key_mark = 1ULL << 63U, name_mask = (1U << name_bits) - 1;
constexpr std::int64_t hours_before = 1LL << 32;  // all hours of 64 bits of microseconds lie above
constexpr std::uint32_t none = UINT32_MAX;

std::int64_t hour_of(std::int64_t time) { return time / hour_us - (time % hour_us < 0 ? 1 : 0); }

}  // namespace

RecentCounts::RecentCounts(const Kind& kind) : kind_(kind) {
  for (const auto& name : kind.count_by) counted_by_.push_back({*kind.index_of(name), {}, {}});
}

std::uint32_t RecentCounts::number(std::size_t which, const Batch& batch, std::size_t row) {
  auto& own = counted_by_[which];
  const auto id = batch.columns[own.field].ids[row];
  auto& known = numbers_[which][id];
  if (known == none) {
    const auto [at, fresh] =
        own.known.try_emplace(std::string(batch.strings[id]), static_cast<std::uint32_t>(own.names.size()));
    if (fresh) own.names.push_back(at->first);
    known = at->second;
  }
  return known;
}

void RecentCounts::add(const Recent& recent) {
  if (counted_by_.empty()) return;
  const auto& batch = recent.batch;
  first_time_ = std::min(first_time_, recent.first_time);
  last_time_ = std::max(last_time_, recent.last_time);
  for (std::size_t i = 0; i < counted_by_.size(); ++i) numbers_[i].assign(batch.strings.size(), none);
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const std::uint64_t a = number(0, batch, row), b = number(counted_by_.size() - 1, batch, row);
    if (std::max(a, b) > name_mask || cells_.size() > most_cells) return count_no_more();
    const auto hour = static_cast<std::uint64_t>(hour_of(batch.times[row]) + hours_before);
    const auto of_names = a << name_bits | b;
    cells_.add(key_mark | hour << (2 * name_bits) | of_names, 1);
    names_.add(key_mark | of_names, 1);
    hours_.add(key_mark | hour, 1);
  }
}

void RecentCounts::count_no_more() {
  counted_by_.clear();
  for (auto* const one : {&cells_, &names_, &hours_}) *one = HourCounts(2);
}

CubeSums RecentCounts::sums() const {
  CubeSums out;
  out.by = kind_.count_by;
  out.first_time = first_time_;
  out.last_time = last_time_;
  out.of_names.reserve(names_.size());
  names_.each([&](std::uint64_t key, std::uint64_t count) {
    out.of_names.push_back({static_cast<std::uint32_t>(key >> name_bits & name_mask),
                            static_cast<std::uint32_t>(key & name_mask), count});
  });
  out.of_hours.reserve(hours_.size());
  hours_.each([&](std::uint64_t key, std::uint64_t count) {
    out.of_hours.push_back({static_cast<std::int64_t>(key & ~key_mark) - hours_before, count});
  });
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& own = counted_by_[std::min(i, counted_by_.size() - 1)].names;
    auto& names = out.names[i];
    names.held = write_texts(std::vector<std::string_view>(own.begin(), own.end()));
    names.held.reserve(16);  // beyond what a string keeps in itself: moving it must not move its bytes
    auto read = read_texts(names.held);
    YAGURA_ASSERT(read.has_value());
    names.texts = *std::move(read);
  }
  return out;
}

std::vector<CubeCell> RecentCounts::cells() const {
  std::vector<CubeCell> out;
  out.reserve(cells_.size());
  cells_.each([&](std::uint64_t key, std::uint64_t count) {
    out.push_back({static_cast<std::int64_t>((key & ~key_mark) >> (2 * name_bits)) - hours_before,
                   static_cast<std::uint32_t>(key >> name_bits & name_mask),
                   static_cast<std::uint32_t>(key & name_mask), count});
  });
  return out;
}

std::size_t RecentCounts::bytes() const {
  std::size_t out = cells_.bytes() + names_.bytes() + hours_.bytes();
  for (const auto& own : counted_by_) out += sizeof(own) + own.names.size() * 160;
  for (const auto& own : numbers_) out += own.capacity() * sizeof(own[0]);
  return out;
}

}  // namespace yagura::eventstore
