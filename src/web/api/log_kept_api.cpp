// What is kept of the logs, and what goes when.
#include "contract/watch_rules.hpp"
#include "web/api/log_asking.hpp"

namespace yagura::web {

namespace ls = log_search;

namespace {

Value files_value(const ls::Files& f) {
  return Value::object({{"files", f.files}, {"events", f.events}, {"bytes", f.bytes}});
}

Value ids_value(const std::vector<Id>& ids) {
  return Value(each_of(ids, [](Id id) { return Value(id); }));
}

Value kept_value(const ls::KeptKind& k, const eventstore::Kind& kind) {
  return Value::object({{"kind", k.kind},
                        {"title", text2(kind)},
                        {"events", k.events},
                        {"bytes", k.bytes},
                        {"first", time_value(k.first)},
                        {"last", time_value(k.last)},
                        {"keep_days", std::chrono::duration_cast<std::chrono::days>(k.keep).count()},
                        {"next_at", time_value(k.next_at)},
                        {"next", files_value(k.next)},
                        {"over", files_value(k.over)},
                        {"held", files_value(k.held)},
                        {"holds", ids_value(k.holds)}});
}

Result<Response> list_kept(const LogApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kSeesLogs));
  const auto pack = api.ground.pack(contract);
  if (!pack) return fail("web.not_found");
  const auto rules = contract::watch_rules(*pack);
  std::vector<Value> items;
  for (const auto& [name, kind] : api.logs.events.kinds()) {
    YAGURA_TRY(const auto kept, api.logs.kept.of(contract, name, rules.events_kept(name)));
    items.push_back(kept_value(kept, kind));
  }
  auto value = items_value(std::move(items));
  value.set("drops", api.logs.drops);
  return answer(value);
}

}  // namespace

void add_log_kept_routes(Router& router, const LogApi& api) {
  router.add({.method = Method::get,
              .pattern = "/api/v1/log-keeping",
              .operation = "listKeptLogs",
              .handler = on_logs(api, list_kept),
              .permission = kSeesLogs});
}

}  // namespace yagura::web
