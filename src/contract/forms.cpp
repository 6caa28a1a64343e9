#include "contract/forms.hpp"

#include <algorithm>
#include <set>

#include "contract/deadline_form.hpp"
#include "contract/value_types.hpp"

namespace yagura::contract {
namespace {

using schema::Value;

bool flag(const Value& value, bool standard) { return value.is_null() ? standard : value.boolean(); }

std::vector<std::string> texts(const Value& list) {
  std::vector<std::string> out;
  for (const auto& item : list.items()) out.push_back(item.text());
  return out;
}

class FormReader {
 public:
  FormReader(const Tree& tree, const calendar::Book& book, const std::string& office_calendar,
             std::vector<Fault>& faults)
      : tree_(tree), book_(book), office_calendar_(office_calendar), faults_(faults) {}

  Form form(const Value& value) {
    Form made;
    made.id = value["id"].text();
    made.title = words_of(value["title"]);
    if (!value["about"].is_null()) made.about = words_of(value["about"]);
    made.clause = value["clause"].text();
    made.number = value["number"].text();
    made.submitted_by = texts(value["submitted_by"]);
    known_.clear();
    steps_.clear();
    made.fields = fields(value["fields"]);
    for (const auto& item : value["steps"].items()) made.steps.push_back(step(item));
    return made;
  }

 private:
  void fault(const Value& at, std::string_view code, std::string_view id) {
    const auto place = tree_.place(at);
    faults_.push_back({place.file, place.line, {std::string(code), {{"id", std::string(id.substr(0, 64))}}}});
  }
  // Conditions look at what was filled in before, so a route never waits for a field of a later step.
  void need_field(const Value& at, const std::string& id) {
    if (!known_.contains(id)) fault(at, "contract.form_field_unknown", id);
  }

  std::vector<FormField> fields(const Value& list) {
    std::vector<FormField> out;
    for (const auto& item : list.items()) out.push_back(field(item));
    return out;
  }

  FormField field(const Value& value) {
    FormField made;
    made.id = value["id"].text();
    made.title = words_of(value["title"]);
    made.type = value["type"].text();
    made.required = value["required"].boolean();
    made.personal = value["personal"].boolean();
    for (const auto& choice : value["choices"].items())
      made.choices.push_back({choice["id"].text(), words_of(choice["title"])});
    made.ledger = value["ledger"].text();
    if (!value["hint"].is_null()) made.hint = words_of(value["hint"]);
    made.starts_as = value["starts_as"].text();
    made.when = condition(value["when"]);
    if (!made.starts_as.empty() && made.type != "text") fault(value, "contract.form_starts_as", made.id);
    if ((made.type == "choice") == made.choices.empty()) fault(value, "contract.form_choices", made.id);
    if ((made.type == "ledger_row") == made.ledger.empty()) fault(value, "contract.form_choices", made.id);
    if (!known_.insert(made.id).second) fault(value, "contract.form_field_twice", made.id);
    return made;
  }

  Condition condition(const Value& value) {
    Condition made;
    if (value.is_null()) return made;
    made.field = value["field"].text();
    const auto list = [&](std::string_view key, Condition::Test test) {
      if (value[key].is_null()) return;
      made.test = test;
      if (test == Condition::Test::is || test == Condition::Test::is_not)
        made.values = texts(value[key]);
      else
        for (const auto& part : value[key].items()) made.parts.push_back(condition(part));
    };
    list("is", Condition::Test::is);
    list("is_not", Condition::Test::is_not);
    list("all", Condition::Test::all);
    list("any", Condition::Test::any);
    list("none", Condition::Test::none);
    if (const auto& least = value["at_least"]; !least.is_null()) {
      made.test = Condition::Test::at_least;
      made.least = least.real();
    }
    if (const auto& filled = value["filled"]; !filled.is_null()) {
      made.test = Condition::Test::filled;
      made.filled = filled.boolean();
    }
    if (made.parts.empty()) need_field(value, made.field);
    return made;
  }

  FormStep step(const Value& value) {
    FormStep made;
    made.id = value["id"].text();
    made.title = words_of(value["title"]);
    const auto& by = value["by"];
    made.by.role = by["role"].text();
    made.by.head = by["head"].boolean();
    made.by.person = by["person"].text();
    if (by["needed"].is_number()) made.by.needed = static_cast<int>(by["needed"].integer());
    if (!made.by.person.empty()) need_field(by, made.by.person);
    made.beside = value["beside"].text();
    if (!made.beside.empty() && !steps_.contains(made.beside))
      fault(value, "contract.form_step_unknown", made.beside);
    steps_.insert(made.id);
    made.when = condition(value["when"]);
    made.fills = fields(value["fills"]);
    made.may_return = flag(value["may_return"], true);
    made.remind_before = parse_duration(value["remind_before"].text()).value_or(Duration::zero());
    if (const auto& due = value["due"]; !due.is_null()) {
      auto read = read_deadline(due, office_calendar_);
      const auto sound =
          read ? calendar::check_deadline(*read, book_) : Result<>(std::unexpected(read.error()));
      if (sound)
        made.due = *std::move(read);
      else
        faults_.push_back({tree_.place(due).file, tree_.place(due).line, sound.error()});
    }
    for (const auto& item : value["effects"].items()) made.effects.push_back(effect(item));
    return made;
  }

  FormEffect effect(const Value& value) {
    FormEffect made;
    made.id = value["id"].text();
    made.title = words_of(value["title"]);
    for (const auto* kind : {"create", "change", "event", "ask"})
      if (!value[kind].is_null()) {
        made.kind = kind;
        made.of = value[kind].text();
      }
    made.ledger = value["ledger"].text();
    if (made.kind == "change") {
      need_field(value, made.of);
      if (made.ledger.empty()) fault(value, "contract.form_choices", made.id);
    }
    made.when = condition(value["when"]);
    for (const auto& [name, text] : value["values"].members()) {
      made.values[name] = text.text();
      check_places(value, text.text());
    }
    return made;
  }

  // {field} in a value must be a field that is filled in by then, or what the request says of itself.
  void check_places(const Value& at, std::string_view text) {
    for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
      const auto close = text.find('}', open);
      if (close == std::string_view::npos) return fault(at, "contract.form_field_unknown", text.substr(open));
      const auto name = text.substr(open + 1, close - open - 1);
      if (std::ranges::find(request_places, name) == request_places.end() && !known_.contains(name))
        fault(at, "contract.form_field_unknown", name);
    }
  }

  const Tree& tree_;
  const calendar::Book& book_;
  const std::string& office_calendar_;
  std::vector<Fault>& faults_;
  std::set<std::string, std::less<>> known_, steps_;
};

}  // namespace

const FormField* Form::field(std::string_view wanted) const {
  const auto in = [&](const std::vector<FormField>& list) -> const FormField* {
    const auto found = std::ranges::find(list, wanted, &FormField::id);
    return found == list.end() ? nullptr : &*found;
  };
  if (const auto* found = in(fields)) return found;
  for (const auto& step : steps)
    if (const auto* found = in(step.fills)) return found;
  return nullptr;
}

const FormStep* Form::step(std::string_view wanted) const {
  const auto found = std::ranges::find(steps, wanted, &FormStep::id);
  return found == steps.end() ? nullptr : &*found;
}

std::vector<Form> build_forms(const Tree& tree, const calendar::Book& book,
                              const std::string& office_calendar, std::vector<Fault>& faults) {
  std::vector<Form> out;
  FormReader reader(tree, book, office_calendar, faults);
  for (const auto& value : tree.root()["forms"].items()) out.push_back(reader.form(value));
  return out;
}

}  // namespace yagura::contract
