// The route of a request: what must be decided by whom, in which order, and what a decision makes of it.
//
// Purpose: the rules of every form, as a pure function from a state and an act to the next state. No clock,
//          no disk, no names of forms. requests.hpp keeps states and runs effects; contract::Form says what
//          there is.
// Rules:   Steps open in their order; steps `beside` each other are open together, and the next opens when
//          all of them are passed or left out. A condition is judged when its step would open. Nobody decides
//          on his own request, neither himself nor through or as a deputy; a deputy stands in for others, not
//          for deputies; one person counts once in a step. Sending back ends the round: the submitter changes
//          and submits again and the steps start anew. The route is frozen at submission; reroute() is the
//          only change of it.
// Errors:  flow.not_open, flow.not_yours, flow.own_request, flow.decided_already, flow.over,
//          flow.not_submitter, flow.may_not_return, flow.reason_missing, flow.step_unknown.
// Lifetime: values. Threads: pure functions.
// Follows: requirement D3; okayama 3.3(1)②–⑤, moriguchi 6-3(10)④, matsusaka 5.3.2.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "contract/forms.hpp"

namespace yagura::flow {

// What was filled in, by field. An empty text is a field that is not filled in.
using Values = std::map<std::string, std::string, std::less<>>;

bool holds(const contract::Condition& condition, const Values& values);

// Who decides a step: frozen at submission.
struct RouteStep {
  std::string step;
  std::string beside;  // "" : after the steps before
  std::string role;    // whoever has this role then; "" when it is one person
  Id person = 0;
  std::string person_name;
  int needed = 1;
  bool may_return = true;
  contract::Condition when;
};
using Route = std::vector<RouteStep>;

// Who acts, with what he may do at that instant.
struct Decider {
  Id account = 0;
  std::string name;
  std::set<std::string, std::less<>> roles;
  std::map<Id, std::string> stands_in_for;                          // people, by deputy entries in force
  std::map<Id, std::set<std::string, std::less<>>> roles_of_those;  // their roles
};

struct Decision {
  Id who = 0;
  std::string name;
  Id for_whom = 0;  // as deputy; 0 for himself
  std::string for_name;
  Time at;
  std::string note;
};

enum class StepState : unsigned char { waiting, open, passed, left_out, sent_back, rejected };
std::string_view name_of(StepState state);

struct StepRecord {
  StepState state = StepState::waiting;
  Time opened;
  std::vector<Decision> decisions;
};

enum class State : unsigned char { running, sent_back, approved, rejected, withdrawn };
std::span<const std::pair<std::string_view, State>> enum_names(State);
std::string_view name_of(State state);

// Where a request stands. steps[i] belongs to route[i].
struct Case {
  State state = State::running;
  Id submitter = 0;
  int round = 1;
  std::vector<StepRecord> steps;
};

// What an act changed, in order: for notices and effects.
struct Outcome {
  std::vector<std::size_t> opened, passed;
  bool over = false;
};

// Submission: opens the first steps. `now` becomes their opening time.
Case submitted(const Route& route, Id submitter, const Values& values, Time now, Outcome& outcome);
// After it was sent back: the same route anew with the changed values.
Result<Outcome> resubmit(const Route& route, Case& state, Id who, const Values& values, Time now);

Result<Outcome> approve(const Route& route, Case& state, std::string_view step, const Decider& who,
                        const Values& values, Time now, std::string note);
// Both need a reason.
Result<Outcome> send_back(const Route& route, Case& state, std::string_view step, const Decider& who,
                          Time now, std::string reason);
Result<Outcome> reject(const Route& route, Case& state, std::string_view step, const Decider& who, Time now,
                       std::string reason);
Result<Outcome> withdraw(Case& state, Id who);
// Another person for a step that is not passed yet (its approver left, or is ill without a deputy).
Result<> reroute(Route& route, const Case& state, std::string_view step, Id person, std::string name);

// May this person decide that step now? The error says why not.
Result<Decision> standing(const Route& route, const Case& state, std::size_t step, const Decider& who);

}  // namespace yagura::flow
