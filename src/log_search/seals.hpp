// The seals of days of logs: which there are, whether the logs are still as they were sealed, and the proof
// of it.
//
// Purpose: an entry log.sealed of the journal says what a day's events of a kind were when it was over
//          (docs/formats/event-seal.md). check() makes the seal anew and compares; proof() writes what an
//          outsider needs to prove the events of one PC or device (docs/formats/event-proof.md).
// Errors:  log_search.seal_not_found, log_search.seal_broken (day), log_search.source_not_sealed,
//          log_search.seals_not_here;
//          eventstore.proof_too_large, those of the stores.
// Threads: safe from any thread. check() and proof() read all events of the day.
// Follows: requirements A6, F6.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "calendar/civil.hpp"
#include "eventstore/store.hpp"
#include "journal/journal.hpp"
#include "store/database.hpp"

namespace yagura::log_search {

// holds: as it was sealed. dropped: events went at the end of their time. differs: something else happened.
enum class SealFinding : std::uint8_t { holds, dropped, differs, damaged };
std::span<const std::pair<std::string_view, SealFinding>> enum_names(SealFinding);

struct SealCheck {
  SealFinding finding = SealFinding::holds;
  std::string who;
  Time at;
};

struct SealedDay {
  std::string kind;
  calendar::Date day;
  std::int64_t events = 0, sources = 0;
  std::string root;        // hex
  std::int64_t entry = 0;  // of the contract's journal
  Time sealed_at;
  std::optional<SealCheck> check;  // the last one
};

class Seals {
 public:
  struct Ground {
    store::Database& database;
    journal::Journal& journal;
    const Clock& clock;
    eventstore::EventStore& events;
  };
  static constexpr std::chrono::days most_days{40};
  // A day is over for us some minutes after it ended: what was sent at midnight is in then.
  static constexpr Duration night_begins = std::chrono::minutes(10);

  explicit Seals(Ground ground) : at_(ground) {}

  // Seals every day that is over and was not sealed yet; of a store that stood still the last forty.
  Result<void> seal_days(std::string_view contract, std::string_view kind);

  // Newest first; kind "": of all. before: of the journal's entry, 0 from the newest.
  Result<std::vector<SealedDay>> list(std::string_view contract, std::string_view kind, std::int64_t before,
                                      int limit);
  Result<SealedDay> find(std::string_view contract, std::string_view kind, calendar::Date day);
  Result<SealCheck> check(const journal::Actor& by, std::string_view contract, std::string_view kind,
                          calendar::Date day);
  Result<std::string> proof(std::string_view contract, std::string_view kind, calendar::Date day,
                            const std::string& source);

  // The days of a kind that were sealed and that may hold the receipt of events between two times.
  Result<std::vector<SealedDay>> days_of(std::string_view contract, std::string_view kind, Time first,
                                         Time last);
  // Proves sources of that day; the seal made anew must be the one of the journal.
  Result<void> prove(std::string_view contract, const SealedDay& sealed,
                     std::span<eventstore::SourceProof> sources);

 private:
  Result<std::vector<SealedDay>> read(std::string_view contract, journal::Query query);
  Result<void> must_know_days(std::string_view contract, std::string_view kind);
  Result<bool> has_dropped(std::string_view contract, std::string_view kind, calendar::Date day);
  Ground at_;
};

}  // namespace yagura::log_search
