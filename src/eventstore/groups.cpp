#include "eventstore/groups.hpp"

#include <algorithm>
#include <tuple>

namespace yagura::eventstore {

namespace {

std::int64_t floor_to(std::int64_t time, std::int64_t step, std::int64_t offset) {
  const auto from = time - offset;
  return from / step * step - (from % step < 0 ? step : 0) + offset;
}

}  // namespace

std::int64_t Groups::bucket_of(std::int64_t time) const {
  return counting_.bucket.count() == 0 ? 0
                                       : floor_to(time, counting_.bucket.count(), counting_.offset.count());
}

std::uint32_t Groups::number(std::size_t i, std::string_view value) {
  auto& [known, values, last, numbers] = values_[i];
  const auto [at, fresh] = known.try_emplace(std::string(value), static_cast<std::uint32_t>(values.size()));
  if (fresh) values.push_back(&at->first);
  return at->second;
}

const std::vector<std::uint32_t>& Groups::numbers(std::size_t i, const Texts& names) {
  auto& own = values_[i];
  if (own.numbers.size() == names.texts.size() && own.last == names.held) return own.numbers;
  own.numbers.clear();
  for (const auto name : names.texts) own.numbers.push_back(number(i, name));
  own.last = names.held;
  return own.numbers;
}

void Groups::grow() {
  std::vector<Slot> more(slots_.size() * 2);
  for (const auto& slot : slots_)
    if (slot.used) find(more, slot.bucket, slot.numbers) = slot;
  slots_.swap(more);
}

Counts Groups::take() {
  Counts out;
  for (const auto& slot : slots_) {
    if (!slot.used) continue;
    auto& group = out.groups.emplace_back();
    group.bucket = from_micros(slot.bucket);
    for (std::size_t i = 0; i < counting_.by.size(); ++i)
      group.values.push_back(*values_[i].values[slot.numbers[i]]);
    group.count = slot.count;
    out.total += slot.count;
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

}  // namespace yagura::eventstore
