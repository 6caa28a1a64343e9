// REST operations on passwords of administrators: what is due, who changed what, release by two people.
//
//   PasswordApi passwords{.ground = api, .passwords = vault};
//   add_password_routes(router, passwords);    // outlives the server
//
// Rights:  the list and its progress for those who change, decide or audit; changing for credential_write and
//          roster_approve; asking for who works on machines; deciding for roster_approve and people_manage,
//          and never one's own. A secret is shown at a browser only: no API token fetches one.
// Errors:  those of ledger/password_vault.hpp; people.session_needed.
// Threads: PasswordApi is read by all workers.
// Follows: requirement C15.
#pragma once

#include "ledger/password_vault.hpp"
#include "web/api/context.hpp"
#include "web/server/router.hpp"

namespace yagura::web {

struct PasswordApi {
  const Api& ground;
  ledger::PasswordVault& passwords;
};

void add_password_routes(Router& router, const PasswordApi& api);

}  // namespace yagura::web
