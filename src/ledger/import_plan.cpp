#include <algorithm>
#include <unordered_set>

#include "base/text.hpp"
#include "ledger/import_file.hpp"
#include "ledger/import_rows.hpp"
#include "schema/error_json.hpp"
#include "schema/json.hpp"

namespace yagura::ledger {

using schema::Fault;
using schema::Value;
using store::Session;

namespace {

std::string reasons_text(const std::vector<Fault>& faults) {
  Value out = Value::array();
  for (const auto& fault : faults) {
    Value one = schema::error_value(fault.error);
    one.set("field", fault.path);
    out.push(std::move(one));
  }
  return schema::to_json(out);
}

}  // namespace

// Decides each row of a file: which row of the ledger it is, what would change, or why not.
class Planner {
 public:
  Planner(Ledgers& ledgers, const Definition& d, Import& import)
      : ledgers_(ledgers), d_(d), import_(import), links_(d) {
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
    return batch_.size() < import_batch_rows ? Result<void>{} : flush();
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

  // After the last row: what rows of the file say of each other.
  Result<void> finish() {
    YAGURA_CHECK(flush());
    if (!links_.possible()) return {};
    return ledgers_.at_.database.write([&](Session& s) -> Result<void> {
      std::map<std::string, Edges> edges;
      for (const auto* field : own_references(d_))
        if (field->acyclic) {
          YAGURA_TRY(edges[field->id], edges_of(s, import_.contract, d_, *field));
        }
      for (const auto& [line, verdict] : links_.decide(std::move(edges)))
        YAGURA_CHECK(rewrite(s, line, verdict));
      return {};
    });
  }

 private:
  // A row whose references to other rows of the file are known now, or which is refused for them.
  Result<void> rewrite(Session& s, std::int64_t line, const FileLinks::Verdict& verdict) {
    Value fields, changes;
    std::string_view was;
    YAGURA_CHECK(
        s.query("SELECT outcome, fields, changes FROM ledger_import_row WHERE import_id = $1 AND line = $2",
                import_.id, line, [&](const store::Row& row) {
                  for (const auto& [name, o] : enum_names(Outcome{}))
                    if (name == row.text(0)) was = name;
                  if (auto parsed = schema::parse_json(row.text(1))) fields = std::move(*parsed);
                  if (auto parsed = schema::parse_json(row.text(2))) changes = std::move(*parsed);
                }));
    Outcome outcome = Outcome::rejected;
    if (verdict.faults.empty()) {
      Value kept = Value::object();
      for (auto& [name, change] : changes.members()) {
        const Field* field = d_.field(name);
        if (field && field->ledger == d_.id) {
          change.set("after", links_.resolved(change["after"]));
          fields.set(name, change["after"]);
        }
        if (change["before"] != change["after"]) kept.set(name, change);
      }
      changes = std::move(kept);
      outcome = was == name_of(Outcome::created) ? Outcome::created
                : changes.members().empty()      ? Outcome::unchanged
                                                 : Outcome::updated;
    } else {
      fields = Value();
      changes = Value::object();
    }
    for (const auto& [name, o] : enum_names(Outcome{}))
      if (name == was) --tally(o);
    ++tally(outcome);
    YAGURA_CHECK(
        s.exec("UPDATE ledger_import_row SET outcome = $3, fields = $4, changes = $5, reasons = $6"
               " WHERE import_id = $1 AND line = $2",
               import_.id, line, name_of(outcome), schema::to_json(fields), schema::to_json(changes),
               reasons_text(verdict.faults)));
    return {};
  }

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
    const auto in_ledger = ledgers_.resolver(s, import_.contract);
    const Resolver resolve = [&](std::string_view ledger, const Value& wanted) -> std::optional<Id> {
      if (const auto id = in_ledger(ledger, wanted); id || ledger != d_.id) return id;
      const auto title = wanted.is_text() ? std::string(trim(wanted.text())) : schema::to_json(wanted);
      return links_.token(title);
    };
    if (faults.empty()) {
      YAGURA_TRY(fields,
                 ledgers_.kept_fields(s, import_.contract, d_, given, existing ? existing->fields : Value(),
                                      faults, existing ? existing->id : 0, &resolve));
    }
    // A register of former years may bring what was closed then; what stands here is closed by a request
    // alone.
    if (faults.empty() && existing) refuse_by_request(d_, existing->fields, fields, faults);
    if (faults.empty()) check_twice(fields, existing ? existing->id : 0, faults);

    const Value changes =
        faults.empty() ? differences(d_, existing ? existing->fields : Value(), fields) : Value::object();
    const Outcome outcome = !faults.empty()             ? Outcome::rejected
                            : !existing                 ? Outcome::created
                            : changes.members().empty() ? Outcome::unchanged
                                                        : Outcome::updated;
    ++tally(outcome);
    const std::string title = faults.empty() ? fields[d_.title].text()
                              : existing     ? existing->title
                                             : std::string(trim(given[d_.title].text())).substr(0, 200);
    links_.row(file_row.line, existing ? existing->id : 0, title, fields, !faults.empty());
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

  std::int64_t& tally(Outcome outcome) {
    switch (outcome) {
      case Outcome::created:
        return import_.created;
      case Outcome::updated:
        return import_.updated;
      case Outcome::unchanged:
        return import_.unchanged;
      case Outcome::rejected:
        break;
    }
    return import_.rejected;
  }

  Ledgers& ledgers_;
  const Definition& d_;
  Import& import_;
  const Field* key_ = nullptr;
  std::vector<const Field*> columns_;
  std::vector<bool> id_column_;
  std::vector<FileRow> batch_;
  std::unordered_set<std::string> seen_;
  FileLinks links_;
};

Result<Import> Ledgers::plan(const journal::Actor& by, std::string_view contract, std::string_view ledger,
                             const std::filesystem::path& file, const std::string& name,
                             const Progress& progress) {
  YAGURA_TRY(const Definition* d, definition(contract, ledger));
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
  if (done) done = planner.finish();
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

}  // namespace yagura::ledger
