// Rules that make alerts of events of logs: one YAML file each (share/log_rules), changed or added to by a
// pack.
//
// Purpose: what is asked of an event stands in the words people type into the search (eventstore/ask); how
//          often it must come, what it is called, how grave it is and what ends it stand beside. Meaning of
//          each key: share/log_rules/README.md.
// Not for: judging events (engine.hpp), the state of alerts (monitor/alert).
// Errors:  monitor.log_rule_invalid (rule, reason), eventstore.query_* with the argument rule, both with the
//          key of the rule that is wrong as `at`; those of schema.
// Threads: values; a RuleSet is never changed once made.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "contract/pack.hpp"
#include "eventstore/ask/vocabulary.hpp"
#include "eventstore/query.hpp"
#include "monitor/alert/alert.hpp"
#include "schema/shape.hpp"

namespace yagura::monitor::log_rules {

// As it is written.
struct RuleFile {
  struct Example {  // lines of syslog, each tried by a test
    std::vector<std::string> raises, clears, passes;
  };
  std::string id;
  calendar::Words title, text;
  std::string severity, when, clears;
  std::vector<std::string> by;
  std::int64_t times = 1;
  std::string within, quiet, silent;
  std::string as, of;
  bool off = false;
  Example example;
};

struct LogRule {
  std::string id;
  calendar::Words title, text;
  alert::Severity severity = alert::Severity::warning;
  std::string when, clears;        // as written
  std::vector<std::string> by;     // fields whose values tell one thing of a device from another
  std::uint32_t times = 1;         // so often ...
  Duration within{};               // ... within this time
  Duration quiet{};                // over when it has not come again for so long; 0: only by `clears`
  Duration silent{};               // not 0: it is the absence of events for so long that raises
  std::string as;                  // the kind of trap whose alert it is; "" for its own
  std::string of;                  // the field that names the device; "" for the sender
  bool own = false;                // the contract says something of it
  std::string digest;              // of what decides which events count: another one is another rule
  eventstore::Query raises, ends;  // kinds and condition; ends.where holds nothing without `clears`
  RuleFile::Example example;

  // The kind of its alerts: "log:<id>", or `as`.
  [[nodiscard]] std::string condition() const { return as.empty() ? "log:" + id : as; }
};

// Rules as they are written, by id.
using Written = std::map<std::string, schema::Value, std::less<>>;
// What a contract's pack says of rules.
Written rules_of(const contract::Pack& pack);
// Of a rule that is there only what is said is replaced; one that is not is added.
void lay_over(Written& rules, const std::string& id, const schema::Value& said);

// Bounds, so that memory is.
inline constexpr std::uint32_t most_times = 1000;
inline constexpr Duration longest_within = std::chrono::hours(24), longest_silence = std::chrono::days(7);
inline constexpr std::size_t most_rules = 1000, most_keys = 4;

// A rule from what is written.
Result<LogRule> make_rule(RuleFile written, const eventstore::Vocabulary& vocabulary);

struct RuleFault {
  std::string file;  // or the id of the pack's rule
  Error error;
};

class RuleSet {
 public:
  // What a contract has: the product's, with what is said of them laid over, and its own. Those that are off
  // are left out.
  struct Loaded;
  [[nodiscard]] static Loaded of(Written standard, const Written& said,
                                 const eventstore::Vocabulary& vocabulary);
  [[nodiscard]] static Loaded of_contract(const Written& standard, const contract::Pack& pack,
                                          const eventstore::Vocabulary& vocabulary);

  [[nodiscard]] static std::shared_ptr<const RuleSet> alone(LogRule rule);

  [[nodiscard]] const LogRule* find(std::string_view id) const;
  // By id.
  [[nodiscard]] const std::vector<LogRule>& rules() const { return rules_; }

 private:
  std::vector<LogRule> rules_;
};
struct RuleSet::Loaded {
  std::shared_ptr<const RuleSet> set;
  std::vector<RuleFault> faults;  // a rule with a fault is left out alone
};

struct StandardRules {
  Written rules;
  std::vector<RuleFault> faults;
};
StandardRules load_standard_rules(const std::filesystem::path& folder);

// A rule's file, or what an API was sent, as a RuleFile; faults name the key.
Result<RuleFile> read_rule_file(const schema::Value& value);
RuleFile read_rule_file(const schema::Value& value, std::vector<schema::Fault>& faults);

// The rule's words with the event's fields in them: {user} is the field, {count} how many events, {device}
// whose. Values are cut at 200 characters; what they cannot be in a line (control characters) becomes a
// space.
using FieldText = std::function<std::string(std::string_view name)>;
std::string fill_in(std::string_view text, const FieldText& field);

}  // namespace yagura::monitor::log_rules
