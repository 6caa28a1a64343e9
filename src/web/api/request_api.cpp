#include "web/api/request_api.hpp"

#include "web/api/asked.hpp"
#include "web/api/desk_bodies.hpp"
#include "web/api/request_choices.hpp"
#include "web/api/request_view.hpp"

namespace yagura::web {
namespace {

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

flow::Values values_of(const std::map<std::string, std::string>& given) {
  return {given.begin(), given.end()};
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
