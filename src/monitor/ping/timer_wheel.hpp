// A hashed timer wheel: 16 bytes an item, constant time to set and to cancel, one timer an item.
//
// Purpose: the due times of 200,000 targets. Not a general timer: items are small integers, times are
//          ticks that the owner defines. Tick numbers are 32 bits and may wrap; a due time must lie
//          within 2^31 ticks of now.
// Threads: none; its owner locks.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace yagura::monitor::ping {

class TimerWheel {
 public:
  using Item = std::uint32_t;
  using Tick = std::uint32_t;

  // buckets: a power of two of at least 64; due times further ahead than that many ticks cost one extra
  // look a turn. start: the first tick that take_due will look at.
  explicit TimerWheel(std::uint32_t buckets, Tick start = 0);

  void grow(std::size_t items);  // items below this number may be used
  // A due time that has passed is due at once.
  void set(Item item, Tick due);
  void cancel(Item item);
  [[nodiscard]] bool is_set(Item item) const { return links_[item].bucket_plus_one != 0; }

  // Takes up to `most` items that are due at `now`, earliest tick first, appending them to `out`.
  void take_due(Tick now, std::size_t most, std::vector<Item>& out);
  // The earliest tick at which take_due may find something; a turn ahead at most. Empty when nothing is set.
  [[nodiscard]] std::optional<Tick> next_look() const;
  [[nodiscard]] std::size_t size() const { return set_; }

 private:
  static constexpr Item none = 0xffffffff;
  struct Link {
    Item next = none, previous = none;
    Tick due = 0;
    std::uint32_t bucket_plus_one = 0;
  };
  [[nodiscard]] std::optional<std::uint32_t> next_used(std::uint32_t from) const;
  void unlink(Item item);

  std::uint32_t mask_;
  Tick cursor_;  // every tick before it has been taken
  std::size_t set_ = 0;
  std::vector<Item> heads_;
  std::vector<Item> tails_;
  std::vector<std::uint64_t> used_;  // one bit a bucket
  std::vector<Link> links_;
};

}  // namespace yagura::monitor::ping
