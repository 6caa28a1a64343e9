// REST operations on work orders, visits, campaigns and notices.
//
//   WorkApi work{api, work_desk, requests};
//   add_work_routes(router, work);           // work outlives the server
//
// Purpose: between the JSON of share/openapi.yaml (tag work) and src/desk. Kinds of work, check lists,
//          deadlines and who may do what stand in the contract's pack.
// Rights:  work_read sees; work_write may act, and then only as the roles of the kind of work say
//          (desk.work_role_forbidden), or as deputy of somebody with such a role (plans and results).
// Keys:    acts of a telephone carry `key` and `at`: the same key again is answered and not done again.
// Errors:  those of desk; web.* of bodies.
// Threads: WorkApi is read by all workers.
// Follows: requirements D4, D5, D9, C14, C15.
#pragma once

#include "desk/work_desk.hpp"
#include "flow/requests.hpp"
#include "web/api/context.hpp"
#include "web/server/router.hpp"

namespace yagura::web {

struct WorkApi {
  WorkApi(const Api& api, desk::WorkDesk& desk, flow::Requests& flow)
      : ground(api),
        requests(flow),
        orders(desk.orders),
        campaigns(desk.campaigns),
        visits(desk.visits),
        notices(desk.notices),
        due(desk.due) {}

  const Api& ground;
  flow::Requests& requests;  // who is whose deputy
  desk::WorkOrders& orders;
  desk::Campaigns& campaigns;
  desk::Visits& visits;
  desk::WorkNotices& notices;
  desk::DueWork& due;
};

void add_work_routes(Router& router, const WorkApi& api);

}  // namespace yagura::web
