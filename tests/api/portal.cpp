#include "api/portal.hpp"

#include <thread>

#include "api/openapi.hpp"
#include "people/totp.hpp"
#include "support/query_plans.hpp"
#include "web/api/ground_routes.hpp"
#include "web/api/job_json.hpp"
#include "web/api/pack_bindings.hpp"

namespace yagura::api_test {

using people::People;

std::string Answer::header(std::string_view name) const {
  const auto at = head.find("\r\n" + std::string(name) + ": ");
  if (at == std::string::npos) return {};
  const auto from = at + name.size() + 4;
  return head.substr(from, head.find("\r\n", from) - from);
}

std::string Browser::request_text(const std::string& method, const std::string& path, const std::string& body,
                                  const std::string& content_type) const {
  std::string out = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: test\r\n";
  if (!cookie.empty()) out += "Cookie: __Host-yagura=" + cookie + "\r\n";
  if (!token.empty()) out += "Authorization: Bearer " + token + "\r\n";
  if (!csrf.empty() && sends_csrf) out += "X-CSRF-Token: " + csrf + "\r\n";
  if (!language.empty()) out += "Accept-Language: " + language + "\r\n";
  if (!body.empty()) out += "Content-Type: " + content_type + "\r\n";
  return out + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

Answer Browser::send(const std::string& method, const std::string& path, const std::string& body,
                     const std::string& content_type) {
  const auto request = request_text(method, path, body, content_type);
  std::string raw;
  if (client_) raw = client_->ask(request);
  if (raw.empty()) {  // the first time, or the server had closed the connection after a refusal
    client_ = std::make_unique<web::TestClient>(portal_.port());
    raw = client_->ask(request);
  }
  Answer answer;
  answer.status = web::status_in(raw);
  const auto end = raw.find("\r\n\r\n");
  answer.head = raw.substr(0, end + 2);
  answer.body = end == std::string::npos ? "" : raw.substr(end + 4);
  const auto type = answer.header("Content-Type");
  if (type.find("json") != std::string::npos)
    if (auto value = schema::parse_json(answer.body)) answer.json = std::move(*value);
  if (const auto given = answer.header("Set-Cookie"); given.starts_with("__Host-yagura="))
    cookie = given.substr(14, given.find(';') - 14);
  const auto* operation = Openapi::shared().find(method, path.substr(0, path.find('?')));
  EXPECT_NE(operation, nullptr) << method << " " << path;
  if (operation)
    for (const auto& fault : Openapi::shared().faults_of_answer(*operation, answer.status, type, answer.body))
      ADD_FAILURE() << method << " " << path << " (" << answer.status << ") " << fault;
  return answer;
}

Answer Browser::upload(const std::string& path, const std::string& file_name, const std::string& bytes) {
  const std::string body = "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + file_name +
                           "\"\r\nContent-Type: text/csv\r\n\r\n" + bytes + "\r\n--cut--\r\n";
  return send("POST", path, body, "multipart/form-data; boundary=cut");
}

void Browser::load() { csrf = get("/api/v1/session").json["csrf"].text(); }

Portal::Portal() {
  const std::filesystem::path source = YAGURA_SOURCE_DIR;
  packs_.add_regular_work();
  packs_.add_equipment();
  folder_ = packs_.folder() / "var";
  std::filesystem::create_directories(folder_);
  words_ = schema::Words::load(source / "share/errors").value();
  plans::watch();
  database_ = store::Database::open("sqlite:" + (folder_ / "yagura.db").string()).value();
  for (const auto steps :
       {journal::migrations(), people::migrations(), ledger::migrations(), flow::migrations(),
        notify::migrations(), report::migrations(), desk::Deliverables::migrations(),
        ledger::PasswordVault::migrations(), ledger::Erasures::migrations(),
        ledger::HandoverExports::migrations(), desk::work_migrations(), log_search::migrations(),
        monitor::log_rules::migrations()})
    YAGURA_ASSERT(database_->migrate(steps));
  auto counted = std::make_unique<CountingDatabase>(std::move(database_));
  counted_ = counted.get();
  database_ = std::move(counted);
  vault_ = std::make_unique<store::Vault>(store::Vault::open(folder_ / "key").value());
  journal_ = std::make_unique<journal::Journal>(
      clock_, journal::load_kinds(source / "share/journal/kinds.yaml").value());
  std::vector<std::shared_ptr<const contract::Pack>> all;
  for (const auto* id : {ours, theirs})
    all.push_back(contracts_[id] =
                      std::make_shared<const contract::Pack>(contract::load_pack(packs_.pack(id)).value()));
  people_ = std::make_unique<People>(People::Ground{*database_, *journal_, clock_, ids_, *vault_},
                                     web::rules_of(all));
  ledgers_ = std::make_unique<ledger::Ledgers>(ledger::Ledgers::Ground{*database_, *journal_, clock_, ids_},
                                               ledger::load_definitions(source / "share/ledgers").value(),
                                               [this](std::string_view contract, std::string_view list) {
                                                 const auto pack = contracts_.find(contract);
                                                 return pack == contracts_.end()
                                                            ? std::vector<ledger::Choice>{}
                                                            : web::choices_of(*pack->second, list);
                                               });
  credentials_ = std::make_unique<ledger::Credentials>(
      ledger::Credentials::Ground{*database_, *journal_, clock_, *vault_});
  jobs_ = std::make_unique<web::JobBoard>(clock_, ids_, web::JobBoard::Limits{}, web::job_events(hub_));
  api_ = std::make_unique<web::Api>(
      web::Api{.people = *people_,
               .ledgers = *ledgers_,
               .credentials = *credentials_,
               .journal = *journal_,
               .database = *database_,
               .vault = *vault_,
               .clock = clock_,
               .ids = ids_,
               .jobs = *jobs_,
               .events = hub_,
               .streams = streams_,
               .words = words_,
               .pack =
                   [this](std::string_view id) {
                     const auto found = contracts_.find(id);
                     return found == contracts_.end() ? nullptr : found->second;
                   },
               .people_of_step = [](std::string_view,
                                    const contract::ContactStep&) -> Result<std::vector<web::StepPerson>> {
                 return std::vector<web::StepPerson>{{5, "山﨑", "0598-00-0000"}};
               },
               .status = [](const people::Principal&, schema::Language) -> Result<Value> {
                 return Value::object({{"version", "test"}, {"uptime_s", 1}});
               },
               .csrf_key = std::string(32, 'k'),
               .public_address = {},
               .folder = folder_});
  notices_ =
      std::make_unique<notify::Contacts>(notify::Contacts::Ground{*database_, *journal_, clock_, ids_});
  archive_ = std::make_unique<report::ReportArchive>(
      report::ReportArchive::Ground{*database_, *journal_, clock_, ids_});
  deliverables_ = std::make_unique<desk::Deliverables>(
      desk::Deliverables::Ground{*database_, *journal_, clock_, ids_, *notices_},
      desk::Deliverables::Bonds{
          api_->pack,
          [](std::string_view, const std::string&) -> Result<std::vector<notify::Recipient>> {
            return std::vector<notify::Recipient>{};
          }},
      std::vector<desk::EventSource>{});
  deliverable_api_.reset(
      new web::DeliverableApi{.ground = *api_, .deliverables = *deliverables_, .archive = *archive_});
  passwords_ = std::make_unique<ledger::PasswordVault>(
      ledger::PasswordVault::Ground{*database_, *journal_, clock_, ids_, *vault_, *ledgers_},
      [this](std::string_view contract, const std::string& rotation, calendar::Date changed) {
        return contract::next_password_change(*contracts_.find(contract)->second, rotation, changed);
      });
  passwords_->on_change([this](store::Session& s, const journal::Actor& by, std::string_view contract, Id row,
                               calendar::Date on) {
    return work_->orders.password_changed(s, by, contract, row, calendar::format_date(on));
  });
  password_api_.reset(new web::PasswordApi{.ground = *api_, .passwords = *passwords_});
  exports_ = std::make_unique<ledger::HandoverExports>(
      ledger::HandoverExports::Ground{*database_, *journal_, clock_, ids_, folder_ / "handover"});
  erasures_ =
      std::make_unique<ledger::Erasures>(ledger::Erasures::Ground{*database_, *journal_, clock_, ids_});
  erasure_api_.reset(
      new web::ErasureApi{.ground = *api_,
                          .erasures = *erasures_,
                          .exports = *exports_,
                          .hand_over = [this](const journal::Actor&, const std::string& contract,
                                              const std::filesystem::path& folder,
                                              const ledger::HandoverExports::Step&) -> Result<std::string> {
                            YAGURA_TRY(auto made, ledger::HandoverFolder::make(folder));
                            YAGURA_CHECK(made.write("contract.txt", contract));
                            return made.write_manifest(contract, clock_.now());
                          }});
  requests_ = std::make_unique<flow::Requests>(
      flow::Requests::Ground{*database_, *journal_, clock_, ids_},
      flow::Requests::Bonds{
          .pack = api_->pack,
          .person = [this](std::string_view, Id id) -> Result<std::optional<flow::Person>> {
            const auto person = people_->person(id);
            if (!person) return std::optional<flow::Person>{};
            return std::optional(flow::Person{id, person->name});
          },
          .head = [this](std::string_view, Id) -> Result<std::optional<flow::Person>> {
            const auto head = people_->person_with_login("head");
            if (!head) return std::optional<flow::Person>{};
            return std::optional(flow::Person{head->id, head->name});
          },
          .row_exists = [](std::string_view, const std::string&, Id) -> Result<bool> { return false; },
          .effect = [](store::Session&, const flow::EffectCall& call) -> Result<std::string> {
            return "made " + call.effect.of;
          }});
  request_api_ = std::make_unique<web::RequestApi>(web::RequestApi{*api_, *requests_});
  work_ = std::make_unique<desk::WorkDesk>(
      desk::WorkOrders::Ground{*database_, *journal_, clock_, ids_, *ledgers_}, api_->pack);
  work_api_ = std::make_unique<web::WorkApi>(*api_, *work_, *requests_);
  events_ = eventstore::EmbeddedStore::open(folder_ / "events",
                                            eventstore::read_kinds(source / "share/events").value(), clock_,
                                            {.memory = 48U << 20, .background = false})
                .value();
  logs_ = std::make_unique<log_search::LogSearch>(
      log_search::Exports::Ground{*database_, *journal_, *events_, clock_, ids_, folder_ / "log_exports",
                                  events_.get()},
      log_search::Rules::load(source / "share/log_search.yaml").value());
  log_api_.reset(new web::LogApi{.ground = *api_, .logs = *logs_});
  engine_ = std::make_unique<monitor::log_rules::Engine>(
      clock_, events_->kinds(), [this](monitor::log_rules::Hits&& hits) {
        hits_.with([&](auto& held) {
          held.insert(held.end(), std::make_move_iterator(hits.begin()), std::make_move_iterator(hits.end()));
        });
      });
  engine_->set_devices({{ours, std::make_shared<const monitor::log_rules::DeviceNames>(
                                   monitor::log_rules::DeviceNames{{"SV-01", 7}, {"PC-0042", 8}})}});
  watched_ = std::make_unique<monitor::log_rules::WatchedStore>(*events_, *engine_);
  rule_book_ = std::make_unique<monitor::log_rules::RuleBook>(
      monitor::log_rules::RuleBook::Ground{*database_, *journal_, clock_, *engine_, {}},
      monitor::log_rules::load_standard_rules(source / "share/log_rules").rules,
      eventstore::Vocabulary(events_->kinds()));
  restart_rules();
  log_rule_api_.reset(new web::LogRuleApi{.logs = *log_api_, .engine = *engine_, .book = *rule_book_});
  web::Router router;
  web::add_ground_routes(router, *api_);
  web::add_request_routes(router, *request_api_);
  web::add_deliverable_routes(router, *deliverable_api_);
  web::add_password_routes(router, *password_api_);
  web::add_erasure_routes(router, *erasure_api_);
  web::add_work_routes(router, *work_api_);
  web::add_log_routes(router, *log_api_);
  web::add_log_rule_routes(router, *log_rule_api_);
  web::ServerOptions options;
  options.address = "127.0.0.1";
  options.port = 0;
  options.certificate = {folder_ / "server.pem", folder_ / "server.key"};
  options.upload_folder = folder_;
  for (auto& rate : options.per_client) rate = {1e6, 1e6};
  for (auto& rate : options.per_account) rate = {1e6, 1e6};
  YAGURA_ASSERT(web::ensure_certificate(options.certificate, {"localhost"}, real_));
  server_ = web::HttpsServer::start({.options = options,
                                     .router = std::move(router),
                                     .words = words_,
                                     .clock = real_,
                                     .csrf_key = api_->csrf_key,
                                     .gate = web::make_gate(*api_),
                                     .access = {},
                                     .faults = [](std::string_view text) { ADD_FAILURE() << text; }})
                .value();
}

void Portal::restart_rules() {
  for (const auto& [id, pack] : contracts_)
    engine_->set_rules(id, std::make_shared<const monitor::log_rules::RuleSet>());
  YAGURA_ASSERT(rule_book_->open(contracts_));
}

void Portal::plan_deliverables() {
  for (const auto* id : {ours, theirs}) YAGURA_ASSERT(deliverables_->plan(id));
}

Portal::~Portal() {
  server_.reset();
  jobs_.reset();
}

namespace {

std::string from_base32(std::string_view text) {
  std::string out;
  unsigned buffer = 0;
  int bits = 0;
  for (const char c : text) {
    buffer = buffer << 5 | static_cast<unsigned>(c >= 'A' ? c - 'A' : c - '2' + 26);
    if ((bits += 5) >= 8) out += static_cast<char>(buffer >> (bits -= 8));
  }
  return out;
}

}  // namespace

Somebody Portal::set_up(const people::Person& person) {
  Somebody out{.person = person, .totp_secret = {}, .recovery_codes = {}, .cookie = {}};
  const auto link = people_->invite({}, person.id).value();
  out.totp_secret = from_base32(people_->begin_setup(link.token, good_password).value().secret);
  auto done = people_->finish_setup(link.token, code_of(out), "127.0.0.1", "test").value();
  out.recovery_codes = std::move(done.recovery_codes);
  out.cookie = std::move(done.cookie);
  return out;
}

Somebody Portal::somebody(const std::string& login, const std::string& contract, people::Role role) {
  if (role == people::Role::administrator) return administrator(login);
  const auto person =
      people_->create({}, login, {.name = "山﨑 " + login, .mail = login + "@example.jp"}).value();
  people::RosterEntry wanted{.contract = contract, .person = person.id, .role = role, .from = "2026-04-01"};
  for (const auto& paper : people_->papers_needed(contract, role))
    wanted.papers.push_back({paper.id, "2026-04-01", 0, {}, {}});
  const auto entry = people_->submit({900, "提出者", ""}, wanted);
  YAGURA_ASSERT(
      people_->decide({901, "承認者", ""}, contract, entry.value().id, People::Decision::approve, ""));
  return set_up(person);
}

Somebody Portal::administrator(const std::string& login) {
  return set_up(people_->create({}, login, {.name = "管理者 " + login}, true).value());
}

Browser Portal::browser(const Somebody& who) {
  Browser out(*this);
  out.cookie = who.cookie;
  out.load();
  return out;
}

std::string Portal::code_of(const Somebody& who) {
  clock_.advance(std::chrono::seconds(30));  // a code serves once
  return people::totp_code(who.totp_secret, clock_.now());
}

Value Portal::ended_job(Browser& browser, const Answer& accepted) {
  EXPECT_EQ(accepted.status, 202) << accepted.body;
  const auto path = "/api/v1/jobs/" + std::to_string(accepted.json["id"].integer());
  for (int i = 0; i < 1000; ++i) {
    auto job = browser.get(path);
    if (job.json["state"].text() != "running") return std::move(job.json);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ADD_FAILURE() << "the job does not end";
  return {};
}

}  // namespace yagura::api_test
