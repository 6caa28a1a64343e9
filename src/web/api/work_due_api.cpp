// What of work is due or late, for the page of today; regular work over a fiscal year, for the year's view.
#include <algorithm>

#include "web/api/work_handlers.hpp"
#include "web/api/work_json.hpp"

namespace yagura::web {
namespace {

constexpr auto ahead = std::chrono::days(7);
constexpr int most = 100;

Result<Response> work_due(const WorkApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkRead));
  const auto pack = api.ground.pack(contract);
  const auto role = work_person(request, contract).role;
  YAGURA_TRY(const auto found, api.due.list(contract, api.ground.clock.now() + ahead, most));
  return answer(Value::object({{"late", std::ranges::count_if(found, &desk::WorkDue::late)},
                               {"more", std::ssize(found) == most},
                               {"items", Value(each_of(found, [&](const desk::WorkDue& due) {
                                  const auto* kind = pack->work.kind(due.kind);
                                  return Value::object(
                                      {{"what", due.what},
                                       {"id", id_or_null(due.id)},
                                       {"campaign", id_or_null(due.campaign)},
                                       {"number", text_or_null(due.number)},
                                       {"kind", text_or_null(due.kind)},
                                       {"kind_title", kind == nullptr ? Value() : text2(kind->title)},
                                       {"title", text2(due.title)},
                                       {"site_name", text_or_null(due.site_name)},
                                       {"due", time_value(due.due)},
                                       {"late", due.late},
                                       {"orders", due.orders},
                                       {"mine", std::ranges::find(due.acts, role) != due.acts.end()}});
                                }))}}));
}

// One fiscal year of regular work: what is planned, done, late.
Result<Response> regular_work(const WorkApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kWorkRead));
  const auto pack = api.ground.pack(contract);
  const auto year = text_param(request, "fiscal_year");
  const auto first = calendar::parse_date(year + "-04-01");
  if (year.size() != 4 || !first) return std::unexpected(parameter_invalid("fiscal_year"));
  const auto next = calendar::Date(std::chrono::year_month_day(*first) + std::chrono::years(1));
  YAGURA_TRY(const auto found, api.due.regular(*pack, calendar::at(*first, calendar::Minutes(1)),
                                               calendar::at(next, calendar::Minutes(1))));
  return answer(items_value(each_of(found, [&](const desk::RegularWork& one) {
    return Value::object({{"kind", one.kind->id},
                          {"title", text2(one.kind->title)},
                          {"clause", one.kind->clause},
                          {"due", time_value(one.due)},
                          {"done_at", time_value(one.done_at)},
                          {"order", id_or_null(one.order)},
                          {"late", one.late}});
  })));
}

}  // namespace

void add_work_due_routes(WorkRoutes& add) {
  add.get("/work-due", "getWorkDue", work_due);
  add.get("/work-regular", "listRegularWork", regular_work);
}

}  // namespace yagura::web
