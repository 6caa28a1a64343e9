// What rules that make alerts of logs are bound to: packs, the store of events, the ledger's devices, the watch.
#include <charconv>
#include <fstream>

#include "eventstore/ask/vocabulary.hpp"
#include "eventstore/file.hpp"
#include "yagurad/parts.hpp"

namespace yagura::yagurad {

namespace lr = monitor::log_rules;

namespace {

constexpr Duration rebuilt_within = std::chrono::seconds(15), kept_every = std::chrono::seconds(30);

// Until when everything was judged, and by which rules: what a start goes on from.
struct Kept {
  std::optional<Time> judged;
  std::set<std::string> rules;  // "contract id digest"
};

std::string line_of(const std::string& contract, const lr::LogRule& rule) {
  return contract + " " + rule.id + " " + rule.digest;
}

Kept read_kept(const std::filesystem::path& file) {
  Kept out;
  std::ifstream in(file);
  std::string line;
  std::int64_t us = 0;
  if (std::getline(in, line) && std::from_chars(line.data(), line.data() + line.size(), us).ec == std::errc{})
    out.judged = from_micros(us);
  while (std::getline(in, line)) out.rules.insert(line);
  return out;
}

}  // namespace

Result<void> Server::Parts::open_log_rules() {
  standard_log_rules = lr::load_standard_rules(options.share / "log_rules");
  const auto broken = [this](const lr::RuleFault& fault) {
    log_rules_broken.with([&](auto& held) { held.push_back(fault.error); });
  };
  for (const auto& fault : standard_log_rules.faults) broken(fault);
  log_rules = std::make_unique<lr::Engine>(clock, events->kinds(),
                                           [this](lr::Hits&& hits) { watch->take_logs(std::move(hits)); });
  watched_events = std::make_unique<lr::WatchedStore>(*events, *log_rules);
  const eventstore::Vocabulary vocabulary(events->kinds());
  for (const auto& [id, held] : packs) {
    auto loaded = lr::RuleSet::of_contract(standard_log_rules.rules, *held, vocabulary);
    for (const auto& fault : loaded.faults) broken(fault);
    log_rules->set_rules(id, std::move(loaded.set));
  }
  return {};
}

// Before anything new comes in: into segments of our own nothing comes yet, and a store on other machines is
// not open to others before this is over, at the start or whenever it first answers.
void Server::Parts::begin_events() {
  if (!remote_events) return rebuild_log_rules(*events);
  remote_events->begin([this](eventstore::EventStore& open) { rebuild_log_rules(open); });
}

void Server::Parts::rebuild_log_rules(eventstore::EventStore& store) {
  const auto kept = read_kept(options.data / "log_rules.judged");
  lr::Engine::Before before{
      .judged = kept.judged.value_or(clock.now()),
      .told = {},
      .condition_of = [this](const lr::Hit& hit) { return watch->condition_of(hit); },
      .in_force = [&](const std::string& contract,
                      const lr::LogRule& rule) { return kept.rules.contains(line_of(contract, rule)); }};
  // An alert that ended before any event that is read can have come tells of none of them.
  auto told = watch->told_of_logs(clock.now() - std::chrono::days(10));
  const auto broken = [this](Error fault) {
    log_rules_broken.with([&](auto& held) { held.push_back(std::move(fault)); });
  };
  if (!told) return broken(told.error());
  before.told = *std::move(told);
  for (auto& fault : log_rules->rebuild(store, before, rebuilt_within)) broken(std::move(fault));
  log_rules_rebuilt = true;
}

// Half a minute back: by then what an event led to is on disk. A day's events before that are looked at again
// anyway. Not before the rules know of the time before the start, which is read from there.
Result<void> Server::Parts::keep_log_rules(Time now) {
  if (!log_rules_rebuilt) return {};
  if (now - log_rules_kept < kept_every && now >= log_rules_kept) return {};
  log_rules_kept = now;
  const auto file = options.data / "log_rules.judged";
  auto whole = file;
  whole += ".new";
  auto text = std::to_string(to_micros(now - kept_every)) + '\n';
  for (const auto& [id, held] : packs)
    if (const auto set = log_rules->rules(id))
      for (const auto& rule : set->rules()) text += line_of(id, rule) + '\n';
  YAGURA_TRY(auto out, eventstore::OutFile::create(whole));
  YAGURA_CHECK(out.append(text));
  YAGURA_CHECK(out.sync());
  std::error_code failed;
  std::filesystem::rename(whole, file, failed);
  return failed ? eventstore::file_error(file, failed.value()) : Result<void>();
}

std::optional<calendar::Words> Server::Parts::log_rule_title(const std::string& contract,
                                                             std::string_view rule) const {
  const auto set = log_rules ? log_rules->rules(contract) : nullptr;
  const auto* found = set ? set->find(rule) : nullptr;
  return found ? std::optional(found->title) : std::nullopt;
}

}  // namespace yagura::yagurad
