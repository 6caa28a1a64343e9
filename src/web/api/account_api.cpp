#include "web/api/asked.hpp"
#include "web/api/ground_routes.hpp"
#include "web/api/owner_proof.hpp"
#include "web/api/session_api.hpp"

namespace yagura::web {

using people::OwnerProof;

namespace {

struct AccountChange {
  std::optional<std::string> language, mail;
};
template <class V>
void shape(V& v, AccountChange& b) {
  v.optional("language", b.language);
  v.optional("mail", b.mail);
}

Result<Response> change_account(const Api& api, const Request& request, const AccountChange& body) {
  auto principal = who(request);
  YAGURA_TRY(const auto person, api.people.change(principal.actor, principal.actor.account,
                                                  {.mail = body.mail, .language = body.language}));
  principal.mail = person.mail;
  principal.language = person.language;
  YAGURA_TRY(const auto value, session_value(api, principal));
  return answer(value);
}

struct PasswordChange {
  std::string current, password;
};
template <class V>
void shape(V& v, PasswordChange& b) {
  v.required("current", b.current);
  v.required("password", b.password);
}

Result<Response> change_password(const Api& api, const Request& request, const PasswordChange& body) {
  YAGURA_CHECK(ending_streams(api, who(request).actor.account, [&] {
    return api.people.change_password(who(request), body.current, body.password);
  }));
  return Response::no_content();
}

struct Code {
  std::string code;
};
template <class V>
void shape(V& v, Code& b) {
  v.required("code", b.code);
}

Value codes_value(const std::vector<std::string>& codes) {
  return Value::object({{"codes", Value(texts(codes))}});
}

Result<Response> begin_totp(const Api& api, const Request& request, const OwnerProof& proof) {
  YAGURA_TRY(const auto enrolment, api.people.begin_totp(who(request), proof));
  return answer(Value::object({{"uri", enrolment.uri}, {"secret", enrolment.secret}}));
}

Result<Response> finish_totp(const Api& api, const Request& request, const Code& body) {
  YAGURA_TRY(const auto codes, api.people.finish_totp(who(request), body.code));
  return answer(codes_value(codes));
}

Result<Response> remove_totp(const Api& api, const Request& request, const OwnerProof& proof) {
  YAGURA_CHECK(api.people.remove_totp(who(request), proof));
  return Response::no_content();
}

Result<Response> renew_recovery_codes(const Api& api, const Request& request, const OwnerProof& proof) {
  YAGURA_TRY(const auto codes, api.people.renew_recovery_codes(who(request), proof));
  return answer(codes_value(codes));
}

Result<Response> list_sessions(const Api& api, const Request& request) {
  YAGURA_TRY(const auto sessions, api.people.sessions(who(request).actor.account));
  return answer(items_value(each_of(sessions, [&](const people::OpenSession& s) {
    return Value::object({{"id", s.id},
                          {"origin", s.origin},
                          {"agent", s.agent},
                          {"started", time_value(s.started)},
                          {"last_seen", time_value(s.last_seen)},
                          {"current", s.id == who(request).session}});
  })));
}

Result<Response> end_session(const Api& api, const Request& request) {
  YAGURA_TRY(const auto id, id_of(request));
  YAGURA_CHECK(ending_streams(api, who(request).actor.account,
                              [&] { return api.people.end_session(who(request), id); }));
  auto response = Response::no_content();
  if (id == who(request).session) take_cookie(response);
  return response;
}

Value token_value(const people::ApiToken& t) {
  return Value::object({{"id", t.id},
                        {"name", t.name},
                        {"scopes", Value(texts(t.scopes))},
                        {"created", time_value(t.created)},
                        {"expires", time_value(t.expires)},
                        {"last_used", time_value(t.last_used)}});
}

Result<Response> list_tokens(const Api& api, const Request& request) {
  YAGURA_TRY(const auto tokens, api.people.tokens(who(request).actor.account));
  return answer(items_value(each_of(tokens, token_value)));
}

struct TokenWish {
  std::string name;
  std::vector<std::string> scopes;
  int days = 0;
};
template <class V>
void shape(V& v, TokenWish& b) {
  v.required("name", b.name);
  v.required("scopes", b.scopes);
  v.required("days", b.days);
}

Result<Response> create_token(const Api& api, const Request& request, const TokenWish& body) {
  YAGURA_TRY(const auto made, api.people.create_token(who(request), body.name, body.scopes, body.days));
  auto value = token_value(made.token);
  value.set("secret", made.secret);
  return answer(201, value);
}

Result<Response> revoke_token(const Api& api, const Request& request) {
  YAGURA_TRY(const auto id, id_of(request));
  YAGURA_CHECK(api.people.revoke_token(who(request), id));
  // Streams do not say which of a person's tokens opened them: all end, and those still good come back.
  api.streams.ended("token-of/" + std::to_string(who(request).actor.account), api.events);
  return Response::no_content();
}

}  // namespace

void add_account_routes(Router& router, const Api& api) {
  const auto add = [&](Method method, const char* path, const char* operation, Handler handler,
                       RateClass rate) {
    router.add({.method = method,
                .pattern = std::string("/api/v1/account") + path,
                .operation = operation,
                .handler = std::move(handler),
                .permission = kAtBrowser,
                .rate = rate,
                .body_limit = owner_proof_limit});
  };
  add(Method::patch, "", "changeAccount", with_body<AccountChange>(api, change_account), RateClass::write);
  add(Method::post, "/password", "changePassword", with_body<PasswordChange>(api, change_password),
      RateClass::sign_in);
  add(Method::post, "/totp", "beginTotp", with_body<OwnerProof>(api, begin_totp), RateClass::sign_in);
  add(Method::post, "/totp/remove", "removeTotp", with_body<OwnerProof>(api, remove_totp),
      RateClass::sign_in);
  add(Method::post, "/totp/confirm", "finishTotp", with_body<Code>(api, finish_totp), RateClass::sign_in);
  add(Method::post, "/recovery-codes", "renewRecoveryCodes", with_body<OwnerProof>(api, renew_recovery_codes),
      RateClass::sign_in);
  add(Method::get, "/sessions", "listSessions", plain(api, list_sessions), RateClass::read);
  add(Method::del, "/sessions/{id}", "endSession", plain(api, end_session), RateClass::write);
  add(Method::get, "/tokens", "listTokens", plain(api, list_tokens), RateClass::read);
  add(Method::post, "/tokens", "createToken", with_body<TokenWish>(api, create_token), RateClass::write);
  add(Method::del, "/tokens/{id}", "revokeToken", plain(api, revoke_token), RateClass::write);
}

}  // namespace yagura::web
