#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "web/api/asked.hpp"
#include "web/api/ledger_json.hpp"
#include "web/api/watch_api.hpp"

namespace yagura::web {

using monitor::watch::DeviceStatus;
using monitor::watch::Picture;
using monitor::watch::WatchedDevice;

Value device_value(const WatchedDevice& d, const DeviceStatus& status) {
  return Value::object({{"id", d.id},
                        {"name", d.name},
                        {"class", d.device_class},
                        {"class_name", text2(d.class_name)},
                        {"site", id_or_null(d.site)},
                        {"site_name", d.site_name},
                        {"address", d.address.empty() ? d.address6 : d.address},
                        {"state", status.state.empty() ? "unknown" : status.state},
                        {"since", time_value(status.since)},
                        {"rtt_ms", status.round_trip_ms ? Value(*status.round_trip_ms) : Value()},
                        {"loss", Value()},
                        {"alerts", status.alerts},
                        {"severity", text_or_null(status.severity)}});
}

namespace {

using Statuses = std::unordered_map<Id, DeviceStatus>;

const DeviceStatus& status_of(const Statuses& all, Id id) {
  static const DeviceStatus none{"unknown", {}, {}, 0, {}};
  const auto found = all.find(id);
  return found == all.end() ? none : found->second;
}

Result<const WatchedDevice*> device_of(const Picture& picture, const std::string& contract, Id id) {
  const auto* found = picture.find(contract, id);
  if (!found) return fail("monitor.device_not_found");
  return found;
}

struct Asked {
  std::string search, device_class, state, sort;
  std::optional<Id> site;
};

bool fits(const WatchedDevice& d, const DeviceStatus& status, const Asked& asked) {
  if (asked.site && d.site != *asked.site) return false;
  if (!asked.device_class.empty() && d.device_class != asked.device_class) return false;
  if (!asked.state.empty() && status.state != asked.state) return false;
  if (asked.search.empty()) return true;
  return d.search.find(asked.search) != std::string::npos;
}

int trouble_first(const std::string& state) {
  const std::array order = {"down", "unreachable", "unknown", "silenced", "up", "disabled"};
  return static_cast<int>(std::ranges::find(order, state) - order.begin());
}

Result<Response> list_devices(const WatchApi& w, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "watch_read"));
  YAGURA_TRY(const auto page, page_of(request));
  YAGURA_TRY(const auto from, number_cursor(page));
  Asked asked{fold_for_search(trim(text_param(request, "q"))),
              text_param(request, "class"),
              text_param(request, "state"),
              text_param(request, "sort"),
              {}};
  YAGURA_TRY(asked.site, id_param(request, "site"));
  const auto picture = w.book.picture();
  const auto statuses = w.watch.status(contract);
  std::vector<const WatchedDevice*> rows;
  Value by_state = Value::object();
  std::map<std::string, int> counts;
  if (const auto listed = picture->of_contract.find(contract); listed != picture->of_contract.end())
    for (const Id id : listed->second) {
      const auto& d = *picture->find(id);
      const auto& status = status_of(statuses, id);
      ++counts[status.state];
      if (fits(d, status, asked)) rows.push_back(&d);
    }
  for (const auto& [state, count] : counts) by_state.set(state, count);
  // Rows come sorted by name; every other order keeps names in order within.
  if (asked.sort == "-name") std::ranges::reverse(rows);
  const auto order_by = [&](auto key) {
    std::vector<std::tuple<decltype(key(*rows.front())), std::size_t, const WatchedDevice*>> keyed;
    keyed.reserve(rows.size());
    for (const auto* d : rows) keyed.emplace_back(key(*d), keyed.size(), d);
    std::ranges::sort(keyed);
    std::ranges::transform(keyed, rows.begin(), [](const auto& one) { return std::get<2>(one); });
  };
  if (asked.sort == "site") order_by([](const WatchedDevice& d) { return std::string_view(d.site_name); });
  if (asked.sort == "class")
    order_by([](const WatchedDevice& d) { return std::string_view(d.device_class); });
  if (asked.sort == "address") order_by([](const WatchedDevice& d) { return std::string_view(d.address); });
  if (asked.sort == "state")
    order_by([&](const WatchedDevice& d) { return trouble_first(status_of(statuses, d.id).state); });
  std::vector<Value> items;
  const auto begin = std::min(static_cast<std::size_t>(std::max<std::int64_t>(from, 0)), rows.size());
  const auto end = std::min(begin + static_cast<std::size_t>(page.limit), rows.size());
  for (auto i = begin; i < end; ++i)
    items.push_back(device_value(*rows[i], status_of(statuses, rows[i]->id)));
  Value out = page_value(std::move(items), end < rows.size() ? std::to_string(end) : "");
  out.set("total", static_cast<std::int64_t>(rows.size()));
  out.set("by_state", std::move(by_state));
  return answer(out);
}

// What a device was measured at since `from`; values are those of the last quarter of an hour.
Result<std::vector<monitor::poll::SampleStore::SeenSeries>> seen(const WatchApi& w, Id device,
                                                                 Duration since) {
  const Time now = w.api.clock.now();
  return w.watch.samples().seen(device, now - since, now - std::chrono::minutes(15));
}

Value value_of(const monitor::poll::SampleStore::SeenSeries& s) { return s.at ? Value(s.value) : Value(); }

Result<Response> get_device(const WatchApi& w, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "watch_read"));
  YAGURA_TRY(const Id id, id_of(request));
  const auto picture = w.book.picture();
  YAGURA_TRY(const auto* d, device_of(*picture, contract, id));
  const auto statuses = w.watch.status(contract);
  Value out = device_value(*d, status_of(statuses, id));
  std::vector<Value> upstream;
  for (const Id up : d->upstream)
    if (const auto* u = picture->find(contract, up))
      upstream.push_back(device_value(*u, status_of(statuses, up)));
  out.set("upstream", std::move(upstream));
  std::int64_t below = 0;
  picture->devices.each([&](Id, const auto& other) {
    below += std::ranges::find(other->upstream, id) != other->upstream.end() ? 1 : 0;
  });
  out.set("downstream_count", below);
  const auto snmp = w.watch.snmp_status(id);
  Value uptime, loss;
  YAGURA_TRY(const auto measured, seen(w, id, std::chrono::minutes(15)));
  for (const auto& series : measured) {
    if (series.metric == "ping.loss" && series.instance.empty()) loss = value_of(series);
    if (series.metric == "system.uptime" && series.instance.empty() && series.at)
      uptime = Value(static_cast<std::int64_t>(series.value));
  }
  out.set("loss", std::move(loss));
  out.set("snmp",
          Value::object(
              {{"state", snmp.state}, {"polled", time_value(snmp.at)}, {"uptime_s", std::move(uptime)}}));
  // The row itself is for those who may read ledgers.
  if (may(request, contract, "ledger_read")) {
    YAGURA_TRY(auto row, w.api.ledgers.get(reader_of(request, contract), contract, "devices", id));
    YAGURA_TRY(const auto* ledger, w.api.ledgers.definition(contract, "devices"));
    YAGURA_TRY(auto rows, row_values(w.api, request, contract, *ledger, {std::move(row)}));
    out.set("row", std::move(rows.front()));
  }
  out.set("traps_on", d->traps_on);
  out.set("remote_log", d->remote_log_on && !d->ssh_credential.empty());
  YAGURA_TRY(const auto running, w.watch.alerts().silences(contract, "running", w.api.clock.now(), 0, 200));
  const auto holds = std::ranges::find_if(running, [&](const auto& s) {
    return std::ranges::find(s.silence.devices, id) != s.silence.devices.end() ||
           std::ranges::find(s.silence.sites, d->site) != s.silence.sites.end();
  });
  out.set("silence", holds == running.end() ? Value() : silence_value(w, *holds));
  return answer(out);
}

Result<Response> list_interfaces(const WatchApi& w, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "watch_read"));
  YAGURA_TRY(const Id id, id_of(request));
  const auto picture = w.book.picture();
  YAGURA_TRY(const auto* d, device_of(*picture, contract, id));
  YAGURA_TRY(const auto measured, seen(w, id, std::chrono::hours(2)));
  std::map<std::pair<std::string_view, std::string_view>, const monitor::poll::SampleStore::SeenSeries*>
      by_name;
  for (const auto& series : measured) by_name[{series.metric, series.instance}] = &series;
  std::vector<Value> items;
  std::int64_t index = 0;
  for (const auto& port : measured) {
    if (port.metric != "if.oper") continue;
    const auto& name = port.instance;
    Value item = Value::object({{"index", ++index}, {"name", name}});
    const auto newest = [&](const char* metric) {
      const auto found = by_name.find({metric, name});
      return found == by_name.end() ? Value() : value_of(*found->second);
    };
    item.set("oper_up", newest("if.oper").real() > 0.5);
    item.set("admin_up", newest("if.admin").real() > 0.5);
    item.set("in_bps", newest("if.in.bits"));
    item.set("out_bps", newest("if.out.bits"));
    item.set("in_errors", newest("if.in.errors"));
    item.set("out_errors", newest("if.out.errors"));
    item.set("in_discards", newest("if.in.discards"));
    item.set("out_discards", newest("if.out.discards"));
    const Value speed = newest("if.speed");
    item.set("speed_bps", speed.is_null() ? Value() : Value(static_cast<std::int64_t>(speed.real())));
    item.set("flapping_by_design",
             std::ranges::find(d->ports_flapping_by_design, name) != d->ports_flapping_by_design.end());
    items.push_back(std::move(item));
  }
  return answer(items_value(std::move(items)));
}

struct MetricWords {
  std::string ja, en, unit;
  std::optional<double> enter, leave;
};

// Every metric there can be, by id: those of the profiles and the two of ping.
std::map<std::string, MetricWords> metric_words(const WatchApi& w) {
  std::map<std::string, MetricWords> out{{"ping.rtt", {"応答時間", "Round trip", "ms", {}, {}}},
                                         {"ping.loss", {"損失率", "Loss", "%", {}, {}}}};
  for (const auto& [name, profile] : w.watch.profiles())
    for (const auto& group : profile->groups)
      for (const auto& metric : group.metrics) {
        MetricWords words{metric.title.ja, metric.title.en, metric.unit, {}, {}};
        if (!metric.thresholds.empty()) {
          const auto& t = metric.thresholds.front();
          words.enter = t.above ? t.above : t.below;
          words.leave = t.leave;
        }
        out[metric.id] = std::move(words);
      }
  return out;
}

Result<Response> list_metrics(const WatchApi& w, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "watch_read"));
  YAGURA_TRY(const Id id, id_of(request));
  const auto picture = w.book.picture();
  YAGURA_CHECK(device_of(*picture, contract, id));
  std::vector<Value> items;
  const auto number = [](const std::optional<double>& v) { return v ? Value(*v) : Value(); };
  const auto all = metric_words(w);
  YAGURA_TRY(const auto measured, seen(w, id, std::chrono::days(1)));
  for (const auto& series : measured) {
    const auto found = all.find(series.metric);
    if (found == all.end()) continue;
    const auto& words = found->second;
    items.push_back(Value::object({{"metric", series.metric},
                                   {"instance", series.instance},
                                   {"name", text2(words)},
                                   {"instance_name", series.instance},
                                   {"unit", words.unit},
                                   {"newest", value_of(series)},
                                   {"at", time_value(series.at)},
                                   {"enter", number(words.enter)},
                                   {"leave", number(words.leave)}}));
  }
  return answer(items_value(std::move(items)));
}

Result<Response> get_series(const WatchApi& w, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "watch_read"));
  YAGURA_TRY(const Id id, id_of(request));
  const auto picture = w.book.picture();
  YAGURA_CHECK(device_of(*picture, contract, id));
  YAGURA_TRY(const auto from, time_param(request, "from"));
  YAGURA_TRY(const auto to, time_param(request, "to"));
  const auto metric = text_param(request, "metric");
  if (!from || !to || *from >= *to || metric.empty()) return std::unexpected(parameter_invalid("from"));
  const auto wanted = text_param(request, "points");
  int most = 500;
  std::from_chars(wanted.data(), wanted.data() + wanted.size(), most);
  most = std::clamp(most, 2, 2000);
  const auto instance = text_param(request, "instance");
  YAGURA_TRY(const auto points, w.watch.samples().query(id, metric, instance, *from, *to, most));
  const auto all = metric_words(w);
  const auto words = all.find(metric);
  Value list = Value::array();
  std::int64_t step = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto seconds = to_micros(points[i].at) / 1'000'000;
    if (i > 0) {
      const auto gap = seconds - to_micros(points[i - 1].at) / 1'000'000;
      step = step == 0 ? gap : std::min(step, gap);
    }
    list.push(Value(std::vector<Value>{Value(seconds), Value(points[i].average), Value(points[i].low),
                                       Value(points[i].high)}));
  }
  return answer(Value::object({{"metric", metric},
                               {"instance", instance},
                               {"unit", words == all.end() ? "" : words->second.unit},
                               {"step_s", step},
                               {"points", std::move(list)}}));
}

// A picture of more says nothing to anybody; the sites lead to their own.
constexpr std::size_t most_drawn = 1000;

Result<Response> get_map(const WatchApi& w, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "watch_read"));
  YAGURA_TRY(const auto site, id_param(request, "site"));
  const auto picture = w.book.picture();
  const auto statuses = w.watch.status(contract);
  struct Site {
    std::string name, kind;
    int down = 0, total = 0;
  };
  std::map<Id, Site> sites;
  Value nodes = Value::array(), edges = Value::array();
  if (const auto listed = picture->of_contract.find(contract); listed != picture->of_contract.end()) {
    const bool sites_only = !site && listed->second.size() > most_drawn;
    for (const Id id : listed->second) {
      const auto& d = *picture->find(id);
      const auto& status = status_of(statuses, id);
      auto& s = sites[d.site];
      s.name = d.site_name;
      s.kind = d.site_kind;
      ++s.total;
      if (status.state == "down" || status.state == "unreachable") ++s.down;
      if (sites_only || (site && d.site != *site)) continue;
      nodes.push(device_value(d, status));
      for (const Id up : d.upstream)
        if (const auto* u = picture->find(contract, up); u && (!site || u->site == *site))
          edges.push(Value::object({{"from", up}, {"to", id}}));
    }
  }
  std::vector<Value> list;
  for (const auto& [id, s] : sites)
    if (id != 0)
      list.push_back(Value::object(
          {{"id", id}, {"name", s.name}, {"kind", s.kind}, {"down", s.down}, {"total", s.total}}));
  return answer(
      Value::object({{"sites", std::move(list)}, {"nodes", std::move(nodes)}, {"edges", std::move(edges)}}));
}

Result<Response> retrieve_log(const WatchApi& w, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "alert_handle"));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto incident, id_param(request, "incident"));
  const auto picture = w.book.picture();
  YAGURA_CHECK(device_of(*picture, contract, id));
  YAGURA_TRY(const auto started,
             w.retrieve_log(who(request).actor, contract, id, incident.value_or(0), request.language));
  return answer(202, started);
}

Result<Response> list_logs(const WatchApi& w, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "incident_read"));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto page, page_of(request));
  YAGURA_TRY(const auto before, number_cursor(page));
  const auto picture = w.book.picture();
  YAGURA_CHECK(device_of(*picture, contract, id));
  YAGURA_TRY(const auto list, w.logs_of_device(contract, id, before, page.limit, request.language));
  return answer(list);
}

Result<Response> get_log(const WatchApi& w, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "incident_read"));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto log, w.log(contract, id, request.language));
  return answer(log);
}

}  // namespace

void add_device_routes(Router& router, const WatchApi& w) {
  const auto on = [&w](auto handle) -> Handler {
    return [&w, handle](Request& request) -> Result<Response> { return handle(w, request); };
  };
  const auto get = [&](const char* pattern, const char* operation, auto handle,
                       const char* permission = "watch_read") {
    router.add({.method = Method::get,
                .pattern = pattern,
                .operation = operation,
                .handler = on(handle),
                .permission = permission});
  };
  get("/api/v1/devices", "listDevices", list_devices);
  get("/api/v1/devices/{id}", "getDevice", get_device);
  get("/api/v1/devices/{id}/interfaces", "listInterfaces", list_interfaces);
  get("/api/v1/devices/{id}/metrics", "listMetrics", list_metrics);
  get("/api/v1/devices/{id}/series", "getSeries", get_series);
  get("/api/v1/devices/{id}/logs", "listDeviceLogs", list_logs, "incident_read");
  get("/api/v1/logs/{id}", "getLog", get_log, "incident_read");
  get("/api/v1/map", "getMap", get_map);
  router.add({.method = Method::post,
              .pattern = "/api/v1/devices/{id}/logs",
              .operation = "retrieveLog",
              .handler = on(retrieve_log),
              .permission = "alert_handle",
              .rate = RateClass::write});
}

}  // namespace yagura::web
