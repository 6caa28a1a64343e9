// Signing in with a ticket of the city's domain (SPNEGO over HTTP, RFC 4559), in place of the password.
//
// The browser sends the ticket by itself, whoever asks it to: so another site's page is refused before
// anything else, and what begins here is worth nothing without the second factor.
#include "base/base64.hpp"
#include "web/api/asked.hpp"
#include "web/api/ground_routes.hpp"
#include "web/api/session_api.hpp"
#include "web/server/security.hpp"

namespace yagura::web {
namespace {

constexpr std::string_view scheme = "Negotiate";

Response asked_for_ticket(const Api& api, const Request& request) {
  auto response = api.problems().of(Error{"people.ticket_missing", {}}, request.language, request.id);
  response.headers.add("WWW-Authenticate", scheme);
  return response;
}

Result<Response> sign_in_by_ticket(const Api& api, const Request& request) {
  if (!api.people.takes_tickets()) return fail("web.not_found");
  YAGURA_CHECK(check_same_site(request));
  const auto given = request.headers.get("Authorization");
  if (request.headers.count("Authorization") != 1 || given.size() <= scheme.size() ||
      !same_name(given.substr(0, scheme.size()), scheme) || given[scheme.size()] != ' ')
    return asked_for_ticket(api, request);
  const auto token = from_base64(given.substr(scheme.size() + 1)).value_or("");
  // One token, one answer: a browser that is refused is not asked again.
  YAGURA_TRY(const auto done,
             api.people.sign_in_by_ticket(token, request.tls_end_point ? *request.tls_end_point : "",
                                          request.client_address, request.headers.get("User-Agent")));
  YAGURA_CHECK(end_session_of_browser(api, request));
  auto response = answer(Value::object({{"state", "second_factor"}}));
  if (!done.answer.empty())
    response.headers.add("WWW-Authenticate", std::string(scheme) + ' ' + base64(done.answer));
  give_cookie(response, done.signed_in.cookie);
  return response;
}

}  // namespace

void add_kerberos_routes(Router& router, const Api& api) {
  router.add({.method = Method::get,
              .pattern = "/api/v1/session/kerberos",
              .operation = "signInByTicket",
              .handler = plain(api, sign_in_by_ticket),
              .rate = RateClass::sign_in});
}

}  // namespace yagura::web
