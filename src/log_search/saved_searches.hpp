// Searches that people keep under a name, their own or everybody's of the contract.
//
// Purpose: remembers the text as it was typed, so that 先週 stays last week. What it finds is asked anew each
//          time, with the rights of whoever asks.
// Journal: a search of everybody's that comes, changes or goes (log.search_shared, log.search_removed); one's
//          own is one's own.
// Errors:  log_search.saved_not_found, log_search.saved_invalid, log_search.saved_too_many (most), those of
//          store.
// Threads: safe from any thread.
#pragma once

#include <string>
#include <vector>

#include "base/id.hpp"
#include "journal/journal.hpp"
#include "store/database.hpp"

namespace yagura::log_search {

struct SavedSearch {
  Id id = 0, account = 0;
  bool shared = false;
  std::string name, description, text;
};

class SavedSearches {
 public:
  static constexpr int most = 100;  // of one person in one contract

  SavedSearches(store::Database& database, journal::Journal& journal, IdSource& ids)
      : database_(database), journal_(journal), ids_(ids) {}

  // One's own and those that others share, by name.
  Result<std::vector<SavedSearch>> of(std::string_view contract, Id account);
  // id 0 keeps a new one; else one's own is changed.
  Result<SavedSearch> save(const journal::Actor& by, std::string_view contract, SavedSearch search);
  // any: also another's that is shared, for who may tidy up.
  Result<void> remove(const journal::Actor& by, std::string_view contract, Id id, bool any);

 private:
  Result<void> insert(store::Session& s, std::string_view contract, SavedSearch& search);
  Result<bool> change(store::Session& s, std::string_view contract, const SavedSearch& search);

  store::Database& database_;
  journal::Journal& journal_;
  IdSource& ids_;
};

}  // namespace yagura::log_search
