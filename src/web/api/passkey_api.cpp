#include "web/api/passkey_api.hpp"

#include "web/api/asked.hpp"
#include "web/api/ground_routes.hpp"
#include "web/api/owner_proof.hpp"
#include "web/api/session_api.hpp"

namespace yagura::web {

using people::PasskeyQuestion;
using people::webauthn::Assertion;
using people::webauthn::Creation;

void set_passkeys(const Api& api, const Request& request, Value& session) {
  const auto& rp = api.people.relying_party();
  session.set("passkey_address", rp ? Value(rp->origin) : Value());
  if (!second_factor_due(request)) return;
  if (const auto factors = api.people.second_factors(request.cookie("__Host-yagura")))
    session.set("second_factors", Value::object({{"code", factors->code}, {"passkey", factors->passkey}}));
}

namespace {

constexpr std::int64_t answer_within_ms = 300'000;

std::string_view cookie_of(const Request& request) { return request.cookie("__Host-yagura"); }

Value question_value(const PasskeyQuestion& q) {
  Value out = Value::object({{"challenge", q.challenge},
                             {"rp", q.rp},
                             {"credentials", Value(texts(q.credentials))},
                             {"user_verified", q.user_verified},
                             {"timeout_ms", answer_within_ms}});
  if (q.user.empty()) return out;
  Value algorithms = Value::array();
  for (const int one : people::webauthn::algorithms) algorithms.push(one);
  out.set("algorithms", std::move(algorithms));
  out.set("user", Value::object({{"id", q.user}, {"login", q.login}, {"name", q.name}}));
  return out;
}

Value passkey_value(const people::Passkey& p) {
  return Value::object({{"id", p.id},
                        {"name", p.name},
                        {"address", p.address},
                        {"state", word(p.state)},
                        {"made", time_value(p.made)},
                        {"last_used", time_value(p.last_used)}});
}

// Sign-in ------------------------------------------------------------------------------------------

// Between password and second factor it is the account's own that are asked for, else anybody's.
Result<Response> ask(const Api& api, const Request& request) {
  YAGURA_TRY(const auto question, second_factor_due(request)
                                      ? api.people.begin_passkey_factor(cookie_of(request))
                                      : api.people.begin_passkey_sign_in());
  return answer(question_value(question));
}

Result<Response> sign_in(const Api& api, const Request& request, const Assertion& used) {
  YAGURA_TRY(
      const auto cookie,
      second_factor_due(request)
          ? api.people.passkey_factor(cookie_of(request), used, request.client_address)
          : api.people.sign_in_by_passkey(used, request.client_address, request.headers.get("User-Agent")));
  // Whoever was signed in at this browser before is so no longer.
  if (const auto* p = who_if_any(request); p && p->session != 0) {
    YAGURA_CHECK(api.people.sign_out(cookie_of(request)));
    api.streams.ended(stream_key(*p), api.events);
  }
  YAGURA_TRY(const auto principal, api.people.principal(cookie, request.client_address));
  YAGURA_TRY(const auto value, session_value(api, principal));
  auto response = answer(value);
  give_cookie(response, cookie);
  return response;
}

// Set-up -------------------------------------------------------------------------------------------

struct SetupToken {
  std::string token;
};
template <class V>
void shape(V& v, SetupToken& b) {
  v.required("token", b.token);
}

struct SetupPasskey {
  std::string token, name;
  Creation made;
};
template <class V>
void shape(V& v, SetupPasskey& b) {
  v.required("token", b.token);
  v.required("name", b.name);
  v.required("client_data", b.made.client_data);
  v.required("attestation", b.made.attestation);
}

Result<Response> begin_setup(const Api& api, const Request&, const SetupToken& body) {
  YAGURA_TRY(const auto question, api.people.begin_setup_passkey(body.token));
  return answer(question_value(question));
}

Result<Response> finish_setup(const Api& api, const Request& request, const SetupPasskey& body) {
  YAGURA_TRY(const auto invited, api.people.look(body.token));
  YAGURA_TRY(const auto finished, ending_streams(api, invited.person.id, [&] {
               return api.people.finish_setup_by_passkey(body.token, body.name, body.made,
                                                         request.client_address,
                                                         request.headers.get("User-Agent"));
             }));
  auto response = answer(Value::object({{"codes", Value(texts(finished.recovery_codes))}}));
  give_cookie(response, finished.cookie);
  return response;
}

// Own account --------------------------------------------------------------------------------------

struct NewPasskey {
  std::string name;
  Creation made;
};
template <class V>
void shape(V& v, NewPasskey& b) {
  v.required("name", b.name);
  v.required("client_data", b.made.client_data);
  v.required("attestation", b.made.attestation);
}

struct Name {
  std::string name;
};
template <class V>
void shape(V& v, Name& b) {
  v.required("name", b.name);
}

Result<Response> list_passkeys(const Api& api, const Request& request) {
  YAGURA_TRY(const auto passkeys, api.people.passkeys(who(request).actor.account));
  YAGURA_TRY(const auto own, api.people.person(who(request).actor.account));
  Value out = items_value(each_of(passkeys, passkey_value));
  out.set("authenticator", own.authenticator);
  return answer(out);
}

Result<Response> ask_for_proof(const Api& api, const Request& request) {
  YAGURA_TRY(const auto question, api.people.begin_passkey_proof(who(request)));
  return answer(question_value(question));
}

Result<Response> begin_passkey(const Api& api, const Request& request, const people::OwnerProof& proof) {
  YAGURA_TRY(const auto question, api.people.begin_passkey(who(request), proof));
  return answer(question_value(question));
}

Result<Response> finish_passkey(const Api& api, const Request& request, const NewPasskey& body) {
  YAGURA_TRY(const auto made, api.people.finish_passkey(who(request), body.name, body.made));
  return answer(201, passkey_value(made));
}

Result<Response> rename_passkey(const Api& api, const Request& request, const Name& body) {
  YAGURA_TRY(const auto id, id_of(request));
  YAGURA_TRY(const auto renamed, api.people.rename_passkey(who(request), id, body.name));
  return answer(passkey_value(renamed));
}

Result<Response> remove_passkey(const Api& api, const Request& request, const people::OwnerProof& proof) {
  YAGURA_TRY(const auto id, id_of(request));
  YAGURA_CHECK(api.people.remove_passkey(who(request), id, proof));
  return Response::no_content();
}

}  // namespace

void add_passkey_routes(Router& router, const Api& api) {
  const auto add = [&](Method method, const char* path, const char* operation, const char* permission,
                       RateClass rate, Handler handler) {
    router.add({.method = method,
                .pattern = std::string("/api/v1") + path,
                .operation = operation,
                .handler = std::move(handler),
                .permission = permission,
                .rate = rate,
                .body_limit = owner_proof_limit});
  };
  constexpr auto guarded = RateClass::sign_in;
  add(Method::post, "/session/passkey/options", "askForPasskey", "", guarded, plain(api, ask));
  add(Method::post, "/session/passkey", "signInByPasskey", "", guarded, with_body<Assertion>(api, sign_in));
  add(Method::post, "/setup/passkey", "beginSetupPasskey", "", guarded,
      with_body<SetupToken>(api, begin_setup));
  add(Method::post, "/setup/passkey/confirm", "finishSetupPasskey", "", guarded,
      with_body<SetupPasskey>(api, finish_setup));
  add(Method::get, "/account/passkeys", "listPasskeys", kAtBrowser, RateClass::read,
      plain(api, list_passkeys));
  add(Method::post, "/account/passkeys/proof", "askForPasskeyProof", kAtBrowser, guarded,
      plain(api, ask_for_proof));
  add(Method::post, "/account/passkeys/options", "beginPasskey", kAtBrowser, guarded,
      with_body<people::OwnerProof>(api, begin_passkey));
  add(Method::post, "/account/passkeys", "registerPasskey", kAtBrowser, RateClass::write,
      with_body<NewPasskey>(api, finish_passkey));
  add(Method::patch, "/account/passkeys/{id}", "renamePasskey", kAtBrowser, RateClass::write,
      with_body<Name>(api, rename_passkey));
  add(Method::post, "/account/passkeys/{id}/remove", "removePasskey", kAtBrowser, guarded,
      with_body<people::OwnerProof>(api, remove_passkey));
}

}  // namespace yagura::web
