#include "yagurad/month_source.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace yagura::yagurad {

namespace {

using report::MonthFigures;
using store::Row;
using store::Session;

constexpr int no_limit = 1'000'000;

// Series that stand for a metric of the layout, by the end of their names.
bool stands_for(std::string_view layout_metric, std::string_view series) {
  const auto ends = [&](std::initializer_list<std::string_view> endings) {
    return std::ranges::any_of(endings, [&](std::string_view e) { return series.ends_with(e); });
  };
  if (layout_metric == "cpu") return ends({".cpu.used"});
  if (layout_metric == "memory") return ends({".memory.used"});
  if (layout_metric == "storage") return ends({".storage.used", ".disk.used"});
  if (layout_metric == "traffic") return ends({"if.in.used", "if.out.used"});
  return series == layout_metric;
}

// One month being gathered.
class Gathering {
 public:
  Gathering(const RunningMonths::Ground& at, std::string contract, calendar::Month month,
            std::shared_ptr<const contract::Pack> pack)
      : at_(at), contract_(std::move(contract)), pack_(std::move(pack)), span_(calendar::span_of(month)) {
    out_.month = month;
    out_.as_of = std::clamp(at_.clock.now(), span_.from, span_.to);
    out_.contract = pack_->name;
  }

  Result<MonthFigures> run() {
    YAGURA_CHECK(parties());
    YAGURA_CHECK(devices());
    YAGURA_CHECK(incidents());
    YAGURA_CHECK(clocks());
    YAGURA_CHECK(alerts());
    YAGURA_CHECK(outages());
    YAGURA_CHECK(silences());
    YAGURA_CHECK(contacts());
    YAGURA_CHECK(performance());
    YAGURA_CHECK(journal());
    classes();
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool by_then(const std::optional<Time>& time) const { return time && *time <= out_.as_of; }
  [[nodiscard]] std::optional<Time> if_by_then(const std::optional<Time>& time) const {
    return by_then(time) ? time : std::nullopt;
  }

  // The client is the contract's; the contractor is whoever the contractor's managers on the roster work for.
  Result<void> parties() {
    out_.client = {pack_->client.ja, pack_->client.en};
    YAGURA_TRY(const auto roster, at_.people.roster(contract_, people::RosterState::approved));
    std::vector<std::string> names;
    for (const auto& entry : roster)
      if (entry.role == people::Role::contractor_manager && !entry.organisation.empty())
        names.push_back(entry.organisation);
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    for (const auto& name : names) {
      out_.contractor.ja += (out_.contractor.ja.empty() ? "" : "、") + name;
      out_.contractor.en += (out_.contractor.en.empty() ? "" : ", ") + name;
    }
    return {};
  }

  // Ids of devices that stood in the ledger at some time of the month.
  Result<std::vector<Id>> registered() {
    std::vector<Id> ids;
    YAGURA_CHECK(at_.database.read([&](Session& s) {
      return s.query(
          "SELECT r.id FROM ledger_row r WHERE r.contract = $1 AND r.ledger = 'devices'"
          " AND (r.deleted = 0 OR r.changed > $2)"
          " AND COALESCE((SELECT min(h.time) FROM ledger_history h WHERE h.row_id = r.id), 0) < $3"
          " ORDER BY r.id",
          contract_, span_.from, out_.as_of, [&](const Row& row) { ids.push_back(row.integer(0)); });
    }));
    return ids;
  }

  Result<void> devices() {
    std::vector<Id> sites;
    YAGURA_CHECK(at_.ledgers.each(contract_, "sites",
                                  [&](ledger::Row&& row) { site_names_[row.id] = std::move(row.title); }));
    YAGURA_TRY(const auto ids, registered());
    std::unordered_map<Id, ledger::Row> live;
    YAGURA_CHECK(at_.ledgers.each(contract_, "devices",
                                  [&](ledger::Row&& row) { live.emplace(row.id, std::move(row)); }));
    for (const Id id : ids) {
      if (const auto found = live.find(id); found != live.end()) {
        const auto& watched = found->second.fields["monitored"];
        if (watched.is_null() || watched.boolean()) add_device(found->second);
        continue;
      }
      YAGURA_CHECK(add_device_by_id(id));
    }
    return {};
  }

  void add_device(const ledger::Row& row) {
    if (!known_.insert(row.id).second) return;
    report::Device device;
    device.id = row.id;
    device.name = row.title;
    device.address = row.fields["address"].text();
    const Id site = row.fields["site"].integer();
    site_of_[row.id] = site;
    if (const auto name = site_names_.find(site); name != site_names_.end()) device.site = name->second;
    device.device_class = row.fields["class"].text();
    out_.devices.push_back(std::move(device));
  }

  // A device that is in no list any more but has facts in the month. False: there never was such a row.
  Result<bool> add_device_by_id(Id id) {
    if (known_.contains(id)) return true;
    const auto row = at_.ledgers.get({{}, false}, contract_, "devices", id);
    if (!row) {
      if (row.error().code == "ledger.row_not_found") return false;
      return std::unexpected(row.error());
    }
    add_device(*row);
    return true;
  }

  // Classes that devices have, with the target that names them, else the one for all.
  void classes() {
    std::unordered_set<std::string> used;
    for (const auto& device : out_.devices) used.insert(device.device_class);
    const auto add = [&](const std::string& id, const report::Words& title) {
      report::DeviceClass& one = out_.classes.emplace_back(report::DeviceClass{id, title, 0});
      for (const auto& target : pack_->availability) {
        const bool named = std::ranges::find(target.device_classes, id) != target.device_classes.end();
        if (!named && !target.device_classes.empty()) continue;
        if (named || one.target_ppm == 0) one.target_ppm = target.target_ppm;
        if (named) break;
      }
    };
    for (const auto& one : pack_->device_classes)
      if (used.erase(one.id) != 0) add(one.id, one.title);
    // Classes the pack no longer has; in order, so that the same month is the same bytes.
    std::vector<std::string> rest(used.begin(), used.end());
    std::ranges::sort(rest);
    for (const auto& id : rest) add(id, {id, id});
  }

  Result<const desk::Incident*> incident(Id id) {
    if (id == 0) return nullptr;
    auto found = incidents_.find(id);
    if (found == incidents_.end()) {
      auto read = at_.incidents.get(contract_, id);
      if (!read && read.error().code != "desk.incident_not_found") return std::unexpected(read.error());
      found = incidents_.emplace(id, read ? std::optional(*std::move(read)) : std::nullopt).first;
    }
    return found->second ? &*found->second : nullptr;
  }

  [[nodiscard]] std::string state_of(const desk::Incident& i) const {
    if (by_then(i.closed_at)) return "closed";
    if (by_then(i.restored_at)) return "resolved";
    return i.handed_to.empty() ? "open" : "handed_over";
  }

  Result<void> incidents() {
    YAGURA_TRY(auto found, at_.incidents.list({.contract = contract_,
                                               .search = {},
                                               .state = {},
                                               .limit = no_limit,
                                               .from = span_.from,
                                               .to = out_.as_of}));
    for (auto& i : found) {
      const auto closed = if_by_then(i.closed_at);
      out_.incidents.push_back({i.number, i.detected_at, closed, i.severity, state_of(i), i.place.site_name,
                                i.place.device_name, i.title, closed ? i.close_reason : ""});
      incidents_.emplace(i.id, std::move(i));
    }
    return {};
  }

  Result<void> clocks() {
    YAGURA_TRY(const auto found, at_.incidents.clocks_between(contract_, span_.from, out_.as_of, out_.as_of));
    for (const auto& c : found) {
      const auto& j = c.judged;
      report::ClockRecord record;
      record.incident = c.incident_number;
      record.rule = c.rule;
      const auto* rule = pack_->clock(c.rule);
      record.rule_title = rule ? rule->rule.title : report::Words{c.rule, c.rule};
      record.started = j.started.value_or(span_.from);
      record.due = j.due;
      record.stopped = j.stopped;
      record.counted = j.elapsed;
      record.reason = j.reason;
      record.outcome = j.breached                                   ? report::ClockOutcome::missed
                       : j.state == calendar::ClockState::cancelled ? report::ClockOutcome::cancelled
                       : j.stopped                                  ? report::ClockOutcome::kept
                                                                    : report::ClockOutcome::running;
      out_.clocks.push_back(std::move(record));
    }
    return {};
  }

  [[nodiscard]] std::string state_of(const monitor::watch::AlertView& a) const {
    if (by_then(a.cleared)) return "resolved";
    if (by_then(a.acknowledged_at)) return "acknowledged";
    return a.silenced ? "silenced" : "open";
  }

  Result<void> alerts() {
    YAGURA_TRY(alerts_, at_.alerts.list({.contract = contract_,
                                         .state = {},
                                         .severity = {},
                                         .search = {},
                                         .from = span_.from,
                                         .to = out_.as_of,
                                         .limit = no_limit}));
    for (const auto& a : alerts_) {
      if (a.parent != 0) continue;
      YAGURA_TRY(const auto* of, incident(a.incident));
      out_.alerts.push_back({a.id, a.first, if_by_then(a.cleared), a.severity, state_of(a), a.site_name,
                             a.device_name, a.title, of ? of->number : ""});
    }
    return {};
  }

  // The incident of an outage: that of the alert of the device's silence, or of what explained it.
  Result<const desk::Incident*> incident_of_outage(Id device, Time began) {
    const monitor::watch::AlertView* best = nullptr;
    for (const auto& a : alerts_)
      if (a.device == device && a.kind == "ping" && a.first <= began + std::chrono::minutes(10) &&
          (!a.cleared || *a.cleared >= began) && (!best || a.first > best->first))
        best = &a;
    if (!best) return nullptr;
    if (best->incident == 0 && best->parent != 0) {
      const auto parent = at_.alerts.get(contract_, best->parent);
      return incident(parent ? parent->incident : 0);
    }
    return incident(best->incident);
  }

  Result<void> outages() {
    struct Kept {
      Id device;
      Time began;
      std::optional<Time> ended;
    };
    std::vector<Kept> rows;
    YAGURA_CHECK(at_.database.read([&](Session& s) {
      return s.query(
          "SELECT device, began, ended FROM ping_outage WHERE contract = $1 AND began < $2"
          " AND (ended IS NULL OR ended > $3) ORDER BY began, id",
          contract_, out_.as_of, span_.from,
          [&](const Row& row) { rows.push_back({row.integer(0), row.time(1), row.maybe_time(2)}); });
    }));
    for (const auto& row : rows) {
      YAGURA_TRY(const bool there, add_device_by_id(row.device));
      if (!there)
        return fail("report.figures_invalid",
                    {{"what", "device of an outage"}, {"name", std::to_string(row.device)}});
      YAGURA_TRY(const auto* of, incident_of_outage(row.device, row.began));
      // How it ended later is for the next month's report.
      const Time end = std::min(row.ended.value_or(out_.as_of), out_.as_of);
      out_.outages.push_back({row.device,
                              {row.began, end},
                              of && by_then(of->closed_at) ? of->close_reason : "",
                              of ? of->number : ""});
    }
    return {};
  }

  Result<bool> entered_before(Id silence, Time begins) {
    YAGURA_TRY(const auto entries, at_.database.read([&](Session& s) {
      return at_.journal.list(s, {.chain = contract_,
                                  .subject = "silence/" + std::to_string(silence),
                                  .kind_prefix = "silence.created",
                                  .text = {},
                                  .from = {},
                                  .to = {},
                                  .limit = 1,
                                  .oldest_first = true});
    }));
    return !entries.empty() && entries.front().time <= begins;
  }

  Result<void> silences() {
    // An empty state takes all of them.
    YAGURA_TRY(const auto found, at_.alerts.silences(contract_, "", at_.clock.now(), 0, no_limit));
    for (const auto& view : found) {
      const auto& s = view.silence;
      if (s.from >= out_.as_of || s.to <= span_.from || s.to <= s.from) continue;
      report::Silence one;
      one.span = {s.from, s.to};
      one.who = s.who;
      one.why = s.why;
      YAGURA_TRY(one.agreed, entered_before(s.id, s.from));
      std::vector<std::string> targets;
      for (const Id site : s.sites) {
        const auto name = site_names_.find(site);
        targets.push_back(name == site_names_.end() ? std::to_string(site) : name->second);
      }
      for (const auto& device : out_.devices) {
        const bool named = std::ranges::find(s.devices, device.id) != s.devices.end();
        if (named) targets.push_back(device.name);
        if (named || std::ranges::find(s.sites, site_of_[device.id]) != s.sites.end())
          one.devices.push_back(device.id);
      }
      for (const auto& target : targets) one.target += (one.target.empty() ? "" : "、") + target;
      out_.silences.push_back(std::move(one));
    }
    return {};
  }

  Result<void> contacts() {
    YAGURA_TRY(const auto found, at_.contacts.between(contract_, span_.from, out_.as_of));
    for (const auto& c : found) {
      if (c.state == notify::State::cancelled && by_then(c.done)) continue;
      constexpr std::string_view prefix = "incident/";
      if (!c.subject.starts_with(prefix))
        continue;  // mail about requests is no contact of the contract's trees
      const Id id = std::strtoll(c.subject.c_str() + prefix.size(), nullptr, 10);
      YAGURA_TRY(const auto* of, incident(id));
      const bool still_open = c.done && !by_then(c.done);
      const auto state =
          still_open ? (c.channel == notify::Channel::phone ? notify::State::to_call : notify::State::waiting)
                     : c.state;
      out_.contacts.push_back({if_by_then(c.done).value_or(c.created), of ? of->number : "", c.name,
                               std::string(notify::name_of(c.channel)), std::string(notify::name_of(state))});
    }
    return {};
  }

  Result<void> performance() {
    if (!at_.samples) return {};
    std::vector<monitor::poll::SampleStore::MetricGroup> groups;
    std::vector<std::string> names;
    for (const auto& section : at_.layout.sections)
      for (const auto& metric : section.metrics) {
        groups.push_back({[id = metric.id](std::string_view series) { return stands_for(id, series); },
                          static_cast<std::size_t>(std::max(metric.top, 0))});
        names.push_back(metric.id);
      }
    std::unordered_set<Id> devices(known_.begin(), known_.end());
    YAGURA_TRY(const auto tops, at_.samples->busiest(groups, devices, span_.from, out_.as_of));
    const auto days = static_cast<std::size_t>((span_.to - span_.from) / std::chrono::days(1));
    for (std::size_t g = 0; g < tops.size(); ++g)
      for (const auto& series : tops[g]) {
        report::Performance one{series.device, names[g], std::vector<report::DayPoint>(days)};
        for (const auto& point : series.days)
          if (point.at >= span_.from && point.at < span_.to)
            one.days[static_cast<std::size_t>((point.at - span_.from) / std::chrono::days(1))] = {
                point.average, point.high, point.count};
        out_.performance.push_back(std::move(one));
      }
    return {};
  }

  Result<void> journal() {
    return at_.database.read([&](Session& s) -> Result<void> {
      YAGURA_TRY(const auto entries,
                 s.integer("SELECT count(*) FROM journal WHERE chain = $1 AND time >= $2 AND time < $3",
                           contract_, span_.from, out_.as_of));
      out_.journal.entries = static_cast<std::uint64_t>(entries.value_or(0));
      // Until the month is over its root still changes.
      if (out_.as_of < span_.to) return {};
      YAGURA_TRY(out_.journal.hash, at_.journal.root(s, contract_, span_.to));
      return {};
    });
  }

  const RunningMonths::Ground& at_;
  const std::string contract_;
  const std::shared_ptr<const contract::Pack> pack_;
  const calendar::Span span_;
  MonthFigures out_;
  std::unordered_map<Id, std::string> site_names_;
  std::unordered_map<Id, Id> site_of_;
  std::unordered_set<Id> known_;  // devices in out_
  std::map<Id, std::optional<desk::Incident>> incidents_;
  std::vector<monitor::watch::AlertView> alerts_;
};

}  // namespace

Result<MonthFigures> RunningMonths::figures(const std::string& contract, calendar::Month month) {
  auto pack = at_.packs(contract);
  if (!pack) return fail("desk.contract_not_found");
  return Gathering(at_, contract, month, std::move(pack)).run();
}

}  // namespace yagura::yagurad
