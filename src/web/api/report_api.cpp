#include "web/api/report_api.hpp"

#include <charconv>

#include "calendar/civil.hpp"
#include "report/monthly.hpp"
#include "web/api/asked.hpp"
#include "web/api/job_json.hpp"

namespace yagura::web {
namespace {

struct MakeBody {
  std::string kind, month;
};
template <class V>
void shape(V& v, MakeBody& b) {
  v.required("kind", b.kind);
  v.required("month", b.month);
  if constexpr (V::reading) {
    if (b.kind != "monthly" && !b.kind.empty())
      v.fault("kind", {"schema.not_a_choice", {{"path", "kind"}, {"choices", "monthly"}}});
  }
}

// "2026-04" and nothing else.
Result<calendar::Month> parse_month(std::string_view text) {
  calendar::Month month{};
  const auto number = [&](std::size_t at, std::size_t length, auto& out) {
    const auto* begin = text.data() + at;
    const auto [end, ec] = std::from_chars(begin, begin + length, out);
    return ec == std::errc{} && end == begin + length;
  };
  if (text.size() != 7 || text[0] == '-' || text[4] != '-' || !number(0, 4, month.year) ||
      !number(5, 2, month.month) || month.year < 2000 || month.month < 1 || month.month > 12)
    return fail("report.month_invalid");
  return month;
}

// What the contract calls the report, with a word for one that is not final.
calendar::Words title_of(const ReportApi& api, std::string_view contract, bool partial) {
  calendar::Words title{api.layout.title.ja, api.layout.title.en};
  if (const auto pack = api.ground.pack(contract))
    for (const auto& one : pack->reports)
      if (one.id == "monthly") title = one.title;
  if (partial) title.ja += "（途中経過）", title.en += " (so far)";
  return title;
}

Value report_value(const ReportApi& api, const report::ArchivedReport& r) {
  Value formats = Value::array(), sums = Value::object();
  for (const char* format : {"docx", "xlsx", "pdf"})
    if (const auto sum = r.sha256.find(format); sum != r.sha256.end()) {
      formats.push(Value(format));
      sums.set(format, Value(sum->second));
    }
  return Value::object({{"id", r.id},
                        {"kind", r.kind},
                        {"name", text2(title_of(api, r.contract, r.partial))},
                        {"month", r.month},
                        {"state", word(r.state)},
                        {"made", time_value(r.made)},
                        {"by", r.by},
                        {"formats", std::move(formats)},
                        {"sha256", std::move(sums)},
                        {"journal_root", r.journal_root}});
}

void tell(const ReportApi& api, const std::string& contract, Id id, std::string_view change) {
  api.ground.events.publish(contract_topic(contract), "report",
                            "{\"id\":" + std::to_string(id) + ",\"change\":\"" + std::string(change) + "\"}");
}

// One report from the facts to the archive, inside a job.
struct Making {
  const ReportApi& api;
  journal::Actor by;
  std::string contract;
  calendar::Month month;
  Id id;

  Result<void> run(JobRun& job) const {
    const std::lock_guard one_at_a_time(api.making);
    if (job.cancelled()) return fail("web.job_cancelled");
    job.progress(0.05, "実績を集めています", "Gathering the facts");
    YAGURA_TRY(const auto figures, api.months.figures(contract, month));
    if (job.cancelled()) return fail("web.job_cancelled");
    job.progress(0.4, "文書と表を作っています", "Making the document and the workbook");
    YAGURA_TRY(auto made, report::make_report(figures, api.layout));
    std::vector<report::ReportFile> files{{"docx", std::move(made.docx)}, {"xlsx", std::move(made.xlsx)}};
    if (job.cancelled()) return fail("web.job_cancelled");
    bool without_pdf = false;
    if (document::pdf_available(api.pdf)) {
      job.progress(0.6, "PDF を作っています", "Making the PDF");
      YAGURA_TRY(auto pdf, pdf_of(files.front().bytes));
      if (pdf)
        files.push_back({"pdf", std::move(*pdf)});
      else
        without_pdf = true;
    }
    YAGURA_CHECK(api.archive.finish(by, contract, id, files, figures.journal.hash));
    if (without_pdf)
      job.progress(0.99, "PDF は作れませんでした。Word と Excel はできています",
                   "The PDF could not be made; Word and Excel are there");
    else
      job.progress(0.99, "できました", "Done");
    return {};
  }

 private:
  // The same document has the same PDF. A LibreOffice that fails must not cost the report.
  Result<std::optional<std::string>> pdf_of(const std::string& docx) const {
    YAGURA_TRY(auto earlier, api.archive.earlier_pdf(contract, docx));
    if (earlier) return earlier;
    auto pdf = document::to_pdf(docx, "docx", api.pdf);
    return pdf ? std::optional(*std::move(pdf)) : std::nullopt;
  }
};

Result<Response> list_reports(const ReportApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "report_read"));
  YAGURA_TRY(const auto reports, api.archive.list(contract));
  return answer(
      items_value(each_of(reports, [&](const report::ArchivedReport& r) { return report_value(api, r); })));
}

Result<Response> make_report(const ReportApi& api, const Request& request, const MakeBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, "report_make"));
  YAGURA_TRY(const auto month, parse_month(body.month));
  const auto span = calendar::span_of(month);
  const Time now = api.ground.clock.now();
  if (span.from > now) return fail("report.month_in_future", {{"month", body.month}});
  const journal::Actor by = who(request).actor;
  YAGURA_TRY(const Id id, api.archive.begin(by, {contract, body.kind, body.month, span.to > now}));
  const auto job = api.ground.jobs.submit(
      {request.caller.account, "report.monthly", "月次報告書 " + body.month, "Monthly report " + body.month},
      [&api, making = Making{api, by, contract, month, id}](JobRun& run) -> Result<std::string> {
        if (auto done = making.run(run); !done) {
          (void)api.archive.give_up(making.contract, making.id);
          tell(api, making.contract, making.id, "failed");
          return std::unexpected(std::move(done).error());
        }
        tell(api, making.contract, making.id, "made");
        return std::to_string(making.id);
      });
  if (!job) {
    (void)api.archive.give_up(contract, id);
    return std::unexpected(job.error());
  }
  tell(api, contract, id, "making");
  return job_answer(api.ground, request, *job);
}

// A file's name that every system takes: what Windows refuses becomes a space.
std::string file_name(std::string name) {
  for (char& c : name)
    if (static_cast<unsigned char>(c) < 0x20 || std::string_view("\\/:*?\"<>|").contains(c)) c = ' ';
  return name;
}

Result<Response> get_report_file(const ReportApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "report_read"));
  YAGURA_TRY(const Id id, id_of(request));
  const auto format = text_param(request, "format");
  if (format != "docx" && format != "xlsx" && format != "pdf")
    return std::unexpected(parameter_invalid("format"));
  YAGURA_TRY(const auto report, api.archive.get(contract, id));
  YAGURA_TRY(auto bytes, api.archive.download(who(request).actor, contract, id, format));
  Response out = Response::text(200, std::move(bytes));
  out.headers.set("Content-Type", format == "docx"   ? kDocx
                                  : format == "xlsx" ? kXlsx
                                                     : std::string_view("application/pdf"));
  // By the contract's id: its name is a line long, and folders of many months are read by their beginnings.
  out.download_as(file_name(contract + "_" + said(title_of(api, contract, report.partial), request) + "_" +
                            report.month + "." + format));
  return out;
}

}  // namespace

void add_report_routes(Router& router, const ReportApi& api) {
  router.add({.method = Method::get,
              .pattern = "/api/v1/reports",
              .operation = "listReports",
              .handler = [&api](Request& r) -> Result<Response> { return list_reports(api, r); },
              .permission = "report_read"});
  router.add({.method = Method::post,
              .pattern = "/api/v1/reports",
              .operation = "makeReport",
              .handler = with_body<MakeBody>(
                  api.ground,
                  [&api](const Api&, Request& r, const MakeBody& body) { return make_report(api, r, body); }),
              .permission = "report_make",
              .rate = RateClass::heavy});
  router.add({.method = Method::get,
              .pattern = "/api/v1/reports/{id}/file",
              .operation = "getReportFile",
              .handler = [&api](Request& r) -> Result<Response> { return get_report_file(api, r); },
              .permission = "report_read",
              .rate = RateClass::read});
}

}  // namespace yagura::web
