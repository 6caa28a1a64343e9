#include "log_search/saved_searches.hpp"

#include "base/text.hpp"
#include "eventstore/ask/language.hpp"

namespace yagura::log_search {

using store::Row;
using store::Session;

namespace {

bool fits(const SavedSearch& s) {
  return !s.name.empty() && is_utf8(s.name) && characters(s.name) <= 60 && is_utf8(s.description) &&
         characters(s.description) <= 500 && is_utf8(s.text) &&
         characters(s.text) <= eventstore::most_query_characters;
}

journal::Record entry_of(const journal::Actor& by, std::string_view contract, const char* kind, Id id,
                         const std::string& name, const std::string& text) {
  return {std::string(contract), by, kind, "log_search/" + std::to_string(id),
          schema::Value::object({{"name", name}, {"query", text}})};
}

}  // namespace

Result<std::vector<SavedSearch>> SavedSearches::of(std::string_view contract, Id account) {
  std::vector<SavedSearch> out;
  YAGURA_CHECK(database_.read([&](Session& s) {
    return s.query(
        "SELECT id, account, shared, name, description, text FROM log_search WHERE contract = $1"
        " AND (account = $2 OR shared = 1) ORDER BY name, id LIMIT 500",
        contract, account, [&](const Row& row) {
          out.push_back(
              {row.integer(0), row.integer(1), row.flag(2), row.string(3), row.string(4), row.string(5)});
        });
  }));
  return out;
}

Result<void> SavedSearches::insert(Session& s, std::string_view contract, SavedSearch& search) {
  YAGURA_TRY(const auto has, s.integer("SELECT count(*) FROM log_search WHERE contract = $1 AND account = $2",
                                       contract, search.account));
  if (has.value_or(0) >= most) return fail("log_search.saved_too_many", {{"most", std::to_string(most)}});
  search.id = ids_.next();
  YAGURA_CHECK(s.exec(
      "INSERT INTO log_search (id, contract, account, shared, name, description, text)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7)",
      search.id, contract, search.account, search.shared, search.name, search.description, search.text));
  return {};
}

Result<bool> SavedSearches::change(Session& s, std::string_view contract, const SavedSearch& search) {
  bool found = false;
  YAGURA_CHECK(
      s.query("UPDATE log_search SET shared = $4, name = $5, description = $6, text = $7"
              " WHERE id = $1 AND contract = $2 AND account = $3 RETURNING id",
              search.id, contract, search.account, search.shared, search.name, search.description,
              search.text, [&](const Row&) { found = true; }));
  return found;
}

Result<SavedSearch> SavedSearches::save(const journal::Actor& by, std::string_view contract,
                                        SavedSearch search) {
  search.account = by.account;
  search.name = trim(search.name);
  search.description = trim(search.description);
  if (!fits(search)) return fail("log_search.saved_invalid");
  return database_.write([&](Session& s) -> Result<SavedSearch> {
    if (search.id == 0) {
      YAGURA_CHECK(insert(s, contract, search));
    } else {
      YAGURA_TRY(const bool found, change(s, contract, search));
      if (!found) return fail("log_search.saved_not_found");
    }
    if (search.shared)
      YAGURA_CHECK(journal_.append(
          s, entry_of(by, contract, "log.search_shared", search.id, search.name, search.text)));
    return search;
  });
}

Result<void> SavedSearches::remove(const journal::Actor& by, std::string_view contract, Id id, bool any) {
  return database_.write([&](Session& s) -> Result<void> {
    std::optional<SavedSearch> gone;
    YAGURA_CHECK(s.query(
        "DELETE FROM log_search WHERE id = $1 AND contract = $2 AND (account = $3 OR"
        " ($4 = 1 AND shared = 1)) RETURNING shared, name, text",
        id, contract, by.account, any ? 1 : 0,
        [&](const Row& row) { gone = {id, by.account, row.flag(0), row.string(1), "", row.string(2)}; }));
    if (!gone) return fail("log_search.saved_not_found");
    if (gone->shared)
      YAGURA_CHECK(
          journal_.append(s, entry_of(by, contract, "log.search_removed", id, gone->name, gone->text)));
    return {};
  });
}

}  // namespace yagura::log_search
