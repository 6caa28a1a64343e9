// Morning rounds on disk.
#include "monitor/watch/alert_store.hpp"
#include "schema/json.hpp"

namespace yagura::monitor::watch {

using schema::Value;
using store::Row;
using store::Session;

namespace {

std::string names_text(const std::vector<RoundView::Name>& names) {
  if (names.empty()) return {};
  Value out = Value::array();
  for (const auto& n : names)
    out.push(Value::object({{"device", n.device}, {"name", n.name}, {"site", n.site_name}}));
  return schema::to_json(out);
}

std::vector<RoundView::Name> names_of(std::string_view text) {
  std::vector<RoundView::Name> out;
  if (text.empty()) return out;
  if (const auto value = schema::parse_json(text))
    for (const auto& n : value->items())
      out.push_back({n["device"].integer(), n["name"].text(), n["site"].text()});
  return out;
}

}  // namespace

Result<void> AlertStore::save_round(const RoundView& r) {
  return database_.write([&](Session& s) -> Result<void> {
    YAGURA_CHECK(
        s.exec("INSERT INTO ping_round (id, contract, started, finished, due, answered, silent, missing, "
               "names, unfinished) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
               r.id, r.contract, r.started, r.finished, r.due, r.answered, r.silent, ids_text(r.missing),
               names_text(r.names), r.unfinished));
    YAGURA_CHECK(journal_.append(
        s, {r.contract,
            {},
            "ping.round",
            "round/" + std::to_string(r.id),
            Value::object({{"answered", r.answered},
                           {"silent", r.silent},
                           {"unfinished", r.unfinished},
                           {"missed", !r.finished},
                           {"in_time", r.finished && r.due ? Value(*r.finished <= *r.due) : Value()}})}));
    return {};
  });
}

Result<std::vector<RoundView>> AlertStore::rounds(std::string_view contract, Id before, int limit,
                                                  bool with_due) {
  std::vector<RoundView> out;
  YAGURA_CHECK(database_.read([&](Session& s) {
    return s.query(
        "SELECT id, contract, started, finished, due, answered, silent, missing, names, unfinished FROM "
        "ping_round WHERE "
        "contract = $1 AND id < $2 AND ($4 = 0 OR due IS NOT NULL)"
        " ORDER BY id DESC LIMIT $3",
        contract, before == 0 ? Id{1} << 53 : before, limit, with_due, [&](const Row& row) {
          out.push_back({row.integer(0), row.string(1), row.time(2), row.maybe_time(3), row.maybe_time(4),
                         row.integer(5), row.integer(6), ids_of(row.text(7)), names_of(row.text(8)),
                         row.integer(9)});
        });
  }));
  return out;
}

}  // namespace yagura::monitor::watch
