// Groups of a count as they come together.
//
// Purpose: values are numbered as they are met, so that adding to a group looks at numbers only; a part that
//          names the same values as the one before looks none of them up again.
// Bounds:  most_groups different groups.
// Threads: one thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "eventstore/query.hpp"
#include "eventstore/segment.hpp"

namespace yagura::eventstore {

constexpr std::size_t most_groups = 1'000'000, most_counted_fields = 3;

class Groups {
 public:
  using Numbers = std::array<std::uint32_t, most_counted_fields>;  // of values, as `by`; 0 beyond
  explicit Groups(const Counting& counting) : counting_(counting), slots_(1U << 10U) {}

  // What add() calls a value of the i-th field that is counted by.
  std::uint32_t number(std::size_t i, std::string_view value);
  // Of all these.
  const std::vector<std::uint32_t>& numbers(std::size_t i, const Texts& names);
  void add(std::int64_t bucket, const Numbers& numbers, std::int64_t count) {
    auto* slot = &find(slots_, bucket, numbers);
    if (!slot->used) {
      if (full()) return;
      *slot = {bucket, numbers, true, 0};
      if (++used_ * 4 > slots_.size() * 3) {
        grow();
        slot = &find(slots_, bucket, numbers);
      }
    }
    slot->count += count;
  }
  [[nodiscard]] bool full() const { return used_ >= most_groups; }
  // Where the bucket of a time begins; 0 when it is not counted by time.
  [[nodiscard]] std::int64_t bucket_of(std::int64_t time) const;
  Counts take();

 private:
  struct Slot {
    std::int64_t bucket = 0;
    Numbers numbers{};
    bool used = false;
    std::int64_t count = 0;
  };
  struct Values {
    std::unordered_map<std::string, std::uint32_t> known;
    std::vector<const std::string*> values;
    std::string last;  // names whose numbers these are
    std::vector<std::uint32_t> numbers;
  };
  static Slot& find(std::vector<Slot>& slots, std::int64_t bucket, const Numbers& numbers) {
    constexpr std::uint64_t spread = 0x9E3779B97F4A7C15ULL;
    auto hash = (static_cast<std::uint64_t>(bucket) ^ numbers[2]) * spread;
    hash = ((hash >> 29U) ^ hash ^ (std::uint64_t{numbers[0]} << 32U | numbers[1])) * spread;
    const auto mask = slots.size() - 1;
    auto at = (hash >> 32U) & mask;
    while (slots[at].used && (slots[at].bucket != bucket || slots[at].numbers != numbers))
      at = (at + 1) & mask;
    return slots[at];
  }
  void grow();

  const Counting& counting_;
  std::array<Values, most_counted_fields> values_;
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace yagura::eventstore
