#include "report/row_sets.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace yagura::report {

namespace {

using document::Cell;

template <class T>
struct Column {
  std::string_view id;
  Shown shown;
  std::function<Entry(const Facts&, const T&)> get;
};

Entry text(const std::string& value) { return {Cell{value}}; }
Entry words(const Facts& f, const Words& value) {
  return text(f.language == Language::ja ? value.ja : value.en);
}
Entry labelled(const Facts& f, const char* group, const std::string& value) {
  return text(f.layout.label(group, value, f.language));
}
Entry number(double value) { return {Cell{value}}; }
Entry count(std::size_t value) { return number(static_cast<double>(value)); }
Entry when(Time instant) { return {Cell{civil_cell(instant)}}; }
Entry when(const std::optional<Time>& instant) { return instant ? when(*instant) : Entry{}; }
Entry minutes(Duration length) { return number(minutes_of(length)); }
Entry length(Time from, const std::optional<Time>& to) { return to ? minutes(*to - from) : Entry{}; }

Entry day(const Facts& f, int of_month) {
  auto cell = civil_cell(f.account.within.from + std::chrono::days(of_month - 1));
  cell.has_time = false;
  return {Cell{cell}};
}

Entry to(Entry entry, std::string_view rows, std::size_t first) {
  entry.rows_behind = rows;
  entry.first_behind = first;
  return entry;
}

template <class Key>
Entry to_first(Entry entry, std::string_view rows, const std::map<Key, std::size_t>& firsts, const Key& key) {
  const auto found = firsts.find(key);
  return found == firsts.end() ? entry : to(std::move(entry), rows, found->second);
}

Entry target(const DeviceClass& c) {
  return c.target_ppm == 0 ? Entry{} : number(static_cast<double>(c.target_ppm) / 10'000);
}

const char* outcome_name(ClockOutcome outcome) {
  switch (outcome) {
    case ClockOutcome::kept:
      return "kept";
    case ClockOutcome::missed:
      return "missed";
    case ClockOutcome::cancelled:
      return "cancelled";
    case ClockOutcome::running:
      break;
  }
  return "running";
}

using F = Facts;

const std::vector<Column<DeviceAccount>> device_columns = {
    {"name", Shown::text, [](const F&, const auto& d) { return text(d.device->name); }},
    {"address", Shown::text, [](const F&, const auto& d) { return text(d.device->address); }},
    {"site", Shown::text, [](const F&, const auto& d) { return text(d.device->site); }},
    {"class", Shown::text, [](const F& f, const auto& d) { return words(f, d.device_class->title); }},
    {"outages", Shown::count,
     [](const F& f, const auto& d) {
       const auto n = f.outages_of_device.find(d.device->id);
       return to_first(count(n == f.outages_of_device.end() ? 0 : n->second), "outages",
                       f.first_outage_of_device, d.device->id);
     }},
    {"down", Shown::minutes,
     [](const F& f, const auto& d) {
       return to_first(minutes(d.availability.down), "outages", f.first_outage_of_device, d.device->id);
     }},
    {"excluded", Shown::minutes,
     [](const F&, const auto& d) { return to(minutes(d.availability.excluded), "silences", 0); }},
    {"percent", Shown::percent,
     [](const F& f, const auto& d) {
       return to_first(number(floor_percent(d.availability.percent())), "outages", f.first_outage_of_device,
                       d.device->id);
     }},
    {"target", Shown::percent, [](const F&, const auto& d) { return target(*d.device_class); }},
};

const std::vector<Column<ClassAccount>> class_columns = {
    {"class", Shown::text, [](const F& f, const auto& c) { return words(f, c.device_class->title); }},
    {"devices", Shown::count,
     [](const F& f, const auto& c) {
       return to_first(count(c.devices), "devices", f.first_device_of_class, c.device_class->id);
     }},
    {"base", Shown::minutes,
     [](const F& f, const auto& c) {
       return to_first(minutes(c.base), "devices", f.first_device_of_class, c.device_class->id);
     }},
    {"excluded", Shown::minutes,
     [](const F&, const auto& c) { return to(minutes(c.excluded), "silences", 0); }},
    {"outages", Shown::count,
     [](const F& f, const auto& c) {
       return to_first(count(c.outages), "outages", f.first_outage_of_class, c.device_class->id);
     }},
    {"down", Shown::minutes,
     [](const F& f, const auto& c) {
       return to_first(minutes(c.down), "outages", f.first_outage_of_class, c.device_class->id);
     }},
    {"percent", Shown::percent,
     [](const F& f, const auto& c) {
       return to_first(number(floor_percent(c.percent())), "devices", f.first_device_of_class,
                       c.device_class->id);
     }},
    {"target", Shown::percent, [](const F&, const auto& c) { return target(*c.device_class); }},
    {"met", Shown::text,
     [](const F& f, const auto& c) {
       return labelled(f, "met", c.device_class->target_ppm == 0 ? "none" : c.meets() ? "yes" : "no");
     }},
};

const std::vector<Column<OutageAccount>> outage_columns = {
    {"class", Shown::text, [](const F& f, const auto& o) { return words(f, o.device->device_class->title); }},
    {"device", Shown::text, [](const F&, const auto& o) { return text(o.device->device->name); }},
    {"site", Shown::text, [](const F&, const auto& o) { return text(o.device->device->site); }},
    {"from", Shown::when, [](const F&, const auto& o) { return when(o.outage->span.from); }},
    {"to", Shown::when, [](const F&, const auto& o) { return when(o.outage->span.to); }},
    {"within", Shown::minutes, [](const F&, const auto& o) { return minutes(o.within); }},
    {"excluded", Shown::minutes, [](const F&, const auto& o) { return minutes(o.within - o.counted); }},
    {"counted", Shown::minutes, [](const F&, const auto& o) { return minutes(o.counted); }},
    {"cause", Shown::text, [](const F&, const auto& o) { return text(o.outage->cause); }},
    {"incident", Shown::text, [](const F&, const auto& o) { return text(o.outage->incident); }},
};

const std::vector<Column<const Alert*>> alert_columns = {
    {"opened", Shown::when, [](const F&, const auto& a) { return when(a->opened); }},
    {"closed", Shown::when, [](const F&, const auto& a) { return when(a->closed); }},
    {"minutes", Shown::minutes, [](const F&, const auto& a) { return length(a->opened, a->closed); }},
    {"severity", Shown::text, [](const F& f, const auto& a) { return labelled(f, "severity", a->severity); }},
    {"state", Shown::text, [](const F& f, const auto& a) { return labelled(f, "state", a->state); }},
    {"site", Shown::text, [](const F&, const auto& a) { return text(a->site); }},
    {"device", Shown::text, [](const F&, const auto& a) { return text(a->device); }},
    {"kind", Shown::text, [](const F& f, const auto& a) { return words(f, a->kind); }},
    {"incident", Shown::text, [](const F&, const auto& a) { return text(a->incident); }},
};

const std::vector<Column<int>> alert_day_columns = {
    {"day", Shown::day, [](const F& f, const int& d) { return day(f, d); }},
    {"alerts", Shown::count,
     [](const F& f, const int& d) {
       const auto i = static_cast<std::size_t>(d - 1);
       return f.alerts_of_day[i] == 0 ? count(0)
                                      : to(count(f.alerts_of_day[i]), "alerts", f.first_alert_of_day[i]);
     }},
};

const std::vector<Column<const Incident*>> incident_columns = {
    {"number", Shown::text, [](const F&, const auto& i) { return text(i->number); }},
    {"opened", Shown::when, [](const F&, const auto& i) { return when(i->opened); }},
    {"closed", Shown::when, [](const F&, const auto& i) { return when(i->closed); }},
    {"minutes", Shown::minutes, [](const F&, const auto& i) { return length(i->opened, i->closed); }},
    {"severity", Shown::text, [](const F& f, const auto& i) { return labelled(f, "severity", i->severity); }},
    {"state", Shown::text, [](const F& f, const auto& i) { return labelled(f, "state", i->state); }},
    {"site", Shown::text, [](const F&, const auto& i) { return text(i->site); }},
    {"device", Shown::text, [](const F&, const auto& i) { return text(i->device); }},
    {"title", Shown::text, [](const F&, const auto& i) { return text(i->title); }},
    {"result", Shown::text, [](const F&, const auto& i) { return text(i->result); }},
    {"alerts", Shown::count,
     [](const F& f, const auto& i) {
       const auto n = f.alerts_of_incident.find(i->number);
       return to_first(count(n == f.alerts_of_incident.end() ? 0 : n->second), "alerts",
                       f.first_alert_of_incident, i->number);
     }},
};

const std::vector<Column<const ClockRecord*>> clock_columns = {
    {"incident", Shown::text, [](const F&, const auto& c) { return text(c->incident); }},
    {"rule", Shown::text, [](const F& f, const auto& c) { return words(f, c->rule_title); }},
    {"started", Shown::when, [](const F&, const auto& c) { return when(c->started); }},
    {"due", Shown::when, [](const F&, const auto& c) { return when(c->due); }},
    {"stopped", Shown::when, [](const F&, const auto& c) { return when(c->stopped); }},
    {"counted", Shown::minutes, [](const F&, const auto& c) { return minutes(c->counted); }},
    {"outcome", Shown::text,
     [](const F& f, const auto& c) { return labelled(f, "outcome", outcome_name(c->outcome)); }},
    {"reason", Shown::text, [](const F&, const auto& c) { return text(c->reason); }},
};

const std::vector<Column<ClockRuleAccount>> rule_columns = {
    {"rule", Shown::text, [](const F& f, const auto& r) { return words(f, r.title); }},
    {"total", Shown::count,
     [](const F& f, const auto& r) {
       return to_first(count(r.kept + r.missed + r.running + r.cancelled), "clocks", f.first_clock_of_rule,
                       r.rule);
     }},
    {"kept", Shown::count,
     [](const F& f, const auto& r) {
       return to_first(count(r.kept), "clocks", f.first_clock_of_rule, r.rule);
     }},
    {"missed", Shown::count,
     [](const F& f, const auto& r) {
       return to_first(count(r.missed), "clocks", f.first_clock_of_rule, r.rule);
     }},
    {"running", Shown::count,
     [](const F& f, const auto& r) {
       return to_first(count(r.running), "clocks", f.first_clock_of_rule, r.rule);
     }},
    {"cancelled", Shown::count,
     [](const F& f, const auto& r) {
       return to_first(count(r.cancelled), "clocks", f.first_clock_of_rule, r.rule);
     }},
    {"percent", Shown::percent,
     [](const F& f, const auto& r) {
       if (r.kept + r.missed == 0) return Entry{};
       const double share = 100.0 * static_cast<double>(r.kept) / static_cast<double>(r.kept + r.missed);
       return to_first(number(floor_percent(share)), "clocks", f.first_clock_of_rule, r.rule);
     }},
};

const std::vector<Column<const Silence*>> silence_columns = {
    {"from", Shown::when, [](const F&, const auto& s) { return when(s->span.from); }},
    {"to", Shown::when, [](const F&, const auto& s) { return when(s->span.to); }},
    {"minutes", Shown::minutes, [](const F&, const auto& s) { return minutes(s->span.to - s->span.from); }},
    {"target", Shown::text, [](const F&, const auto& s) { return text(s->target); }},
    {"devices", Shown::count, [](const F&, const auto& s) { return count(s->devices.size()); }},
    {"who", Shown::text, [](const F&, const auto& s) { return text(s->who); }},
    {"why", Shown::text, [](const F&, const auto& s) { return text(s->why); }},
    {"agreed", Shown::text,
     [](const F& f, const auto& s) { return labelled(f, "agreed", s->agreed ? "yes" : "no"); }},
};

const std::vector<Column<const Contact*>> contact_columns = {
    {"at", Shown::when, [](const F&, const auto& c) { return when(c->at); }},
    {"incident", Shown::text, [](const F&, const auto& c) { return text(c->incident); }},
    {"person", Shown::text, [](const F&, const auto& c) { return text(c->person); }},
    {"way", Shown::text, [](const F& f, const auto& c) { return labelled(f, "way", c->way); }},
    {"result", Shown::text,
     [](const F& f, const auto& c) { return labelled(f, "contact_result", c->result); }},
};

const DayPoint& point(const DailyRow& row) {
  return row.top->performance->days[static_cast<std::size_t>(row.day - 1)];
}
Entry measured(const DailyRow& row, double value) { return point(row).samples > 0 ? number(value) : Entry{}; }

const std::vector<Column<DailyRow>> daily_columns = {
    {"metric", Shown::text,
     [](const F& f, const auto& r) { return labelled(f, "metric", r.top->performance->metric); }},
    {"device", Shown::text, [](const F&, const auto& r) { return text(r.top->device->device->name); }},
    {"day", Shown::day, [](const F& f, const auto& r) { return day(f, r.day); }},
    {"mean", Shown::number, [](const F&, const auto& r) { return measured(r, point(r).mean); }},
    {"peak", Shown::number, [](const F&, const auto& r) { return measured(r, point(r).peak); }},
    {"samples", Shown::count,
     [](const F&, const auto& r) { return number(static_cast<double>(point(r).samples)); }},
};

const std::vector<Column<TopDevice>> top_columns = {
    {"rank", Shown::count, [](const F&, const auto& t) { return number(t.rank); }},
    {"device", Shown::text, [](const F&, const auto& t) { return text(t.device->device->name); }},
    {"site", Shown::text, [](const F&, const auto& t) { return text(t.device->device->site); }},
    {"class", Shown::text, [](const F& f, const auto& t) { return words(f, t.device->device_class->title); }},
    {"mean", Shown::number,
     [](const F& f, const auto& t) { return to_first(number(t.mean), "daily", f.first_daily, &t); }},
    {"peak", Shown::number,
     [](const F& f, const auto& t) { return to_first(number(t.peak), "daily", f.first_daily, &t); }},
    {"peak_day", Shown::day, [](const F& f, const auto& t) { return day(f, t.peak_day); }},
};

template <class T, class Items>
Rows filled(const Facts& facts, const Items& items, const std::vector<Column<T>>& offered,
            const std::vector<LayoutColumn>& wanted) {
  std::vector<const Column<T>*> picked;
  Rows out;
  for (const auto& one : wanted) {
    const auto found = std::ranges::find(offered, std::string_view(one.id), &Column<T>::id);
    YAGURA_ASSERT(found != offered.end());
    picked.push_back(&*found);
    out.shown.push_back(found->shown);
  }
  out.rows.reserve(std::size(items));
  for (const auto& item : items) {
    auto& row = out.rows.emplace_back();
    row.reserve(picked.size());
    for (const auto* column : picked) row.push_back(column->get(facts, item));
  }
  return out;
}

struct RowSet {
  std::string_view id;
  std::vector<std::string_view> columns;
  std::function<Rows(const Facts&, const std::vector<LayoutColumn>&)> fill;
};

template <class T, class Items>
RowSet row_set(std::string_view id, const std::vector<Column<T>>& columns, Items items) {
  RowSet out{id, {}, [&columns, items](const Facts& f, const std::vector<LayoutColumn>& wanted) {
               return filled<T>(f, items(f), columns, wanted);
             }};
  for (const auto& column : columns) out.columns.push_back(column.id);
  return out;
}

const std::vector<RowSet>& all_row_sets() {
  static const std::vector<RowSet> sets = {
      row_set("devices", device_columns, [](const F& f) -> auto& { return f.account.devices; }),
      row_set("classes", class_columns, [](const F& f) -> auto& { return f.account.classes; }),
      row_set("outages", outage_columns, [](const F& f) -> auto& { return f.account.outages; }),
      row_set("alerts", alert_columns, [](const F& f) -> auto& { return f.account.alerts; }),
      row_set("alert_days", alert_day_columns,
              [](const F& f) {
                std::vector<int> days;
                for (int d = 1; d <= f.account.days; ++d) days.push_back(d);
                return days;
              }),
      row_set("incidents", incident_columns, [](const F& f) -> auto& { return f.account.incidents; }),
      row_set("clocks", clock_columns, [](const F& f) -> auto& { return f.account.clocks; }),
      row_set("missed_clocks", clock_columns,
              [](const F& f) {
                auto missed = f.account.clocks;
                std::erase_if(missed,
                              [](const ClockRecord* c) { return c->outcome != ClockOutcome::missed; });
                return missed;
              }),
      row_set("clock_rules", rule_columns, [](const F& f) -> auto& { return f.account.rules; }),
      row_set("silences", silence_columns, [](const F& f) -> auto& { return f.account.silences; }),
      row_set("contacts", contact_columns, [](const F& f) -> auto& { return f.account.contacts; }),
      row_set("daily", daily_columns, [](const F& f) -> auto& { return f.daily; }),
      row_set("top_devices", top_columns, [](const F&) { return std::vector<TopDevice>{}; }),
  };
  return sets;
}

const RowSet* find_rows(std::string_view id) {
  const auto found = std::ranges::find(all_row_sets(), id, &RowSet::id);
  return found == all_row_sets().end() ? nullptr : &*found;
}

}  // namespace

bool has_rows(std::string_view rows) { return rows != "top_devices" && find_rows(rows) != nullptr; }

bool has_column(std::string_view rows, std::string_view column) {
  const auto* set = find_rows(rows);
  return set != nullptr && std::ranges::find(set->columns, column) != set->columns.end();
}

Rows fill(const Facts& facts, std::string_view rows, const std::vector<LayoutColumn>& columns) {
  const auto* set = find_rows(rows);
  YAGURA_ASSERT(set != nullptr);
  return set->fill(facts, columns);
}

Rows fill_top(const Facts& facts, const LayoutMetric& metric, const std::vector<LayoutColumn>& columns) {
  const auto found = facts.account.top.find(metric.id);
  if (found == facts.account.top.end())
    return filled<TopDevice>(facts, std::vector<TopDevice>{}, top_columns, columns);
  const auto some = std::min(found->second.size(), static_cast<std::size_t>(metric.top));
  return filled<TopDevice>(facts, std::span(found->second).first(some), top_columns, columns);
}

document::DateTime civil_cell(Time instant) {
  return {std::chrono::floor<std::chrono::seconds>(calendar::to_japan(instant)), true, true};
}

double floor_percent(double percent) { return std::floor(percent * 1000 + 1e-9) / 1000; }

double minutes_of(Duration length) {
  return std::round(static_cast<double>(length.count()) / 6'000'000) / 10;
}

}  // namespace yagura::report
