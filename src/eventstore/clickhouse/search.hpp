// One search of the event store on ClickHouse.
//
// How:     a page of few events is looked for in stretches of time, the most wanted first and each four times
//          as long as the one before; of a stretch that has something, only the times are sorted at first,
//          and rows are read whole from the time of the last one wanted on. A page of many events, or a small
//          store, is one statement.
// Meaning: what is given is the beginning of the whole also when a limit ends it.
// Threads: one search is one thread's.
#pragma once

#include "eventstore/clickhouse/row_reader.hpp"
#include "eventstore/clickhouse/servers.hpp"
#include "eventstore/store.hpp"

namespace yagura::eventstore::clickhouse {

class Search {
 public:
  Search(const Servers& servers, const Clock& clock, std::vector<const Kind*> kinds, const Query& query,
         const Page& page, const Limits& limits, const EventSink& sink);
  Result<Outcome> run();

 private:
  struct Stretch {  // both included
    std::int64_t first, last;
  };
  Result<void> by_stretches(Stretch whole, std::int32_t first_month, std::int32_t last_month);
  // How many times of a stretch match, at most `most`, and between which they lie.
  struct Times {
    std::uint64_t count = 0;
    Stretch stretch{0, 0};
  };
  Result<Times> times(Stretch stretch, std::uint64_t most);
  Result<void> give(Stretch stretch, std::uint64_t skip, std::uint64_t most);
  // The statement over all kinds: of each row what `cells` says, in order.
  std::string statement(Stretch stretch, bool cells, std::uint64_t most) const;
  std::string cells_of(const Kind& kind) const;
  [[nodiscard]] std::string order() const;

  bool take(const ReadRow& row);
  Request request(std::string statement) const;
  bool ended(Answer::End end);
  Result<void> refused(const Failure& failure);
  [[nodiscard]] bool done() const { return enough_ || broken_ || outcome_.partial(); }

  const Servers& servers_;
  const Clock& clock_;
  const std::vector<const Kind*> kinds_;
  const Query& query_;
  const Page& page_;
  const Limits& limits_;
  const EventSink& sink_;
  const Duration until_;
  std::vector<std::string> conditions_;  // of each kind
  std::size_t texts_ = 0, numbers_ = 0;  // the most that a kind has
  Outcome outcome_;
  std::optional<Cursor> last_;
  std::size_t given_ = 0;
  bool enough_ = false;
  std::optional<Error> broken_;
};

// What the server's limits are set to, and what it says when one is reached.
constexpr int too_many_rows = 158, too_slow = 159;
std::string seconds_of(Duration left);

}  // namespace yagura::eventstore::clickhouse
