// The routes of the ground: sign-in, accounts, people, contract, ledgers, journal, credentials, jobs, events.
//
// Each function adds the operations of one group of share/openapi.yaml; api must outlive the router's server.
#pragma once

#include "web/api/context.hpp"
#include "web/server/router.hpp"

namespace yagura::web {

void add_session_routes(Router& router, const Api& api);
void add_sign_on_routes(Router& router, const Api& api);
void add_kerberos_routes(Router& router, const Api& api);
void add_account_routes(Router& router, const Api& api);
void add_passkey_routes(Router& router, const Api& api);
void add_people_routes(Router& router, const Api& api);
void add_roster_routes(Router& router, const Api& api);
void add_contract_routes(Router& router, const Api& api);
void add_ledger_routes(Router& router, const Api& api);
void add_equipment_routes(Router& router, const Api& api);
void add_import_routes(Router& router, const Api& api);
void add_journal_routes(Router& router, const Api& api);
void add_credential_routes(Router& router, const Api& api);
void add_system_routes(Router& router, const Api& api);

inline void add_ground_routes(Router& router, const Api& api) {
  add_session_routes(router, api);
  add_sign_on_routes(router, api);
  add_kerberos_routes(router, api);
  add_account_routes(router, api);
  add_passkey_routes(router, api);
  add_people_routes(router, api);
  add_roster_routes(router, api);
  add_contract_routes(router, api);
  add_ledger_routes(router, api);
  add_equipment_routes(router, api);
  add_import_routes(router, api);
  add_journal_routes(router, api);
  add_credential_routes(router, api);
  add_system_routes(router, api);
}

}  // namespace yagura::web
