#include <fstream>
#include <iterator>
#include <map>

#include "schema/json.hpp"
#include "web/api/asked.hpp"
#include "web/api/ground_routes.hpp"
#include "web/api/job_json.hpp"
#include "web/api/ledger_json.hpp"
#include "web/api/people_json.hpp"
#include "web/server/upload.hpp"

namespace yagura::web {

using ledger::Import;

namespace {

constexpr std::uint64_t import_most = 200U << 20;
constexpr std::uint64_t attachment_most = 21U << 20;  // the ledger's own limit, and the form around it

Result<const Upload::Part*> file_of(const Request& request) {
  const auto* part = request.upload ? request.upload->find("file") : nullptr;
  if (!part || !part->file) return fail("web.file_missing");
  return part;
}

// At most `most` bytes of UTF-8, not cut inside a character; the end is kept, for it tells the kind of file.
std::string short_name(const std::string& name, std::size_t most) {
  if (name.size() <= most) return name;
  std::size_t from = name.size() - most;
  while (from < name.size() && (static_cast<unsigned char>(name[from]) & 0xC0) == 0x80) ++from;
  return name.substr(from);
}

ledger::Progress progress_of(JobRun& run, const char* ja, const char* en) {
  return [&run, ja, en](double done) {
    run.progress(done, ja, en);
    return !run.cancelled();
  };
}

Result<Response> plan_import(const Api& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, request.route->permission));
  YAGURA_TRY(const auto* definition, api.ledgers.definition(contract, request.param("ledger")));
  YAGURA_TRY(const auto* part, file_of(request));
  JobWish wish{request.caller.account, "ledger.plan", "取込みの確認: " + definition->name.ja,
               "Import preview: " + definition->name.en};
  YAGURA_TRY(
      const auto job,
      api.jobs.submit(std::move(wish),
                      [&api, contract, ledger = definition->id, by = who(request).actor, file = part->file,
                       name = short_name(part->head.filename, 200)](JobRun& run) -> Result<std::string> {
                        YAGURA_TRY(
                            const auto import,
                            api.ledgers.plan(by, contract, ledger, file->path(), name,
                                             progress_of(run, "ファイルを読んでいます", "Reading the file")));
                        return std::to_string(import.id);
                      }));
  return job_answer(api, request, job);
}

Value import_value(const Import& i) {
  return Value::object({{"id", i.id},
                        {"ledger", i.ledger},
                        {"file", i.file},
                        {"state", i.state},
                        {"counts", Value::object({{"created", i.created},
                                                  {"updated", i.updated},
                                                  {"unchanged", i.unchanged},
                                                  {"rejected", i.rejected}})},
                        {"ignored_columns", Value(texts(i.ignored_columns))},
                        {"by", i.by},
                        {"at", time_value(i.at)},
                        {"may_undo", i.state == "executed"}});
}

struct Asked {
  std::string contract;
  Import import;
};

Result<Asked> asked(const Api& api, const Request& request) {
  YAGURA_TRY(auto contract, contract_of(request, request.route->permission));
  YAGURA_TRY(const auto id, id_of(request));
  YAGURA_TRY(auto import, api.ledgers.import(contract, id));
  return Asked{std::move(contract), std::move(import)};
}

Result<Response> get_import(const Api& api, const Request& request) {
  YAGURA_TRY(const auto at, asked(api, request));
  return answer(import_value(at.import));
}

Result<Response> drop_import(const Api& api, const Request& request) {
  YAGURA_TRY(const auto at, asked(api, request));
  YAGURA_CHECK(api.ledgers.drop(who(request).actor, at.contract, at.import.id));
  return Response::no_content();
}

// What references of a plan are called: rows of ledgers by their ids, rows that the import will create by
// their lines.
using Called = std::map<std::string, std::map<Id, std::string>>;  // by field

template <class Use>
void each_reference(const ledger::Definition& d, const ledger::ImportRow& row, Use&& use) {
  for (const auto& f : d.fields) {
    const auto* change = f.ledger.empty() ? nullptr : row.changes.find(f.id);
    if (!change) continue;
    for (const auto* side : {"before", "after"}) {
      const Value& value = (*change)[side];
      if (value.kind() == Value::Kind::integer) use(f, value.integer());
      for (const auto& item : value.items()) use(f, item.integer());
    }
  }
}

Result<Called> called_in(const Api& api, const Asked& at, const ledger::Definition& d,
                         const std::vector<ledger::ImportRow>& rows) {
  std::map<const ledger::Field*, std::vector<Id>> wanted;
  std::vector<std::int64_t> lines;
  for (const auto& row : rows)
    each_reference(d, row, [&](const ledger::Field& f, Id id) {
      if (id < 0)
        lines.push_back(-id);
      else
        wanted[&f].push_back(id);
    });
  YAGURA_TRY(const auto made, api.ledgers.import_titles(at.contract, at.import.id, std::move(lines)));
  Called out;
  for (const auto& f : d.fields) {
    if (f.ledger.empty()) continue;
    YAGURA_TRY(out[f.id], api.ledgers.titles(at.contract, f.ledger, std::move(wanted[&f])));
    for (const auto& [line, title] : made) out[f.id][-line] = title;
  }
  return out;
}

// A plan is read by people: references are shown by their names.
Value named(const Value& change, const std::map<Id, std::string>& names) {
  const auto name = [&](const Value& v) {
    const auto found = names.find(v.integer());
    return found == names.end() ? v : Value(found->second);
  };
  Value out = Value::object();
  for (const auto& [side, value] : change.members()) {
    if (value.is_array()) {
      Value all = Value::array();
      for (const auto& item : value.items()) all.push(name(item));
      out.set(side, std::move(all));
    } else {
      out.set(side, value.kind() == Value::Kind::integer ? name(value) : value);
    }
  }
  return out;
}

Value import_row_value(const Api& api, const Request& request, const ledger::Definition& d,
                       ledger::ImportRow row, const Called& called, bool personal) {
  for (const auto& [field, names] : called)
    if (const Value* change = row.changes.find(field)) row.changes.set(field, named(*change, names));
  Value reasons = Value::array();
  for (const auto& [field, error] : row.reasons)
    reasons.push(
        Value::object({{"field", field}, {"message", api.words.say(error, request.language).message}}));
  return Value::object({{"line", row.line},
                        {"outcome", word(row.outcome)},
                        {"title", row.title},
                        {"row", id_or_null(row.row)},
                        {"fields", changes_value(d, row.changes, personal)},
                        {"reasons", std::move(reasons)}});
}

Result<Response> list_import_rows(const Api& api, const Request& request) {
  YAGURA_TRY(const auto at, asked(api, request));
  YAGURA_TRY(const auto* definition, api.ledgers.definition(at.contract, at.import.ledger));
  YAGURA_TRY(const auto outcome, word_param<ledger::Outcome>(request, "outcome"));
  YAGURA_TRY(const auto page, page_of(request));
  YAGURA_TRY(const auto after, number_cursor(page));
  YAGURA_TRY(auto rows, api.ledgers.import_rows(at.contract, at.import.id, outcome, after, page.limit + 1));
  std::string next;
  if (rows.size() > static_cast<std::size_t>(page.limit)) {
    rows.resize(static_cast<std::size_t>(page.limit));
    next = std::to_string(rows.back().line);
  }
  // The plan also shows what stands in the ledger now.
  const bool personal = may(request, at.contract, "personal_read");
  if (personal && definition->personal() && !rows.empty())
    YAGURA_CHECK(note_personal_read(api, request, at.contract, "import/" + std::to_string(at.import.id),
                                    Value::object({{"how", "import"}, {"ledger", at.import.ledger}})));
  YAGURA_TRY(const auto called, called_in(api, at, *definition, rows));
  return answer(page_value(each_of(rows,
                                   [&](const ledger::ImportRow& row) {
                                     return import_row_value(api, request, *definition, row, called,
                                                             personal);
                                   }),
                           next));
}

Result<Response> execute_import(const Api& api, const Request& request) {
  YAGURA_TRY(const auto at, asked(api, request));
  if (at.import.state != "planned") return fail("ledger.import_conflict", {{"state", at.import.state}});
  YAGURA_TRY(const auto job,
             api.jobs.submit({request.caller.account, "ledger.import", "取込み: " + at.import.file,
                              "Import: " + at.import.file},
                             [&api, contract = at.contract, id = at.import.id,
                              by = who(request).actor](JobRun& run) -> Result<std::string> {
                               YAGURA_CHECK(api.ledgers.execute(
                                   by, contract, id, progress_of(run, "登録しています", "Writing the rows")));
                               return std::to_string(id);
                             }));
  return job_answer(api, request, job);
}

Result<Response> undo_import(const Api& api, const Request& request) {
  YAGURA_TRY(const auto at, asked(api, request));
  if (at.import.state != "executed") return fail("ledger.import_conflict", {{"state", at.import.state}});
  YAGURA_TRY(const auto job,
             api.jobs.submit({request.caller.account, "ledger.undo", "取込みの取消し: " + at.import.file,
                              "Undo of import: " + at.import.file},
                             [&api, contract = at.contract, id = at.import.id,
                              by = who(request).actor](JobRun& run) -> Result<std::string> {
                               YAGURA_CHECK(api.ledgers.undo(
                                   by, contract, id, progress_of(run, "元に戻しています", "Taking it back")));
                               return std::to_string(id);
                             }));
  return job_answer(api, request, job);
}

Value attachment_value(const ledger::Attachment& a) {
  return Value::object(
      {{"id", a.id}, {"name", a.name}, {"size", a.size}, {"type", a.type}, {"sha256", a.sha256}});
}

Result<Response> add_attachment(const Api& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, request.route->permission));
  YAGURA_TRY(const auto* part, file_of(request));
  std::ifstream in(part->file->path(), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (!in.good() && !in.eof()) return fail("web.disk_failed");
  if (bytes.size() != part->file->size()) return fail("web.disk_failed");
  YAGURA_TRY(const auto attached,
             api.ledgers.attach(who(request).actor, contract, short_name(part->head.filename, 200),
                                part->head.content_type, bytes));
  return answer(201, attachment_value(attached));
}

// Always sent as a file to save and never as a page: what people upload must not run in the portal's name.
Result<Response> get_attachment(const Api& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, request.route->permission));
  YAGURA_TRY(const auto id, id_of(request));
  YAGURA_TRY(auto found, api.ledgers.attachment(contract, id, who(request).actor.account));
  Response response = Response::text(200, std::move(found.second));
  response.headers.set("Content-Type", "application/octet-stream");
  response.download_as(found.first.name);
  return response;
}

}  // namespace

void add_import_routes(Router& router, const Api& api) {
  const auto add = [&](Method method, const char* path, const char* operation, Handler handler) {
    router.add({.method = method,
                .pattern = std::string("/api/v1/imports/{id}") + path,
                .operation = operation,
                .handler = std::move(handler),
                .permission = "ledger_import",
                .rate = is_safe(method) ? RateClass::read : RateClass::write});
  };
  router.add({.method = Method::post,
              .pattern = "/api/v1/ledgers/{ledger}/imports",
              .operation = "planImport",
              .handler = plain(api, plan_import),
              .permission = "ledger_import",
              .rate = RateClass::heavy,
              .body_limit = import_most,
              .body = BodyKind::upload});
  add(Method::get, "", "getImport", plain(api, get_import));
  add(Method::del, "", "dropImport", plain(api, drop_import));
  add(Method::get, "/rows", "listImportRows", plain(api, list_import_rows));
  add(Method::post, "/execute", "executeImport", plain(api, execute_import));
  add(Method::post, "/undo", "undoImport", plain(api, undo_import));
  router.add({.method = Method::post,
              .pattern = "/api/v1/attachments",
              .operation = "addAttachment",
              .handler = plain(api, add_attachment),
              .permission = "ledger_write|incident_write|request_write",
              .rate = RateClass::write,
              .body_limit = attachment_most,
              .body = BodyKind::upload});
  router.add({.method = Method::get,
              .pattern = "/api/v1/attachments/{id}",
              .operation = "getAttachment",
              .handler = plain(api, get_attachment),
              .permission = "ledger_read|incident_read"});
}

}  // namespace yagura::web
