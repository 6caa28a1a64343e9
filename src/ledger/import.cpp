#include <algorithm>
#include <unordered_set>

#include "base/text.hpp"
#include "ledger/import_file.hpp"
#include "ledger/writing.hpp"
#include "schema/json.hpp"

namespace yagura::ledger {

using schema::Fault;
using schema::Value;
using store::Session;

std::span<const std::pair<std::string_view, Outcome>> enum_names(Outcome) {
  static constexpr std::pair<std::string_view, Outcome> names[] = {{"created", Outcome::created},
                                                                   {"updated", Outcome::updated},
                                                                   {"unchanged", Outcome::unchanged},
                                                                   {"rejected", Outcome::rejected}};
  return names;
}

namespace {

constexpr std::size_t batch_rows = 500;

std::string_view name_of(Outcome outcome) {
  for (const auto& [name, o] : enum_names(outcome))
    if (o == outcome) return name;
  return {};
}

std::string reasons_text(const std::vector<Fault>& faults) {
  Value out = Value::array();
  for (const auto& fault : faults) {
    Value args = Value::object();
    for (const auto& [name, value] : fault.error.args) args.set(name, Value(value));
    out.push(Value::object(
        {{"field", Value(fault.path)}, {"code", Value(fault.error.code)}, {"args", std::move(args)}}));
  }
  return schema::to_json(out);
}

std::vector<std::pair<std::string, Error>> reasons_of(std::string_view text) {
  std::vector<std::pair<std::string, Error>> out;
  const auto value = schema::parse_json(text);
  if (!value) return out;
  for (const auto& item : value->items()) {
    Error error{item["code"].text(), {}};
    for (const auto& [name, arg] : item["args"].members()) error.args.emplace_back(name, arg.text());
    out.emplace_back(item["field"].text(), std::move(error));
  }
  return out;
}

constexpr std::string_view import_columns =
    "id, contract, ledger, file, state, who, at, created, updated, unchanged, rejected, ignored";

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

}  // namespace

// Decides each row of a file: which row of the ledger it is, what would change, or why not.
class Planner {
 public:
  Planner(Ledgers& ledgers, const Definition& d, Import& import) : ledgers_(ledgers), d_(d), import_(import) {
    for (const auto& field : d.fields)
      if (field.unique && !key_) key_ = &field;
  }

  Result<void> headings(const std::vector<std::string>& names) {
    for (const auto& name : names) {
      const auto folded = fold_for_search(name);
      const Field* found = nullptr;
      for (const auto& field : d_.fields)
        if (folded == fold_for_search(field.id) || folded == fold_for_search(field.name.ja) ||
            folded == fold_for_search(field.name.en))
          found = &field;
      if (!found && folded != "id" && !name.empty()) import_.ignored_columns.push_back(name);
      // The second of two columns with one heading would silently win over the first.
      if (found && std::ranges::find(columns_, found) != columns_.end())
        return fail("ledger.import_heading_twice", {{"heading", name.substr(0, 80)}});
      columns_.push_back(found);
      id_column_.push_back(!found && folded == "id");
    }
    if (std::ranges::all_of(columns_, [](const Field* f) { return f == nullptr; })) {
      std::string known;
      for (const auto& field : d_.fields) known.append(known.empty() ? "" : ", ").append(field.name.ja);
      return fail("ledger.import_headings", {{"known", known}});
    }
    return {};
  }

  Result<void> add(FileRow&& row) {
    batch_.push_back(std::move(row));
    return batch_.size() < batch_rows ? Result<void>{} : flush();
  }

  Result<void> flush() {
    if (batch_.empty()) return {};
    YAGURA_CHECK(ledgers_.at_.database.write([&](Session& s) -> Result<void> {
      for (auto& row : batch_) YAGURA_CHECK(decide(s, row));
      return {};
    }));
    batch_.clear();
    return {};
  }

 private:
  Result<void> decide(Session& s, const FileRow& file_row) {
    std::vector<Fault> faults;
    Value given = Value::object();
    Id named = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const Value& cell = file_row.cells[i];
      if (cell.is_object())
        faults.push_back({columns_[i] ? columns_[i]->id : "",
                          0,
                          {"ledger.cell_error", {{"value", cell["error"].text()}}}});
      else if (columns_[i])
        given.set(columns_[i]->id, cell);
      else if (id_column_[i] && !(cell.is_text() && cell.text().empty()))
        named = id_of(cell);
    }
    YAGURA_TRY(const auto existing, match(s, given, named, faults));
    Value fields;
    if (faults.empty()) {
      YAGURA_TRY(fields,
                 ledgers_.kept_fields(s, import_.contract, d_, given, existing ? existing->fields : Value(),
                                      faults, existing ? existing->id : 0));
    }
    if (faults.empty()) check_twice(fields, existing ? existing->id : 0, faults);

    const Value changes =
        faults.empty() ? differences(d_, existing ? existing->fields : Value(), fields) : Value::object();
    const Outcome outcome = !faults.empty()             ? Outcome::rejected
                            : !existing                 ? Outcome::created
                            : changes.members().empty() ? Outcome::unchanged
                                                        : Outcome::updated;
    count(outcome);
    const std::string title = faults.empty() ? fields[d_.title].text()
                              : existing     ? existing->title
                                             : std::string(trim(given[d_.title].text())).substr(0, 200);
    YAGURA_CHECK(
        s.exec("INSERT INTO ledger_import_row (import_id, line, outcome, title, row_id, row_version, fields,"
               " changes, reasons) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
               import_.id, file_row.line, name_of(outcome), title, existing ? existing->id : 0,
               existing ? existing->version : 0, schema::to_json(fields), schema::to_json(changes),
               reasons_text(faults)));
    return {};
  }

  static Id id_of(const Value& cell) {
    if (cell.is_number()) return static_cast<Id>(cell.real());
    const auto text = trim(cell.text());
    return text.size() < 17 && text.find_first_not_of("0123456789") == std::string_view::npos
               ? std::stoll(std::string(text))
               : -1;
  }

  // The ledger's row that a row of the file speaks of: by the exported ID, else by the first unique field.
  Result<std::optional<Row>> match(Session& s, const Value& given, Id named, std::vector<Fault>& faults) {
    Id id = named;
    if (id == 0 && key_ && !given[key_->id].is_null()) {
      const auto kept = to_kept(*key_, ledgers_.choices(import_.contract, *key_), given[key_->id],
                                ledgers_.resolver(s, import_.contract));
      if (kept && !kept->is_null()) {
        YAGURA_TRY(const auto holder, s.integer("SELECT row_id FROM ledger_key WHERE contract = $1 AND "
                                                "ledger = $2 AND field = $3 AND value = $4",
                                                import_.contract, d_.id, key_->id, unique_key(*kept)));
        id = holder.value_or(0);
      }
    }
    std::optional<Row> found;
    if (id != 0)
      YAGURA_CHECK(
          s.query("SELECT " + std::string(row_columns) +
                      " FROM ledger_row WHERE id = $1 AND contract = $2 AND ledger = $3 AND deleted = 0",
                  id, import_.contract, d_.id, [&](const store::Row& row) { found = row_of(row, d_); }));
    if (named != 0 && !found) faults.push_back({"", 0, {"ledger.import_id_unknown", {}}});
    return found;
  }

  // Two rows of one file must not want the same row or the same unique value.
  void check_twice(const Value& fields, Id id, std::vector<Fault>& faults) {
    if (id != 0 && !seen_.insert("id " + std::to_string(id)).second)
      faults.push_back({"", 0, {"ledger.import_twice", {{"value", fields[d_.title].text()}}}});
    for (const auto& field : d_.fields) {
      if (!field.unique || fields[field.id].is_null()) continue;
      if (!seen_.insert(field.id + " " + unique_key(fields[field.id])).second)
        faults.push_back({field.id, 0, {"ledger.import_twice", {{"value", fields[field.id].text()}}}});
    }
  }

  void count(Outcome outcome) {
    switch (outcome) {
      case Outcome::created:
        ++import_.created;
        break;
      case Outcome::updated:
        ++import_.updated;
        break;
      case Outcome::unchanged:
        ++import_.unchanged;
        break;
      case Outcome::rejected:
        ++import_.rejected;
        break;
    }
  }

  Ledgers& ledgers_;
  const Definition& d_;
  Import& import_;
  const Field* key_ = nullptr;
  std::vector<const Field*> columns_;
  std::vector<bool> id_column_;
  std::vector<FileRow> batch_;
  std::unordered_set<std::string> seen_;
};

Result<Import> Ledgers::plan(const journal::Actor& by, std::string_view contract, std::string_view ledger,
                             const std::filesystem::path& file, const std::string& name,
                             const Progress& progress) {
  YAGURA_TRY(const Definition* d, definition(ledger));
  Import import{at_.ids.next(),
                std::string(contract),
                d->id,
                name.substr(0, 200),
                by.name,
                "planned",
                at_.clock.now(),
                0,
                0,
                0,
                0,
                {}};
  // Rows are not counted before they are read, so progress nears 1 as they come.
  std::int64_t read = 0;
  Planner planner(*this, *d, import);
  const auto forget = [&] {
    (void)at_.database.write(
        [&](Session& s) { return s.exec("DELETE FROM ledger_import_row WHERE import_id = $1", import.id); });
  };
  auto done = read_import_file(
      file, [&](const std::vector<std::string>& names) { return planner.headings(names); },
      [&](FileRow&& row) -> Result<void> {
        if (++read % 200 == 0 && progress && !progress(1.0 - 1000.0 / (1000.0 + static_cast<double>(read))))
          return fail("ledger.stopped");
        return planner.add(std::move(row));
      });
  if (done) done = planner.flush();
  if (!done) {
    forget();
    return std::unexpected(std::move(done).error());
  }
  Value ignored = Value::array();
  for (const auto& column : import.ignored_columns) ignored.push(Value(column));
  YAGURA_CHECK(at_.database.write([&](Session& s) {
    return s.exec("INSERT INTO ledger_import (" + std::string(import_columns) +
                      ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                  import.id, import.contract, import.ledger, import.file, import.state, import.by, import.at,
                  import.created, import.updated, import.unchanged, import.rejected,
                  schema::to_json(ignored));
  }));
  return import;
}

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
    YAGURA_TRY(const Definition* d, definition(import.ledger));
    const Writing w{by, std::string(contract), *d, import.file, at_.clock.now(), id};
    const double total = std::max(1.0, static_cast<double>(import.created + import.updated));
    std::vector<Id> touched;
    struct Planned {
      std::int64_t line, version;
      Id row;
      Value fields;
    };
    for (std::int64_t after = 0;;) {
      std::vector<Planned> batch;
      YAGURA_CHECK(s.query(
          "SELECT line, row_version, row_id, fields FROM ledger_import_row WHERE import_id = $1 AND line > $2"
          " AND outcome IN ('created', 'updated') ORDER BY line LIMIT $3",
          id, after, batch_rows, [&](const store::Row& row) {
            auto fields = schema::parse_json(row.text(3));
            batch.push_back(
                {row.integer(0), row.integer(1), row.integer(2), fields ? std::move(*fields) : Value()});
          }));
      if (batch.empty()) break;
      after = batch.back().line;
      for (auto& p : batch) {
        Row row{p.row, 1, {}, std::move(p.fields), w.now, false};
        if (p.row == 0) {
          row.id = at_.ids.next();
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

Result<Import> Ledgers::undo(const journal::Actor& by, std::string_view contract, Id id,
                             const Progress& progress) {
  return at_.database.write([&](Session& s) -> Result<Import> {
    YAGURA_TRY(Import import, read_import(s, contract, id));
    if (import.state != "executed") return fail("ledger.import_conflict", {{"state", import.state}});
    YAGURA_TRY(const Definition* d, definition(import.ledger));
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
      if (touched.size() % batch_rows == 0 && progress &&
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
