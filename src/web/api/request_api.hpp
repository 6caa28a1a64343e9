// REST operations on forms, requests and deputies.
//
//   RequestApi requests{.ground = api, .requests = flow_requests};
//   add_request_routes(router, requests);    // requests outlives the server
//
// Purpose: between the JSON of share/openapi.yaml (tag requests) and src/flow. Which forms there are, who
//          decides them and what follows stands in the contract's pack.
// Rights:  request_write for everybody who may ask for something. A request is seen by its submitter, by
//          those who decide or decided one of its steps, and by those with incident_read (the desk); for
//          others it is not there. Fields with personal data are seen by the submitter, the deciders and
//          those with personal_read, and each such look at another's is an entry personal.read. Changing a
//          route and trying an effect again need people_manage or incident_close.
// Errors:  those of flow; web.* of bodies.
// Threads: RequestApi is read by all workers.
// Follows: requirement D3.
#pragma once

#include "flow/requests.hpp"
#include "web/api/context.hpp"
#include "web/server/router.hpp"

namespace yagura::web {

struct RequestApi {
  const Api& ground;
  flow::Requests& requests;
};

// Roles that somebody has in the contract now, by its roster.
Result<std::set<std::string, std::less<>>> roles_of(const Api& api, std::string_view contract, Id person);

void add_request_routes(Router& router, const RequestApi& api);

}  // namespace yagura::web
