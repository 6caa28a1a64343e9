#include "desk/saved_views.hpp"

#include "base/text.hpp"

namespace yagura::desk {

using store::Row;
using store::Session;

namespace {

constexpr int most = 100;  // of one person in one contract

bool is_query(std::string_view text) {
  return text.size() <= 1'000 &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.~%=&+:") ==
             std::string_view::npos;
}

journal::Record entry_of(const journal::Actor& by, std::string_view contract, const char* kind, Id id,
                         const std::string& name, const std::string& query) {
  return {std::string(contract), by, kind, "desk_view/" + std::to_string(id),
          schema::Value::object({{"name", name}, {"query", query}})};
}

}  // namespace

Result<std::vector<SavedView>> SavedViews::of(std::string_view contract, Id account) {
  std::vector<SavedView> out;
  YAGURA_CHECK(database_.read([&](Session& s) {
    return s.query(
        "SELECT id, account, shared, name, query FROM desk_view WHERE contract = $1 AND (account = $2"
        " OR shared = 1) ORDER BY name, id LIMIT 500",
        contract, account, [&](const Row& row) {
          out.push_back({row.integer(0), row.integer(1), row.flag(2), row.string(3), row.string(4)});
        });
  }));
  return out;
}

Result<SavedView> SavedViews::save(const journal::Actor& by, std::string_view contract, SavedView view) {
  view.account = by.account;
  view.name = trim(view.name);
  if (view.name.empty() || characters(view.name) > 60 || !is_utf8(view.name) || !is_query(view.query))
    return fail("desk.view_invalid");
  return database_.write([&](Session& s) -> Result<SavedView> {
    YAGURA_TRY(const auto has,
               s.integer("SELECT count(*) FROM desk_view WHERE contract = $1 AND account = $2", contract,
                         view.account));
    if (has.value_or(0) >= most) return fail("desk.too_many", {{"limit", std::to_string(most)}});
    view.id = ids_.next();
    YAGURA_CHECK(
        s.exec("INSERT INTO desk_view (id, contract, account, shared, name, query) VALUES ($1, $2, $3, $4,"
               " $5, $6)",
               view.id, contract, view.account, view.shared, view.name, view.query));
    if (view.shared)
      YAGURA_CHECK(
          journal_.append(s, entry_of(by, contract, "desk.view_shared", view.id, view.name, view.query)));
    return view;
  });
}

Result<void> SavedViews::remove(const journal::Actor& by, std::string_view contract, Id id, bool any) {
  return database_.write([&](Session& s) -> Result<void> {
    std::optional<SavedView> gone;
    YAGURA_CHECK(
        s.query("DELETE FROM desk_view WHERE id = $1 AND contract = $2 AND (account = $3 OR"
                " ($4 = 1 AND shared = 1)) RETURNING shared, name, query",
                id, contract, by.account, any ? 1 : 0,
                [&](const Row& row) { gone = {id, by.account, row.flag(0), row.string(1), row.string(2)}; }));
    if (!gone) return fail("desk.view_not_found");
    if (gone->shared)
      YAGURA_CHECK(
          journal_.append(s, entry_of(by, contract, "desk.view_removed", id, gone->name, gone->query)));
    return {};
  });
}

}  // namespace yagura::desk
