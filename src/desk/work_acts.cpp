// What people do to a work order: each act one transaction with its journal entry.
#include <algorithm>

#include "desk/waves.hpp"
#include "desk/work_record.hpp"

namespace yagura::desk {

using schema::Value;
using store::Session;

Result<void> WorkOrders::plan(Session& s, const journal::Actor& by, const WorkPerson& who,
                              std::string_view contract, const WorkAct& act, const WorkPlan& plan) {
  return change(s, by, contract, act, [&](Change& c) -> Result<void> {
    auto made = plan;
    YAGURA_TRY(made.papers, files_of(s, contract, plan.papers));
    YAGURA_CHECK(desk::plan(c.order, c.kind, c.pack.book, who, std::move(made), at_.clock.now()));
    c.told = "work_order.planned";
    c.data = Value::object({{"from", calendar::format_civil(plan.from)},
                            {"until", calendar::format_civil(plan.until)},
                            {"emergency", plan.emergency},
                            {"reason", plan.emergency_reason}});
    return {};
  });
}

Result<WorkOrder> WorkOrders::plan(const journal::Actor& by, const WorkPerson& who, std::string_view contract,
                                   const WorkAct& act, const WorkPlan& plan,
                                   const std::optional<std::vector<Id>>& devices) {
  return within(by, contract, act, [&](Change& c) -> Result<void> {
    auto made = plan;
    YAGURA_TRY(made.papers, files_of(c.session, contract, plan.papers));
    if (devices) {
      YAGURA_TRY(c.order.targets, targets_of(contract, *devices, c.order.site, c.order.site_name));
    }
    YAGURA_CHECK(desk::plan(c.order, c.kind, c.pack.book, who, std::move(made), at_.clock.now()));
    c.told = "work_order.planned";
    c.data = Value::object({{"from", calendar::format_civil(plan.from)},
                            {"until", calendar::format_civil(plan.until)},
                            {"emergency", plan.emergency},
                            {"reason", plan.emergency_reason}});
    return {};
  });
}

Result<void> WorkOrders::decide_plan(Session& s, const journal::Actor& by, const WorkPerson& who,
                                     std::string_view contract, const WorkAct& act, PlanDecision decision,
                                     const std::string& reason) {
  return change(s, by, contract, act, [&](Change& c) -> Result<void> {
    const auto decided_by = plan_decider(c.order, c.kind, who);
    std::vector<PasswordOfWork> passwords;
    if (decision == PlanDecision::approve) {
      YAGURA_TRY(passwords, passwords_of(contract, c.kind, c.order));
    }
    switch (decision) {
      case PlanDecision::approve:
        YAGURA_CHECK(desk::approve(c.order, c.pack.work, who, at_.clock.now(), passwords));
        c.told = "work_order.approved";
        break;
      case PlanDecision::give_back:
        YAGURA_CHECK(return_plan(c.order, c.kind, who, reason));
        c.told = "work_order.plan_returned";
        break;
      case PlanDecision::reject:
        YAGURA_CHECK(desk::reject(c.order, c.kind, who, reason));
        c.told = "work_order.rejected";
        break;
    }
    c.data = Value::object({{"reason", reason}, {"steps", static_cast<std::int64_t>(c.order.steps.size())}});
    if (decided_by && !decided_by->for_name.empty()) c.data.set("for", decided_by->for_name);
    return {};
  });
}

Result<WorkOrder> WorkOrders::decide_plan(const journal::Actor& by, const WorkPerson& who,
                                          std::string_view contract, const WorkAct& act,
                                          PlanDecision decision, const std::string& reason) {
  return at_.database.write([&](Session& s) -> Result<WorkOrder> {
    YAGURA_CHECK(decide_plan(s, by, who, contract, act, decision, reason));
    return read(s, contract, act.order);
  });
}

Result<WorkOrder> WorkOrders::withdraw(const journal::Actor& by, const WorkPerson& who,
                                       std::string_view contract, const WorkAct& act,
                                       const std::string& reason) {
  return within(by, contract, act, [&](Change& c) -> Result<void> {
    YAGURA_CHECK(desk::withdraw(c.order, c.kind, who, reason));
    c.told = "work_order.withdrawn";
    c.data = Value::object({{"reason", reason}});
    return {};
  });
}

Result<WorkOrder> WorkOrders::start(const journal::Actor& by, const WorkPerson& who,
                                    std::string_view contract, const WorkAct& act) {
  return within(by, contract, act, [&](Change& c) -> Result<void> {
    const Time now = at_.clock.now();
    YAGURA_CHECK(check_wave(c.session, c.order));
    YAGURA_CHECK(desk::start(c.order, c.kind, who, act.at.value_or(now), now));
    c.told = "work_order.started";
    c.data = Value::object({{"at", to_rfc3339(act.at.value_or(now))}});
    return {};
  });
}

Result<WorkOrder> WorkOrders::answer(const journal::Actor& by, const WorkPerson& who,
                                     std::string_view contract, const WorkAct& act, StepAnswer given) {
  return within(by, contract, act, [&](Change& c) -> Result<void> {
    const Time now = at_.clock.now();
    YAGURA_CHECK(check_wave(c.session, c.order));
    YAGURA_TRY(given.photographs, files_of(c.session, contract, given.photographs));
    YAGURA_CHECK(desk::answer(c.order, c.kind, who, given, act.at.value_or(now), now));
    const auto& step = *std::ranges::find(c.order.steps, given.seq, &WorkStep::seq);
    c.told = c.order.state == WorkState::stopped ? "work_order.stopped" : "work_order.step";
    c.data = Value::object({{"step", step.title.ja},
                            {"step_en", step.title.en},
                            {"target", step.target_title},
                            {"seq", step.seq},
                            {"result", name_of(step.result)},
                            {"value", step.value},
                            {"note", step.note},
                            {"photographs", static_cast<std::int64_t>(given.photographs.size())},
                            {"at", to_rfc3339(*step.at)}});
    return {};
  });
}

Result<WorkOrder> WorkOrders::stop(const journal::Actor& by, const WorkPerson& who, std::string_view contract,
                                   const WorkAct& act, const std::string& reason) {
  return within(by, contract, act, [&](Change& c) -> Result<void> {
    YAGURA_CHECK(desk::stop(c.order, c.kind, who, reason));
    c.told = "work_order.stopped";
    c.data = Value::object({{"reason", reason}});
    return {};
  });
}

Result<WorkOrder> WorkOrders::decide_stop(const journal::Actor& by, const WorkPerson& who,
                                          std::string_view contract, const WorkAct& act,
                                          StopDecision decision, const std::string& reason) {
  return within(by, contract, act, [&](Change& c) -> Result<void> {
    YAGURA_CHECK(desk::decide_stop(c.order, c.kind, c.pack.book, who, decision, reason, at_.clock.now()));
    if (c.order.state == WorkState::done) YAGURA_CHECK(make_tasks(c));
    c.told = "work_order.decided";
    c.data = Value::object({{"decision", name_of(decision)}, {"reason", reason}});
    return {};
  });
}

Result<WorkOrder> WorkOrders::finish(const journal::Actor& by, const WorkPerson& who,
                                     std::string_view contract, const WorkAct& act,
                                     const std::string& result) {
  return within(by, contract, act, [&](Change& c) -> Result<void> {
    const Time now = at_.clock.now();
    YAGURA_CHECK(desk::finish(c.order, c.kind, c.pack.book, who, result, act.at.value_or(now), now));
    YAGURA_CHECK(make_tasks(c));
    c.told = "work_order.done";
    c.data = Value::object({{"result", result},
                            {"outcome", name_of(c.order.outcome)},
                            {"at", to_rfc3339(act.at.value_or(now))}});
    return {};
  });
}

Result<WorkOrder> WorkOrders::accept(const journal::Actor& by, const WorkPerson& who,
                                     std::string_view contract, const WorkAct& act, bool accepted,
                                     const std::string& note) {
  return within(by, contract, act, [&](Change& c) -> Result<void> {
    const auto decided_by = result_decider(c.order, c.kind, who);
    YAGURA_CHECK(desk::accept(c.order, c.kind, who, accepted, note, at_.clock.now()));
    c.told = accepted ? "work_order.accepted" : "work_order.not_accepted";
    c.data = Value::object({{"reason", note}});
    if (decided_by && !decided_by->for_name.empty()) c.data.set("for", decided_by->for_name);
    return {};
  });
}

// Ids of the rotation that the work changes. What was changed for this occasion already counts: its next
// change lies behind the day by which the work is due.
Result<std::vector<PasswordOfWork>> WorkOrders::passwords_of(std::string_view contract,
                                                             const contract::WorkKind& kind,
                                                             const WorkOrder& order) {
  std::vector<PasswordOfWork> out;
  if (kind.rotation.empty()) return out;
  const auto due = order.due ? calendar::format_date(calendar::date_of(*order.due)) : std::string();
  YAGURA_CHECK(at_.ledgers.each(contract, "privileged_ids", [&](ledger::Row&& row) {
    const auto& f = row.fields;
    if (f["state"].text() != "in_use" || f["rotation"].text() != kind.rotation) return;
    const bool counts = !due.empty() && f["next_change"].text() > due;
    out.push_back(
        {row.id, row.title, counts ? f["changed"].text() : "", counts ? f["changed_by"].text() : ""});
  }));
  std::ranges::sort(out, {}, &PasswordOfWork::name);
  return out;
}

Result<void> WorkOrders::password_changed(Session& s, const journal::Actor& by, std::string_view contract,
                                          Id row, const std::string& day) {
  std::vector<Id> orders;
  YAGURA_CHECK(
      s.query("SELECT DISTINCT t.work FROM work_step t JOIN work_order w ON w.id = t.work WHERE t.target ="
              " $1 AND t.result <> 'ok' AND w.contract = $2 AND w.open = 1",
              row, contract, [&](const store::Row& found) { orders.push_back(found.integer(0)); }));
  for (const Id id : orders)
    YAGURA_CHECK(change(s, by, contract, {.order = id}, [&](Change& c) -> Result<void> {
      desk::password_changed(c.order, row, {by.account, by.name, {}}, day, at_.clock.now());
      const auto step = std::ranges::find(c.order.steps, row, &WorkStep::target);
      c.told = "work_order.step";
      c.data = Value::object({{"step", step->title.ja},
                              {"step_en", step->title.en},
                              {"target", step->target_title},
                              {"seq", step->seq},
                              {"result", name_of(step->result)},
                              {"value", step->value}});
      return {};
    }));
  return {};
}

// Each failed step once, also when the order comes to its end a second time.
Result<void> WorkOrders::make_tasks(Change& c) {
  for (auto& step : c.order.steps) {
    if (step.result != StepResult::failed || step.task != 0) continue;
    std::string subject = step.title.ja;
    if (!step.target_title.empty()) subject = step.target_title + "：" + subject;
    Value fields =
        Value::object({{"subject", subject + "（" + c.order.number + "-" + std::to_string(step.seq) + "）"},
                       {"kind", "finding"},
                       {"content", step.note},
                       {"priority", "middle"},
                       {"state", "open"},
                       {"occurred", calendar::format_date(calendar::date_of(*step.at))},
                       {"source", c.order.number}});
    if (c.order.site != 0) fields.set("site", c.order.site);
    if (step.target != 0) fields.set("device", step.target);
    YAGURA_TRY(const auto row, at_.ledgers.create(c.session, c.by, c.order.contract, "issues", fields,
                                                  "作業 " + c.order.number + " の不適合"));
    step.task = row.id;
  }
  return {};
}

}  // namespace yagura::desk
