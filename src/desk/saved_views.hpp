// Views of the desk's list that people keep: filters and order under a name, one's own or everybody's.
//
// Purpose: remembers the query of a list's address. What it means is the list's to say when it is asked.
// Errors:  desk.view_not_found, desk.view_invalid, desk.too_many, those of store. Threads: safe from any
// thread.
#pragma once

#include <string>
#include <vector>

#include "base/id.hpp"
#include "store/database.hpp"

namespace yagura::desk {

struct SavedView {
  Id id = 0, account = 0;
  bool shared = false;
  std::string name, query;  // query: as kind=repair&sort=due
};

class SavedViews {
 public:
  SavedViews(store::Database& database, IdSource& ids) : database_(database), ids_(ids) {}

  // One's own and those that others share.
  Result<std::vector<SavedView>> of(std::string_view contract, Id account);
  Result<SavedView> save(std::string_view contract, SavedView view);
  // any: also another's, for who may tidy up what is shared.
  Result<void> remove(std::string_view contract, Id id, Id account, bool any);

 private:
  store::Database& database_;
  IdSource& ids_;
};

}  // namespace yagura::desk
