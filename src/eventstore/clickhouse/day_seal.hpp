// What the seal of a day needs of the events on ClickHouse.
//
// How:     first the sources of the day and how many events each has; then the events, as many sources at a
//          time as can be sorted in little memory. The servers read the column `day` of the whole contract for
//          the first, and what lies between the day's first and last event for the others.
// Errors:  those of http.hpp and seal_maker.hpp; eventstore.damaged: events came or went meanwhile.
// Threads: one call is one thread's.
#pragma once

#include "base/clock.hpp"
#include "eventstore/clickhouse/servers.hpp"
#include "eventstore/seal_maker.hpp"

namespace yagura::eventstore::clickhouse {

Result<Seal> seal_of(const Servers& servers, const Clock& clock, std::string_view contract, const Kind& kind,
                     std::int64_t day, SealMaker& maker);

// The days of receipt of events between two times, both included.
Result<std::vector<std::int64_t>> days_of(const Servers& servers, const Clock& clock,
                                          std::string_view contract, const Kind& kind, std::int64_t first,
                                          std::int64_t last);

}  // namespace yagura::eventstore::clickhouse
