#include "web/api/asked.hpp"
#include "web/api/ground_routes.hpp"

namespace yagura::web {
namespace {

Result<Response> list_credentials(const Api& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, request.route->permission));
  YAGURA_TRY(const auto all, api.credentials.list(contract));
  return answer(items_value(each_of(all, [](const ledger::Credential& c) {
    return Value::object({{"name", c.name},
                          {"kind", word(c.kind)},
                          {"user", c.user},
                          {"changed", time_value(c.changed)},
                          {"changed_by", c.changed_by},
                          {"used_by", c.used_by}});
  })));
}

struct CredentialWish {
  std::string name, user;
  ledger::CredentialKind kind = ledger::CredentialKind::ssh_password;
  ledger::Secret secret;
};
template <class V>
void shape(V& v, CredentialWish& b) {
  v.required("name", b.name);
  v.required("kind", b.kind);
  v.optional("user", b.user);
  v.optional("secret", b.secret.secret);
  v.optional("auth", b.secret.auth);
  v.optional("auth_password", b.secret.auth_password);
  v.optional("privacy", b.secret.privacy);
  v.optional("privacy_password", b.secret.privacy_password);
}

Result<Response> store_credential(const Api& api, const Request& request, const CredentialWish& body) {
  YAGURA_TRY(const auto contract, contract_of(request, request.route->permission));
  YAGURA_CHECK(
      api.credentials.put(who(request).actor, contract, body.name, body.kind, body.user, body.secret));
  return Response::no_content();
}

Result<Response> remove_credential(const Api& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, request.route->permission));
  YAGURA_CHECK(api.credentials.remove(who(request).actor, contract, std::string(request.param("name"))));
  return Response::no_content();
}

}  // namespace

void add_credential_routes(Router& router, const Api& api) {
  router.add({.method = Method::get,
              .pattern = "/api/v1/credentials",
              .operation = "listCredentials",
              .handler = plain(api, list_credentials),
              .permission = "credential_write"});
  router.add({.method = Method::post,
              .pattern = "/api/v1/credentials",
              .operation = "storeCredential",
              .handler = with_body<CredentialWish>(api, store_credential),
              .permission = "credential_write",
              .rate = RateClass::write});
  router.add({.method = Method::del,
              .pattern = "/api/v1/credentials/{name}",
              .operation = "removeCredential",
              .handler = plain(api, remove_credential),
              .permission = "credential_write",
              .rate = RateClass::write});
}

}  // namespace yagura::web
