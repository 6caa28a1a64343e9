#include "flow/requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "calendar/fiscal_year.hpp"
#include "flow/record.hpp"
#include "schema/json.hpp"

namespace yagura::flow {

using schema::Value;
using store::Row;
using store::Session;

namespace {

std::string subject_of(Id request) { return "request/" + std::to_string(request); }

// What a search finds: never personal data, which only those who may read the form see.
std::string search_text(const Request& request, const contract::Form& form) {
  std::string text =
      request.number + "\n" + form.title.ja + "\n" + form.title.en + "\n" + request.submitter.name;
  for (const auto& [name, value] : request.values) {
    const auto* field = form.field(name);
    if (field != nullptr && !field->personal) text += "\n" + value;
  }
  return fold_for_search(text);
}

}  // namespace

Result<void> Requests::tell(Session& s, const Request& request, std::string_view topic) {
  if (bonds_.changed) YAGURA_CHECK(bonds_.changed(s, request, topic));
  s.after_commit([this, request, topic = std::string(topic)] {
    if (listener_) listener_(request, topic);
  });
  return {};
}

Result<void> Requests::journal(Session& s, const journal::Actor& by, const Request& request, const char* kind,
                               Value data) {
  data.set("number", request.number);
  data.set("form", request.form);
  auto entry =
      ground_.journal.append(s, {request.contract, by, kind, subject_of(request.id), std::move(data)});
  if (!entry) return std::unexpected(std::move(entry).error());
  return {};
}

namespace {

// A step and what was said there; decided by a deputy, also for whom.
Value decided_value(const Request& request, std::string_view step, const char* words,
                    const std::string& note) {
  Value out = Value::object({{"step", std::string(step)}, {words, note}});
  for (std::size_t i = 0; i < request.route.size(); ++i)
    if (request.route[i].step == step && !request.at.steps[i].decisions.empty())
      if (const auto& for_name = request.at.steps[i].decisions.back().for_name; !for_name.empty())
        out.set("for", for_name);
  return out;
}

}  // namespace

Result<std::string> Requests::next_number(Session& s, std::string_view contract, const contract::Form& form) {
  const int year = calendar::reiwa(calendar::fiscal_year(ground_.clock.now()));
  YAGURA_CHECK(s.lock("flow_number"));
  YAGURA_TRY(
      const auto number,
      s.integer(
          "INSERT INTO flow_number (contract, form, year, last) VALUES ($1, $2, $3, 1)"
          " ON CONFLICT (contract, form, year) DO UPDATE SET last = flow_number.last + 1 RETURNING last",
          contract, form.number, year));
  return fmt::format("R{}-{}-{:04}", year, form.number, number.value_or(0));
}

Result<Route> Requests::frozen_route(std::string_view contract, const contract::Form& form,
                                     const Decider& who, const Values& values) const {
  Route route;
  for (const auto& step : form.steps) {
    RouteStep made{step.id, step.beside, step.by.role, 0, {}, step.by.needed, step.may_return, step.when};
    std::optional<Person> person;
    if (step.by.head) {
      YAGURA_TRY(person, bonds_.head(contract, who.account));
    } else if (!step.by.person.empty()) {
      const auto found = values.find(step.by.person);
      Id id = 0;
      if (found != values.end())
        std::from_chars(found->second.data(), found->second.data() + found->second.size(), id);
      if (id != 0) {
        YAGURA_TRY(person, bonds_.person(contract, id));
      }
    }
    // A step that is not taken needs nobody; one that is, and that a person must decide, has him now.
    const bool one = step.by.role.empty();
    if (one && !person && holds(step.when, values)) return fail("flow.no_approver", {{"step", step.id}});
    if (one && person && person->account == who.account)
      return fail("flow.own_approver", {{"step", step.id}});
    if (person) {
      made.person = person->account;
      made.person_name = person->name;
    }
    route.push_back(std::move(made));
  }
  return route;
}

Result<void> Requests::open_steps(Session& s, const contract::Pack& pack, const contract::Form& form,
                                  Request& request, const Outcome& outcome) {
  for (const auto passed : outcome.passed)
    if (const auto* rule = form.step(request.route[passed].step); rule != nullptr)
      for (const auto& effect : rule->effects) {
        if (!holds(effect.when, request.values)) continue;
        // Once for ever: a step that is passed again in a later round does not repeat what it did.
        YAGURA_CHECK(s.exec(
            "INSERT INTO flow_effect (request, step, effect, state, outcome, tries, next_try)"
            " VALUES ($1, $2, $3, 'pending', '', 0, $4) ON CONFLICT (request, step, effect) DO NOTHING",
            request.id, rule->id, effect.id, ground_.clock.now()));
      }
  YAGURA_CHECK(s.exec("DELETE FROM flow_open_step WHERE request = $1", request.id));
  request.open.clear();
  if (request.at.state != State::running) return {};
  for (std::size_t i = 0; i < request.route.size(); ++i) {
    if (request.at.steps[i].state != StepState::open) continue;
    const auto& step = request.route[i];
    OpenStep open{step.step, {}, {}};
    if (const auto* rule = form.step(step.step); rule != nullptr && rule->due) {
      YAGURA_TRY(open.due, calendar::due_at(*rule->due, pack.book, request.at.steps[i].opened));
      open.remind_at = *open.due - rule->remind_before;
    }
    YAGURA_CHECK(
        s.exec("INSERT INTO flow_open_step (request, step, contract, role, person, due, remind_at)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7)",
               request.id, step.step, request.contract, step.role, step.person, open.due, open.remind_at));
    request.open.push_back(std::move(open));
  }
  return {};
}

Result<void> Requests::write(Session& s, Request& request, const contract::Form& form,
                             const Outcome& outcome) {
  const auto pack = bonds_.pack(request.contract);
  if (!pack) return fail("flow.contract_not_found");
  ++request.version;
  YAGURA_CHECK(
      s.exec("UPDATE flow_request SET state = $2, changed_at = $3, version = $4, fields = $5, route = $6,"
             " progress = $7, search = $8 WHERE id = $1",
             request.id, name_of(request.at.state), request.changed_at, request.version,
             schema::to_json(keep(request.values)), schema::to_json(keep(request.route)),
             schema::to_json(keep(request.at)), search_text(request, form)));
  return open_steps(s, *pack, form, request, outcome);
}

Result<Request> Requests::submit(const journal::Actor& by, const Decider& who, std::string_view contract,
                                 std::string_view form_id, const Values& values) {
  const auto pack = bonds_.pack(contract);
  if (!pack) return fail("flow.contract_not_found");
  const auto* form = pack->form(form_id);
  if (form == nullptr) return fail("flow.form_not_found");
  if (std::ranges::none_of(form->submitted_by, [&](const auto& role) { return who.roles.contains(role); }))
    return fail("flow.submit_forbidden");
  YAGURA_TRY(const auto faults, check(contract, *form, "", values));
  if (!faults.empty()) return fail("flow.fields_invalid", {{"count", std::to_string(faults.size())}});
  Request request;
  request.contract = contract;
  request.form = form_id;
  request.submitter = {who.account, who.name};
  request.values = values;
  YAGURA_TRY(request.route, frozen_route(contract, *form, who, values));
  return ground_.database.write([&](Session& s) -> Result<Request> {
    request.id = ground_.ids.next();
    request.version = 0;
    request.submitted_at = request.changed_at = ground_.clock.now();
    YAGURA_TRY(request.number, next_number(s, contract, *form));
    Outcome outcome;
    request.at = submitted(request.route, who.account, values, request.submitted_at, outcome);
    YAGURA_CHECK(
        s.exec("INSERT INTO flow_request (id, contract, form, number, state, submitter, submitter_name,"
               " submitted_at, changed_at, version, fields, route, progress, search)"
               " VALUES ($1, $2, $3, $4, 'running', $5, $6, $7, $7, 0, '{}', '[]', '{}', '')",
               request.id, request.contract, request.form, request.number, who.account, who.name,
               request.submitted_at));
    YAGURA_CHECK(s.exec("INSERT INTO flow_round (request, round, at, fields) VALUES ($1, 1, $2, $3)",
                        request.id, request.submitted_at, schema::to_json(keep(values))));
    YAGURA_CHECK(journal(s, by, request, "request.submitted", Value::object()));
    YAGURA_CHECK(write(s, request, *form, outcome));
    YAGURA_CHECK(tell(s, request, outcome.over ? "approved" : "submitted"));
    return read(s, contract, request.id);
  });
}

Result<Request> Requests::within(const journal::Actor& by, std::string_view contract, const Act& act,
                                 const std::function<Result<void>(Change&)>& work) {
  const auto pack = bonds_.pack(contract);
  if (!pack) return fail("flow.contract_not_found");
  return ground_.database.write([&](Session& s) -> Result<Request> {
    YAGURA_CHECK(s.lock(subject_of(act.request)));
    YAGURA_TRY(auto request, read(s, contract, act.request));
    if (request.version != act.version) return fail("flow.version_conflict", {{"number", request.number}});
    const auto* form = pack->form(request.form);
    if (form == nullptr) return fail("flow.form_not_found");
    request.changed_at = ground_.clock.now();  // the one instant of all that this act does
    Change change{s, *pack, *form, by, request};
    YAGURA_CHECK(work(change));
    return read(s, contract, act.request);
  });
}

Result<Request> Requests::approve(const journal::Actor& by, const Decider& who, std::string_view contract,
                                  const Act& act) {
  return within(by, contract, act, [&](Change& c) -> Result<void> {
    auto& request = c.request;
    // Values of this step alone: what was asked for stays as it was asked for.
    const auto* step = c.form.step(act.step);
    auto values = request.values;
    for (const auto& [name, value] : act.values) {
      if (step == nullptr ||
          std::ranges::find(step->fills, name, &contract::FormField::id) == step->fills.end())
        return fail("flow.field_not_here", {{"field", name.substr(0, 64)}});
      values[name] = value;
    }
    if (step != nullptr) {
      YAGURA_TRY(const auto faults, check(contract, c.form, act.step, values));
      if (!faults.empty()) return fail("flow.fields_invalid", {{"count", std::to_string(faults.size())}});
    }
    YAGURA_TRY(const auto outcome,
               flow::approve(request.route, request.at, act.step, who, values, request.changed_at, act.note));
    request.values = std::move(values);
    YAGURA_CHECK(journal(c.session, by, request, "request.approved_step",
                         decided_value(request, act.step, "note", act.note)));
    if (outcome.over) YAGURA_CHECK(journal(c.session, by, request, "request.approved", Value::object()));
    YAGURA_CHECK(write(c.session, request, c.form, outcome));
    return tell(c.session, request, outcome.over ? "approved" : "opened");
  });
}

Result<Request> Requests::send_back(const journal::Actor& by, const Decider& who, std::string_view contract,
                                    const Act& act) {
  return within(by, contract, act, [&](Change& c) -> Result<void> {
    YAGURA_TRY(const auto outcome,
               flow::send_back(c.request.route, c.request.at, act.step, who, c.request.changed_at, act.note));
    YAGURA_CHECK(journal(c.session, by, c.request, "request.sent_back",
                         decided_value(c.request, act.step, "reason", act.note)));
    YAGURA_CHECK(write(c.session, c.request, c.form, outcome));
    return tell(c.session, c.request, "sent_back");
  });
}

Result<Request> Requests::reject(const journal::Actor& by, const Decider& who, std::string_view contract,
                                 const Act& act) {
  return within(by, contract, act, [&](Change& c) -> Result<void> {
    YAGURA_TRY(const auto outcome,
               flow::reject(c.request.route, c.request.at, act.step, who, c.request.changed_at, act.note));
    YAGURA_CHECK(journal(c.session, by, c.request, "request.rejected",
                         decided_value(c.request, act.step, "reason", act.note)));
    YAGURA_CHECK(write(c.session, c.request, c.form, outcome));
    return tell(c.session, c.request, "rejected");
  });
}

Result<Request> Requests::withdraw(const journal::Actor& by, std::string_view contract, const Act& act) {
  return within(by, contract, act, [&](Change& c) -> Result<void> {
    YAGURA_TRY(const auto outcome, flow::withdraw(c.request.at, by.account));
    YAGURA_CHECK(
        journal(c.session, by, c.request, "request.withdrawn", Value::object({{"reason", act.note}})));
    YAGURA_CHECK(write(c.session, c.request, c.form, outcome));
    return tell(c.session, c.request, "withdrawn");
  });
}

Result<Request> Requests::resubmit(const journal::Actor& by, std::string_view contract, const Act& act) {
  return within(by, contract, act, [&](Change& c) -> Result<void> {
    auto& request = c.request;
    // Only the submission's own fields; what steps filled in is theirs and is asked for again.
    Values values;
    for (const auto& field : c.form.fields) {
      const auto changed = act.values.find(field.id);
      const auto before = request.values.find(field.id);
      if (changed != act.values.end())
        values[field.id] = changed->second;
      else if (before != request.values.end())
        values[field.id] = before->second;
    }
    YAGURA_TRY(const auto faults, check(contract, c.form, "", values));
    if (!faults.empty()) return fail("flow.fields_invalid", {{"count", std::to_string(faults.size())}});
    YAGURA_TRY(const auto outcome,
               flow::resubmit(request.route, request.at, by.account, values, request.changed_at));
    request.values = std::move(values);
    YAGURA_CHECK(c.session.exec("INSERT INTO flow_round (request, round, at, fields) VALUES ($1, $2, $3, $4)",
                                request.id, request.at.round, request.changed_at,
                                schema::to_json(keep(request.values))));
    YAGURA_CHECK(
        journal(c.session, by, request, "request.resubmitted", Value::object({{"round", request.at.round}})));
    YAGURA_CHECK(write(c.session, request, c.form, outcome));
    return tell(c.session, request, outcome.over ? "approved" : "submitted");
  });
}

Result<Request> Requests::reroute(const journal::Actor& by, std::string_view contract, const Act& act,
                                  Id person) {
  YAGURA_TRY(const auto found, bonds_.person(contract, person));
  if (!found) return fail("flow.not_there", {{"field", "person"}});
  if (trim(act.note).empty()) return fail("flow.reason_missing");
  return within(by, contract, act, [&](Change& c) -> Result<void> {
    const auto before = std::ranges::find(c.request.route, act.step, &RouteStep::step);
    const std::string was = before == c.request.route.end() ? ""
                            : before->role.empty()          ? before->person_name
                                                            : before->role;
    YAGURA_CHECK(flow::reroute(c.request.route, c.request.at, act.step, found->account, found->name));
    YAGURA_CHECK(journal(
        c.session, by, c.request, "request.rerouted",
        Value::object({{"step", act.step}, {"before", was}, {"after", found->name}, {"reason", act.note}})));
    YAGURA_CHECK(write(c.session, c.request, c.form, {}));
    return tell(c.session, c.request, "rerouted");
  });
}

}  // namespace yagura::flow
