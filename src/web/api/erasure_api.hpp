// REST operations on the agreement of two people to erase a contract.
//
// Rights:  people_manage or roster_approve, at a browser; nobody approves what he asked for. Erasing itself
//          is done at the server's command line (yagura handover erase).
// Errors:  handover.*; people.session_needed.
// Threads: ErasureApi is read by all workers.
// Follows: requirement G6.
#pragma once

#include "ledger/erasure.hpp"
#include "ledger/handover_exports.hpp"
#include "web/api/context.hpp"
#include "web/server/router.hpp"

namespace yagura::web {

struct ErasureApi {
  const Api& ground;
  ledger::Erasures& erasures;
  ledger::HandoverExports& exports;
  // Fills a folder with everything of the contract; answers with the SHA-256 of its manifest.
  std::function<Result<std::string>(const journal::Actor& by, const std::string& contract,
                                    const std::filesystem::path& folder,
                                    const ledger::HandoverExports::Step& step)>
      hand_over;
};

void add_erasure_routes(Router& router, const ErasureApi& api);

}  // namespace yagura::web
