// Who looked at whose logs, with which search, why: on disk before anything is shown.
//
// Bundling: list, histogram and facets of one search, and the same search asked again within five minutes by
//           the same person for the same purpose, are one entry. What somebody types in one window within a
//           few seconds is one look: its last text, and beside it every other one that was answered on the
//           way. It stands in the database at once and becomes an entry of the journal when it has rested.
// Errors:   those of the journal and the store. Then nothing may be shown.
// Threads:  safe from any thread.
// Follows:  requirement A6 (each read of personal data is an entry).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/guarded.hpp"
#include "base/id.hpp"
#include "journal/journal.hpp"

namespace yagura::log_search {

struct Look {
  std::string contract;
  journal::Actor by;
  std::string text;     // as it was asked: what makes two looks the same
  std::string meaning;  // canonical, with the times it came to
  std::vector<std::string> kinds, whose;
  std::string purpose;
  std::string window = {};  // in which it is typed; empty: it is an entry by itself
};

class Looks {
 public:
  static constexpr Duration bundled_for = std::chrono::minutes(5);
  static constexpr Duration rests = std::chrono::seconds(3), longest = std::chrono::seconds(30);
  static constexpr std::size_t remembered = 10'000, most_texts = 60;

  Looks(store::Database& database, journal::Journal& journal, const Clock& clock, IdSource& ids)
      : database_(database), journal_(journal), clock_(clock), ids_(ids) {}

  Result<void> note(const Look& look);
  // Entries of what has rested; to be called every few seconds.
  Result<void> settle();

 private:
  Result<void> note_typed(store::Session& session, const Look& look);
  store::Database& database_;
  journal::Journal& journal_;
  const Clock& clock_;
  IdSource& ids_;
  Guarded<std::map<std::string, Duration, std::less<>>> noted_;  // by clock.steady()
};

}  // namespace yagura::log_search
