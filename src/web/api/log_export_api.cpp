// Found events as files with their proof, made as jobs, taken by whoever made them.
#include "web/api/job_json.hpp"
#include "web/api/log_asking.hpp"

namespace yagura::web {

namespace ls = log_search;

namespace {

struct ExportBody : LogQuestionBody {
  std::string format;
  bool seals = false;
};
template <class V>
void shape(V& v, ExportBody& b) {
  shape_question(v, b);
  v.required("format", b.format);
  v.optional("seals", b.seals);
  if constexpr (V::reading) {
    if (b.format != "xlsx" && b.format != "csv" && !b.format.empty())
      v.fault("format", {"schema.not_a_choice", {{"path", "format"}, {"choices", "xlsx, csv"}}});
  }
}

Value export_value(const ls::Export& e) {
  return Value::object({{"id", e.id},
                        {"format", word(e.format)},
                        {"query", e.query},
                        {"purpose", e.purpose},
                        {"rows", e.rows},
                        {"partial", e.partial},
                        {"proved", e.proved ? Value(*e.proved) : Value()},
                        {"sha256", e.sha256},
                        {"entry", e.entry},
                        {"size", e.size},
                        {"made_at", time_value(e.made_at)},
                        {"there", e.there}});
}

Result<Response> start_export(const LogApi& api, Request& request, const ExportBody& body) {
  YAGURA_TRY(const auto searching, begin_log_search(api, request, body, true));
  const auto format = body.format == "csv" ? ls::ExportFormat::csv : ls::ExportFormat::xlsx;
  const auto work = [&api, by = who(request).actor, reading = searching.reading,
                     purpose = searching.purpose->said, format,
                     seals = body.seals](JobRun& run) -> Result<std::string> {
    const auto most = format == ls::ExportFormat::csv ? ls::Exports::most_csv : ls::Exports::most_xlsx;
    const auto step = [&](std::int64_t rows) {
      run.progress(0.95 * static_cast<double>(rows) / static_cast<double>(most),
                   std::to_string(rows) + "件を書き出しました", std::to_string(rows) + " rows written");
      return !run.cancelled();
    };
    YAGURA_TRY(const auto made, api.logs.exports.make(by, reading, purpose, format, step, seals));
    return std::to_string(made.id);
  };
  YAGURA_TRY(const Id job, api.ground.jobs.submit({.account = request.caller.account,
                                                   .kind = "export.logs",
                                                   .title_ja = "ログの書出し",
                                                   .title_en = "Export of logs"},
                                                  work));
  return job_answer(api.ground, request, job);
}

Result<Response> list_exports(const LogApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kSeesLogs));
  YAGURA_TRY(const auto all, api.logs.exports.of(contract, who(request).actor.account));
  return answer(items_value(each_of(all, export_value)));
}

Result<Response> take_export(const LogApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kSeesLogs));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto made, api.logs.exports.get(contract, who(request).actor.account, id));
  const bool csv = made.format == ls::ExportFormat::csv;
  YAGURA_TRY(auto response, Response::file(api.logs.exports.file_of(made).string(),
                                           csv ? std::string_view("application/zip") : kXlsx));
  response.headers.set("Cache-Control", "no-store");
  response.download_as("ログ_" + contract + "_" + std::to_string(id) + (csv ? ".zip" : ".xlsx"));
  return response;
}

}  // namespace

void add_log_export_routes(Router& router, const LogApi& api) {
  router.add({.method = Method::get,
              .pattern = "/api/v1/log-search/exports",
              .operation = "listLogExports",
              .handler = on_logs(api, list_exports),
              .permission = kSeesLogs});
  router.add({.method = Method::post,
              .pattern = "/api/v1/log-search/exports",
              .operation = "startLogExport",
              .handler = on_logs_with<ExportBody>(api, start_export),
              .permission = kSeesLogs,
              .rate = RateClass::heavy});
  router.add({.method = Method::get,
              .pattern = "/api/v1/log-search/exports/{id}/file",
              .operation = "getLogExportFile",
              .handler = on_logs(api, take_export),
              .permission = kSeesLogs,
              .rate = RateClass::read});
}

}  // namespace yagura::web
