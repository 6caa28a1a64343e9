// All events of a contract and kind, month by month (UTC) and source by source (PC by PC: so they lie on disk),
// in bounded memory.
//
// Errors:  those of the store; eventstore.damaged (reason): something could not be read, or not in time.
// Threads: one walk is one thread's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eventstore/store.hpp"

namespace yagura::eventstore {

// The years far off are one month each way.
struct Month {
  std::int64_t begin = 0, end = 0;  // µs since 1970; end is not included
  std::string name;                 // "2026-04"
};
Month month_around(std::int64_t at);
// The next one that has something.
Result<std::optional<Month>> next_month(EventStore& store, const std::string& contract,
                                        const std::string& kind, std::int64_t from, Time to);

// Some sources that stand side by side, with at most so many events together, or one with more.
struct SourceGroup {
  std::vector<std::string> values;  // none: all, since there are too many for a list
  std::string last;                 // the last of them, folded
  std::int64_t rows = 0;
};
// The sources of one contract, kind and stretch of time in order; after one of them, folded.
Result<std::vector<SourceGroup>> source_groups(EventStore& store, const Query& query, std::size_t rows,
                                               const std::optional<std::string>& after = {});
Condition condition_of(const Kind& kind, const SourceGroup& group);

// Every event of the query, which names one kind and has no condition, with its day of receipt. The sink never ends it but by an error.
Result<void> walk(EventStore& store, const Query& query, std::size_t rows,
                  const std::function<Result<void>(const Event&)>& sink);

}  // namespace yagura::eventstore
