// What an act makes of a work order: the rules of its course, without clock, disk or names of contracts.
//
// Purpose: the only place that says who may do what to an order in which state, and what follows.
// Rules:   A plan is handed in by the deadline of its kind; a late one needs an emergency that the kind
//          knows, with a reason. Nobody approves his own plan. Steps are copied at approval and stay as they
//          were then. Steps of the procedure are done in their order; items of check lists in any. A failed
//          step that stops the order waits until somebody decides: again, go on with a reason, put back, or
//          give up. An order is done when every step has an answer and the photographs of its kind are there.
//          Nobody accepts what he planned or carried out. A deputy decides on plans and results as who he
//          stands in for, never on what either of them planned or did, nor on what he ordered himself.
// Times:   `at` is when the worker says it happened; it lies between the approval and now.
// Errors:  desk.work_* ; those of calendar.
// Threads: pure functions; an order that an error is answered for is unchanged.
#pragma once

#include "base/result.hpp"
#include "desk/work_order.hpp"

namespace yagura::desk {

// How an order stands against a change of it that was made on a step as it was seen.
struct StepAnswer {
  int seq = 0;
  std::int64_t version = 0;  // of the step
  StepResult result = StepResult::ok;
  std::string value, note;
  std::vector<WorkFile> photographs;
};

enum class StopDecision : unsigned char { again, go_on, put_back, give_up };
std::span<const std::pair<std::string_view, StopDecision>> enum_names(StopDecision);
std::string_view name_of(StopDecision decision);

// The steps that an order of this kind has: its procedure's, then those of its check lists for each target.
// passwords: the ids whose change the work is (WorkKind::rotation).
struct PasswordOfWork {
  Id row = 0;
  std::string name, changed, changed_by;  // changed: the day, ISO, where it counts for this order already
};
std::vector<WorkStep> steps_of(const contract::WorkRules& rules, const contract::WorkKind& kind,
                               const std::vector<std::string>& procedure,
                               const std::vector<WorkTarget>& targets,
                               const std::vector<PasswordOfWork>& passwords = {});

// As whom this person decides on a plan or a result: himself, or somebody whose deputy he is.
Result<WorkPerson> plan_decider(const WorkOrder& order, const contract::WorkKind& kind,
                                const WorkPerson& who);
Result<WorkPerson> result_decider(const WorkOrder& order, const contract::WorkKind& kind,
                                  const WorkPerson& who);

Result<> plan(WorkOrder& order, const contract::WorkKind& kind, const calendar::Book& book,
              const WorkPerson& who, WorkPlan plan, Time now);
Result<> approve(WorkOrder& order, const contract::WorkRules& rules, const WorkPerson& who, Time now,
                 const std::vector<PasswordOfWork>& passwords = {});
// Both need a reason.
Result<> return_plan(WorkOrder& order, const contract::WorkKind& kind, const WorkPerson& who,
                     std::string reason);
Result<> reject(WorkOrder& order, const contract::WorkKind& kind, const WorkPerson& who, std::string reason);
// By whoever orders or plans it, before it is carried out; with a reason.
Result<> withdraw(WorkOrder& order, const contract::WorkKind& kind, const WorkPerson& who,
                  std::string reason);

// Starting what is carried out already changes nothing.
Result<> start(WorkOrder& order, const contract::WorkKind& kind, const WorkPerson& who, Time at, Time now);
// Starts an order that is approved.
Result<> answer(WorkOrder& order, const contract::WorkKind& kind, const WorkPerson& who,
                const StepAnswer& given, Time at, Time now);
// The vault has it that this password was changed; starts an order that is approved. An order without such a
// step stays as it is.
void password_changed(WorkOrder& order, Id row, const WorkPerson& who, const std::string& day, Time now);
Result<> stop(WorkOrder& order, const contract::WorkKind& kind, const WorkPerson& who, std::string reason);
Result<> decide_stop(WorkOrder& order, const contract::WorkKind& kind, const calendar::Book& book,
                     const WorkPerson& who, StopDecision decision, std::string reason, Time now);
Result<> finish(WorkOrder& order, const contract::WorkKind& kind, const calendar::Book& book,
                const WorkPerson& who, std::string result, Time at, Time now);
// accepted false: back to the workers, with a reason.
Result<> accept(WorkOrder& order, const contract::WorkKind& kind, const WorkPerson& who, bool accepted,
                std::string note, Time now);

// What has to happen next, and by when: `plan` its papers handed in (so long before its day as the kind
// says), `approve` the plan decided before it begins, `start` and `finish` by the end of its planned time,
// `accept` by the day of its report. Nothing where nothing has a day.
struct NextDue {
  std::string_view what;
  Time due;
};
std::optional<NextDue> next_due(const WorkOrder& order, const contract::WorkKind& kind,
                                const calendar::Book& book);

// What this person could do to the order now, by the names of the acts above: for screens.
std::vector<std::string_view> acts_for(const WorkOrder& order, const contract::WorkKind& kind,
                                       const WorkPerson& who);

}  // namespace yagura::desk
