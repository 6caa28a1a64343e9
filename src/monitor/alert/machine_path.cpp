// What explains a device that does not answer: holding, suppressing under a parent, releasing.
#include <algorithm>

#include "monitor/alert/machine.hpp"

namespace yagura::monitor::alert {

// Whether a device is known to answer (since a time), known not to, or neither. Levels are bounded by
// Topology.
Machine::Path Machine::path(Id device, Duration since) const {
  if (down_.contains(device)) return Path::down;
  if (unchecked_.contains(device)) return together(topology_.upstreams(device), since);
  const auto seen = up_at_.find(device);
  return seen != up_at_.end() && seen->second >= since ? Path::up : Path::unknown;
}

Machine::Path Machine::together(std::span<const Id> upstreams, Duration since) const {
  bool all_down = !upstreams.empty();
  for (const auto upstream : upstreams) {
    const auto one = path(upstream, since);
    if (one == Path::up) return Path::up;
    all_down = all_down && one == Path::down;
  }
  if (upstreams.empty()) return Path::up;  // nothing stands above it that could be down
  return all_down ? Path::down : Path::unknown;
}

Machine::Path Machine::path_of(const Live& live, Duration since) const {
  switch (live.alert.nature) {
    case Nature::local:
      return Path::up;
    case Nature::reachability:
      return together(topology_.upstreams(live.alert.key.device), since);
    case Nature::through_path:
      return path(live.alert.key.device, since);
    case Nature::link:
      return path_of_link(live, since);
    case Nature::restart:
      return Path::up;
  }
  return Path::up;
}

// Of a link: down when what it leads to is, up when all it may lead to answers.
Machine::Path Machine::path_of_link(const Live& live, Duration since) const {
  bool all_answer = true;
  for (const auto far : live.far) {
    const auto one = path(far, since);
    if (one == Path::down && explains(far, live)) return Path::down;
    all_answer = all_answer && one != Path::unknown;
  }
  return all_answer ? Path::up : Path::unknown;
}

bool Machine::explains(Id far, const Live& link) const {
  const auto parent = parent_at(far);
  if (parent == 0) return false;
  // What an unreachable device said last of its ports is old.
  if (link.far_written || far == link.alert.key.device) return true;
  // A device that was out of reach itself says late what happened meanwhile.
  if (const auto back = returned_at_.find(link.alert.key.device);
      back != returned_at_.end() && link.opened >= back->second &&
      link.opened - back->second <= parameters_.link_window)
    return true;
  const auto apart = alerts_.at(parent).alert.first - link.alert.first;
  return apart <= parameters_.link_window && -apart <= parameters_.link_window;
}

// The open alert of the device's own silence; one that flaps counts while it is open.
Id Machine::outage_of(Id device) const {
  if (const auto down = down_.find(device); down != down_.end()) return down->second;
  for (auto at = by_key_.lower_bound(Key{.device = device, .object = 0, .condition = {}});
       at != by_key_.end() && at->first.device == device; ++at)
    if (alerts_.at(at->second).alert.nature == Nature::reachability) return at->second;
  return 0;
}

// The alert that explains whatever is behind `device`.
Id Machine::parent_at(Id device) const {
  if (const auto down = down_.find(device); down != down_.end()) return down->second;
  Id oldest = 0;
  if (unchecked_.contains(device))
    for (const auto upstream : topology_.upstreams(device))
      if (const auto one = parent_at(upstream); one != 0 && (oldest == 0 || one < oldest)) oldest = one;
  return oldest;
}

Id Machine::parent_of(const Live& live) const {
  if (live.alert.nature == Nature::through_path) return parent_at(live.alert.key.device);
  if (live.alert.nature == Nature::restart) return outage_of(live.alert.key.device);
  Id oldest = 0;
  if (live.alert.nature == Nature::link) {
    for (const auto far : live.far)
      if (const auto one = explains(far, live) ? parent_at(far) : 0;
          one != 0 && (oldest == 0 || one < oldest))
        oldest = one;
    return oldest;
  }
  for (const auto upstream : topology_.upstreams(live.alert.key.device))
    if (const auto one = parent_at(upstream); one != 0 && (oldest == 0 || one < oldest)) oldest = one;
  return oldest;
}

void Machine::consider(Live& live) {
  auto& alert = live.alert;
  if (alert.standing == Standing::announced || alert.standing == Standing::silenced) return;
  if (!alert.on && !alert.flapping) return;
  if (alert.nature == Nature::local) return announce_or_silence(live);
  if (alert.nature == Nature::restart) return consider_restart(live);
  if (path_of(live, live.held_since.value_or(clock_.steady())) == Path::down) return suppress(live);
  if (alert.standing == Standing::suppressed) {
    // The parent came back: so may this one, once its links are up or it has started again.
    return settle(live);
  }
  if (!live.settling && recovered_above(live)) return settle(live);
  if (!live.held_since) {
    begin_hold(live, parameters_.hold, false);
    request_checks_above(live);
    if (alert.nature == Nature::reachability && stands_behind_something(live))
      request_check(alert.key.device);
    // The answer to a request may be that nobody checks it, and what stands above that is down.
    if (path_of(live, *live.held_since) == Path::down) return suppress(live);
  }
  if (live.hold_over) return announce_or_silence(live);
  if (live.settling || path_of(live, *live.held_since) != Path::up) return;
  // The way is good. An outage of it that ended a moment ago would let this device answer too: it was asked
  // together with what stands above it.
  const auto confirmed = *live.held_since + parameters_.confirm;
  if (!stands_behind_something(live) || clock_.steady() >= confirmed) return announce_or_silence(live);
  live.hold_until = confirmed;
  arm(live);
}

void Machine::settle(Live& live) {
  begin_hold(live, parameters_.settle, true);
  if (live.alert.nature == Nature::link)
    sink_.request_ports(live.alert.key.device);
  else
    request_check(live.alert.key.device);
}

// It needs no notice of its own when people know of the outage that it ended.
void Machine::consider_restart(Live& live) {
  const auto device = live.alert.key.device;
  if (outage_of(device) != 0) return suppress(live);
  const auto ended = ended_.find(device);
  const bool late = live.alert.standing != Standing::suppressed;
  if (ended == ended_.end() || (late && clock_.steady() - ended->second.at > live.join_within))
    return announce_or_silence(live);
  if (late) {
    live.alert.standing = Standing::suppressed;
    live.alert.parent = ended->second.alert;
    decide(Verdict::suppressed, live);
  }
  close_alert(live, "explained");
}

// Which devices a link may lead to, and the way from those back to its alert.
void Machine::place_link(Live& live) {
  if (live.alert.nature != Nature::link) return;
  leave_link(live);
  const auto& key = live.alert.key;
  const auto written = neighbours_.find({key.device, key.object});
  live.far_written = written != neighbours_.end();
  if (live.far_written) {
    live.far = written->second;
  } else {
    const auto above = topology_.upstreams(key.device), below = topology_.dependents(key.device);
    live.far.assign(above.begin(), above.end());
    live.far.insert(live.far.end(), below.begin(), below.end());
  }
  // A device that leads nowhere has nobody to ask; else it must answer itself, too.
  if (!live.far.empty()) live.far.push_back(key.device);
  for (const auto far : live.far) links_to_[far].insert(live.alert.id);
}

void Machine::leave_link(const Live& live) {
  for (const auto far : live.far)
    if (const auto links = links_to_.find(far); links != links_to_.end()) {
      links->second.erase(live.alert.id);
      if (links->second.empty()) links_to_.erase(links);
    }
}

bool Machine::stands_behind_something(const Live& live) const {
  if (live.alert.nature == Nature::link) return !live.far.empty();
  return live.alert.nature == Nature::reachability && !topology_.upstreams(live.alert.key.device).empty();
}

// Whether something above came back so lately that what is behind it may still be starting, and this alert
// has not waited for that yet.
bool Machine::recovered_above(const Live& live) const {
  const auto now = clock_.steady();
  const auto since = std::max(now - parameters_.settle, live.settled_from.value_or(now - parameters_.settle));
  if (live.alert.nature == Nature::link) {
    // A link comes up some time after the devices at its ends.
    const auto returned = [&](Id device) {
      const auto at = returned_at_.find(device);
      return at != returned_at_.end() && at->second > since;
    };
    return std::ranges::any_of(live.far, returned);
  }
  std::vector<Id> above{live.alert.key.device};
  std::unordered_set<Id> seen;
  for (std::size_t at = 0; at < above.size(); ++at)
    for (const auto upstream : topology_.upstreams(above[at])) {
      if (!seen.insert(upstream).second) continue;
      const auto recovered = recovered_at_.find(upstream);
      if (recovered != recovered_at_.end() && recovered->second > since) return true;
      above.push_back(upstream);
    }
  return false;
}

void Machine::begin_hold(Live& live, Duration length, bool settling) {
  const auto now = clock_.steady();
  const bool told = live.alert.standing == Standing::held && live.held_since;
  leave_parent(live);
  live.alert.standing = Standing::held;
  live.held_since = now;
  live.hold_until = now + length;
  live.hold_over = false;
  live.settling = settling;
  if (settling) live.settled_from = now;
  arm(live);
  // An alert that can be told at once was never held.
  if (!told && (settling || stands_behind_something(live) || path_of(live, now) != Path::up))
    decide(Verdict::held, live);
}

void Machine::suppress(Live& live) {
  const auto parent = parent_of(live);
  if (live.alert.standing == Standing::suppressed && live.alert.parent == parent) return;
  leave_parent(live);
  live.alert.standing = Standing::suppressed;
  live.alert.parent = parent;
  live.under = root(parent);
  children_[parent].insert(live.alert.id);
  live.held_since.reset();
  live.hold_until.reset();
  live.settled_from.reset();
  live.settling = live.hold_over = false;
  arm(live);
  decide(Verdict::suppressed, live);
}

void Machine::leave_parent(Live& live) {
  if (live.alert.parent == 0) return;
  if (const auto siblings = children_.find(live.alert.parent); siblings != children_.end()) {
    siblings->second.erase(live.alert.id);
    if (siblings->second.empty()) children_.erase(siblings);
  }
  live.alert.parent = 0;
}

void Machine::announce_or_silence(Live& live) {
  const auto now = clock_.now();
  leave_parent(live);
  live.held_since.reset();
  live.hold_until.reset();
  live.settled_from.reset();
  live.settling = live.hold_over = false;
  arm(live);
  if (const auto* silence = active_silence(live.alert.key.device, now)) {
    live.alert.standing = Standing::silenced;
    silenced_.insert(live.alert.id);
    return decide(Verdict::silenced, live, silence->id);
  }
  live.alert.standing = Standing::announced;
  live.alert.announced_at = now;
  decide(Verdict::announced, live);
}

void Machine::request_check(Id device) {
  const auto now = clock_.steady();
  const auto [asked, fresh] = being_checked_.emplace(device, now);
  if (!fresh && now - asked->second < parameters_.hold) return;  // its end will serve all who wait
  asked->second = now;
  if (sink_.request_check(device)) return;
  being_checked_.erase(device);
  if (!down_.contains(device)) unchecked_.insert(device);
}

// Everything above at once: waiting for one level after the other would take a check's time for each.
void Machine::request_checks_above(const Live& live) {
  std::vector<Id> ask;
  if (live.alert.nature == Nature::through_path)
    ask.push_back(live.alert.key.device);
  else if (live.alert.nature == Nature::link)
    ask = live.far;
  else
    for (const auto upstream : topology_.upstreams(live.alert.key.device)) ask.push_back(upstream);
  std::unordered_set<Id> seen(ask.begin(), ask.end());
  for (std::size_t at = 0; at < ask.size(); ++at) {
    if (!down_.contains(ask[at])) request_check(ask[at]);
    for (const auto above : topology_.upstreams(ask[at]))
      if (seen.insert(above).second) ask.push_back(above);
  }
}

void Machine::on_check(Id device, bool answered, int tries) {
  being_checked_.erase(device);
  if (!answered) return;  // its Ping Failed comes as an observation, or has come long ago
  unchecked_.erase(device);
  up_at_[device] = clock_.steady();
  // An outage that nobody saw has just ended when the answer came to a later try only, or came from behind
  // what is believed down.
  const auto above = topology_.upstreams(device);
  const bool from_behind = !above.empty() && together(above, up_at_[device]) == Path::down;
  if (tries > 1 || from_behind) recovered_at_[device] = up_at_[device];
  if (from_behind)
    for (const auto upstream : above) request_check(upstream);
  reconsider_behind(device);
}

void Machine::reconsider_behind(Id device) {
  reconsider_alerts(device, Nature::through_path);
  reconsider_alerts(device, Nature::restart);
  if (const auto links = links_to_.find(device); links != links_to_.end()) {
    const std::vector<Id> concerned(links->second.begin(), links->second.end());
    for (const auto id : concerned)
      if (const auto live = alerts_.find(id); live != alerts_.end()) consider(live->second);
  }
  for (const auto dependent : topology_.dependents(device)) {
    reconsider_alerts(dependent, Nature::reachability);
    if (unchecked_.contains(dependent)) reconsider_behind(dependent);
  }
}

void Machine::reconsider_alerts(Id device, Nature nature) {
  std::vector<Id> concerned;  // what is considered may close
  for (auto at = by_key_.lower_bound(Key{.device = device, .object = 0, .condition = {}});
       at != by_key_.end() && at->first.device == device; ++at)
    if (alerts_.at(at->second).alert.nature == nature) concerned.push_back(at->second);
  for (const auto id : concerned)
    if (const auto live = alerts_.find(id); live != alerts_.end()) consider(live->second);
}

void Machine::set_neighbours(std::map<std::pair<Id, Id>, std::vector<Id>> neighbours) {
  neighbours_ = std::move(neighbours);
  reconsider_waiting();
}

void Machine::set_topology(Topology topology) {
  topology_ = std::move(topology);
  reconsider_waiting();
}

void Machine::reconsider_waiting() {
  std::vector<Id> waiting;
  for (auto& [id, live] : alerts_) {
    place_link(live);
    if (live.alert.standing == Standing::held || live.alert.standing == Standing::suppressed)
      waiting.push_back(id);
  }
  std::ranges::sort(waiting);
  for (const auto id : waiting)
    if (const auto live = alerts_.find(id); live != alerts_.end()) consider(live->second);
}

std::vector<Alert> Machine::children(Id alert) const {
  std::vector<Alert> out;
  if (const auto found = children_.find(alert); found != children_.end())
    for (const auto id : found->second) out.push_back(alerts_.at(id).alert);
  return out;
}

Id Machine::root(Id alert) const {
  for (auto found = alerts_.find(alert); found != alerts_.end() && found->second.alert.parent != 0;
       found = alerts_.find(alert))
    alert = found->second.alert.parent;
  return alert;
}

}  // namespace yagura::monitor::alert
