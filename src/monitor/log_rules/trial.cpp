#include "monitor/log_rules/trial.hpp"

#include <algorithm>

#include "monitor/log_rules/found_events.hpp"

namespace yagura::monitor::log_rules {

namespace es = eventstore;

namespace {

constexpr std::size_t most_events = 2'000'000;

// Alerts as they would have opened and ended.
class Opened {
 public:
  Opened(const TrialOf& of, std::size_t shown, Trial& out) : rule_(of.rule), shown_(shown), out_(out) {
    for (const auto& [name, id] : *of.devices) names_.emplace(id, name);
  }

  void take(const Hit& hit) {
    const auto key = std::pair(hit.device, hit.object);
    const auto known = open_.find(key);
    if (known != open_.end() && rule_.quiet > Duration{} && hit.first > known->second.last + rule_.quiet) {
      end(known->second, known->second.last + rule_.quiet);
      open_.erase(known);
    } else if (known != open_.end()) {
      auto& one = known->second;
      if (hit.cleared) {
        end(one, hit.first);
        open_.erase(known);
        return;
      }
      one.last = std::max(one.last, hit.last);
      see(one, hit);
      return;
    }
    if (hit.cleared) return;
    ++out_.alerts;
    ++out_.by_device[names_[hit.device]];
    Open one{hit.last, std::nullopt};
    if (out_.first.size() < shown_) {
      one.shown = out_.first.size();
      out_.first.push_back(
          {hit.first, hit.last, std::nullopt, hit.device, names_[hit.device], hit.object, 0, hit.words});
    }
    see(one, hit);
    open_.emplace(key, one);
  }

 private:
  struct Open {
    Time last;
    std::optional<std::size_t> shown;
  };
  void see(const Open& one, const Hit& hit) {
    if (!one.shown) return;
    auto& shown = out_.first[*one.shown];
    shown.last = one.last;
    shown.count += hit.count;
  }
  void end(const Open& one, Time at) {
    if (one.shown) out_.first[*one.shown].ended = at;
  }

  const LogRule& rule_;
  const std::size_t shown_;
  Trial& out_;
  std::map<Id, std::string> names_;
  std::map<std::pair<Id, std::string>, Open> open_;
};

// Gaps between the events of a device; after the last one there is a gap up to the end.
class Gaps {
 public:
  Gaps(const TrialOf& of, const std::shared_ptr<const RuleSet>& set, Opened& opened)
      : of_(of), set_(set), rule_(set->rules().front()), opened_(opened) {}

  void see(const es::Kind& kind, const es::Batch& batch) {
    const auto field = kind.index_of("device");
    if (!field) return;
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      const auto device = of_.devices->find(std::string(batch.strings[batch.columns[*field].ids[row]]));
      if (device == of_.devices->end()) continue;
      const auto at = from_micros(batch.times[row]);
      const auto [known, fresh] = last_.try_emplace(device->second, device->first, at);
      if (!fresh && at - known->second.second >= rule_.silent) {
        raise(known->first, known->second, at);
        opened_.take(hit(known->first, at, true));
      }
      known->second.second = std::max(known->second.second, at);
    }
  }
  void finish() {
    for (const auto& [device, last] : last_)
      if (of_.to - last.second >= rule_.silent) raise(device, last, of_.to);
  }

 private:
  [[nodiscard]] Hit hit(Id device, Time at, bool cleared) const {
    return {of_.contract, set_, &rule_, device, "", cleared, at, at, 1, {}};
  }
  void raise(Id device, const std::pair<std::string, Time>& last, Time) {
    auto one = hit(device, last.second + rule_.silent, false);
    const auto words = [&](const std::string& text) {
      return fill_in(text,
                     [&](std::string_view name) { return name == "device" ? last.first : std::string(); });
    };
    one.words = {words(rule_.text.ja), words(rule_.text.en)};
    opened_.take(one);
  }

  const TrialOf& of_;
  std::shared_ptr<const RuleSet> set_;
  const LogRule& rule_;
  Opened& opened_;
  std::map<Id, std::pair<std::string, Time>> last_;
};

}  // namespace

Result<Trial> try_rule(es::EventStore& store, const TrialOf& of, const es::Limits& limits,
                       std::size_t most_shown) {
  Trial out;
  const auto set = RuleSet::alone(of.rule);
  Judge judge(of.contract, store.kinds(), set, {});
  judge.set_devices(of.devices);
  Opened opened(of, most_shown, out);
  Gaps gaps(of, set, opened);
  const bool silence = of.rule.silent > Duration{};
  YAGURA_TRY(out.outcome, read_batches(store, query_of_trial(of), false, most_events, limits,
                                       [&](const es::Kind& kind, const es::Batch& batch) -> Result<void> {
                                         if (silence) {
                                           gaps.see(kind, batch);
                                           out.matches += batch.rows();
                                           return {};
                                         }
                                         Hits hits;
                                         judge.judge(kind, batch, of.to, hits);
                                         for (const auto& hit : hits) opened.take(hit);
                                         return {};
                                       }));
  if (silence && !out.outcome.partial()) gaps.finish();
  if (!silence) out.matches = judge.counters().matches;
  out.no_device = judge.counters().no_device;
  return out;
}

es::Query query_of_trial(const TrialOf& of) {
  auto out = query_of(of.contract, of.rule, of.from);
  out.to = of.to;
  return out;
}

}  // namespace yagura::monitor::log_rules
