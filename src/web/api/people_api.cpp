#include <algorithm>

#include "journal/reads.hpp"
#include "web/api/asked.hpp"
#include "web/api/ground_routes.hpp"
#include "web/api/people_json.hpp"
#include "web/api/session_api.hpp"

namespace yagura::web {

using people::Person;
using people::RosterEntry;
using Entries = std::vector<RosterEntry>;

Value roster_entry_value(const Api& api, const RosterEntry& e) {
  Value papers = Value::array();
  std::int64_t missing = 0;
  for (const auto& needed : api.people.papers_needed(e.contract, e.role)) {
    const auto found = std::ranges::find(e.papers, needed.id, &people::RosterPaper::paper);
    const bool given = found != e.papers.end();
    missing += !given;
    papers.push(Value::object({{"id", needed.id},
                               {"title", text2(needed.title, needed.title_en)},
                               {"clause", needed.clause},
                               {"given", given},
                               {"day", given ? text_or_null(found->day) : Value()},
                               {"file", given ? id_or_null(found->file) : Value()},
                               {"file_name", given ? text_or_null(found->file_name) : Value()},
                               {"by", given ? Value(found->by) : Value()}}));
  }
  return Value::object({{"id", e.id},
                        {"person", e.person},
                        {"person_name", e.person_name},
                        {"organisation", e.organisation},
                        {"role", Value(people::name_of(e.role))},
                        {"from", e.from},
                        {"until", e.until ? Value(*e.until) : Value()},
                        {"state", word(e.state)},
                        {"note", e.note},
                        {"submitted_by", e.submitted_by},
                        {"submitted_at", time_value(e.submitted_at)},
                        {"decided_by", e.decided_by},
                        {"decided_at", time_value(e.decided_at)},
                        {"reason", e.reason},
                        {"papers", std::move(papers)},
                        {"papers_missing", missing}});
}

Value person_value(const Api& api, const Person& p, const Entries& entries, bool personal) {
  // The role that holds, else the one waiting for a decision.
  Value role = p.administrator ? Value("administrator") : Value();
  for (const auto state : {people::RosterState::approved, people::RosterState::submitted})
    for (const auto& e : entries)
      if (role.is_null() && e.state == state) role = Value(people::name_of(e.role));
  Value out = Value::object({{"id", p.id},
                             {"login", p.login},
                             {"name", p.name},
                             {"organisation", p.organisation},
                             {"state", word(api.people.state_of(p, entries))},
                             {"role", std::move(role)}});
  if (!personal) return out;
  out.set("kana", p.kana);
  out.set("mail", p.mail);
  out.set("second_factor", p.second_factor);
  out.set("passkeys", p.passkeys);
  out.set("directory", directory_value(api, p.directory));
  out.set("linked", p.linked);
  out.set("last_seen", time_value(p.last_seen));
  out.set("roster",
          Value(each_of(entries, [&](const RosterEntry& e) { return roster_entry_value(api, e); })));
  return out;
}

Result<Entries> entries_in(const Api& api, std::string_view contract, Id person) {
  YAGURA_TRY(auto entries, api.people.roster_of(person));
  std::erase_if(entries, [&](const RosterEntry& e) { return e.contract != contract; });
  if (entries.empty()) return fail("people.not_found");
  return entries;
}

// An account that the contract knows: somebody of its roster, or one of the installation's administrators,
// who reach every contract. Errors: people.not_found.
Result<Seen> seen_in(const Api& api, const Request& request, std::string_view contract, Id id) {
  YAGURA_TRY(auto entries, api.people.roster_of(id));
  std::erase_if(entries, [&](const RosterEntry& e) { return e.contract != contract; });
  YAGURA_TRY(auto person, api.people.person(id));
  if (entries.empty() && !person.administrator) return fail("people.not_found");
  // What is personal of an administrator is no contract's, unless he works for it as well.
  const bool personal =
      may(request, contract, kSeesPeople) && (!entries.empty() || who(request).administrator);
  return Seen{std::move(person), std::move(entries), personal};
}

Result<void> note_personal_read(const Api& api, const Request& request, std::string_view contract,
                                std::string subject, Value data) {
  return api.database.write([&](store::Session& s) -> Result<void> {
    journal::Read read{.chain = std::string(contract), .actor = who(request).actor, .subject = subject};
    read.of = subject;
    for (const auto& [name, value] : data.members()) {
      if (name == "how")
        read.how = value.text();
      else if (value.is_array())
        for (const auto& id : value.items()) read.ids.push_back(id.integer());
      else
        read.more.set(name, value);
    }
    YAGURA_CHECK(journal::note_read(s, api.journal, api.clock.now(), std::move(read)));
    return {};
  });
}

namespace {

// An account may serve several contracts. Only who manages people in each of them, or the installation's
// administrator, may change it: else one contract could take over another's people.
Result<void> check_manages(const Api& api, const Request& request, const Person& person) {
  if (who(request).administrator) return {};
  YAGURA_TRY(const auto entries, api.people.roster_of(person.id));
  const bool all = !person.administrator && std::ranges::all_of(entries, [&](const RosterEntry& e) {
    return may(request, e.contract, "people_manage");
  });
  return all ? Result<void>{} : fail("web.forbidden", {{"permission", "people_manage"}});
}

// A token is never the administrator himself: what it could make here would outlive it.
Result<void> check_gives_administrator(const Request& request) {
  return who(request).administrator ? Result<void>{}
                                    : fail("web.forbidden", {{"permission", "administrator"}});
}

// A contractor's manager hands the first link to his own new people: not to anybody who has a password
// already, nor to the city's people (whose link would make him his own approver).
Result<void> check_may_invite(const Api& api, const Request& request, const std::string& contract,
                              const Person& person) {
  if (may(request, contract, "people_manage")) return check_manages(api, request, person);
  const auto refused = fail("web.forbidden", {{"permission", "people_manage"}});
  if (person.administrator || person.has_password) return refused;
  const auto pack = api.pack(contract);
  YAGURA_TRY(const auto entries, api.people.roster_of(person.id));
  for (const auto& e : entries) {
    const auto* role = pack ? pack->role(people::name_of(e.role)) : nullptr;
    if (e.contract != contract || !role || !role->needs_roster) return refused;
  }
  return {};
}

Result<Response> list_people(const Api& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, request.route->permission));
  YAGURA_TRY(const auto page, page_of(request));
  YAGURA_TRY(const auto after, number_cursor(page));
  const bool personal = may(request, contract, kSeesPeople);
  YAGURA_TRY(auto found,
             api.people.list(contract, text_param(request, "q"), after, page.limit + 1, personal));
  YAGURA_TRY(const auto roster, api.people.roster(contract));
  std::string next;
  if (found.size() > static_cast<std::size_t>(page.limit)) {
    found.resize(static_cast<std::size_t>(page.limit));
    next = std::to_string(found.back().id);
  }
  std::map<Id, Entries> entries;
  for (const auto& e : roster) entries[e.person].push_back(e);
  const auto shows = [&](const Person& p) {
    return personal && (entries.contains(p.id) || who(request).administrator);
  };
  Value ids = Value::array();
  for (const auto& p : found)
    if (shows(p)) ids.push(Value(p.id));
  if (!ids.items().empty())
    YAGURA_CHECK(note_personal_read(api, request, contract, "people",
                                    Value::object({{"how", "list"}, {"people", std::move(ids)}})));
  std::vector<Value> shown;
  for (const auto& p : found) {
    const bool whole = shows(p);
    shown.push_back(person_value(api, p, entries[p.id], whole));
  }
  return answer(page_value(std::move(shown), next));
}

Result<Response> person_answer(const Api& api, const Request& request, const std::string& contract, Id person,
                               int status) {
  YAGURA_TRY(const auto seen, seen_in(api, request, contract, person));
  return answer(status, person_value(api, seen.person, seen.entries, seen.personal));
}

Result<Response> get_person(const Api& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kSeesPeople));
  YAGURA_TRY(const auto id, id_of(request));
  YAGURA_TRY(const auto seen, seen_in(api, request, contract, id));
  if (seen.personal)
    YAGURA_CHECK(note_personal_read(api, request, contract, "account/" + std::to_string(id),
                                    Value::object({{"how", "person"}})));
  return answer(person_value(api, seen.person, seen.entries, seen.personal));
}

struct NewPerson {
  std::string login;
  people::PersonChange fields;
  people::Role role = people::Role::employee;
};
template <class V>
void shape(V& v, NewPerson& b) {
  v.required("login", b.login);
  v.required("name", b.fields.name);
  v.optional("kana", b.fields.kana);
  v.optional("mail", b.fields.mail);
  v.optional("organisation", b.fields.organisation);
  v.optional("directory", b.fields.directory);
  v.required("role", b.role);
}

bool serves(const people::KnownDirectory& known, const std::string& contract) {
  return known.contracts.empty() || std::ranges::find(known.contracts, contract) != known.contracts.end();
}

// The directory of another contract's city is as if it were not there.
Result<void> check_directory(const Api& api, const std::string& contract,
                             const std::optional<std::string>& wished) {
  if (!wished || wished->empty()) return {};
  const auto known = api.people.directories().find(*wished);
  if (known != api.people.directories().end() && serves(known->second, contract)) return {};
  return fail("people.directory_unknown", {{"directory", wished->substr(0, 64)}});
}

Result<Response> list_directories(const Api& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, request.route->permission));
  std::vector<Value> out;
  for (const auto& [id, known] : api.people.directories())
    if (serves(known, contract)) out.push_back(directory_value(api, id));
  return answer(items_value(std::move(out)));
}

std::string today_in_japan(const Api& api) {
  return calendar::format_date(calendar::date_of(api.clock.now()));
}

Result<Response> create_person(const Api& api, const Request& request, const NewPerson& body) {
  YAGURA_TRY(const auto contract, contract_of(request, "people_manage|roster_submit"));
  const auto& by = who(request).actor;
  YAGURA_CHECK(check_directory(api, contract, body.fields.directory));
  // Administrators belong to the installation: only one of them makes another, and no roster names them.
  if (body.role == people::Role::administrator) {
    YAGURA_CHECK(check_gives_administrator(request));
    YAGURA_TRY(const auto made, api.people.create(by, body.login, body.fields, true));
    return person_answer(api, request, contract, made.id, 201);
  }
  YAGURA_TRY(const auto person, api.people.create_on_roster(
                                    by, body.login, body.fields,
                                    {.contract = contract, .role = body.role, .from = today_in_japan(api)},
                                    may(request, contract, "people_manage")));
  return person_answer(api, request, contract, person.id, 201);
}

struct ChangedPerson {
  people::PersonChange fields;
};
template <class V>
void shape(V& v, ChangedPerson& b) {
  v.optional("name", b.fields.name);
  v.optional("kana", b.fields.kana);
  v.optional("mail", b.fields.mail);
  v.optional("organisation", b.fields.organisation);
  v.optional("disabled", b.fields.disabled);
  v.optional("directory", b.fields.directory);
  v.optional("administrator", b.fields.administrator);
}

Result<Person> managed(const Api& api, const Request& request, const std::string& contract) {
  YAGURA_TRY(const auto id, id_of(request));
  YAGURA_TRY(auto seen, seen_in(api, request, contract, id));
  return std::move(seen.person);
}

Result<Response> change_person(const Api& api, const Request& request, const ChangedPerson& body) {
  YAGURA_TRY(const auto contract, contract_of(request, "people_manage"));
  YAGURA_TRY(const auto person, managed(api, request, contract));
  YAGURA_CHECK(check_manages(api, request, person));
  if (body.fields.directory.value_or(person.directory) != person.directory)
    YAGURA_CHECK(check_directory(api, contract, body.fields.directory));
  if (body.fields.administrator.value_or(person.administrator) != person.administrator)
    YAGURA_CHECK(check_gives_administrator(request));
  YAGURA_TRY(const auto changed, ending_streams(api, person.id, [&] {
               return api.people.change(who(request).actor, person.id, body.fields);
             }));
  // Who is no administrator any more and stands on no roster here is gone from this contract.
  auto answered = person_answer(api, request, contract, changed.id, 200);
  if (!answered && answered.error().code == "people.not_found")
    return answer(person_value(api, changed, {}, who(request).administrator));
  return answered;
}

Result<Response> invite_person(const Api& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "people_manage|roster_submit"));
  YAGURA_TRY(const auto person, managed(api, request, contract));
  YAGURA_CHECK(check_may_invite(api, request, contract, person));
  const bool lost = text_param(request, "remove_passkeys") == "true";
  YAGURA_TRY(const auto invitation, ending_streams(api, person.id, [&] {
               return api.people.invite(who(request).actor, person.id, lost);
             }));
  const auto address =
      api.public_address.empty() ? "https://" + std::string(request.headers.get("Host")) : api.public_address;
  // After "#" it is never sent to a server, so that it stands in no proxy's log.
  return answer(201, Value::object({{"link", address + "/setup#" + invitation.token},
                                    {"expires", time_value(invitation.expires)}}));
}

Result<Response> unlock_person(const Api& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "people_manage"));
  YAGURA_TRY(const auto person, managed(api, request, contract));
  YAGURA_CHECK(check_manages(api, request, person));
  YAGURA_CHECK(api.people.unlock(who(request).actor, person.id));
  return Response::no_content();
}

}  // namespace

void add_people_routes(Router& router, const Api& api) {
  const auto add = [&](Method method, const char* path, const char* operation, const char* permission,
                       Handler handler) {
    router.add({.method = method,
                .pattern = std::string("/api/v1/people") + path,
                .operation = operation,
                .handler = std::move(handler),
                .permission = permission,
                .rate = is_safe(method) ? RateClass::read : RateClass::write});
  };
  // Whoever works on incidents sees who there is (owners), without what is personal.
  add(Method::get, "", "listPeople", "people_manage|roster_submit|roster_approve|incident_write",
      plain(api, list_people));
  add(Method::post, "", "createPerson", "people_manage|roster_submit",
      with_body<NewPerson>(api, create_person));
  add(Method::get, "/directories", "listDirectories", "people_manage|roster_submit",
      plain(api, list_directories));
  add(Method::get, "/{id}", "getPerson", kSeesPeople, plain(api, get_person));
  add(Method::patch, "/{id}", "changePerson", "people_manage", with_body<ChangedPerson>(api, change_person));
  add(Method::post, "/{id}/invite", "invitePerson", "people_manage|roster_submit", plain(api, invite_person));
  add(Method::post, "/{id}/unlock", "unlockPerson", "people_manage", plain(api, unlock_person));
}

}  // namespace yagura::web
