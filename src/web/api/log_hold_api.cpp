// Holds on logs: placed by one person, released by two.
#include "web/api/desk_bodies.hpp"
#include "web/api/log_asking.hpp"

namespace yagura::web {

namespace ls = log_search;

namespace {

constexpr const char* kHolds = "log_hold";
// As for the release of an administrator's password.
constexpr const char* kReleases = "roster_approve|people_manage";

Value day_value(const std::optional<Time>& time) {
  return time ? Value(calendar::format_date(calendar::date_of(*time))) : Value();
}

Value hold_value(const Request& request, const ls::LogHold& h) {
  const auto asked = h.state == ls::HoldState::release_asked;
  return Value::object({{"id", h.id},
                        {"kinds", texts(h.what.kinds)},
                        {"from", day_value(h.what.from)},
                        // Both days are part of it, as people say it.
                        {"to", day_value(h.what.to ? std::optional(*h.what.to - Duration(1)) : std::nullopt)},
                        {"reason", h.what.reason},
                        {"ordered_by", h.what.ordered_by},
                        {"state", word(h.state)},
                        {"placed_name", h.placed_name},
                        {"placed_at", time_value(h.placed_at)},
                        {"asked_name", h.asked_at ? h.asked_name : ""},
                        {"asked_reason", h.asked_at ? h.asked_reason : ""},
                        {"asked_at", time_value(h.asked_at)},
                        {"released_name", h.released_name},
                        {"released_at", time_value(h.released_at)},
                        {"may_ask", h.state == ls::HoldState::held && may(request, h.contract, kHolds)},
                        {"may_decide", asked && h.asked_by != who(request).actor.account &&
                                           may(request, h.contract, kReleases)}});
}

struct HoldBody {
  std::vector<std::string> kinds;
  std::string from, to, reason, ordered_by;
};
template <class V>
void shape(V& v, HoldBody& b) {
  v.optional("kinds", b.kinds);
  v.optional("from", b.from);
  v.optional("to", b.to);
  v.required("reason", b.reason);
  v.required("ordered_by", b.ordered_by);
}

Result<Response> place_hold(const LogApi& api, Request& request, const HoldBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kHolds));
  ls::NewHold hold{
      .kinds = body.kinds, .from = {}, .to = {}, .reason = body.reason, .ordered_by = body.ordered_by};
  if (!body.from.empty()) {
    YAGURA_TRY(const auto day, calendar::parse_date(body.from));
    hold.from = calendar::at(day, calendar::Minutes(0));
  }
  if (!body.to.empty()) {
    YAGURA_TRY(const auto day, calendar::parse_date(body.to));
    hold.to = calendar::at(day + std::chrono::days(1), calendar::Minutes(0));
  }
  YAGURA_TRY(const auto made, api.logs.holds.place(who(request).actor, contract, std::move(hold)));
  return answer(201, hold_value(request, made));
}

struct AskBody {
  std::string reason;
};
template <class V>
void shape(V& v, AskBody& b) {
  v.required("reason", b.reason);
}

Result<Response> ask_release(const LogApi& api, Request& request, const AskBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kHolds));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto asked, api.logs.holds.ask_release(who(request).actor, contract, id, body.reason));
  return answer(hold_value(request, asked));
}

struct DecideBody {
  bool release = false;
  std::string reason;
};
template <class V>
void shape(V& v, DecideBody& b) {
  v.required("release", b.release);
  v.optional("reason", b.reason);
}

Result<Response> decide_release(const LogApi& api, Request& request, const DecideBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kReleases));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_TRY(const auto decided,
             api.logs.holds.decide(who(request).actor, contract, id, body.release, body.reason));
  return answer(hold_value(request, decided));
}

Result<Response> list_holds(const LogApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kSeesLogs));
  YAGURA_TRY(const auto all, api.logs.holds.list(contract));
  return answer(items_value(each_of(all, [&](const auto& one) { return hold_value(request, one); })));
}

}  // namespace

void add_log_hold_routes(Router& router, const LogApi& api) {
  const auto add = [&](Method method, const char* path, const char* operation, const char* permission,
                       Handler handler) {
    router.add({.method = method,
                .pattern = std::string("/api/v1/log-holds") + path,
                .operation = operation,
                .handler = std::move(handler),
                .permission = permission,
                .rate = is_safe(method) ? RateClass::read : RateClass::write});
  };
  add(Method::get, "", "listLogHolds", kSeesLogs, on_logs(api, list_holds));
  add(Method::post, "", "placeLogHold", kHolds, on_logs_with<HoldBody>(api, place_hold));
  add(Method::post, "/{id}/release", "askLogRelease", kHolds, on_logs_with<AskBody>(api, ask_release));
  add(Method::post, "/{id}/decision", "decideLogRelease", kReleases,
      on_logs_with<DecideBody>(api, decide_release));
}

}  // namespace yagura::web
