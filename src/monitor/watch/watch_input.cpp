// What the engines see becomes observations of the alert state.
#include <algorithm>

#include <fmt/format.h>

#include "monitor/ping/echo.hpp"
#include "monitor/watch/watch.hpp"

namespace yagura::monitor::watch {

using alert::Happened;
using alert::Nature;

namespace {

// One object of a device as a number that stays the same over restarts (FNV-1a, 52 bits, never 0).
Id object_id(std::string_view text) {
  if (text.empty()) return 0;
  std::uint64_t hash = 1469598103934665603ULL;
  for (const unsigned char c : text) hash = (hash ^ c) * 1099511628211ULL;
  return static_cast<Id>(hash >> 12 | 1);
}

// The condition keeps the object's name, so that an alert read back after a restart can be worded.
alert::Key key_of(Id device, std::string_view kind, std::string_view object) {
  std::string condition(kind);
  if (!object.empty()) condition.append(" ").append(object);
  return {device, object_id(object), std::move(condition)};
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

}  // namespace

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
    samples.push_back({s.id, "ping.loss", "", s.to, 100.0 * (s.sent - s.received) / s.sent});
    if (s.received > 0)
      samples.push_back({s.id, "ping.rtt", "", s.to, static_cast<double>(s.mean.count()) / 1000.0});
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
  outages_.with([&](auto& all) { all.insert(all.end(), in.transitions.begin(), in.transitions.end()); });
  {
    const std::lock_guard lock(machine_lock_);
    for (const auto& one : in.transitions) {
      const auto* device = picture->find(one.id);
      if (!device) continue;
      machine_->observe(
          {.key = {one.id, 0, "ping"},
           .happened = one.to == ping::State::failed ? Happened::raised : Happened::cleared,
           .severity = severity_named(device->ping_severity),
           .nature = Nature::reachability,
           .at = one.at,
           .evidence = one.to == ping::State::failed ? std::string(ping::to_text(one.fact)) : std::string()});
    }
    for (const auto& one : in.checked) machine_->on_check(one.id, one.state == ping::State::ok, one.attempts);
  }
  if (bonds_.changed)
    for (const auto& one : in.transitions)
      if (const auto* device = picture->find(one.id)) bonds_.changed(device->contract, "device", one.id);
}

void Watch::take_polls() {
  Inbox in = inbox_.with([](Inbox& held) {
    Inbox out;
    out.thresholds.swap(held.thresholds);
    out.polls.swap(held.polls);
    return out;
  });
  if (in.thresholds.empty() && in.polls.empty()) return;
  const auto picture = at_.book.picture();
  const std::lock_guard lock(machine_lock_);
  for (const auto& one : in.thresholds) {
    if (!picture->find(one.device)) continue;
    machine_->observe({.key = key_of(one.device, "metric:" + one.metric, one.instance),
                       .happened = one.entered ? Happened::raised : Happened::cleared,
                       .severity = severity_of(one.severity),
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
      if (one.kind->of_interface &&
          std::ranges::any_of(device->ports_flapping_by_design, [&](const std::string& port) {
            return port == one.key ||
                   std::ranges::any_of(words.varbinds, [&](const auto& v) { return v.second == port; });
          }))
        continue;
      machine_->observe(
          {.key = key_of(one.device, one.target, one.key),
           .happened = one.effect == trap::Effect::raises   ? Happened::raised
                       : one.effect == trap::Effect::clears ? Happened::cleared
                                                            : Happened::event,
           .severity = rule->severity.empty() ? severity_of(one.severity) : severity_named(rule->severity),
           .nature = Nature::local,
           .at = one.at,
           .evidence = words.ja,
           .ends_after = one.ends_after});
    }
  }
  return write_decisions();
}

}  // namespace yagura::monitor::watch
