#include "web/api/request_api.hpp"

#include <algorithm>
#include <charconv>

#include "web/api/asked.hpp"
#include "web/api/desk_bodies.hpp"
#include "web/api/people_json.hpp"
#include "web/api/request_choices.hpp"
#include "web/api/request_json.hpp"

namespace yagura::web {
namespace {

constexpr const char* kAsks = "request_write";
constexpr const char* kSeesAll = "incident_read";
constexpr const char* kMends = "people_manage|incident_close";

enum class Decide { approve, send_back, reject };
std::span<const std::pair<std::string_view, Decide>> enum_names(Decide) {
  static constexpr std::pair<std::string_view, Decide> names[] = {
      {"approve", Decide::approve}, {"send_back", Decide::send_back}, {"reject", Decide::reject}};
  return names;
}

struct SubmitBody {
  std::string form;
  std::map<std::string, std::string> values;
};
template <class V>
void shape(V& v, SubmitBody& b) {
  v.required("form", b.form);
  v.required("values", b.values);
}

struct ActBody {
  std::int64_t version = 0;
  std::string note;
  std::map<std::string, std::string> values;
};
template <class V>
void shape(V& v, ActBody& b) {
  v.required("version", b.version);
  v.optional("note", b.note);
  v.optional("values", b.values);
  check_length(v, "note", b.note, 0, 4'000);
}

struct DecisionBody {
  std::int64_t version = 0;
  std::string step, note;
  Decide decision = Decide::approve;
  std::map<std::string, std::string> values;
};
template <class V>
void shape(V& v, DecisionBody& b) {
  v.required("version", b.version);
  v.required("step", b.step);
  v.required("decision", b.decision);
  v.optional("note", b.note);
  v.optional("values", b.values);
  check_length(v, "note", b.note, 0, 4'000);
}

struct RouteBody {
  std::int64_t version = 0;
  std::string step, reason;
  Id person = 0;
};
template <class V>
void shape(V& v, RouteBody& b) {
  v.required("version", b.version);
  v.required("step", b.step);
  v.required("person", b.person);
  v.required("reason", b.reason);
  check_length(v, "reason", b.reason, 1, 4'000);
}

struct RetryBody {
  std::int64_t version = 0;
  std::string step, effect;
};
template <class V>
void shape(V& v, RetryBody& b) {
  v.required("version", b.version);
  v.required("step", b.step);
  v.required("effect", b.effect);
}

struct DeputyBody {
  Id person = 0, deputy = 0;
  std::string from, until;
};
template <class V>
void shape(V& v, DeputyBody& b) {
  v.required("person", b.person);
  v.required("deputy", b.deputy);
  v.required("from", b.from);
  v.required("until", b.until);
}

flow::Values values_of(const std::map<std::string, std::string>& given) {
  return {given.begin(), given.end()};
}

// Roles of somebody in the contract now; those of people he stands in for are asked the same way.
Result<std::set<std::string, std::less<>>> roles_of(const Api& api, std::string_view contract, Id person) {
  std::set<std::string, std::less<>> out;
  YAGURA_TRY(const auto roster, api.people.roster_of(person));
  const auto today = calendar::format_date(calendar::date_of(api.clock.now()));
  for (const auto& entry : roster)
    if (entry.contract == contract && entry.state == people::RosterState::approved && entry.from <= today &&
        (!entry.until || *entry.until >= today))
      out.emplace(people::name_of(entry.role));
  return out;
}

Result<flow::Decider> decider_of(const RequestApi& api, const Request& request, std::string_view contract) {
  const auto& principal = who(request);
  flow::Decider out;
  out.account = principal.actor.account;
  out.name = principal.actor.name;
  if (const auto* grant = principal.grant(contract)) out.roles.emplace(people::name_of(grant->role));
  YAGURA_TRY(const auto others, api.requests.stands_in_for(contract, out.account));
  for (const auto& other : others) {
    out.stands_in_for[other.account] = other.name;
    YAGURA_TRY(out.roles_of_those[other.account], roles_of(api.ground, contract, other.account));
  }
  return out;
}

std::vector<std::string> decidable(const flow::Request& r, const flow::Decider& who) {
  std::vector<std::string> out;
  if (r.at.state != flow::State::running) return out;
  for (std::size_t i = 0; i < r.route.size(); ++i)
    if (flow::standing(r.route, r.at, i, who)) out.push_back(r.route[i].step);
  return out;
}

bool decided(const flow::Request& r, Id account) {
  return std::ranges::any_of(r.at.steps, [&](const flow::StepRecord& step) {
    return std::ranges::any_of(step.decisions, [&](const flow::Decision& d) { return d.who == account; });
  });
}

const contract::Form* form_of(const std::shared_ptr<const contract::Pack>& pack, std::string_view form) {
  return pack ? pack->form(form) : nullptr;
}

Result<Response> detail(const RequestApi& api, const Request& request, const std::string& contract,
                        const flow::Request& r, int status = 200) {
  YAGURA_TRY(const auto decider, decider_of(api, request, contract));
  const auto steps = decidable(r, decider);
  const Id me = decider.account;
  const bool own = r.submitter.account == me;
  const bool involved = own || !steps.empty() || decided(r, me);
  // What he may not see is not there for him.
  if (!involved && !may(request, contract, kSeesAll)) return fail("flow.request_not_found");
  const bool personal = involved || may(request, contract, "personal_read");
  const auto pack = api.ground.pack(contract);
  const auto* form = form_of(pack, r.form);
  const bool has_personal = std::ranges::any_of(r.values, [&](const auto& pair) {
    const auto* field = form == nullptr ? nullptr : form->field(pair.first);
    return !pair.second.empty() && field != nullptr && field->personal;
  });
  if (personal && has_personal && !own)
    YAGURA_CHECK(note_personal_read(api.ground, request, contract, "request/" + std::to_string(r.id),
                                    Value::object({{"number", r.number}})));
  auto out = request_value(r, form, personal, steps, [&](const Error& error) {
    const auto words = api.ground.words.say(error, request.language);
    return words.message + " " + words.advice;
  });
  YAGURA_TRY(auto shown, shown_value(api.ground, contract, form, r.values, personal));
  out.set("shown", std::move(shown));
  YAGURA_TRY(const auto rounds, api.requests.rounds(contract, r.id));
  Value told = Value::array();
  for (const auto& round : rounds) {
    auto value = round_value(round, form, personal);
    YAGURA_TRY(auto called, shown_value(api.ground, contract, form, round.values, personal));
    told.push(std::move(value.set("shown", std::move(called))));
  }
  out.set("rounds", std::move(told));
  out.set("own", own);
  YAGURA_TRY(auto history, history_value(api.ground, contract, r.id, form));
  out.set("history", std::move(history));
  return answer(status, out);
}

Result<Response> list_forms(const RequestApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  const auto pack = api.ground.pack(contract);
  const auto* grant = who(request).grant(contract);
  const std::string role(grant == nullptr ? "" : people::name_of(grant->role));
  return answer(items_value(each_of(pack->forms, [&](const contract::Form& form) {
    return form_value(form, std::ranges::find(form.submitted_by, role) != form.submitted_by.end(), false);
  })));
}

Result<Response> get_form(const RequestApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  const auto pack = api.ground.pack(contract);
  const auto name = request.param("form");
  const auto* form = form_of(pack, name);
  if (form == nullptr) return fail("flow.form_not_found");
  const auto* grant = who(request).grant(contract);
  const std::string role(grant == nullptr ? "" : people::name_of(grant->role));
  return answer(
      form_value(*form, std::ranges::find(form->submitted_by, role) != form->submitted_by.end(), true));
}

Result<std::string> search_of(const Request& request) {
  auto text = text_param(request, "q");
  if (characters(text) > 200) return std::unexpected(parameter_invalid("q"));
  return text;
}

Result<Response> list_form_rows(const RequestApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const auto search, search_of(request));
  const auto pack = api.ground.pack(contract);
  const auto* form = form_of(pack, request.param("form"));
  if (form == nullptr) return fail("flow.form_not_found");
  YAGURA_TRY(auto found, row_choices(api.ground, request, contract, *form, request.param("field"), search));
  return answer(items_value(std::move(found)));
}

Result<Response> list_colleagues(const RequestApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const auto search, search_of(request));
  YAGURA_TRY(auto found, colleague_choices(api.ground, contract, search));
  return answer(items_value(std::move(found)));
}

Result<Response> list_requests(const RequestApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const auto page, page_of(request));
  YAGURA_TRY(const auto before, number_cursor(page));
  YAGURA_TRY(const auto state, word_param<flow::State>(request, "state"));
  flow::RequestQuery query{.contract = contract,
                           .form = text_param(request, "form"),
                           .search = text_param(request, "q"),
                           .state = state,
                           .submitter = 0,
                           .waiting_for = nullptr,
                           .before = before,
                           .limit = page.limit + 1};
  if (characters(query.search) > 200) return std::unexpected(parameter_invalid("q"));
  const auto view = text_param(request, "view");
  YAGURA_TRY(const auto decider, decider_of(api, request, contract));
  if (view == "waiting")
    query.waiting_for = &decider;
  else if (view == "mine" || (view.empty() && !may(request, contract, kSeesAll)))
    query.submitter = decider.account;
  else if (!view.empty() && view != "all")
    return std::unexpected(parameter_invalid("view"));
  else if (!may(request, contract, kSeesAll))
    return fail("web.forbidden", {{"permission", kSeesAll}});
  YAGURA_TRY(auto found, api.requests.list(query));
  std::string next;
  if (found.size() > static_cast<std::size_t>(page.limit)) {
    found.resize(static_cast<std::size_t>(page.limit));
    next = std::to_string(found.back().id);
  }
  const auto pack = api.ground.pack(contract);
  auto out = page_value(
      each_of(found, [&](const flow::Request& r) { return request_row(r, form_of(pack, r.form)); }), next);
  if (before == 0) {  // what is to come is counted once, with the first page
    YAGURA_TRY(const auto total, api.requests.count(query));
    out.set("total", total);
  }
  return answer(out);
}

Result<Response> get_request(const RequestApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto found, api.requests.get(contract, id));
  return detail(api, request, contract, found);
}

// What is wrong with the fields of the form (step "") or of a step.
Result<std::vector<schema::Fault>> faults_of(const RequestApi& api, const Request& request,
                                             const std::string& contract, const contract::Form& form,
                                             std::string_view step, const flow::Values& values,
                                             const flow::Values& before) {
  YAGURA_TRY(auto faults, api.requests.check(contract, form, step, values));
  const auto& fields = step.empty() ? form.fields : form.step(step)->fills;
  YAGURA_TRY(auto more,
             attachment_faults(api.ground, contract, who(request).actor.account, fields, values, before));
  faults.insert(faults.end(), more.begin(), more.end());
  return faults;
}

Result<Response> submit(const RequestApi& api, Request& request, const SubmitBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  const auto pack = api.ground.pack(contract);
  const auto* form = form_of(pack, body.form);
  if (form == nullptr) return fail("flow.form_not_found");
  const auto values = values_of(body.values);
  YAGURA_TRY(const auto faults, faults_of(api, request, contract, *form, "", values, {}));
  if (!faults.empty()) return faults_answer(api.ground, request, faults);
  YAGURA_TRY(const auto decider, decider_of(api, request, contract));
  YAGURA_TRY(const auto made, api.requests.submit(who(request).actor, decider, contract, body.form, values));
  return detail(api, request, contract, made, 201);
}

// Whoever acts on a request must first be able to see it: an answer tells nothing of others' requests.
Result<flow::Request> seen(const RequestApi& api, const Request& request, const std::string& contract,
                           const flow::Decider& decider, Id id) {
  YAGURA_TRY(auto found, api.requests.get(contract, id));
  if (found.submitter.account != decider.account && decidable(found, decider).empty() &&
      !decided(found, decider.account) && !may(request, contract, kSeesAll))
    return fail("flow.request_not_found");
  return found;
}

// Always sent as a file to save and never as a page, as every attachment.
Result<Response> get_request_file(const RequestApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto decider, decider_of(api, request, contract));
  YAGURA_TRY(const auto found, seen(api, request, contract, decider, id));
  const auto pack = api.ground.pack(contract);
  const auto* form = form_of(pack, found.form);
  const auto name = request.param("field");
  const auto* field = form == nullptr ? nullptr : form->field(name);
  const auto value = found.values.find(name);
  if (field == nullptr || field->type != "attachment" || value == found.values.end())
    return fail("web.not_found");
  const bool involved = found.submitter.account == decider.account || !decidable(found, decider).empty() ||
                        decided(found, decider.account);
  if (field->personal && !involved && !may(request, contract, "personal_read")) return fail("web.not_found");
  Id file = 0;
  const auto& text = value->second;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), file);
  if (ec != std::errc{} || end != text.data() + text.size()) return fail("web.not_found");
  YAGURA_TRY(auto sent, api.ground.ledgers.attachment(contract, file, decider.account));
  if (field->personal && found.submitter.account != decider.account)
    YAGURA_CHECK(note_personal_read(api.ground, request, contract, "request/" + std::to_string(found.id),
                                    Value::object({{"number", found.number}})));
  Response response = Response::text(200, std::move(sent.second));
  response.headers.set("Content-Type", "application/octet-stream");
  response.download_as(sent.first.name);
  return response;
}

Result<Response> decide(const RequestApi& api, Request& request, const DecisionBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto decider, decider_of(api, request, contract));
  YAGURA_TRY(const auto found, seen(api, request, contract, decider, id));
  const flow::Requests::Act act{id, body.version, body.step, body.note, values_of(body.values)};
  const auto& actor = who(request).actor;
  if (body.decision == Decide::approve) {
    // Faults of the step's own fields are told one by one, as a form's are.
    const auto pack = api.ground.pack(contract);
    const auto* form = form_of(pack, found.form);
    if (form != nullptr && form->step(body.step) != nullptr) {
      auto values = found.values;
      for (const auto& [name, value] : act.values) values[name] = value;
      YAGURA_TRY(const auto faults,
                 faults_of(api, request, contract, *form, body.step, values, found.values));
      if (!faults.empty() && found.version == body.version) return faults_answer(api.ground, request, faults);
    }
    YAGURA_TRY(const auto done, api.requests.approve(actor, decider, contract, act));
    return detail(api, request, contract, done);
  }
  YAGURA_TRY(const auto done, body.decision == Decide::reject
                                  ? api.requests.reject(actor, decider, contract, act)
                                  : api.requests.send_back(actor, decider, contract, act));
  return detail(api, request, contract, done);
}

Result<Response> withdraw(const RequestApi& api, Request& request, const ActBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto decider, decider_of(api, request, contract));
  YAGURA_CHECK(seen(api, request, contract, decider, id));
  YAGURA_TRY(const auto done,
             api.requests.withdraw(who(request).actor, contract, {id, body.version, "", body.note, {}}));
  return detail(api, request, contract, done);
}

Result<Response> resubmit(const RequestApi& api, Request& request, const ActBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto decider, decider_of(api, request, contract));
  YAGURA_TRY(const auto found, seen(api, request, contract, decider, id));
  const auto pack = api.ground.pack(contract);
  if (const auto* form = form_of(pack, found.form);
      form != nullptr && found.submitter.account == decider.account) {
    flow::Values values;
    for (const auto& field : form->fields) {
      if (const auto old = found.values.find(field.id); old != found.values.end())
        values[field.id] = old->second;
      if (const auto changed = body.values.find(field.id); changed != body.values.end())
        values[field.id] = changed->second;
    }
    YAGURA_TRY(const auto faults, faults_of(api, request, contract, *form, "", values, found.values));
    if (!faults.empty()) return faults_answer(api.ground, request, faults);
  }
  YAGURA_TRY(const auto done,
             api.requests.resubmit(who(request).actor, contract,
                                   {id, body.version, "", body.note, values_of(body.values)}));
  return detail(api, request, contract, done);
}

Result<Response> reroute(const RequestApi& api, Request& request, const RouteBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kMends));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto done,
             api.requests.reroute(who(request).actor, contract,
                                  {id, body.version, body.step, body.reason, {}}, body.person));
  return detail(api, request, contract, done);
}

Result<Response> retry(const RequestApi& api, Request& request, const RetryBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kMends));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto done, api.requests.retry(who(request).actor, contract,
                                                 {id, body.version, body.step, "", {}}, body.effect));
  return detail(api, request, contract, done);
}

Result<Response> list_deputies(const RequestApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(auto found, api.requests.deputies(contract));
  const Id me = who(request).actor.account;
  // Who is away when is nobody's business but theirs and the desk's.
  if (!may(request, contract, kSeesAll))
    std::erase_if(found,
                  [&](const flow::Deputy& d) { return d.person.account != me && d.deputy.account != me; });
  return answer(items_value(each_of(found, deputy_value)));
}

// One's own deputy, or anybody's by those who manage people.
Result<Response> add_deputy(const RequestApi& api, Request& request, const DeputyBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  const auto& principal = who(request);
  if (body.person != principal.actor.account && !may(request, contract, kMends))
    return fail("web.forbidden", {{"permission", kMends}});
  YAGURA_TRY(
      const auto made,
      api.requests.add_deputy(principal.actor,
                              {0, contract, {body.person, {}}, {body.deputy, {}}, body.from, body.until}));
  return answer(201, deputy_value(made));
}

Result<Response> end_deputy(const RequestApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const Id id, id_of(request));
  const auto& principal = who(request);
  YAGURA_TRY(const auto all, api.requests.deputies(contract));
  const auto found = std::ranges::find(all, id, &flow::Deputy::id);
  if (found == all.end()) return fail("flow.not_there", {{"field", "deputy"}});
  if (found->person.account != principal.actor.account && !may(request, contract, kMends))
    return fail("web.forbidden", {{"permission", kMends}});
  YAGURA_CHECK(api.requests.end_deputy(principal.actor, contract, id));
  return Response{.status = 204};
}

template <class Handle>
Handler asked(const RequestApi& api, Handle handle) {
  return [&api, handle](Request& request) -> Result<Response> { return handle(api, request); };
}

template <class T, class Handle>
Handler sent(const RequestApi& api, Handle handle) {
  return with_body<T>(api.ground, [&api, handle](const Api&, Request& request, const T& body) {
    return handle(api, request, body);
  });
}

// Fields of 20,000 bytes each, escaped.
constexpr std::uint64_t long_text = 512 * 1024;

}  // namespace

void add_request_routes(Router& router, const RequestApi& api) {
  const auto get = [&](const char* pattern, const char* operation, auto handle) {
    router.add({.method = Method::get,
                .pattern = pattern,
                .operation = operation,
                .handler = asked(api, handle),
                .permission = kAsks});
  };
  get("/api/v1/forms", "listForms", list_forms);
  get("/api/v1/forms/{form}", "getForm", get_form);
  get("/api/v1/forms/{form}/fields/{field}/rows", "listFormRows", list_form_rows);
  get("/api/v1/colleagues", "listColleagues", list_colleagues);
  get("/api/v1/requests", "listRequests", list_requests);
  get("/api/v1/requests/{id}", "getRequest", get_request);
  get("/api/v1/requests/{id}/files/{field}", "getRequestFile", get_request_file);
  get("/api/v1/deputies", "listDeputies", list_deputies);

  const auto write = [&](Method method, const char* pattern, const char* operation, Handler handler,
                         const char* permission) {
    router.add({.method = method,
                .pattern = pattern,
                .operation = operation,
                .handler = std::move(handler),
                .permission = permission,
                .rate = RateClass::write,
                .body_limit = long_text});
  };
  write(Method::post, "/api/v1/requests", "submitRequest", sent<SubmitBody>(api, submit), kAsks);
  write(Method::post, "/api/v1/requests/{id}/decision", "decideRequest", sent<DecisionBody>(api, decide),
        kAsks);
  write(Method::post, "/api/v1/requests/{id}/withdrawal", "withdrawRequest", sent<ActBody>(api, withdraw),
        kAsks);
  write(Method::post, "/api/v1/requests/{id}/submission", "resubmitRequest", sent<ActBody>(api, resubmit),
        kAsks);
  write(Method::post, "/api/v1/requests/{id}/route", "rerouteRequest", sent<RouteBody>(api, reroute), kMends);
  write(Method::post, "/api/v1/requests/{id}/effects", "retryEffect", sent<RetryBody>(api, retry), kMends);
  write(Method::post, "/api/v1/deputies", "addDeputy", sent<DeputyBody>(api, add_deputy), kAsks);
  write(Method::del, "/api/v1/deputies/{id}", "endDeputy", asked(api, end_deputy), kAsks);
}

}  // namespace yagura::web
