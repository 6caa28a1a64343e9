#include "monitor/log_rules/rule.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "contract/value_types.hpp"
#include "eventstore/ask/language.hpp"
#include "schema/shape.hpp"
#include "schema/yaml.hpp"

namespace yagura::calendar {

template <class V>
void shape(V& v, Words& w) {
  v.required("ja", w.ja);
  v.required("en", w.en);
}

}  // namespace yagura::calendar

namespace yagura::monitor::log_rules {

namespace es = eventstore;
using schema::Value;

template <class V>
void shape(V& v, RuleFile::Example& e) {
  v.optional("raises", e.raises);
  v.optional("clears", e.clears);
  v.optional("passes", e.passes);
}
template <class V>
void shape(V& v, RuleFile& r) {
  v.required("id", r.id);
  v.optional("off", r.off);
  v.required("title", r.title);
  v.required("text", r.text);
  v.required("severity", r.severity);
  v.required("when", r.when);
  v.optional("clears", r.clears);
  v.optional("by", r.by);
  v.optional("times", r.times);
  v.optional("within", r.within);
  v.optional("quiet", r.quiet);
  v.optional("silent", r.silent);
  v.optional("as", r.as);
  v.optional("of", r.of);
  v.optional("example", r.example);
}

namespace {

constexpr Duration usual_quiet = std::chrono::hours(1), longest_quiet = std::chrono::days(30);
constexpr std::size_t longest_value = 200;  // of a field in words, in characters

// at: the key that is wrong.
std::unexpected<Error> invalid(const RuleFile& rule, std::string_view at, std::string reason) {
  return fail("monitor.log_rule_invalid",
              {{"rule", rule.id}, {"reason", std::move(reason)}, {"at", std::string(at)}});
}

Result<Duration> duration(const RuleFile& rule, std::string_view key, const std::string& text,
                          Duration longest) {
  if (text.empty()) return Duration{};
  const auto out = contract::parse_duration(text);
  if (!out || *out <= Duration{} || *out > longest) return invalid(rule, key, std::string(key) + ": " + text);
  return *out;
}

// What is an alert, or a trap that may be one, is told of already: no rule makes alerts of alerts.
bool is_told(std::string_view kind) { return kind == "alert" || kind == "trap"; }

// A condition and its kinds; no times, and nothing about how it is shown.
Result<es::Query> condition(const RuleFile& rule, std::string_view key, const std::string& text,
                            const es::Vocabulary& vocabulary) {
  auto asked = es::read_query(text, vocabulary, from_micros(0));
  if (!asked) {
    auto error = asked.error();
    error.args.emplace_back("rule", rule.id);
    error.args.emplace_back("at", key);
    return std::unexpected(std::move(error));
  }
  if (asked->query.from != Time::min() || asked->query.to != Time::max())
    return invalid(rule, key, "from, to, time: " + text);
  if (asked->present.counting) return invalid(rule, key, "|: " + text);
  auto& kinds = asked->query.kinds;
  for (const auto& kind : kinds)
    if (is_told(kind)) return invalid(rule, key, "kind: " + kind);
  if (kinds.empty())
    for (const auto& [name, kind] : vocabulary.kinds())
      if (!is_told(name)) kinds.push_back(name);
  return std::move(asked->query);
}

Result<void> check_fields(const LogRule& rule, const RuleFile& written, const es::Vocabulary& vocabulary) {
  for (const auto& name : rule.by)
    if (vocabulary.term(name) == nullptr) return invalid(written, "by", "by: " + name);
  if (!rule.of.empty() && vocabulary.term(rule.of) == nullptr)
    return invalid(written, "of", "of: " + rule.of);
  std::string unknown;
  for (const auto* text : {&rule.text.ja, &rule.text.en})
    (void)fill_in(*text, [&](std::string_view name) {
      if (name != "count" && vocabulary.term(name) == nullptr) unknown = name;
      return std::string();
    });
  if (!unknown.empty()) return invalid(written, "text", "{" + unknown + "}");
  return {};
}

// FNV-1a.
std::string digest_of(const RuleFile& r) {
  std::uint64_t hash = 1469598103934665603ULL;
  std::string all =
      r.when + "\n" + r.clears + "\n" + std::to_string(r.times) + r.within + "\n" + r.silent + "\n" + r.of;
  for (const auto& name : r.by) all += "\n" + name;
  for (const unsigned char c : all) hash = (hash ^ c) * 1099511628211ULL;
  return std::to_string(hash);
}

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

}  // namespace

Result<LogRule> make_rule(RuleFile r, const es::Vocabulary& vocabulary) {
  if (!is_id(r.id)) return invalid(r, "id", "id");
  LogRule out{.id = r.id, .title = r.title, .text = r.text, .when = r.when, .clears = r.clears, .by = r.by};
  static constexpr std::pair<std::string_view, alert::Severity> names[] = {
      {"critical", alert::Severity::critical},
      {"major", alert::Severity::major},
      {"minor", alert::Severity::minor},
      {"warning", alert::Severity::warning},
      {"info", alert::Severity::info}};
  const auto* named = std::ranges::find(names, r.severity, [](const auto& one) { return one.first; });
  if (named == std::end(names)) return invalid(r, "severity", "severity: " + r.severity);
  out.severity = named->second;
  if (r.times < 1 || r.times > most_times) return invalid(r, "times", "times: " + std::to_string(r.times));
  out.times = static_cast<std::uint32_t>(r.times);
  if (r.by.size() > most_keys) return invalid(r, "by", "by");
  YAGURA_TRY(out.within, duration(r, "within", r.within, longest_within));
  YAGURA_TRY(out.quiet, duration(r, "quiet", r.quiet, longest_quiet));
  YAGURA_TRY(out.silent, duration(r, "silent", r.silent, longest_silence));
  if ((out.times > 1) != (out.within > Duration{})) return invalid(r, "within", "times, within");
  if (out.silent > Duration{} && (out.times > 1 || !r.clears.empty() || !r.by.empty() || !r.quiet.empty()))
    return invalid(r, "silent", "silent");
  if (r.clears.empty() && out.quiet == Duration{} && out.silent == Duration{}) out.quiet = usual_quiet;
  out.as = r.as;
  out.of = r.of;
  out.digest = digest_of(r);
  YAGURA_TRY(out.raises, condition(r, "when", r.when, vocabulary));
  if (out.silent == Duration{} && out.raises.where == es::Condition{})
    return invalid(r, "when", "when");             // everything: that is no condition
  out.ends.where.type = es::Condition::Type::any;  // of nothing: never
  if (!r.clears.empty()) {
    YAGURA_TRY(out.ends, condition(r, "clears", r.clears, vocabulary));
  }
  YAGURA_CHECK(check_fields(out, r, vocabulary));
  out.example = std::move(r.example);
  return out;
}

Result<RuleFile> read_rule_file(const Value& value) { return schema::read<RuleFile>(value); }

RuleFile read_rule_file(const Value& value, std::vector<schema::Fault>& faults) {
  return schema::read<RuleFile>(value, faults);
}

StandardRules load_standard_rules(const std::filesystem::path& folder) {
  StandardRules out;
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ec)) {
    const auto& file = entry.path();
    if (file.extension() != ".yaml") continue;
    auto value = schema::read_yaml(file);
    if (value && (*value)["id"].text() != file.stem().string())
      value = fail("monitor.log_rule_invalid", {{"rule", file.stem().string()}, {"reason", "id"}});
    if (value)
      out.rules.emplace(file.stem().string(), std::move(*value));
    else
      out.faults.push_back({file.string(), value.error()});
  }
  return out;
}

Written rules_of(const contract::Pack& pack) {
  Written out;
  for (const auto& entry : pack.tree.root()["log_rules"].items()) lay_over(out, entry["id"].text(), entry);
  return out;
}

void lay_over(Written& rules, const std::string& id, const Value& said) {
  auto& rule = rules[id];
  if (!rule.is_object()) rule = Value::object();
  for (const auto& [key, value] : said.members()) rule.set(key, value);
  rule.set("id", id);
}

RuleSet::Loaded RuleSet::of(Written standard, const Written& said, const es::Vocabulary& vocabulary) {
  for (const auto& [id, value] : said) lay_over(standard, id, value);
  Loaded out;
  auto set = std::make_shared<RuleSet>();
  for (const auto& [id, value] : standard) {
    auto file = read_rule_file(value);
    if (file && file->off) continue;
    auto rule = file ? make_rule(std::move(*file), vocabulary) : std::unexpected(file.error());
    if (rule && set->rules_.size() >= most_rules)
      rule = fail("monitor.log_rule_invalid", {{"rule", id}, {"reason", "> " + std::to_string(most_rules)}});
    if (!rule) {
      out.faults.push_back({id, rule.error()});
      continue;
    }
    rule->own = said.contains(id);
    set->rules_.push_back(std::move(*rule));
  }
  out.set = std::move(set);
  return out;
}

RuleSet::Loaded RuleSet::of_contract(const Written& standard, const contract::Pack& pack,
                                     const es::Vocabulary& vocabulary) {
  return of(standard, rules_of(pack), vocabulary);
}

std::shared_ptr<const RuleSet> RuleSet::alone(LogRule rule) {
  auto out = std::make_shared<RuleSet>();
  out->rules_.push_back(std::move(rule));
  return out;
}

const LogRule* RuleSet::find(std::string_view id) const {
  const auto found =
      std::ranges::lower_bound(rules_, id, {}, [](const LogRule& r) -> std::string_view { return r.id; });
  return found == rules_.end() || found->id != id ? nullptr : &*found;
}

std::string fill_in(std::string_view text, const FieldText& field) {
  std::string out;
  while (!text.empty()) {
    const auto open = text.find('{');
    const auto end = open == std::string_view::npos ? open : text.find('}', open);
    if (end == std::string_view::npos) return out.append(text);
    out.append(text.substr(0, open));
    auto value = field(text.substr(open + 1, end - open - 1));
    std::size_t length = 0, at = 0;
    for (; at < value.size() && length < longest_value; ++length) {
      ++at;
      while (at < value.size() && (static_cast<unsigned char>(value[at]) & 0xC0U) == 0x80) ++at;
    }
    const bool cut = at < value.size();
    value.resize(at);
    for (char& c : value)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    out.append(is_utf8(value) ? value : std::string("?")).append(cut ? "…" : "");
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace yagura::monitor::log_rules
