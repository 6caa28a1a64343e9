#include <fstream>

#include "web/api/asked.hpp"
#include "web/api/ground_routes.hpp"
#include "web/api/journal_json.hpp"
#include "web/server/upload.hpp"

namespace yagura::web {

Value journal_entry_value(const journal::Journal& journal, const journal::Entry& e) {
  const auto& r = e.record;
  const auto kind = journal.kinds().find(r.kind);
  return Value::object(
      {{"seq", e.seq},
       {"time", time_value(e.time)},
       {"who", r.actor.name},
       {"account", r.actor.account},
       {"origin", r.actor.origin},
       {"kind", r.kind},
       {"words", kind == journal.kinds().end() ? text2(r.kind, r.kind) : text2(kind->second)},
       {"subject", r.subject},
       {"data", r.data.is_object() ? r.data : Value::object()},
       {"hash", e.hash}});
}

namespace {

// The contract's chain; for the installation's administrators an empty `contract` means the installation's
// own (accounts, sign-ins).
Result<std::string> chain_of(const Request& request) {
  if (const auto named = request.query.find("contract"); named && named->empty()) {
    if (who(request).administrator && who(request).may_somewhere("system_manage")) return std::string();
    return fail("web.forbidden", {{"permission", "system_manage"}});
  }
  return contract_of(request, request.route->permission);
}

Result<Response> list_journal(const Api& api, const Request& request) {
  journal::Query query;
  YAGURA_TRY(query.chain, chain_of(request));
  YAGURA_TRY(const auto page, page_of(request));
  YAGURA_TRY(query.before_seq, number_cursor(page));
  YAGURA_TRY(query.from, time_param(request, "from"));
  YAGURA_TRY(query.to, time_param(request, "to"));
  YAGURA_TRY(const auto account, id_param(request, "account"));
  query.account = account.value_or(0);
  query.text = text_param(request, "q");
  query.kind_prefix = text_param(request, "kind");
  query.subject = text_param(request, "subject");
  query.limit = page.limit + 1;
  YAGURA_TRY(auto entries, api.database.read([&](store::Session& s) { return api.journal.list(s, query); }));
  std::string next;
  if (entries.size() > static_cast<std::size_t>(page.limit)) {
    entries.resize(static_cast<std::size_t>(page.limit));
    next = std::to_string(entries.back().seq);
  }
  return answer(page_value(
      each_of(entries, [&](const journal::Entry& e) { return journal_entry_value(api.journal, e); }), next));
}

Result<Response> verify_journal(const Api& api, const Request& request) {
  YAGURA_TRY(const auto chain, chain_of(request));
  YAGURA_TRY(const auto verdict,
             api.database.read([&](store::Session& s) { return api.journal.verify(s, chain); }));
  return answer(Value::object(
      {{"entries", verdict.entries}, {"root", verdict.root}, {"first_broken", verdict.first_broken}}));
}

// Written to a file without a name first: an error then is an answer, not half a download.
Result<Response> export_journal(const Api& api, const Request& request) {
  YAGURA_TRY(const auto chain, chain_of(request));
  YAGURA_TRY(const auto from, time_param(request, "from"));
  YAGURA_TRY(const auto to, time_param(request, "to"));
  if (!from || !to || *to < *from) return std::unexpected(parameter_invalid(from ? "to" : "from"));
  YAGURA_TRY(const auto file, TempFile::create(api.folder));
  std::ofstream out(file->path(), std::ios::binary);
  YAGURA_CHECK(api.database.read(
      [&](store::Session& s) { return api.journal.export_chain(s, chain, *from, *to, out); }));
  out.close();
  if (!out) return fail("web.disk_failed");
  YAGURA_TRY(auto response, Response::file(file->path(), kText));
  const auto day = [](Time time) { return calendar::format_date(calendar::date_of(time)); };
  const std::string name = request.language == Language::ja ? "監査記録" : "journal";
  response.download_as(name + "_" + (chain.empty() ? "yagura" : chain) + "_" + day(*from) + "_" + day(*to) +
                       ".txt");
  return response;
}

}  // namespace

void add_journal_routes(Router& router, const Api& api) {
  const auto add = [&](Method method, const char* path, const char* operation, Handler handler,
                       RateClass rate) {
    router.add({.method = method,
                .pattern = std::string("/api/v1/journal") + path,
                .operation = operation,
                .handler = std::move(handler),
                .permission = "journal_read",
                .rate = rate});
  };
  add(Method::get, "", "listJournal", plain(api, list_journal), RateClass::read);
  add(Method::post, "/verification", "verifyJournal", plain(api, verify_journal), RateClass::heavy);
  add(Method::get, "/export", "exportJournal", plain(api, export_journal), RateClass::heavy);
}

}  // namespace yagura::web
