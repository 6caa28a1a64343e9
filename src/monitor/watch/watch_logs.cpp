// What rules make of events of logs becomes observations of the alert state.
#include <algorithm>
#include <cctype>

#include "monitor/watch/watch.hpp"

namespace yagura::monitor::watch {

using alert::Happened;

namespace {

// GigabitEthernet1/0/1 and Gi1/0/1: logs write names in full, ifName is short.
bool same_port(std::string_view a, std::string_view b) {
  const auto digits = [](std::string_view name) {
    return std::min(name.find_first_of("0123456789"), name.size());
  };
  const auto at = digits(a), bt = digits(b);
  if (a.substr(at) != b.substr(bt) || at == 0 || bt == 0) return false;
  for (std::size_t i = 0; i < std::min(at, bt); ++i)
    if (std::tolower(static_cast<unsigned char>(a[i])) != std::tolower(static_cast<unsigned char>(b[i])))
      return false;
  return at == bt || at < a.size();
}

}  // namespace

void Watch::take_logs(log_rules::Hits&& hits) {
  inbox_.with([&](Inbox& in) {
    in.logs.insert(in.logs.end(), std::make_move_iterator(hits.begin()), std::make_move_iterator(hits.end()));
  });
  wake();
}

void Watch::take_log_hits() {
  const auto hits = inbox_.with([](Inbox& held) { return std::exchange(held.logs, {}); });
  if (hits.empty()) return;
  const auto picture = at_.book.picture();
  const std::lock_guard lock(machine_lock_);
  for (const auto& hit : hits) {
    auto one = observation_of(*picture, hit);
    if (!one) continue;
    if (!hit.cleared && hit.first < hit.last && hit.count > 1) {
      one->at = hit.first;
      machine_->observe(*one);
      one->times = hit.count - 1;
    } else {
      one->times = hit.count;
    }
    one->at = hit.last;
    machine_->observe(*one);
  }
}

std::string Watch::condition_of(const log_rules::Hit& hit) const {
  const auto one = observation_of(*at_.book.picture(), hit);
  return one ? one->key.condition : std::string();
}

std::optional<alert::Observation> Watch::observation_of(const Picture& picture,
                                                        const log_rules::Hit& hit) const {
  const auto* device = picture.find(hit.contract, hit.device);
  if (!device || !device->watched) return std::nullopt;
  const auto& rule = *hit.rule;
  alert::Observation out{.key = key_of(hit.device, rule.condition(), hit.object),
                         .happened = hit.cleared                     ? Happened::cleared
                                     : rule.quiet > Duration::zero() ? Happened::event
                                                                     : Happened::raised,
                         .severity = rule.severity,
                         .at = hit.last,
                         .evidence = hit.words.ja + std::string(1, evidence_separator) + hit.words.en,
                         .ends_after = rule.quiet};
  if (hit.words.ja.empty()) out.evidence.clear();
  if (!rule.as.empty()) {
    // It is the alert that traps and polling raise: under the same name, by the contract's own table.
    const auto* kind = kinds_->find(rule.as);
    const auto pack = picture.packs.find(hit.contract);
    const auto* said = pack == picture.packs.end() ? nullptr : pack->second->trap(rule.as);
    if (!kind || !said) return std::nullopt;
    out.severity = severity_named(said->severity.empty() ? name_of(rule.severity) : said->severity);
    if (kind->of_interface) {
      const auto port = std::ranges::find_if(
          device->ports, [&](const Port& one) { return one.watched && same_port(hit.object, one.name); });
      if (port == device->ports.end() || std::ranges::find(device->ports_flapping_by_design, port->name) !=
                                             device->ports_flapping_by_design.end())
        return std::nullopt;
      out.key = key_of(hit.device, rule.as, port->name);
      out.nature = alert::Nature::link;
    }
  }
  return out;
}

}  // namespace yagura::monitor::watch
