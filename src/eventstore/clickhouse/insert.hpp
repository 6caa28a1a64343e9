// One batch into one server, once.
//
// Purpose: every batch has a number of its own; where an answer was lost, the server is asked whether it has
//          the batch before it is sent again.
// Errors:  those of http.hpp, eventstore.disk_full, eventstore.batch_too_large, eventstore.batch_invalid.
// Threads: safe from any thread.
#pragma once

#include "eventstore/batch.hpp"
#include "eventstore/clickhouse/servers.hpp"

namespace yagura::eventstore::clickhouse {

Result<void> insert(const Servers& servers, std::string_view contract, const Kind& kind, const Batch& batch);

}  // namespace yagura::eventstore::clickhouse
