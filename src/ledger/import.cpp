#include "ledger/import_rows.hpp"

#include <algorithm>

#include "schema/error_json.hpp"
#include "schema/json.hpp"

namespace yagura::ledger {

using schema::Value;
using store::Session;

std::span<const std::pair<std::string_view, Outcome>> enum_names(Outcome) {
  static constexpr std::pair<std::string_view, Outcome> names[] = {{"created", Outcome::created},
                                                                   {"updated", Outcome::updated},
                                                                   {"unchanged", Outcome::unchanged},
                                                                   {"rejected", Outcome::rejected}};
  return names;
}

std::string_view name_of(Outcome outcome) {
  for (const auto& [name, o] : enum_names(outcome))
    if (o == outcome) return name;
  return {};
}

Result<Edges> edges_of(Session& s, std::string_view contract, const Definition& d, const Field& field) {
  Edges out;
  YAGURA_CHECK(
      s.query("SELECT f.row_id, f.target FROM ledger_reference f JOIN ledger_row r ON r.id = f.row_id"
              " WHERE r.contract = $1 AND r.ledger = $2 AND f.field = $3",
              contract, d.id, field.id,
              [&](const store::Row& row) { out[row.integer(0)].push_back(row.integer(1)); }));
  return out;
}

namespace {

std::vector<std::pair<std::string, Error>> reasons_of(std::string_view text) {
  std::vector<std::pair<std::string, Error>> out;
  const auto value = schema::parse_json(text);
  if (!value) return out;
  for (const auto& item : value->items()) out.emplace_back(item["field"].text(), schema::error_of(item));
  return out;
}

Import import_of(const store::Row& row) {
  Import i;
  i.id = row.integer(0);
  i.contract = row.string(1);
  i.ledger = row.string(2);
  i.file = row.string(3);
  i.state = row.string(4);
  i.by = row.string(5);
  i.at = row.time(6);
  i.created = row.integer(7);
  i.updated = row.integer(8);
  i.unchanged = row.integer(9);
  i.rejected = row.integer(10);
  if (const auto ignored = schema::parse_json(row.text(11)))
    for (const auto& column : ignored->items()) i.ignored_columns.push_back(column.text());
  return i;
}

Result<Import> read_import(Session& s, std::string_view contract, Id id) {
  std::optional<Import> found;
  YAGURA_CHECK(
      s.query("SELECT " + std::string(import_columns) + " FROM ledger_import WHERE id = $1 AND contract = $2",
              id, contract, [&](const store::Row& row) { found = import_of(row); }));
  if (!found) return fail("ledger.import_not_found");
  return std::move(*found);
}

// References to rows that the import creates, by the ids these have now.
void put_ids(const std::vector<const Field*>& own, const std::unordered_map<std::int64_t, Id>& made,
             Value& fields) {
  const auto id_of = [&](const Value& v) {
    const auto found = made.find(-v.integer());
    return found == made.end() ? v : Value(found->second);
  };
  for (const auto* field : own) {
    Value* value = fields.find(field->id);
    if (!value) continue;
    if (value->kind() == Value::Kind::integer) *value = id_of(*value);
    for (auto& item : value->items()) item = id_of(item);
  }
}

}  // namespace

Result<Import> Ledgers::import(std::string_view contract, Id id) {
  return at_.database.read([&](Session& s) { return read_import(s, contract, id); });
}

Result<std::vector<ImportRow>> Ledgers::import_rows(std::string_view contract, Id id,
                                                    std::optional<Outcome> outcome, std::int64_t after_line,
                                                    int limit) {
  std::vector<ImportRow> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) -> Result<void> {
    YAGURA_CHECK(read_import(s, contract, id));
    const auto sink = [&](const store::Row& row) {
      ImportRow r{row.integer(0),         Outcome::rejected, row.string(2), row.integer(3), {},
                  reasons_of(row.text(5))};
      for (const auto& [name, o] : enum_names(Outcome{}))
        if (name == row.text(1)) r.outcome = o;
      if (auto changes = schema::parse_json(row.text(4))) r.changes = std::move(*changes);
      out.push_back(std::move(r));
    };
    const std::string select =
        "SELECT line, outcome, title, row_id, changes, reasons FROM ledger_import_row"
        " WHERE import_id = $1 AND line > $2";
    if (outcome)
      return s.query(select + " AND outcome = $4 ORDER BY line LIMIT $3", id, after_line, limit,
                     name_of(*outcome), sink);
    return s.query(select + " ORDER BY line LIMIT $3", id, after_line, limit, sink);
  }));
  return out;
}

Result<Import> Ledgers::execute(const journal::Actor& by, std::string_view contract, Id id,
                                const Progress& progress) {
  return at_.database.write([&](Session& s) -> Result<Import> {
    YAGURA_TRY(Import import, read_import(s, contract, id));
    if (import.state != "planned") return fail("ledger.import_conflict", {{"state", import.state}});
    YAGURA_TRY(const Definition* d, definition(import.contract, import.ledger));
    const Writing w{by, std::string(contract), *d, import.file, at_.clock.now(), id};
    const double total = std::max(1.0, static_cast<double>(import.created + import.updated));
    std::vector<Id> touched;
    struct Planned {
      std::int64_t line, version;
      Id row;
      Value fields;
    };
    // Known before the first row is written: it may refer to the last.
    const auto own = own_references(*d);
    std::unordered_map<std::int64_t, Id> made;
    if (!own.empty())
      YAGURA_CHECK(s.query(
          "SELECT line FROM ledger_import_row WHERE import_id = $1 AND outcome = 'created' ORDER BY line", id,
          [&](const store::Row& row) { made[row.integer(0)] = at_.ids.next(); }));
    for (std::int64_t after = 0;;) {
      std::vector<Planned> batch;
      YAGURA_CHECK(s.query(
          "SELECT line, row_version, row_id, fields FROM ledger_import_row WHERE import_id = $1 AND line > $2"
          " AND outcome IN ('created', 'updated') ORDER BY line LIMIT $3",
          id, after, import_batch_rows, [&](const store::Row& row) {
            auto fields = schema::parse_json(row.text(3));
            batch.push_back(
                {row.integer(0), row.integer(1), row.integer(2), fields ? std::move(*fields) : Value()});
          }));
      if (batch.empty()) break;
      after = batch.back().line;
      for (auto& p : batch) {
        put_ids(own, made, p.fields);
        Row row{p.row, 1, {}, std::move(p.fields), w.now, false};
        if (p.row == 0) {
          row.id = made.contains(p.line) ? made[p.line] : at_.ids.next();
          YAGURA_CHECK(insert(s, w, row));
          YAGURA_CHECK(s.exec("UPDATE ledger_import_row SET row_id = $3 WHERE import_id = $1 AND line = $2",
                              id, p.line, row.id));
        } else {
          std::optional<Row> before;
          YAGURA_CHECK(
              s.query("SELECT " + std::string(row_columns) + " FROM ledger_row WHERE id = $1 AND deleted = 0",
                      p.row, [&](const store::Row& r) { before = row_of(r, *d); }));
          // Somebody changed or removed the row since the preview: what was shown is no longer true.
          if (!before || before->version != p.version)
            return fail("ledger.plan_conflict", {{"line", std::to_string(p.line)}});
          YAGURA_CHECK(update(s, w, *before, row));
        }
        touched.push_back(row.id);
      }
      if (progress && !progress(static_cast<double>(touched.size()) / total)) return fail("ledger.stopped");
    }
    YAGURA_CHECK(check_after_import(s, w));
    import.state = "executed";
    YAGURA_CHECK(s.exec("UPDATE ledger_import SET state = 'executed' WHERE id = $1", id));
    YAGURA_CHECK(at_.journal.append(s, {w.contract, by, "ledger.imported", "import/" + std::to_string(id),
                                        Value::object({{"ledger", d->id},
                                                       {"file", import.file},
                                                       {"created", import.created},
                                                       {"updated", import.updated},
                                                       {"rejected", import.rejected}})}));
    tell(s, contract, import.ledger, std::move(touched));
    return import;
  });
}

// Between preview and execution others may have changed rows that the file only refers to.
Result<void> Ledgers::check_after_import(Session& s, const Writing& w) {
  const Definition& d = w.definition;
  std::string title;
  YAGURA_CHECK(
      s.query("SELECT r.title FROM ledger_history h JOIN ledger_row r ON r.id = h.row_id"
              " JOIN ledger_reference f ON f.row_id = r.id"
              " LEFT JOIN ledger_row t ON t.id = f.target AND t.deleted = 0"
              " WHERE h.import_id = $1 AND t.id IS NULL LIMIT 1",
              w.import, [&](const store::Row& row) { title = row.string(0); }));
  if (!title.empty()) return fail("ledger.plan_reference_conflict", {{"title", title}});
  for (const auto* field : own_references(d)) {
    if (!field->acyclic) continue;
    YAGURA_TRY(const auto edges, edges_of(s, w.contract, d, *field));
    for (const Id node : on_cycles(edges)) {
      YAGURA_CHECK(
          s.query("SELECT r.title FROM ledger_history h JOIN ledger_row r ON r.id = h.row_id"
                  " WHERE h.import_id = $1 AND h.row_id = $2",
                  w.import, node, [&](const store::Row& row) { title = row.string(0); }));
      if (!title.empty()) return fail("ledger.plan_reference_conflict", {{"title", title}});
    }
  }
  return {};
}

Result<std::map<std::int64_t, std::string>> Ledgers::import_titles(std::string_view contract, Id id,
                                                                   std::vector<std::int64_t> lines) {
  std::ranges::sort(lines);
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  std::map<std::int64_t, std::string> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) -> Result<void> {
    YAGURA_CHECK(read_import(s, contract, id));
    for (const auto line : lines)
      YAGURA_CHECK(s.query("SELECT title FROM ledger_import_row WHERE import_id = $1 AND line = $2", id, line,
                           [&](const store::Row& row) { out[line] = row.string(0); }));
    return {};
  }));
  return out;
}

Result<Import> Ledgers::undo(const journal::Actor& by, std::string_view contract, Id id,
                             const Progress& progress) {
  return at_.database.write([&](Session& s) -> Result<Import> {
    YAGURA_TRY(Import import, read_import(s, contract, id));
    if (import.state != "executed") return fail("ledger.import_conflict", {{"state", import.state}});
    YAGURA_TRY(const Definition* d, definition(import.contract, import.ledger));
    struct Done {
      Id row;
      std::int64_t version;
      Value changes;
    };
    std::vector<Done> all;
    YAGURA_CHECK(s.query(
        "SELECT row_id, version, changes FROM ledger_history WHERE import_id = $1 ORDER BY row_id DESC", id,
        [&](const store::Row& row) {
          auto changes = schema::parse_json(row.text(2));
          all.push_back({row.integer(0), row.integer(1), changes ? std::move(*changes) : Value()});
        }));
    // The undoing is a change of its own: its history names no import, so it is not undone again.
    const Writing w{by, std::string(contract), *d, "undo: " + import.file, at_.clock.now()};
    std::vector<Id> touched;
    // Rows that the import changed go back first, then created ones, which may refer to each other, together.
    std::ranges::sort(all, {}, [](const Done& done) { return std::pair(done.version == 1, -done.row); });
    for (const auto& done : all)
      if (done.version == 1) YAGURA_CHECK(s.exec("DELETE FROM ledger_reference WHERE row_id = $1", done.row));
    for (const auto& done : all) {
      std::optional<Row> now;
      YAGURA_CHECK(
          s.query("SELECT " + std::string(row_columns) + " FROM ledger_row WHERE id = $1 AND deleted = 0",
                  done.row, [&](const store::Row& r) { now = row_of(r, *d); }));
      if (!now || now->version != done.version)
        return fail("ledger.undo_conflict", {{"title", now ? now->title : std::to_string(done.row)}});
      if (done.version == 1) {
        YAGURA_CHECK(erase(s, w, *now));
      } else {
        Row before = *now;
        for (const auto& [field, change] : done.changes.members()) before.fields.set(field, change["before"]);
        YAGURA_CHECK(update(s, w, *now, before));
      }
      touched.push_back(done.row);
      if (touched.size() % import_batch_rows == 0 && progress &&
          !progress(static_cast<double>(touched.size()) / static_cast<double>(all.size())))
        return fail("ledger.stopped");
    }
    import.state = "undone";
    YAGURA_CHECK(s.exec("UPDATE ledger_import SET state = 'undone' WHERE id = $1", id));
    YAGURA_CHECK(at_.journal.append(
        s,
        {w.contract, by, "ledger.import_undone", "import/" + std::to_string(id),
         Value::object(
             {{"ledger", d->id}, {"file", import.file}, {"rows", static_cast<std::int64_t>(all.size())}})}));
    tell(s, contract, import.ledger, std::move(touched));
    return import;
  });
}

Result<void> Ledgers::drop(const journal::Actor&, std::string_view contract, Id id) {
  return at_.database.write([&](Session& s) -> Result<void> {
    YAGURA_TRY(const Import import, read_import(s, contract, id));
    if (import.state != "planned") return fail("ledger.import_conflict", {{"state", import.state}});
    YAGURA_CHECK(s.exec("DELETE FROM ledger_import_row WHERE import_id = $1", id));
    YAGURA_CHECK(s.exec("DELETE FROM ledger_import WHERE id = $1", id));
    return {};
  });
}

}  // namespace yagura::ledger
