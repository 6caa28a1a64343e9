// The database and the tables of the kinds on one server.
//
// Purpose: made where they are not there; columns that kinds gained are added.
// Errors:  those of http.hpp; eventstore.kind_invalid: a field has another type than its column.
// Threads: one server is one thread's.
#pragma once

#include "eventstore/clickhouse/servers.hpp"

namespace yagura::eventstore::clickhouse {

Result<void> make_tables(const Servers& servers, const Http& node, const Kinds& kinds);

}  // namespace yagura::eventstore::clickhouse
