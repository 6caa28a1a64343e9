// Legal holds: logs that must not go, whatever their retention says, until two people let them go.
//
// Purpose: somebody places a hold with a reason and the name of who ordered it; nothing it covers is dropped
//          from then on. Its release is asked for with a reason and decided by another person.
// Truth:   the records. The store of events is given the same holds (enforce()) when one changes, when the
//          server starts and before anything is dropped, so that a hold that is recorded is one that holds.
// Covers:  whole files: a file with one event in the hold's time stays as a whole.
// Errors:  log_search.hold_not_found, hold_invalid (least, most), hold_times_empty, hold_too_many (most),
//          hold_conflict, hold_own; those of the stores.
// Threads: safe from any thread.
// Follows: requirements C8, F6; okayama 3.3, moriguchi 6-3(1) (logs kept as evidence).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "eventstore/embedded.hpp"
#include "journal/journal.hpp"
#include "store/database.hpp"

namespace yagura::log_search {

enum class HoldState : std::uint8_t { held, release_asked, released };
std::span<const std::pair<std::string_view, HoldState>> enum_names(HoldState);

struct NewHold {
  std::vector<std::string> kinds;  // empty: every kind
  std::optional<Time> from, to;    // times of events; to is not included; nothing: without that end
  std::string reason, ordered_by;
};

struct LogHold {
  Id id = 0;
  std::string contract;
  NewHold what;
  HoldState state = HoldState::held;
  std::string placed_name;
  Time placed_at;
  Id asked_by = 0;  // of the release that was asked for last
  std::string asked_name, asked_reason;
  std::optional<Time> asked_at;
  std::string released_name;
  std::optional<Time> released_at;
};

class Holds {
 public:
  struct Ground {
    store::Database& database;
    journal::Journal& journal;
    const Clock& clock;
    IdSource& ids;
    const eventstore::Kinds& kinds;
    eventstore::EmbeddedStore* store;  // null: nothing is ever dropped from the store of events
  };
  static constexpr std::size_t least_reason = 4, most_reason = 2'000;  // characters
  static constexpr int most = 200;                                     // of a contract that are not released

  explicit Holds(Ground ground) : at_(ground) {}

  Result<LogHold> place(const journal::Actor& by, std::string_view contract, NewHold hold);
  Result<LogHold> ask_release(const journal::Actor& by, std::string_view contract, Id id,
                              const std::string& reason);
  // Not by who asked. Refused, it goes on; the reason of a refusal may not be empty.
  Result<LogHold> decide(const journal::Actor& by, std::string_view contract, Id id, bool release,
                         const std::string& reason);
  // Those that hold first, then the newest released.
  Result<std::vector<LogHold>> list(std::string_view contract);
  // From now on the store of events holds what the records say, no more and no less.
  Result<void> enforce();

 private:
  Result<LogHold> read(store::Session& s, std::string_view contract, Id id);
  Result<void> note(store::Session& s, const journal::Actor& by, const LogHold& hold, const char* kind,
                    schema::Value data);
  Ground at_;
  Guarded<int> enforcing_{0};  // one at a time
};

// Error: log_search.hold_stands (contract, count, id, ordered_by) while one of the contract is not released.
Result<void> none_stands(store::Session& s, std::string_view contract);

// The hold of the records that one of the store's is, 0 for none.
Id hold_of(const eventstore::Hold& hold);

}  // namespace yagura::log_search
