#include "web/api/request_choices.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>

#include "calendar/civil.hpp"

namespace yagura::web {
namespace {

constexpr int most = 20;

Value choice_value(Id id, const std::string& name, const std::string& note) {
  return Value::object({{"id", id}, {"name", name}, {"note", note}});
}

Result<std::set<Id>> with_access(const Api& api, std::string_view contract) {
  YAGURA_TRY(const auto entries, api.people.roster(contract, people::RosterState::approved));
  const auto today = calendar::format_date(calendar::date_of(api.clock.now()));
  std::set<Id> out;
  for (const auto& entry : entries)
    if (entry.from <= today && (!entry.until || *entry.until >= today)) out.insert(entry.person);
  return out;
}

Id id_in(std::string_view text) {
  Id id = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), id);
  return ec == std::errc{} && end == text.data() + text.size() ? id : 0;
}

// The name of a file as it was uploaded, by that person alone when one is named; nothing when there is none.
Result<std::optional<std::string>> uploaded(const Api& api, const std::string& contract, Id id, Id account) {
  journal::Query query;
  query.chain = contract;
  query.subject = "attachment/" + std::to_string(id);
  query.kind_prefix = "ledger.attached";
  query.account = account;
  query.limit = 1;
  YAGURA_TRY(const auto entries,
             api.database.read([&](store::Session& s) { return api.journal.list(s, query); }));
  if (entries.empty()) return std::optional<std::string>{};
  return std::optional(entries.front().record.data["name"].text());
}

// What is gone has no name any more: "".
Result<std::string> called(const Api& api, const std::string& contract, const contract::FormField& field,
                           Id id) {
  if (field.type == "ledger_row") {
    YAGURA_TRY(const auto titles, api.ledgers.titles(contract, field.ledger, {id}));
    const auto found = titles.find(id);
    return found == titles.end() ? std::string() : found->second;
  }
  if (field.type == "attachment") {
    YAGURA_TRY(const auto name, uploaded(api, contract, id, 0));
    return name.value_or(std::string());
  }
  const auto person = api.people.person(id);
  return person ? person->name : std::string();
}

}  // namespace

Result<std::vector<Value>> row_choices(const Api& api, const Request& request, const std::string& contract,
                                       const contract::Form& form, std::string_view field,
                                       std::string_view q) {
  const auto* asked = form.field(field);
  if (asked == nullptr || asked->type != "ledger_row")
    return fail("flow.not_there", {{"field", std::string(field.substr(0, 64))}});
  auto reader = reader_of(request, contract);
  reader.personal = false;  // a name is all that is shown
  ledger::ListQuery query{.contract = contract,
                          .ledger = asked->ledger,
                          .search = std::string(q),
                          .filters = {},
                          .sort = {},
                          .cursor = {}};
  query.limit = most;
  YAGURA_TRY(const auto found, api.ledgers.list(reader, query));
  return each_of(found.rows, [](const ledger::Row& row) { return choice_value(row.id, row.title, {}); });
}

Result<std::vector<Value>> colleague_choices(const Api& api, const std::string& contract,
                                             std::string_view q) {
  YAGURA_TRY(const auto inside, with_access(api, contract));
  YAGURA_TRY(const auto found, api.people.list(contract, q, 0, std::numeric_limits<int>::max(), false));
  std::vector<Value> out;
  for (const auto& person : found)
    if (std::ssize(out) < most && inside.contains(person.id) && !person.disabled)
      out.push_back(choice_value(person.id, person.name, person.organisation));
  return out;
}

Result<std::vector<schema::Fault>> attachment_faults(const Api& api, const std::string& contract, Id account,
                                                     const std::vector<contract::FormField>& fields,
                                                     const flow::Values& values, const flow::Values& before) {
  std::vector<schema::Fault> faults;
  for (const auto& field : fields) {
    if (field.type != "attachment") continue;
    const auto given = values.find(field.id);
    if (given == values.end() || given->second.empty()) continue;
    const auto old = before.find(field.id);
    if (old != before.end() && old->second == given->second) continue;
    const Id id = id_in(given->second);
    YAGURA_TRY(const auto name, uploaded(api, contract, id, account));
    if (id == 0 || !name) faults.push_back({field.id, 0, {"flow.not_there", {{"field", field.id}}}});
  }
  return faults;
}

Result<Value> shown_value(const Api& api, const std::string& contract, const contract::Form* form,
                          const flow::Values& values, bool personal) {
  Value out = Value::object();
  for (const auto& [name, value] : values) {
    const auto* field = form == nullptr ? nullptr : form->field(name);
    if (field == nullptr || (field->personal && !personal)) continue;
    if (field->type != "ledger_row" && field->type != "person" && field->type != "attachment") continue;
    const Id id = id_in(value);
    if (id == 0) continue;
    YAGURA_TRY(const auto words, called(api, contract, *field, id));
    if (!words.empty()) out.set(name, words);
  }
  return out;
}

Result<Value> history_value(const Api& api, const std::string& contract, Id request,
                            const contract::Form* form) {
  journal::Query query;
  query.chain = contract;
  query.subject = "request/" + std::to_string(request);
  query.kind_prefix = "request.";
  query.limit = 500;
  query.oldest_first = true;
  YAGURA_TRY(const auto entries,
             api.database.read([&](store::Session& s) { return api.journal.list(s, query); }));
  Value out = Value::array();
  for (const auto& e : entries) {
    const auto& data = e.record.data;
    const auto kind = api.journal.kinds().find(e.record.kind);
    const auto step = data["step"].text();
    const auto* rule = form == nullptr || step.empty() ? nullptr : form->step(step);
    const auto reason = data["reason"].text();
    out.push(Value::object({{"at", time_value(e.time)},
                            {"who", e.record.actor.name},
                            {"kind", e.record.kind},
                            {"words", kind == api.journal.kinds().end() ? text2(e.record.kind, e.record.kind)
                                                                        : text2(kind->second)},
                            {"step", rule != nullptr ? text2(rule->title)
                                     : step.empty()  ? Value()
                                                     : text2(step, step)},
                            {"note", reason.empty() ? data["note"].text() : reason}}));
  }
  return out;
}

}  // namespace yagura::web
