// What SQLite does for each statement that a test runs: none may walk a table that grows, where an index
// would have led to its rows. With a hundred rows in a test nobody notices; with a city's five years they do.
//
//   plans::watch();   // once, before the database is opened; AnyDatabase and the API's portal do it
//
// From then on each distinct statement of this program is given to EXPLAIN QUERY PLAN when it first runs, and
// the running test fails, with the statement, its plan and what to do, where the plan
//   - scans a table although the statement has conditions (an index of only such rows is no scan), or
//   - finds rows by their contract (or chain) alone although the statement asks for more than "all of the
//     contract", in order of their ids or not.
// What may do so nevertheless stands with its reason in query_plans_allowed.cpp, in no other place.
//
// Not for PostgreSQL, which plans by its statistics, nor for statements that no test runs.
// Threads: any; a failure is one of the test that runs at that moment.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace yagura::plans {

void watch();

struct Allowed {
  std::string_view table;
  std::string_view part;  // of the statement, its white space made one space each; empty: every statement
  std::string_view reason;
};
std::span<const Allowed> allowed();

}  // namespace yagura::plans
