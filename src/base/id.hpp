// Ids of records: positive, below 2^53 (so that a JSON number holds them), growing with time (so that a
// list ordered by id is ordered by time and a cursor is an id).
//
// Shape:   41 bits of milliseconds since 2020-01-01 UTC, 4 bits of node, 8 bits of count.
//          More than 256 in one millisecond borrow from the next; a clock set back does not repeat ids.
// Threads: next() is safe from any thread.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.hpp"

namespace yagura {

using Id = std::int64_t;

class IdSource {
 public:
  // node: 0..15, different for each server of one installation.
  explicit IdSource(const Clock& clock, int node = 0);
  Id next();
  // Not above any id that next() gives at this time or later.
  static Id lowest_at(Time time);

 private:
  const Clock& clock_;
  const std::int64_t node_;
  std::atomic<std::int64_t> last_{0};  // milliseconds << 8 | count
};

}  // namespace yagura
