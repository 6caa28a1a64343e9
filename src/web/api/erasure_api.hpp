// REST operations on the agreement of two people to erase a contract.
//
// Rights:  people_manage or roster_approve, at a browser; nobody approves what he asked for. Erasing itself
// is done at
//          the server's command line (yagura handover erase).
// Errors:  handover.*; people.session_needed.
// Threads: ErasureApi is read by all workers.
// Follows: requirement G6.
#pragma once

#include "ledger/erasure.hpp"
#include "web/api/context.hpp"
#include "web/server/router.hpp"

namespace yagura::web {

struct ErasureApi {
  const Api& ground;
  ledger::Erasures& erasures;
};

void add_erasure_routes(Router& router, const ErasureApi& api);

}  // namespace yagura::web
