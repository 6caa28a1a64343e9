// The events of many parts in one order, a page at a time.
//
// Purpose: looks at blocks by the time of most interest and stops as soon as nothing that is left can belong
//          to the page. Every page has the same order: time, then a hash of the whole event, which neither a
//          flush nor a merge changes; so no event is left out or given twice between pages.
// Partial: when a limit ends it, what lies beyond the place it had reached is not given (it might have gaps);
//          Outcome.next goes on exactly there.
// Threads: one call is one thread's, and has threads of its own: where opening parts is slow, because the disk is asked,
//          the next ones are opened by them meanwhile; blocks of several parts are looked at, and their events read, by up to four.
#pragma once

#include <memory>
#include <span>

#include "base/clock.hpp"
#include "eventstore/part_search.hpp"
#include "eventstore/store.hpp"

namespace yagura::eventstore {

struct Part {
  const Kind* kind = nullptr;
  std::int64_t first_time = 0, last_time = 0;                 // of all its events
  std::function<Result<std::unique_ptr<PartSearch>>()> open;  // none: nothing in it is asked for
  bool on_disk = true;
};

// More than this many events of one instant cannot be passed over by a cursor.
constexpr std::uint32_t most_skipped = 1'000'000;

// Errors: eventstore.cursor_invalid, those of the sink. A damaged part is passed over and told in the
// outcome.
Result<Outcome> find_events(std::span<const Part> parts, std::int64_t from, std::int64_t to, const Page& page,
                            const Limits& limits, const Clock& clock, const EventSink& sink);

// Says when a search has to end.
class Bounds {
 public:
  Bounds(const Limits& limits, const Clock& clock)
      : limits_(limits), clock_(clock), end_(clock.steady() + limits.time) {}
  [[nodiscard]] Duration now() const { return clock_.steady(); }
  // whole as long as it may go on.
  [[nodiscard]] Outcome::Why reached(std::int64_t rows_read) const {
    if (limits_.cancelled && limits_.cancelled->load(std::memory_order_relaxed))
      return Outcome::Why::cancelled;
    if (rows_read >= limits_.rows_read) return Outcome::Why::too_many_rows;
    return clock_.steady() >= end_ ? Outcome::Why::out_of_time : Outcome::Why::whole;
  }

 private:
  const Limits& limits_;
  const Clock& clock_;
  const Duration end_;
};

}  // namespace yagura::eventstore
