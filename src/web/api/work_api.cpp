#include "web/api/work_api.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "web/api/asked.hpp"
#include "web/api/request_api.hpp"
#include "web/api/work_bodies.hpp"
#include "web/api/work_handlers.hpp"
#include "web/api/work_json.hpp"

namespace yagura::web {

desk::WorkPerson work_person(const Request& request, std::string_view contract) {
  const auto& principal = who(request);
  desk::WorkPerson out{principal.actor.account, principal.actor.name, {}};
  if (const auto* grant = principal.grant(contract)) out.role = people::name_of(grant->role);
  return out;
}

Result<desk::WorkPerson> work_decider(const WorkApi& api, const Request& request, std::string_view contract) {
  auto out = work_person(request, contract);
  YAGURA_TRY(const auto others, api.requests.stands_in_for(contract, out.account));
  for (const auto& other : others) {
    YAGURA_TRY(const auto roles, roles_of(api.ground, contract, other.account));
    for (const auto& role : roles) out.stands_in_for.push_back({other.account, other.name, role});
  }
  return out;
}

namespace {

// What was done with an order, oldest first.
Result<Value> history_of(const WorkApi& api, const std::string& contract, Id order) {
  journal::Query query;
  query.chain = contract;
  query.subject = "work/" + std::to_string(order);
  query.limit = 500;
  query.oldest_first = true;
  YAGURA_TRY(const auto entries,
             api.ground.database.read([&](store::Session& s) { return api.ground.journal.list(s, query); }));
  return Value(each_of(entries, [&](const journal::Entry& e) {
    const auto kind = api.ground.journal.kinds().find(e.record.kind);
    return Value::object(
        {{"at", time_value(e.time)},
         {"who", e.record.actor.name},
         {"kind", e.record.kind},
         {"words", kind == api.ground.journal.kinds().end() ? text2(e.record.kind, e.record.kind)
                                                            : text2(kind->second)},
         {"data", e.record.data}});
  }));
}

Result<Response> detail(const WorkApi& api, const Request& request, const std::string& contract,
                        const desk::WorkOrder& order, int status = 200) {
  const auto pack = api.ground.pack(contract);
  YAGURA_TRY(const auto me, work_decider(api, request, contract));
  auto out = work_order_value(order, pack->work, me, api.ground.clock.now(), true);
  YAGURA_TRY(auto history, history_of(api, contract, order.id));
  out.set("history", std::move(history));
  return answer(status, out);
}

Result<Response> list_kinds(const WorkApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkRead));
  const auto pack = api.ground.pack(contract);
  const auto me = work_person(request, contract);
  const auto& rules = pack->work;
  Value out = Value::object();
  out.set("items", Value(each_of(rules.kinds, [&](const contract::WorkKind& kind) {
            return work_kind_value(kind, rules, me.role);
          })));
  out.set("classes", Value(each_of(pack->device_classes, [](const contract::DeviceClass& c) {
            return Value::object({{"id", c.id}, {"title", text2(c.title)}});
          })));
  Value notices;
  if (rules.notices) {
    const auto& n = *rules.notices;
    notices = Value::object(
        {{"sources", Value(each_of(n.sources,
                                   [](const contract::FormChoice& c) {
                                     return Value::object({{"id", c.id}, {"title", text2(c.title)}});
                                   }))},
         {"assess", text2(calendar::describe(n.assess))},
         {"work_kinds", texts(n.work_kinds)},
         {"may_receive", std::ranges::find(n.received_by, me.role) != n.received_by.end()}});
  }
  out.set("notices", std::move(notices));
  return answer(out);
}

Result<Response> summary(const WorkApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkRead));
  YAGURA_TRY(const auto counts, api.orders.counts(contract));
  YAGURA_TRY(const int notices, api.notices.overdue(contract));
  Value states = Value::object();
  for (const auto& [name, _] : enum_names(desk::WorkState{})) {
    const auto found = counts.by_state.find(std::string(name));
    states.set(name, found == counts.by_state.end() ? 0 : found->second);
  }
  return answer(Value::object(
      {{"states", std::move(states)}, {"overdue", counts.overdue}, {"notices_overdue", notices}}));
}

// "a,b" of the address, each a word of the enum.
Result<std::vector<desk::WorkState>> states_of(const Request& request) {
  std::vector<desk::WorkState> out;
  const auto given = text_param(request, "state");
  if (given.empty()) return out;
  for (const auto one : split(given, ',')) {
    bool known = false;
    for (const auto& [name, state] : enum_names(desk::WorkState{}))
      if (name == one) {
        out.push_back(state);
        known = true;
      }
    if (!known) return std::unexpected(parameter_invalid("state"));
  }
  return out;
}

Result<Response> list_orders(const WorkApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkRead));
  YAGURA_TRY(const auto page, page_of(request));
  YAGURA_TRY(const auto before, number_cursor(page));
  YAGURA_TRY(const auto states, states_of(request));
  YAGURA_TRY(const auto site, id_param(request, "site"));
  YAGURA_TRY(const auto campaign, id_param(request, "campaign"));
  YAGURA_TRY(const auto device, id_param(request, "device"));
  const auto search = text_param(request, "q");
  if (characters(search) > 200) return std::unexpected(parameter_invalid("q"));
  YAGURA_TRY(auto found, api.orders.list({.contract = contract,
                                          .kind = text_param(request, "kind"),
                                          .search = search,
                                          .states = states,
                                          .site = site.value_or(0),
                                          .campaign = campaign.value_or(0),
                                          .device = device.value_or(0),
                                          .overdue = text_param(request, "overdue") == "true",
                                          .without_visit = text_param(request, "without_visit") == "true",
                                          .before = before,
                                          .limit = page.limit + 1}));
  std::string next;
  if (found.size() > static_cast<std::size_t>(page.limit)) {
    found.resize(static_cast<std::size_t>(page.limit));
    next = std::to_string(found.back().id);
  }
  const auto pack = api.ground.pack(contract);
  const auto me = work_person(request, contract);
  const Time now = api.ground.clock.now();
  return answer(page_value(
      each_of(found,
              [&](const desk::WorkOrder& o) { return work_order_value(o, pack->work, me, now, false); }),
      next));
}

Result<Response> get_order(const WorkApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkRead));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto order, api.orders.get(contract, id));
  return detail(api, request, contract, order);
}

Result<Response> open_order(const WorkApi& api, const Request& request, const WorkOrderBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkWrite));
  YAGURA_TRY(const auto order, api.orders.open(who(request).actor, work_person(request, contract),
                                               {.contract = contract,
                                                .kind = body.kind,
                                                .title = body.title,
                                                .detail = body.detail,
                                                .devices = body.devices,
                                                .site = body.site.value_or(0),
                                                .due = body.due}));
  return detail(api, request, contract, order, 201);
}

// The part that every act has in common: contract, order, answer.
template <class Act>
Result<Response> act(const WorkApi& api, const Request& request, desk::WorkAct at, Act&& then) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkWrite));
  YAGURA_TRY(at.order, id_of(request));
  YAGURA_TRY(const auto me, work_decider(api, request, contract));
  YAGURA_TRY(const auto order, then(who(request).actor, me, contract, at));
  return detail(api, request, contract, order);
}

Result<Response> plan(const WorkApi& api, const Request& request, const WorkPlanBody& body) {
  return act(api, request, {.version = body.version},
             [&](const auto& by, const auto& me, const auto& contract, const auto& at) {
               return api.orders.plan(by, me, contract, at, body.plan(), body.devices);
             });
}

Result<Response> decide(const WorkApi& api, const Request& request, const PlanDecisionBody& body) {
  return act(api, request, {.version = body.version},
             [&](const auto& by, const auto& me, const auto& contract, const auto& at) {
               return api.orders.decide_plan(by, me, contract, at, decision_of(body.decision), body.reason);
             });
}

desk::WorkAct act_of(const WorkReasonBody& body) {
  return {.version = body.version, .key = body.key, .at = body.at};
}

Result<Response> withdraw(const WorkApi& api, const Request& request, const WorkReasonBody& body) {
  return act(api, request, act_of(body),
             [&](const auto& by, const auto& me, const auto& contract, const auto& at) {
               return api.orders.withdraw(by, me, contract, at, body.reason);
             });
}

Result<Response> start(const WorkApi& api, const Request& request, const WorkReasonBody& body) {
  return act(api, request, act_of(body),
             [&](const auto& by, const auto& me, const auto& contract, const auto& at) {
               return api.orders.start(by, me, contract, at);
             });
}

Result<Response> answer_step(const WorkApi& api, const Request& request, const StepBody& body) {
  YAGURA_TRY(const Id seq, id_of(request, "seq"));
  desk::StepAnswer given{
      static_cast<int>(std::min<Id>(seq, 1'000'000)), body.version, body.result, body.value, body.note, {}};
  for (const Id id : body.photographs) given.photographs.push_back({id, {}});
  return act(api, request, {.key = body.key, .at = body.at},
             [&](const auto& by, const auto& me, const auto& contract, const auto& at) {
               return api.orders.answer(by, me, contract, at, given);
             });
}

Result<Response> stop(const WorkApi& api, const Request& request, const WorkReasonBody& body) {
  return act(api, request, act_of(body),
             [&](const auto& by, const auto& me, const auto& contract, const auto& at) {
               return api.orders.stop(by, me, contract, at, body.reason);
             });
}

Result<Response> decide_stop(const WorkApi& api, const Request& request, const StopDecisionBody& body) {
  return act(api, request, {.version = body.version},
             [&](const auto& by, const auto& me, const auto& contract, const auto& at) {
               return api.orders.decide_stop(by, me, contract, at, body.decision, body.reason);
             });
}

Result<Response> finish(const WorkApi& api, const Request& request, const WorkReasonBody& body) {
  return act(api, request, act_of(body),
             [&](const auto& by, const auto& me, const auto& contract, const auto& at) {
               return api.orders.finish(by, me, contract, at, body.reason);
             });
}

Result<Response> accept(const WorkApi& api, const Request& request, const AcceptanceBody& body) {
  return act(api, request, {.version = body.version},
             [&](const auto& by, const auto& me, const auto& contract, const auto& at) {
               return api.orders.accept(by, me, contract, at, body.accepted, body.note);
             });
}

}  // namespace

void add_work_routes(Router& router, const WorkApi& api) {
  WorkRoutes add{router, api};
  add.get("/work-kinds", "listWorkKinds", list_kinds);
  add.get("/work-summary", "getWorkSummary", summary);
  add.get("/work-orders", "listWorkOrders", list_orders);
  add.get("/work-orders/{id}", "getWorkOrder", get_order);
  add.post<WorkOrderBody>("/work-orders", "openWorkOrder", open_order);
  add.post<WorkPlanBody>("/work-orders/{id}/plan", "planWorkOrder", plan);
  add.post<PlanDecisionBody>("/work-orders/{id}/decision", "decideWorkPlan", decide);
  add.post<WorkReasonBody>("/work-orders/{id}/withdrawal", "withdrawWorkOrder", withdraw);
  add.post<WorkReasonBody>("/work-orders/{id}/start", "startWorkOrder", start);
  add.post<StepBody>("/work-orders/{id}/steps/{seq}", "answerWorkStep", answer_step);
  add.post<WorkReasonBody>("/work-orders/{id}/stop", "stopWorkOrder", stop);
  add.post<StopDecisionBody>("/work-orders/{id}/stop-decision", "decideWorkStop", decide_stop);
  add.post<WorkReasonBody>("/work-orders/{id}/end", "finishWorkOrder", finish);
  add.post<AcceptanceBody>("/work-orders/{id}/acceptance", "acceptWorkOrder", accept);
  add_campaign_routes(add);
  add_work_due_routes(add);
}

}  // namespace yagura::web
