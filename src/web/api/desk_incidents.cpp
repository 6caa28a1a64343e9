#include <algorithm>
#include <functional>
#include <map>

#include "web/api/desk_handlers.hpp"
#include "web/api/desk_json.hpp"
#include "web/api/journal_json.hpp"
#include "web/api/ticket_json.hpp"

namespace yagura::web {
namespace {

using schema::Fault;

// A row of a ledger that a body names; nothing when it is not there (any more).
Result<std::optional<ledger::Row>> named_row(const DeskApi& api, const Request& request,
                                             std::string_view contract, std::string_view ledger, Id id) {
  // Nothing personal is needed of it, so that nothing personal is read.
  auto row = api.ground.ledgers.get({who(request).actor, false}, contract, ledger, id);
  if (!row) {
    if (row.error().code == "ledger.row_not_found") return std::optional<ledger::Row>{};
    return std::unexpected(std::move(row).error());
  }
  if (row->deleted) return std::optional<ledger::Row>{};
  return std::optional(*std::move(row));
}

struct Owner {
  Id person = 0;
  std::string name, role;
};

// Who can own an incident: people whose approved entry on the contract's roster holds today and whose role
// works on incidents.
Result<std::vector<Owner>> owners(const DeskApi& api, std::string_view contract) {
  std::vector<Owner> out;
  const auto pack = api.ground.pack(contract);
  if (!pack) return out;
  const auto today = calendar::format_date(calendar::date_of(api.ground.clock.now()));
  YAGURA_TRY(const auto roster, api.ground.people.roster(contract, people::RosterState::approved));
  for (const auto& entry : roster) {
    const auto name = people::name_of(entry.role);
    const auto role = std::ranges::find(pack->roles, name, &contract::Role::id);
    const bool works = role != pack->roles.end() &&
                       std::ranges::find(role->permissions, "incident_write") != role->permissions.end();
    if (!works || entry.from > today || (entry.until && *entry.until < today) ||
        std::ranges::find(out, entry.person, &Owner::person) != out.end())
      continue;
    const auto person = api.ground.people.person(entry.person);
    if (!person && person.error().code.starts_with("store.")) return std::unexpected(person.error());
    if (person && !person->disabled) out.push_back({person->id, person->name, std::string(name)});
  }
  std::ranges::sort(out, {}, &Owner::name);
  return out;
}

Value attached_value(const desk::AttachedFile& file) {
  return Value::object({{"id", file.id},
                        {"name", file.name},
                        {"size", file.size},
                        {"type", file.type},
                        {"sha256", file.sha256},
                        {"by", file.who},
                        {"at", time_value(file.at)}});
}

Result<std::vector<Value>> kept(const DeskApi::Kept& of, std::string_view contract, Id incident,
                                Language language) {
  return of ? of(contract, incident, language) : std::vector<Value>{};
}

using EnglishNames = std::map<std::string, std::string, std::less<>>;

// The journal keeps names as they were called, in Japanese: what those of this incident are in English. Empty
// when Japanese is asked for.
Result<EnglishNames> english_names(const DeskApi& api, const Request& request, std::string_view contract,
                                   const desk::Incident& incident) {
  EnglishNames out;
  const auto pack = api.ground.pack(contract);
  if (request.language == Language::ja || !pack) return out;
  if (!incident.title_en.empty()) out.emplace(incident.title, incident.title_en);
  for (const auto& clock : pack->clocks) out.emplace(clock.rule.title.ja, clock.rule.title.en);
  for (const auto& tree : pack->contact_trees)
    for (const auto& step : tree.steps) out.emplace(step.title.ja, step.title.en);
  YAGURA_TRY(const auto alerts, kept(api.alerts_of_incident, contract, incident.id, request.language));
  for (const auto& alert : alerts) {
    const auto &ja = alert["title"]["ja"].text(), &en = alert["title"]["en"].text();
    out.emplace(ja, en);
    out.emplace(alert["device_name"].text() + " " + ja, alert["device_name"].text() + " " + en);
  }
  return out;
}

Value said_in_english(const Value& data, const EnglishNames& names) {
  Value out = Value::object();
  if (!data.is_object()) return out;
  for (const auto& [key, value] : data.members())
    if (value.is_text())
      if (const auto found = names.find(value.text()); found != names.end())
        out.set(key, Value(found->second));
  return out;
}

}  // namespace

Result<desk::Place> place_of(const DeskApi& api, const Request& request, std::string_view contract,
                             Id device_id, Id site_id, std::vector<Fault>& faults) {
  desk::Place place;
  place.site = site_id;
  if (device_id != 0) {
    YAGURA_TRY(const auto device, named_row(api, request, contract, "devices", device_id));
    if (!device) {
      faults.push_back({"device", 0, {"desk.device_unknown", {}}});
      return place;
    }
    place.device = device->id;
    place.device_name = device->title;
    place.device_class = device->fields["class"].text();
    if (place.site == 0) place.site = device->fields["site"].integer();
  }
  if (place.site == 0) return place;
  YAGURA_TRY(const auto site, named_row(api, request, contract, "sites", place.site));
  if (!site) {
    faults.push_back({"site", 0, {"desk.site_unknown", {}}});
    return place;
  }
  place.site_name = site->title;
  place.site_kind = site->fields["kind"].text();
  return place;
}

// The name of somebody who can own an incident; an administrator can, without a place on the roster.
Result<std::optional<std::string>> owner_name(const DeskApi& api, std::string_view contract, Id owner) {
  YAGURA_TRY(const auto all, owners(api, contract));
  if (const auto found = std::ranges::find(all, owner, &Owner::person); found != all.end())
    return std::optional(found->name);
  const auto person = api.ground.people.person(owner);
  if (!person && person.error().code.starts_with("store.")) return std::unexpected(person.error());
  if (person && person->administrator && !person->disabled) return std::optional(person->name);
  return std::optional<std::string>{};
}

Result<Response> list_incidents(const DeskApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "incident_read"));
  YAGURA_TRY(const auto page, page_of(request));
  YAGURA_TRY(const auto before, number_cursor(page));
  YAGURA_TRY(const auto state, word_param<desk::State>(request, "state"));
  YAGURA_TRY(const auto device, id_param(request, "device"));
  const std::string search = text_param(request, "q");
  if (characters(search) > 200) return std::unexpected(parameter_invalid("q"));
  YAGURA_TRY(auto found, api.incidents.list({.contract = contract,
                                             .search = search,
                                             .state = state,
                                             .device = device.value_or(0),
                                             .before = before,
                                             .limit = page.limit + 1,
                                             .from = {},
                                             .to = {}}));
  std::string next;
  if (found.size() > static_cast<std::size_t>(page.limit)) {
    found.resize(static_cast<std::size_t>(page.limit));
    next = std::to_string(found.back().id);
  }
  const auto pack = api.ground.pack(contract);
  return answer(page_value(
      each_of(found,
              [&](const desk::Incident& i) { return incident_value(i, pack.get(), request.language); }),
      next));
}

Result<Value> incidents_now(const DeskApi& api, std::string_view contract, Language language) {
  constexpr int shown = 20;
  std::vector<desk::Incident> found;
  for (const auto state : {desk::State::open, desk::State::handed_over, desk::State::restored}) {
    YAGURA_TRY(auto some, api.incidents.list({.contract = std::string(contract),
                                              .search = {},
                                              .state = state,
                                              .limit = shown,
                                              .from = {},
                                              .to = {}}));
    std::ranges::move(some, std::back_inserter(found));
  }
  std::ranges::sort(found, std::greater{}, &desk::Incident::id);
  if (found.size() > shown) found.resize(shown);
  const auto pack = api.ground.pack(contract);
  return Value(
      each_of(found, [&](const desk::Incident& i) { return incident_value(i, pack.get(), language); }));
}

Result<Response> create_incident(const DeskApi& api, const Request& request, const NewIncidentBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, "incident_write"));
  std::vector<Fault> faults;
  YAGURA_TRY(auto place,
             place_of(api, request, contract, body.device.value_or(0), body.site.value_or(0), faults));
  if (!faults.empty()) return faults_answer(api.ground, request, faults);
  YAGURA_TRY(const auto opened,
             api.incidents.open(who(request).actor, {.contract = contract,
                                                     .title = body.title,
                                                     .severity = name_of(body.severity),
                                                     .detail = body.detail,
                                                     .place = std::move(place),
                                                     .detected_at = body.detected_at,
                                                     .service_stopped = body.service_stopped,
                                                     .title_en = {},
                                                     .kind = "incident",
                                                     .channel = desk::Channel::phone,
                                                     .caller = {}}));
  return answer(201, incident_value(opened, api.ground.pack(contract).get(), request.language));
}

Result<Response> incident_detail(const DeskApi& api, const Request& request, std::string_view contract,
                                 const desk::Incident& incident, int status) {
  const Language language = request.language;
  const auto pack = api.ground.pack(contract);
  YAGURA_TRY(const auto clocks, api.incidents.clocks_now(contract, incident.id));
  YAGURA_TRY(const auto reports, api.incidents.reports(contract, incident.id));
  YAGURA_TRY(const auto contacts, api.contacts.of(contract, "incident/" + std::to_string(incident.id)));
  YAGURA_TRY(auto logs, kept(api.logs_of_incident, contract, incident.id, language));
  YAGURA_TRY(auto alerts, kept(api.alerts_of_incident, contract, incident.id, language));

  Value out = incident_value(incident, pack.get(), language);
  out.set("detail", Value(incident.detail));
  out.set("close_reason", Value(incident.close_reason));
  out.set("handed_to", Value(incident.handed_to));
  out.set("handed_reference", Value(incident.handed_reference));
  out.set("clocks", Value(each_of(clocks, [&](const desk::ClockRow& c) {
            return clock_value(c, pack.get(), true, language);
          })));
  out.set("events", pack ? recordable_events(incident, clocks, *pack) : Value::array());
  out.set("reports", Value(each_of(reports, incident_report_value)));
  out.set("contacts", Value(each_of(contacts, [&](const notify::Contact& c) {
            return contact_value(c, &incident, pack.get(), false, language);
          })));
  out.set("logs", Value(std::move(logs)));
  out.set("alert_list", Value(std::move(alerts)));
  YAGURA_TRY(const auto files, api.incidents.attachments(contract, incident.id));
  out.set("attachments", Value(each_of(files, attached_value)));
  YAGURA_CHECK(add_ticket_parts(api, request, contract, incident, pack.get(), out));
  return answer(status, out);
}

Result<Response> get_incident(const DeskApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "incident_read"));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto incident, api.incidents.get(contract, id));
  return incident_detail(api, request, contract, incident);
}

Result<Response> change_incident(const DeskApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "incident_write"));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto value, json_body(request));
  std::vector<Fault> faults;
  const auto body = schema::read<IncidentChangeBody>(value, faults);
  desk::IncidentChange change{.title = body.title,
                              .severity = {},
                              .owner = body.owner,
                              .owner_name = {},
                              .service_stopped = body.service_stopped,
                              .caller = {},
                              .place = {},
                              .reason = body.reason};
  if (body.severity) change.severity = name_of(*body.severity);
  if (const auto* owner = value.find("owner"); owner && owner->is_null()) change.owner = 0;
  if (faults.empty() && change.owner.value_or(0) != 0) {
    YAGURA_TRY(const auto name, owner_name(api, contract, *change.owner));
    if (name)
      change.owner_name = *name;
    else
      faults.push_back({"owner", 0, {"desk.owner_unknown", {}}});
  }
  if (faults.empty() && body.caller) {
    YAGURA_TRY(change.caller, caller_of(api, contract, *body.caller, faults));
  }
  if (faults.empty() && body.device) {
    YAGURA_TRY(change.place, place_of(api, request, contract, *body.device, 0, faults));
  }
  if (!faults.empty()) return faults_answer(api.ground, request, faults);
  YAGURA_TRY(const auto incident, api.incidents.change(who(request).actor, contract, id, change));
  return incident_detail(api, request, contract, incident);
}

Result<Response> list_owners(const DeskApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "incident_write"));
  YAGURA_TRY(const auto all, owners(api, contract));
  return answer(page_value(each_of(all,
                                   [](const Owner& o) {
                                     return Value::object(
                                         {{"id", o.person}, {"name", o.name}, {"role", o.role}});
                                   }),
                           ""));
}

Result<Response> get_timeline(const DeskApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "incident_read"));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto page, page_of(request));
  YAGURA_TRY(const auto after, number_cursor(page));
  // Who only looked at it is told apart: what happened is not to be searched for between them.
  const auto reads = text_param(request, "reads");
  if (!reads.empty() && reads != "only") return std::unexpected(parameter_invalid("reads"));
  YAGURA_TRY(const auto incident, api.incidents.get(contract, id));
  journal::Query query{.chain = contract,
                       .subject = "incident/" + std::to_string(id),
                       .kind_prefix = reads.empty() ? "" : "personal.read",
                       .without_kind = reads.empty() ? "personal.read" : "",
                       .text = {},
                       .before_seq = after,
                       .from = {},
                       .to = {},
                       .limit = page.limit + 1,
                       .oldest_first = true};
  YAGURA_TRY(auto entries,
             api.ground.database.read([&](store::Session& s) { return api.ground.journal.list(s, query); }));
  std::string next;
  if (entries.size() > static_cast<std::size_t>(page.limit)) {
    entries.resize(static_cast<std::size_t>(page.limit));
    next = std::to_string(entries.back().seq);
  }
  YAGURA_TRY(const auto names, english_names(api, request, contract, incident));
  const bool with_origin = may(request, contract, "journal_read");
  return answer(page_value(each_of(entries,
                                   [&](const journal::Entry& e) {
                                     Value out = journal_entry_value(api.ground.journal, e);
                                     // From which network address somebody worked is for the journal's
                                     // readers.
                                     if (!names.empty())
                                       out.set("said", said_in_english(e.record.data, names));
                                     if (!with_origin)
                                       std::erase_if(out.members(),
                                                     [](const auto& m) { return m.first == "origin"; });
                                     return out;
                                   }),
                           next));
}

}  // namespace yagura::web
