// Observations in, alerts opened, counted, found flapping and closed.
#include "monitor/alert/machine.hpp"

#include <algorithm>

namespace yagura::monitor::alert {

std::string_view to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::opened:
      return "opened";
    case Verdict::counted:
      return "counted";
    case Verdict::worsened:
      return "worsened";
    case Verdict::held:
      return "held";
    case Verdict::suppressed:
      return "suppressed";
    case Verdict::silenced:
      return "silenced";
    case Verdict::announced:
      return "announced";
    case Verdict::cleared:
      return "cleared";
    case Verdict::flapping_started:
      return "flapping_started";
    case Verdict::flapping_stopped:
      return "flapping_stopped";
    case Verdict::acknowledged:
      return "acknowledged";
    case Verdict::commented:
      return "commented";
  }
  return "";
}

Machine::Machine(const Clock& clock, IdSource& ids, Sink& sink, Parameters parameters)
    : clock_(clock), ids_(ids), sink_(sink), parameters_(parameters) {}

void Machine::set_flapping_by_design(std::set<std::pair<Id, Id>> interfaces) {
  flapping_by_design_ = std::move(interfaces);
}

void Machine::decide(Verdict verdict, const Live& live, Id silence, std::string why) {
  sink_.on_decision({.verdict = verdict, .at = clock_.now(), .silence = silence, .why = std::move(why)},
                    live.alert);
}

Machine::Live* Machine::find(const Key& key) {
  const auto known = by_key_.find(key);
  return known == by_key_.end() ? nullptr : &alerts_.at(known->second);
}

void Machine::observe(const Observation& observation) {
  ++counters_.observations;
  const auto& key = observation.key;
  if (key.object != 0 && flapping_by_design_.contains({key.device, key.object})) {
    ++counters_.excluded;
    return;
  }
  if (observation.nature == Nature::reachability) {
    unchecked_.erase(key.device);
    being_checked_.erase(key.device);
  }
  observation.happened == Happened::cleared ? clear(observation) : raise(observation);
}

Machine::Live& Machine::open_alert(const Observation& observation) {
  const auto id = ids_.next();
  auto& live = alerts_[id];
  live.alert = {.id = id,
                .key = observation.key,
                .severity = observation.severity,
                .nature = observation.nature,
                .event = observation.happened == Happened::event,
                .first = observation.at,
                .last = observation.at,
                .count = observation.times,
                .evidence = observation.evidence};
  live.join_within = observation.join_within;
  live.opened = clock_.steady();
  by_key_[observation.key] = id;
  place_link(live);
  decide(Verdict::opened, live);
  return live;
}

void Machine::see_again(Live& live, const Observation& observation) {
  auto& alert = live.alert;
  alert.count += observation.times;
  alert.last = std::max(alert.last, observation.at);
  alert.evidence = observation.evidence;
  const bool worse = observation.happened != Happened::cleared && observation.severity > alert.severity;
  if (worse) alert.severity = observation.severity;
  decide(worse ? Verdict::worsened : Verdict::counted, live);
}

void Machine::raise(const Observation& observation) {
  auto* live = find(observation.key);
  const bool was_on = live != nullptr && live->alert.on;
  if (live == nullptr) {
    live = &open_alert(observation);
  } else {
    live->alert.on = true;
    see_again(*live, observation);
  }
  if (observation.happened == Happened::event) {
    // A condition that is known to be on does not end by being quiet.
    const auto quiet =
        observation.ends_after > Duration::zero() ? observation.ends_after : parameters_.event_quiet;
    if (live->alert.event) live->quiet_until = clock_.steady() + quiet;
  } else {
    live->alert.event = false;
    live->quiet_until.reset();
  }
  arm(*live);
  if (was_on) return;
  const auto id = live->alert.id;
  if (observation.happened != Happened::event) note_change(*live);
  const bool device_down = observation.nature == Nature::reachability;
  if (device_down) down_[observation.key.device] = id;
  consider(*live);
  if (device_down) reconsider_behind(observation.key.device);
}

void Machine::clear(const Observation& observation) {
  const auto device = observation.key.device;
  const bool reachability = observation.nature == Nature::reachability;
  if (reachability) up_at_[device] = clock_.steady();
  auto* live = find(observation.key);
  if (live == nullptr || !live->alert.on) {
    ++counters_.cleared_nothing;
    if (reachability) reconsider_behind(device);
    return;
  }
  live->alert.on = false;
  live->alert.last = std::max(live->alert.last, observation.at);
  // Why it was raised stays to be read; what ended it stands below.
  if (!observation.evidence.empty())
    live->alert.evidence += (live->alert.evidence.empty() ? "" : "\n") + observation.evidence;
  if (reachability) {
    down_.erase(device);
    recovered_at_[device] = returned_at_[device] = clock_.steady();
  }
  if (!live->alert.event) note_change(*live);
  if (live->alert.flapping) {
    ++live->alert.count;
    decide(Verdict::counted, *live);
    consider(*live);
  } else {
    close_alert(*live, "recovered");
  }
  if (reachability) reconsider_behind(device);
}

FlapRule Machine::flap_rule(const Key& key) const {
  if (flap_rules_)
    if (const auto rule = flap_rules_(key.device)) return *rule;
  return key.object == 0 ? parameters_.device_flaps : parameters_.object_flaps;
}

void Machine::note_change(Live& live) {
  const auto now = clock_.steady();
  const auto rule = flap_rule(live.alert.key);
  if (rule.changes == 0) return;  // no damping
  auto& changes = changes_[live.alert.key];
  std::erase_if(changes, [&](Duration at) { return now - at > rule.within; });
  changes.push_back(now);
  if (changes.size() > rule.changes) changes.erase(changes.begin());
  if (!live.alert.flapping && changes.size() >= rule.changes) {
    live.alert.flapping = true;
    decide(Verdict::flapping_started, live);
  }
  if (live.alert.flapping) {
    live.calm_until = now + rule.calm;
    arm(live);
  }
}

void Machine::close_alert(Live& live, std::string why) {
  live.alert.closed_at = clock_.now();
  const auto id = live.alert.id;
  if (live.alert.nature == Nature::reachability) note_ended(live);
  const auto parent = live.alert.parent;
  leave_parent(live);
  leave_link(live);
  // What it was evidence of stays to be read.
  live.alert.parent = parent != 0 || live.alert.announced_at ? parent : live.under;
  by_key_.erase(live.alert.key);
  silenced_.erase(id);
  if (const auto down = down_.find(live.alert.key.device); down != down_.end() && down->second == id)
    down_.erase(down);
  if (live.armed) timers_.erase({*live.armed, id});
  auto node = alerts_.extract(id);
  decide(Verdict::cleared, node.mapped(), 0, std::move(why));
  const auto& closed = node.mapped().alert;
  if (closed.nature == Nature::reachability) reconsider_alerts(closed.key.device, Nature::restart);
}

// People who know of an outage need not be told of what belongs to it, even when it has just ended.
void Machine::note_ended(const Live& live) {
  const auto& alert = live.alert;
  const auto now = clock_.steady();
  const bool known = alert.announced_at || alert.standing == Standing::silenced;
  if (known) told_ended_[alert.id] = now;
  const Id by = known ? alert.id : told(live.under) ? live.under : 0;
  if (by != 0) ended_[alert.key.device] = {by, now};
}

bool Machine::told(Id alert) const {
  if (alert == 0) return false;
  const auto open = alerts_.find(alert);
  if (open == alerts_.end()) return told_ended_.contains(alert);
  return open->second.alert.announced_at || open->second.alert.standing == Standing::silenced;
}

const Alert* Machine::seen(const Key& key) const {
  const auto known = by_key_.find(key);
  return known == by_key_.end() ? nullptr : &alerts_.at(known->second).alert;
}

Result<> Machine::acknowledge(Id id, std::string who, std::string text) {
  const auto found = alerts_.find(id);
  if (found == alerts_.end()) return fail("monitor.alert_unknown", {{"alert", std::to_string(id)}});
  found->second.alert.acknowledged = Remark{clock_.now(), std::move(who), std::move(text)};
  decide(Verdict::acknowledged, found->second);
  return {};
}

Result<> Machine::comment(Id id, std::string who, std::string text) {
  const auto found = alerts_.find(id);
  if (found == alerts_.end()) return fail("monitor.alert_unknown", {{"alert", std::to_string(id)}});
  found->second.alert.comments.push_back({clock_.now(), std::move(who), std::move(text)});
  decide(Verdict::commented, found->second);
  return {};
}

Result<> Machine::close(Id id, std::string who, std::string text) {
  const auto found = alerts_.find(id);
  if (found == alerts_.end()) return fail("monitor.alert_unknown", {{"alert", std::to_string(id)}});
  if (found->second.alert.on && !found->second.alert.event)
    return fail("monitor.alert_still_on", {{"alert", std::to_string(id)}});
  YAGURA_CHECK(comment(id, std::move(who), std::move(text)));
  close_alert(found->second, "closed");
  return {};
}

Result<Alert> Machine::get(Id id) const {
  const auto found = alerts_.find(id);
  if (found == alerts_.end()) return fail("monitor.alert_unknown", {{"alert", std::to_string(id)}});
  return found->second.alert;
}

void Machine::forget_device(Id device) {
  for (;;) {  // closing one may close others
    const auto at = by_key_.lower_bound(Key{.device = device, .object = 0, .condition = {}});
    if (at == by_key_.end() || at->first.device != device) break;
    close_alert(alerts_.at(at->second), "removed");
  }
  std::erase_if(changes_, [&](const auto& one) { return one.first.device == device; });
  up_at_.erase(device);
  recovered_at_.erase(device);
  returned_at_.erase(device);
  ended_.erase(device);
  unchecked_.erase(device);
  being_checked_.erase(device);
  reconsider_behind(device);
}

}  // namespace yagura::monitor::alert
