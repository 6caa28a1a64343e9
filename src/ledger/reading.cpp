#include <algorithm>
#include <charconv>
#include <limits>
#include <set>

#include "base/text.hpp"
#include "calendar/civil.hpp"
#include "journal/reads.hpp"
#include "ledger/writing.hpp"
#include "schema/json.hpp"

namespace yagura::ledger {

using schema::Value;
using store::Session;

namespace {

constexpr int limit_most = 500;

bool numeric(const Field& f) { return f.type == Type::integer || f.type == Type::number; }

// The SQL of a field's value as text, and as what it sorts by. Field ids are plain names (definition.cpp).
std::string text_of(const Field& f) { return "COALESCE(CAST(data->>'" + f.id + "' AS TEXT), '')"; }
std::string sort_of(const Definition& d, const Field& f) {
  if (f.id == d.title) return "title";
  if (numeric(f)) return "COALESCE(CAST(data->>'" + f.id + "' AS DOUBLE PRECISION), -1e300)";
  return text_of(f);
}

// Ledgers with more rows than these have an index for each field that lists filter and sort by.
constexpr std::int64_t rows_without_index = 2'000;

bool indexed(const Field& f) {
  return f.in_list && !numeric(f) && f.type != Type::references && f.type != Type::choices &&
         f.type != Type::attachment && f.type != Type::long_text;
}

constexpr std::string_view search_index = "ledger_row_search";
std::string index_of(const Definition& d, const Field& f) { return "ledger_by_" + d.id + "_" + f.id; }

struct Cursor {
  std::string value;
  Id id = 0;
};

Result<Cursor> read_cursor(std::string_view text) {
  Cursor cursor;
  const auto dash = text.find('-');
  const auto number = text.substr(0, dash);
  const auto [end, ec] = std::from_chars(number.data(), number.data() + number.size(), cursor.id);
  const auto value =
      dash == std::string_view::npos ? Result<std::string>(fail("")) : from_hex(text.substr(dash + 1));
  if (ec != std::errc{} || end != number.data() + number.size() || !value)
    return fail("ledger.cursor_invalid");
  cursor.value = *value;
  return cursor;
}

}  // namespace

std::string cursor_of(std::string_view sort_value, Id id) {
  return std::to_string(id) + "-" + to_hex(sort_value);
}

Result<void> Ledgers::note_read(Session& s, const Reader& reader, const Definition& d,
                                std::string_view contract, const std::vector<Id>& ids, std::string_view how) {
  if (!reader.personal || !d.personal() || ids.empty()) return {};
  return journal::note_read(
      s, at_.journal, at_.clock.now(),
      {.chain = std::string(contract),
       .actor = reader.actor,
       .subject = ids.size() == 1 ? d.id + "/" + std::to_string(ids.front()) : "ledger/" + d.id,
       .how = std::string(how),
       .of = d.id,
       .ids = ids});
}

Result<std::optional<Row>> Ledgers::find(std::string_view contract, std::string_view ledger, Id id) {
  YAGURA_TRY(const Definition* d, definition(contract, ledger));
  std::optional<Row> found;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query("SELECT " + std::string(row_columns) +
                       " FROM ledger_row WHERE id = $1 AND contract = $2 AND ledger = $3",
                   id, contract, ledger, [&](const store::Row& row) { found = row_of(row, *d); });
  }));
  return found;
}

Result<Row> Ledgers::get(const Reader& reader, std::string_view contract, std::string_view ledger, Id id) {
  YAGURA_TRY(const Definition* d, definition(contract, ledger));
  YAGURA_TRY(auto found, find(contract, ledger, id));
  if (!found) return fail("ledger.row_not_found");
  if (!reader.personal)
    mask_personal(*d, found->fields);
  else if (d->personal())
    YAGURA_CHECK(
        at_.database.write([&](Session& s) { return note_read(s, reader, *d, contract, {id}, "row"); }));
  return std::move(*found);
}

Result<Page> Ledgers::list(const Reader& reader, const ListQuery& q) {
  YAGURA_TRY(const Definition* d, definition(q.contract, q.ledger));
  const bool descending = q.sort.starts_with('-');
  const auto sort_id = q.sort.empty() ? d->title : q.sort.substr(descending ? 1 : 0);
  const Field* sort = d->field(sort_id);
  if (!sort) return fail("ledger.field_unknown", {{"field", sort_id.substr(0, 64)}, {"ledger", d->id}});
  // What one may not see, one may neither sort nor search by.
  if (sort->personal && !reader.personal)
    return fail("ledger.field_unknown", {{"field", sort_id.substr(0, 64)}, {"ledger", d->id}});
  const int limit = std::clamp(q.limit, 1, limit_most);
  const auto wanted_text = fold_for_search(trim(q.search));
  // The table's search text has everything in it; for who may not read personal fields each hit is looked at
  // again without them, and what falls away must not count against the page.
  const bool narrowed = !wanted_text.empty() && d->personal() && !reader.personal;

  std::vector<std::string> held;
  held.reserve(q.filters.size() + 4);
  std::vector<store::Param> params{store::to_param(q.contract)};
  // The ledger's name (a plain one) stands in the statement, so that its own indexes serve it.
  const std::string of_ledger = "contract = $1 AND ledger = '" + d->id + "' AND deleted = 0";
  std::string sql = " WHERE " + of_ledger;
  const auto mark = [&](store::Param p) {
    params.push_back(p);
    return "$" + std::to_string(params.size());
  };
  const bool by_title = sort->id == d->title;
  // SQLite is told which index to walk: it knows nothing of how many rows a value has.
  const auto indexes = indexes_.with([](const auto& names) { return names; });
  std::string walked;
  const auto among = [&](const std::string& index, const std::string& condition) {
    return " AND id IN (SELECT id FROM ledger_row INDEXED BY " + index + " WHERE " + of_ledger + condition +
           ")";
  };
  if (!wanted_text.empty()) {
    const auto found =
        " AND strpos(search, " + mark(store::to_param(held.emplace_back(wanted_text))) + ") > 0";
    if (!indexes.contains(std::string(search_index)))
      sql += found;
    else if (by_title)
      walked = search_index, sql += found;
    else
      sql += among(std::string(search_index), found);
  }
  for (const auto& [name, value] : q.filters) {
    const Field* field = d->field(name);
    if (!field) return fail("ledger.field_unknown", {{"field", name.substr(0, 64)}, {"ledger", d->id}});
    if (field->personal && !reader.personal)
      return fail("ledger.field_unknown", {{"field", name}, {"ledger", d->id}});
    std::string wanted = value;
    if (field->type == Type::boolean)
      wanted = value == "true" ? (at_.database.backend() == store::Backend::sqlite ? "1" : "true")
                               : (at_.database.backend() == store::Backend::sqlite ? "0" : "false");
    if (field->type == Type::references || field->type == Type::choices)
      sql += " AND " + text_of(*field) + " LIKE " +
             mark(store::to_param(held.emplace_back(store::like_anywhere(value)))) +
             std::string(store::like_escape);
    else {
      const auto index = index_of(*d, *field);
      const auto equal =
          " AND " + text_of(*field) + " = " + mark(store::to_param(held.emplace_back(std::move(wanted))));
      if (!indexes.contains(index))
        sql += equal;
      else if (by_title && walked.empty())
        walked = index, sql += equal;
      else
        sql += among(index, equal);
    }
  }
  if (walked.empty() && indexes.contains(index_of(*d, *sort))) walked = index_of(*d, *sort);
  if (!q.cursor.empty()) {
    YAGURA_TRY(const Cursor cursor, read_cursor(q.cursor));
    const auto& value = held.emplace_back(cursor.value);
    const std::string at = numeric(*sort) && !by_title ? "CAST(CAST(" + mark(store::to_param(value)) +
                                                             " AS TEXT) AS DOUBLE PRECISION)"
                                                       : mark(store::to_param(value));
    const auto id = mark(store::to_param(cursor.id));
    // Rows that are alike follow each other by title; where the last one was stands in it, deleted or not.
    const std::string title = ", COALESCE((SELECT c.title FROM ledger_row c WHERE c.id = " + id + "), '')";
    sql += " AND (" + sort_of(*d, *sort) + (by_title ? "" : ", title") + ", id) " + (descending ? "<" : ">") +
           " (" + at + (by_title ? "" : title) + ", " + id + ")";
  }
  const std::string order = descending ? " DESC" : "";
  sql += " ORDER BY " + sort_of(*d, *sort) + order + (by_title ? "" : ", title" + order) + ", id" + order +
         " LIMIT " + mark(store::to_param(narrowed ? std::numeric_limits<int>::max() : limit + 1));
  sql = "SELECT " + std::string(row_columns) + ", " + sort_of(*d, *sort) + " FROM ledger_row" +
        (walked.empty() ? "" : " INDEXED BY " + walked) + sql;

  Page page;
  std::string last_value;
  bool full = false;
  auto read = at_.database.read([&](Session& s) {
    return s.run(sql, params, [&](const store::Row& row) -> Result<void> {
      Row next = row_of(row, *d);
      if (narrowed &&
          search_text(*this, q.contract, *d, next.fields, false).find(wanted_text) == std::string::npos)
        return {};
      if (static_cast<int>(page.rows.size()) == limit) {
        page.next = cursor_of(last_value, page.rows.back().id);
        full = true;
        return std::unexpected(Error{});  // to read no further
      }
      page.rows.push_back(std::move(next));
      last_value = row.string(6);
      return {};
    });
  });
  if (!read && !full) return std::unexpected(std::move(read).error());
  if (!reader.personal) {
    for (auto& row : page.rows) mask_personal(*d, row.fields);
  } else if (d->personal()) {
    std::vector<Id> ids;
    for (const auto& row : page.rows) ids.push_back(row.id);
    YAGURA_CHECK(
        at_.database.write([&](Session& s) { return note_read(s, reader, *d, q.contract, ids, "list"); }));
  }
  return page;
}

Result<std::int64_t> Ledgers::count(std::string_view contract, std::string_view ledger) {
  YAGURA_TRY(const auto rows, at_.database.read([&](Session& s) {
    return s.integer("SELECT count(*) FROM ledger_row WHERE contract = $1 AND ledger = $2 AND deleted = 0",
                     contract, ledger);
  }));
  return rows.value_or(0);
}

Result<std::vector<Change>> Ledgers::history(const Reader& reader, std::string_view contract,
                                             std::string_view ledger, Id id) {
  YAGURA_TRY(const Definition* d, definition(contract, ledger));
  YAGURA_TRY(const auto row, find(contract, ledger, id));
  if (!row) return fail("ledger.row_not_found");
  std::vector<Change> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(
        "SELECT version, time, who, why, import_id, changes FROM ledger_history WHERE row_id = $1 ORDER BY "
        "version DESC",
        id, [&](const store::Row& r) {
          Change c{r.integer(0), r.time(1), r.string(2), r.string(3), r.integer(4), {}};
          if (auto changes = schema::parse_json(r.text(5))) c.fields = std::move(*changes);
          if (!reader.personal) mask_personal(*d, c.fields);
          out.push_back(std::move(c));
        });
  }));
  if (reader.personal && d->personal())
    YAGURA_CHECK(
        at_.database.write([&](Session& s) { return note_read(s, reader, *d, contract, {id}, "history"); }));
  return out;
}

Result<std::map<Id, std::string>> Ledgers::titles(std::string_view contract, std::string_view ledger,
                                                  std::vector<Id> ids) {
  std::ranges::sort(ids);
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::map<Id, std::string> out;
  if (ids.empty()) return out;
  std::string list;
  for (const Id id : ids) list += (list.empty() ? "" : ", ") + std::to_string(id);
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(
        "SELECT id, title FROM ledger_row WHERE contract = $1 AND ledger = $2 AND id IN (" + list + ")",
        contract, ledger, [&](const store::Row& row) { out[row.integer(0)] = row.string(1); });
  }));
  return out;
}

Result<std::vector<Expiring>> Ledgers::expiring(std::string_view contract, std::string_view today,
                                                int limit) {
  YAGURA_TRY(const auto from, calendar::parse_date(today));
  // Ids of ledgers are plain names (definition.cpp).
  std::string due, last;  // the latest day of any of them, which the index is read to
  for (const auto& [id, d] : definitions(contract))
    if (!d.expires.empty()) {
      const auto day = calendar::format_date(from + std::chrono::days(d.warn_days));
      due += (due.empty() ? "" : " OR ") + ("(e.ledger = '" + id + "' AND e.day <= '") + day + "')";
      last = std::max(last, day);
    }
  std::vector<Expiring> out;
  if (due.empty()) return out;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(
        "SELECT e.ledger, e.row_id, r.title, e.day FROM ledger_expiry e JOIN ledger_row r ON r.id ="
        " e.row_id WHERE e.contract = $1 AND e.day <= $3 AND (" +
            due + ") ORDER BY e.day, e.row_id LIMIT $2",
        contract, std::clamp(limit, 1, limit_most), last, [&](const store::Row& row) {
          out.push_back({row.string(0), row.integer(1), row.string(2), row.string(3)});
        });
  }));
  return out;
}

Result<void> Ledgers::renew_expiries(std::span<const std::string> contracts) {
  return at_.database.write([&](Session& s) -> Result<void> {
    for (const auto& contract : contracts) {
      YAGURA_CHECK(s.exec("DELETE FROM ledger_expiry WHERE contract = $1", contract));
      for (const auto& [id, d] : definitions(contract)) {
        if (d.expires.empty()) continue;
        std::string done;
        if (d.done_when)
          for (const auto& state : d.done_when->is)
            done += " AND COALESCE(data->>'" + d.done_when->field + "', '') <> '" + state + "'";
        if (d.done_when && !d.done_when->filled.empty())
          done += " AND data->>'" + d.done_when->filled + "' IS NULL";
        YAGURA_CHECK(
            s.exec("INSERT INTO ledger_expiry (row_id, contract, ledger, day) SELECT id, contract,"
                   " ledger, data->>'" +
                       d.expires +
                       "' FROM ledger_row WHERE contract = $1 AND ledger = $2 AND deleted = 0 AND"
                       " data->>'" +
                       d.expires + "' IS NOT NULL" + done,
                   contract, id));
      }
    }
    return {};
  });
}

Result<int> Ledgers::index_large() {
  return at_.database.write([&](Session& s) -> Result<int> {
    std::vector<std::pair<std::string, std::string>> large;
    YAGURA_CHECK(
        s.query("SELECT contract, ledger FROM ledger_row WHERE deleted = 0 GROUP BY contract, ledger"
                " HAVING count(*) > $1",
                rows_without_index,
                [&](const store::Row& row) { large.emplace_back(row.string(0), row.string(1)); }));
    std::set<std::string> made;
    const auto make = [&](const std::string& name, const std::string& of) -> Result<void> {
      YAGURA_CHECK(s.exec("CREATE INDEX IF NOT EXISTS " + name + " ON ledger_row (" + of));
      made.insert(name);
      return {};
    };
    for (const auto& [contract, ledger] : large) {
      const auto d = definition(contract, ledger);
      if (!d) continue;
      for (const auto& field : (*d)->fields)
        if (indexed(field) && field.id != (*d)->title)
          YAGURA_CHECK(make(index_of(**d, field), "contract, (" + text_of(field) +
                                                      "), title, id) WHERE ledger = '" + ledger +
                                                      "' AND deleted = 0"));
    }
    // PostgreSQL takes no long texts into a b-tree, and finds the others by itself.
    if (s.backend() == store::Backend::sqlite) {
      if (!large.empty())
        YAGURA_CHECK(make(std::string(search_index), "contract, ledger, deleted, title, id, search)"));
      s.after_commit([this, made] { indexes_.with([&](auto& names) { names = made; }); });
    }
    return static_cast<int>(made.size());
  });
}

Result<std::map<std::string, std::int64_t>> Ledgers::counts(std::string_view contract) {
  std::map<std::string, std::int64_t> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(
        "SELECT ledger, count(*) FROM ledger_row WHERE contract = $1 AND deleted = 0 GROUP BY ledger",
        contract, [&](const store::Row& row) { out[row.string(0)] = row.integer(1); });
  }));
  return out;
}

Result<void> Ledgers::each(std::string_view contract, std::string_view ledger,
                           const std::function<void(Row&&)>& use) {
  YAGURA_TRY(const Definition* d, definition(contract, ledger));
  return at_.database.read([&](Session& s) {
    return s.query("SELECT " + std::string(row_columns) +
                       " FROM ledger_row WHERE contract = $1 AND ledger = $2 AND deleted = 0 ORDER BY id",
                   contract, ledger, [&](const store::Row& row) { use(row_of(row, *d)); });
  });
}

}  // namespace yagura::ledger
