#include "web/api/deliverable_api.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "web/api/asked.hpp"
#include "web/api/deliverable_json.hpp"
#include "web/api/desk_bodies.hpp"
#include "web/api/journal_json.hpp"

namespace yagura::web {
namespace {

constexpr const char* kSees = "report_read";
using desk::DeliverableItem;

std::string role_of(const Request& request, std::string_view contract) {
  const auto* grant = who(request).grant(contract);
  return grant ? std::string(people::name_of(grant->role)) : std::string();
}

DeliverableRights rights_of(const contract::Deliverable* of, const std::string& role) {
  if (!of) return {};
  return {role == of->submitted_by || role == "contractor_manager", role == of->accepted_by};
}

struct At {
  std::string contract;
  std::shared_ptr<const contract::Pack> pack;
  std::string role;
};

Result<At> asked_at(const DeliverableApi& api, const Request& request) {
  YAGURA_TRY(auto contract, contract_of(request, kSees));
  auto pack = api.ground.pack(contract);
  if (!pack) return fail("desk.contract_not_found");
  auto role = role_of(request, contract);
  return At{std::move(contract), std::move(pack), std::move(role)};
}

Value item_value(const DeliverableApi& api, const At& at, const DeliverableItem& item) {
  return deliverable_value(*at.pack, item,
                           rights_of(desk::deliverable_of(*at.pack, item.deliverable), at.role),
                           api.ground.clock.now());
}

// The item with what was handed in and what happened to it.
Result<Response> detail(const DeliverableApi& api, const At& at, const DeliverableItem& item,
                        int status = 200) {
  auto value = item_value(api, at, item);
  YAGURA_TRY(const auto handed_in, api.deliverables.submissions(at.contract, item.id));
  value.set("handed_in", Value(each_of(handed_in, submission_value)));
  journal::Query query;
  query.chain = at.contract;
  query.subject = "deliverable/" + std::to_string(item.id);
  query.oldest_first = true;
  query.limit = 200;
  YAGURA_TRY(const auto entries,
             api.ground.database.read([&](store::Session& s) { return api.ground.journal.list(s, query); }));
  value.set("history", Value(each_of(entries, [&](const journal::Entry& entry) {
              return journal_entry_value(api.ground.journal, entry);
            })));
  return answer(status, value);
}

struct Span {
  std::optional<Time> from, to;
  std::string period;
};

// ?month=2026-04 or ?fiscal_year=2026 (April to March).
Result<Span> span_of(const Request& request) {
  Span out;
  if (const auto month = text_param(request, "month"); !month.empty()) {
    const auto first = calendar::parse_date(month + "-01");
    if (month.size() != 7 || !first) return std::unexpected(parameter_invalid("month"));
    const std::chrono::year_month_day ymd(*first);
    const auto next = calendar::Date(std::chrono::year_month_day(ymd + std::chrono::months(1)));
    // Due at 24:00 of the last day belongs to that day.
    out = {calendar::at(*first, calendar::Minutes(1)), calendar::at(next, calendar::Minutes(1)), month};
  }
  if (const auto year = text_param(request, "fiscal_year"); !year.empty()) {
    const auto first = calendar::parse_date(year + "-04-01");
    if (year.size() != 4 || !first) return std::unexpected(parameter_invalid("fiscal_year"));
    const std::chrono::year_month_day ymd(*first);
    const auto next = calendar::Date(std::chrono::year_month_day(ymd + std::chrono::years(1)));
    out = {calendar::at(*first, calendar::Minutes(1)), calendar::at(next, calendar::Minutes(1)), year};
  }
  return out;
}

Result<desk::DeliverableQuery> query_of(const Request& request, const std::string& contract) {
  desk::DeliverableQuery query;
  query.contract = contract;
  YAGURA_TRY(const auto span, span_of(request));
  query.from = span.from;
  query.to = span.to;
  query.period = span.period;
  query.deliverable = text_param(request, "deliverable");
  query.view = text_param(request, "view");
  static constexpr std::string_view views[] = {"", "open", "late", "waiting"};
  if (std::ranges::find(views, query.view) == std::end(views))
    return std::unexpected(parameter_invalid("view"));
  YAGURA_TRY(query.state, word_param<desk::DeliverableState>(request, "state"));
  return query;
}

// The days of a month on which the office is closed, and why: a calendar of papers shows them. The month was
// read before.
Value closed_days(const contract::Pack& pack, const std::string& month) {
  Value out = Value::array();
  const auto calendar = pack.book.calendars.find(pack.office_calendar);
  const auto first = calendar::parse_date(month + "-01");
  if (calendar == pack.book.calendars.end() || !first) return out;
  const auto next = calendar::Date(std::chrono::year_month_day(*first) + std::chrono::months(1));
  for (auto day = *first; day < next; day += std::chrono::days(1))
    if (const auto why = calendar->second->closed_because(day)) {
      // That it is a Sunday needs no word.
      const bool named =
          calendar->second->is_national_holiday(day) || calendar->second->is_closure(day) ||
          (calendar->second->rule().open_weekdays >> std::chrono::weekday(day).c_encoding() & 1);
      out.push(Value::object({{"day", calendar::format_date(day)}, {"why", named ? text2(*why) : Value()}}));
    }
  return out;
}

Result<Response> list_deliverables(const DeliverableApi& api, Request& request) {
  YAGURA_TRY(const auto at, asked_at(api, request));
  YAGURA_TRY(const auto page, page_of(request));
  YAGURA_TRY(auto query, query_of(request, at.contract));
  query.cursor = page.cursor;
  query.limit = page.limit;
  YAGURA_TRY(const auto found, api.deliverables.list(query));
  Value out =
      page_value(each_of(found.items, [&](const DeliverableItem& item) { return item_value(api, at, item); }),
                 found.next);
  if (const auto month = text_param(request, "month"); !month.empty() && page.cursor.empty())
    out.set("closed_days", closed_days(*at.pack, month));
  return answer(out);
}

// For the page of today: how many are late, due soon, waiting; and the first of them.
Result<Response> deliverables_now(const DeliverableApi& api, Request& request) {
  YAGURA_TRY(const auto at, asked_at(api, request));
  YAGURA_TRY(const auto counts, api.deliverables.counts(at.contract));
  desk::DeliverableQuery query;
  query.contract = at.contract;
  query.view = "open";
  query.limit = 8;
  YAGURA_TRY(const auto next, api.deliverables.list(query));
  query.view = "waiting";
  YAGURA_TRY(const auto waiting, api.deliverables.list(query));
  const auto values = [&](const std::vector<DeliverableItem>& items) {
    return Value(each_of(items, [&](const DeliverableItem& item) { return item_value(api, at, item); }));
  };
  return answer(Value::object({{"late", counts.late},
                               {"soon", counts.soon},
                               {"waiting", counts.waiting},
                               {"late_acceptance", counts.late_acceptance},
                               {"next", values(next.items)},
                               {"to_accept", values(waiting.items)}}));
}

Result<Response> list_kinds(const DeliverableApi& api, Request& request) {
  YAGURA_TRY(const auto at, asked_at(api, request));
  return answer(items_value(each_of(at.pack->obligations.deliverables, [&](const contract::Deliverable& of) {
    auto value = deliverable_kind_value(*at.pack, of);
    const auto rights = rights_of(&of, at.role);
    value.set("may_open", of.every == "occasion" && (rights.hand_in || rights.decide));
    return value;
  })));
}

Result<Response> get_deliverable(const DeliverableApi& api, Request& request) {
  YAGURA_TRY(const auto at, asked_at(api, request));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto item, api.deliverables.get(at.contract, id));
  return detail(api, at, item);
}

Result<Response> export_deliverables(const DeliverableApi& api, Request& request) {
  YAGURA_TRY(const auto at, asked_at(api, request));
  YAGURA_TRY(auto query, query_of(request, at.contract));
  query.limit = 500;
  std::vector<DeliverableItem> items;
  do {
    YAGURA_TRY(auto page, api.deliverables.list(query));
    for (auto& item : page.items) items.push_back(std::move(item));
    query.cursor = page.next;
  } while (!query.cursor.empty() && items.size() < 20'000);
  const Time now = api.ground.clock.now();
  const std::string title = at.pack->name.ja + "　成果物・提出書類一覧";
  YAGURA_TRY(auto bytes, deliverables_workbook(*at.pack, title, items, now));
  Response response = Response::text(200, std::move(bytes));
  response.headers.set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
  response.download_as("成果物一覧_" + calendar::format_date(calendar::date_of(now)) + ".xlsx");
  return response;
}

Result<Response> get_file(const DeliverableApi& api, Request& request) {
  YAGURA_TRY(const auto at, asked_at(api, request));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const Id file, id_of(request, "file"));
  YAGURA_TRY(const auto handed_in, api.deliverables.submissions(at.contract, id));
  const bool there = std::ranges::any_of(handed_in, [&](const desk::Submission& s) {
    return std::ranges::find(s.files, file, &desk::DeliverableFile::attachment) != s.files.end();
  });
  if (!there) return fail("web.not_found");
  YAGURA_TRY(auto found, api.ground.ledgers.attachment(at.contract, file, who(request).actor.account));
  Response response = Response::text(200, std::move(found.second));
  response.headers.set("Content-Type", "application/octet-stream");
  response.download_as(found.first.name);
  return response;
}

// Changes ------------------------------------------------------------------------------------------------

struct OpenBody {
  std::string deliverable, event, note;
};
template <class V>
void shape(V& v, OpenBody& b) {
  v.required("deliverable", b.deliverable);
  v.required("event", b.event);
  v.optional("note", b.note);
  check_length(v, "note", b.note, 0, 4'000);
}

struct ChangeBody {
  std::int64_t version = 0;
  std::string event;
};
template <class V>
void shape(V& v, ChangeBody& b) {
  v.required("version", b.version);
  v.optional("event", b.event);
}

struct SubmissionBody {
  std::int64_t version = 0;
  std::vector<std::string> formats;
  int copies = 1;
  std::vector<Id> files;
  std::optional<Id> report;
  std::string note;
};
template <class V>
void shape(V& v, SubmissionBody& b) {
  v.required("version", b.version);
  v.required("formats", b.formats);
  v.required("copies", b.copies);
  v.optional("files", b.files);
  v.optional("report", b.report);
  v.optional("note", b.note);
  check_length(v, "note", b.note, 0, 4'000);
}

enum class Decide { accept, give_back, waive };
std::span<const std::pair<std::string_view, Decide>> enum_names(Decide) {
  static constexpr std::pair<std::string_view, Decide> names[] = {
      {"accept", Decide::accept}, {"give_back", Decide::give_back}, {"waive", Decide::waive}};
  return names;
}
struct DecisionOnDeliverable {
  std::int64_t version = 0;
  Decide decision = Decide::accept;
  std::string reason;
};
template <class V>
void shape(V& v, DecisionOnDeliverable& b) {
  v.required("version", b.version);
  v.required("decision", b.decision);
  v.optional("reason", b.reason);
  check_length(v, "reason", b.reason, 0, 4'000);
}

Result<Time> event_time(const std::string& text) {
  if (const auto instant = parse_rfc3339(text)) return *instant;
  if (const auto day = calendar::parse_date(text))
    return calendar::at(*day, std::chrono::hours(23) + std::chrono::minutes(59));
  return fail("desk.deliverable_event_invalid");
}

enum class Side { hand_in, decide, either };

Result<void> check_side(const At& at, std::string_view deliverable, Side side) {
  const auto* of = desk::deliverable_of(*at.pack, deliverable);
  if (!of) return fail("desk.deliverable_not_found");
  const auto rights = rights_of(of, at.role);
  const bool ok = side == Side::hand_in  ? rights.hand_in
                  : side == Side::decide ? rights.decide
                                         : rights.hand_in || rights.decide;
  if (ok) return {};
  const auto* role = at.pack->role(side == Side::decide ? of->accepted_by : of->submitted_by);
  return fail("desk.deliverable_forbidden",
              {{"role", role ? role->title.ja : ""}, {"role_en", role ? role->title.en : ""}});
}

Result<Response> open_deliverable(const DeliverableApi& api, Request& request, const OpenBody& body) {
  YAGURA_TRY(const auto at, asked_at(api, request));
  YAGURA_CHECK(check_side(at, body.deliverable, Side::either));
  YAGURA_TRY(const Time event, event_time(body.event));
  YAGURA_TRY(const auto item,
             api.deliverables.open(who(request).actor, at.contract, body.deliverable, event, body.note));
  return detail(api, at, item, 201);
}

// With an event: when it happens; without: work on it has begun.
Result<Response> change_deliverable(const DeliverableApi& api, Request& request, const ChangeBody& body) {
  YAGURA_TRY(const auto at, asked_at(api, request));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto before, api.deliverables.get(at.contract, id));
  const auto& actor = who(request).actor;
  if (body.event.empty()) {
    YAGURA_CHECK(check_side(at, before.deliverable, Side::hand_in));
    YAGURA_TRY(const auto item, api.deliverables.prepare(actor, at.contract, id, body.version));
    return detail(api, at, item);
  }
  YAGURA_CHECK(check_side(at, before.deliverable, Side::either));
  YAGURA_TRY(const Time event, event_time(body.event));
  YAGURA_TRY(const auto item, api.deliverables.set_event(actor, at.contract, id, body.version, event));
  return detail(api, at, item);
}

// The files of a report that the product made become files of what is handed in.
Result<void> add_report(const DeliverableApi& api, const Request& request, const At& at, Id report,
                        desk::Deliverables::HandIn& what) {
  YAGURA_TRY(const auto made, api.archive.get(at.contract, report));
  for (const auto& [format, sum] : made.sha256) {
    if (std::ranges::find(what.formats, format) == what.formats.end()) continue;
    YAGURA_TRY(const auto bytes, api.archive.file(at.contract, report, format));
    YAGURA_TRY(const auto attached,
               api.ground.ledgers.attach(who(request).actor, at.contract,
                                         fmt::format("{}_{}.{}", made.kind, made.month, format),
                                         "application/octet-stream", bytes));
    what.files.push_back(attached.id);
  }
  return {};
}

Result<Response> submit(const DeliverableApi& api, Request& request, const SubmissionBody& body) {
  YAGURA_TRY(const auto at, asked_at(api, request));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto before, api.deliverables.get(at.contract, id));
  YAGURA_CHECK(check_side(at, before.deliverable, Side::hand_in));
  if (before.version != body.version) return fail("desk.deliverable_conflict");
  desk::Deliverables::HandIn what{body.formats, body.copies, body.files, body.note};
  if (body.report) YAGURA_CHECK(add_report(api, request, at, *body.report, what));
  YAGURA_TRY(const auto item,
             api.deliverables.submit(who(request).actor, at.contract, id, body.version, what));
  return detail(api, at, item);
}

Result<Response> decide(const DeliverableApi& api, Request& request, const DecisionOnDeliverable& body) {
  YAGURA_TRY(const auto at, asked_at(api, request));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto before, api.deliverables.get(at.contract, id));
  YAGURA_CHECK(check_side(at, before.deliverable, Side::decide));
  using D = desk::Deliverables::Decision;
  const D decision = body.decision == Decide::accept      ? D::accept
                     : body.decision == Decide::give_back ? D::give_back
                                                          : D::waive;
  YAGURA_TRY(const auto item, api.deliverables.decide(who(request).actor, at.contract, id, body.version,
                                                      decision, body.reason));
  return detail(api, at, item);
}

template <class Handle>
Handler asked(const DeliverableApi& api, Handle handle) {
  return [&api, handle](Request& request) -> Result<Response> { return handle(api, request); };
}
template <class T, class Handle>
Handler sent(const DeliverableApi& api, Handle handle) {
  return with_body<T>(api.ground, [&api, handle](const Api&, Request& request, const T& body) {
    return handle(api, request, body);
  });
}

}  // namespace

void add_deliverable_routes(Router& router, const DeliverableApi& api) {
  const auto add = [&](Method method, const char* path, const char* operation, Handler handler,
                       RateClass rate = RateClass::read) {
    router.add({.method = method,
                .pattern = std::string("/api/v1/deliverables") + path,
                .operation = operation,
                .handler = std::move(handler),
                .permission = kSees,
                .rate = rate,
                .body_limit = 64 * 1024});
  };
  add(Method::get, "", "listDeliverables", asked(api, list_deliverables));
  add(Method::get, "/now", "getDeliverablesNow", asked(api, deliverables_now));
  add(Method::get, "/kinds", "listDeliverableKinds", asked(api, list_kinds));
  add(Method::get, "/export", "exportDeliverables", asked(api, export_deliverables), RateClass::heavy);
  add(Method::get, "/{id}", "getDeliverable", asked(api, get_deliverable));
  add(Method::get, "/{id}/files/{file}", "getDeliverableFile", asked(api, get_file));
  add(Method::post, "", "openDeliverable", sent<OpenBody>(api, open_deliverable), RateClass::write);
  add(Method::patch, "/{id}", "changeDeliverable", sent<ChangeBody>(api, change_deliverable),
      RateClass::write);
  add(Method::post, "/{id}/submissions", "submitDeliverable", sent<SubmissionBody>(api, submit),
      RateClass::write);
  add(Method::post, "/{id}/decision", "decideDeliverable", sent<DecisionOnDeliverable>(api, decide),
      RateClass::write);
}

}  // namespace yagura::web
