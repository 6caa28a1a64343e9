// Signing in at a provider of identities: where to go, and what came back.
//
// The browser comes back to a page of the screens (/sign-on/<provider>), which posts what it brought: so the
// cookie of the attempt is as strict as the session's, and what went wrong is a problem like any other.
#include "web/api/asked.hpp"
#include "web/api/ground_routes.hpp"
#include "web/api/session_api.hpp"
#include "web/server/cookie.hpp"
#include "web/server/target.hpp"

namespace yagura::web {
namespace {

constexpr std::string_view attempt_cookie = "yagura-sign-on";

Result<Response> list_sign_on(const Api& api, const Request&) {
  std::vector<Value> out;
  for (const auto& [id, known] : api.people.directories())
    if (known.sign_on) out.push_back(directory_value(api, id));
  return answer(items_value(std::move(out)));
}

struct Begin {
  std::string provider, setup_token;
};
template <class V>
void shape(V& v, Begin& b) {
  v.required("provider", b.provider);
  v.optional("setup_token", b.setup_token);
}

Result<Response> begin_sign_on(const Api& api, const Request&, const Begin& body) {
  YAGURA_TRY(const auto begun, api.people.begin_sign_on(body.provider, body.setup_token));
  auto response = answer(Value::object({{"address", begun.address}}));
  response.headers.add("Set-Cookie", set_cookie(attempt_cookie, begun.cookie,
                                                std::chrono::seconds(people::People::sign_on_lasts)));
  return response;
}

struct Finish {
  std::string provider;
  people::SignOnAnswer answer;
};
template <class V>
void shape(V& v, Finish& b) {
  v.required("provider", b.provider);
  v.required("state", b.answer.state);
  v.optional("code", b.answer.code);
  v.optional("iss", b.answer.issuer);
  v.optional("error", b.answer.error);
}

Result<Response> finish_sign_on(const Api& api, const Request& request, const Finish& body) {
  YAGURA_TRY(const auto end,
             api.people.finish_sign_on(body.provider, request.cookie("__Host-yagura-sign-on"), body.answer,
                                       request.client_address, request.headers.get("User-Agent")));
  Value said = Value::object({{"state", "setup"}});
  if (!end.setup_token.empty())
    said.set("setup_token", end.setup_token);
  else
    said.set("state", end.signed_in.second_factor_missing ? "second_factor" : "signed_in");
  auto response = answer(said);
  if (end.setup_token.empty()) {
    YAGURA_CHECK(end_session_of_browser(api, request));
    give_cookie(response, end.signed_in.cookie);
  }
  response.headers.add("Set-Cookie", set_cookie(attempt_cookie, "", std::chrono::seconds(0)));
  return response;
}

people::SignOn* saml_of(const Api& api, const Request& request) {
  const auto known = api.people.directories().find(request.param("provider"));
  const bool found = known != api.people.directories().end() && known->second.sign_on &&
                     !known->second.sign_on->metadata().empty();
  return found ? known->second.sign_on.get() : nullptr;
}

Result<Response> get_metadata(const Api& api, const Request& request) {
  const auto* saml = saml_of(api, request);
  if (!saml) return fail("web.not_found");
  auto response = Response::text(200, saml->metadata());
  response.headers.set("Content-Type", "application/samlmetadata+xml");
  return response;
}

// Nothing is judged here, and nobody's session looked at: the browser goes on to the page, which asks with
// the cookie of the attempt.
Result<Response> take_response(const Api& api, const Request& request) {
  if (!saml_of(api, request)) return fail("web.not_found");
  YAGURA_TRY(const auto form, parse_query(request.body));
  const auto state = form.find("RelayState").value_or("");
  if (auto kept =
          api.people.keep_response(request.param("provider"), state, form.find("SAMLResponse").value_or(""));
      !kept && kept.error().code != "people.sign_on_expired")
    return std::unexpected(kept.error());
  return Response::see_other("/sign-on/" + std::string(request.param("provider")) +
                             "?state=" + percent_encode(state.substr(0, 200)));
}

}  // namespace

void add_sign_on_routes(Router& router, const Api& api) {
  const auto add = [&](Method method, const char* path, const char* operation, Handler handler,
                       RateClass rate) {
    router.add({.method = method,
                .pattern = path,
                .operation = operation,
                .handler = std::move(handler),
                .rate = rate,
                .body_limit = 16 * 1024});
  };
  add(Method::get, "/api/v1/session/sign-on", "listSignOn", plain(api, list_sign_on), RateClass::read);
  add(Method::post, "/api/v1/session/sign-on", "beginSignOn", with_body<Begin>(api, begin_sign_on),
      RateClass::sign_in);
  // Each needs an attempt that was begun, and that has the rate of signing in.
  add(Method::post, "/api/v1/session/sign-on/finish", "finishSignOn", with_body<Finish>(api, finish_sign_on),
      RateClass::write);
  add(Method::get, "/api/v1/session/sign-on/{provider}/metadata", "getSignOnMetadata",
      plain(api, get_metadata), RateClass::read);
  router.add({.method = Method::post,
              .pattern = "/api/v1/session/sign-on/{provider}/response",
              .operation = "takeSignOnResponse",
              .handler = plain(api, take_response),
              .rate = RateClass::write,
              .body_limit = 320 * 1024,
              .from_other_sites = true});
}

}  // namespace yagura::web
