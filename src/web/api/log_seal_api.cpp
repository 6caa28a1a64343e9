// The seals of days of logs: list, check, proof of one PC or device.
#include "web/api/job_json.hpp"
#include "web/api/log_asking.hpp"

namespace yagura::web {

namespace ls = log_search;

namespace {

constexpr const char* kChecks = "journal_read";

Value check_value(const std::optional<ls::SealCheck>& check) {
  if (!check) return {};
  return Value::object(
      {{"finding", word(check->finding)}, {"who", check->who}, {"at", time_value(check->at)}});
}

Value seal_value(const ls::SealedDay& s) {
  return Value::object({{"kind", s.kind},
                        {"day", calendar::format_date(s.day)},
                        {"events", s.events},
                        {"sources", s.sources},
                        {"root", s.root},
                        {"entry", s.entry},
                        {"sealed_at", time_value(s.sealed_at)},
                        {"check", check_value(s.check)}});
}

Result<Response> list_seals(const LogApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kSeesLogs));
  YAGURA_TRY(const auto page, page_of(request));
  YAGURA_TRY(const auto before, number_cursor(page));
  YAGURA_TRY(auto found, api.logs.seals.list(contract, text_param(request, "kind"), before, page.limit + 1));
  std::string next;
  if (std::ssize(found) > page.limit) {
    found.pop_back();
    next = std::to_string(found.back().entry);
  }
  auto value = page_value(each_of(found, seal_value), next);
  value.set("may_check", may(request, contract, kChecks));
  return answer(value);
}

struct CheckBody {
  std::string kind, day;
};
template <class V>
void shape(V& v, CheckBody& b) {
  v.required("kind", b.kind);
  v.required("day", b.day);
}

Result<Response> check_seal(const LogApi& api, Request& request, const CheckBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kChecks));
  YAGURA_TRY(const auto day, calendar::parse_date(body.day));
  YAGURA_CHECK(api.logs.seals.find(contract, body.kind, day));
  const auto work = [&api, by = who(request).actor, contract, kind = body.kind,
                     day](JobRun&) -> Result<std::string> {
    YAGURA_CHECK(api.logs.seals.check(by, contract, kind, day));
    return std::string();
  };
  YAGURA_TRY(const Id job, api.ground.jobs.submit({.account = request.caller.account,
                                                   .kind = "check.seal",
                                                   .title_ja = "ログの封印の検証",
                                                   .title_en = "Check of a seal of logs"},
                                                  work));
  return job_answer(api.ground, request, job);
}

Result<Response> take_proof(const LogApi& api, const Request& request) {
  const auto kind = text_param(request, "kind");
  YAGURA_TRY(const auto contract, contract_of(request, api.logs.rules.right_of(kind)));
  YAGURA_TRY(const auto day, calendar::parse_date(text_param(request, "day")));
  const auto source = text_param(request, "source");
  YAGURA_TRY(auto text, api.logs.seals.proof(contract, kind, day, source));
  auto response = Response::text(200, std::move(text));
  response.headers.set("Cache-Control", "no-store");
  response.download_as("封印_" + contract + "_" + kind + "_" + calendar::format_date(day) + ".txt");
  return response;
}

}  // namespace

void add_log_seal_routes(Router& router, const LogApi& api) {
  router.add({.method = Method::get,
              .pattern = "/api/v1/log-seals",
              .operation = "listLogSeals",
              .handler = on_logs(api, list_seals),
              .permission = kSeesLogs});
  router.add({.method = Method::post,
              .pattern = "/api/v1/log-seals/checks",
              .operation = "checkLogSeal",
              .handler = on_logs_with<CheckBody>(api, check_seal),
              .permission = kChecks,
              .rate = RateClass::heavy});
  router.add({.method = Method::get,
              .pattern = "/api/v1/log-seals/proof",
              .operation = "getLogSealProof",
              .handler = on_logs(api, take_proof),
              .permission = kSeesLogs,
              .rate = RateClass::heavy});
}

}  // namespace yagura::web
