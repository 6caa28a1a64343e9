#include <algorithm>

#include "calendar/deadline.hpp"
#include "web/api/asked.hpp"
#include "web/api/ground_routes.hpp"
#include "web/api/ledger_json.hpp"

namespace yagura::web {

using ledger::Definition;

namespace {

struct Where {
  std::string contract;
  const Definition* ledger;
};

Result<Where> where(const Api& api, const Request& request) {
  YAGURA_TRY(auto contract, contract_of(request, request.route->permission));
  YAGURA_TRY(const auto* definition, api.ledgers.definition(contract, request.param("ledger")));
  return Where{std::move(contract), definition};
}

Result<Response> list_ledgers(const Api& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, request.route->permission));
  Value items = Value::array();
  YAGURA_TRY(const auto counts, api.ledgers.counts(contract));
  for (const auto& [id, definition] : api.ledgers.definitions(contract)) {
    const auto count = counts.find(id);
    items.push(ledger_value(api, request, contract, definition, count == counts.end() ? 0 : count->second));
  }
  return answer(Value::object({{"items", std::move(items)}}));
}

// What runs out soon, and what already has, in every ledger that declares it.
Result<Response> list_expiring(const Api& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, request.route->permission));
  const auto today = calendar::date_of(api.clock.now());
  constexpr int most = 200;
  YAGURA_TRY(const auto found, api.ledgers.expiring(contract, calendar::format_date(today), most));
  const auto& ledgers = api.ledgers.definitions(contract);
  return answer(items_value(each_of(found, [&](const ledger::Expiring& e) {
    const auto& d = ledgers.find(e.ledger)->second;
    const auto day = calendar::parse_date(e.day);
    return Value::object({{"ledger", e.ledger},
                          {"ledger_name", text2(d.name)},
                          {"field_name", text2(d.field(d.expires)->name)},
                          {"row", e.row},
                          {"title", e.title},
                          {"day", e.day},
                          {"days_left", day ? Value(std::int64_t{(*day - today).count()}) : Value()}});
  })));
}

// What everybody is told today, newest first. Few rows, all of one small ledger: read as they are.
Result<Response> list_announcements(const Api& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, request.route->permission));
  constexpr std::size_t most = 20;
  const auto today = calendar::format_date(calendar::date_of(api.clock.now()));
  std::vector<ledger::Row> shown;
  YAGURA_CHECK(api.ledgers.each(contract, "announcements", [&](ledger::Row&& row) {
    if (row.fields["from"].text() <= today && today <= row.fields["until"].text())
      shown.push_back(std::move(row));
  }));
  std::ranges::sort(shown, std::greater{},
                    [](const ledger::Row& row) { return std::pair(row.fields["from"].text(), row.id); });
  if (shown.size() > most) shown.resize(most);
  return answer(items_value(each_of(shown, [](const ledger::Row& row) {
    return Value::object({{"id", row.id},
                          {"subject", row.title},
                          {"content", row.fields["content"].text()},
                          {"from", row.fields["from"].text()},
                          {"until", row.fields["until"].text()}});
  })));
}

// Search, filters and sort order of a list or an export.
ledger::ListQuery query_of(const Request& request, const Where& at) {
  ledger::ListQuery query{.contract = at.contract,
                          .ledger = at.ledger->id,
                          .search = text_param(request, "q"),
                          .filters = {},
                          .sort = text_param(request, "sort"),
                          .cursor = {}};
  constexpr std::string_view prefix = "filter.";
  for (const auto& [name, value] : request.query)
    if (name.starts_with(prefix)) query.filters.emplace_back(name.substr(prefix.size()), value);
  return query;
}

Result<Response> list_rows(const Api& api, const Request& request) {
  YAGURA_TRY(const auto at, where(api, request));
  YAGURA_TRY(const auto page, page_of(request));
  auto query = query_of(request, at);
  query.cursor = page.cursor;
  query.limit = page.limit;
  YAGURA_TRY(const auto found, api.ledgers.list(reader_of(request, at.contract), query));
  YAGURA_TRY(auto items, row_values(api, request, at.contract, *at.ledger, found.rows));
  auto value = page_value(std::move(items), found.next);
  // How many a search finds is not counted: that would read them all.
  if (query.search.empty() && query.filters.empty()) {
    YAGURA_TRY(const auto total, api.ledgers.count(at.contract, at.ledger->id));
    value.set("total", total);
  }
  return answer(value);
}

Result<Response> row_answer(const Api& api, const Request& request, const Where& at, Id id, int status) {
  YAGURA_TRY(auto row, api.ledgers.get(reader_of(request, at.contract), at.contract, at.ledger->id, id));
  YAGURA_TRY(const auto values, row_values(api, request, at.contract, *at.ledger, {std::move(row)}));
  return answer(status, values.front());
}

Result<Response> get_row(const Api& api, const Request& request) {
  YAGURA_TRY(const auto at, where(api, request));
  YAGURA_TRY(const auto id, id_of(request));
  return row_answer(api, request, at, id, 200);
}

struct RowWish {
  std::int64_t version = 0;
  Value fields;
  std::string why;
};
struct NewRow : RowWish {};
template <class V>
void shape(V& v, NewRow& b) {
  v.required("fields", b.fields);
  v.optional("why", b.why);
}
struct ChangedRow : RowWish {};
template <class V>
void shape(V& v, ChangedRow& b) {
  v.required("version", b.version);
  v.required("fields", b.fields);
  v.optional("why", b.why);
}

// The body's own faults, then every fault of the fields, so that a form can show them all.
Result<std::vector<schema::Fault>> faults_of(const Api& api, const Where& at, Id id, const RowWish& body) {
  std::vector<schema::Fault> faults;
  if (!body.fields.is_object()) schema::detail::wrong_kind(body.fields, "fields", "object", faults);
  if (body.why.size() > 2000)
    faults.push_back({"why", 0, {"ledger.value_too_long", {{"field", "why"}, {"limit", "2000"}}}});
  if (!faults.empty()) return faults;
  return api.ledgers.check(at.contract, at.ledger->id, id, body.fields);
}

Result<Response> create_row(const Api& api, const Request& request, const NewRow& body) {
  YAGURA_TRY(const auto at, where(api, request));
  YAGURA_TRY(const auto faults, faults_of(api, at, 0, body));
  if (!faults.empty()) return faults_answer(api, request, faults);
  YAGURA_TRY(const auto row,
             api.ledgers.create(who(request).actor, at.contract, at.ledger->id, body.fields, body.why));
  return row_answer(api, request, at, row.id, 201);
}

Result<Response> change_row(const Api& api, const Request& request, const ChangedRow& body) {
  YAGURA_TRY(const auto at, where(api, request));
  YAGURA_TRY(const auto id, id_of(request));
  YAGURA_TRY(const auto before, api.ledgers.find(at.contract, at.ledger->id, id));
  if (!before || before->deleted) return fail("ledger.row_not_found");
  YAGURA_TRY(const auto faults, faults_of(api, at, id, body));
  if (!faults.empty()) return faults_answer(api, request, faults);
  YAGURA_CHECK(api.ledgers.change(who(request).actor, at.contract, at.ledger->id, id, body.version,
                                  body.fields, body.why));
  return row_answer(api, request, at, id, 200);
}

Result<Response> delete_row(const Api& api, const Request& request) {
  YAGURA_TRY(const auto at, where(api, request));
  YAGURA_TRY(const auto id, id_of(request));
  YAGURA_TRY(const auto version, id_param(request, "version"));
  if (!version) return std::unexpected(parameter_invalid("version"));
  YAGURA_CHECK(api.ledgers.remove(who(request).actor, at.contract, at.ledger->id, id, *version,
                                  text_param(request, "why")));
  return Response::no_content();
}

Result<Response> get_history(const Api& api, const Request& request) {
  YAGURA_TRY(const auto at, where(api, request));
  YAGURA_TRY(const auto id, id_of(request));
  const auto reader = reader_of(request, at.contract);
  YAGURA_TRY(const auto changes, api.ledgers.history(reader, at.contract, at.ledger->id, id));
  return answer(items_value(each_of(changes, [&](const ledger::Change& c) {
    return Value::object({{"version", c.version},
                          {"time", time_value(c.time)},
                          {"who", c.who},
                          {"why", c.why},
                          {"import", id_or_null(c.import)},
                          {"fields", changes_value(*at.ledger, c.fields, reader.personal)}});
  })));
}

Result<Response> export_ledger(const Api& api, const Request& request) {
  YAGURA_TRY(const auto at, where(api, request));
  const auto format = text_param(request, "format");
  const bool xlsx = format == "xlsx";
  if (!xlsx && format != "csv") return std::unexpected(parameter_invalid("format"));
  YAGURA_TRY(auto bytes,
             api.ledgers.export_rows(reader_of(request, at.contract), query_of(request, at),
                                     xlsx ? ledger::Ledgers::Format::xlsx : ledger::Ledgers::Format::csv));
  Response response = Response::text(200, std::move(bytes));
  response.headers.set("Content-Type", xlsx ? kXlsx : kCsv);
  response.download_as(said(at.ledger->name, request) + "_" +
                       calendar::format_date(calendar::date_of(api.clock.now())) + "." + format);
  return response;
}

}  // namespace

void add_ledger_routes(Router& router, const Api& api) {
  const auto add = [&](Method method, const char* path, const char* operation, const char* permission,
                       Handler handler, RateClass rate = RateClass::read) {
    router.add({.method = method,
                .pattern = std::string("/api/v1/ledgers") + path,
                .operation = operation,
                .handler = std::move(handler),
                .permission = permission,
                .rate = rate,
                .body_limit = 512 * 1024});
  };
  add(Method::get, "", "listLedgers", "ledger_read", plain(api, list_ledgers));
  router.add({.method = Method::get,
              .pattern = "/api/v1/expiring",
              .operation = "listExpiring",
              .handler = plain(api, list_expiring),
              .permission = "ledger_read"});
  router.add({.method = Method::get,
              .pattern = "/api/v1/announcements",
              .operation = "listAnnouncements",
              .handler = plain(api, list_announcements),
              .permission = "request_write|watch_read"});
  add(Method::get, "/{ledger}/rows", "listRows", "ledger_read", plain(api, list_rows));
  add(Method::post, "/{ledger}/rows", "createRow", "ledger_write", with_body<NewRow>(api, create_row),
      RateClass::write);
  add(Method::get, "/{ledger}/rows/{id}", "getRow", "ledger_read", plain(api, get_row));
  add(Method::patch, "/{ledger}/rows/{id}", "changeRow", "ledger_write",
      with_body<ChangedRow>(api, change_row), RateClass::write);
  add(Method::del, "/{ledger}/rows/{id}", "deleteRow", "ledger_write", plain(api, delete_row),
      RateClass::write);
  add(Method::get, "/{ledger}/rows/{id}/history", "getRowHistory", "ledger_read", plain(api, get_history));
  add(Method::get, "/{ledger}/export", "exportLedger", "ledger_read", plain(api, export_ledger),
      RateClass::heavy);
}

}  // namespace yagura::web
