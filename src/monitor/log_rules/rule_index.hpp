// Which conditions the events of a batch fulfil, without asking each event a hundred questions.
//
// Purpose: of each condition is worked out what an event must have to fulfil it: a name in a field, or a
//          fragment somewhere. Names are looked up once for each different string of a batch, all fragments
//          are looked for together in one walk over it; only the events left are judged as the store judges
//          them (eventstore/condition_plan.hpp). An ordinary event costs one look into a table for each field
//          that any condition names.
// Meaning: that of eventstore/ask/matches.hpp; the tests hold this to it.
// Bounds:  a condition without such a need (only NOT, only numbers) is asked of every event.
// Threads: immutable; judging is const and keeps its state on the caller's stack.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "eventstore/batch.hpp"
#include "eventstore/condition_plan.hpp"

namespace yagura::monitor::log_rules {

class Fragments;

class RuleIndex {
 public:
  // conditions: by their places, which `use` is told. Those with no kind of their own are left out by the
  // caller with a condition that never holds.
  RuleIndex(const eventstore::Kind& kind, const std::vector<eventstore::Condition>& conditions);
  ~RuleIndex();
  RuleIndex(RuleIndex&&) noexcept;

  // Ascending by row, then by condition.
  using Use = std::function<void(std::size_t row, std::size_t condition)>;
  void each_match(const eventstore::Batch& batch, const Use& use) const;
  // How many conditions every event is asked.
  [[nodiscard]] std::size_t unaided() const { return everywhere_.size(); }

 private:
  struct Judging;
  struct Named {  // a field in which names are looked up
    std::size_t field = 0;
    std::unordered_map<std::string, std::vector<std::uint32_t>> conditions;  // by folded name
  };
  void add(const eventstore::Condition& condition, const eventstore::Kind& kind, std::uint32_t place);

  std::vector<std::uint32_t> everywhere_;
  std::vector<Named> named_;
  std::unique_ptr<Fragments> fragments_;
  std::vector<std::size_t> texts_;  // fields that are no numbers
  std::vector<eventstore::ConditionPlan> plans_;
  std::vector<std::size_t> first_leaf_;  // of each plan, among the leaves of all
  std::size_t leaves_ = 0;
};

}  // namespace yagura::monitor::log_rules
