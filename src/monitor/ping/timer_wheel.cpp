#include "monitor/ping/timer_wheel.hpp"

#include <bit>

#include "base/result.hpp"

namespace yagura::monitor::ping {

TimerWheel::TimerWheel(std::uint32_t buckets, Tick start)
    : mask_(buckets - 1),
      cursor_(start),
      heads_(buckets, none),
      tails_(buckets, none),
      used_(buckets / 64, 0) {
  YAGURA_ASSERT(std::has_single_bit(buckets) && buckets >= 64);
}

void TimerWheel::grow(std::size_t items) {
  if (items > links_.size()) links_.resize(items);
}

void TimerWheel::set(Item item, Tick due) {
  YAGURA_ASSERT(item < links_.size());
  cancel(item);
  if (std::int32_t(due - cursor_) < 0) due = cursor_;
  auto& link = links_[item];
  const auto bucket = due & mask_;
  link = {.next = none, .previous = tails_[bucket], .due = due, .bucket_plus_one = bucket + 1};
  (link.previous == none ? heads_[bucket] : links_[link.previous].next) = item;
  tails_[bucket] = item;
  used_[bucket / 64] |= std::uint64_t{1} << (bucket % 64);
  ++set_;
}

void TimerWheel::cancel(Item item) {
  if (links_[item].bucket_plus_one != 0) unlink(item);
}

void TimerWheel::unlink(Item item) {
  auto& link = links_[item];
  const auto bucket = link.bucket_plus_one - 1;
  (link.previous == none ? heads_[bucket] : links_[link.previous].next) = link.next;
  (link.next == none ? tails_[bucket] : links_[link.next].previous) = link.previous;
  if (heads_[bucket] == none) used_[bucket / 64] &= ~(std::uint64_t{1} << (bucket % 64));
  link = {};
  --set_;
}

std::optional<std::uint32_t> TimerWheel::next_used(std::uint32_t from) const {
  const auto words = std::uint32_t(used_.size());
  auto word = from / 64;
  auto bits = used_[word] & (~std::uint64_t{0} << (from % 64));
  for (std::uint32_t looked = 0; looked <= words; ++looked) {
    if (bits != 0) return word * 64 + std::uint32_t(std::countr_zero(bits));
    word = word + 1 == words ? 0 : word + 1;
    bits = used_[word];
  }
  return std::nullopt;
}

void TimerWheel::take_due(Tick now, std::size_t most, std::vector<Item>& out) {
  while (std::int32_t(now - cursor_) >= 0) {
    const auto next = next_used(cursor_ & mask_);
    const auto ahead = next ? ((*next - cursor_) & mask_) : 0;
    if (!next || ahead > now - cursor_) {
      // A bucket before the cursor in this turn may not be skipped: stop at now, not after it.
      cursor_ = now;
      return;
    }
    cursor_ += ahead;
    for (auto item = heads_[*next]; item != none;) {
      const auto following = links_[item].next;
      if (std::int32_t(links_[item].due - now) <= 0) {
        if (most == 0) return;
        --most;
        unlink(item);
        out.push_back(item);
      }
      item = following;
    }
    if (cursor_ == now) return;
    ++cursor_;
  }
}

std::optional<TimerWheel::Tick> TimerWheel::next_look() const {
  const auto next = next_used(cursor_ & mask_);
  if (!next) return std::nullopt;
  return cursor_ + ((*next - cursor_) & mask_);
}

}  // namespace yagura::monitor::ping
