#include "web/api/erasure_api.hpp"

#include "web/api/asked.hpp"

namespace yagura::web {
namespace {

constexpr const char* kAgrees = "people_manage|roster_approve";

Value agreement_value(const Request& request, const ledger::ErasureAgreement& a) {
  const Id me = who(request).actor.account;
  return Value::object({{"id", a.id},
                        {"reason", a.reason},
                        {"manifest", a.manifest},
                        {"asked_name", a.asked_name},
                        {"asked_at", time_value(a.asked_at)},
                        {"approved_name", a.approved_name},
                        {"approved_at", time_value(a.approved_at)},
                        {"done_at", time_value(a.done_at)},
                        {"may_approve", !a.approved_at && a.asked_by != me}});
}

Result<std::string> contract_at_browser(const Request& request) {
  if (!is_safe(request.method) && who(request).session == 0) return fail("people.session_needed");
  return contract_of(request, kAgrees);
}

struct AskBody {
  std::string reason, manifest;
};
template <class V>
void shape(V& v, AskBody& b) {
  v.required("reason", b.reason);
  v.required("manifest", b.manifest);
}

}  // namespace

void add_erasure_routes(Router& router, const ErasureApi& api) {
  router.add({.method = Method::get,
              .pattern = "/api/v1/erasures",
              .operation = "listErasures",
              .handler = [&api](Request& request) -> Result<Response> {
                YAGURA_TRY(const auto contract, contract_at_browser(request));
                YAGURA_TRY(const auto all, api.erasures.list(contract));
                return answer(items_value(each_of(
                    all, [&](const ledger::ErasureAgreement& a) { return agreement_value(request, a); })));
              },
              .permission = kAgrees});
  router.add({.method = Method::post,
              .pattern = "/api/v1/erasures",
              .operation = "askErasure",
              .handler = with_body<AskBody>(
                  api.ground,
                  [&api](const Api&, Request& request, const AskBody& body) -> Result<Response> {
                    YAGURA_TRY(const auto contract, contract_at_browser(request));
                    YAGURA_TRY(const auto made,
                               api.erasures.ask(who(request).actor, contract, body.reason, body.manifest));
                    return answer(201, agreement_value(request, made));
                  }),
              .permission = kAgrees,
              .rate = RateClass::write});
  router.add({.method = Method::post,
              .pattern = "/api/v1/erasures/{id}/approval",
              .operation = "approveErasure",
              .handler = [&api](Request& request) -> Result<Response> {
                YAGURA_TRY(const auto contract, contract_at_browser(request));
                YAGURA_TRY(const Id id, id_of(request));
                YAGURA_TRY(const auto done, api.erasures.approve(who(request).actor, contract, id));
                return answer(agreement_value(request, done));
              },
              .permission = kAgrees,
              .rate = RateClass::write});
}

}  // namespace yagura::web
