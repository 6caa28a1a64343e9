// Counting in the event store on ClickHouse: one GROUP BY, on the servers.
//
// Meaning: where time runs out, what was counted until then. Where there are more rows than may be read, the
//          newest part of the time asked for, as much of it as may be.
// Threads: safe from any thread.
#pragma once

#include "eventstore/clickhouse/servers.hpp"
#include "eventstore/event_sum.hpp"
#include "eventstore/query.hpp"

namespace yagura::eventstore::clickhouse {

Result<Counts> count(const Servers& servers, const Clock& clock, const std::vector<const Kind*>& kinds,
                     const Query& query, const Counting& counting, const Limits& limits);

// event_sum.hpp, of all events of a query of one kind; as long as it takes.
Result<EventSum> sum(const Servers& servers, const Clock& clock, const Kind& kind, const Query& query);

}  // namespace yagura::eventstore::clickhouse
