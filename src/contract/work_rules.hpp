// Kinds of work, check lists and notices of a contract, as the pack declares them (packs/*/work.yaml).
//
// Purpose: plain structs for the rooms that carry work orders. Meaning of each key: packs/_schema/work.yaml.
// Checked: that an item's choices stand where its answer is a choice and nowhere else, and that deadlines can
//          be counted.
// Errors:  contract.form_choices, those of calendar::check_deadline.
// Lifetime: values of an immutable Pack. Threads: none.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/deadline.hpp"
#include "contract/forms.hpp"
#include "contract/pack_tree.hpp"

namespace yagura::contract {

struct CheckItem {
  std::string id;
  calendar::Words title, section;
  std::string how = "person";    // person, machine, both
  std::string answer = "ok_ng";  // ok_ng, number, text, choice
  std::vector<FormChoice> choices;
  std::string unit;
  bool photograph = false;
};

struct CheckList {
  std::string id;
  calendar::Words title;
  std::string clause;
  std::vector<std::string> device_classes;  // empty: every target
  bool once = false;                        // for the whole order, not for each target
  bool failure_stops = false;               // else a failed item becomes a task
  std::vector<CheckItem> items;
};

struct WorkKind {
  std::string id;
  calendar::Words title;
  std::string clause;
  calendar::Deadline notice;                    // from the planned start, backwards
  std::optional<calendar::Deadline> emergency;  // the same in an emergency
  std::optional<calendar::Deadline> within;     // from the order
  std::optional<calendar::Deadline> report;     // from the end
  std::vector<std::string> regular;             // ids of deadlines
  std::vector<std::string> check_lists;         // ids
  std::vector<std::string> ordered_by, planned_by, approved_by, executed_by, accepted_by;  // roles
  int photographs = 0;
  std::vector<int> remind_days{1};  // so many days before something of it is due
  std::string rotation;             // of passwords: it has a step for each id of that rotation; "" for none
};

struct WorkNotices {
  std::string clause;
  std::vector<FormChoice> sources;
  calendar::Deadline assess;  // from receipt
  std::vector<std::string> received_by, assessed_by;
  std::vector<std::string> work_kinds;
};

struct WorkRules {
  std::vector<WorkKind> kinds;
  std::vector<CheckList> check_lists;
  std::optional<WorkNotices> notices;

  // nullptr when there is none of that id.
  [[nodiscard]] const WorkKind* kind(std::string_view id) const;
  [[nodiscard]] const CheckList* check_list(std::string_view id) const;
};

// Of a tree whose values the rulebook found sound.
WorkRules build_work(const Tree& tree, const calendar::Book& book, const std::string& office_calendar,
                     std::vector<Fault>& faults);

}  // namespace yagura::contract
