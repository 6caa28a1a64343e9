#include "web/api/work_json.hpp"

#include <algorithm>

#include "calendar/deadline.hpp"

namespace yagura::web {

using contract::WorkKind;
using contract::WorkRules;
using desk::WorkPerson;

namespace {

bool has(const std::vector<std::string>& roles, const std::string& role) {
  return std::ranges::find(roles, role) != roles.end();
}

Value deadline_value(const std::optional<calendar::Deadline>& deadline) {
  return deadline ? text2(calendar::describe(*deadline)) : Value();
}

Value choices_value(const std::vector<contract::FormChoice>& choices) {
  return Value(each_of(choices, [](const contract::FormChoice& c) {
    return Value::object({{"id", c.id}, {"title", text2(c.title)}});
  }));
}

Value files_value(const std::vector<desk::WorkFile>& files) {
  return Value(each_of(
      files, [](const desk::WorkFile& f) { return Value::object({{"id", f.id}, {"name", f.name}}); }));
}

Value person_value(const WorkPerson& who) {
  return who.account == 0 && who.name.empty() ? Value() : Value(who.name);
}

Value kind_title(const std::string& kind, const WorkRules& rules) {
  const auto* found = rules.kind(kind);
  return found == nullptr ? text2(kind, kind) : text2(found->title);
}

Value step_value(const desk::WorkStep& step) {
  return Value::object({{"seq", step.seq},
                        {"list", text_or_null(step.list)},
                        {"section", text2(step.section)},
                        {"title", text2(step.title)},
                        {"how", step.how},
                        {"answer", step.answer},
                        {"choices", choices_value(step.choices)},
                        {"unit", text_or_null(step.unit)},
                        {"photograph", step.photograph},
                        {"stops", step.stops},
                        {"target", id_or_null(step.target)},
                        {"target_name", text_or_null(step.target_title)},
                        {"result", desk::name_of(step.result)},
                        {"passed_over", step.passed_over},
                        {"value", step.value},
                        {"note", step.note},
                        {"photographs", files_value(step.photographs)},
                        {"by", text_or_null(step.by_name)},
                        {"at", time_value(step.at)},
                        {"task", id_or_null(step.task)},
                        {"version", step.version}});
}

Value plan_value(const desk::WorkPlan& plan) {
  return Value::object({{"from", time_value(plan.from)},
                        {"until", time_value(plan.until)},
                        {"workers", plan.workers},
                        {"influence", plan.influence},
                        {"procedure", texts(plan.procedure)},
                        {"papers", files_value(plan.papers)},
                        {"emergency", plan.emergency},
                        {"emergency_reason", plan.emergency_reason}});
}

}  // namespace

Value work_kind_value(const WorkKind& kind, const WorkRules& rules, const std::string& role) {
  Value lists = Value::array();
  for (const auto& id : kind.check_lists)
    if (const auto* list = rules.check_list(id))
      lists.push(Value::object({{"id", list->id},
                                {"title", text2(list->title)},
                                {"items", static_cast<std::int64_t>(list->items.size())},
                                {"classes", texts(list->device_classes)}}));
  return Value::object({{"id", kind.id},
                        {"title", text2(kind.title)},
                        {"clause", kind.clause},
                        {"notice", text2(calendar::describe(kind.notice))},
                        {"emergency", deadline_value(kind.emergency)},
                        {"within", deadline_value(kind.within)},
                        {"report", deadline_value(kind.report)},
                        {"photographs", kind.photographs},
                        {"check_lists", std::move(lists)},
                        {"may_order", has(kind.ordered_by, role)},
                        {"may_plan", has(kind.planned_by, role)},
                        {"may_execute", has(kind.executed_by, role)}});
}

Value work_order_value(const desk::WorkOrder& o, const WorkRules& rules, const WorkPerson& who, Time now,
                       bool whole) {
  const auto* kind = rules.kind(o.kind);
  const bool open = o.state != desk::WorkState::done && !desk::is_over(o.state);
  Value out =
      Value::object({{"id", o.id},
                     {"version", o.version},
                     {"number", o.number},
                     {"kind", o.kind},
                     {"kind_title", kind_title(o.kind, rules)},
                     {"title", o.title},
                     {"state", desk::name_of(o.state)},
                     {"outcome", desk::name_of(o.outcome)},
                     {"site", id_or_null(o.site)},
                     {"site_name", text_or_null(o.site_name)},
                     {"targets", static_cast<std::int64_t>(o.targets.size())},
                     {"ordered_at", time_value(o.ordered_at)},
                     {"ordered_by", person_value(o.orderer)},
                     {"due", time_value(o.due)},
                     {"overdue", (open && o.due && *o.due < now) || (o.next_due && *o.next_due < now)},
                     {"next", text_or_null(o.next_what)},
                     {"next_due", time_value(o.next_due)},
                     {"planned_from", o.plan ? time_value(o.plan->from) : Value()},
                     {"planned_until", o.plan ? time_value(o.plan->until) : Value()},
                     {"workers", o.plan ? Value(o.plan->workers) : Value()},
                     {"emergency", o.plan && o.plan->emergency},
                     {"steps_total", o.steps_total},
                     {"steps_answered", o.steps_answered},
                     {"steps_failed", o.steps_failed},
                     {"campaign", id_or_null(o.campaign)},
                     {"visit", id_or_null(o.visit)}});
  if (!whole) return out;
  out.set("detail", o.detail);
  out.set("machines", Value(each_of(o.targets, [](const desk::WorkTarget& t) {
            return Value::object(
                {{"ledger", t.ledger}, {"id", t.row}, {"name", t.title}, {"class", t.device_class}});
          })));
  out.set("plan", o.plan ? plan_value(*o.plan) : Value());
  out.set("plan_due", time_value(o.plan_due));
  out.set("report_due", time_value(o.report_due));
  out.set("planned_at", time_value(o.planned_at));
  out.set("planned_by", person_value(o.planner));
  out.set("approved_at", time_value(o.approved_at));
  out.set("approved_by", person_value(o.approver));
  out.set("approved_for", text_or_null(o.approver.for_name));
  out.set("started_at", time_value(o.started_at));
  out.set("done_at", time_value(o.done_at));
  out.set("accepted_at", time_value(o.accepted_at));
  out.set("accepted_by", o.accepted_at ? person_value(o.acceptor) : Value());
  out.set("accepted_for", o.accepted_at ? text_or_null(o.acceptor.for_name) : Value());
  out.set("stopped_step", o.stopped_step);
  out.set("reason", o.reason);
  out.set("result", o.result);
  out.set("request", id_or_null(o.request));
  out.set("request_number", text_or_null(o.request_number));
  out.set("steps", Value(each_of(o.steps, step_value)));
  Value acts = Value::array();
  if (kind != nullptr)
    for (const auto act : desk::acts_for(o, *kind, who)) acts.push(act);
  out.set("acts", std::move(acts));
  out.set("photographs_needed", kind == nullptr ? 0 : kind->photographs);
  return out;
}

Value progress_value(const desk::Progress& p) {
  return Value::object({{"orders", p.orders},
                        {"finished", p.finished},
                        {"stopped", p.stopped},
                        {"overdue", p.overdue},
                        {"steps", p.steps},
                        {"answered", p.answered},
                        {"failed", p.failed}});
}

Value site_progress_value(const desk::SiteProgress& p) {
  auto out = progress_value(p);
  out.set("site", id_or_null(p.site));
  out.set("site_name", text_or_null(p.site_name));
  return out;
}

Value campaign_value(const desk::Campaign& c, const WorkRules& rules, const WorkPerson& who) {
  const auto* kind = rules.kind(c.kind);
  const auto next = std::ranges::find_if(c.waves, [](const desk::Wave& w) { return !w.opened_at; });
  const bool may_open = kind != nullptr && has(kind->approved_by, who.role) && next != c.waves.end() &&
                        (next - 1)->progress.finished == (next - 1)->progress.orders;
  return Value::object({{"id", c.id},
                        {"number", c.number},
                        {"kind", c.kind},
                        {"kind_title", kind_title(c.kind, rules)},
                        {"title", c.title},
                        {"detail", c.detail},
                        {"per", c.per},
                        {"notice", id_or_null(c.notice)},
                        {"due", time_value(c.due)},
                        {"opened_at", time_value(c.opened_at)},
                        {"opened_by", c.opened_by},
                        {"whole", progress_value(c.whole())},
                        {"waves", Value(each_of(c.waves,
                                                [&](const desk::Wave& w) {
                                                  return Value::object(
                                                      {{"seq", w.seq},
                                                       {"title", w.title},
                                                       {"opened_at", time_value(w.opened_at)},
                                                       {"opened_by", text_or_null(w.opened_by)},
                                                       {"finding", w.note},
                                                       {"may_open", may_open && w.seq == next->seq},
                                                       {"progress", progress_value(w.progress)}});
                                                }))},
                        {"sites", Value(each_of(c.sites, site_progress_value))}});
}

Value visit_value(const desk::Visit& v, const WorkRules& rules, const WorkPerson& who, Time now) {
  return Value::object({{"id", v.id},
                        {"version", v.version},
                        {"number", v.number},
                        {"site", v.site},
                        {"site_name", v.site_name},
                        {"day", v.day},
                        {"workers", v.workers},
                        {"state", v.state},
                        {"arrived_at", time_value(v.arrived_at)},
                        {"arrived_by", text_or_null(v.arrived_by)},
                        {"left_at", time_value(v.left_at)},
                        {"left_by", text_or_null(v.left_by)},
                        {"note", v.note},
                        {"orders", Value(each_of(v.orders, [&](const desk::WorkOrder& o) {
                           return work_order_value(o, rules, who, now, false);
                         }))}});
}

Value work_notice_value(const desk::WorkNotice& n, const WorkRules& rules, const WorkPerson& who, Time now) {
  Value source = text2(n.source, n.source);
  bool may_assess = false;
  if (rules.notices) {
    if (const auto found = std::ranges::find(rules.notices->sources, n.source, &contract::FormChoice::id);
        found != rules.notices->sources.end())
      source = text2(found->title);
    may_assess = n.state == desk::NoticeState::received && has(rules.notices->assessed_by, who.role);
  }
  Value sites = Value::array();
  for (const Id site : n.filter.sites) sites.push(site);
  return Value::object({{"id", n.id},
                        {"version", n.version},
                        {"number", n.number},
                        {"source", n.source},
                        {"source_title", std::move(source)},
                        {"reference", n.reference},
                        {"title", n.title},
                        {"content", n.content},
                        {"files", files_value(n.files)},
                        {"received_at", time_value(n.received_at)},
                        {"received_by", n.received_by},
                        {"assess_due", time_value(n.assess_due)},
                        {"overdue", n.state == desk::NoticeState::received && n.assess_due < now},
                        {"state", desk::name_of(n.state)},
                        {"urgency", word(n.urgency)},
                        {"reason", n.reason},
                        {"assessed_at", time_value(n.assessed_at)},
                        {"assessed_by", text_or_null(n.assessed_by)},
                        {"classes", texts(n.filter.classes)},
                        {"sites", std::move(sites)},
                        {"machines", n.machines},
                        {"campaign", id_or_null(n.campaign)},
                        {"may_assess", may_assess}});
}

}  // namespace yagura::web
