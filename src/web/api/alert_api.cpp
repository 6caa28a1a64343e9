#include <algorithm>

#include "web/api/asked.hpp"
#include "web/api/watch_api.hpp"

namespace yagura::web {

using monitor::watch::AlertView;
using monitor::watch::SilenceView;

Value alert_value(const AlertView& a, const Evidence& evidence) {
  std::vector<Value> comments;
  for (const auto& c : a.comments)
    comments.push_back(Value::object({{"who", c.who}, {"time", time_value(c.at)}, {"text", c.text}}));
  return Value::object({{"id", a.id},
                        {"state", a.state},
                        {"severity", a.severity},
                        {"title", text2(a.title)},
                        {"kind", a.kind},
                        {"device", id_or_null(a.device)},
                        {"device_name", a.device_name},
                        {"site", id_or_null(a.site)},
                        {"site_name", a.site_name},
                        {"object", a.object},
                        {"first", time_value(a.first)},
                        {"last", time_value(a.last)},
                        {"cleared", time_value(a.cleared)},
                        {"count", a.count},
                        {"flapping", a.flapping},
                        {"silenced", a.silenced},
                        {"parent", id_or_null(a.parent)},
                        {"children", a.children},
                        {"incident", id_or_null(a.incident)},
                        {"acknowledged_by", a.acknowledged_by},
                        {"acknowledged_at", time_value(a.acknowledged_at)},
                        {"evidence", Evidence::plain(a.evidence)},
                        {"evidence_words", evidence.words(a.evidence)},
                        {"comments", std::move(comments)}});
}

Value silence_value(const WatchApi& w, const SilenceView& v) {
  const auto picture = w.book.picture();
  const Time now = w.api.clock.now();
  std::vector<Value> devices, device_names, sites, site_names;
  for (const Id id : v.silence.devices) {
    devices.emplace_back(id);
    if (const auto* d = picture->find(v.contract, id)) device_names.emplace_back(d->name);
  }
  for (const Id id : v.silence.sites) {
    sites.emplace_back(id);
    if (const auto* d = picture->any_at(v.contract, id)) site_names.emplace_back(d->site_name);
  }
  return Value::object({{"id", v.silence.id},
                        {"devices", std::move(devices)},
                        {"device_names", std::move(device_names)},
                        {"sites", std::move(sites)},
                        {"site_names", std::move(site_names)},
                        {"from", time_value(v.silence.from)},
                        {"to", time_value(v.silence.to)},
                        {"why", v.silence.why},
                        {"who", v.silence.who},
                        {"state", now < v.silence.from ? "planned"
                                  : now < v.silence.to ? "running"
                                                       : "ended"},
                        {"ended_early_by", v.ended_early_by},
                        {"held_alerts", v.held}});
}

namespace {

Result<Response> list_alerts(const WatchApi& w, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "watch_read"));
  YAGURA_TRY(const auto page, page_of(request));
  monitor::watch::AlertQuery q;
  q.contract = contract;
  q.search = text_param(request, "q");
  q.state = text_param(request, "state");
  q.severity = text_param(request, "severity");
  YAGURA_TRY(const auto device, id_param(request, "device"));
  YAGURA_TRY(const auto parent, id_param(request, "parent"));
  YAGURA_TRY(q.from, time_param(request, "from"));
  YAGURA_TRY(q.to, time_param(request, "to"));
  YAGURA_TRY(q.before, number_cursor(page));
  q.device = device.value_or(0);
  q.parent = parent.value_or(0);
  q.limit = page.limit + 1;
  YAGURA_TRY(auto alerts, w.watch.alerts().list(q));
  std::string next;
  if (static_cast<int>(alerts.size()) > page.limit) {
    alerts.pop_back();
    next = std::to_string(alerts.back().id);
  }
  return answer(
      page_value(each_of(alerts, [&](const AlertView& a) { return alert_value(a, w.evidence); }), next));
}

Result<Response> one_alert(const WatchApi& w, const std::string& contract, Id id) {
  YAGURA_TRY(const auto alert, w.watch.alerts().get(contract, id));
  auto out = alert_value(alert, w.evidence);
  out.set("logs", w.log_question ? w.log_question(alert) : Value());
  return answer(out);
}

Result<Response> get_alert(const WatchApi& w, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "watch_read"));
  YAGURA_TRY(const Id id, id_of(request));
  return one_alert(w, contract, id);
}

Result<Response> acknowledge(const WatchApi& w, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "alert_handle"));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_CHECK(w.watch.acknowledge(who(request).actor, contract, id));
  return one_alert(w, contract, id);
}

struct Comment {
  std::string text;
};
template <class V>
void shape(V& v, Comment& c) {
  v.required("text", c.text);
}

struct NewSilence {
  std::vector<Id> devices, sites;
  std::string from, to, why;
};
template <class V>
void shape(V& v, NewSilence& s) {
  v.optional("devices", s.devices);
  v.optional("sites", s.sites);
  v.required("from", s.from);
  v.required("to", s.to);
  v.required("why", s.why);
}

Result<Response> list_silences(const WatchApi& w, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "watch_read"));
  YAGURA_TRY(const auto page, page_of(request));
  YAGURA_TRY(const auto before, number_cursor(page));
  YAGURA_TRY(auto silences, w.watch.alerts().silences(contract, text_param(request, "state"),
                                                      w.api.clock.now(), before, page.limit + 1));
  std::string next;
  if (static_cast<int>(silences.size()) > page.limit) {
    silences.pop_back();
    next = std::to_string(silences.back().silence.id);
  }
  return answer(
      page_value(each_of(silences, [&](const SilenceView& s) { return silence_value(w, s); }), next));
}

Result<Response> one_silence(const WatchApi& w, int status, const std::string& contract, Id id) {
  YAGURA_TRY(const auto silence, w.watch.alerts().silence(contract, id));
  return answer(status, silence_value(w, silence));
}

}  // namespace

void add_alert_routes(Router& router, const WatchApi& w) {
  const auto on = [&w](auto handle) -> Handler {
    return [&w, handle](Request& request) -> Result<Response> { return handle(w, request); };
  };
  router.add({.method = Method::get,
              .pattern = "/api/v1/alerts",
              .operation = "listAlerts",
              .handler = on(list_alerts),
              .permission = "watch_read"});
  router.add({.method = Method::get,
              .pattern = "/api/v1/alerts/{id}",
              .operation = "getAlert",
              .handler = on(get_alert),
              .permission = "watch_read"});
  router.add({.method = Method::post,
              .pattern = "/api/v1/alerts/{id}/acknowledge",
              .operation = "acknowledgeAlert",
              .handler = on(acknowledge),
              .permission = "alert_handle",
              .rate = RateClass::write});
  router.add({.method = Method::post,
              .pattern = "/api/v1/alerts/{id}/comments",
              .operation = "commentAlert",
              .handler = with_body<Comment>(
                  w.api,
                  [&w](const Api&, Request& request, Comment body) -> Result<Response> {
                    YAGURA_TRY(const auto contract, contract_of(request, "alert_handle"));
                    YAGURA_TRY(const Id id, id_of(request));
                    YAGURA_CHECK(w.watch.comment(who(request).actor, contract, id, body.text));
                    return one_alert(w, contract, id);
                  }),
              .permission = "alert_handle",
              .rate = RateClass::write});
}

void add_silence_routes(Router& router, const WatchApi& w) {
  router.add({.method = Method::get,
              .pattern = "/api/v1/silences",
              .operation = "listSilences",
              .handler = [&w](Request& request) { return list_silences(w, request); },
              .permission = "watch_read"});
  router.add({.method = Method::post,
              .pattern = "/api/v1/silences",
              .operation = "createSilence",
              .handler = with_body<NewSilence>(
                  w.api,
                  [&w](const Api&, Request& request, NewSilence body) -> Result<Response> {
                    YAGURA_TRY(const auto contract, contract_of(request, "silence_write"));
                    YAGURA_TRY(const Time from, parse_rfc3339(body.from));
                    YAGURA_TRY(const Time to, parse_rfc3339(body.to));
                    YAGURA_TRY(const Id id,
                               w.watch.add_silence(who(request).actor,
                                                   {contract, body.devices, body.sites, from, to, body.why}));
                    return one_silence(w, 201, contract, id);
                  }),
              .permission = "silence_write",
              .rate = RateClass::write});
  router.add({.method = Method::post,
              .pattern = "/api/v1/silences/{id}/end",
              .operation = "endSilence",
              .handler = [&w](Request& request) -> Result<Response> {
                YAGURA_TRY(const auto contract, contract_of(request, "silence_write"));
                YAGURA_TRY(const Id id, id_of(request));
                YAGURA_CHECK(w.watch.end_silence(who(request).actor, contract, id));
                return one_silence(w, 200, contract, id);
              },
              .permission = "silence_write",
              .rate = RateClass::write});
}

}  // namespace yagura::web
