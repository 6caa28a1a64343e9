// A work order as it stands: what was asked for, its plan, its steps frozen at approval, and what was done.
//
// Purpose: values shared by the rules (work_course.hpp) and by what keeps them (work_orders.hpp).
// Lifetime: values. Threads: none.
// Follows: requirements D4, C14, C15; sapporo 4, 5(8), annexes 1-3 and 1-4; moriguchi 5-2(2)②, 6-1(8).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "calendar/civil.hpp"
#include "contract/work_rules.hpp"

namespace yagura::desk {

// ordered → planned → approved → executing ⇄ stopped → done → accepted. What the city does not accept is
// executing again; a plan that is returned is ordered again.
enum class WorkState : unsigned char {
  ordered,
  planned,
  approved,
  executing,
  stopped,
  done,
  accepted,
  rejected,
  withdrawn
};
std::span<const std::pair<std::string_view, WorkState>> enum_names(WorkState);
std::string_view name_of(WorkState state);
// Nothing more happens to it.
bool is_over(WorkState state);

enum class StepResult : unsigned char { open, ok, failed, not_applicable };
std::span<const std::pair<std::string_view, StepResult>> enum_names(StepResult);
std::string_view name_of(StepResult result);

enum class WorkOutcome : unsigned char { none, completed, with_findings, put_back, given_up };
std::span<const std::pair<std::string_view, WorkOutcome>> enum_names(WorkOutcome);
std::string_view name_of(WorkOutcome outcome);

// Who acts, by the role he has in the contract now.
struct WorkPerson {
  Id account = 0;
  std::string name, role;
  std::string for_name = {};                   // of an act: for whom, as his deputy; "" for himself
  std::vector<WorkPerson> stands_in_for = {};  // people whose deputy he is today, with their roles
};

struct WorkTarget {
  std::string ledger;  // devices, sites
  Id row = 0;
  std::string title, device_class;
};

struct WorkFile {
  Id id = 0;  // an attachment of the ledgers
  std::string name;
};

struct WorkStep {
  int seq = 0;             // 1, 2, 3 … in the order of the sheet
  std::string list, item;  // of a check list; both "" for a step of the procedure
  calendar::Words section, title;
  // As CheckItem has them; "done" for a step of the procedure, "vault" where the record of a password's
  // change is the answer.
  std::string how, answer;
  std::vector<contract::FormChoice> choices;
  std::string unit;
  bool photograph = false;  // must have one
  bool stops = true;        // when it fails the order stops; else it becomes a task
  Id target = 0;            // 0: of the whole order
  std::string target_title;

  StepResult result = StepResult::open;
  bool passed_over = false;  // failed, and somebody decided to go on
  std::string value, note;
  std::vector<WorkFile> photographs;
  Id by = 0;
  std::string by_name;
  std::optional<Time> at;  // when it was done, as the worker says
  Id task = 0;             // row of the ledger `issues` that its failure became
  std::int64_t version = 0;
};

struct WorkPlan {
  Time from, until;
  std::string workers, influence;
  std::vector<std::string> procedure;  // steps before those of the check lists
  std::vector<WorkFile> papers;
  bool emergency = false;
  std::string emergency_reason;
};

struct WorkOrder {
  Id id = 0;
  std::int64_t version = 0;
  std::string contract, number, kind, title, detail;
  WorkState state = WorkState::ordered;
  WorkOutcome outcome = WorkOutcome::none;
  Id site = 0;
  std::string site_name;
  std::vector<WorkTarget> targets;
  WorkPerson orderer, planner, approver, acceptor;
  Time ordered_at;
  std::optional<Time> due;         // by when it is done
  std::optional<Time> plan_due;    // by when its present plan had to be handed in
  std::optional<Time> report_due;  // by when its result is reported
  std::optional<Time> planned_at, approved_at, started_at, done_at, accepted_at;
  std::optional<WorkPlan> plan;
  std::set<Id> executors;  // everybody who did something of it
  int stopped_step = 0;    // that failed; 0 when somebody stopped it
  std::string reason;      // why it was returned, stopped, rejected, withdrawn or not accepted
  std::string result;      // what was reported at its end
  Id campaign = 0, visit = 0, request = 0;
  std::string request_number;
  std::string next_what;  // what has to happen next (work_course.hpp: next_due); "" where nothing has a day
  std::optional<Time> next_due;  // and by when
  std::vector<WorkStep> steps;   // filled by get() and acts, not by lists
  int steps_total = 0, steps_answered = 0, steps_failed = 0;
};

}  // namespace yagura::desk
