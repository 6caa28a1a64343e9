#include "web/api/request_json.hpp"

#include "schema/error_json.hpp"

#include <algorithm>

#include "calendar/civil.hpp"

namespace yagura::web {
namespace {

Value condition_value(const contract::Condition& c) {
  using Test = contract::Condition::Test;
  if (c.test == Test::always) return {};
  Value out = Value::object();
  const auto parts = [&] {
    Value list = Value::array();
    for (const auto& part : c.parts) list.push(condition_value(part));
    return list;
  };
  switch (c.test) {
    case Test::always:
      break;
    case Test::is:
      out.set("field", c.field).set("is", texts(c.values));
      break;
    case Test::is_not:
      out.set("field", c.field).set("is_not", texts(c.values));
      break;
    case Test::at_least:
      out.set("field", c.field).set("at_least", c.least);
      break;
    case Test::filled:
      out.set("field", c.field).set("filled", c.filled);
      break;
    case Test::all:
      out.set("all", parts());
      break;
    case Test::any:
      out.set("any", parts());
      break;
    case Test::none:
      out.set("none", parts());
      break;
  }
  return out;
}

Value field_value(const contract::FormField& f) {
  Value out = Value::object({{"id", f.id},
                             {"title", text2(f.title)},
                             {"type", f.type},
                             {"required", f.required},
                             {"personal", f.personal},
                             {"ledger", text_or_null(f.ledger)},
                             {"hint", text2(f.hint)},
                             {"when", condition_value(f.when)}});
  out.set("choices", Value(each_of(f.choices, [](const contract::FormChoice& c) {
            return Value::object({{"id", c.id}, {"title", text2(c.title)}});
          })));
  return out;
}

Value values_value(const flow::Values& values, const contract::Form* form, bool personal) {
  Value out = Value::object();
  for (const auto& [name, value] : values) {
    const auto* field = form == nullptr ? nullptr : form->field(name);
    // A field that the pack does not know any more may have been personal.
    const bool hidden = !personal && (field == nullptr || field->personal);
    out.set(name, hidden ? Value() : Value(value));
  }
  return out;
}

Value title_of(const contract::Form* form, const std::string& id) {
  return form == nullptr ? text2(id, id) : text2(form->title);
}

// What follows when a step is passed, told before it is.
Value effect_ahead(const contract::FormEffect& effect) {
  return Value::object(
      {{"id", effect.id}, {"title", text2(effect.title)}, {"when", condition_value(effect.when)}});
}

Value decision_value(const flow::Decision& d) {
  return Value::object(
      {{"name", d.name}, {"for_name", text_or_null(d.for_name)}, {"at", time_value(d.at)}, {"note", d.note}});
}

}  // namespace

Value form_value(const contract::Form& form, bool may_submit,
                 const std::map<std::string, std::string>* start) {
  Value out = Value::object({{"id", form.id},
                             {"title", text2(form.title)},
                             {"about", text2(form.about)},
                             {"clause", text_or_null(form.clause)},
                             {"may_submit", may_submit}});
  if (start == nullptr) {
    // Whoever chooses a form sees what it goes through.
    out.set("steps", Value(each_of(form.steps, [](const contract::FormStep& step) {
              return Value::object({{"id", step.id}, {"title", text2(step.title)}});
            })));
    return out;
  }
  out.set("fields", Value(each_of(form.fields, [&](const contract::FormField& field) {
            Value v = field_value(field);
            if (const auto found = start->find(field.starts_as); found != start->end())
              v.set("start", found->second);
            return v;
          })));
  out.set("steps", Value(each_of(form.steps, [](const contract::FormStep& step) {
            Value v = Value::object({{"id", step.id},
                                     {"title", text2(step.title)},
                                     {"role", text_or_null(step.by.role)},
                                     {"head", step.by.head},
                                     {"person", text_or_null(step.by.person)},
                                     {"beside", text_or_null(step.beside)},
                                     {"needed", step.by.needed},
                                     {"may_return", step.may_return},
                                     {"when", condition_value(step.when)}});
            v.set("fills", Value(each_of(step.fills, field_value)));
            v.set("due", step.due ? text2(calendar::describe(*step.due)) : Value());
            v.set("effects", Value(each_of(step.effects, effect_ahead)));
            return v;
          })));
  return out;
}

Value request_row(const flow::Request& request, const contract::Form* form) {
  std::optional<Time> due;
  Value open = Value::array();
  for (const auto& step : request.open) {
    if (step.due && (!due || *step.due < *due)) due = step.due;
    const auto* rule = form == nullptr ? nullptr : form->step(step.step);
    open.push(rule == nullptr ? text2(step.step, step.step) : text2(rule->title));
  }
  return Value::object(
      {{"id", request.id},
       {"number", request.number},
       {"form", request.form},
       {"title", title_of(form, request.form)},
       {"state", flow::name_of(request.at.state)},
       {"submitter", Value::object({{"id", request.submitter.account}, {"name", request.submitter.name}})},
       {"submitted_at", time_value(request.submitted_at)},
       {"changed_at", time_value(request.changed_at)},
       {"open", std::move(open)},
       {"due", time_value(due)}});
}

Value request_value(const flow::Request& request, const contract::Form* form, bool personal,
                    const std::vector<std::string>& decidable,
                    const std::function<std::string(const Error&)>& said) {
  Value out = request_row(request, form);
  out.set("version", request.version);
  out.set("round", request.at.round);
  out.set("values", values_value(request.values, form, personal));
  Value steps = Value::array();
  for (std::size_t i = 0; i < request.route.size(); ++i) {
    const auto& route = request.route[i];
    const auto& record = request.at.steps[i];
    const auto* rule = form == nullptr ? nullptr : form->step(route.step);
    const auto open = std::ranges::find(request.open, route.step, &flow::OpenStep::step);
    Value step =
        Value::object({{"id", route.step},
                       {"title", rule == nullptr ? text2(route.step, route.step) : text2(rule->title)},
                       {"role", text_or_null(route.role)},
                       {"person", route.person == 0 ? Value() : Value(route.person_name)},
                       {"beside", !route.beside.empty()},
                       {"needed", route.needed},
                       {"state", flow::name_of(record.state)},
                       {"due", open == request.open.end() ? Value() : time_value(open->due)},
                       {"may_return", route.may_return},
                       {"may_decide", std::ranges::find(decidable, route.step) != decidable.end()}});
    step.set("decisions", Value(each_of(record.decisions, decision_value)));
    if (rule != nullptr) step.set("effects", Value(each_of(rule->effects, effect_ahead)));
    steps.push(std::move(step));
  }
  out.set("steps", std::move(steps));
  out.set(
      "effects", Value(each_of(request.effects, [&](const flow::EffectRow& e) {
        const auto* rule = form == nullptr ? nullptr : form->step(e.step);
        const contract::FormEffect* effect = nullptr;
        if (rule != nullptr)
          for (const auto& one : rule->effects)
            if (one.id == e.effect) effect = &one;
        return Value::object({{"step", e.step},
                              {"effect", e.effect},
                              {"title", effect == nullptr ? text2(e.effect, e.effect) : text2(effect->title)},
                              {"state", e.state},
                              {"outcome", text_or_null(e.state == "done" || e.outcome.empty()
                                                           ? e.outcome
                                                           : said(schema::error_from(e.outcome)))},
                              {"tries", e.tries}});
      })));
  return out;
}

Value round_value(const flow::Round& round, const contract::Form* form, bool personal) {
  return Value::object({{"round", round.round},
                        {"at", time_value(round.at)},
                        {"values", values_value(round.values, form, personal)}});
}

Value deputy_value(const flow::Deputy& deputy) {
  const auto person = [](const flow::Person& p) {
    return Value::object({{"id", p.account}, {"name", p.name}});
  };
  return Value::object({{"id", deputy.id},
                        {"person", person(deputy.person)},
                        {"deputy", person(deputy.deputy)},
                        {"from", deputy.from},
                        {"until", deputy.until}});
}

}  // namespace yagura::web
