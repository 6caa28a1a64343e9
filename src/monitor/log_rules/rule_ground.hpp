// What tests of rules stand on: the product's kinds, vendors and rules, and batches of lines.
#pragma once

#include "contract/pack.hpp"
#include "eventstore/batch.hpp"
#include "monitor/log_rules/engine.hpp"
#include "monitor/syslog/reader.hpp"
#include "schema/yaml.hpp"

namespace yagura::monitor::log_rules {

struct RuleGround {
  std::filesystem::path share = YAGURA_SOURCE_DIR "/share";
  eventstore::Kinds kinds = eventstore::read_kinds(share / "events").value();
  eventstore::Vocabulary vocabulary{kinds};
  std::shared_ptr<const syslog::VendorSet> vendors = syslog::VendorSet::load(share / "syslog", kinds).set;
  StandardRules standard = load_standard_rules(share / "log_rules");
  Time received = parse_rfc3339("2026-11-22T03:00:00Z").value();

  // Yaml of one rule, with what every rule must have.
  [[nodiscard]] Result<LogRule> rule(const std::string& yaml) const {
    YAGURA_TRY(auto value, schema::parse_yaml(yaml));
    const auto words = schema::Value::object({{"ja", "題"}, {"en", "title"}});
    for (const auto* key : {"title", "text"})
      if (value.find(key) == nullptr) value.set(key, words);
    if (value.find("severity") == nullptr) value.set("severity", "warning");
    if (value.find("id") == nullptr) value.set("id", "rule");
    YAGURA_TRY(auto file, read_rule_file(value));
    return make_rule(std::move(file), vocabulary);
  }
  [[nodiscard]] std::vector<std::pair<const eventstore::Kind*, eventstore::Batch>> batches(
      const std::vector<std::string>& lines, const std::string& device = "fw-01") const {
    auto reader = syslog::LineReader::make(kinds, vendors).value();
    const syslog::Source source{device, "192.0.2.1", std::chrono::hours(9), syslog::Encoding::guessed};
    std::vector<std::pair<const eventstore::Kind*, eventstore::Batch>> out;
    for (const auto& line : lines) {
      const auto& entry = reader.read(line, received, source);
      eventstore::BatchBuilder builder(*entry.fields->kind);
      put(entry, builder);
      out.emplace_back(entry.fields->kind, builder.take());
    }
    return out;
  }
};

}  // namespace yagura::monitor::log_rules
