#include "log_search/looks.hpp"

#include <algorithm>
#include <optional>

#include "schema/json.hpp"

namespace yagura::log_search {

using schema::Value;
using store::Row;
using store::Session;

namespace {

Value texts(const std::vector<std::string>& list) {
  auto out = Value::array();
  for (const auto& one : list) out.push(Value(one));
  return out;
}

std::string key_of(const Look& look) {
  std::string out = look.contract + '\0' + std::to_string(look.by.account) + '\0' + look.by.origin + '\0' +
                    look.purpose + '\0' + look.text;
  for (const auto& kind : look.kinds) out += '\0' + kind;
  return out;
}

Value entry_of(const Look& look) {
  return Value::object({{"query", look.meaning},
                        {"kinds", texts(look.kinds)},
                        {"whose", texts(look.whose)},
                        {"purpose", look.purpose}});
}

// Of all texts together.
Value with_all(const Value& before, const std::vector<std::string>& more) {
  Value out = before;
  for (const auto& one : more)
    if (std::ranges::none_of(out.items(), [&](const Value& known) { return known.text() == one; }))
      out.push(Value(one));
  return out;
}

// A look that is being typed.
struct Typed {
  Id id = 0;
  std::string contract;
  journal::Actor by;
  Value entry;
  Time began, last;
};

constexpr const char* typed_columns =
    "SELECT id, contract, account, name, origin, entry, began_at, last_at FROM log_look ";

Result<Typed> typed_of(const Row& row) {
  Typed out{row.integer(0), row.string(1), {row.integer(2), row.string(3), row.string(4)}, {},
            row.time(6),    row.time(7)};
  YAGURA_TRY(out.entry, schema::parse_json(row.string(5)));
  return out;
}

Result<void> settle_one(Session& s, journal::Journal& journal, const Typed& look) {
  YAGURA_CHECK(journal.append(s, {look.contract, look.by, "log.searched", "logs", look.entry}));
  YAGURA_CHECK(s.exec("DELETE FROM log_look WHERE id = $1", look.id));
  return {};
}

}  // namespace

Result<void> Looks::note(const Look& look) {
  const auto key = key_of(look);
  const auto now = clock_.steady();
  const bool known = noted_.with([&](auto& noted) {
    const auto found = noted.find(key);
    return found != noted.end() && now - found->second < bundled_for;
  });
  if (known) return {};
  YAGURA_CHECK(database_.write([&](Session& s) -> Result<void> {
    if (!look.window.empty()) return note_typed(s, look);
    YAGURA_CHECK(journal_.append(s, {look.contract, look.by, "log.searched", "logs", entry_of(look)}));
    return {};
  }));
  noted_.with([&](auto& noted) {
    if (noted.size() >= remembered)
      std::erase_if(noted, [&](const auto& one) { return now - one.second >= bundled_for; });
    if (noted.size() >= remembered) noted.clear();  // forgetting costs an entry more, never one less
    noted[key] = now;
  });
  return {};
}

Result<void> Looks::note_typed(Session& s, const Look& look) {
  const Time now = clock_.now();
  std::optional<Result<Typed>> found;
  YAGURA_CHECK(s.query(std::string(typed_columns) + "WHERE contract = $1 AND account = $2 AND origin = $3"
                                                    " AND screen = $4 AND purpose = $5",
                       look.contract, look.by.account, look.by.origin, look.window, look.purpose,
                       [&](const Row& row) { found = typed_of(row); }));
  auto entry = entry_of(look);
  Time began = now;
  if (found) {
    YAGURA_TRY(const auto before, *found);
    const auto& on_the_way = before.entry["typed"];
    if (now - before.last >= rests || now - before.began >= longest || now < before.last ||
        on_the_way.items().size() + 1 >= most_texts) {
      YAGURA_CHECK(settle_one(s, journal_, before));
    } else {
      auto typed = on_the_way.is_null() ? Value::array() : on_the_way;
      typed.push(before.entry["query"]);
      entry.set("typed", std::move(typed));
      entry.set("kinds", with_all(before.entry["kinds"], look.kinds));
      entry.set("whose", with_all(before.entry["whose"], look.whose));
      began = before.began;
      YAGURA_CHECK(s.exec("DELETE FROM log_look WHERE id = $1", before.id));
    }
  }
  YAGURA_CHECK(s.exec(
      "INSERT INTO log_look (id, contract, account, name, origin, screen, purpose, entry, began_at, last_at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      ids_.next(), look.contract, look.by.account, look.by.name, look.by.origin, look.window, look.purpose,
      schema::to_json(entry), began, now));
  return {};
}

Result<void> Looks::settle() {
  const Time now = clock_.now();
  bool any = false;
  YAGURA_CHECK(database_.read([&](Session& s) {
    return s.query("SELECT 1 FROM log_look WHERE last_at <= $1 OR began_at <= $2 OR last_at > $3 LIMIT 1",
                   now - rests, now - longest, now, [&](const Row&) { any = true; });
  }));
  if (!any) return {};
  return database_.write([&](Session& s) -> Result<void> {
    std::vector<Result<Typed>> rested;
    YAGURA_CHECK(s.query(std::string(typed_columns) +
                             "WHERE last_at <= $1 OR began_at <= $2 OR last_at > $3 ORDER BY id LIMIT 500",
                         now - rests, now - longest, now,
                         [&](const Row& row) { rested.push_back(typed_of(row)); }));
    for (const auto& one : rested) {
      YAGURA_TRY(const auto look, one);
      YAGURA_CHECK(settle_one(s, journal_, look));
    }
    return {};
  });
}

}  // namespace yagura::log_search
