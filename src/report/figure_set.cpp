#include "report/figure_set.hpp"

#include <algorithm>
#include <functional>

namespace yagura::report {

namespace {

FigureValue counted(std::size_t value, std::string_view rows) {
  return {{document::Cell{static_cast<double>(value)}, rows, 0}, Shown::count};
}

template <class Range, class Test>
std::size_t number_of(const Range& rows, Test test) {
  return static_cast<std::size_t>(std::ranges::count_if(rows, test));
}

FigureValue clocks_of(const Facts& f, ClockOutcome outcome) {
  return counted(number_of(f.account.clocks, [&](const auto* c) { return c->outcome == outcome; }),
                 outcome == ClockOutcome::missed ? "missed_clocks" : "clocks");
}

// Down time and base of all devices, whatever their class.
ClassAccount all_classes(const Facts& f) {
  ClassAccount sum;
  for (const auto& one : f.account.classes) {
    sum.base += one.base;
    sum.down += one.down;
  }
  return sum;
}

struct Named {
  std::string_view id;
  std::function<FigureValue(const Facts&)> value;
};

const std::vector<Named>& all_figures() {
  static const std::vector<Named> figures = {
      {"devices", [](const Facts& f) { return counted(f.account.devices.size(), "devices"); }},
      {"alerts", [](const Facts& f) { return counted(f.account.alerts.size(), "alerts"); }},
      {"alerts_open",
       [](const Facts& f) {
         return counted(number_of(f.account.alerts, [](const auto* a) { return !a->closed; }), "alerts");
       }},
      {"incidents", [](const Facts& f) { return counted(f.account.incidents.size(), "incidents"); }},
      {"incidents_open",
       [](const Facts& f) {
         return counted(number_of(f.account.incidents, [](const auto* i) { return !i->closed; }),
                        "incidents");
       }},
      {"clocks", [](const Facts& f) { return counted(f.account.clocks.size(), "clocks"); }},
      {"clocks_kept", [](const Facts& f) { return clocks_of(f, ClockOutcome::kept); }},
      {"clocks_missed", [](const Facts& f) { return clocks_of(f, ClockOutcome::missed); }},
      {"clocks_running", [](const Facts& f) { return clocks_of(f, ClockOutcome::running); }},
      {"availability",
       [](const Facts& f) {
         return FigureValue{{document::Cell{floor_percent(all_classes(f).percent())}, "classes", 0},
                            Shown::percent};
       }},
      {"classes_missed",
       [](const Facts& f) {
         return counted(number_of(f.account.classes, [](const auto& c) { return !c.meets(); }), "classes");
       }},
      {"outages",
       [](const Facts& f) {
         return counted(number_of(f.account.outages, [](const auto& o) { return o.counted > Duration{}; }),
                        "outages");
       }},
      {"downtime",
       [](const Facts& f) {
         return FigureValue{{document::Cell{minutes_of(all_classes(f).down)}, "outages", 0}, Shown::minutes};
       }},
      {"silences", [](const Facts& f) { return counted(f.account.silences.size(), "silences"); }},
      {"contacts", [](const Facts& f) { return counted(f.account.contacts.size(), "contacts"); }},
      {"journal_entries", [](const Facts& f) { return counted(f.account.figures->journal.entries, ""); }},
      {"journal_root",
       [](const Facts& f) {
         const auto& hash = f.account.figures->journal.hash;
         return FigureValue{
             {document::Cell{hash.empty() ? f.layout.label("journal", "unsealed", f.language) : hash}},
             Shown::text};
       }},
  };
  return figures;
}

constexpr std::string_view alerts_by = "alerts:", incidents_by = "incidents:";

}  // namespace

bool has_figure(std::string_view id) {
  if (id.starts_with(alerts_by)) return id.size() > alerts_by.size();
  if (id.starts_with(incidents_by)) return id.size() > incidents_by.size();
  return std::ranges::find(all_figures(), id, &Named::id) != all_figures().end();
}

FigureValue figure(const Facts& facts, std::string_view id) {
  if (id.starts_with(alerts_by))
    return counted(number_of(facts.account.alerts,
                             [&](const auto* a) { return a->severity == id.substr(alerts_by.size()); }),
                   "alerts");
  if (id.starts_with(incidents_by))
    return counted(number_of(facts.account.incidents,
                             [&](const auto* i) { return i->severity == id.substr(incidents_by.size()); }),
                   "incidents");
  const auto found = std::ranges::find(all_figures(), id, &Named::id);
  YAGURA_ASSERT(found != all_figures().end());
  return found->value(facts);
}

}  // namespace yagura::report
