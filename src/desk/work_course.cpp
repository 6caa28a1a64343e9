#include "desk/work_course.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "calendar/deadline.hpp"

namespace yagura::desk {

using contract::WorkKind;

namespace {

constexpr std::size_t most_text = 4'000, most_steps = 2'000, most_procedure = 100;
constexpr auto clocks_differ = std::chrono::minutes(5);  // a telephone's clock and ours

Result<> need_role(const std::vector<std::string>& roles, const WorkPerson& who) {
  if (std::ranges::find(roles, who.role) == roles.end()) return fail("desk.work_role_forbidden");
  return {};
}

bool has(const std::vector<std::string>& roles, const std::string& role) {
  return std::ranges::find(roles, role) != roles.end();
}

// As whom he decides: as himself, or for somebody whose deputy he is. own: what this account may not decide
// on.
template <class Own>
Result<WorkPerson> decider(const std::vector<std::string>& roles, const WorkPerson& who,
                           const WorkOrder& order, const char* error, Own&& own) {
  WorkPerson out{who.account, who.name, who.role};
  if (has(roles, who.role)) {
    if (own(who.account)) return fail(error);
    return out;
  }
  bool some = false;
  for (const auto& other : who.stands_in_for) {
    if (!has(roles, other.role)) continue;
    some = true;
    if (own(who.account) || own(other.account) || who.account == order.orderer.account) continue;
    out.role = other.role;
    out.for_name = other.name;
    return out;
  }
  return fail(some ? error : "desk.work_role_forbidden");
}

Result<> need_state(const WorkOrder& order, std::initializer_list<WorkState> states) {
  if (std::ranges::find(states, order.state) == states.end())
    return fail("desk.work_state", {{"number", order.number}, {"state", std::string(name_of(order.state))}});
  return {};
}

Result<> need_text(std::string_view text, bool required, std::size_t most = most_text) {
  if (characters(text) > most || !is_utf8(text) || text.find('\0') != std::string_view::npos)
    return fail("desk.text_invalid", {{"limit", std::to_string(most)}});
  if (required && trim(text).empty()) return fail("desk.work_reason_missing");
  return {};
}

Result<> need_time(const WorkOrder& order, Time at, Time now) {
  if (at > now + clocks_differ || (order.approved_at && at < *order.approved_at - clocks_differ))
    return fail("desk.work_time", {{"at", to_rfc3339(at)}});
  return {};
}

bool is_procedure(const WorkStep& step) { return step.list.empty(); }

// An answer must be what the item asks for; what failed or does not apply says why.
Result<> check_answer(const WorkStep& step, const StepAnswer& given) {
  YAGURA_CHECK(need_text(given.value, false, 1'000));
  YAGURA_CHECK(need_text(given.note, false));
  if (given.photographs.size() > 20) return fail("desk.work_photographs_many");
  if (given.result == StepResult::open) return fail("desk.work_answer_missing");
  if (given.result != StepResult::ok && trim(given.note).empty()) return fail("desk.work_note_missing");
  if (given.result != StepResult::ok) return {};
  if (step.answer == "vault") return fail("desk.work_step_vault", {{"name", step.target_title}});
  if (step.photograph && given.photographs.empty() && step.photographs.empty())
    return fail("desk.work_photograph_missing");
  const auto value = trim(given.value);
  if (step.answer == "number") {
    double number = 0;
    const auto [end, ec] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (value.empty() || ec != std::errc{} || end != value.data() + value.size())
      return fail("desk.work_answer_number");
  } else if (step.answer == "text") {
    if (value.empty()) return fail("desk.work_answer_missing");
  } else if (step.answer == "choice") {
    if (std::ranges::find(step.choices, value, &contract::FormChoice::id) == step.choices.end())
      return fail("desk.work_answer_choice");
  }
  return {};
}

void count(WorkOrder& order) {
  order.steps_total = static_cast<int>(order.steps.size());
  order.steps_answered = static_cast<int>(
      std::ranges::count_if(order.steps, [](const auto& s) { return s.result != StepResult::open; }));
  order.steps_failed = static_cast<int>(
      std::ranges::count_if(order.steps, [](const auto& s) { return s.result == StepResult::failed; }));
}

Result<std::optional<Time>> due_after(const std::optional<calendar::Deadline>& rule,
                                      const calendar::Book& book, Time event) {
  if (!rule) return std::optional<Time>{};
  YAGURA_TRY(const auto due, calendar::due_at(*rule, book, event));
  return std::optional(due);
}

}  // namespace

Result<WorkPerson> plan_decider(const WorkOrder& order, const WorkKind& kind, const WorkPerson& who) {
  return decider(kind.approved_by, who, order, "desk.work_own_plan",
                 [&](Id account) { return account == order.planner.account; });
}

Result<WorkPerson> result_decider(const WorkOrder& order, const WorkKind& kind, const WorkPerson& who) {
  return decider(kind.accepted_by, who, order, "desk.work_own", [&](Id account) {
    return account == order.planner.account || order.executors.contains(account);
  });
}

Result<> plan(WorkOrder& order, const WorkKind& kind, const calendar::Book& book, const WorkPerson& who,
              WorkPlan plan, Time now) {
  YAGURA_CHECK(need_role(kind.planned_by, who));
  YAGURA_CHECK(need_state(order, {WorkState::ordered, WorkState::planned}));
  if (plan.until <= plan.from || plan.until - plan.from > std::chrono::days(31))
    return fail("desk.work_period");
  if (plan.from < now) return fail("desk.work_in_the_past");
  if (trim(plan.workers).empty()) return fail("desk.work_workers_missing");
  YAGURA_CHECK(need_text(plan.workers, false, 400));
  YAGURA_CHECK(need_text(plan.influence, false));
  if (plan.procedure.size() > most_procedure) return fail("desk.work_steps_many");
  for (const auto& step : plan.procedure)
    if (trim(step).empty() || characters(step) > 400 || !is_utf8(step))
      return fail("desk.work_procedure_step");
  if (plan.procedure.empty() && kind.check_lists.empty() && kind.rotation.empty())
    return fail("desk.work_procedure_missing");
  if (plan.emergency) {
    if (!kind.emergency) return fail("desk.work_no_emergency");
    YAGURA_CHECK(need_text(plan.emergency_reason, true, 1'000));
  }
  YAGURA_TRY(const auto due,
             calendar::due_at(plan.emergency ? *kind.emergency : kind.notice, book, plan.from));
  if (now > due)
    return fail("desk.work_plan_late", {{"due", calendar::format_civil(due)},
                                        {"emergency", kind.emergency && !plan.emergency ? "yes" : "no"}});
  order.plan_due = due;
  order.planned_at = now;
  order.planner = who;
  order.plan = std::move(plan);
  order.state = WorkState::planned;
  order.reason.clear();
  return {};
}

Result<> approve(WorkOrder& order, const contract::WorkRules& rules, const WorkPerson& who, Time now,
                 const std::vector<PasswordOfWork>& passwords) {
  const auto* kind = rules.kind(order.kind);
  if (kind == nullptr) return fail("desk.work_kind_unknown", {{"kind", order.kind}});
  if (!has(kind->approved_by, who.role) && who.stands_in_for.empty()) return fail("desk.work_role_forbidden");
  YAGURA_CHECK(need_state(order, {WorkState::planned}));
  YAGURA_TRY(auto decided_by, plan_decider(order, *kind, who));
  if (!kind->rotation.empty() && passwords.empty()) return fail("desk.work_no_passwords");
  auto steps = steps_of(rules, *kind, order.plan->procedure, order.targets, passwords);
  if (steps.empty()) return fail("desk.work_procedure_missing");
  if (steps.size() > most_steps) return fail("desk.work_steps_many");
  order.steps = std::move(steps);
  for (auto& step : order.steps)
    if (step.result != StepResult::open) step.at = now;
  count(order);
  order.approver = std::move(decided_by);
  order.approved_at = now;
  order.state = WorkState::approved;
  return {};
}

namespace {

// Whoever has the role sends back and rejects, his own plan too; a deputy what he could approve.
Result<> may_refuse(const WorkOrder& order, const WorkKind& kind, const WorkPerson& who) {
  if (has(kind.approved_by, who.role)) return {};
  YAGURA_CHECK(plan_decider(order, kind, who));
  return {};
}

}  // namespace

Result<> return_plan(WorkOrder& order, const WorkKind& kind, const WorkPerson& who, std::string reason) {
  YAGURA_CHECK(may_refuse(order, kind, who));
  YAGURA_CHECK(need_state(order, {WorkState::planned}));
  YAGURA_CHECK(need_text(reason, true));
  order.state = WorkState::ordered;
  order.reason = std::move(reason);
  return {};
}

Result<> reject(WorkOrder& order, const WorkKind& kind, const WorkPerson& who, std::string reason) {
  YAGURA_CHECK(may_refuse(order, kind, who));
  YAGURA_CHECK(need_state(order, {WorkState::planned}));
  YAGURA_CHECK(need_text(reason, true));
  order.state = WorkState::rejected;
  order.reason = std::move(reason);
  return {};
}

Result<> withdraw(WorkOrder& order, const WorkKind& kind, const WorkPerson& who, std::string reason) {
  if (!need_role(kind.ordered_by, who)) YAGURA_CHECK(need_role(kind.planned_by, who));
  YAGURA_CHECK(need_state(order, {WorkState::ordered, WorkState::planned, WorkState::approved}));
  YAGURA_CHECK(need_text(reason, true));
  order.state = WorkState::withdrawn;
  order.reason = std::move(reason);
  return {};
}

Result<> start(WorkOrder& order, const WorkKind& kind, const WorkPerson& who, Time at, Time now) {
  YAGURA_CHECK(need_role(kind.executed_by, who));
  if (order.state == WorkState::executing) return {};
  YAGURA_CHECK(need_state(order, {WorkState::approved}));
  YAGURA_CHECK(need_time(order, at, now));
  order.state = WorkState::executing;
  order.started_at = at;
  order.executors.insert(who.account);
  return {};
}

Result<> answer(WorkOrder& order, const WorkKind& kind, const WorkPerson& who, const StepAnswer& given,
                Time at, Time now) {
  YAGURA_CHECK(need_role(kind.executed_by, who));
  YAGURA_CHECK(need_state(order, {WorkState::approved, WorkState::executing}));
  YAGURA_CHECK(need_time(order, at, now));
  const auto step = std::ranges::find(order.steps, given.seq, &WorkStep::seq);
  if (step == order.steps.end()) return fail("desk.work_step_not_found");
  if (step->version != given.version)
    return fail("desk.work_step_conflict", {{"step", step->title.ja}, {"who", step->by_name}});
  YAGURA_CHECK(check_answer(*step, given));
  if (is_procedure(*step))
    for (const auto& before : order.steps)
      if (is_procedure(before) && before.seq < step->seq && before.result == StepResult::open)
        return fail("desk.work_step_order", {{"step", before.title.ja}});
  if (order.state == WorkState::approved) {
    order.state = WorkState::executing;
    order.started_at = at;
  }
  step->result = given.result;
  step->passed_over = false;
  step->value = given.value;
  step->note = given.note;
  step->photographs.insert(step->photographs.end(), given.photographs.begin(), given.photographs.end());
  step->by = who.account;
  step->by_name = who.name;
  step->at = at;
  ++step->version;
  order.executors.insert(who.account);
  if (given.result == StepResult::failed && step->stops) {
    order.state = WorkState::stopped;
    order.stopped_step = step->seq;
    order.reason = given.note;
  }
  count(order);
  return {};
}

void password_changed(WorkOrder& order, Id row, const WorkPerson& who, const std::string& day, Time now) {
  if (order.state != WorkState::approved && order.state != WorkState::executing &&
      order.state != WorkState::stopped)
    return;
  for (auto& step : order.steps) {
    if (step.answer != "vault" || step.target != row || step.result == StepResult::ok) continue;
    if (order.state == WorkState::approved) {
      order.state = WorkState::executing;
      order.started_at = now;
    }
    step.result = StepResult::ok;
    step.passed_over = false;
    step.value = day;
    step.by = who.account;
    step.by_name = who.name;
    step.at = now;
    ++step.version;
    order.executors.insert(who.account);
  }
  count(order);
}

Result<> stop(WorkOrder& order, const WorkKind& kind, const WorkPerson& who, std::string reason) {
  if (!need_role(kind.executed_by, who) && !need_role(kind.planned_by, who))
    YAGURA_CHECK(need_role(kind.approved_by, who));
  YAGURA_CHECK(need_state(order, {WorkState::executing}));
  YAGURA_CHECK(need_text(reason, true));
  order.state = WorkState::stopped;
  order.stopped_step = 0;
  order.reason = std::move(reason);
  return {};
}

Result<> decide_stop(WorkOrder& order, const WorkKind& kind, const calendar::Book& book,
                     const WorkPerson& who, StopDecision decision, std::string reason, Time now) {
  if (!need_role(kind.planned_by, who)) YAGURA_CHECK(need_role(kind.approved_by, who));
  YAGURA_CHECK(need_state(order, {WorkState::stopped}));
  YAGURA_CHECK(need_text(reason, true));
  const auto step = std::ranges::find(order.steps, order.stopped_step, &WorkStep::seq);
  if (decision == StopDecision::again || decision == StopDecision::go_on) {
    if (step != order.steps.end()) {
      ++step->version;
      if (decision == StopDecision::again)
        step->result = StepResult::open;
      else
        step->passed_over = true;
    }
    order.state = WorkState::executing;
  } else {
    YAGURA_TRY(order.report_due, due_after(kind.report, book, now));
    order.outcome = decision == StopDecision::put_back ? WorkOutcome::put_back : WorkOutcome::given_up;
    order.state = WorkState::done;
    order.done_at = now;
    order.result = reason;
  }
  order.stopped_step = 0;
  order.reason = std::move(reason);
  count(order);
  return {};
}

Result<> finish(WorkOrder& order, const WorkKind& kind, const calendar::Book& book, const WorkPerson& who,
                std::string result, Time at, Time now) {
  YAGURA_CHECK(need_role(kind.executed_by, who));
  YAGURA_CHECK(need_state(order, {WorkState::executing}));
  YAGURA_CHECK(need_time(order, at, now));
  YAGURA_CHECK(need_text(result, false));
  if (order.started_at && at < *order.started_at) return fail("desk.work_time", {{"at", to_rfc3339(at)}});
  std::size_t photographs = 0;
  for (const auto& step : order.steps) {
    if (step.result == StepResult::open)
      return fail("desk.work_steps_open", {{"step", step.title.ja}, {"target", step.target_title}});
    photographs += step.photographs.size();
  }
  if (photographs < static_cast<std::size_t>(kind.photographs))
    return fail("desk.work_photographs_few", {{"needed", std::to_string(kind.photographs)}});
  YAGURA_TRY(order.report_due, due_after(kind.report, book, at));
  count(order);
  order.outcome = order.steps_failed > 0 ? WorkOutcome::with_findings : WorkOutcome::completed;
  order.state = WorkState::done;
  order.done_at = at;
  order.result = std::move(result);
  order.reason.clear();
  order.executors.insert(who.account);
  return {};
}

Result<> accept(WorkOrder& order, const WorkKind& kind, const WorkPerson& who, bool accepted,
                std::string note, Time now) {
  if (!has(kind.accepted_by, who.role) && who.stands_in_for.empty()) return fail("desk.work_role_forbidden");
  YAGURA_CHECK(need_state(order, {WorkState::done}));
  YAGURA_TRY(auto decided_by, result_decider(order, kind, who));
  YAGURA_CHECK(need_text(note, !accepted));
  order.acceptor = std::move(decided_by);
  order.reason = std::move(note);
  if (accepted) {
    order.state = WorkState::accepted;
    order.accepted_at = now;
  } else {
    order.state = WorkState::executing;
    order.outcome = WorkOutcome::none;
    order.done_at.reset();
    order.report_due.reset();
  }
  return {};
}

std::optional<NextDue> next_due(const WorkOrder& order, const WorkKind& kind, const calendar::Book& book) {
  switch (order.state) {
    case WorkState::ordered: {
      // Of a plan that was given back its own day counts; else the day by which the work is to be done.
      std::optional<Time> day = order.due;
      if (day) *day -= std::chrono::microseconds(1);  // due at 24:00 is due on that day
      if (order.plan) day = order.plan->from;
      if (!day) return {};
      for (const auto* rule : {&kind.notice, kind.emergency ? &*kind.emergency : nullptr}) {
        if (rule == nullptr) continue;
        const auto due = calendar::due_at(*rule, book, *day);
        // What was ordered too late for the ordinary term is an emergency from the beginning.
        if (due && *due > order.ordered_at) return NextDue{"plan", *due};
      }
      return {};
    }
    case WorkState::planned:
      return NextDue{"approve", order.plan->from};
    case WorkState::approved:
      return NextDue{"start", order.plan->until};
    case WorkState::executing:
    case WorkState::stopped:
      return NextDue{"finish", order.plan->until};
    case WorkState::done:
      if (order.report_due) return NextDue{"accept", *order.report_due};
      return {};
    case WorkState::accepted:
    case WorkState::rejected:
    case WorkState::withdrawn:
      return {};
  }
  return {};
}

std::vector<std::string_view> acts_for(const WorkOrder& order, const WorkKind& kind, const WorkPerson& who) {
  std::vector<std::string_view> out;
  const auto is = [&](const std::vector<std::string>& roles) {
    return std::ranges::find(roles, who.role) != roles.end();
  };
  const auto s = order.state;
  if ((s == WorkState::ordered || s == WorkState::planned) && is(kind.planned_by)) out.push_back("plan");
  if (s == WorkState::planned) {
    const bool approves = plan_decider(order, kind, who).has_value();
    if (approves) out.push_back("approve");
    if (approves || is(kind.approved_by)) {
      out.push_back("return");
      out.push_back("reject");
    }
  }
  if ((s == WorkState::ordered || s == WorkState::planned || s == WorkState::approved) &&
      (is(kind.ordered_by) || is(kind.planned_by)))
    out.push_back("withdraw");
  if (s == WorkState::approved && is(kind.executed_by)) out.push_back("start");
  if ((s == WorkState::approved || s == WorkState::executing) && is(kind.executed_by))
    out.push_back("answer");
  if (s == WorkState::executing) {
    if (is(kind.executed_by) || is(kind.planned_by) || is(kind.approved_by)) out.push_back("stop");
    if (is(kind.executed_by)) out.push_back("finish");
  }
  if (s == WorkState::stopped && (is(kind.planned_by) || is(kind.approved_by))) out.push_back("decide");
  if (s == WorkState::done && result_decider(order, kind, who)) out.push_back("accept");
  return out;
}

}  // namespace yagura::desk
