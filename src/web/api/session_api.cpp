#include "web/api/session_api.hpp"

#include "web/api/asked.hpp"
#include "web/api/ground_routes.hpp"
#include "web/api/passkey_api.hpp"
#include "web/server/cookie.hpp"

namespace yagura::web {

Value directory_value(const Api& api, std::string_view id) {
  if (id.empty()) return {};
  const auto known = api.people.directories().find(id);
  const bool found = known != api.people.directories().end();
  return Value::object({{"id", Value(id)},
                        {"name", found ? text2(known->second.name_ja, known->second.name_en) : text2(id, id)},
                        {"kind", found && known->second.sign_on ? "sign_on" : "password"}});
}

Result<Value> session_value(const Api& api, const people::Principal& p) {
  Value contracts = Value::array();
  for (const auto& grant : p.grants) {
    Value permissions = Value::array();
    for (const auto& permission : grant.permissions)
      if (p.may(grant.contract, permission)) permissions.push(Value(permission));
    const auto pack = api.pack(grant.contract);
    contracts.push(Value::object({{"id", grant.contract},
                                  {"name", pack ? text2(pack->name) : text2(grant.contract, grant.contract)},
                                  {"role", Value(people::name_of(grant.role))},
                                  {"permissions", std::move(permissions)}}));
  }
  YAGURA_TRY(const auto codes_left, api.people.recovery_codes_left(p.actor.account));
  Value out = Value::object({{"state", "signed_in"}});
  if (p.session != 0) out.set("csrf", CsrfGuard(api.csrf_key).token_for(stream_key(p)));
  out.set("account", Value::object({{"id", p.actor.account},
                                    {"login", p.login},
                                    {"name", p.actor.name},
                                    {"mail", p.mail},
                                    {"language", p.language},
                                    {"directory", directory_value(api, p.directory)}}));
  out.set("contracts", std::move(contracts));
  out.set("expires", time_value(p.expires));
  out.set("recovery_codes_left", codes_left);
  return out;
}

void give_cookie(Response& response, std::string_view cookie) {
  response.headers.add("Set-Cookie", set_cookie(kSessionCookie, cookie));
}

void take_cookie(Response& response) {
  response.headers.add("Set-Cookie", set_cookie(kSessionCookie, "", std::chrono::seconds(0)));
}

Result<void> end_session_of_browser(const Api& api, const Request& request) {
  const auto* p = who_if_any(request);
  if (!p || p->session == 0) return {};
  YAGURA_CHECK(api.people.sign_out(request.cookie("__Host-yagura")));
  api.streams.ended(stream_key(*p), api.events);
  return {};
}

namespace {

std::string_view cookie_of(const Request& request) { return request.cookie("__Host-yagura"); }

Result<Response> get_session(const Api& api, const Request& request) {
  if (const auto* p = who_if_any(request)) {
    YAGURA_TRY(auto value, session_value(api, *p));
    set_passkeys(api, request, value);
    return answer(value);
  }
  Value value = Value::object({{"state", second_factor_due(request) ? "second_factor" : "signed_out"}});
  set_passkeys(api, request, value);
  if (api.people.takes_tickets()) value.set("takes_tickets", true);
  return answer(value);
}

struct SignIn {
  std::string login, password;
};
template <class V>
void shape(V& v, SignIn& b) {
  v.required("login", b.login);
  v.required("password", b.password);
}

Result<Response> sign_in(const Api& api, const Request& request, const SignIn& body) {
  if (body.login.size() > 200 || body.password.size() > 1000) return fail("people.sign_in_refused");
  YAGURA_TRY(const auto signed_in, api.people.sign_in(body.login, body.password, request.client_address,
                                                      request.headers.get("User-Agent")));
  YAGURA_CHECK(end_session_of_browser(api, request));
  auto response =
      answer(Value::object({{"state", signed_in.second_factor_missing ? "second_factor" : "signed_in"}}));
  give_cookie(response, signed_in.cookie);
  return response;
}

struct SecondFactor {
  std::string code, recovery_code;
};
template <class V>
void shape(V& v, SecondFactor& b) {
  v.optional("code", b.code);
  v.optional("recovery_code", b.recovery_code);
}

Result<Response> second_factor(const Api& api, const Request& request, const SecondFactor& body) {
  auto cookie =
      body.recovery_code.empty()
          ? api.people.second_factor(cookie_of(request), body.code, request.client_address)
          : api.people.recovery_code(cookie_of(request), body.recovery_code, request.client_address);
  // At sign-in a wrong code is a refused sign-in (401), elsewhere a mistake in a form.
  if (!cookie && cookie.error().code == "people.code_wrong") return fail("web.second_factor_wrong");
  YAGURA_CHECK(cookie);
  YAGURA_TRY(const auto principal, api.people.principal(*cookie, request.client_address));
  YAGURA_TRY(const auto value, session_value(api, principal));
  auto response = answer(value);
  give_cookie(response, *cookie);
  return response;
}

Result<Response> sign_out(const Api& api, const Request& request) {
  if (!who_if_any(request) && !second_factor_due(request)) return fail("web.sign_in_needed");
  if (const auto* p = who_if_any(request); p && p->session == 0) return fail("people.session_needed");
  YAGURA_CHECK(api.people.sign_out(cookie_of(request)));
  if (const auto* p = who_if_any(request); p && p->session != 0)
    api.streams.ended(stream_key(*p), api.events);
  auto response = Response::no_content();
  take_cookie(response);
  return response;
}

struct SetupToken {
  std::string token;
};
template <class V>
void shape(V& v, SetupToken& b) {
  v.required("token", b.token);
}
struct SetupPassword {
  std::string token, password;
};
template <class V>
void shape(V& v, SetupPassword& b) {
  v.required("token", b.token);
  v.required("password", b.password);
}
struct SetupCode {
  std::string token, code;
};
template <class V>
void shape(V& v, SetupCode& b) {
  v.required("token", b.token);
  v.required("code", b.code);
}

Result<Response> look_at_setup(const Api& api, const Request&, const SetupToken& body) {
  YAGURA_TRY(const auto invited, api.people.look(body.token));
  return answer(Value::object({{"login", invited.person.login},
                               {"name", invited.person.name},
                               {"directory", directory_value(api, invited.person.directory)},
                               {"proven", invited.proven},
                               {"expires", time_value(invited.expires)}}));
}

Result<Response> begin_setup(const Api& api, const Request&, const SetupPassword& body) {
  YAGURA_TRY(const auto enrolment, api.people.begin_setup(body.token, body.password));
  return answer(Value::object({{"uri", enrolment.uri}, {"secret", enrolment.secret}}));
}

Result<Response> finish_setup(const Api& api, const Request& request, const SetupCode& body) {
  YAGURA_TRY(const auto invited, api.people.look(body.token));
  YAGURA_TRY(const auto finished, ending_streams(api, invited.person.id, [&] {
               return api.people.finish_setup(body.token, body.code, request.client_address,
                                              request.headers.get("User-Agent"));
             }));
  auto response = answer(Value::object({{"codes", Value(texts(finished.recovery_codes))}}));
  give_cookie(response, finished.cookie);
  return response;
}

}  // namespace

void add_session_routes(Router& router, const Api& api) {
  const auto add = [&](Method method, const char* path, const char* operation, Handler handler,
                       RateClass rate) {
    router.add({.method = method,
                .pattern = path,
                .operation = operation,
                .handler = std::move(handler),
                .rate = rate,
                .body_limit = 8 * 1024});
  };
  add(Method::get, "/api/v1/session", "getSession", plain(api, get_session), RateClass::read);
  add(Method::post, "/api/v1/session", "signIn", with_body<SignIn>(api, sign_in), RateClass::sign_in);
  add(Method::del, "/api/v1/session", "signOut", plain(api, sign_out), RateClass::write);
  add(Method::post, "/api/v1/session/second-factor", "giveSecondFactor",
      with_body<SecondFactor>(api, second_factor), RateClass::sign_in);
  add(Method::post, "/api/v1/setup", "beginSetup", with_body<SetupPassword>(api, begin_setup),
      RateClass::sign_in);
  add(Method::post, "/api/v1/setup/look", "lookAtSetup", with_body<SetupToken>(api, look_at_setup),
      RateClass::sign_in);
  add(Method::post, "/api/v1/setup/confirm", "finishSetup", with_body<SetupCode>(api, finish_setup),
      RateClass::sign_in);
}

}  // namespace yagura::web
