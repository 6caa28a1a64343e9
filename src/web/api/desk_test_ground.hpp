// For tests only: handlers of the desk and of reports as the server calls them, behind the real gate, with
// people of several roles signed in to the contract `matsusaka`, and somebody of another contract.
#pragma once

#include <filesystem>
#include <thread>

#include "people/totp.hpp"
#include "schema/json.hpp"
#include "support/any_database.hpp"
#include "support/counting_database.hpp"
#include "web/api/asked.hpp"
#include "web/api/desk_api.hpp"
#include "web/api/pack_bindings.hpp"

namespace yagura::web {

class DeskGround : public AnyDatabase {
 protected:
  static constexpr auto contract = "matsusaka";

  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    for (const auto steps : {journal::migrations(), people::migrations(), ledger::migrations(),
                             notify::migrations(), desk::migrations()})
      ASSERT_TRUE(database().migrate(steps));
    const std::filesystem::path source = YAGURA_SOURCE_DIR;
    folder_ = std::filesystem::temp_directory_path() / ("yagura_desk_api_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    words_ = schema::Words::load(source / "share/errors").value();
    auto pack = contract::load_pack(source / "packs/matsusaka");
    ASSERT_TRUE(pack) << pack.error().text();
    pack_ = std::make_shared<const contract::Pack>(std::move(*pack));
    counted_ = std::make_unique<CountingDatabase>(database());
    vault_ = std::make_unique<store::Vault>(store::Vault::open(folder_ / "key").value());
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(source / "share/journal/kinds.yaml").value());
    auto rules = rules_of({pack_});
    rules["other"] = rules["matsusaka"];
    people_ = std::make_unique<people::People>(
        people::People::Ground{*counted_, *journal_, clock_, ids_, *vault_}, std::move(rules));
    ledgers_ = std::make_unique<ledger::Ledgers>(
        ledger::Ledgers::Ground{*counted_, *journal_, clock_, ids_},
        ledger::load_definitions(source / "share/ledgers").value(),
        [this](std::string_view, std::string_view list) { return choices_of(*pack_, list); });
    credentials_ = std::make_unique<ledger::Credentials>(
        ledger::Credentials::Ground{*counted_, *journal_, clock_, *vault_});
    contacts_ =
        std::make_unique<notify::Contacts>(notify::Contacts::Ground{*counted_, *journal_, clock_, ids_});
    const auto pack_named = [this](std::string_view id) {
      return id == contract || id == "other" ? pack_ : nullptr;
    };
    incidents_ = std::make_unique<desk::Incidents>(
        desk::Incidents::Ground{*counted_, *journal_, clock_, ids_, *contacts_}, pack_named,
        [](std::string_view, const contract::ContactStep& step) -> Result<std::vector<notify::Recipient>> {
          return std::vector<notify::Recipient>{
              {"当番 " + step.title.ja, step.channel == "phone" ? "090-0000-1234" : "duty@example.jp"}};
        });
    api_ = std::unique_ptr<Api>(new Api{.people = *people_,
                                        .ledgers = *ledgers_,
                                        .credentials = *credentials_,
                                        .journal = *journal_,
                                        .database = *counted_,
                                        .vault = *vault_,
                                        .clock = clock_,
                                        .ids = ids_,
                                        .jobs = jobs_,
                                        .events = hub_,
                                        .streams = streams_,
                                        .words = words_,
                                        .pack = pack_named,
                                        .people_of_step = {},
                                        .status = {},
                                        .csrf_key = {},
                                        .public_address = {},
                                        .folder = folder_});
    gate_ = make_gate(*api_);
    desk_ = std::unique_ptr<DeskApi>(new DeskApi{*api_, *incidents_, *contacts_, {}, {}});
    add_desk_routes(router_, *desk_);
  }
  void TearDown() override {
    router_ = {};
    desk_.reset();
    api_.reset();
    incidents_.reset();
    contacts_.reset();
    people_.reset();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
    AnyDatabase::TearDown();
  }

  struct Person {
    Id id = 0;
    std::string cookie;
  };
  Person person(const std::string& login, people::Role role, const std::string& of = contract) {
    Person out;
    out.id = people_->create({}, login, {.name = "山﨑 " + login}).value().id;
    people::RosterEntry wanted{.contract = of, .person = out.id, .role = role, .from = "2026-04-01"};
    for (const auto& paper : people_->papers_needed(of, role))
      wanted.papers.push_back({paper.id, "2026-04-01", 0, {}, {}});
    const auto entry = people_->submit({900, "提出者", ""}, wanted);
    EXPECT_TRUE(entry) << entry.error().text();
    if (entry->state != people::RosterState::approved)
      EXPECT_TRUE(people_->decide({901, "承認者", ""}, of, entry->id, people::People::Decision::approve, ""));
    const auto link = people_->invite({}, out.id).value();
    const auto enrolment = people_->begin_setup(link.token, "correct horse battery").value();
    clock_.advance(std::chrono::seconds(30));
    const auto done = people_->finish_setup(
        link.token, people::totp_code(from_base32(enrolment.secret), clock_.now()), "10.0.0.1", "test");
    EXPECT_TRUE(done) << done.error().text();
    out.cookie = done->cookie;
    return out;
  }
  static std::string from_base32(std::string_view text) {
    std::string out;
    unsigned buffer = 0;
    int bits = 0;
    for (const char c : text) {
      buffer = buffer << 5 | static_cast<unsigned>(c >= 'A' ? c - 'A' : c - '2' + 26);
      if ((bits += 5) >= 8) out += static_cast<char>(buffer >> (bits -= 8));
    }
    return out;
  }

  struct Answer {
    int status = 0;
    Value body;
    Response response;
    [[nodiscard]] std::string code() const { return body["code"].text(); }
  };
  // "/incidents/3?contract=matsusaka" below /api/v1; contract is added when the address does not name one.
  Answer ask(const Person& by, Method method, std::string address, const std::string& body = "") {
    if (!address.contains("contract="))
      address += std::string(address.contains('?') ? "&" : "?") + "contract=" + contract;
    const auto target = parse_target("/api/v1" + address).value();
    Request request;
    request.id = "test";
    request.method = method;
    request.path = target.path;
    request.query = target.query;
    request.client_address = "10.0.0.1";
    request.body = body;
    if (!body.empty()) request.headers.set("Content-Type", "application/json");
    if (!by.cookie.empty()) request.cookies.emplace_back("__Host-" + std::string(kSessionCookie), by.cookie);
    const auto match = router_.match(method, request.path);
    EXPECT_NE(match.route, nullptr) << address;
    if (match.route == nullptr) return {};
    request.route = match.route;
    request.params = match.params;
    Result<Response> made = fail("test");
    if (auto open = gate_(request); !open)
      made = std::unexpected(open.error());
    else
      made = match.route->handler(request);
    Answer out;
    out.response = made ? std::move(*made) : api_->problems().of(made.error(), request.language, request.id);
    out.status = out.response.status;
    if (const auto value = schema::parse_json(out.response.body_text())) out.body = *value;
    return out;
  }
  Answer get(const Person& by, const std::string& address) { return ask(by, Method::get, address); }
  Answer post(const Person& by, const std::string& address, const std::string& body) {
    return ask(by, Method::post, address, body);
  }
  // How many statements an address costs, once it has been asked.
  int questions(const Person& by, const std::string& address) {
    EXPECT_EQ(get(by, address).status, 200) << address;
    (void)counted_->taken();
    EXPECT_EQ(get(by, address).status, 200) << address;
    return counted_->taken();
  }
  std::vector<journal::Entry> entries(const std::string& kind) {
    return database()
        .read([&](store::Session& s) { return journal_->list(s, {.chain = contract, .kind_prefix = kind}); })
        .value();
  }

  ManualClock clock_{parse_rfc3339("2026-04-28T08:10:00Z").value()};  // Tuesday 17:10 in Japan
  IdSource ids_{clock_};
  std::filesystem::path folder_;
  schema::Words words_;
  std::shared_ptr<const contract::Pack> pack_;
  std::unique_ptr<CountingDatabase> counted_;  // what the rooms ask
  std::unique_ptr<store::Vault> vault_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<people::People> people_;
  std::unique_ptr<ledger::Ledgers> ledgers_;
  std::unique_ptr<ledger::Credentials> credentials_;
  std::unique_ptr<notify::Contacts> contacts_;
  std::unique_ptr<desk::Incidents> incidents_;
  EventHub hub_{clock_};
  LiveStreams streams_;
  JobBoard jobs_{clock_, ids_};
  std::unique_ptr<Api> api_;
  std::unique_ptr<DeskApi> desk_;
  Router router_;
  Gate gate_;
};

}  // namespace yagura::web
