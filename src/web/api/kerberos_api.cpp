// Signing in with a ticket of the city's domain (SPNEGO over HTTP, RFC 4559), in place of the password.
//
// The browser sends the ticket by itself, whoever asks it to: so another site's page is refused before
// anything else, and what begins here is worth nothing without the second factor.
#include <openssl/evp.h>

#include "web/api/asked.hpp"
#include "web/api/ground_routes.hpp"
#include "web/api/session_api.hpp"
#include "web/server/security.hpp"

namespace yagura::web {
namespace {

constexpr std::string_view scheme = "Negotiate";

std::string to_base64(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

// "" for what is no base64.
std::string from_base64(std::string_view text) {
  const auto end = text.find_last_not_of('=');
  if (end == std::string_view::npos || text.size() % 4 != 0 || text.size() - end > 3) return {};
  const auto digits = text.substr(0, end + 1);
  if (digits.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") !=
      std::string_view::npos)
    return {};
  std::string out(text.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size())) < 0)
    return {};
  out.resize(out.size() - (text.size() - digits.size()));
  return out;
}

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
  const auto token = from_base64(given.substr(scheme.size() + 1));
  // One token, one answer: a browser that is refused is not asked again.
  YAGURA_TRY(const auto done,
             api.people.sign_in_by_ticket(token, request.tls_end_point ? *request.tls_end_point : "",
                                          request.client_address, request.headers.get("User-Agent")));
  YAGURA_CHECK(end_session_of_browser(api, request));
  auto response = answer(Value::object({{"state", "second_factor"}}));
  if (!done.answer.empty())
    response.headers.add("WWW-Authenticate", std::string(scheme) + ' ' + to_base64(done.answer));
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
