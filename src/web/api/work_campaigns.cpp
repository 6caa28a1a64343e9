#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "web/api/work_bodies.hpp"
#include "web/api/work_handlers.hpp"
#include "web/api/work_json.hpp"

namespace yagura::web {
namespace {

constexpr std::size_t machines_shown = 200;

Result<desk::MachineFilter> filter_of(const Request& request) {
  desk::MachineFilter out;
  out.text = text_param(request, "q");
  if (characters(out.text) > 200) return std::unexpected(parameter_invalid("q"));
  if (const auto classes = text_param(request, "classes"); !classes.empty())
    for (const auto one : split(classes, ',')) out.classes.emplace_back(one);
  if (const auto sites = text_param(request, "sites"); !sites.empty())
    for (const auto one : split(sites, ',')) {
      Id id = 0;
      const auto [end, ec] = std::from_chars(one.data(), one.data() + one.size(), id);
      if (ec != std::errc{} || end != one.data() + one.size())
        return std::unexpected(parameter_invalid("sites"));
      out.sites.push_back(id);
    }
  return out;
}

Result<Response> list_machines(const WorkApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkRead));
  YAGURA_TRY(const auto filter, filter_of(request));
  YAGURA_TRY(const auto found, api.campaigns.machines(contract, filter));
  Value sites = Value::array(), items = Value::array();
  for (std::size_t i = 0; i < found.size();) {
    std::size_t end = i + 1;
    while (end < found.size() && found[end].site == found[i].site) ++end;
    sites.push(Value::object({{"site", id_or_null(found[i].site)},
                              {"site_name", found[i].site_name},
                              {"count", static_cast<std::int64_t>(end - i)}}));
    i = end;
  }
  for (std::size_t i = 0; i < std::min(found.size(), machines_shown); ++i)
    items.push(Value::object({{"id", found[i].id},
                              {"name", found[i].name},
                              {"class", found[i].device_class},
                              {"model", found[i].model},
                              {"site_name", found[i].site_name}}));
  return answer(Value::object({{"total", static_cast<std::int64_t>(found.size())},
                               {"sites", std::move(sites)},
                               {"items", std::move(items)}}));
}

Result<Response> campaign_answer(const WorkApi& api, const Request& request, const std::string& contract,
                                 const desk::Campaign& c, int status = 200) {
  return answer(status, campaign_value(c, api.ground.pack(contract)->work, work_person(request, contract)));
}

Result<Response> list_campaigns(const WorkApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkRead));
  YAGURA_TRY(const auto page, page_of(request));
  YAGURA_TRY(const auto before, number_cursor(page));
  YAGURA_TRY(auto found, api.campaigns.list(contract, before, page.limit + 1));
  std::string next;
  if (found.size() > static_cast<std::size_t>(page.limit)) {
    found.resize(static_cast<std::size_t>(page.limit));
    next = std::to_string(found.back().id);
  }
  const auto pack = api.ground.pack(contract);
  const auto me = work_person(request, contract);
  return answer(page_value(
      each_of(found, [&](const desk::Campaign& c) { return campaign_value(c, pack->work, me); }), next));
}

Result<Response> get_campaign(const WorkApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkRead));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto found, api.campaigns.get(contract, id));
  return campaign_answer(api, request, contract, found);
}

Result<Response> open_campaign(const WorkApi& api, const Request& request, const CampaignBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkWrite));
  std::vector<desk::NewWave> waves;
  for (const auto& wave : body.waves) waves.push_back({wave.title, wave.devices, wave.sites});
  YAGURA_TRY(const auto made, api.campaigns.open(who(request).actor, work_person(request, contract),
                                                 {.contract = contract,
                                                  .kind = body.kind,
                                                  .title = body.title,
                                                  .detail = body.detail,
                                                  .per_site = body.per_site,
                                                  .filter = body.filter(),
                                                  .waves = std::move(waves),
                                                  .due = body.due}));
  return campaign_answer(api, request, contract, made, 201);
}

Result<Response> plan_campaign(const WorkApi& api, const Request& request, const CampaignPlanBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkWrite));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto made, api.campaigns.plan(who(request).actor, work_person(request, contract), contract,
                                                 id, body.plan(), slots_of(body.orders)));
  return campaign_answer(api, request, contract, made);
}

Result<Response> decide_campaign(const WorkApi& api, const Request& request,
                                 const CampaignDecisionBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkWrite));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto me, work_decider(api, request, contract));
  YAGURA_TRY(const auto made,
             api.campaigns.decide(who(request).actor, me, contract, id, slots_of(body.orders),
                                  decision_of(body.decision), body.reason));
  return campaign_answer(api, request, contract, made);
}

Result<Response> open_wave(const WorkApi& api, const Request& request, const WaveBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkWrite));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto made, api.campaigns.open_wave(who(request).actor, work_person(request, contract),
                                                      contract, id, body.seq, body.finding));
  return campaign_answer(api, request, contract, made);
}

Result<Response> visit_answer(const WorkApi& api, const Request& request, const std::string& contract,
                              const desk::Visit& visit, int status = 200) {
  return answer(status, visit_value(visit, api.ground.pack(contract)->work, work_person(request, contract),
                                    api.ground.clock.now()));
}

std::string today_of(const WorkApi& api) {
  return calendar::format_date(calendar::date_of(api.ground.clock.now()));
}

Result<Response> list_visits(const WorkApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkRead));
  auto from = text_param(request, "from");
  if (from.empty())
    from = today_of(api);
  else if (!calendar::parse_date(from))
    return std::unexpected(parameter_invalid("from"));
  YAGURA_TRY(const auto found, api.visits.list(contract, from, false, 200));
  const auto pack = api.ground.pack(contract);
  const auto me = work_person(request, contract);
  return answer(items_value(each_of(
      found, [&](const desk::Visit& v) { return visit_value(v, pack->work, me, api.ground.clock.now()); })));
}

Result<Response> get_visit(const WorkApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkRead));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto found, api.visits.get(contract, id));
  return visit_answer(api, request, contract, found);
}

Result<Response> plan_visit(const WorkApi& api, const Request& request, const VisitBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkWrite));
  YAGURA_TRY(const auto made, api.visits.plan(who(request).actor, work_person(request, contract), contract,
                                              body.site, body.day, body.workers, body.orders));
  return visit_answer(api, request, contract, made, 201);
}

Result<Response> arrive(const WorkApi& api, const Request& request, const WorkReasonBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkWrite));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto visit, api.visits.arrive(who(request).actor, work_person(request, contract), contract,
                                                 {id, body.key, body.reason, body.at}));
  return visit_answer(api, request, contract, visit);
}

Result<Response> leave(const WorkApi& api, const Request& request, const WorkReasonBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkWrite));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto visit, api.visits.leave(who(request).actor, work_person(request, contract), contract,
                                                {id, body.key, body.reason, body.at}));
  return visit_answer(api, request, contract, visit);
}

// All that a telephone takes along: visits from today on, and every order with its steps that can be carried
// out.
Result<Response> field_work(const WorkApi& api, const Request& request) {
  constexpr int most = 60;
  YAGURA_TRY(const auto contract, contract_of(request, kWorkRead));
  const auto pack = api.ground.pack(contract);
  const auto me = work_person(request, contract);
  const Time now = api.ground.clock.now();
  YAGURA_TRY(const auto visits, api.visits.list(contract, today_of(api), true, most));
  YAGURA_TRY(const auto found,
             api.orders.list(
                 {.contract = contract,
                  .kind = {},
                  .search = {},
                  .states = {desk::WorkState::approved, desk::WorkState::executing, desk::WorkState::stopped},
                  .wave_open = true,
                  .limit = most + 1}));
  Value orders = Value::array();
  for (std::size_t i = 0; i < std::min<std::size_t>(found.size(), most); ++i) {
    YAGURA_TRY(const auto order, api.orders.get(contract, found[i].id));
    orders.push(work_order_value(order, pack->work, me, now, true));
  }
  return answer(Value::object(
      {{"now", time_value(now)},
       {"more", found.size() > static_cast<std::size_t>(most)},
       {"visits",
        Value(each_of(visits, [&](const desk::Visit& v) { return visit_value(v, pack->work, me, now); }))},
       {"orders", std::move(orders)}}));
}

Result<Response> notice_answer(const WorkApi& api, const Request& request, const std::string& contract,
                               const desk::WorkNotice& notice, int status = 200) {
  return answer(status, work_notice_value(notice, api.ground.pack(contract)->work,
                                          work_person(request, contract), api.ground.clock.now()));
}

Result<Response> list_notices(const WorkApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkRead));
  YAGURA_TRY(const auto page, page_of(request));
  YAGURA_TRY(const auto before, number_cursor(page));
  YAGURA_TRY(const auto state, word_param<desk::NoticeState>(request, "state"));
  const auto search = text_param(request, "q");
  if (characters(search) > 200) return std::unexpected(parameter_invalid("q"));
  YAGURA_TRY(auto found, api.notices.list(contract, state, search, before, page.limit + 1));
  std::string next;
  if (found.size() > static_cast<std::size_t>(page.limit)) {
    found.resize(static_cast<std::size_t>(page.limit));
    next = std::to_string(found.back().id);
  }
  const auto pack = api.ground.pack(contract);
  const auto me = work_person(request, contract);
  return answer(page_value(each_of(found,
                                   [&](const desk::WorkNotice& n) {
                                     return work_notice_value(n, pack->work, me, api.ground.clock.now());
                                   }),
                           next));
}

Result<Response> get_notice(const WorkApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkRead));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto found, api.notices.get(contract, id));
  return notice_answer(api, request, contract, found);
}

Result<Response> receive_notice(const WorkApi& api, const Request& request, const WorkNoticeBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkWrite));
  desk::NewNotice notice{contract,     body.source, body.reference,  body.title,
                         body.content, {},          body.received_at};
  for (const Id id : body.files) notice.files.push_back({id, {}});
  YAGURA_TRY(const auto made,
             api.notices.receive(who(request).actor, work_person(request, contract), notice));
  return notice_answer(api, request, contract, made, 201);
}

Result<Response> assess_notice(const WorkApi& api, const Request& request, const AssessmentBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkWrite));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto made, api.notices.assess(who(request).actor, work_person(request, contract), contract,
                                                 id, body.version,
                                                 {.concerned = body.concerned,
                                                  .urgency = body.urgency,
                                                  .reason = body.reason,
                                                  .filter = body.filter(),
                                                  .kind = body.kind,
                                                  .title = body.title,
                                                  .detail = body.detail,
                                                  .per_site = body.per_site,
                                                  .due = body.due}));
  return notice_answer(api, request, contract, made);
}

}  // namespace

void add_campaign_routes(WorkRoutes& add) {
  add.get("/work-machines", "listWorkMachines", list_machines);
  add.get("/work-field", "getFieldWork", field_work);
  add.get("/campaigns", "listCampaigns", list_campaigns);
  add.get("/campaigns/{id}", "getCampaign", get_campaign);
  add.post<CampaignBody>("/campaigns", "openCampaign", open_campaign);
  add.post<CampaignPlanBody>("/campaigns/{id}/plan", "planCampaign", plan_campaign);
  add.post<CampaignDecisionBody>("/campaigns/{id}/decision", "decideCampaign", decide_campaign);
  add.post<WaveBody>("/campaigns/{id}/waves", "openWave", open_wave);
  add.get("/visits", "listVisits", list_visits);
  add.get("/visits/{id}", "getVisit", get_visit);
  add.post<VisitBody>("/visits", "planVisit", plan_visit);
  add.post<WorkReasonBody>("/visits/{id}/arrival", "arriveAtVisit", arrive);
  add.post<WorkReasonBody>("/visits/{id}/departure", "leaveVisit", leave);
  add.get("/work-notices", "listWorkNotices", list_notices);
  add.get("/work-notices/{id}", "getWorkNotice", get_notice);
  add.post<WorkNoticeBody>("/work-notices", "receiveWorkNotice", receive_notice);
  add.post<AssessmentBody>("/work-notices/{id}/assessment", "assessWorkNotice", assess_notice);
}

}  // namespace yagura::web
