// The rules of each contract as they stand, and what its people change of them.
//
// Purpose: three layers: the product's rules, what the contract's pack says of them, and what its people said
//          on the screen, which is kept here, each change with who, when and why. A change is checked as a
//          whole, stands in the journal, and counts from the next event on.
// Meaning: of a rule that lies beneath only what is said is replaced, so that it can be taken back; the key
//          `as` is the pack's alone. A removed rule is one of which nothing is said any more.
// Two:     a change names the version it was made on; when somebody was faster it is refused and nothing is
//          lost.
// Errors:  monitor.log_rule_not_found, log_rule_conflict (rule, who), log_rule_why (least, most),
//          log_rule_too_many (most), log_rule_as_fixed, log_rule_too_long, those of rule.hpp and of store.
// Threads: safe from any thread; one change at a time.
#pragma once

#include "base/guarded.hpp"
#include "journal/journal.hpp"
#include "monitor/log_rules/engine.hpp"
#include "schema/shape.hpp"
#include "store/database.hpp"

namespace yagura::monitor::log_rules {

std::span<const store::Migration> migrations();

// One change of a rule by people.
struct RuleChange {
  std::int64_t version = 0;  // 1, 2, 3 ... of its rule; 0: there is none
  schema::Value said;        // keys of a rule's file; null: taken back
  Id account = 0;
  std::string who;
  Time at;
  std::string why;
};

struct StandingRule {
  std::string id;
  schema::Value written;               // all layers
  schema::Value beneath;               // without what people said; null: nothing
  bool product = false, pack = false;  // who else says something of it
  RuleChange last;                     // said: null when nothing is said now
  std::optional<LogRule> rule;         // as it is judged; nothing: it is off, or has a fault
  bool off = false;
  std::optional<Error> fault;
};

class RuleBook {
 public:
  struct Ground {
    store::Database& database;
    journal::Journal& journal;
    const Clock& clock;
    Engine& engine;
    // After a change, for whoever must know: what the rule was, null when it did not count.
    std::function<void(const std::string& contract, const LogRule* before)> changed;
  };
  using Packs = std::map<std::string, std::shared_ptr<const contract::Pack>, std::less<>>;
  static constexpr std::size_t least_why = 2, most_why = 1'000;                      // characters
  static constexpr std::size_t most_title = 200, most_text = 1'000, most_own = 200;  // rules of a contract

  RuleBook(Ground ground, Written standard, eventstore::Vocabulary vocabulary)
      : at_(std::move(ground)), standard_(std::move(standard)), vocabulary_(std::move(vocabulary)) {}

  // Reads what was changed and gives the engine the rules of these contracts.
  Result<void> open(const Packs& packs);
  // Those with a fault, of all contracts; each is left out alone.
  [[nodiscard]] std::vector<Error> faults() const;

  // By id; those that are off or have a fault, too.
  [[nodiscard]] std::vector<StandingRule> list(std::string_view contract) const;
  [[nodiscard]] Result<StandingRule> find(std::string_view contract, const std::string& id) const;
  // The title of one that is or was there.
  [[nodiscard]] std::optional<calendar::Words> title(std::string_view contract, std::string_view id) const;
  // When people last changed it.
  [[nodiscard]] std::optional<Time> changed_at(std::string_view contract, std::string_view id) const;

  // What is wrong with saying this of a rule, by the keys of its file; and the rule as it would be judged
  // (nothing: off).
  struct Checked {
    std::vector<schema::Fault> faults;
    std::optional<LogRule> rule;
  };
  [[nodiscard]] Checked check(std::string_view contract, const std::string& id,
                              const schema::Value& said) const;
  // said null: what was said is taken back.
  Result<StandingRule> change(const journal::Actor& by, const std::string& contract, const std::string& id,
                              std::int64_t version, const schema::Value& said, const std::string& why);
  // Newest first.
  Result<std::vector<RuleChange>> history(std::string_view contract, std::string_view id) const;

 private:
  struct Contract {
    Written pack;
    std::map<std::string, RuleChange, std::less<>> last;
    std::map<std::string, calendar::Words, std::less<>> titles;  // of rules that were there
  };
  [[nodiscard]] Written said_in(const Contract& of) const;
  [[nodiscard]] StandingRule standing(const Contract& of, const std::string& id) const;
  [[nodiscard]] std::vector<std::string> ids(const Contract& of) const;
  Result<RuleChange> write(const journal::Actor& by, const std::string& contract, const std::string& id,
                           RuleChange change);

  const Ground at_;
  const Written standard_;
  const eventstore::Vocabulary vocabulary_;
  Guarded<std::map<std::string, Contract, std::less<>>> contracts_;
  Guarded<int> changing_{0};
};

}  // namespace yagura::monitor::log_rules
