// What is kept of each kind of logs, for how long, and what goes next.
//
// Purpose: expire() drops what is older than its contract keeps, but for what is held, and says both in the
//          journal; of() is what people are shown of it.
// Meaning: whole files go, each when its newest event is old enough; so events stay up to a file's length (a
//          month) longer than the retention says.
// Errors:  those of the stores.
// Threads: safe from any thread.
// Follows: requirements B4, C8 (retention by contract and kind).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "eventstore/embedded.hpp"
#include "journal/journal.hpp"
#include "store/database.hpp"

namespace yagura::log_search {

struct Files {
  std::int64_t files = 0, events = 0, bytes = 0;
};

struct KeptKind {
  std::string kind;
  std::int64_t events = 0, bytes = 0;
  std::optional<Time> first, last;  // of its events; nothing when there are none
  Duration keep{};                  // as the contract says
  std::optional<Time> next_at;      // when the next files go; nothing: none will
  Files next;                       // those that go on the day of next_at
  Files over, held;                 // past their time: not gone yet, kept by a hold
  std::vector<Id> holds;            // that cover something of it
};

class Kept {
 public:
  struct Ground {
    store::Database& database;
    journal::Journal& journal;
    const Clock& clock;
    eventstore::EventStore& events;
    eventstore::EmbeddedStore* store;  // null: nothing is dropped by us
  };
  explicit Kept(Ground ground) : at_(ground) {}

  Result<KeptKind> of(std::string_view contract, std::string_view kind, Duration keep);
  // Holds must have been enforced before.
  Result<void> expire(std::string_view contract, std::string_view kind, Duration keep);

 private:
  Result<void> note_held(std::string_view contract, std::string_view kind, Time before);
  Ground at_;
};

}  // namespace yagura::log_search
