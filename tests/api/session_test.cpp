#include <gmock/gmock.h>

#include <thread>

#include "api/portal.hpp"
#include "people/totp.hpp"
#include "web/api/job_json.hpp"

namespace yagura::api_test {
namespace {

Value first_factor(const std::string& login, const std::string& password = good_password) {
  return Value::object({{"login", login}, {"password", password}});
}

TEST(Session, TheFirstAdministratorComesInFromALinkAndBackBySecondFactorAndRecovery) {
  Portal portal;
  const auto link = portal.api().people.first_administrator().value();
  auto browser = portal.stranger();
  EXPECT_EQ(browser.get("/api/v1/session").json["state"].text(), "signed_out");
  const auto token = Value(link->token);
  const auto looked = browser.post("/api/v1/setup/look", Value::object({{"token", token}}));
  EXPECT_EQ(looked.json["login"].text(), "admin");
  EXPECT_EQ(browser.post("/api/v1/setup/look", Value::object({{"token", "x"}})).status, 400);
  const auto weak = browser.post("/api/v1/setup", Value::object({{"token", token}, {"password", "short"}}));
  EXPECT_EQ(weak.status, 400) << weak.body;
  const auto enrolment =
      browser.post("/api/v1/setup", Value::object({{"token", token}, {"password", good_password}}));
  ASSERT_EQ(enrolment.status, 200) << enrolment.body;
  EXPECT_TRUE(enrolment.json["uri"].text().starts_with("otpauth://totp/"));
  EXPECT_EQ(
      browser.post("/api/v1/setup/confirm", Value::object({{"token", token}, {"code", "000000"}})).status,
      400);
  const auto person = portal.api().people.person_with_login("admin").value();
  // The link begun at the screen is replaced by one whose secret the test knows.
  auto admin = portal.set_up(person);
  EXPECT_EQ(browser.post("/api/v1/setup/look", Value::object({{"token", token}})).status, 400)
      << "a newer link ends the older";

  const auto refused = browser.post("/api/v1/session", first_factor("admin", "wrong password here"));
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.code(), browser.post("/api/v1/session", first_factor("nobody")).code())
      << "what was wrong is not told";
  const auto first = browser.post("/api/v1/session", first_factor("admin"));
  EXPECT_EQ(first.json["state"].text(), "second_factor");
  const auto cookie = first.header("Set-Cookie");
  for (const auto* attribute : {"__Host-yagura=", "; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"})
    EXPECT_THAT(cookie, testing::HasSubstr(attribute));
  EXPECT_EQ(browser.get("/api/v1/session").json["state"].text(), "second_factor");
  const auto half = browser.get("/api/v1/account/tokens");
  EXPECT_EQ(half.status, 401);
  EXPECT_EQ(half.code(), "people.second_factor_missing");
  EXPECT_EQ(browser.post("/api/v1/session/second-factor", Value::object({{"code", "123456"}})).status, 401);
  const auto half_cookie = browser.cookie;
  const auto code = portal.code_of(admin);
  const auto in = browser.post("/api/v1/session/second-factor", Value::object({{"code", code}}));
  ASSERT_EQ(in.status, 200) << in.body;
  EXPECT_EQ(in.json["state"].text(), "signed_in");
  EXPECT_EQ(in.json["contracts"].items().size(), 2U);
  EXPECT_EQ(in.json["recovery_codes_left"].integer(), 10);
  EXPECT_NE(browser.cookie, half_cookie) << "a new cookie at each change of rights";
  browser.load();

  EXPECT_EQ(browser.del("/api/v1/session").status, 204);
  EXPECT_EQ(browser.get("/api/v1/session").json["state"].text(), "signed_out");
  browser.csrf.clear();
  browser.post("/api/v1/session", first_factor("admin"));
  const auto used = browser.post("/api/v1/session/second-factor", Value::object({{"code", code}}));
  EXPECT_EQ(used.status, 401) << "a code serves once";
  const auto recovered = browser.post("/api/v1/session/second-factor",
                                      Value::object({{"recovery_code", admin.recovery_codes.front()}}));
  EXPECT_EQ(recovered.json["recovery_codes_left"].integer(), 9) << recovered.body;
}

TEST(Session, AChangeWithoutTheTokenOfTheSessionIsRefused) {
  Portal portal;
  auto browser = portal.browser(portal.administrator("root"));
  const auto change = Value::object({{"language", "en"}});
  browser.sends_csrf = false;
  EXPECT_EQ(browser.patch("/api/v1/account", change).code(), "web.csrf_invalid");
  EXPECT_EQ(browser.patch("/api/v1/account", change).status, 403);
  EXPECT_EQ(browser.get("/api/v1/account/sessions").status, 200) << "reading needs none";
  EXPECT_EQ(browser.del("/api/v1/session").status, 403) << "not even signing out";
  browser.sends_csrf = true;
  browser.csrf[0] = browser.csrf[0] == 'a' ? 'b' : 'a';
  EXPECT_EQ(browser.patch("/api/v1/account", change).status, 403);
  browser.load();
  const auto changed = browser.patch("/api/v1/account", change);
  EXPECT_EQ(changed.json["account"]["language"].text(), "en") << changed.body;
  EXPECT_EQ(
      browser.send("PATCH", "/api/v1/account", "language=ja", "application/x-www-form-urlencoded").status,
      415);
}

TEST(Session, ATokenMayDoNoMoreThanItsScopes) {
  Portal portal;
  auto browser = portal.browser(portal.somebody("manager", ours, people::Role::contractor_manager));
  const auto wish = [](const char* scope) {
    Value scopes = Value::array();
    scopes.push(Value(scope));
    return Value::object({{"name", "夜間処理"}, {"scopes", std::move(scopes)}, {"days", 30}});
  };
  const auto refused = browser.post("/api/v1/account/tokens", wish("people_manage"));
  EXPECT_EQ(refused.code(), "people.scope_not_yours") << "nobody gives away more than he has";
  const auto made = browser.post("/api/v1/account/tokens", wish("ledger_read"));
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(browser.get("/api/v1/account/tokens").body.find(made.json["secret"].text()), std::string::npos);
  auto program = portal.stranger();
  program.token = made.json["secret"].text();
  EXPECT_EQ(program.get(in(ours, "/ledgers/sites/rows")).status, 200);
  EXPECT_EQ(
      program.post(in(ours, "/ledgers/sites/rows"), Value::object({{"fields", Value::object()}})).status,
      403);
  EXPECT_EQ(program.get(in(ours, "/journal")).status, 403);
  EXPECT_EQ(program.get(in(theirs, "/ledgers/sites/rows")).status, 404);
  for (const auto* path : {"/api/v1/account/tokens", "/api/v1/account/sessions"})
    EXPECT_EQ(program.get(path).code(), "people.session_needed") << path;
  EXPECT_EQ(program.post("/api/v1/account/tokens", wish("ledger_read")).status, 403);
  EXPECT_EQ(browser.del("/api/v1/account/tokens/" + std::to_string(made.json["id"].integer())).status, 204);
  EXPECT_EQ(program.get(in(ours, "/ledgers/sites/rows")).status, 401);
}

TEST(Session, OwnSessionsPasswordAndAuthenticator) {
  Portal portal;
  const auto me = portal.somebody("tanaka", ours, people::Role::operator_);
  auto here = portal.browser(me);
  auto there = portal.stranger();
  there.post("/api/v1/session", first_factor("tanaka"));
  there.post("/api/v1/session/second-factor", Value::object({{"code", portal.code_of(me)}}));
  there.load();
  auto sessions = here.get("/api/v1/account/sessions").json["items"];
  ASSERT_EQ(sessions.items().size(), 2U);
  for (const auto& one : sessions.items())
    if (!one["current"].boolean())
      EXPECT_EQ(here.del("/api/v1/account/sessions/" + std::to_string(one["id"].integer())).status, 204);
  EXPECT_EQ(there.get("/api/v1/account/sessions").status, 401);
  const auto change = [](const char* current, const char* next) {
    return Value::object({{"current", current}, {"password", next}});
  };
  EXPECT_EQ(here.post("/api/v1/account/password", change("not mine at all", "another horse battery")).status,
            400);
  EXPECT_EQ(here.post("/api/v1/account/password", change(good_password, "another horse battery")).status,
            204);
  const auto begun =
      here.post("/api/v1/account/totp",
                Value::object({{"password", "another horse battery"}, {"code", portal.code_of(me)}}));
  EXPECT_EQ(begun.status, 200) << begun.body;
  EXPECT_EQ(here.post("/api/v1/account/totp/confirm", Value::object({{"code", "000000"}})).status, 400);
  const auto codes =
      here.post("/api/v1/account/recovery-codes",
                Value::object({{"password", "another horse battery"}, {"code", portal.code_of(me)}}));
  EXPECT_EQ(codes.json["codes"].items().size(), 10U);
}

TEST(Session, ErrorsSpeakTheLanguageOfTheRequestAndNameEveryField) {
  Portal portal;
  auto browser = portal.stranger();
  const auto wrong = Value::object({{"login", 3}, {"pass", "x"}});
  const auto ja = browser.post("/api/v1/session", wrong);
  EXPECT_EQ(ja.status, 422);
  EXPECT_EQ(ja.json["errors"].items().size(), 3U) << "login, password and the unknown pass: " << ja.body;
  EXPECT_EQ(ja.header("Content-Language"), "ja");
  browser.language = "en-GB";
  const auto en = browser.post("/api/v1/session", wrong);
  EXPECT_EQ(en.header("Content-Language"), "en");
  EXPECT_NE(ja.json["errors"].items().front()["message"].text(),
            en.json["errors"].items().front()["message"].text());
  EXPECT_EQ(browser.send("POST", "/api/v1/session", "{").status, 400);
  auto english = portal.browser(portal.administrator("root"));
  english.patch("/api/v1/account", Value::object({{"language", "en"}}));
  EXPECT_EQ(english.get(in("nowhere", "/people")).header("Content-Language"), "en") << "the account's";
}

TEST(Events, ComeToTheirContractAndEndWithTheSession) {
  Portal portal;
  const auto me = portal.somebody("tanaka", ours, people::Role::operator_);
  auto browser = portal.browser(me);
  web::TestClient stream(portal.port());
  stream.send(browser.request_text("GET", in(ours, "/events"), "", ""));
  EXPECT_THAT(stream.receive_until("\r\n\r\n"), testing::HasSubstr("text/event-stream"));
  const auto reading = [&] { return portal.hub().counts().readers; };
  for (int i = 0; i < 500 && reading() == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  portal.hub().publish("contract:yukino", "alert", "{\"id\":1}");
  portal.hub().publish("contract:matsusaka", "alert", "{\"id\":2}");
  const auto heard = stream.receive_until("\"id\":2}");
  EXPECT_THAT(heard, testing::HasSubstr("\"id\":2}"));
  EXPECT_THAT(heard, testing::Not(testing::HasSubstr("\"id\":1}")));
  EXPECT_EQ(browser.get(in(theirs, "/events")).status, 404);
  EXPECT_EQ(browser.del("/api/v1/session").status, 204);
  stream.receive_all();  // returns because the server closes, or fails by the client's time-out
  for (int i = 0; i < 500 && reading() != 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(reading(), 0U);
}

TEST(Events, AnEmployeeHearsWhatConcernsHimAndNothingOfTheNetwork) {
  Portal portal;
  const auto me = portal.somebody("mori", ours, people::Role::employee);
  auto browser = portal.browser(me);
  web::TestClient stream(portal.port());
  stream.send(browser.request_text("GET", in(ours, "/events"), "", ""));
  stream.receive_until("\r\n\r\n");
  for (int i = 0; i < 500 && portal.hub().counts().readers == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  portal.hub().publish("contract:matsusaka", "alert", "{\"id\":1}");
  portal.hub().publish(web::role_topic(ours, "operator"), "request", "{\"id\":2}");
  portal.hub().publish(web::account_topic(std::to_string(me.person.id + 1)), "request", "{\"id\":3}");
  portal.hub().publish(web::role_topic(ours, "employee"), "request", "{\"id\":4}");
  portal.hub().publish(web::account_topic(std::to_string(me.person.id)), "request", "{\"id\":5}");
  const auto heard = stream.receive_until("\"id\":5}");
  EXPECT_THAT(heard, testing::HasSubstr("\"id\":4}"));
  for (const char* other : {"\"id\":1}", "\"id\":2}", "\"id\":3}"})
    EXPECT_THAT(heard, testing::Not(testing::HasSubstr(other)));
}

TEST(Events, EndWhenTheSessionRunsOut) {
  Portal portal;
  auto browser = portal.browser(portal.somebody("tanaka", ours, people::Role::operator_));
  web::TestClient stream(portal.port());
  stream.send(browser.request_text("GET", in(ours, "/events"), "", ""));
  stream.receive_until("\r\n\r\n");
  const auto reading = [&] { return portal.hub().counts().readers; };
  for (int i = 0; i < 500 && reading() == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  ASSERT_EQ(reading(), 1U);
  portal.clock().advance(std::chrono::minutes(14));
  portal.api().streams.sweep(portal.clock().now(), portal.hub());
  EXPECT_EQ(reading(), 1U) << "the operator's time-out is 15 minutes";
  portal.clock().advance(std::chrono::minutes(2));
  portal.api().streams.sweep(portal.clock().now(), portal.hub());
  for (int i = 0; i < 500 && reading() != 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(reading(), 0U);
  EXPECT_EQ(browser.get("/api/v1/account/sessions").status, 401);
}

TEST(Session, SigningOutNeedsASession) {
  Portal portal;
  auto stranger = portal.stranger();
  EXPECT_EQ(stranger.del("/api/v1/session").status, 401);
  stranger.cookie = "nobody";
  EXPECT_EQ(stranger.del("/api/v1/session").status, 401);
  const auto who = portal.somebody("tanaka", ours, people::Role::operator_);
  auto half = portal.stranger();
  ASSERT_EQ(half.post("/api/v1/session", Value::object({{"login", "tanaka"}, {"password", good_password}}))
                .json["state"]
                .text(),
            "second_factor");
  EXPECT_EQ(half.del("/api/v1/session").status, 204) << "between password and second factor";
  auto browser = portal.browser(who);
  EXPECT_EQ(browser.del("/api/v1/session").status, 204);
  EXPECT_EQ(browser.del("/api/v1/session").status, 401);
}

}  // namespace
}  // namespace yagura::api_test
