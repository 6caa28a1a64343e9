// Events of a store as batches again, so that what was judged as it came in can be judged once more.
//
// Threads: one reader, one thread.
#pragma once

#include <functional>

#include "eventstore/store.hpp"

namespace yagura::monitor::log_rules {

// Reads what a query finds, at most `most` events, and hands it over in batches of one kind, in the order of
// time. newest: of more than `most` (or than fill 32 MiB), the newest; all are held in memory then. Else the
// oldest, some thousand at a time. What is left out is said as in Outcome. The limit of time is that of each
// some thousand events.
using BatchUse = std::function<Result<void>(const eventstore::Kind& kind, const eventstore::Batch& batch)>;
Result<eventstore::Outcome> read_batches(eventstore::EventStore& store, const eventstore::Query& query,
                                         bool newest, std::size_t most, const eventstore::Limits& limits,
                                         const BatchUse& use);

}  // namespace yagura::monitor::log_rules
