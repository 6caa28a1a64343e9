#include "web/api/syslog_api.hpp"

#include "web/api/asked.hpp"

namespace yagura::web {
namespace {

using monitor::syslog::Address;
using monitor::syslog::SourceAccount;

Value count(std::uint64_t number) { return static_cast<std::int64_t>(number); }

Value counters_value(const SyslogApi& s, Language language) {
  const auto a = s.intake.accounts();
  const auto by_name = [](const std::map<std::string, std::uint64_t>& counts) {
    auto out = Value::object();
    for (const auto& [name, number] : counts)
      if (number > 0) out.set(name, count(number));
    return out;
  };
  auto problems = Value::array();
  for (const auto& fault : s.faults()) problems.push(s.api.problems().kept(fault, language));
  return Value::object({{"received", count(a.received)},
                        {"stored", count(a.stored)},
                        {"waiting", count(a.waiting)},
                        {"refused", count(a.refused)},
                        {"dropped", count(a.dropped)},
                        {"lost_in_kernel", count(a.lost_in_kernel)},
                        {"cut", count(a.cut)},
                        {"connections", count(a.connections)},
                        {"parsers", by_name(a.by_parser)},
                        {"unreadable", by_name(a.unreadable)},
                        {"problems", std::move(problems)}});
}

// The contract's devices, and strangers: nobody's yet, or kept by this contract.
std::vector<std::pair<Address, SourceAccount>> senders_of(const SyslogApi& s, const std::string& contract,
                                                          bool strangers) {
  auto all = s.intake.sources();
  std::erase_if(all, [&](const auto& one) {
    const auto& account = one.second;
    if (account.stranger) return !strangers || (!account.contract.empty() && account.contract != contract);
    return account.contract != contract;
  });
  return all;
}

Value sender_value(const std::pair<Address, SourceAccount>& sender, Time now) {
  const auto& [address, account] = sender;
  Value skew;
  if (account.skew) skew = std::chrono::duration_cast<std::chrono::milliseconds>(*account.skew).count();
  return Value::object({{"address", monitor::trap::to_text(address)},
                        {"device", account.device},
                        {"known", !account.stranger},
                        {"kept", !account.contract.empty()},
                        {"received", count(account.received)},
                        {"bytes", count(account.bytes)},
                        {"unparsed", count(account.none)},
                        {"last", time_value(account.last)},
                        {"skew_ms", std::move(skew)},
                        {"per_second", account.lines_per_second(now)},
                        {"since_start", true}});
}

Value earlier_value(const std::pair<std::string, Time>& sender) {
  return Value::object({{"address", ""},
                        {"device", sender.first},
                        {"known", true},
                        {"kept", true},
                        {"received", 0},
                        {"bytes", 0},
                        {"unparsed", 0},
                        {"last", time_value(sender.second)},
                        {"skew_ms", Value()},
                        {"per_second", 0.0},
                        {"since_start", false}});
}

Value senders_value(const SyslogApi& s, const std::string& contract, bool strangers) {
  const auto senders = senders_of(s, contract, strangers);
  std::set<std::string> heard;
  for (const auto& [address, account] : senders) heard.insert(account.device);
  const Time now = s.api.clock.now();
  auto items = each_of(senders, [&](const auto& one) { return sender_value(one, now); });
  bool whole = true;
  if (s.heard_before) {
    const auto earlier = s.heard_before(contract, heard);
    for (const auto& one : earlier.last) items.push_back(earlier_value(one));
    whole = earlier.whole;
  }
  auto out = items_value(std::move(items));
  out.set("whole", whole);
  return out;
}

struct AcceptSyslog {
  std::string address;
  Id device = 0;
};
template <class V>
void shape(V& v, AcceptSyslog& a) {
  v.required("address", a.address);
  v.required("device", a.device);
}

Result<Response> accept(const SyslogApi& s, Request& request, const AcceptSyslog& body) {
  YAGURA_TRY(const auto contract, contract_of(request, "device_accept"));
  for (const auto& [address, account] : senders_of(s, contract, true))
    if (account.stranger && monitor::trap::to_text(address) == body.address) {
      YAGURA_CHECK(s.accept_sender(who(request).actor, contract, body.address, body.device));
      return Response::no_content();
    }
  return fail("monitor.sender_not_found");
}

}  // namespace

void add_syslog_routes(Router& router, const SyslogApi& s) {
  const auto get = [&](const char* path, const char* operation, auto handle) {
    router.add({.method = Method::get,
                .pattern = path,
                .operation = operation,
                .handler = [&s, handle](Request& request) -> Result<Response> {
                  YAGURA_TRY(const auto contract, contract_of(request, "watch_read"));
                  return handle(s, request, contract);
                },
                .permission = "watch_read"});
  };
  get("/api/v1/syslog/counters", "getSyslogCounters",
      [](const SyslogApi& api, const Request& request, const std::string&) -> Result<Response> {
        return answer(counters_value(api, request.language));
      });
  get("/api/v1/syslog/senders", "listSyslogSenders",
      [](const SyslogApi& api, const Request& request, const std::string& contract) -> Result<Response> {
        const bool strangers = may(request, contract, "device_accept");
        return answer(senders_value(api, contract, strangers));
      });
  router.add({.method = Method::post,
              .pattern = "/api/v1/syslog/senders/accept",
              .operation = "acceptSyslogSender",
              .handler = with_body<AcceptSyslog>(
                  s.api,
                  [&s](const Api&, Request& request, AcceptSyslog body) -> Result<Response> {
                    return accept(s, request, body);
                  }),
              .permission = "device_accept",
              .rate = RateClass::write});
  // Counts alone, and none of them a contract's: who may watch one may see them.
  get("/metrics", "", [](const SyslogApi& api, const Request&, const std::string&) -> Result<Response> {
    auto out = Response::text(200, api.metrics());
    out.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    return out;
  });
}

}  // namespace yagura::web
