// What handlers of the REST API stand on, and who asks.
//
//   Api api{...};                                   // made once by the application, outlives the server
//   add_ground_routes(router, api);                 // ground_routes.hpp; other groups add theirs
//   HttpsServer::start({..., .csrf_key = api.csrf_key, .gate = make_gate(api)});
//
//   Result<Response> list_rounds(const Api& api, const Request& request) {
//     YAGURA_TRY(const auto contract, contract_of(request, "watch_read"));
//     ... who(request).actor ...
//
// Rights:  Route::permission is "signed_in" (anybody signed in), "session" (a person at a browser: tokens are
//          refused), or names of permissions of which one is enough ("ledger_write|incident_write"). The gate
//          checks it for the contract that the request names; handlers ask contract_of() for that contract.
//          A contract that is not the caller's is 404 like one that does not exist.
// Threads: Api is read by all workers; what it refers to is safe from any thread.
// Errors:  web.sign_in_needed, web.not_found, web.forbidden (permission), web.contract_missing,
//          people.session_needed, people.second_factor_missing.
// Follows: requirement A5: a contract's people never see another's data.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "contract/pack.hpp"
#include "journal/journal.hpp"
#include "ledger/credentials.hpp"
#include "ledger/ledgers.hpp"
#include "people/people.hpp"
#include "schema/words.hpp"
#include "store/database.hpp"
#include "store/vault.hpp"
#include "web/api/live_streams.hpp"
#include "web/server/event_hub.hpp"
#include "web/server/jobs.hpp"
#include "web/server/pipeline.hpp"
#include "web/server/problem.hpp"

namespace yagura::web {

inline constexpr std::string_view kSessionCookie = "yagura";  // on the wire: __Host-yagura
inline constexpr const char* kSignedIn = "signed_in";
inline constexpr const char* kAtBrowser = "session";

// Who stands in a step of a contact tree now; `to` is a mail address, a phone number or a web address.
struct StepPerson {
  Id id = 0;
  std::string name, to;
};

struct Api {
  people::People& people;
  ledger::Ledgers& ledgers;
  ledger::Credentials& credentials;
  journal::Journal& journal;
  store::Database& database;
  const store::Vault& vault;
  const Clock& clock;
  IdSource& ids;
  JobBoard& jobs;
  EventHub& events;
  LiveStreams& streams;
  const schema::Words& words;

  // The pack of a contract in force now; null when there is no such contract.
  std::function<std::shared_ptr<const contract::Pack>(std::string_view contract)> pack;
  std::function<Result<std::vector<StepPerson>>(std::string_view contract, const contract::ContactStep&)>
      people_of_step;
  // Schema "Status" of the OpenAPI file, as the person may see it.
  std::function<Result<schema::Value>(const people::Principal&, Language)> status;

  std::string csrf_key;          // 32 random bytes, the same as HttpsServer::Parts::csrf_key
  std::string public_address;    // "https://yagura.example.jp"; "" = as the request was addressed
  std::filesystem::path folder;  // for files that live as long as one answer

  [[nodiscard]] Problems problems() const { return Problems(words); }
};

// Reads the session's cookie or a bearer token and checks Route::permission.
Gate make_gate(const Api& api);

// The person who asks; only behind a route with a permission.
const people::Principal& who(const Request& request);
// The same, or nullptr on routes open to everybody.
const people::Principal* who_if_any(const Request& request);
// A cookie is there whose second factor is still to come.
bool second_factor_due(const Request& request);

// The contract the request names ({contract_id} of the path, else ?contract=), in which the caller has one of
// the permissions ("a|b").
Result<std::string> contract_of(const Request& request, std::string_view permissions);
bool may(const Request& request, std::string_view contract, std::string_view permissions);

// Reader of ledgers: with personal data only where the role has personal_read.
ledger::Reader reader_of(const Request& request, std::string_view contract);

// The key under which the hub knows the caller's streams.
std::string stream_key(const people::Principal& who);

}  // namespace yagura::web
