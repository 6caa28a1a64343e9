// What rules that make alerts of logs are bound to: packs, the store of events, the ledger's devices, the watch.
#include <algorithm>
#include <charconv>
#include <fstream>

#include "eventstore/ask/vocabulary.hpp"
#include "eventstore/file.hpp"
#include "yagurad/parts.hpp"

namespace yagura::yagurad {

namespace lr = monitor::log_rules;

namespace {

constexpr Duration rebuilt_within = std::chrono::seconds(15), kept_every = std::chrono::seconds(30);

// Until when everything was judged, and since when by which rules: what a start goes on from.
struct Kept {
  std::optional<Time> judged;
  std::map<std::string, Time, std::less<>> since;  // by "contract id digest"
};

std::string line_of(const std::string& contract, const lr::LogRule& rule) {
  return contract + " " + rule.id + " " + rule.digest;
}

std::optional<Time> time_in(std::string_view text) {
  std::int64_t us = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), us);
  return read.ec == std::errc{} ? std::optional(from_micros(us)) : std::nullopt;
}

Kept read_kept(const std::filesystem::path& file) {
  Kept out;
  std::ifstream in(file);
  std::string line;
  if (std::getline(in, line)) out.judged = time_in(line);
  while (std::getline(in, line)) {
    // Before, the fourth word was not written: such a rule counts for all that was judged.
    const auto last = std::ranges::count(line, ' ') < 3 ? line.size() : line.rfind(' ');
    const auto since = last == line.size() ? std::nullopt : time_in(std::string_view(line).substr(last + 1));
    out.since[line.substr(0, last)] = since.value_or(Time::min());
  }
  return out;
}

// The thing that a condition of an alert is about, when it is one of this kind.
std::optional<std::string> object_of(std::string_view condition, std::string_view kind) {
  if (!condition.starts_with(kind)) return std::nullopt;
  condition.remove_prefix(kind.size());
  if (condition.empty()) return std::string();
  return condition.front() == ' ' ? std::optional(std::string(condition.substr(1))) : std::nullopt;
}

// What the alerts of a rule wait for to end is asked no longer, or of other things.
bool leaves_alerts(const lr::LogRule& before, const lr::LogRule* now) {
  return now == nullptr || before.by != now->by || before.of != now->of || before.as != now->as ||
         before.clears.empty() != now->clears.empty() ||
         (before.silent > Duration{}) != (now->silent > Duration{});
}

}  // namespace

Result<void> Server::Parts::open_log_rules() {
  auto standard = lr::load_standard_rules(options.share / "log_rules");
  log_rules_broken.with([&](auto& held) {
    for (const auto& fault : standard.faults) held.push_back(fault.error);
  });
  log_rules = std::make_unique<lr::Engine>(clock, events->kinds(),
                                           [this](lr::Hits&& hits) { watch->take_logs(std::move(hits)); });
  watched_events = std::make_unique<lr::WatchedStore>(*events, *log_rules);
  rule_book = std::make_unique<lr::RuleBook>(
      lr::RuleBook::Ground{.database = *database,
                           .journal = *journal,
                           .clock = clock,
                           .engine = *log_rules,
                           .changed =
                               [this](const std::string& contract, const lr::LogRule* before) {
                                 log_rules_changed = true;
                                 if (before != nullptr) end_alerts_of(contract, *before);
                               }},
      std::move(standard.rules), eventstore::Vocabulary(events->kinds()));
  return rule_book->open(packs);
}

// Nobody would end them any more.
void Server::Parts::end_alerts_of(const std::string& contract, const lr::LogRule& before) {
  const auto set = log_rules->rules(contract);
  const auto now = set ? set->find(before.id) : nullptr;
  if (!before.as.empty() || !leaves_alerts(before, now)) return;
  auto told = watch->told_of_logs(Time::max());
  if (!told) return log_rules_broken.with([&](auto& held) { held.push_back(told.error()); });
  std::set<Id> devices;
  for (const auto& [name, id] : *log_rules->devices(contract)) devices.insert(id);
  const auto alone = lr::RuleSet::alone(before);
  lr::Hits hits;
  for (const auto& one : *told) {
    const auto object = object_of(one.condition, before.condition());
    if (!one.open || !object || !devices.contains(one.device)) continue;
    const auto at = clock.now();
    hits.push_back(
        {contract,
         alone,
         &alone->rules().front(),
         one.device,
         *object,
         true,
         at,
         at,
         1,
         {"アラート規則が外されたか変更されたため終了", "Ended: its rule was removed or changed"}});
  }
  if (!hits.empty()) watch->take_logs(std::move(hits));
}

// Before anything new comes in: into segments of our own nothing comes yet, and a store on other machines is
// not open to others before this is over, at the start or whenever it first answers.
void Server::Parts::begin_events() {
  if (!remote_events) return rebuild_log_rules(*events);
  remote_events->begin([this](eventstore::EventStore& open) { rebuild_log_rules(open); });
}

void Server::Parts::rebuild_log_rules(eventstore::EventStore& store) {
  const bool again = log_rules_begun.has_value();
  if (!again) log_rules_begun = clock.now();
  const auto kept = read_kept(options.data / "log_rules.judged");
  lr::Engine::Before before{
      .judged = kept.judged.value_or(*log_rules_begun),
      .told = {},
      .condition_of = [this](const lr::Hit& hit) { return watch->condition_of(hit); },
      .in_force = [&](const std::string& contract, const lr::LogRule& rule) -> std::optional<Time> {
        const auto found = kept.since.find(line_of(contract, rule));
        return found == kept.since.end() ? std::nullopt : std::optional(found->second);
      },
      .until = again ? *log_rules_begun : Time::max()};
  log_rules_since = kept.since;
  // An alert that ended before any event that is read can have come tells of none of them.
  auto told = watch->told_of_logs(clock.now() - std::chrono::days(10));
  const auto broken = [this](Error fault) {
    log_rules_broken.with([&](auto& held) { held.push_back(std::move(fault)); });
  };
  log_rules_unread.with([&](auto& held) { held = told ? std::nullopt : std::optional(told.error()); });
  if (!told) return;
  before.told = *std::move(told);
  for (auto& fault : log_rules->rebuild(store, before, rebuilt_within)) broken(std::move(fault));
  log_rules_rebuilt = true;
}

// Alerts on record that could not be read at the start.
void Server::Parts::retry_log_rules() {
  if (log_rules_unread.with([](const auto& held) { return held.has_value(); })) rebuild_log_rules(*events);
}

// Half a minute back: by then what an event led to is on disk. A day's events before that are looked at again
// anyway. Not before the rules know of the time before the start, which is read from there.
Result<void> Server::Parts::keep_log_rules(Time now) {
  if (!log_rules_rebuilt) return {};
  if (now - log_rules_kept < kept_every && now >= log_rules_kept && !log_rules_changed.exchange(false))
    return {};
  log_rules_kept = now;
  const auto file = options.data / "log_rules.judged";
  auto whole = file;
  whole += ".new";
  auto text = std::to_string(to_micros(now - kept_every)) + '\n';
  std::map<std::string, Time, std::less<>> since;
  for (const auto& [id, held] : packs)
    if (const auto set = log_rules->rules(id))
      for (const auto& rule : set->rules()) {
        const auto line = line_of(id, rule);
        const auto known = log_rules_since.find(line);
        // New since the start, or since people changed it after that.
        const auto begins = known != log_rules_since.end()
                                ? known->second
                                : std::max(started, rule_book->changed_at(id, rule.id).value_or(started));
        since[line] = begins;
        text += line + ' ' + std::to_string(to_micros(begins)) + '\n';
      }
  log_rules_since = std::move(since);
  YAGURA_TRY(auto out, eventstore::OutFile::create(whole));
  YAGURA_CHECK(out.append(text));
  YAGURA_CHECK(out.sync());
  std::error_code failed;
  std::filesystem::rename(whole, file, failed);
  return failed ? eventstore::file_error(file, failed.value()) : Result<void>();
}

std::optional<calendar::Words> Server::Parts::log_rule_title(const std::string& contract,
                                                             std::string_view rule) const {
  return rule_book ? rule_book->title(contract, rule) : std::nullopt;
}

}  // namespace yagura::yagurad
