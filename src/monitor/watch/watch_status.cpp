// How things stand, for screens.
#include <algorithm>

#include "monitor/watch/watch.hpp"

namespace yagura::monitor::watch {

std::unordered_map<Id, DeviceStatus> Watch::status(std::string_view contract) const {
  const auto picture = at_.book.picture();
  std::unordered_map<Id, DeviceStatus> out;
  const auto listed = picture->of_contract.find(std::string(contract));
  if (listed == picture->of_contract.end()) return out;
  out.reserve(listed->second.size());
  picture->devices.each([&](Id id, const auto& d) {
    if (d->contract == contract) out[id].state = d->watched ? "unknown" : "disabled";
  });
  if (ping_)
    for (const auto& state : ping_->states()) {
      const auto found = out.find(device_of(state.id));
      if (found == out.end()) continue;
      auto& status = found->second;
      if (state.state == ping::State::unknown) continue;
      const bool ok = state.state == ping::State::ok;
      // Of several addresses the one that decides is the one that answers, or by the contract the other.
      const bool known = status.state == "up" || status.state == "down";
      if (known && ok == picture->find(device_of(state.id))->rules.down_when_any) continue;
      status.state = ok ? "up" : "down";
      status.since = state.since;
      if (state.state == ping::State::ok)
        status.round_trip_ms = static_cast<double>(state.round_trip.count()) / 1000.0;
    }
  const std::lock_guard lock(machine_lock_);
  for (const auto& a : machine_->open()) {
    const auto found = out.find(a.key.device);
    if (found == out.end()) continue;
    auto& status = found->second;
    if (a.standing == alert::Standing::suppressed && a.nature == alert::Nature::reachability)
      status.state = "unreachable";
    if (a.standing == alert::Standing::suppressed) continue;
    ++status.alerts;
    if (status.severity.empty() || a.severity > severity_named(status.severity))
      status.severity = name_of(a.severity);
  }
  if (machine_->silences().empty()) return out;
  for (auto& [id, status] : out)
    if (status.state != "disabled" && machine_->silenced(id)) status.state = "silenced";
  return out;
}

SnmpStatus Watch::snmp_status(Id device) const {
  return snmp_.with([&](const auto& all) {
    const auto found = all.find(device);
    return found == all.end() ? SnmpStatus{} : found->second;
  });
}

std::vector<trap::Consumer::UnknownTrap> Watch::unknown_traps() const {
  return consumer_ ? consumer_->unknown() : std::vector<trap::Consumer::UnknownTrap>{};
}

ping::Engine::Totals Watch::ping_totals() const { return ping_ ? ping_->totals() : ping::Engine::Totals{}; }

}  // namespace yagura::monitor::watch
