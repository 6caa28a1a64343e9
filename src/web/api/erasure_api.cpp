#include "web/api/erasure_api.hpp"

#include "web/api/asked.hpp"
#include "web/api/job_json.hpp"

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

Value export_value(const ledger::HandoverExport& e) {
  return Value::object({{"id", e.id},
                        {"made_at", time_value(e.made_at)},
                        {"made_by", e.made_by},
                        {"manifest", e.manifest},
                        {"sha256", e.sha256},
                        {"size", e.size},
                        {"there", e.there}});
}

Result<Response> start_handover(const ErasureApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_at_browser(request));
  const auto by = who(request).actor;
  YAGURA_TRY(const Id job,
             api.ground.jobs.submit(
                 {.account = request.caller.account,
                  .kind = "export.contract",
                  .title_ja = "引継ぎデータの書出し",
                  .title_en = "Hand-over of the contract"},
                 [&api, by, contract](JobRun& run) -> Result<std::string> {
                   const auto step = [&run](double done) {
                     run.progress(done, "契約のデータを書き出しています", "Writing the contract's data");
                     return !run.cancelled();
                   };
                   const auto fill = [&](const std::filesystem::path& folder, const auto& go_on) {
                     return api.hand_over(by, contract, folder, go_on);
                   };
                   YAGURA_TRY(const auto made, api.exports.make(by, contract, fill, step));
                   return std::to_string(made.id);
                 }));
  return job_answer(api.ground, request, job);
}

Result<Response> take_handover(const ErasureApi& api, const Request& request) {
  if (who(request).session == 0) return fail("people.session_needed");
  YAGURA_TRY(const auto contract, contract_of(request, kAgrees));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto path, api.exports.take(who(request).actor, contract, id));
  YAGURA_TRY(auto response, Response::file(path.string(), "application/x-tar"));
  response.headers.set("Cache-Control", "no-store");
  response.download_as("引継ぎ_" + contract + "_" + std::to_string(id) + ".tar");
  return response;
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
              .pattern = "/api/v1/handovers",
              .operation = "listHandovers",
              .handler = [&api](Request& request) -> Result<Response> {
                YAGURA_TRY(const auto contract, contract_at_browser(request));
                YAGURA_TRY(const auto all, api.exports.list(contract));
                return answer(items_value(each_of(all, export_value)));
              },
              .permission = kAgrees});
  router.add({.method = Method::post,
              .pattern = "/api/v1/handovers",
              .operation = "startHandover",
              .handler = [&api](Request& request) { return start_handover(api, request); },
              .permission = kAgrees,
              .rate = RateClass::heavy});
  router.add({.method = Method::get,
              .pattern = "/api/v1/handovers/{id}/file",
              .operation = "getHandoverFile",
              .handler = [&api](Request& request) { return take_handover(api, request); },
              .permission = kAgrees,
              .rate = RateClass::heavy});
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
