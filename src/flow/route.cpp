#include "flow/route.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace yagura::flow {
namespace {

using contract::Condition;

std::string_view value_of(const Values& values, std::string_view field) {
  const auto found = values.find(field);
  return found == values.end() ? std::string_view() : found->second;
}

bool at_least(std::string_view text, double least) {
  double value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  return ec == std::errc{} && end == text.data() + text.size() && value >= least;
}

// The first step of the group that a step belongs to: those that are open together.
std::size_t group_of(const Route& route, std::size_t step) {
  while (step > 0 && !route[step].beside.empty()) --step;
  return step;
}

std::size_t group_end(const Route& route, std::size_t first) {
  std::size_t end = first + 1;
  while (end < route.size() && !route[end].beside.empty()) ++end;
  return end;
}

bool is_done(const StepRecord& step) {
  return step.state == StepState::passed || step.state == StepState::left_out;
}

// Opens the group at `first`, or the next one of which a step is to be taken; past the last one it is
// approved.
void open_from(const Route& route, Case& state, std::size_t first, const Values& values, Time now,
               Outcome& outcome) {
  while (first < route.size()) {
    const auto end = group_end(route, first);
    bool any = false;
    for (auto i = first; i < end; ++i) {
      const bool taken = holds(route[i].when, values);
      state.steps[i].state = taken ? StepState::open : StepState::left_out;
      state.steps[i].opened = now;
      if (taken) outcome.opened.push_back(i);
      any |= taken;
    }
    if (any) return;
    first = end;
  }
  state.state = State::approved;
  outcome.over = true;
}

void start(const Route& route, Case& state, const Values& values, Time now, Outcome& outcome) {
  state.state = State::running;
  state.steps.assign(route.size(), {});
  open_from(route, state, 0, values, now, outcome);
}

Result<std::size_t> find_step(const Route& route, const Case& state, std::string_view step) {
  const auto found = std::ranges::find(route, step, &RouteStep::step);
  if (found == route.end()) return fail("flow.step_unknown", {{"step", std::string(step.substr(0, 64))}});
  if (state.state != State::running) return fail("flow.over", {{"state", std::string(name_of(state.state))}});
  return static_cast<std::size_t>(found - route.begin());
}

// Ends the round at that step with a reason.
Result<Outcome> end_round(const Route& route, Case& state, std::string_view step, const Decider& who,
                          Time now, std::string reason, StepState as, State then) {
  YAGURA_TRY(const auto at, find_step(route, state, step));
  YAGURA_TRY(auto decision, standing(route, state, at, who));
  if (as == StepState::sent_back && !route[at].may_return)
    return fail("flow.may_not_return", {{"step", route[at].step}});
  if (trim(reason).empty()) return fail("flow.reason_missing");
  decision.at = now;
  decision.note = std::move(reason);
  state.steps[at].decisions.push_back(std::move(decision));
  state.steps[at].state = as;
  state.state = then;
  return Outcome{{}, {}, then == State::rejected};
}

}  // namespace

std::string_view name_of(StepState state) {
  switch (state) {
    case StepState::waiting:
      return "waiting";
    case StepState::open:
      return "open";
    case StepState::passed:
      return "passed";
    case StepState::left_out:
      return "left_out";
    case StepState::sent_back:
      return "sent_back";
    case StepState::rejected:
      return "rejected";
  }
  return {};
}

std::span<const std::pair<std::string_view, State>> enum_names(State) {
  static constexpr std::pair<std::string_view, State> names[] = {{"running", State::running},
                                                                 {"sent_back", State::sent_back},
                                                                 {"approved", State::approved},
                                                                 {"rejected", State::rejected},
                                                                 {"withdrawn", State::withdrawn}};
  return names;
}

std::string_view name_of(State state) {
  for (const auto& [name, known] : enum_names(state))
    if (known == state) return name;
  return {};
}

bool holds(const Condition& condition, const Values& values) {
  const auto part = [&](const Condition& c) { return holds(c, values); };
  const auto value = value_of(values, condition.field);
  const auto listed = [&] { return std::ranges::find(condition.values, value) != condition.values.end(); };
  switch (condition.test) {
    case Condition::Test::always:
      return true;
    case Condition::Test::is:
      return listed();
    case Condition::Test::is_not:
      return !listed();
    case Condition::Test::at_least:
      return at_least(value, condition.least);
    case Condition::Test::filled:
      return value.empty() != condition.filled;
    case Condition::Test::all:
      return std::ranges::all_of(condition.parts, part);
    case Condition::Test::any:
      return std::ranges::any_of(condition.parts, part);
    case Condition::Test::none:
      return std::ranges::none_of(condition.parts, part);
  }
  return false;
}

Case submitted(const Route& route, Id submitter, const Values& values, Time now, Outcome& outcome) {
  Case state;
  state.submitter = submitter;
  start(route, state, values, now, outcome);
  return state;
}

Result<Outcome> resubmit(const Route& route, Case& state, Id who, const Values& values, Time now) {
  if (state.submitter != who) return fail("flow.not_submitter");
  if (state.state != State::sent_back)
    return fail("flow.over", {{"state", std::string(name_of(state.state))}});
  Outcome outcome;
  ++state.round;
  start(route, state, values, now, outcome);
  return outcome;
}

Result<Decision> standing(const Route& route, const Case& state, std::size_t step, const Decider& who) {
  const auto& wanted = route[step];
  const auto& record = state.steps[step];
  if (record.state != StepState::open)
    return fail(is_done(record) ? "flow.decided_already" : "flow.not_open", {{"step", wanted.step}});
  if (who.account == state.submitter) return fail("flow.own_request");
  for (const auto& made : record.decisions)
    if (made.who == who.account) return fail("flow.decided_already", {{"step", wanted.step}});

  const bool himself = wanted.person != 0 ? wanted.person == who.account : who.roles.contains(wanted.role);
  if (himself) return Decision{who.account, who.name, 0, {}, {}, {}};
  bool own_through_deputy = false;
  for (const auto& [person, name] : who.stands_in_for) {
    const auto roles = who.roles_of_those.find(person);
    const bool he_could = wanted.person != 0
                              ? wanted.person == person
                              : roles != who.roles_of_those.end() && roles->second.contains(wanted.role);
    if (!he_could) continue;
    own_through_deputy |= person == state.submitter;
    // Whoever decided already has spoken for himself; his deputy does not speak a second time for him.
    const bool spoke = std::ranges::any_of(
        record.decisions, [&](const Decision& d) { return d.who == person || d.for_whom == person; });
    if (person != state.submitter && !spoke) return Decision{who.account, who.name, person, name, {}, {}};
  }
  if (own_through_deputy) return fail("flow.own_request");
  return fail("flow.not_yours", {{"step", wanted.step}, {"who", wanted.person_name}});
}

Result<Outcome> approve(const Route& route, Case& state, std::string_view step, const Decider& who,
                        const Values& values, Time now, std::string note) {
  YAGURA_TRY(const auto at, find_step(route, state, step));
  YAGURA_TRY(auto decision, standing(route, state, at, who));
  decision.at = now;
  decision.note = std::move(note);
  auto& record = state.steps[at];
  record.decisions.push_back(std::move(decision));
  Outcome outcome;
  if (std::cmp_less(record.decisions.size(), route[at].needed)) return outcome;
  record.state = StepState::passed;
  outcome.passed.push_back(at);
  const auto first = group_of(route, at);
  const auto end = group_end(route, first);
  for (auto i = first; i < end; ++i)
    if (!is_done(state.steps[i])) return outcome;
  open_from(route, state, end, values, now, outcome);
  return outcome;
}

Result<Outcome> send_back(const Route& route, Case& state, std::string_view step, const Decider& who,
                          Time now, std::string reason) {
  return end_round(route, state, step, who, now, std::move(reason), StepState::sent_back, State::sent_back);
}

Result<Outcome> reject(const Route& route, Case& state, std::string_view step, const Decider& who, Time now,
                       std::string reason) {
  return end_round(route, state, step, who, now, std::move(reason), StepState::rejected, State::rejected);
}

Result<Outcome> withdraw(Case& state, Id who) {
  if (state.submitter != who) return fail("flow.not_submitter");
  if (state.state != State::running && state.state != State::sent_back)
    return fail("flow.over", {{"state", std::string(name_of(state.state))}});
  state.state = State::withdrawn;
  return Outcome{{}, {}, true};
}

Result<> reroute(Route& route, const Case& state, std::string_view step, Id person, std::string name) {
  const auto found = std::ranges::find(route, step, &RouteStep::step);
  if (found == route.end()) return fail("flow.step_unknown", {{"step", std::string(step.substr(0, 64))}});
  const auto& record = state.steps[static_cast<std::size_t>(found - route.begin())];
  if (state.state != State::running && state.state != State::sent_back)
    return fail("flow.over", {{"state", std::string(name_of(state.state))}});
  if (state.state == State::running && is_done(record))
    return fail("flow.decided_already", {{"step", found->step}});
  if (person == state.submitter) return fail("flow.own_request");
  found->role.clear();
  found->person = person;
  found->person_name = std::move(name);
  found->needed = 1;
  return {};
}

}  // namespace yagura::flow
