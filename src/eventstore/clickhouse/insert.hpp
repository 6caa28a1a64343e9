// One batch, or several together, into one server, once.
//
// Purpose: every batch has a number of its own; where an answer was lost, the server is asked whether it has
//          the batch before it is sent again. Replicas are given it again and know it (doubts.hpp).
// Errors:  those of http.hpp, eventstore.keeper_away (server, reason), eventstore.disk_full, eventstore.batch_too_large, eventstore.batch_invalid.
// Threads: safe from any thread.
#pragma once

#include <span>

#include "eventstore/batch.hpp"
#include "eventstore/clickhouse/doubts.hpp"
#include "eventstore/clickhouse/servers.hpp"

namespace yagura::eventstore::clickhouse {

// today: the day of receipt of a batch that does not say it.
Result<void> insert(const Servers& servers, Doubts& doubts, std::string_view contract, const Kind& kind,
                    std::span<const Batch> batches, std::int64_t today);

}  // namespace yagura::eventstore::clickhouse
