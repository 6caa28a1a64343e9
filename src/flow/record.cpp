#include "flow/record.hpp"

namespace yagura::flow {

using contract::Condition;
using schema::Value;

namespace {

// A condition is frozen with its route: the pack may change while a request is under way.
Value keep(const Condition& condition) {
  Value out = Value::object({{"test", static_cast<int>(condition.test)}, {"field", condition.field}});
  Value values = Value::array(), parts = Value::array();
  for (const auto& value : condition.values) values.push(value);
  for (const auto& part : condition.parts) parts.push(keep(part));
  out.set("values", std::move(values));
  out.set("parts", std::move(parts));
  out.set("least", condition.least);
  out.set("filled", condition.filled);
  return out;
}

Condition condition_of(const Value& kept) {
  Condition out;
  out.test = static_cast<Condition::Test>(kept["test"].integer());
  out.field = kept["field"].text();
  for (const auto& value : kept["values"].items()) out.values.push_back(value.text());
  for (const auto& part : kept["parts"].items()) out.parts.push_back(condition_of(part));
  out.least = kept["least"].real();
  out.filled = kept["filled"].boolean();
  return out;
}

Value keep(const Decision& decision) {
  return Value::object({{"who", decision.who},
                        {"name", decision.name},
                        {"for", decision.for_whom},
                        {"for_name", decision.for_name},
                        {"at", to_micros(decision.at)},
                        {"note", decision.note}});
}

Decision decision_of(const Value& kept) {
  return {kept["who"].integer(),
          kept["name"].text(),
          kept["for"].integer(),
          kept["for_name"].text(),
          from_micros(kept["at"].integer()),
          kept["note"].text()};
}

}  // namespace

Value keep(const Values& values) {
  Value out = Value::object();
  for (const auto& [name, value] : values) out.set(name, value);
  return out;
}

Values values_of(const Value& kept) {
  Values out;
  for (const auto& [name, value] : kept.members()) out[name] = value.text();
  return out;
}

Value keep(const Route& route) {
  Value out = Value::array();
  for (const auto& step : route)
    out.push(Value::object({{"step", step.step},
                            {"beside", step.beside},
                            {"role", step.role},
                            {"person", step.person},
                            {"person_name", step.person_name},
                            {"needed", step.needed},
                            {"may_return", step.may_return},
                            {"when", keep(step.when)}}));
  return out;
}

Route route_of(const Value& kept) {
  Route out;
  for (const auto& step : kept.items())
    out.push_back({step["step"].text(), step["beside"].text(), step["role"].text(), step["person"].integer(),
                   step["person_name"].text(), static_cast<int>(step["needed"].integer()),
                   step["may_return"].boolean(), condition_of(step["when"])});
  return out;
}

Value keep(const Case& state) {
  Value steps = Value::array();
  for (const auto& step : state.steps) {
    Value decisions = Value::array();
    for (const auto& decision : step.decisions) decisions.push(keep(decision));
    steps.push(Value::object({{"state", static_cast<int>(step.state)},
                              {"opened", to_micros(step.opened)},
                              {"decisions", std::move(decisions)}}));
  }
  return Value::object({{"state", static_cast<int>(state.state)},
                        {"submitter", state.submitter},
                        {"round", state.round},
                        {"steps", std::move(steps)}});
}

Case case_of(const Value& kept) {
  Case out;
  out.state = static_cast<State>(kept["state"].integer());
  out.submitter = kept["submitter"].integer();
  out.round = static_cast<int>(kept["round"].integer());
  for (const auto& step : kept["steps"].items()) {
    StepRecord record;
    record.state = static_cast<StepState>(step["state"].integer());
    record.opened = from_micros(step["opened"].integer());
    for (const auto& decision : step["decisions"].items()) record.decisions.push_back(decision_of(decision));
    out.steps.push_back(std::move(record));
  }
  return out;
}

}  // namespace yagura::flow
