// Why somebody looks at the logs of people: said before the first look, kept for half an hour.
//
// Purpose: typing a search must not ask each time, and nobody looks without having said why. One purpose for
//          a person in a contract; saying it anew begins another half hour.
// Errors:  log_search.purpose_invalid (least, most), those of store.
// Threads: safe from any thread.
// Follows: the Personal Information Protection Act (use for a purpose that was stated).
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "store/database.hpp"

namespace yagura::log_search {

struct Purpose {
  std::string said;
  Time until;
};

class Purposes {
 public:
  static constexpr Duration kept_for = std::chrono::minutes(30);
  static constexpr std::size_t least = 4, most = 500;  // characters

  Purposes(store::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  Result<std::optional<Purpose>> current(std::string_view contract, Id account);
  Result<Purpose> state(std::string_view contract, Id account, std::string_view said);
  Result<void> end(std::string_view contract, Id account);

 private:
  store::Database& database_;
  const Clock& clock_;
};

}  // namespace yagura::log_search
