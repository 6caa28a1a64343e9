#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "web/api/asked.hpp"
#include "web/api/watch_api.hpp"

namespace yagura::web {

using monitor::watch::RoundView;

Value round_value(const WatchApi& w, const RoundView& r) {
  const auto picture = w.book.picture();
  std::vector<Value> missing;
  const auto statuses = w.watch.status(r.contract);
  for (const Id id : r.missing)
    if (const auto* d = picture->find(r.contract, id)) {
      const auto status = statuses.find(id);
      missing.push_back(
          device_value(*d, status == statuses.end() ? monitor::watch::DeviceStatus{} : status->second));
    }
  const bool known = r.finished && r.due;
  return Value::object({{"id", r.id},
                        {"started", time_value(r.started)},
                        {"finished", time_value(r.finished)},
                        {"due", time_value(r.due)},
                        {"in_time", known ? Value(*r.finished <= *r.due) : Value()},
                        {"asked", r.answered + r.silent},
                        {"answered", r.answered},
                        {"silent", r.silent},
                        {"unfinished", r.unfinished},
                        {"missing", std::move(missing)},
                        {"missing_then", Value(each_of(r.names, [&](const RoundView::Name& n) {
                           return Value::object(
                               {{"device", n.device},
                                {"name", n.name},
                                {"site_name", n.site_name},
                                {"in_ledger", picture->find(r.contract, n.device) != nullptr}});
                         }))}});
}

namespace {

std::string bytes_hex(const std::string& bytes) { return to_hex(bytes); }

Value counters_value(const WatchApi& w) {
  monitor::trap::Accounts a;
  if (auto* receiver = w.watch.receiver()) a = receiver->accounts();
  Value refused = Value::object();
  for (std::size_t i = 0; i < monitor::trap::kRefusals; ++i)
    refused.set(monitor::trap::name_of(static_cast<monitor::trap::Refusal>(i)),
                static_cast<std::int64_t>(a.refused[i]));
  std::vector<Value> unknown;
  for (const auto& u : w.watch.unknown_traps())
    unknown.push_back(Value::object({{"oid", u.oid},
                                     {"name", u.oid},
                                     {"count", static_cast<std::int64_t>(u.count)},
                                     {"last", time_value(u.last)}}));
  return Value::object({{"received", static_cast<std::int64_t>(a.received)},
                        {"stored", static_cast<std::int64_t>(a.stored)},
                        {"lost_in_kernel", static_cast<std::int64_t>(a.lost_in_kernel)},
                        {"refused", std::move(refused)},
                        {"unknown_kinds", std::move(unknown)}});
}

// Strangers are nobody's yet; those that are probably another contract's device are not shown.
std::vector<monitor::trap::PendingSender> senders_of(const WatchApi& w, const std::string& contract) {
  auto* receiver = w.watch.receiver();
  if (!receiver) return {};
  auto all = receiver->pending().list();
  const auto picture = w.book.picture();
  std::erase_if(all,
                [&](const auto& p) { return p.suggested != 0 && !picture->find(contract, p.suggested); });
  return all;
}

Value sender_value(const monitor::trap::PendingSender& p) {
  const bool has_agent = std::ranges::any_of(p.agent, [](auto octet) { return octet != 0; });
  return Value::object({{"id", static_cast<std::int64_t>(p.id)},
                        {"address", monitor::trap::to_text(p.source)},
                        {"version", p.version == monitor::snmp::Version::v1   ? "v1"
                                    : p.version == monitor::snmp::Version::v3 ? "v3"
                                                                              : "v2c"},
                        {"engine_id", bytes_hex(p.engine_id)},
                        {"user", is_utf8(p.user) ? p.user : bytes_hex(p.user)},
                        {"agent_address", has_agent ? monitor::trap::to_text(p.agent) : std::string()},
                        {"reason", monitor::trap::name_of(p.why)},
                        {"count", static_cast<std::int64_t>(p.count)},
                        {"first", time_value(p.first)},
                        {"last", time_value(p.last)},
                        {"trap", p.trap},
                        {"suggested_device", id_or_null(p.suggested)}});
}

struct Accept {
  Id device = 0;
};
template <class V>
void shape(V& v, Accept& a) {
  v.required("device", a.device);
}

Result<Response> get_today(const WatchApi& w, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "watch_read"));
  const Time now = w.api.clock.now();
  YAGURA_TRY(auto open, w.watch.alerts().list({.contract = contract, .state = "open", .limit = 50}));
  // Somebody knows of these, and they go on: counted and shown behind what nobody has looked at.
  YAGURA_TRY(auto known, w.watch.alerts().list({.contract = contract, .state = "acknowledged", .limit = 50}));
  std::ranges::move(known, std::back_inserter(open));
  if (open.size() > 50) open.resize(50);
  YAGURA_TRY(const auto severities, w.watch.alerts().open_by_severity(contract));
  YAGURA_TRY(const auto silences, w.watch.alerts().silences(contract, "running", now, 0, 50));
  YAGURA_TRY(const auto planned, w.watch.alerts().silences(contract, "planned", now, 0, 50));
  YAGURA_TRY(const auto rounds, w.watch.alerts().rounds(contract, 0, 1));
  int count = 0;
  for (const auto& [severity, n] : severities) count += n;
  std::vector<Value> silence_list;
  for (const auto* list : {&silences, &planned})
    for (const auto& s : *list) silence_list.push_back(silence_value(w, s));
  std::map<std::string, int> states;
  for (const auto& [id, status] : w.watch.status(contract)) ++states[status.state];
  Value devices = Value::object();
  for (const auto& [state, n] : states) devices.set(state, n);
  Value out = Value::object(
      {{"open_alerts", count},
       {"alerts", Value(each_of(open, [&](const auto& a) { return alert_value(a, w.evidence); }))},
       {"silences", Value(std::move(silence_list))},
       {"round", rounds.empty() ? Value() : round_value(w, rounds.front())},
       {"devices", std::move(devices)}});
  const auto part = [&](const char* name, const auto& source, std::string_view permission) -> Result<void> {
    if (!source || !may(request, contract, permission)) {
      out.set(name, Value::array());
      return {};
    }
    YAGURA_TRY(auto value, source(contract, request.language));
    out.set(name, std::move(value));
    return {};
  };
  YAGURA_CHECK(part("clocks", w.clocks_now, "incident_read"));
  YAGURA_CHECK(part("incidents", w.incidents_now, "incident_read"));
  YAGURA_CHECK(part("calls", w.calls_now, "contact_call"));
  if (may(request, contract, "roster_approve")) {
    YAGURA_TRY(const auto waiting, w.api.people.roster(contract, people::RosterState::submitted));
    out.set("roster_waiting", static_cast<std::int64_t>(waiting.size()));
  }
  if (may(request, contract, "device_accept"))
    out.set("refused_senders", static_cast<std::int64_t>(senders_of(w, contract).size()));
  if (const auto pack = w.api.pack(contract)) {
    const auto calendar = pack->book.calendars.find(pack->office_calendar);
    if (calendar != pack->book.calendars.end())
      out.set("open_today", calendar->second->is_open(calendar::date_of(now)));
  }
  return answer(out);
}

Result<Response> list_rounds(const WatchApi& w, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "watch_read"));
  YAGURA_TRY(const auto page, page_of(request));
  YAGURA_TRY(const auto before, number_cursor(page));
  YAGURA_TRY(auto rounds, w.watch.alerts().rounds(contract, before, page.limit + 1));
  std::string next;
  if (static_cast<int>(rounds.size()) > page.limit) {
    rounds.pop_back();
    next = std::to_string(rounds.back().id);
  }
  return answer(page_value(each_of(rounds, [&](const RoundView& r) { return round_value(w, r); }), next));
}

Result<Response> start_round(const WatchApi& w, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "alert_handle"));
  YAGURA_TRY(const Id job,
             w.api.jobs.submit({.account = request.caller.account,
                                .kind = "ping.round",
                                .title_ja = "死活確認",
                                .title_en = "Ping round"},
                               [&w, contract](JobRun& run) -> Result<std::string> {
                                 YAGURA_TRY(const auto round, w.watch.round(contract, {}, [&](double done) {
                                   run.progress(done, "応答を確認しています", "Waiting for answers");
                                   return !run.cancelled();
                                 }));
                                 return std::to_string(round.id);
                               }));
  return answer(202, Value::object({{"id", job},
                                    {"kind", "ping.round"},
                                    {"state", "running"},
                                    {"progress", 0.0},
                                    {"result", Value()},
                                    {"problem", Value()}}));
}

}  // namespace

void add_trap_routes(Router& router, const WatchApi& w) {
  router.add({.method = Method::get,
              .pattern = "/api/v1/traps/counters",
              .operation = "getTrapCounters",
              .handler = [&w](Request& request) -> Result<Response> {
                YAGURA_TRY(const auto contract, contract_of(request, "watch_read"));
                return answer(counters_value(w));
              },
              .permission = "watch_read"});
  router.add({.method = Method::get,
              .pattern = "/api/v1/traps/senders",
              .operation = "listTrapSenders",
              .handler = [&w](Request& request) -> Result<Response> {
                YAGURA_TRY(const auto contract, contract_of(request, "device_accept"));
                return answer(items_value(each_of(senders_of(w, contract), sender_value)));
              },
              .permission = "device_accept"});
  router.add({.method = Method::post,
              .pattern = "/api/v1/traps/senders/{id}/accept",
              .operation = "acceptTrapSender",
              .handler = with_body<Accept>(
                  w.api,
                  [&w](const Api&, Request& request, Accept body) -> Result<Response> {
                    YAGURA_TRY(const auto contract, contract_of(request, "device_accept"));
                    YAGURA_TRY(const Id id, id_of(request));
                    for (const auto& sender : senders_of(w, contract))
                      if (static_cast<Id>(sender.id) == id) {
                        YAGURA_CHECK(w.accept_sender(who(request).actor, contract, sender, body.device));
                        w.watch.receiver()->pending().forget(sender.id);
                        return Response::no_content();
                      }
                    return fail("monitor.sender_not_found");
                  }),
              .permission = "device_accept",
              .rate = RateClass::write});
}

void add_today_routes(Router& router, const WatchApi& w) {
  const auto on = [&w](auto handle) -> Handler {
    return [&w, handle](Request& request) -> Result<Response> { return handle(w, request); };
  };
  router.add({.method = Method::get,
              .pattern = "/api/v1/today",
              .operation = "getToday",
              .handler = on(get_today),
              .permission = "watch_read"});
  router.add({.method = Method::get,
              .pattern = "/api/v1/rounds",
              .operation = "listRounds",
              .handler = on(list_rounds),
              .permission = "watch_read"});
  router.add({.method = Method::post,
              .pattern = "/api/v1/rounds",
              .operation = "startRound",
              .handler = on(start_round),
              .permission = "alert_handle",
              .rate = RateClass::heavy});
}

}  // namespace yagura::web
