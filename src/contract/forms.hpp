// Forms of a contract and their routes of approval, as the pack declares them (packs/*/forms/ID.yaml).
//
// Purpose: plain structs for the room `flow`, which runs them. Checked here: that steps, fields and
//          conditions name what there is, that a parallel step stands after the one it runs beside, that
//          choices are given.
// Errors:  contract.form_field_unknown, form_step_unknown, form_field_twice, form_choices.
// Lifetime: values of an immutable Pack. Threads: none.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/deadline.hpp"
#include "contract/pack_tree.hpp"

namespace yagura::contract {

// What must hold of the fields' values. Values are compared as text, at_least as numbers.
struct Condition {
  enum class Test : unsigned char { always, is, is_not, at_least, filled, all, any, none };
  Test test = Test::always;
  std::string field;
  std::vector<std::string> values;
  double least = 0;
  bool filled = true;
  std::vector<Condition> parts;
};

struct FormChoice {
  std::string id;
  calendar::Words title;
};

struct FormField {
  std::string id;
  calendar::Words title;
  std::string
      type;  // text, long_text, integer, number, date, time, bool, choice, ledger_row, person, attachment
  bool required = false;
  bool personal = false;
  std::vector<FormChoice> choices;
  std::string ledger;  // of a ledger_row
  calendar::Words hint;
  std::string starts_as;  // section, name: of who fills it in; "" when it begins empty
  Condition when;
};

struct FormPeople {
  std::string role;    // one of these three
  bool head = false;   // the head of the submitter's section
  std::string person;  // the field in which he was chosen
  int needed = 1;      // so many must approve
};

struct FormEffect {
  std::string id;
  calendar::Words title;
  std::string kind;    // create, change, event, ask
  std::string of;      // ledger, field, event, or what is asked
  std::string ledger;  // of change
  std::map<std::string, std::string> values;
  Condition when;  // judged when its step is passed
};

// What {name} in an effect's values stands for besides a field: what the request says of itself.
inline constexpr std::array<std::string_view, 4> request_places = {"number", "submitter", "submitted_on",
                                                                   "fiscal_year_end"};

struct FormStep {
  std::string id;
  calendar::Words title;
  FormPeople by;
  std::string beside;  // runs with that step; "" after the one before
  Condition when;
  std::vector<FormField> fills;
  bool may_return = true;
  std::optional<calendar::Deadline> due;  // from the instant the step opens
  Duration remind_before{};
  std::vector<FormEffect> effects;
};

struct Form {
  std::string id;
  calendar::Words title, about;
  std::string clause;
  std::string number;                     // letters of its numbers
  std::vector<std::string> submitted_by;  // roles
  std::vector<FormField> fields;
  std::vector<FormStep> steps;

  // Of the form or of one of its steps; nullptr when there is none.
  [[nodiscard]] const FormField* field(std::string_view id) const;
  [[nodiscard]] const FormStep* step(std::string_view id) const;
};

std::vector<Form> build_forms(const Tree& tree, const calendar::Book& book,
                              const std::string& office_calendar, std::vector<Fault>& faults);

}  // namespace yagura::contract
