// What rules must know of the time before a start, read from the store.
#include <algorithm>

#include "eventstore/ask/canonical.hpp"
#include "monitor/log_rules/engine.hpp"
#include "monitor/log_rules/found_events.hpp"

namespace yagura::monitor::log_rules {

namespace es = eventstore;

namespace {

// An event's own time may lie so long before its receipt (monitor/syslog/reader.hpp).
constexpr Duration latest = std::chrono::hours(24);
constexpr Duration longest_ago = std::chrono::days(8);
// A trap may have told of it first, by another clock.
constexpr Duration slack = std::chrono::minutes(1);
constexpr std::size_t most_events = 20'000;  // of one rule
constexpr Duration each_at_most = std::chrono::seconds(2);

// Of the hits of one rule, those that change something.
void keep_news(Hits& hits, Time since, const std::vector<Told>& told, const ConditionOf& condition_of) {
  std::vector<bool> wanted(hits.size(), true);
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const auto& hit = hits[i];
    const auto condition = condition_of(hit);
    wanted[i] = !condition.empty();
    if (!wanted[i]) continue;
    const auto about = [&](const Told& t) { return t.device == hit.device && t.condition == condition; };
    if (!hit.cleared) {
      wanted[i] = hit.last >= since && std::ranges::none_of(told, [&](const Told& t) {
                    return about(t) && t.first - slack <= hit.last && hit.last <= t.last;
                  });
      continue;
    }
    // An end counts when nothing began after it.
    wanted[i] =
        std::none_of(hits.begin() + static_cast<std::ptrdiff_t>(i), hits.end(),
                     [&](const Hit& later) {
                       return !later.cleared && later.device == hit.device && later.object == hit.object;
                     }) &&
        std::ranges::none_of(told, [&](const Told& t) { return about(t) && t.open && t.last > hit.last; });
  }
  std::size_t at = 0;
  std::erase_if(hits, [&](const Hit&) { return !wanted[at++]; });
}

}  // namespace

es::Query query_of(const std::string& contract, const LogRule& rule, Time from) {
  es::Query out{.contract = contract, .from = from};
  auto kinds = rule.raises.kinds;
  if (rule.clears.empty()) {
    out.where = rule.raises.where;
  } else {
    out.where = es::any_of({rule.raises.where, rule.ends.where});
    if (rule.ends.kinds.empty()) kinds.clear();
    if (!kinds.empty()) kinds.insert(kinds.end(), rule.ends.kinds.begin(), rule.ends.kinds.end());
  }
  std::ranges::sort(kinds);
  kinds.erase(std::ranges::unique(kinds).begin(), kinds.end());
  out.kinds = std::move(kinds);
  return out;
}

std::vector<Error> Engine::rebuild(es::EventStore& store, const Before& before, Duration at_most) {
  using SetOf = std::pair<std::string, std::shared_ptr<const RuleSet>>;
  const auto& told = before.told;
  std::vector<Error> faults;
  const Time now = clock_.now();
  const auto end = clock_.steady() + at_most;
  const auto unread = [&](const SetOf& of, const LogRule& rule) {
    faults.push_back({"monitor.log_rule_not_rebuilt", {{"contract", of.first}, {"rule", rule.id}}});
  };
  const auto with_judge = [&](const SetOf& of, const auto& use) {
    held_.with([&](Held& held) {
      const auto found = held.judges.find(of.first);
      if (found != held.judges.end() && found->second->set() == of.second) use(*found->second);
    });
  };
  // The newest of a device is at the time of its receipt, or not far from it; a silence is not counted for
  // the time when nobody listened.
  const auto silences = [&](const SetOf& of, const LogRule& rule) {
    for (const auto& [name, device] : *devices(of.first)) {
      const bool raised = std::ranges::any_of(told, [&, id = device](const Told& t) {
        return t.open && t.device == id && t.condition == rule.condition();
      });
      auto query = query_of(of.first, rule, now - longest_ago);
      query.where = es::all_of(
          {std::move(query.where), {.type = es::Condition::Type::equals, .field = "device", .value = name}});
      bool found = false;
      const auto read = store.search(query, {.newest_first = true, .limit = 1}, {.time = each_at_most},
                                     [&](const es::Event&) -> Result<bool> {
                                       found = true;
                                       return false;
                                     });
      if (!read || (read->partial() && !found) || clock_.steady() > end) return unread(of, rule);
      if (found || raised)
        with_judge(of, [&, id = device](Judge& judge) { judge.heard(rule, id, now, raised); });
    }
  };
  std::vector<SetOf> sets;
  held_.with([&](const Held& held) {
    for (const auto& [contract, judge] : held.judges) sets.emplace_back(contract, judge->set());
  });
  for (const auto& of : sets)
    for (const auto& rule : of.second->rules()) {
      if (clock_.steady() > end) {
        unread(of, rule);
        continue;
      }
      if (rule.silent > Duration{}) {
        silences(of, rule);
        continue;
      }
      const auto from = std::max(now - longest_ago, before.judged - latest - rule.within);
      Hits hits;
      auto query = query_of(of.first, rule, from);
      query.to = std::min(query.to, before.until);
      const auto read =
          read_batches(store, query, true, most_events, {.time = each_at_most},
                       [&](const es::Kind& kind, const es::Batch& batch) -> Result<void> {
                         with_judge(of, [&](Judge& judge) { judge.judge(kind, batch, now, hits, &rule); });
                         return {};
                       });
      if (!read || read->partial()) unread(of, rule);
      const auto since = before.in_force(of.first, rule);
      if (!since) continue;
      keep_news(hits, *since, told, before.condition_of);
      if (!hits.empty()) held_.with([&](const Held&) { sink_(std::move(hits)); });
    }
  return faults;
}

}  // namespace yagura::monitor::log_rules
