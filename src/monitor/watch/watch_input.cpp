// What the engines see becomes observations of the alert state.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "monitor/ping/echo.hpp"
#include "monitor/watch/watch.hpp"

namespace yagura::monitor::watch {

using alert::Happened;
using alert::Nature;

namespace {

constexpr std::string_view link_down = "link-down";  // the kind of trap; polled ports raise the same
constexpr int if_up = 1, if_down = 2, if_not_present = 6, if_lower_layer_down = 7;  // RFC 2863, ifOperStatus
constexpr Duration poll_takes = std::chrono::seconds(5);

std::string_view oper_text(int state) {
  constexpr std::string_view names[] = {"?",       "up",      "down",       "testing",
                                        "unknown", "dormant", "notPresent", "lowerLayerDown"};
  return state > 0 && state < 8 ? names[state] : names[0];
}

bool flaps_by_design(const WatchedDevice& device, const std::string& name, const std::string& index) {
  return std::ranges::any_of(device.ports_flapping_by_design,
                             [&](const std::string& port) { return port == name || port == index; });
}

// One object of a device as a number that stays the same over restarts (FNV-1a, 52 bits, never 0).
Id object_id(std::string_view text) {
  if (text.empty()) return 0;
  std::uint64_t hash = 1469598103934665603ULL;
  for (const unsigned char c : text) hash = (hash ^ c) * 1099511628211ULL;
  return static_cast<Id>(hash >> 12 | 1);
}

alert::Severity severity_of(trap::Severity severity) {
  switch (severity) {
    case trap::Severity::critical:
      return alert::Severity::critical;
    case trap::Severity::major:
      return alert::Severity::major;
    case trap::Severity::minor:
      return alert::Severity::minor;
    case trap::Severity::warning:
      return alert::Severity::warning;
    case trap::Severity::info:
      break;
  }
  return alert::Severity::info;
}

alert::Severity severity_of(poll::Severity severity) {
  switch (severity) {
    case poll::Severity::critical:
      return alert::Severity::major;
    case poll::Severity::warning:
      return alert::Severity::warning;
    case poll::Severity::notice:
      break;
  }
  return alert::Severity::info;
}

std::string evidence_of_silence(const std::vector<std::string>& addresses, bool several,
                                const ping::Transition& t) {
  std::string out(ping::to_text(t.fact));
  if (several)
    for (const auto& one : addresses) out += (&one == &addresses.front() ? " " : ", ") + one;
  return out;
}

}  // namespace

alert::Key key_of(Id device, std::string_view kind, std::string_view object) {
  std::string condition(kind);
  if (!object.empty()) condition.append(" ").append(object);
  return {device, object_id(object), std::move(condition)};
}

void Watch::on_transitions(std::span<const ping::Transition> transitions) {
  inbox_.with([&](Inbox& in) {
    in.transitions.insert(in.transitions.end(), transitions.begin(), transitions.end());
  });
  wake();
}

void Watch::on_checked(std::span<const ping::Checked> checked) {
  inbox_.with([&](Inbox& in) { in.checked.insert(in.checked.end(), checked.begin(), checked.end()); });
  wake();
}

void Watch::on_summaries(std::span<const ping::Summary> summaries) {
  std::vector<poll::Sample> samples;
  for (const auto& s : summaries) {
    if (s.sent == 0) continue;
    const Id device = device_of(s.id);
    const std::string instance = address_of(s.id) == 0 ? "" : "IPv6";
    samples.push_back({device, "ping.loss", instance, s.to, 100.0 * (s.sent - s.received) / s.sent});
    if (s.received > 0)
      samples.push_back({device, "ping.rtt", instance, s.to, static_cast<double>(s.mean.count()) / 1000.0});
  }
  if (!samples.empty()) samples_->take(std::move(samples));
}

void Watch::take(const poll::Observation& observation) {
  inbox_.with([&](Inbox& in) { in.thresholds.push_back(observation); });
  wake();
}

void Watch::take(const poll::PollResult& result) {
  snmp_.with([&](auto& all) {
    auto& status = all[result.device];
    status.at = result.at;
    const bool wrong = result.error && (result.error->code.find("digest") != std::string::npos ||
                                        result.error->code.find("user") != std::string::npos ||
                                        result.error->code.find("decrypt") != std::string::npos);
    status.state = !result.error || result.samples > 0 ? "ok" : wrong ? "wrong_credentials" : "no_answer";
  });
  inbox_.with([&](Inbox& in) { in.polls.push_back(result); });
}

void Watch::take_pings() {
  Inbox in = inbox_.with([](Inbox& held) {
    Inbox out;
    out.transitions.swap(held.transitions);
    out.checked.swap(held.checked);
    return out;
  });
  if (in.transitions.empty() && in.checked.empty()) return;
  const auto picture = at_.book.picture();
  {
    const std::lock_guard lock(machine_lock_);
    for (const auto& one : in.transitions)
      if (const auto* device = picture->find(device_of(one.id)))
        take_transition(*device, address_of(one.id), one);
    for (const auto& one : in.checked) {
      const Id id = device_of(one.id);
      bool answered = one.state == ping::State::ok;
      // Of several addresses, one that answers is no answer of a device that needs all.
      if (const auto* device = picture->find(id); device && device->rules.down_when_any)
        if (const auto reach = reach_.find(id); reach != reach_.end())
          answered = answered && !reach->second.down;
      machine_->on_check(id, answered, one.attempts);
    }
  }
  if (bonds_.changed)
    for (const auto& one : in.transitions)
      if (const auto* device = picture->find(device_of(one.id)))
        bonds_.changed(device->contract, "device", device->id);
}

// The alert of a device's silence is raised when it is down by the contract's rule for several addresses.
void Watch::take_transition(const WatchedDevice& d, std::size_t address, const ping::Transition& t) {
  const auto addresses = d.addresses();
  if (address >= addresses.size()) return;  // the ledger has changed since
  auto& reach = reach_[d.id];
  reach.state[address] = t.to;
  const auto failed = [&](std::size_t i) { return reach.state[i] == ping::State::failed; };
  const bool several = addresses.size() > 1;
  const bool down = !several                ? failed(0)
                    : d.rules.down_when_any ? failed(0) || failed(1)
                                            : failed(0) && failed(1);
  const bool all_answer = !failed(0) && !(several && failed(1));
  const bool news = down != reach.down || !several || (t.from == ping::State::unknown && !down);
  reach.down = down;
  if (news) {
    ping::Transition whole = t;
    whole.id = d.id;
    whole.to = down ? ping::State::failed : ping::State::ok;
    if (down || t.to == ping::State::ok) {
      outages_.with([&](auto& all) { all.push_back(whole); });
      machine_->observe({.key = {d.id, 0, "ping"},
                         .happened = down ? Happened::raised : Happened::cleared,
                         .severity = severity_named(d.ping_severity),
                         .nature = Nature::reachability,
                         .at = t.at,
                         .evidence = down ? evidence_of_silence(addresses, several, t)
                                          : fmt::format("Ping OK（{}、{:.1f} ms）", addresses[address],
                                                        static_cast<double>(t.round_trip.count()) / 1000.0)});
    }
  }
  if (!several) return;
  judge_addresses(d);
  // The other address says whether it is the device or one way to it.
  if (!all_answer && ping_ && t.to == ping::State::failed) {
    const Id other = target_id(d.id, 1 - address);
    (void)ping_->check_now(std::span(&other, 1));
  }
}

// One address of several without an answer is a lesser alert, and none of its own while the device is down.
void Watch::judge_addresses(const WatchedDevice& d) {
  const auto& reach = reach_[d.id];
  const auto addresses = d.addresses();
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const auto key = key_of(d.id, "address_unreachable", addresses[i]);
    const auto* seen = machine_->seen(key);
    const bool on = seen && seen->on;
    const bool wanted = reach.state[i] == ping::State::failed && !reach.down;
    if (on ? reach.state[i] != ping::State::ok : !wanted) continue;
    machine_->observe({.key = key,
                       .happened = on ? Happened::cleared : Happened::raised,
                       .severity = severity_named(d.rules.address_severity),
                       .nature = Nature::through_path,
                       .at = at_.clock.now(),
                       .evidence = fmt::format("{} {}", on ? "Ping OK" : "Ping Failed", addresses[i])});
  }
}

void Watch::drop_address_alerts(const Picture& picture, std::span<const Id> devices) {
  constexpr std::string_view kind = "address_unreachable ";
  for (const auto& a : machine_->open()) {
    if (!a.key.condition.starts_with(kind) || !a.on ||
        std::ranges::find(devices, a.key.device) == devices.end())
      continue;
    const auto* d = picture.find(a.key.device);
    const auto addresses = d ? d->addresses() : std::vector<std::string>{};
    if (addresses.size() > 1 &&
        std::ranges::find(addresses, a.key.condition.substr(kind.size())) != addresses.end())
      continue;
    machine_->observe({.key = a.key,
                       .happened = Happened::cleared,
                       .nature = Nature::through_path,
                       .at = at_.clock.now(),
                       .evidence = "台帳から外れたアドレス"});
  }
}

void Watch::take_polls() {
  Inbox in = inbox_.with([](Inbox& held) {
    Inbox out;
    out.thresholds.swap(held.thresholds);
    out.polls.swap(held.polls);
    return out;
  });
  const auto picture = at_.book.picture();
  take_ports(*picture);
  if (in.thresholds.empty() && in.polls.empty()) return;
  const std::lock_guard lock(machine_lock_);
  for (const auto& one : in.thresholds) {
    const auto* device = picture->find(one.device);
    if (!device) continue;
    // The contract's own word for how severe it is, where the threshold is the contract's.
    const auto* own = profiles_->behind(one.metric, one.limit, device->thresholds);
    machine_->observe({.key = key_of(one.device, "metric:" + one.metric, one.instance),
                       .happened = one.entered ? Happened::raised : Happened::cleared,
                       .severity = own ? severity_named(own->severity) : severity_of(one.severity),
                       .nature = Nature::local,
                       .at = one.at,
                       .evidence = fmt::format("{:g} (limit {:g})", one.value, one.limit)});
  }
  for (const auto& one : in.polls) {
    // One profile of several tells whether the device answers at all.
    if (!picture->find(one.device) || one.profile != "system") continue;
    machine_->observe({.key = {one.device, 0, "snmp"},
                       .happened = one.error && one.samples == 0 ? Happened::raised : Happened::cleared,
                       .severity = alert::Severity::warning,
                       .nature = Nature::through_path,
                       .at = one.at,
                       .evidence = one.error ? one.error->code : std::string()});
  }
}

// What is polled of ports is looked at on its way to the samples. The ifIndex is no sample: it tells which
// name a trap is about.
void Watch::take(std::vector<poll::Sample>&& batch) {
  std::vector<PortSeen> ports;
  for (const auto& s : batch) {
    if (!s.metric.starts_with("if.") || s.instance.empty()) continue;
    const bool oper = s.metric == "if.oper", admin = s.metric == "if.admin", index = s.metric == "if.index";
    if (!oper && !admin && !index) continue;
    if (ports.empty() || ports.back().device != s.device || ports.back().name != s.instance)
      ports.push_back({.device = s.device, .name = s.instance, .at = s.at});
    (oper ? ports.back().oper : admin ? ports.back().admin : ports.back().index) = static_cast<int>(s.value);
  }
  std::erase_if(batch, [](const poll::Sample& s) { return s.metric == "if.index"; });
  samples_->take(std::move(batch));
  if (ports.empty()) return;
  inbox_.with([&](Inbox& in) { in.ports.insert(in.ports.end(), ports.begin(), ports.end()); });
  wake();
}

// A polled port raises and ends the same alert as its traps: whichever comes first, and when one is lost.
void Watch::take_ports(const Picture& picture) {
  const auto ports = inbox_.with([](Inbox& held) { return std::exchange(held.ports, {}); });
  if (ports.empty()) return;
  std::vector<const PortSeen*> renamed;
  port_names_.with([&](auto& names) {
    for (const auto& one : ports) {
      if (one.index <= 0) continue;
      auto& name = names[{one.device, one.index}];
      if (name == one.name) continue;
      name = one.name;
      renamed.push_back(&one);
    }
  });
  if (!renamed.empty()) {
    auto kept = at_.database.write([&](store::Session& s) -> Result<void> {
      for (const auto* one : renamed)
        YAGURA_CHECK(store_.save_port_name(s, one->device, one->index, one->name));
      return {};
    });
    if (!kept && bonds_.trouble) bonds_.trouble(kept.error());
  }
  const auto* kind = kinds_->find(link_down);
  const std::lock_guard lock(machine_lock_);
  for (const auto& one : ports) {
    const auto* device = picture.find(one.device);
    const auto pack = device ? picture.packs.find(device->contract) : picture.packs.end();
    const auto* rule = pack == picture.packs.end() ? nullptr : pack->second->trap(link_down);
    if (!rule || !kind || flaps_by_design(*device, one.name, std::to_string(one.index))) continue;
    auto key = key_of(one.device, link_down, one.name);
    const auto* seen = machine_->seen(key);
    if (!seen) {
      // A trap that came before the name was known.
      const auto by_index = key_of(one.device, link_down, std::to_string(one.index));
      if ((seen = machine_->seen(by_index))) key = by_index;
    }
    const bool on = seen && seen->on;
    const auto port = std::ranges::find(device->ports, one.name, &Port::name);
    const bool watched = port != device->ports.end() && port->watched;
    const bool down = one.oper == if_down || one.oper == if_not_present || one.oper == if_lower_layer_down;
    // What was read just when a trap came may be older than that.
    if (on ? one.oper != if_up || one.at - seen->last < poll_takes : !down || one.admin != if_up || !watched)
      continue;
    machine_->observe(
        {.key = std::move(key),
         .happened = on ? Happened::cleared : Happened::raised,
         .severity = rule->severity.empty() ? severity_of(kind->severity) : severity_named(rule->severity),
         .nature = Nature::link,
         .at = one.at,
         .evidence = fmt::format("{}: ifOperStatus {}（ポーリング）", one.name, oper_text(one.oper))});
  }
}

std::string Watch::port_name(const WatchedDevice& d, const std::string& index,
                             const trap::Description* said) const {
  int number = 0;
  if (const auto [end, bad] = std::from_chars(index.data(), index.data() + index.size(), number);
      bad == std::errc{} && end == index.data() + index.size()) {
    const auto known = port_names_.with([&](const auto& names) {
      const auto found = names.find({d.id, number});
      return found == names.end() ? std::string() : found->second;
    });
    if (!known.empty()) return known;
  }
  // Not polled yet: what the trap itself says, as the ledger writes it.
  if (said)
    for (const auto& [name, value] : said->varbinds) {
      if (name.starts_with("IF-MIB::ifName") && !value.empty()) return value;
      if (std::ranges::find(d.ports, value, &Port::name) != d.ports.end()) return value;
    }
  return index;
}

// Called by the consumer: when it returns well, the batch counts as consumed, so the decisions are on disk.
Result<void> Watch::take_traps(std::span<const trap::Observation> batch) {
  const auto picture = at_.book.picture();
  {
    const std::lock_guard lock(machine_lock_);
    for (const auto& one : batch) {
      const auto* device = picture->find(one.device);
      if (!device || !one.kind) continue;
      const auto pack = picture->packs.find(device->contract);
      if (pack == picture->packs.end()) continue;
      // The contract's table of traps decides what is watched, and how severe it is.
      const auto* rule = pack->second->trap(one.kind->id);
      if (!rule) continue;
      const auto words = trap::describe(one, library_);
      const auto object = one.kind->of_interface ? port_name(*device, one.key, &words) : one.key;
      const std::string about = object == one.key ? "" : " " + object;
      if (one.kind->of_interface &&
          (flaps_by_design(*device, object, one.key) ||
           std::ranges::any_of(device->ports_flapping_by_design, [&](const std::string& port) {
             return std::ranges::any_of(words.varbinds, [&](const auto& v) { return v.second == port; });
           })))
        continue;
      auto key = key_of(one.device, one.target, object);
      // It was opened before the port's name was known.
      if (object != one.key && !machine_->seen(key))
        if (auto by_index = key_of(one.device, one.target, one.key); machine_->seen(by_index))
          key = std::move(by_index);
      machine_->observe(
          {.key = std::move(key),
           .happened = one.effect == trap::Effect::raises   ? Happened::raised
                       : one.effect == trap::Effect::clears ? Happened::cleared
                                                            : Happened::event,
           .severity = rule->severity.empty() ? severity_of(one.severity) : severity_named(rule->severity),
           .nature = one.kind->of_interface ? Nature::link
                     : one.kind->of_restart ? Nature::restart
                                            : Nature::local,
           .at = one.at,
           // Both languages, apart by a separator that no trap's words hold.
           .evidence = words.ja + about + std::string(1, evidence_separator) + words.en + about,
           .ends_after = one.ends_after,
           .join_within = device->rules.restart_joins});
    }
  }
  return write_decisions();
}

}  // namespace yagura::monitor::watch
