#include "monitor/log_rules/engine.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace yagura::monitor::log_rules {

namespace es = eventstore;

namespace {

constexpr std::size_t longest_key = 200;  // bytes
constexpr Duration kept_without_quiet = std::chrono::hours(24);

bool takes(const es::Query& query, const es::Kind& kind) {
  return query.kinds.empty() || std::ranges::find(query.kinds, kind.kind) != query.kinds.end();
}

std::string plain(std::string_view text) {
  std::string out(text.substr(0, longest_key));
  while (text.size() > longest_key && !out.empty() && !is_utf8(out)) out.pop_back();
  if (!is_utf8(out)) out = "?";
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return out;
}

}  // namespace

struct Judge::Place {
  const es::Kind& kind;
  const es::Batch& batch;
  std::size_t row = 0;

  [[nodiscard]] Time at() const { return from_micros(batch.times[row]); }
  [[nodiscard]] std::string text(std::string_view name) const {
    const auto field = kind.index_of(name);
    if (!field) return {};
    const auto& column = batch.columns[*field];
    if (kind.fields[*field].type == es::FieldType::number) return std::to_string(column.numbers[row]);
    return std::string(batch.strings[column.ids[row]]);
  }
};

Judge::Judge(std::string contract, const es::Kinds& kinds, std::shared_ptr<const RuleSet> set,
             MemoryBounds bounds)
    : contract_(std::move(contract)), set_(std::move(set)), memory_(bounds) {
  for (const auto& [name, kind] : kinds) {
    std::vector<es::Condition> conditions;
    std::vector<std::pair<std::uint32_t, bool>> of;
    for (std::uint32_t place = 0; place < set_->rules().size(); ++place) {
      const auto& rule = set_->rules()[place];
      for (const bool ends : {false, true}) {
        const auto& query = ends ? rule.ends : rule.raises;
        if (!takes(query, kind) || (ends && rule.clears.empty())) continue;
        conditions.push_back(query.where);
        of.emplace_back(place, ends);
      }
    }
    auto& made = kinds_.emplace(name, ByKind(RuleIndex(kind, conditions))).first->second;
    made.conditions = std::move(of);
  }
}

Id Judge::device_of(const Place& at, const LogRule& rule) const {
  const auto sender = devices_->find(at.text("device"));
  if (sender == devices_->end()) return 0;
  if (rule.of.empty()) return sender->second;
  // Behind a relay the field says whose line it is; what is no device's name stays the relay's.
  const auto named = devices_->find(at.text(rule.of));
  return named == devices_->end() ? sender->second : named->second;
}

void Judge::judge(const es::Kind& kind, const es::Batch& batch, Time received, Hits& out,
                  const LogRule* only) {
  const auto found = kinds_.find(kind.kind);
  if (found == kinds_.end()) return;
  counters_.events += batch.rows();
  Latest latest;
  const auto& by_kind = found->second;
  by_kind.index.each_match(batch, [&](std::size_t row, std::size_t condition) {
    const auto [place, ends] = by_kind.conditions[condition];
    const auto& rule = set_->rules()[place];
    if (only != nullptr && only != &rule) return;
    if (rule.silent > Duration{})
      hear({kind, batch, row}, place, received, out, latest);
    else
      match({kind, batch, row}, place, ends, out, latest);
  });
  for (const auto& [at, row] : latest.rows) {
    auto& hit = out[at];
    const Place place{kind, batch, row};
    const auto words = [&](const std::string& text) {
      return fill_in(text, [&](std::string_view name) {
        return name == "count" ? std::to_string(hit.count) : place.text(name);
      });
    };
    hit.words = {words(hit.rule->text.ja), words(hit.rule->text.en)};
  }
}

void Judge::match(const Place& at, std::uint32_t place, bool ends, Hits& out, Latest& latest) {
  const auto& rule = set_->rules()[place];
  ++counters_.matches;
  const Id device = device_of(at, rule);
  if (device == 0) {
    ++counters_.no_device;
    return;
  }
  std::string key;
  for (const auto& name : rule.by) {
    const auto value = plain(at.text(name));
    if (!value.empty()) key.append(key.empty() ? "" : " ").append(value);
  }
  const Time time = at.at();
  if (!ends && !memory_.add(place, device, key, time, rule.times, rule.within)) return;
  if (!rule.clears.empty() && memory_.outdated(place, device, key, time, ends)) return;
  std::string object = key;
  const Duration kept = rule.quiet > Duration{} ? rule.quiet : kept_without_quiet;
  if (ends)
    memory_.ended(place, device, key);
  else if (!key.empty() && !memory_.own_alert(place, device, key, time, kept))
    object = "*";
  const auto [known, fresh] = latest.hits.try_emplace({place, device, object}, out.size());
  const bool joins = !fresh && out[known->second].cleared == ends && time <= out[known->second].last + kept;
  if (!joins) {
    known->second = out.size();
    out.push_back({contract_, set_, &rule, device, object, ends, time, time, 0, {}});
    ++counters_.hits;
  }
  auto& hit = out[known->second];
  hit.count += joins || ends ? 1 : rule.times;
  hit.first = std::min(hit.first, time);
  hit.last = std::max(hit.last, time);
  latest.rows[known->second] = at.row;
}

void Judge::hear(const Place& at, std::uint32_t place, Time received, Hits& out, Latest& latest) {
  const auto field = at.kind.index_of("device");
  if (!field) return;
  auto of = std::ranges::find(latest.heard, place, [](const auto& one) { return one.first; });
  if (of == latest.heard.end())
    of = latest.heard.insert(of, {place, std::vector<bool>(at.batch.strings.size())});
  const auto sender = at.batch.columns[*field].ids[at.row];
  if (of->second[sender]) return;
  of->second[sender] = true;
  ++counters_.matches;
  const Id device = device_of(at, set_->rules()[place]);
  if (device == 0) return;
  auto& silence = silences_[{place, device}];
  silence.last = std::max(silence.last, received);
  if (!std::exchange(silence.raised, false)) return;
  ++counters_.hits;
  out.push_back({contract_, set_, &set_->rules()[place], device, "", true, received, received, 1, {}});
}

void Judge::go_on_from(Judge&& before) {
  std::map<std::uint32_t, std::uint32_t> same, silent;
  for (std::uint32_t place = 0; place < set_->rules().size(); ++place) {
    const auto& rule = set_->rules()[place];
    const auto* was = before.set_->find(rule.id);
    if (was == nullptr) continue;
    const auto place_then = static_cast<std::uint32_t>(was - before.set_->rules().data());
    if (was->digest == rule.digest) same[place_then] = place;
    if (was->silent > Duration{} && rule.silent > Duration{}) silent[place_then] = place;
  }
  memory_.take_over(std::move(before.memory_), same);
  for (const auto& [key, silence] : before.silences_)
    if (const auto place = silent.find(key.first); place != silent.end())
      silences_[{place->second, key.second}] = silence;
  counters_ = before.counters_;
}

void Judge::heard(const LogRule& rule, Id device, Time last, bool raised) {
  silences_[{static_cast<std::uint32_t>(&rule - set_->rules().data()), device}] = {last, raised};
}

void Judge::tick(Time now, Hits& out) {
  std::unordered_map<Id, const std::string*> names;
  for (auto& [key, silence] : silences_) {
    const auto& rule = set_->rules()[key.first];
    if (silence.raised || now - silence.last < rule.silent) continue;
    if (names.empty())
      for (const auto& [name, id] : *devices_) names.emplace(id, &name);
    const auto known = names.find(key.second);
    if (known == names.end()) continue;  // it left the ledger
    silence.raised = true;
    ++counters_.hits;
    const auto words = [&](const std::string& text) {
      return fill_in(text, [&](std::string_view name) {
        return name == "device" ? *known->second : std::string(name == "count" ? "0" : "");
      });
    };
    out.push_back({contract_,
                   set_,
                   &rule,
                   key.second,
                   "",
                   false,
                   silence.last + rule.silent,
                   now,
                   1,
                   {words(rule.text.ja), words(rule.text.en)}});
  }
}

Counters Judge::counters() const {
  auto out = counters_;
  out.forgotten = memory_.forgotten();
  out.keys = memory_.keys();
  out.rules = set_->rules().size();
  return out;
}

Engine::Engine(const Clock& clock, const es::Kinds& kinds, Sink sink, MemoryBounds bounds)
    : clock_(clock), kinds_(kinds), sink_(std::move(sink)), bounds_(bounds) {}

void Engine::set_rules(const std::string& contract, std::shared_ptr<const RuleSet> set) {
  held_.with([&](Held& held) {
    auto judge = std::make_unique<Judge>(contract, kinds_, std::move(set), bounds_);
    if (const auto known = held.devices.find(contract); known != held.devices.end())
      judge->set_devices(known->second);
    auto& now = held.judges[contract];
    if (now) judge->go_on_from(std::move(*now));
    now = std::move(judge);
  });
}

void Engine::set_devices(std::map<std::string, std::shared_ptr<const DeviceNames>, std::less<>> devices) {
  held_.with([&](Held& held) {
    held.devices = std::move(devices);
    for (auto& [contract, judge] : held.judges) {
      const auto known = held.devices.find(contract);
      judge->set_devices(known == held.devices.end() ? std::make_shared<DeviceNames>() : known->second);
    }
  });
}

std::shared_ptr<const RuleSet> Engine::rules(std::string_view contract) const {
  return held_.with([&](const Held& held) {
    const auto found = held.judges.find(contract);
    return found == held.judges.end() ? nullptr : found->second->set();
  });
}

std::shared_ptr<const DeviceNames> Engine::devices(std::string_view contract) const {
  return held_.with([&](const Held& held) {
    const auto found = held.devices.find(contract);
    return found == held.devices.end() ? std::make_shared<const DeviceNames>() : found->second;
  });
}

void Engine::judge(std::string_view contract, std::string_view kind, const es::Batch& batch) {
  const auto known = kinds_.find(kind);
  if (known == kinds_.end()) return;
  held_.with([&](Held& held) {
    const auto found = held.judges.find(contract);
    if (found == held.judges.end()) return;
    Hits hits;
    found->second->judge(known->second, batch, clock_.now(), hits);
    if (!hits.empty()) sink_(std::move(hits));
  });
}

void Engine::tick() {
  held_.with([&](Held& held) {
    for (auto& [contract, judge] : held.judges) {
      Hits hits;
      judge->tick(clock_.now(), hits);
      if (!hits.empty()) sink_(std::move(hits));
    }
  });
}

Counters Engine::counters() const {
  return held_.with([](const Held& held) {
    Counters out;
    for (const auto& [contract, judge] : held.judges) {
      const auto one = judge->counters();
      out.events += one.events;
      out.matches += one.matches;
      out.hits += one.hits;
      out.no_device += one.no_device;
      out.forgotten += one.forgotten;
      out.keys += one.keys;
      out.rules += one.rules;
    }
    return out;
  });
}

}  // namespace yagura::monitor::log_rules
