// What is kept of looking into logs: the purpose of the half hour, searches under a name.
#include "web/api/log_asking.hpp"

namespace yagura::web {

namespace ls = log_search;

namespace {

// Who may tidy up what others share.
constexpr const char* kTidies = "people_manage|roster_approve";

struct PurposeBody {
  std::string said;
};
template <class V>
void shape(V& v, PurposeBody& b) {
  v.required("said", b.said);
}

Result<Response> state_purpose(const LogApi& api, Request& request, const PurposeBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kSeesLogs));
  YAGURA_TRY(const auto purpose, api.logs.purposes.state(contract, who(request).actor.account, body.said));
  return answer(log_purpose_value(purpose));
}

Result<Response> end_purpose(const LogApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kSeesLogs));
  YAGURA_CHECK(api.logs.purposes.end(contract, who(request).actor.account));
  return Response::no_content();
}

Value saved_value(const Request& request, const ls::SavedSearch& s) {
  return Value::object({{"id", s.id},
                        {"name", s.name},
                        {"description", s.description},
                        {"text", s.text},
                        {"shared", s.shared},
                        {"own", s.account == who(request).actor.account}});
}

Result<Response> list_saved(const LogApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kSeesLogs));
  YAGURA_TRY(const auto all, api.logs.saved.of(contract, who(request).actor.account));
  return answer(items_value(each_of(all, [&](const auto& s) { return saved_value(request, s); })));
}

struct SavedBody {
  std::string name, description, text;
  bool shared = false;
};
template <class V>
void shape(V& v, SavedBody& b) {
  v.required("name", b.name);
  v.optional("description", b.description);
  v.required("text", b.text);
  v.optional("shared", b.shared);
}

Result<ls::SavedSearch> keep(const LogApi& api, const Request& request, Id id, const SavedBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kSeesLogs));
  return api.logs.saved.save(who(request).actor, contract,
                             {.id = id,
                              .shared = body.shared,
                              .name = body.name,
                              .description = body.description,
                              .text = body.text});
}

Result<Response> save_search(const LogApi& api, Request& request, const SavedBody& body) {
  YAGURA_TRY(const auto kept, keep(api, request, 0, body));
  return answer(201, saved_value(request, kept));
}

Result<Response> change_search(const LogApi& api, Request& request, const SavedBody& body) {
  YAGURA_TRY(const Id id, id_of(request));
  if (id == 0) return fail("log_search.saved_not_found");
  YAGURA_TRY(const auto kept, keep(api, request, id, body));
  return answer(saved_value(request, kept));
}

Result<Response> remove_search(const LogApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kSeesLogs));
  YAGURA_TRY(const Id id, id_of(request));
  YAGURA_CHECK(api.logs.saved.remove(who(request).actor, contract, id, may(request, contract, kTidies)));
  return Response::no_content();
}

}  // namespace

void add_log_keeping_routes(Router& router, const LogApi& api) {
  const auto add = [&](Method method, const char* path, const char* operation, Handler handler) {
    router.add({.method = method,
                .pattern = std::string("/api/v1/log-search/") + path,
                .operation = operation,
                .handler = std::move(handler),
                .permission = kSeesLogs,
                .rate = is_safe(method) ? RateClass::read : RateClass::write});
  };
  add(Method::put, "purpose", "stateLogPurpose", on_logs_with<PurposeBody>(api, state_purpose));
  add(Method::del, "purpose", "endLogPurpose", on_logs(api, end_purpose));
  add(Method::get, "saved", "listSavedSearches", on_logs(api, list_saved));
  add(Method::post, "saved", "saveSearch", on_logs_with<SavedBody>(api, save_search));
  add(Method::put, "saved/{id}", "changeSavedSearch", on_logs_with<SavedBody>(api, change_search));
  add(Method::del, "saved/{id}", "removeSavedSearch", on_logs(api, remove_search));
}

}  // namespace yagura::web
