#include <algorithm>

#include "base/text.hpp"
#include "ledger/writing.hpp"
#include "schema/json.hpp"

namespace yagura::ledger {

using schema::Fault;
using schema::Value;
using store::Session;

std::span<const store::Migration> migrations() {
  static constexpr store::Migration steps[] = {
      {"ledger", 1,
       "CREATE TABLE ledger_row (id @id, contract TEXT NOT NULL, ledger TEXT NOT NULL, version BIGINT NOT "
       "NULL,"
       " title TEXT NOT NULL, search TEXT NOT NULL, data @json NOT NULL, changed BIGINT NOT NULL,"
       " deleted BIGINT NOT NULL);"
       "CREATE INDEX ledger_row_title ON ledger_row (contract, ledger, deleted, title, id);"
       "CREATE TABLE ledger_key (contract TEXT NOT NULL, ledger TEXT NOT NULL, field TEXT NOT NULL,"
       " value TEXT NOT NULL, row_id BIGINT NOT NULL, PRIMARY KEY (contract, ledger, field, value));"
       "CREATE INDEX ledger_key_row ON ledger_key (row_id);"
       "CREATE TABLE ledger_reference (row_id BIGINT NOT NULL, field TEXT NOT NULL, target BIGINT NOT NULL,"
       " PRIMARY KEY (row_id, field, target));"
       "CREATE INDEX ledger_reference_target ON ledger_reference (target);"
       "CREATE TABLE ledger_history (row_id BIGINT NOT NULL, version BIGINT NOT NULL, time BIGINT NOT NULL,"
       " account BIGINT NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, import_id BIGINT NOT NULL,"
       " changes TEXT NOT NULL, PRIMARY KEY (row_id, version));"
       "CREATE INDEX ledger_history_import ON ledger_history (import_id);"
       "CREATE TABLE ledger_import (id @id, contract TEXT NOT NULL, ledger TEXT NOT NULL, file TEXT NOT NULL,"
       " state TEXT NOT NULL, who TEXT NOT NULL, at BIGINT NOT NULL, created BIGINT NOT NULL, updated BIGINT "
       "NOT NULL,"
       " unchanged BIGINT NOT NULL, rejected BIGINT NOT NULL, ignored TEXT NOT NULL);"
       "CREATE TABLE ledger_import_row (import_id BIGINT NOT NULL, line BIGINT NOT NULL, outcome TEXT NOT "
       "NULL,"
       " title TEXT NOT NULL, row_id BIGINT NOT NULL, row_version BIGINT NOT NULL, fields TEXT NOT NULL,"
       " changes TEXT NOT NULL, reasons TEXT NOT NULL, PRIMARY KEY (import_id, line));"
       "CREATE INDEX ledger_import_outcome ON ledger_import_row (import_id, outcome, line);"
       "CREATE TABLE attachment (id @id, contract TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL,"
       " size BIGINT NOT NULL, sha256 TEXT NOT NULL, data @blob NOT NULL, at BIGINT NOT NULL)"},
      {"ledger", 2,
       "CREATE TABLE credential (contract TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, login TEXT "
       "NOT NULL,"
       " sealed TEXT NOT NULL, changed BIGINT NOT NULL, changed_by TEXT NOT NULL, PRIMARY KEY (contract, "
       "name))"},
      {"ledger", 3,
       "CREATE TABLE ledger_expiry (row_id BIGINT NOT NULL PRIMARY KEY, contract TEXT NOT NULL, ledger TEXT "
       "NOT NULL, day TEXT NOT NULL);"
       "CREATE INDEX ledger_expiry_day ON ledger_expiry (contract, day);"
       "ALTER TABLE attachment ADD COLUMN scan TEXT NOT NULL DEFAULT 'unchecked';"
       "ALTER TABLE attachment ADD COLUMN account BIGINT NOT NULL DEFAULT 0;"
       "ALTER TABLE attachment ADD COLUMN used BIGINT NOT NULL DEFAULT 1;"
       "CREATE INDEX attachment_waiting ON attachment (id) WHERE scan = 'waiting';"
       "CREATE INDEX attachment_unused ON attachment (at) WHERE used = 0"}};
  return steps;
}

Row row_of(const store::Row& row, const Definition& definition) {
  Row out{row.integer(0), row.integer(1), row.string(2), Value::object(), row.time(4), row.flag(5)};
  if (const auto data = schema::parse_json(row.text(3)))
    for (const auto& field : definition.fields) out.fields.set(field.id, (*data)[field.id]);
  return out;
}

Value differences(const Definition& definition, const Value& before, const Value& after) {
  Value out = Value::object();
  for (const auto& field : definition.fields)
    if (before[field.id] != after[field.id])
      out.set(field.id, Value::object({{"before", before[field.id]}, {"after", after[field.id]}}));
  return out;
}

void mask_personal(const Definition& definition, Value& fields) {
  for (const auto& field : definition.fields)
    if (field.personal && fields.find(field.id)) fields.set(field.id, Value());
}

namespace {

std::string search_text(const Definition& definition, const Value& fields,
                        const std::vector<Choice>* const* choices, bool personal) {
  std::string text;
  std::size_t i = 0;
  for (const auto& field : definition.fields) {
    const Value& value = fields[field.id];
    const auto* known = choices[i++];
    if (field.personal && !personal) continue;
    if (value.is_null() || value.kind() == Value::Kind::boolean || field.type == Type::attachment) continue;
    if (field.type == Type::reference || field.type == Type::references) continue;
    text += value.is_text() ? value.text() : schema::to_json(value);
    text += '\n';
    if (known)
      for (const auto& choice : *known)
        if (value.is_text() && choice.id == value.text())
          text += choice.name.ja + "\n" + choice.name.en + "\n";
  }
  return fold_for_search(text);
}

// Personal values do not go into the journal, which many may read and nobody may erase.
Value journal_data(const Definition& d, const Row& row, Value changes, const std::string& why) {
  for (auto& [field, change] : changes.members())
    if (const Field* f = d.field(field); f && f->personal) change = Value("personal");
  return Value::object(
      {{"ledger", d.id}, {"title", row.title}, {"why", why}, {"changes", std::move(changes)}});
}

std::string subject_of(const Definition& d, Id id) { return d.id + "/" + std::to_string(id); }

}  // namespace

Ledgers::Ledgers(Ground ground, Definitions definitions, ChoiceSource choices,
                 std::map<std::string, Definitions, std::less<>> of_contract)
    : at_(ground),
      definitions_(std::move(definitions)),
      of_contract_(std::move(of_contract)),
      choices_(std::move(choices)) {}

void Ledgers::listen(Listener listener) {
  listeners_.with([&](auto& all) { all.push_back(std::move(listener)); });
}

void Ledgers::tell(Session& s, std::string_view contract, std::string_view ledger, std::vector<Id> ids) {
  s.after_commit([this, c = std::string(contract), l = std::string(ledger), ids = std::move(ids)] {
    const auto all = listeners_.with([](const auto& listeners) { return listeners; });
    for (const auto& listener : all) listener(c, l, ids);
  });
}

const Definitions& Ledgers::definitions(std::string_view contract) const {
  const auto own = of_contract_.find(contract);
  return own == of_contract_.end() ? definitions_ : own->second;
}

Result<const Definition*> Ledgers::definition(std::string_view contract, std::string_view ledger) const {
  const auto& all = definitions(contract);
  const auto found = all.find(ledger);
  if (found == all.end()) return fail("ledger.not_found", {{"ledger", std::string(ledger.substr(0, 64))}});
  return &found->second;
}

std::vector<Choice> Ledgers::choices(std::string_view contract, const Field& field) const {
  return field.choices_from.empty() ? field.choices : choices_(contract, field.choices_from);
}

Resolver Ledgers::resolver(Session& s, std::string_view contract) const {
  return [&s, contract = std::string(contract)](std::string_view ledger,
                                                const Value& wanted) -> std::optional<Id> {
    if (ledger == "attachments") {
      const auto there =
          s.integer("SELECT id FROM attachment WHERE contract = $1 AND id = $2", contract, wanted.integer());
      return there ? there->transform([](auto id) { return Id{id}; }) : std::nullopt;
    }
    if (wanted.kind() == Value::Kind::integer) {
      const auto there = s.integer(
          "SELECT id FROM ledger_row WHERE id = $1 AND contract = $2 AND ledger = $3 AND deleted = 0",
          wanted.integer(), contract, ledger);
      if (there && *there) return **there;
    }
    // A name serves only when it names one row.
    const auto title = wanted.is_text() ? std::string(trim(wanted.text())) : schema::to_json(wanted);
    std::vector<Id> named;
    (void)s.query(
        "SELECT id FROM ledger_row WHERE contract = $1 AND ledger = $2 AND deleted = 0 AND title = $3 LIMIT "
        "2",
        contract, ledger, title, [&](const store::Row& row) { named.push_back(row.integer(0)); });
    return named.size() == 1 ? std::optional(named.front()) : std::nullopt;
  };
}

namespace {

template <class Closes>
Result<void> check_acyclic(const Value& kept, Closes&& closes, const Field& field,
                           std::vector<Fault>& faults) {
  std::vector<Id> targets;
  if (kept.kind() == Value::Kind::integer) targets.push_back(kept.integer());
  for (const auto& item : kept.items()) targets.push_back(item.integer());
  for (const Id target : targets) {
    YAGURA_TRY(const bool closed, closes(target));
    if (!closed) continue;
    faults.push_back(
        {field.id, 0, {"ledger.reference_cycle", {{"field", field.name.ja}, {"field_en", field.name.en}}}});
    return {};
  }
  return {};
}

}  // namespace

// The fields after a change: what was there, with what was given in kept form. Faults name each field.
Result<Value> Ledgers::kept_fields(Session& s, std::string_view contract, const Definition& d,
                                   const Value& given, const Value& before, std::vector<Fault>& faults, Id id,
                                   const Resolver* of_file) {
  Value out = Value::object();
  const auto resolve = of_file ? *of_file : resolver(s, contract);
  for (const auto& [name, value] : given.members())
    if (!d.field(name))
      faults.push_back({name, 0, {"ledger.field_unknown", {{"field", name}, {"ledger", d.id}}}});
  for (const auto& field : d.fields) {
    const Value* wanted = given.find(field.id);
    Value kept = before[field.id];
    if (wanted) {
      auto value = to_kept(field, choices(contract, field), *wanted, resolve);
      if (!value) {
        faults.push_back({field.id, 0, value.error()});
        continue;
      }
      kept = std::move(*value);
    }
    if (field.required && kept.is_null())
      faults.push_back(
          {field.id, 0, {"ledger.value_missing", {{"field", field.name.ja}, {"field_en", field.name.en}}}});
    if (field.unique && !kept.is_null() && kept != before[field.id]) {
      YAGURA_TRY(const auto holder, s.integer("SELECT row_id FROM ledger_key WHERE contract = $1 AND ledger "
                                              "= $2 AND field = $3 AND value = $4",
                                              contract, d.id, field.id, unique_key(kept)));
      if (holder && *holder != id)
        faults.push_back({field.id,
                          0,
                          {"ledger.value_taken",
                           {{"field", field.name.ja},
                            {"field_en", field.name.en},
                            {"value", kept.text().substr(0, 80)}}}});
    }
    // Rows of a file are judged together, once all of them are known.
    if (field.acyclic && !of_file && id != 0 && kept != before[field.id])
      YAGURA_CHECK(check_acyclic(
          kept,
          [&](Id target) -> Result<bool> {
            if (target == id) return true;
            return reaches(s, field.id, target, id);
          },
          field, faults));
    out.set(field.id, std::move(kept));
  }
  return out;
}

Result<bool> Ledgers::reaches(Session& s, std::string_view field, Id from, Id to) {
  YAGURA_TRY(
      const auto found,
      s.integer("WITH RECURSIVE above(id) AS (SELECT target FROM ledger_reference WHERE row_id = $1 AND"
                " field = $2 UNION SELECT f.target FROM ledger_reference f JOIN above a ON f.row_id ="
                " a.id WHERE f.field = $2) SELECT 1 FROM above WHERE id = $3",
                from, field, to));
  return found.has_value();
}

Result<void> Ledgers::write_keys(Session& s, const Writing& w, const Row& row) {
  YAGURA_CHECK(s.exec("DELETE FROM ledger_key WHERE row_id = $1", row.id));
  YAGURA_CHECK(s.exec("DELETE FROM ledger_reference WHERE row_id = $1", row.id));
  YAGURA_CHECK(write_expiry(s, w, row));
  if (row.deleted) return {};
  for (const auto& field : w.definition.fields) {
    const Value& value = row.fields[field.id];
    if (value.is_null()) continue;
    if (field.unique) {
      auto added = s.exec(
          "INSERT INTO ledger_key (contract, ledger, field, value, row_id) VALUES ($1, $2, $3, $4, $5)",
          w.contract, w.definition.id, field.id, unique_key(value), row.id);
      if (!added && added.error().code == "store.conflict")
        return fail(
            "ledger.value_taken",
            {{"field", field.name.ja}, {"field_en", field.name.en}, {"value", value.text().substr(0, 80)}});
      YAGURA_CHECK(added);
    }
    const auto refer = [&](const Value& target) {
      return s.exec("INSERT INTO ledger_reference (row_id, field, target) VALUES ($1, $2, $3)", row.id,
                    field.id, target.integer());
    };
    if (field.type == Type::reference) YAGURA_CHECK(refer(value));
    if (field.type == Type::references)
      for (const auto& target : value.items()) YAGURA_CHECK(refer(target));
  }
  return {};
}

Result<void> Ledgers::write_expiry(Session& s, const Writing& w, const Row& row) {
  const auto& d = w.definition;
  if (d.expires.empty()) return {};
  YAGURA_CHECK(s.exec("DELETE FROM ledger_expiry WHERE row_id = $1", row.id));
  const auto& day = row.fields[d.expires];
  if (row.deleted || day.is_null()) return {};
  if (d.done_when) {
    const auto& done = *d.done_when;
    if (std::ranges::find(done.is, row.fields[done.field].text()) != done.is.end()) return {};
    if (!done.filled.empty() && !row.fields[done.filled].is_null()) return {};
  }
  YAGURA_CHECK(s.exec("INSERT INTO ledger_expiry (row_id, contract, ledger, day) VALUES ($1, $2, $3, $4)",
                      row.id, w.contract, d.id, day.text()));
  return {};
}

Result<void> Ledgers::write_history(Session& s, const Writing& w, const Row& row, const Value& changes) {
  YAGURA_CHECK(
      s.exec("INSERT INTO ledger_history (row_id, version, time, account, who, why, import_id, changes)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
             row.id, row.version, w.now, w.by.account, w.by.name, w.why, w.import, schema::to_json(changes)));
  return {};
}

namespace {

// The texts of a row that go into the table besides its fields.
struct Texts {
  std::string title, search, data;
};

}  // namespace

std::string search_text(const Ledgers& ledgers, std::string_view contract, const Definition& d,
                        const Value& fields, bool personal) {
  std::vector<std::vector<Choice>> held;
  held.reserve(d.fields.size());
  std::vector<const std::vector<Choice>*> choices;
  for (const auto& field : d.fields) {
    const bool chooses = field.type == Type::choice;
    choices.push_back(chooses ? &held.emplace_back(ledgers.choices(contract, field)) : nullptr);
  }
  return search_text(d, fields, choices.data(), personal);
}

static Texts texts_of(const Ledgers& ledgers, std::string_view contract, const Definition& d,
                      const Row& row) {
  return {row.fields[d.title].text(), search_text(ledgers, contract, d, row.fields, true),
          schema::to_json(row.fields)};
}

Result<void> Ledgers::insert(Session& s, const Writing& w, Row& row) {
  const auto texts = texts_of(*this, w.contract, w.definition, row);
  row.title = texts.title;
  YAGURA_CHECK(
      s.exec("INSERT INTO ledger_row (id, contract, ledger, version, title, search, data, changed, deleted)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)",
             row.id, w.contract, w.definition.id, row.version, texts.title, texts.search, texts.data, w.now));
  YAGURA_CHECK(write_keys(s, w, row));
  return write_history(s, w, row, differences(w.definition, Value(), row.fields));
}

Result<void> Ledgers::update(Session& s, const Writing& w, const Row& before, Row& after) {
  const auto texts = texts_of(*this, w.contract, w.definition, after);
  after.version = before.version + 1;
  after.title = texts.title;
  after.changed = w.now;
  YAGURA_TRY(const auto changed,
             s.exec("UPDATE ledger_row SET version = $3, title = $4, search = $5, data = $6, changed = $7"
                    " WHERE id = $1 AND version = $2 AND deleted = 0",
                    before.id, before.version, after.version, texts.title, texts.search, texts.data, w.now));
  if (changed != 1) return fail("ledger.version_conflict", {{"title", before.title}});
  YAGURA_CHECK(write_keys(s, w, after));
  return write_history(s, w, after, differences(w.definition, before.fields, after.fields));
}

Result<void> Ledgers::erase(Session& s, const Writing& w, const Row& row) {
  YAGURA_TRY(const auto holder, s.text("SELECT r.title FROM ledger_reference f JOIN ledger_row r ON r.id = "
                                       "f.row_id WHERE f.target = $1 LIMIT 1",
                                       row.id));
  if (holder) return fail("ledger.referenced_conflict", {{"title", row.title}, {"by", *holder}});
  YAGURA_TRY(const auto changed, s.exec("UPDATE ledger_row SET version = $3, deleted = 1, changed = $4"
                                        " WHERE id = $1 AND version = $2 AND deleted = 0",
                                        row.id, row.version, row.version + 1, w.now));
  if (changed != 1) return fail("ledger.version_conflict", {{"title", row.title}});
  Row gone = row;
  gone.version = row.version + 1;
  gone.deleted = true;
  YAGURA_CHECK(write_keys(s, w, gone));
  return write_history(s, w, gone, differences(w.definition, row.fields, Value()));
}

void refuse_by_request(const Definition& definition, const Value& before, const Value& after,
                       std::vector<Fault>& faults) {
  for (const auto& field : definition.fields)
    for (const auto& choice : field.choices)
      if (choice.by_request && after[field.id].text() == choice.id && before[field.id].text() != choice.id)
        faults.push_back(
            {field.id, 0, {"ledger.by_request", {{"field", field.name.ja}, {"value", choice.name.ja}}}});
}

Result<std::vector<Fault>> Ledgers::check(std::string_view contract, std::string_view ledger, Id id,
                                          const Value& fields) {
  YAGURA_TRY(const Definition* d, definition(contract, ledger));
  std::vector<Fault> faults;
  YAGURA_CHECK(at_.database.read([&](Session& s) -> Result<void> {
    Value before;
    if (id != 0)
      YAGURA_CHECK(s.query("SELECT " + std::string(row_columns) +
                               " FROM ledger_row WHERE id = $1 AND contract = $2 AND ledger = $3",
                           id, contract, ledger,
                           [&](const store::Row& row) { before = row_of(row, *d).fields; }));
    YAGURA_TRY(const auto after, kept_fields(s, contract, *d, fields, before, faults, id));
    refuse_by_request(*d, before, after, faults);
    return {};
  }));
  return faults;
}

Result<Row> Ledgers::create(const journal::Actor& by, std::string_view contract, std::string_view ledger,
                            const Value& fields, const std::string& why) {
  return at_.database.write([&](Session& s) { return create(s, by, contract, ledger, fields, why); });
}

Result<Row> Ledgers::create(Session& s, const journal::Actor& by, std::string_view contract,
                            std::string_view ledger, const Value& fields, const std::string& why) {
  YAGURA_TRY(const Definition* d, definition(contract, ledger));
  std::vector<Fault> faults;
  Row row{at_.ids.next(), 1, {}, {}, at_.clock.now(), false};
  YAGURA_TRY(row.fields, kept_fields(s, contract, *d, fields, Value(), faults, row.id));
  if (!faults.empty()) return std::unexpected(faults.front().error);
  const Writing w{by, std::string(contract), *d, why, row.changed};
  YAGURA_CHECK(insert(s, w, row));
  YAGURA_CHECK(at_.journal.append(s, {w.contract, by, "ledger.created", subject_of(*d, row.id),
                                      journal_data(*d, row, differences(*d, Value(), row.fields), why)}));
  tell(s, contract, ledger, {row.id});
  return row;
}

Result<Row> Ledgers::change(const journal::Actor& by, std::string_view contract, std::string_view ledger,
                            Id id, std::int64_t version, const Value& fields, const std::string& why) {
  return at_.database.write([&](Session& s) {
    // Row versions begin at 1, so that a caller's 0 is no version.
    return change(s, by, contract, ledger, id, version == 0 ? -1 : version, fields, why);
  });
}

Result<Row> Ledgers::change(Session& s, const journal::Actor& by, std::string_view contract,
                            std::string_view ledger, Id id, std::int64_t version, const Value& fields,
                            const std::string& why) {
  YAGURA_TRY(const Definition* d, definition(contract, ledger));
  // Two changes at once must not close a cycle between them.
  if (std::ranges::any_of(d->fields, [](const Field& f) { return f.acyclic; }))
    YAGURA_CHECK(s.lock("ledger.acyclic/" + std::string(contract)));
  std::optional<Row> before;
  YAGURA_CHECK(s.query("SELECT " + std::string(row_columns) +
                           " FROM ledger_row WHERE id = $1 AND contract = $2 AND ledger = $3 AND deleted = 0",
                       id, contract, ledger, [&](const store::Row& row) { before = row_of(row, *d); }));
  if (!before) return fail("ledger.row_not_found");
  if (version != 0 && before->version != version)
    return fail("ledger.version_conflict", {{"title", before->title}});
  std::vector<Fault> faults;
  Row after = *before;
  YAGURA_TRY(after.fields, kept_fields(s, contract, *d, fields, before->fields, faults, id));
  if (!faults.empty()) return std::unexpected(faults.front().error);
  Value changes = differences(*d, before->fields, after.fields);
  if (changes.members().empty()) return *before;
  const Writing w{by, std::string(contract), *d, why, at_.clock.now()};
  YAGURA_CHECK(update(s, w, *before, after));
  YAGURA_CHECK(at_.journal.append(s, {w.contract, by, "ledger.updated", subject_of(*d, id),
                                      journal_data(*d, after, std::move(changes), why)}));
  tell(s, contract, ledger, {id});
  return after;
}

Result<void> Ledgers::remove(const journal::Actor& by, std::string_view contract, std::string_view ledger,
                             Id id, std::int64_t version, const std::string& why) {
  YAGURA_TRY(const Definition* d, definition(contract, ledger));
  return at_.database.write([&](Session& s) -> Result<void> {
    std::optional<Row> row;
    YAGURA_CHECK(
        s.query("SELECT " + std::string(row_columns) +
                    " FROM ledger_row WHERE id = $1 AND contract = $2 AND ledger = $3 AND deleted = 0",
                id, contract, ledger, [&](const store::Row& r) { row = row_of(r, *d); }));
    if (!row) return fail("ledger.row_not_found");
    if (row->version != version) return fail("ledger.version_conflict", {{"title", row->title}});
    const Writing w{by, std::string(contract), *d, why, at_.clock.now()};
    YAGURA_CHECK(erase(s, w, *row));
    YAGURA_CHECK(at_.journal.append(s, {w.contract, by, "ledger.deleted", subject_of(*d, id),
                                        journal_data(*d, *row, Value::object(), why)}));
    tell(s, contract, ledger, {id});
    return {};
  });
}

}  // namespace yagura::ledger
