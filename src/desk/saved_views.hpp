// Views of the desk's list that people keep: filters and order under a name, one's own or everybody's.
//
// Purpose: remembers the query of a list's address. What it means is the list's to say when it is asked.
// Journal: a view of everybody's that comes or goes (desk.view_shared, desk.view_removed); one's own is one's
//          own.
// Errors:  desk.view_not_found, desk.view_invalid, desk.too_many, those of store.
// Threads: safe from any thread.
#pragma once

#include <string>
#include <vector>

#include "base/id.hpp"
#include "journal/journal.hpp"
#include "store/database.hpp"

namespace yagura::desk {

struct SavedView {
  Id id = 0, account = 0;
  bool shared = false;
  std::string name, query;  // query: as kind=repair&sort=due
};

class SavedViews {
 public:
  SavedViews(store::Database& database, journal::Journal& journal, IdSource& ids)
      : database_(database), journal_(journal), ids_(ids) {}

  // One's own and those that others share.
  Result<std::vector<SavedView>> of(std::string_view contract, Id account);
  Result<SavedView> save(const journal::Actor& by, std::string_view contract, SavedView view);
  // any: also another's, for who may tidy up what is shared.
  Result<void> remove(const journal::Actor& by, std::string_view contract, Id id, bool any);

 private:
  store::Database& database_;
  journal::Journal& journal_;
  IdSource& ids_;
};

}  // namespace yagura::desk
