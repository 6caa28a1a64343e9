#include "report/row_sets.hpp"

namespace yagura::report {

Facts::Facts(const Account& of, const Layout& by, Language in) : account(of), layout(by), language(in) {
  for (std::size_t i = 0; i < of.devices.size(); ++i)
    first_device_of_class.emplace(of.devices[i].device_class->id, i);
  for (std::size_t i = 0; i < of.outages.size(); ++i) {
    const auto& device = *of.outages[i].device;
    first_outage_of_class.emplace(device.device_class->id, i);
    first_outage_of_device.emplace(device.device->id, i);
    if (of.outages[i].counted > Duration{}) ++outages_of_device[device.device->id];
  }
  for (std::size_t i = 0; i < of.clocks.size(); ++i) first_clock_of_rule.emplace(of.clocks[i]->rule, i);

  first_alert_of_day.resize(static_cast<std::size_t>(of.days));
  alerts_of_day.resize(static_cast<std::size_t>(of.days));
  for (std::size_t i = 0; i < of.alerts.size(); ++i) {
    const auto& alert = *of.alerts[i];
    if (!alert.incident.empty()) {
      first_alert_of_incident.emplace(alert.incident, i);
      ++alerts_of_incident[alert.incident];
    }
    // Alerts that began before the month and were still open stand in the list, not in a day of it.
    const auto day = std::chrono::floor<std::chrono::days>(alert.opened - of.within.from).count();
    if (day < 0 || day >= of.days) continue;
    if (alerts_of_day[static_cast<std::size_t>(day)]++ == 0)
      first_alert_of_day[static_cast<std::size_t>(day)] = i;
  }

  for (const auto& section : by.sections)
    for (const auto& metric : section.metrics) {
      const auto found = of.top.find(metric.id);
      if (found == of.top.end()) continue;
      for (const auto& top : found->second) {
        if (top.rank > metric.top) break;
        first_daily.emplace(&top, daily.size());
        for (int day = 1; day <= of.days; ++day) daily.push_back({&top, day});
      }
    }
}

}  // namespace yagura::report
