#include "flow/route.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "base/text.hpp"
#include "schema/yaml.hpp"

namespace yagura::flow {
namespace {

using schema::Value;

// A scenario as text: people, a route, and acts with what each must lead to. src/flow/scenarios/*.yaml.
class Scenario {
 public:
  explicit Scenario(const Value& script) : script_(script) {
    for (const auto& [name, person] : script["people"].members()) {
      const Id id = static_cast<Id>(ids_.size() + 1);
      ids_[name] = id;
      auto& who = people_[name];
      who.account = id;
      who.name = name;
      for (const auto& role : person["roles"].items()) who.roles.insert(role.text());
    }
    for (const auto& [name, person] : script["people"].members())
      for (const auto& other : person["stands_in_for"].items()) {
        people_[name].stands_in_for[ids_.at(other.text())] = other.text();
        people_[name].roles_of_those[ids_.at(other.text())] = people_.at(other.text()).roles;
      }
    for (const auto& step : script["route"].items()) {
      RouteStep made;
      made.step = step["step"].text();
      made.beside = step["beside"].text();
      made.role = step["role"].text();
      if (const auto person = step["person"].text(); !person.empty()) made.person = ids_.at(person);
      if (step["needed"].is_number()) made.needed = static_cast<int>(step["needed"].integer());
      if (!step["may_return"].is_null()) made.may_return = step["may_return"].boolean();
      made.when = condition(step["when"]);
      route_.push_back(made);
    }
    fill(script["values"]);
    Outcome outcome;
    case_ = submitted(route_, ids_.at(script["submitter"].text()), values_, now(), outcome);
  }

  void play() {
    for (const auto& act : script_["acts"].items()) {
      const auto& text = act["do"].text();
      SCOPED_TRACE(text);
      fill(act["values"]);
      const auto done = run(text);
      EXPECT_EQ(done ? "" : done.error().code, act["error"].text());
      if (!act["state"].is_null()) {
        EXPECT_EQ(name_of(case_.state), act["state"].text());
      }
      if (!act["open"].is_null()) {
        std::string open, wanted;
        for (std::size_t i = 0; i < route_.size(); ++i)
          if (case_.state == State::running && case_.steps[i].state == StepState::open)
            open += route_[i].step + " ";
        for (const auto& step : act["open"].items()) wanted += step.text() + " ";
        EXPECT_EQ(open, wanted);
      }
    }
  }

 private:
  static contract::Condition condition(const Value& value) {
    using Test = contract::Condition::Test;
    contract::Condition made;
    if (value.is_null()) return made;
    made.field = value["field"].text();
    for (const auto& [name, member] : value.members()) {
      if (name == "is") made.test = Test::is;
      if (name == "none") made.test = Test::none;
      if (name == "at_least") made.test = Test::at_least, made.least = member.real();
      if (name == "filled") made.test = Test::filled, made.filled = member.boolean();
      for (const auto& item : member.items())
        if (item.is_object())
          made.parts.push_back(condition(item));
        else
          made.values.push_back(item.text());
    }
    return made;
  }
  void fill(const Value& values) {
    for (const auto& [name, value] : values.members()) values_[name] = value.text();
  }
  Time now() { return from_micros(++clock_ * 1'000'000); }

  Result<> run(const std::string& text) {
    const auto because = text.find(" because ");
    const std::string reason = because == std::string::npos ? "" : text.substr(because + 9);
    const auto words = split(std::string_view(text).substr(0, because), ' ');
    if (words[0] == "reroute")
      return reroute(route_, case_, words[1], ids_.at(std::string(words[3])), std::string(words[3]));
    const auto& who = people_.at(std::string(words[0]));
    const auto step = words.size() > 2 ? words[2] : std::string_view();
    const auto taken = [](auto&& result) -> Result<> {
      if (!result) return std::unexpected(result.error());
      return {};
    };
    if (words[1] == "approve") return taken(approve(route_, case_, step, who, values_, now(), reason));
    if (words[1] == "send_back") return taken(send_back(route_, case_, step, who, now(), reason));
    if (words[1] == "reject") return taken(reject(route_, case_, step, who, now(), reason));
    if (words[1] == "withdraw") return taken(withdraw(case_, who.account));
    return taken(resubmit(route_, case_, who.account, values_, now()));
  }

  const Value& script_;
  std::map<std::string, Id> ids_;
  std::map<std::string, Decider> people_;
  Route route_;
  Values values_;
  Case case_;
  std::int64_t clock_ = 0;
};

contract::Condition is(const std::string& field, const std::string& value) {
  contract::Condition made;
  made.test = contract::Condition::Test::is;
  made.field = field;
  made.values = {value};
  return made;
}

TEST(Route, Scenarios) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(YAGURA_SOURCE_DIR "/src/flow/scenarios")) {
    SCOPED_TRACE(entry.path().filename().string());
    const auto text = schema::read_file(entry.path());
    ASSERT_TRUE(text);
    const auto script = schema::parse_yaml(*text);
    ASSERT_TRUE(script) << script.error().text();
    Scenario(*script).play();
    ++count;
  }
  EXPECT_GE(count, 4U);
}

TEST(Route, ARouteOfWhichNothingIsTakenIsApprovedAtOnce) {
  const auto never = is("kind", "x");
  const Route route{{"a", "", "operator", 0, "", 1, true, never}};
  Outcome outcome;
  const auto state = submitted(route, 1, {}, Time{}, outcome);
  EXPECT_EQ(state.state, State::approved);
  EXPECT_TRUE(outcome.over);
  EXPECT_TRUE(outcome.opened.empty());
}

// Random routes, random people doing random things: whatever they try, these hold.
class RandomWalk : public testing::TestWithParam<unsigned> {};

TEST_P(RandomWalk, NoStepIsSkippedAndNobodyApprovesHisOwn) {
  std::mt19937 random(GetParam());
  const auto any = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const std::vector<std::string> roles = {"r0", "r1", "r2"};
  std::vector<Decider> people(6);
  for (int i = 0; i < 6; ++i) {
    auto& who = people[static_cast<std::size_t>(i)];
    who.account = i + 1;
    for (const auto& role : roles)
      if (any(2) == 0) who.roles.insert(role);
  }
  for (auto& who : people)
    if (any(3) == 0) {
      const auto& other = people[static_cast<std::size_t>(any(6))];
      if (other.account == who.account) continue;
      who.stands_in_for[other.account] = "";
      who.roles_of_those[other.account] = other.roles;
    }
  Route route;
  const int length = 1 + any(6);
  for (int i = 0; i < length; ++i) {
    RouteStep step;
    step.step = "s" + std::to_string(i);
    if (i > 0 && any(3) == 0) step.beside = route.back().step;
    if (any(4) == 0)
      step.person = 1 + any(6);
    else
      step.role = roles[static_cast<std::size_t>(any(3))];
    step.needed = 1 + any(2);
    step.may_return = any(4) != 0;
    if (any(3) == 0) step.when = is("f", std::to_string(any(2)));
    route.push_back(step);
  }
  Values values{{"f", std::to_string(any(2))}};
  Outcome outcome;
  const Id submitter = 1 + any(6);
  auto state = submitted(route, submitter, values, Time{}, outcome);
  for (int turn = 0; turn < 200; ++turn) {
    const auto before = state;
    const auto& who = people[static_cast<std::size_t>(any(6))];
    const std::string step = "s" + std::to_string(any(length + 1));
    Result<Outcome> done = Outcome{};
    const auto now = from_micros(turn);
    switch (any(12)) {
      case 0:
        done = send_back(route, state, step, who, now, any(2) == 0 ? "r" : " ");
        break;
      case 1:
        if (any(4) == 0) done = reject(route, state, step, who, now, "r");
        break;
      case 2:
        values["f"] = std::to_string(any(2));
        done = resubmit(route, state, who.account, values, now);
        break;
      case 3:
        if (any(10) == 0) done = withdraw(state, who.account);
        break;
      default:
        done = approve(route, state, step, who, values, now, "");
    }
    if (!done) {  // a refused act changes nothing
      ASSERT_EQ(state.state, before.state);
      for (std::size_t i = 0; i < route.size(); ++i)
        ASSERT_EQ(state.steps[i].decisions.size(), before.steps[i].decisions.size());
    }
    if (before.state == State::approved || before.state == State::rejected ||
        before.state == State::withdrawn) {
      ASSERT_EQ(state.state, before.state);
    }
    bool all_before_done = true;
    for (std::size_t i = 0; i < route.size(); ++i) {
      const auto& record = state.steps[i];
      const bool opens_group = route[i].beside.empty();
      if (opens_group && i > 0)
        for (std::size_t j = 0; j < i; ++j)
          all_before_done &=
              state.steps[j].state == StepState::passed || state.steps[j].state == StepState::left_out;
      // No step is touched before all steps of the groups before it are done.
      if (opens_group && record.state != StepState::waiting) {
        ASSERT_TRUE(all_before_done);
      }
      if (record.state == StepState::passed) {
        ASSERT_EQ(static_cast<int>(record.decisions.size()), route[i].needed);
      }
      std::set<Id> spoken;
      for (const auto& decision : record.decisions) {
        ASSERT_NE(decision.who, submitter);
        ASSERT_NE(decision.for_whom, submitter);
        ASSERT_TRUE(spoken.insert(decision.who).second);
        const auto& he = people[static_cast<std::size_t>(decision.who - 1)];
        const auto may = [&](const Decider& d) {
          return route[i].person != 0 ? route[i].person == d.account : d.roles.contains(route[i].role);
        };
        ASSERT_TRUE(decision.for_whom == 0
                        ? may(he)
                        : he.stands_in_for.contains(decision.for_whom) &&
                              may(people[static_cast<std::size_t>(decision.for_whom - 1)]));
      }
    }
    if (state.state == State::approved)
      for (const auto& record : state.steps)
        ASSERT_TRUE(record.state == StepState::passed || record.state == StepState::left_out);
  }
}

INSTANTIATE_TEST_SUITE_P(Many, RandomWalk, testing::Range(0U, 400U));

}  // namespace
}  // namespace yagura::flow
