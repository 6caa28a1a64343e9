#include "monitor/trap/kinds.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "schema/shape.hpp"
#include "schema/yaml.hpp"

namespace yagura::monitor::trap {
namespace {

namespace fs = std::filesystem;

// The files as written.
struct ConditionText {
  std::string varbind;
  std::vector<std::string> is;
  std::vector<std::string> is_not;
  int line = 0;
};
template <class V>
void shape(V& v, ConditionText& c) {
  v.line(c.line);
  v.required("varbind", c.varbind);
  v.optional("is", c.is);
  v.optional("is_not", c.is_not);
}

struct RuleText {
  std::string trap;
  std::optional<Effect> effect;
  std::optional<Severity> severity;
  std::string key;
  std::string object;
  std::optional<int> ends_after_hours;
  std::vector<ConditionText> when;
  int line = 0;
};
template <class V>
void shape(V& v, RuleText& r) {
  v.line(r.line);
  v.required("trap", r.trap);
  v.optional("effect", r.effect);
  v.optional("severity", r.severity);
  v.optional("key", r.key);
  v.optional("object", r.object);
  v.optional("ends_after_hours", r.ends_after_hours);
  v.optional("when", r.when);
}

struct KindText {
  std::string id;
  int number = 1000;
  Title title;
  Severity severity = Severity::warning;
  Effect effect = Effect::event;
  std::string clears;
  bool of_interface = false;
  bool of_restart = false;
  std::vector<std::string> show;
  std::vector<RuleText> matches;
};
template <class V>
void shape(V& v, KindText& k) {
  v.required("id", k.id);
  v.optional("number", k.number);
  v.required("title", k.title);
  v.required("severity", k.severity);
  v.required("effect", k.effect);
  v.optional("clears", k.clears);
  v.optional("of_interface", k.of_interface);
  v.optional("of_restart", k.of_restart);
  v.optional("show", k.show);
  v.required("matches", k.matches);
}

}  // namespace

template <class V>
void shape(V& v, Title& t) {
  v.required("ja", t.ja);
  v.required("en", t.en);
}

std::span<const std::pair<std::string_view, Severity>> enum_names(Severity) {
  using enum Severity;
  static constexpr std::array<std::pair<std::string_view, Severity>, 5> names{
      {{"info", info}, {"warning", warning}, {"minor", minor}, {"major", major}, {"critical", critical}}};
  return names;
}

std::span<const std::pair<std::string_view, Effect>> enum_names(Effect) {
  using enum Effect;
  static constexpr std::array<std::pair<std::string_view, Effect>, 3> names{
      {{"raises", raises}, {"clears", clears}, {"event", event}}};
  return names;
}

class KindLoader {
 public:
  explicit KindLoader(const mib::Library& library) : library_(library), set_(std::make_shared<KindSet>()) {}

  KindSet::Loaded run(const std::vector<fs::path>& folders) {
    for (const auto& folder : folders) read_folder(folder);
    for (auto& [id, text] : texts_) check_target(id, text);
    for (auto& [id, text] : texts_) add(text);
    return {std::move(set_), std::move(faults_)};
  }

 private:
  struct FileText {
    std::string file;
    KindText kind;
    bool good = true;
  };

  void fault(const std::string& file, int line, Error error) {
    error.args.insert(error.args.begin(), {{"file", file}, {"line", std::to_string(line)}});
    faults_.push_back({file, line, std::move(error)});
  }

  void read_folder(const fs::path& folder) {
    std::error_code error;
    std::set<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder, error))
      if (entry.path().extension() == ".yaml") files.insert(entry.path());
    if (error)
      fault(folder.string(), 0, Error{"monitor.kind_folder_unreadable", {{"reason", error.message()}}});
    std::map<std::string, FileText> here;
    for (const auto& file : files) read_file(file, here);
    for (auto& [id, text] : here) texts_.insert_or_assign(id, std::move(text));
  }

  void read_file(const fs::path& file, std::map<std::string, FileText>& here) {
    auto value = schema::read_yaml(file);
    if (!value) return fault(file.string(), 0, std::move(value).error());
    std::vector<schema::Fault> faults;
    FileText text{file.string(), schema::read<KindText>(*value, faults)};
    for (auto& found : faults) {
      fault(text.file, found.line, std::move(found.error));
    }
    if (!faults.empty()) return;
    const auto [at, fresh] = here.try_emplace(text.kind.id, std::move(text));
    if (!fresh)
      fault(file.string(), value->line(),
            Error{"monitor.kind_twice", {{"id", at->first}, {"other", at->second.file}}});
  }

  void check_target(const std::string& id, FileText& text) {
    const auto& clears = text.kind.clears;
    if (clears.empty() || texts_.contains(clears)) return;
    text.good = false;
    fault(text.file, 0, Error{"monitor.kind_clears_unknown", {{"id", id}, {"clears", clears}}});
  }

  std::optional<snmp::Oid> oid(const FileText& text, const std::string& name, int line) {
    const auto path = library_.oid_of(name);
    if (!path) {
      fault(text.file, line, Error{"monitor.kind_name_unknown", {{"name", name}}});
      return std::nullopt;
    }
    auto found = snmp::Oid::from_arcs(*path);
    if (found) return *found;
    fault(text.file, line, std::move(found).error());
    return std::nullopt;
  }

  void add(const FileText& text) {
    const auto& written = text.kind;
    auto kind = std::make_unique<Kind>(Kind{written.id,
                                            written.number,
                                            written.title,
                                            written.severity,
                                            written.effect,
                                            written.clears,
                                            written.of_interface,
                                            written.of_restart,
                                            {},
                                            text.file});
    bool good = text.good;
    for (const auto& name : written.show) {
      const auto column = oid(text, name, 0);
      good = good && column.has_value();
      if (column) kind->show.push_back(*column);
    }
    std::vector<std::pair<snmp::Oid, KindSet::Rule>> rules;
    for (const auto& rule : written.matches) good = make_rule(text, rule, *kind, rules) && good;
    if (!good) return;
    for (auto& [trap, rule] : rules) place(trap, std::move(rule));
    set_->kinds_[written.id] = std::move(kind);
  }

  bool make_rule(const FileText& text, const RuleText& written, const Kind& kind,
                 std::vector<std::pair<snmp::Oid, KindSet::Rule>>& rules) {
    const auto trap = oid(text, written.trap, written.line);
    if (!trap) return false;
    KindSet::Rule rule;
    rule.kind = &kind;
    rule.effect = written.effect.value_or(kind.effect);
    rule.severity = written.severity.value_or(kind.severity);
    rule.target = kind.clears.empty() ? &kind.id : &kind.clears;
    rule.object = written.object;
    if (written.ends_after_hours) {
      if (*written.ends_after_hours < 1 || rule.effect != Effect::raises) {
        fault(text.file, written.line, Error{"monitor.kind_end_invalid", {{"trap", written.trap}}});
        return false;
      }
      rule.ends_after = std::chrono::hours(*written.ends_after_hours);
      rule.effect = Effect::event;  // no trap will ever clear it
    }
    if (!written.key.empty()) {
      rule.key = oid(text, written.key, written.line);
      if (!rule.key) return false;
    }
    for (const auto& condition : written.when)
      if (!make_condition(text, condition, rule.when)) return false;
    rules.emplace_back(*trap, std::move(rule));
    return true;
  }

  bool make_condition(const FileText& text, const ConditionText& written,
                      std::vector<KindSet::Condition>& conditions) {
    const auto column = oid(text, written.varbind, written.line);
    if (!column) return false;
    if (written.is.empty() == written.is_not.empty()) {
      fault(text.file, written.line, Error{"monitor.kind_condition_invalid", {{"name", written.varbind}}});
      return false;
    }
    KindSet::Condition condition;
    condition.column = *column;
    condition.wanted = written.is_not.empty();
    const auto path = library_.oid_of(written.varbind);
    const auto* node = library_.locate(*path).node;
    for (const auto& value : condition.wanted ? written.is : written.is_not)
      if (!add_value(text, written, node, value, condition)) return false;
    conditions.push_back(std::move(condition));
    return true;
  }

  // A label of the column's enumeration, a number, the name of an OID, or for text columns the text.
  bool add_value(const FileText& text, const ConditionText& written, const mib::Node* node,
                 const std::string& value, KindSet::Condition& condition) {
    if (node != nullptr)
      for (const auto& [number, label] : node->syntax.values)
        if (label == value) {
          condition.numbers.push_back(number);
          return true;
        }
    std::int64_t number = 0;
    const auto [end, bad] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (bad == std::errc{} && end == value.data() + value.size()) {
      condition.numbers.push_back(number);
      return true;
    }
    const bool of_text = node != nullptr && node->syntax.type == "OCTET STRING";
    if (of_text) {
      condition.texts.push_back(value);
      return true;
    }
    if (node != nullptr && !node->syntax.values.empty()) {
      fault(text.file, written.line,
            Error{"monitor.kind_label_unknown", {{"name", written.varbind}, {"label", value}}});
      return false;
    }
    const auto named = oid(text, value, written.line);
    if (named) condition.oids.push_back(*named);
    return named.has_value();
  }

  void place(const snmp::Oid& trap, KindSet::Rule rule) {
    auto arcs = trap.view().arcs();
    if (arcs.size() >= 2 && arcs[arcs.size() - 2] != 0) {
      arcs.insert(arcs.end() - 1, 0);
      if (const auto alias = snmp::Oid::from_arcs(arcs))
        set_->rules_[std::string(snmp::text_of(alias->encoded()))].push_back(rule);
    }
    set_->rules_[std::string(snmp::text_of(trap.encoded()))].push_back(std::move(rule));
  }

  const mib::Library& library_;
  std::shared_ptr<KindSet> set_;
  std::map<std::string, FileText> texts_;
  std::vector<KindFault> faults_;
};

KindSet::Loaded KindSet::load(const std::vector<fs::path>& folders, const mib::Library& library) {
  return KindLoader(library).run(folders);
}

bool KindSet::Condition::holds(const snmp::VarBinds& varbinds) const {
  for (const auto& varbind : varbinds) {
    if (!varbind.name.starts_with(column)) continue;
    const auto number = varbind.value.as_signed();
    if (number && std::ranges::find(numbers, *number) != numbers.end()) return wanted;
    if (varbind.value.type == snmp::tag::oid) {
      const auto value = varbind.value.as_oid();
      // upsWellKnownAlarms.5 and upsWellKnownAlarms.5.0 are both seen.
      if (std::ranges::any_of(oids, [&](const snmp::Oid& known) { return value.starts_with(known); }))
        return wanted;
    }
    if (varbind.value.is_octets() && std::ranges::find(texts, varbind.value.as_text()) != texts.end())
      return wanted;
    return !wanted;
  }
  return !wanted;
}

namespace {

// What tells one object from another: the instance behind the column; for a scalar (.0, or none) its value.
std::string key_of(const snmp::Oid& column, const snmp::VarBinds& varbinds) {
  for (const auto& varbind : varbinds) {
    if (!varbind.name.starts_with(column)) continue;
    const auto instance = varbind.name.after(column);
    const bool scalar = instance.empty() || (instance.size() == 1 && instance[0] == 0);
    if (!scalar) return snmp::arcs_text(instance);
    if (const auto number = varbind.value.as_unsigned()) return std::to_string(*number);
    if (varbind.value.type == snmp::tag::oid) return varbind.value.as_oid().text();
    return std::string(varbind.value.as_text().substr(0, 128));
  }
  return {};
}

}  // namespace

void KindSet::match(snmp::OidView trap, const snmp::VarBinds& varbinds, std::vector<Match>& out) const {
  out.clear();
  const auto found = rules_.find(snmp::text_of(trap.encoded()));
  if (found == rules_.end()) return;
  for (const auto& rule : found->second) {
    if (std::ranges::any_of(out, [&](const Match& match) { return match.kind == rule.kind; })) continue;
    if (!std::ranges::all_of(rule.when,
                             [&](const Condition& condition) { return condition.holds(varbinds); }))
      continue;
    auto key = rule.object;
    if (rule.key) key.append(key.empty() ? "" : "/").append(key_of(*rule.key, varbinds));
    out.push_back({rule.kind, rule.effect, rule.severity, rule.target, rule.ends_after, std::move(key)});
  }
}

const Kind* KindSet::find(std::string_view id) const {
  const auto found = kinds_.find(id);
  return found == kinds_.end() ? nullptr : found->second.get();
}

std::vector<const Kind*> KindSet::kinds() const {
  std::vector<const Kind*> out;
  for (const auto& [id, kind] : kinds_) out.push_back(kind.get());
  std::ranges::sort(out, [](const Kind* a, const Kind* b) {
    return a->number != b->number ? a->number < b->number : a->id < b->id;
  });
  return out;
}

}  // namespace yagura::monitor::trap
