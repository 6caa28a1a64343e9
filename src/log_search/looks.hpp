// Who looked at whose logs, with which search, why: an entry in the journal before anything is shown.
//
// Bundling: list, histogram and facets of one search, and the same search asked again within five minutes by
//           the same person for the same purpose, are one entry. Another text is another entry, also while
//           typing.
// Errors:   those of the journal. Then nothing may be shown.
// Threads:  safe from any thread.
// Follows:  requirement A6 (each read of personal data is an entry).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/guarded.hpp"
#include "journal/journal.hpp"

namespace yagura::log_search {

struct Look {
  std::string contract;
  journal::Actor by;
  std::string text;     // as it was asked: what makes two looks the same
  std::string meaning;  // canonical, with the times it came to
  std::vector<std::string> kinds, whose;
  std::string purpose;
};

class Looks {
 public:
  static constexpr Duration bundled_for = std::chrono::minutes(5);
  static constexpr std::size_t remembered = 10'000;

  Looks(store::Database& database, journal::Journal& journal, const Clock& clock)
      : database_(database), journal_(journal), clock_(clock) {}

  Result<void> note(const Look& look);

 private:
  store::Database& database_;
  journal::Journal& journal_;
  const Clock& clock_;
  Guarded<std::map<std::string, Duration, std::less<>>> noted_;  // by clock.steady()
};

}  // namespace yagura::log_search
