// REST operations on deliverables.
//
//   DeliverableApi deliverables{.ground = api, .deliverables = desk_deliverables, .archive = archive};
//   add_deliverable_routes(router, deliverables);    // outlives the server
//
// Purpose: between the JSON of share/openapi.yaml (tag deliverables) and src/desk. Who hands in and who
//          accepts stands in the contract's pack, deliverable by deliverable.
// Rights:  report_read to see them. Handing in: the role the deliverable names, or the contractor's manager.
//          Accepting, giving back, waiving: the role that accepts it, never who handed it in.
// Errors:  those of desk; desk.deliverable_forbidden(role); web.* of bodies.
// Threads: DeliverableApi is read by all workers.
// Follows: requirement G2.
#pragma once

#include "desk/deliverables.hpp"
#include "report/archive.hpp"
#include "web/api/context.hpp"
#include "web/server/router.hpp"

namespace yagura::web {

struct DeliverableApi {
  const Api& ground;
  desk::Deliverables& deliverables;
  report::ReportArchive& archive;
};

void add_deliverable_routes(Router& router, const DeliverableApi& api);

}  // namespace yagura::web
