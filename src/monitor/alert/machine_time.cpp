// What time does to alerts: holds that end, flapping that calms, silences that begin and end, restarts.
#include <algorithm>

#include "monitor/alert/machine.hpp"

namespace yagura::monitor::alert {

namespace {
// Longer than any pack lets a restart be late.
constexpr Duration ended_kept = std::chrono::hours(24);
}  // namespace

void Machine::arm(Live& live) {
  std::optional<Duration> next;
  for (const auto& one : {live.hold_until, live.calm_until, live.quiet_until})
    if (one && (!next || *one < *next)) next = one;
  if (next == live.armed) return;
  if (live.armed) timers_.erase({*live.armed, live.alert.id});
  live.armed = next;
  if (next) timers_.insert({*next, live.alert.id});
}

std::optional<Duration> Machine::tick() {
  look_at_silences();
  const auto now = clock_.steady();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    auto& live = alerts_.at(timers_.begin()->second);
    on_timer(live, now);
  }
  prune_changes(now);
  std::optional<Duration> wait;
  if (!timers_.empty()) wait = timers_.begin()->first - now;
  const auto wall = clock_.now();
  for (const auto& [id, silence] : silences_)
    if (const auto left = silence.to - wall; !wait || left < *wait)
      wait = std::max<Duration>(left, Duration(1));
  return wait;
}

void Machine::prune_changes(Duration now) {
  if (now - pruned_at_ < std::chrono::minutes(1)) return;
  pruned_at_ = now;
  std::erase_if(changes_, [&](const auto& one) {
    const auto open = by_key_.find(one.first);
    const bool flapping = open != by_key_.end() && alerts_.at(open->second).alert.flapping;
    return !flapping && (one.second.empty() || now - one.second.back() > flap_rule(one.first).within);
  });
  std::erase_if(ended_, [&](const auto& one) { return now - one.second.at > ended_kept; });
  std::erase_if(told_ended_, [&](const auto& one) { return now - one.second > ended_kept; });
}

void Machine::on_timer(Live& live, Duration now) {
  if (live.quiet_until && *live.quiet_until <= now) return close_alert(live, "quiet");
  if (live.calm_until && *live.calm_until <= now) {
    live.calm_until.reset();
    live.alert.flapping = false;
    changes_.erase(live.alert.key);
    decide(Verdict::flapping_stopped, live);
    if (!live.alert.on) return close_alert(live, "calm");
  }
  if (live.hold_until && *live.hold_until <= now) {
    live.hold_until.reset();
    if (live.settling) {
      // It had its time to come back. What stands above may have failed again meanwhile: ask before telling.
      live.settling = false;
      live.held_since.reset();
    } else {
      live.hold_over = true;
    }
    consider(live);
  }
  arm(live);
}

Result<> Machine::add_silence(Silence silence) {
  if (silence.to <= silence.from || silence.to <= clock_.now() ||
      (silence.devices.empty() && silence.sites.empty()) || silence.who.empty() || silence.why.empty())
    return fail("monitor.silence_invalid", {{"silence", std::to_string(silence.id)}});
  std::ranges::sort(silence.devices);
  std::ranges::sort(silence.sites);
  const auto id = silence.id;
  silences_[id] = std::move(silence);
  look_at_silences();
  return {};
}

Result<> Machine::end_silence(Id silence) {
  if (silences_.erase(silence) == 0)
    return fail("monitor.silence_unknown", {{"silence", std::to_string(silence)}});
  look_at_silences();
  return {};
}

const Silence* Machine::active_silence(Id device, Time now) const {
  const auto site = topology_.site(device);
  for (const auto& [id, silence] : silences_)
    if (silence.from <= now && now < silence.to &&
        (std::ranges::binary_search(silence.devices, device) ||
         (site != 0 && std::ranges::binary_search(silence.sites, site))))
      return &silence;
  return nullptr;
}

bool Machine::silenced(Id device) const { return active_silence(device, clock_.now()) != nullptr; }

std::vector<Silence> Machine::silences() const {
  std::vector<Silence> out;
  for (const auto& [id, silence] : silences_) out.push_back(silence);
  return out;
}

// Ends what is over and tells what is still on and no longer silenced by anything.
void Machine::look_at_silences() {
  const auto now = clock_.now();
  std::erase_if(silences_, [&](const auto& one) { return one.second.to <= now; });
  const std::vector<Id> waiting(silenced_.begin(), silenced_.end());
  for (const auto id : waiting) {
    auto& live = alerts_.at(id);
    if (active_silence(live.alert.key.device, now) != nullptr) continue;
    silenced_.erase(id);
    live.alert.standing = Standing::held;
    live.held_since.reset();
    consider(live);
  }
}

std::vector<Alert> Machine::open() const {
  std::vector<Alert> out;
  out.reserve(alerts_.size());
  for (const auto& [id, live] : alerts_) out.push_back(live.alert);
  std::ranges::sort(out, {}, &Alert::id);
  return out;
}

Waits Machine::waits(const Alert& alert) const {
  const auto wall_of_steady_zero = clock_.now() - clock_.steady();
  Waits out;
  if (const auto open = alerts_.find(alert.id); open != alerts_.end() && open->second.quiet_until)
    out.quiet_until = wall_of_steady_zero + *open->second.quiet_until;
  if (const auto known = changes_.find(alert.key); known != changes_.end())
    for (const auto at : known->second) out.changes.push_back(wall_of_steady_zero + at);
  return out;
}

Snapshot Machine::snapshot() const {
  Snapshot out{.alerts = open(), .changes = {}, .silences = silences()};
  const auto wall_of_steady_zero = clock_.now() - clock_.steady();
  for (const auto& [key, changes] : changes_) {
    auto& one = out.changes.emplace_back(key, std::vector<Time>{});
    for (const auto at : changes) one.at.push_back(wall_of_steady_zero + at);
  }
  for (const auto& [device, ended] : ended_)
    out.ended.push_back({device, ended.alert, wall_of_steady_zero + ended.at});
  std::ranges::sort(out.ended, {}, &EndedOutage::device);
  for (const auto& alert : out.alerts)
    if (const auto until = waits(alert).quiet_until) out.quiet.push_back({alert.id, *until});
  return out;
}

void Machine::load(Snapshot snapshot) {
  YAGURA_ASSERT(alerts_.empty());
  const auto now = clock_.steady();
  const auto wall = clock_.now();
  for (auto& silence : snapshot.silences)
    if (silence.to > wall) silences_[silence.id] = std::move(silence);
  for (auto& one : snapshot.changes) {
    auto& changes = changes_[one.key];
    // A change cannot lie ahead, whatever the wall clock did meanwhile.
    for (const auto at : one.at) changes.push_back(now - std::max(Duration::zero(), wall - at));
    std::ranges::sort(changes);
  }
  std::unordered_map<Id, Time> quiet;
  for (const auto& one : snapshot.quiet) quiet[one.alert] = one.until;
  for (const auto& one : snapshot.ended) {
    ended_[one.device] = {one.alert, now - std::max(Duration::zero(), wall - one.at)};
    told_ended_[one.alert] = ended_[one.device].at;
  }
  std::ranges::sort(snapshot.alerts, {}, &Alert::id);
  for (auto& alert : snapshot.alerts) {
    const auto id = alert.id;
    by_key_[alert.key] = id;
    if (alert.on && alert.nature == Nature::reachability) down_[alert.key.device] = id;
    if (alert.parent != 0) children_[alert.parent].insert(id);
    if (alert.standing == Standing::silenced) silenced_.insert(id);
    auto& live = alerts_[id];
    live.alert = std::move(alert);
    if (live.alert.flapping) live.calm_until = now + flap_rule(live.alert.key).calm;
    if (live.alert.event) {
      auto left = parameters_.event_quiet;
      // A wall clock that was set back does not make it wait longer than it was to wait at all.
      if (const auto until = quiet.find(id); until != quiet.end())
        left = std::clamp(Duration(until->second - wall), Duration::zero(),
                          std::max(parameters_.event_quiet, Duration(until->second - live.alert.last)));
      live.quiet_until = now + left;
    }
    arm(live);
  }
  for (auto& [id, live] : alerts_)
    if (live.alert.parent != 0) live.under = root(id);
  reconsider_waiting();
  look_at_silences();
}

}  // namespace yagura::monitor::alert
