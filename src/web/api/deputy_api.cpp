#include <algorithm>

#include "web/api/asked.hpp"
#include "web/api/request_json.hpp"
#include "web/api/request_view.hpp"

namespace yagura::web {

Result<Response> list_deputies(const RequestApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(auto found, api.requests.deputies(contract));
  const Id me = who(request).actor.account;
  // Who is away when is nobody's business but theirs and the desk's.
  if (!may(request, contract, kSeesAll))
    std::erase_if(found,
                  [&](const flow::Deputy& d) { return d.person.account != me && d.deputy.account != me; });
  return answer(items_value(each_of(found, deputy_value)));
}

// One's own deputy, or anybody's by those who manage people.
Result<Response> add_deputy(const RequestApi& api, Request& request, const DeputyBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  const auto& principal = who(request);
  if (body.person != principal.actor.account && !may(request, contract, kMends))
    return fail("web.forbidden", {{"permission", kMends}});
  YAGURA_TRY(
      const auto made,
      api.requests.add_deputy(principal.actor,
                              {0, contract, {body.person, {}}, {body.deputy, {}}, body.from, body.until}));
  return answer(201, deputy_value(made));
}

Result<Response> end_deputy(const RequestApi& api, Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kAsks));
  YAGURA_TRY(const Id id, id_of(request));
  const auto& principal = who(request);
  YAGURA_TRY(const auto all, api.requests.deputies(contract));
  const auto found = std::ranges::find(all, id, &flow::Deputy::id);
  if (found == all.end()) return fail("flow.not_there", {{"field", "deputy"}});
  if (found->person.account != principal.actor.account && !may(request, contract, kMends))
    return fail("web.forbidden", {{"permission", kMends}});
  YAGURA_CHECK(api.requests.end_deputy(principal.actor, contract, id));
  return Response{.status = 204};
}

}  // namespace yagura::web
