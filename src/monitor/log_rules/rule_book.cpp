#include "monitor/log_rules/rule_book.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "schema/json.hpp"

namespace yagura::monitor::log_rules {

using schema::Value;
using store::Row;
using store::Session;

namespace {

constexpr std::string_view columns = "version, said, account, who, changed_at, why";

RuleChange change_of(const Row& row) {
  RuleChange out{.version = row.integer(0),
                 .said = {},
                 .account = row.integer(2),
                 .who = row.string(3),
                 .at = row.time(4),
                 .why = row.string(5)};
  if (auto said = schema::parse_json(row.string(1))) out.said = *std::move(said);
  return out;
}

calendar::Words words_of(const Value& title) { return {title["ja"].text(), title["en"].text()}; }

bool fits(const std::string& text, std::size_t most) {
  return is_utf8(text) && !text.contains('\0') && characters(text) <= most;
}

// Places of what is too long or no text.
void check_texts(const RuleFile& rule, std::vector<schema::Fault>& faults) {
  const auto check = [&](const char* path, const std::string& text, std::size_t most, bool needed) {
    if (needed && trim(text).empty()) faults.push_back({path, 0, {"schema.missing", {{"path", path}}}});
    if (!fits(text, most))
      faults.push_back({path, 0, {"monitor.log_rule_too_long", {{"most", std::to_string(most)}}}});
  };
  check("title.ja", rule.title.ja, RuleBook::most_title, true);
  check("title.en", rule.title.en, RuleBook::most_title, true);
  check("text.ja", rule.text.ja, RuleBook::most_text, true);
  check("text.en", rule.text.en, RuleBook::most_text, true);
  for (const auto* text : {&rule.severity, &rule.within, &rule.quiet, &rule.silent, &rule.of})
    if (!fits(*text, 100)) faults.push_back({"", 0, {"monitor.log_rule_too_long", {{"most", "100"}}}});
}

// The key of the rule that an error of rule.hpp is about.
std::string place_of(const Error& error) {
  const auto at = error.arg("at").empty() ? error.arg("path") : error.arg("at");
  return std::string(at);
}

}  // namespace

std::span<const store::Migration> migrations() {
  static constexpr store::Migration steps[] = {
      {"log_rules", 1,
       "CREATE TABLE log_rule (contract TEXT NOT NULL, rule TEXT NOT NULL, version BIGINT NOT NULL,"
       " said TEXT NOT NULL, account BIGINT NOT NULL, who TEXT NOT NULL, changed_at BIGINT NOT NULL,"
       " why TEXT NOT NULL, PRIMARY KEY (contract, rule, version))"}};
  return steps;
}

Result<void> RuleBook::open(const Packs& packs) {
  std::map<std::string, Contract, std::less<>> all;
  for (const auto& [id, pack] : packs) all[id].pack = rules_of(*pack);
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(
        "SELECT " + std::string(columns) + ", contract, rule FROM log_rule ORDER BY contract, rule, version",
        [&](const Row& row) {
          const auto found = all.find(row.string(6));
          if (found == all.end()) return;
          auto change = change_of(row);
          const auto rule = row.string(7);
          if (const auto* title = change.said.find("title")) found->second.titles[rule] = words_of(*title);
          found->second.last[rule] = std::move(change);
        });
  }));
  for (const auto& [id, of] : all)
    at_.engine.set_rules(id, RuleSet::of(standard_, said_in(of), vocabulary_).set);
  contracts_.with([&](auto& held) { held = std::move(all); });
  return {};
}

Written RuleBook::said_in(const Contract& of) const {
  auto out = of.pack;
  for (const auto& [id, change] : of.last)
    if (change.said.is_object()) lay_over(out, id, change.said);
  return out;
}

std::vector<std::string> RuleBook::ids(const Contract& of) const {
  std::vector<std::string> out;
  for (const auto* layer : {&standard_, &of.pack})
    for (const auto& [id, said] : *layer) out.push_back(id);
  for (const auto& [id, change] : of.last)
    if (change.said.is_object()) out.push_back(id);
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

StandingRule RuleBook::standing(const Contract& of, const std::string& id) const {
  StandingRule out{.id = id};
  const auto product = standard_.find(id), pack = of.pack.find(id);
  out.product = product != standard_.end();
  out.pack = pack != of.pack.end();
  Written layers;
  if (out.product) lay_over(layers, id, product->second);
  if (out.pack) lay_over(layers, id, pack->second);
  if (const auto found = layers.find(id); found != layers.end()) out.beneath = found->second;
  if (const auto last = of.last.find(id); last != of.last.end()) out.last = last->second;
  if (out.last.said.is_object()) lay_over(layers, id, out.last.said);
  out.written = layers[id];
  auto file = read_rule_file(out.written);
  out.off = file && file->off;
  auto rule = file ? make_rule(*std::move(file), vocabulary_) : std::unexpected(file.error());
  if (!rule) {
    out.fault = rule.error();
  } else {
    rule->own = out.pack || out.last.said.is_object();
    out.rule = *std::move(rule);
  }
  return out;
}

std::vector<Error> RuleBook::faults() const {
  return contracts_.with([&](const auto& held) {
    std::vector<Error> out;
    for (const auto& [contract, of] : held)
      for (const auto& fault : RuleSet::of(standard_, said_in(of), vocabulary_).faults)
        out.push_back(fault.error);
    return out;
  });
}

std::vector<StandingRule> RuleBook::list(std::string_view contract) const {
  return contracts_.with([&](const auto& held) {
    std::vector<StandingRule> out;
    if (const auto found = held.find(contract); found != held.end())
      for (const auto& id : ids(found->second)) out.push_back(standing(found->second, id));
    return out;
  });
}

Result<StandingRule> RuleBook::find(std::string_view contract, const std::string& id) const {
  return contracts_.with([&](const auto& held) -> Result<StandingRule> {
    const auto found = held.find(contract);
    if (found != held.end())
      if (auto rule = standing(found->second, id); rule.beneath.is_object() || rule.last.said.is_object())
        return rule;
    return fail("monitor.log_rule_not_found", {{"rule", id}});
  });
}

std::optional<calendar::Words> RuleBook::title(std::string_view contract, std::string_view id) const {
  return contracts_.with([&](const auto& held) -> std::optional<calendar::Words> {
    const auto found = held.find(contract);
    if (found == held.end()) return std::nullopt;
    const auto& of = found->second;
    const auto last = of.last.find(id);
    const auto there = [&](const Written& layer) {
      const auto rule = layer.find(id);
      return rule == layer.end() ? nullptr : rule->second.find("title");
    };
    const auto* title = last == of.last.end() ? nullptr : last->second.said.find("title");
    for (const auto* layer : {&of.pack, &standard_})
      if (title == nullptr) title = there(*layer);
    if (title != nullptr) return words_of(*title);
    const auto past = of.titles.find(id);
    return past == of.titles.end() ? std::nullopt : std::optional(past->second);
  });
}

std::optional<Time> RuleBook::changed_at(std::string_view contract, std::string_view id) const {
  return contracts_.with([&](const auto& held) -> std::optional<Time> {
    const auto found = held.find(contract);
    if (found == held.end()) return std::nullopt;
    const auto last = found->second.last.find(id);
    return last == found->second.last.end() ? std::nullopt : std::optional(last->second.at);
  });
}

RuleBook::Checked RuleBook::check(std::string_view contract, const std::string& id, const Value& said) const {
  Checked out;
  const auto known = contracts_.with([&](const auto& held) {
    const auto found = held.find(contract);
    return found == held.end() ? StandingRule{.id = id} : standing(found->second, id);
  });
  if (said.find("id") != nullptr && said["id"].text() != id)
    out.faults.push_back({"id", 0, {"monitor.log_rule_invalid", {{"rule", id}, {"reason", "id"}}}});
  if (const auto* as = said.find("as"); as != nullptr && as->text() != known.beneath["as"].text())
    out.faults.push_back({"as", 0, {"monitor.log_rule_as_fixed", {{"rule", id}}}});
  Written layers;
  if (known.beneath.is_object()) lay_over(layers, id, known.beneath);
  lay_over(layers, id, said);
  auto file = read_rule_file(layers[id], out.faults);
  check_texts(file, out.faults);
  if (!out.faults.empty()) return out;
  const bool off = file.off;
  auto rule = make_rule(std::move(file), vocabulary_);
  if (!rule)
    out.faults.push_back({place_of(rule.error()), 0, rule.error()});
  else if (!off)
    out.rule = *std::move(rule);
  return out;
}

Result<RuleChange> RuleBook::write(const journal::Actor& by, const std::string& contract,
                                   const std::string& id, RuleChange change) {
  const auto made_on = change.version;
  return at_.database.write([&](Session& s) -> Result<RuleChange> {
    YAGURA_CHECK(s.lock("log_rule"));
    std::int64_t version = 0;
    std::string who;
    YAGURA_CHECK(
        s.query("SELECT version, who FROM log_rule WHERE contract = $1 AND rule = $2"
                " ORDER BY version DESC LIMIT 1",
                contract, id, [&](const Row& row) {
                  version = row.integer(0);
                  who = row.string(1);
                }));
    if (version != made_on) return fail("monitor.log_rule_conflict", {{"rule", id}, {"who", who}});
    change.version = version + 1;
    YAGURA_CHECK(
        s.exec("INSERT INTO log_rule (contract, rule, version, said, account, who, changed_at, why)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
               contract, id, change.version, schema::to_json(change.said), by.account, by.name, change.at,
               change.why));
    YAGURA_CHECK(at_.journal.append(
        s, {contract, by, change.said.is_null() ? "log_rule.removed" : "log_rule.changed", "log_rule/" + id,
            Value::object({{"version", change.version}, {"said", change.said}, {"why", change.why}})}));
    return change;
  });
}

Result<StandingRule> RuleBook::change(const journal::Actor& by, const std::string& contract,
                                      const std::string& id, std::int64_t version, const Value& said,
                                      const std::string& why) {
  RuleChange change{.version = version,
                    .said = said,
                    .account = by.account,
                    .who = by.name,
                    .at = at_.clock.now(),
                    .why = std::string(trim(why))};
  if (!fits(change.why, most_why) || characters(change.why) < least_why)
    return fail("monitor.log_rule_why",
                {{"least", std::to_string(least_why)}, {"most", std::to_string(most_why)}});
  return changing_.with([&](int&) -> Result<StandingRule> {
    const auto before = find(contract, id);
    if (said.is_null() && (!before || !before->last.said.is_object()))
      return fail("monitor.log_rule_not_found", {{"rule", id}});
    if (!said.is_null())
      if (const auto checked = check(contract, id, said); !checked.faults.empty())
        return std::unexpected(schema::first_error(checked.faults));
    const auto own = contracts_.with([&](const auto& held) {
      const auto found = held.find(contract);
      return found == held.end()
                 ? std::size_t{0}
                 : static_cast<std::size_t>(std::ranges::count_if(
                       found->second.last, [](const auto& one) { return one.second.said.is_object(); }));
    });
    if (!said.is_null() && own >= most_own && (!before || !before->last.said.is_object()))
      return fail("monitor.log_rule_too_many", {{"most", std::to_string(most_own)}});
    YAGURA_TRY(auto written, write(by, contract, id, std::move(change)));
    auto [set, now] = contracts_.with([&](auto& held) {
      auto& of = held[contract];
      if (const auto* title = written.said.find("title")) of.titles[id] = words_of(*title);
      of.last[id] = std::move(written);
      return std::pair(RuleSet::of(standard_, said_in(of), vocabulary_).set, standing(of, id));
    });
    at_.engine.set_rules(contract, std::move(set));
    if (at_.changed) at_.changed(contract, before && before->rule && !before->off ? &*before->rule : nullptr);
    return std::move(now);
  });
}

Result<std::vector<RuleChange>> RuleBook::history(std::string_view contract, std::string_view id) const {
  std::vector<RuleChange> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query("SELECT " + std::string(columns) +
                       " FROM log_rule WHERE contract = $1 AND rule = $2 ORDER BY version DESC LIMIT 200",
                   contract, id, [&](const Row& row) { out.push_back(change_of(row)); });
  }));
  return out;
}

}  // namespace yagura::monitor::log_rules
