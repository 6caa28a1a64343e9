// Counts over many parts, by the values of fields and by time.
//
// Purpose: a part answers from the counts it keeps by the hour when the question allows it (cube.hpp);
//          anything else is counted row by row, a block's groups at a time.
// Bounds:  most_groups different groups; whoever asks for more gets a partial answer that says so.
// Threads: one call is one thread's.
#pragma once

#include <span>

#include "eventstore/condition_plan.hpp"
#include "eventstore/find.hpp"
#include "eventstore/groups.hpp"

namespace yagura::eventstore {

struct CountedPart {
  Part part;
  const ConditionPlan* plan = nullptr;
  // Adds what the part's kept counts say; false when they cannot tell.
  std::function<Result<bool>(Groups&)> from_cube;
};

// Errors: eventstore.counting_invalid (field) for more than three fields. A field that a kind does not have
//         is empty for its events.
Result<Counts> count_events(std::span<const CountedPart> parts, std::int64_t from, std::int64_t to,
                            const Counting& counting, const Limits& limits, const Clock& clock);

}  // namespace yagura::eventstore
