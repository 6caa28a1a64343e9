#include <algorithm>

#include "web/api/asked.hpp"
#include "web/api/ground_routes.hpp"
#include "web/api/pack_bindings.hpp"
#include "web/api/people_json.hpp"

namespace yagura::web {

using contract::Pack;

namespace {

Value choice_value(const std::string& id, const calendar::Words& name) {
  return Value::object({{"id", id}, {"name", text2(name)}});
}

template <class List>
Value named_value(const List& list) {
  return Value(each_of(list, [](const contract::Named& n) { return choice_value(n.id, n.title); }));
}

Value report_parts_value(const Pack& pack) {
  Value out = Value::object();
  for (const auto* kind : {"first", "interim", "final"}) {
    Value parts = Value::array();
    for (const auto& part : pack.report_parts)
      if (std::ranges::find(part.of, kind) != part.of.end())
        parts.push(
            Value::object({{"id", part.id}, {"name", text2(part.title)}, {"required", part.required}}));
    out.set(kind, std::move(parts));
  }
  return out;
}

Result<std::shared_ptr<const Pack>> pack_of(const Api& api, const std::string& contract) {
  auto pack = api.pack(contract);
  if (!pack) return fail("web.not_found");
  return pack;
}

Result<Response> get_contract(const Api& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, request.route->permission));
  YAGURA_TRY(const auto pack, pack_of(api, contract));
  const auto today = calendar::date_of(api.clock.now());
  Value out = Value::object({{"id", pack->id},
                             {"name", text2(pack->name)},
                             {"from", calendar::format_date(pack->from)},
                             {"until", calendar::format_date(pack->until)},
                             {"site_kinds", named_value(pack->site_kinds)},
                             {"device_classes", named_value(pack->device_classes)},
                             {"incident_events", named_value(pack->incident_events)},
                             {"report_parts", report_parts_value(*pack)},
                             {"reports", named_value(pack->reports)}});
  out.set("clocks", Value(each_of(pack->clocks, [](const contract::Clock& c) {
            return choice_value(c.rule.id, c.rule.title);
          })));
  out.set("contact_duties", Value(each_of(choices_of(*pack, "contact_duties"), [](const ledger::Choice& c) {
            return Value::object({{"id", c.id}, {"name", text2(c.name)}});
          })));
  if (const auto calendar = pack->book.calendar(pack->office_calendar)) {
    const auto because = (*calendar)->closed_because(today);
    out.set("open_today", (*calendar)->is_open(today));
    out.set("holiday_today", because ? text2(*because) : Value());
  }
  return answer(out);
}

Value step_value(const contract::ContactStep& step, const std::vector<StepPerson>& people, bool reach) {
  return Value::object(
      {{"channel", step.channel},
       {"wait_minutes",
        static_cast<std::int64_t>(std::chrono::duration_cast<std::chrono::minutes>(step.wait).count())},
       {"name", text2(step.title)},
       {"people", Value(each_of(people, [&](const StepPerson& p) {
          Value out = Value::object({{"name", p.name}});
          if (p.id != 0) out.set("id", p.id);
          if (reach) out.set("to", p.to);
          return out;
        }))}});
}

// "平日 8:30-17:15" as the pack calls it, and whether it holds outside those hours.
std::string hours_words(const Request& request, const Pack& pack, const contract::ContactTree& tree) {
  if (tree.hours.empty()) return {};
  const auto hours = pack.book.service_hours(tree.hours);
  auto name = hours ? said((*hours)->rule().title, request) : tree.hours;
  if (!tree.out_of_hours) return name;
  return request.language == Language::ja ? name + "以外" : "outside " + name;
}

Result<Response> list_contact_trees(const Api& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, request.route->permission));
  YAGURA_TRY(const auto pack, pack_of(api, contract));
  const bool reach = may(request, contract, "personal_read|contact_call");
  const Time now = api.clock.now();
  Value trees = Value::array();
  bool shown = false;
  for (const auto& tree : pack->contact_trees) {
    Value steps = Value::array();
    for (const auto& step : tree.steps) {
      YAGURA_TRY(const auto people, api.people_of_step(contract, step));
      shown = shown || !people.empty();
      steps.push(step_value(step, people, reach));
    }
    const bool active = std::ranges::any_of(tree.severities, [&](const std::string& severity) {
      return pack->contact_tree(severity, now) == &tree;
    });
    trees.push(Value::object({{"id", tree.id},
                              {"name", text2(tree.title)},
                              {"severities", Value(texts(tree.severities))},
                              {"hours", hours_words(request, *pack, tree)},
                              {"active_now", active},
                              {"steps", std::move(steps)}}));
  }
  if (reach && shown)
    YAGURA_CHECK(note_personal_read(api, request, contract, "contract/" + contract,
                                    Value::object({{"how", "contact trees"}})));
  return answer(Value::object({{"items", std::move(trees)}}));
}

}  // namespace

void add_contract_routes(Router& router, const Api& api) {
  router.add({.method = Method::get,
              .pattern = "/api/v1/contracts/{contract_id}",
              .operation = "getContract",
              .handler = plain(api, get_contract),
              .permission = "contract_read"});
  router.add({.method = Method::get,
              .pattern = "/api/v1/contracts/{contract_id}/contact-trees",
              .operation = "listContactTrees",
              .handler = plain(api, list_contact_trees),
              .permission = "contract_read"});
}

}  // namespace yagura::web
