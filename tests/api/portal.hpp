// A whole portal for tests: rooms on a database of their own, two contracts, a real HTTPS server, and
// browsers that hold every answer against the OpenAPI file.
//
// Time:  the rooms live by a clock the test moves; the server by the real one.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "contract/scratch_packs.hpp"
#include "desk/deliverables.hpp"
#include "eventstore/embedded.hpp"
#include "flow/requests.hpp"
#include "ledger/erasure.hpp"
#include "ledger/password_vault.hpp"
#include "monitor/log_rules/watched_store.hpp"
#include "report/archive.hpp"
#include "schema/json.hpp"
#include "support/counting_database.hpp"
#include "web/api/context.hpp"
#include "web/api/deliverable_api.hpp"
#include "web/api/erasure_api.hpp"
#include "web/api/log_rule_api.hpp"
#include "web/api/password_api.hpp"
#include "web/api/request_api.hpp"
#include "web/api/work_api.hpp"
#include "web/server/https_server.hpp"
#include "web/server/test_client.hpp"

namespace yagura::api_test {

using schema::Value;

inline constexpr const char* good_password = "correct horse battery";
inline constexpr const char* ours = "matsusaka";
inline constexpr const char* theirs = "yukino";

struct Answer {
  int status = 0;
  std::string head, body;
  Value json;  // null when it is none

  [[nodiscard]] std::string header(std::string_view name) const;
  [[nodiscard]] std::string code() const { return json["code"].text(); }
};

class Portal;

// A browser (cookie and CSRF token), or a program with an API token.
class Browser {
 public:
  explicit Browser(Portal& portal) : portal_(portal) {}

  Answer send(const std::string& method, const std::string& path, const std::string& body = {},
              const std::string& content_type = "application/json");
  Answer get(const std::string& path) { return send("GET", path); }
  Answer post(const std::string& path, const Value& body) {
    return send("POST", path, schema::to_json(body));
  }
  Answer post(const std::string& path) { return send("POST", path); }
  Answer patch(const std::string& path, const Value& body) {
    return send("PATCH", path, schema::to_json(body));
  }
  Answer del(const std::string& path) { return send("DELETE", path); }
  Answer upload(const std::string& path, const std::string& file_name, const std::string& bytes);
  // Takes the CSRF token of the session, as the screens do when they load.
  void load();
  std::string request_text(const std::string& method, const std::string& path, const std::string& body,
                           const std::string& content_type) const;

  std::string cookie, csrf, token, language;
  bool sends_csrf = true;

 private:
  Portal& portal_;
  std::unique_ptr<web::TestClient> client_;
};

struct Somebody {
  people::Person person;
  std::string totp_secret;
  std::vector<std::string> recovery_codes;
  std::string cookie;
};

class Portal {
 public:
  Portal();
  ~Portal();

  // An account with password and second factor; signed in when it has a grant.
  Somebody set_up(const people::Person& person);
  Somebody somebody(const std::string& login, const std::string& contract, people::Role role);
  Somebody administrator(const std::string& login);
  Browser browser(const Somebody& who);
  Browser stranger() { return Browser(*this); }
  // Waits for the job of an answer 202; its view when it has ended.
  Value ended_job(Browser& browser, const Answer& accepted);
  // The contract's deliverables laid out.
  void plan_deliverables();
  std::string code_of(const Somebody& who);  // of the authenticator, after a step of time

  web::Api& api() { return *api_; }
  ManualClock& clock() { return clock_; }
  std::uint16_t port() { return server_->port(); }
  const web::Router& router() { return server_->router(); }
  web::EventHub& hub() { return hub_; }
  flow::Requests& requests() { return *requests_; }
  CountingDatabase& counted() { return *counted_; }
  eventstore::EmbeddedStore& events() { return *events_; }
  log_search::LogSearch& logs() { return *logs_; }
  // Events go to the store and are judged; what came of them.
  monitor::log_rules::WatchedStore& watched() { return *watched_; }
  Guarded<monitor::log_rules::Hits>& hits() { return hits_; }
  // As a restart does: an engine that knows nothing, and the rules as they are on disk.
  void restart_rules();

 private:
  contract::ScratchPacks packs_;
  std::filesystem::path folder_;
  SystemClock real_;
  ManualClock clock_{parse_rfc3339("2026-04-28T00:00:00Z").value()};
  IdSource ids_{clock_};
  schema::Words words_;
  std::unique_ptr<store::Database> database_;
  CountingDatabase* counted_ = nullptr;  // the same: what the rooms ask
  std::unique_ptr<store::Vault> vault_;
  std::unique_ptr<journal::Journal> journal_;
  std::map<std::string, std::shared_ptr<const contract::Pack>, std::less<>> contracts_;
  std::unique_ptr<people::People> people_;
  std::unique_ptr<ledger::Ledgers> ledgers_;
  std::unique_ptr<ledger::Credentials> credentials_;
  web::EventHub hub_{real_};
  web::LiveStreams streams_;
  std::unique_ptr<web::JobBoard> jobs_;
  std::unique_ptr<web::Api> api_;
  std::unique_ptr<flow::Requests> requests_;
  std::unique_ptr<web::RequestApi> request_api_;
  std::unique_ptr<notify::Contacts> notices_;
  std::unique_ptr<report::ReportArchive> archive_;
  std::unique_ptr<desk::Deliverables> deliverables_;
  std::unique_ptr<web::DeliverableApi> deliverable_api_;
  std::unique_ptr<ledger::PasswordVault> passwords_;
  std::unique_ptr<web::PasswordApi> password_api_;
  std::unique_ptr<ledger::HandoverExports> exports_;
  std::unique_ptr<ledger::Erasures> erasures_;
  std::unique_ptr<web::ErasureApi> erasure_api_;
  std::unique_ptr<desk::WorkDesk> work_;
  std::unique_ptr<web::WorkApi> work_api_;
  std::unique_ptr<eventstore::EmbeddedStore> events_;
  std::unique_ptr<log_search::LogSearch> logs_;
  std::unique_ptr<web::LogApi> log_api_;
  Guarded<monitor::log_rules::Hits> hits_;
  std::unique_ptr<monitor::log_rules::Engine> engine_;
  std::unique_ptr<monitor::log_rules::RuleBook> rule_book_;
  std::unique_ptr<monitor::log_rules::WatchedStore> watched_;
  std::unique_ptr<web::LogRuleApi> log_rule_api_;
  std::unique_ptr<web::HttpsServer> server_;
};

inline std::string in(const char* contract, const std::string& path) {
  return "/api/v1" + path + (path.find('?') == std::string::npos ? "?" : "&") + "contract=" + contract;
}

}  // namespace yagura::api_test
