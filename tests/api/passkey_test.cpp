// Passkeys over the API: what a browser sends and gets. Chromium itself is in tests/system/passkeys_test.sh.
#include "api/portal.hpp"
#include "people/test_authenticator.hpp"
#include "people/totp.hpp"

namespace yagura::api_test {
namespace {

using people::TestAuthenticator;

void with_address(Portal& portal) {
  portal.api().people.set_relying_party(people::webauthn::relying_party("https://yagura.example.jp"));
}

Value use_value(const people::webauthn::Assertion& used) {
  Value out = Value::object({{"credential", used.credential},
                             {"client_data", used.client_data},
                             {"authenticator_data", used.authenticator_data},
                             {"signature", used.signature}});
  if (!used.user.empty()) out.set("user", used.user);
  return out;
}

Value made_value(const char* name, const people::webauthn::Creation& made) {
  return Value::object(
      {{"name", name}, {"client_data", made.client_data}, {"attestation", made.attestation}});
}

// Registers it; answers with the user handle.
std::string add(Portal& portal, Browser& browser, const Somebody& me, const TestAuthenticator& key) {
  const auto question =
      browser.post("/api/v1/account/passkeys/options",
                   Value::object({{"password", good_password}, {"code", portal.code_of(me)}}));
  EXPECT_EQ(question.status, 200) << question.body;
  const auto made = browser.post("/api/v1/account/passkeys",
                                 made_value("指紋", key.create(question.json["challenge"].text())));
  EXPECT_EQ(made.status, 201) << made.body;
  return question.json["user"]["id"].text();
}

Answer sign_in(Browser& browser, const TestAuthenticator& key, const std::string& user) {
  const auto question = browser.post("/api/v1/session/passkey/options");
  EXPECT_EQ(question.status, 200) << question.body;
  return browser.post("/api/v1/session/passkey", use_value(key.use(question.json["challenge"].text(), user)));
}

TEST(Passkeys, AreRegisteredUsedBothWaysAndRemoved) {
  Portal portal;
  with_address(portal);
  const auto me = portal.somebody("tanaka", ours, people::Role::operator_);
  auto here = portal.browser(me);
  const TestAuthenticator key;
  const auto user = add(portal, here, me, key);

  auto there = portal.stranger();
  EXPECT_EQ(there.get("/api/v1/session").json["passkey_address"].text(), "https://yagura.example.jp");
  const auto in = sign_in(there, key, user);
  ASSERT_EQ(in.status, 200) << in.body;
  EXPECT_EQ(in.json["account"]["login"].text(), "tanaka");
  EXPECT_TRUE(in.header("Set-Cookie").find("; HttpOnly") != std::string::npos);
  there.load();
  EXPECT_EQ(there.get("/api/v1/account/sessions").status, 200);

  auto beside = portal.stranger();
  beside.post("/api/v1/session", Value::object({{"login", "tanaka"}, {"password", good_password}}));
  const auto due = beside.get("/api/v1/session");
  EXPECT_TRUE(due.json["second_factors"]["code"].boolean()) << due.body;
  EXPECT_TRUE(due.json["second_factors"]["passkey"].boolean());
  const auto half_cookie = beside.cookie;
  const auto second = sign_in(beside, key, "");
  EXPECT_EQ(second.json["state"].text(), "signed_in") << second.body;
  EXPECT_NE(beside.cookie, half_cookie) << "a new cookie at each change of rights";

  const auto listed = here.get("/api/v1/account/passkeys");
  ASSERT_EQ(listed.json["items"].items().size(), 1U);
  EXPECT_TRUE(listed.json["authenticator"].boolean());
  const auto path =
      "/api/v1/account/passkeys/" + std::to_string(listed.json["items"].items().front()["id"].integer());
  EXPECT_EQ(here.patch(path, Value::object({{"name", "机の鍵"}})).json["name"].text(), "机の鍵");
  EXPECT_EQ(here.patch(path, Value::object({{"name", " "}})).code(), "people.passkey_name");
  const auto suzuki = portal.somebody("suzuki", ours, people::Role::operator_);
  auto other = portal.browser(suzuki);
  const auto proof = [&](const Somebody& who) {
    return Value::object({{"password", good_password}, {"code", portal.code_of(who)}});
  };
  EXPECT_EQ(other.post(path + "/remove", proof(suzuki)).status, 404) << "another's";
  EXPECT_EQ(other.patch(path, Value::object({{"name", "盗"}})).status, 404);
  EXPECT_EQ(here.post(path + "/remove", Value::object({{"password", good_password}})).code(),
            "people.factor_missing");
  EXPECT_EQ(here.post(path + "/remove", proof(me)).status, 204);
  auto late = portal.stranger();
  const auto gone = sign_in(late, key, user);
  EXPECT_EQ(gone.status, 401);
  EXPECT_EQ(gone.code(), "people.passkey_refused");
}

TEST(Passkeys, AStrangerOrATokenDoesNothingWithThem) {
  Portal portal;
  with_address(portal);
  auto stranger = portal.stranger();
  const auto password = Value::object({{"password", good_password}});
  EXPECT_EQ(stranger.get("/api/v1/account/passkeys").status, 401);
  EXPECT_EQ(stranger.post("/api/v1/account/passkeys/options", password).status, 401);
  EXPECT_EQ(stranger.post("/api/v1/account/passkeys/proof").status, 401);
  EXPECT_EQ(stranger.post("/api/v1/account/passkeys/1/remove", password).status, 401);
  EXPECT_EQ(stranger.post("/api/v1/account/totp", password).status, 401);
  EXPECT_EQ(stranger.post("/api/v1/account/totp/remove", password).status, 401);
  EXPECT_EQ(stranger.post("/api/v1/account/recovery-codes", password).status, 401);
  const auto me = portal.somebody("tanaka", ours, people::Role::operator_);
  auto here = portal.browser(me);
  const TestAuthenticator key;
  add(portal, here, me, key);
  Value scopes = Value::array();
  scopes.push(Value("watch_read"));
  const auto made = here.post("/api/v1/account/tokens",
                              Value::object({{"name", "x"}, {"scopes", std::move(scopes)}, {"days", 1}}));
  auto program = portal.stranger();
  program.token = made.json["secret"].text();
  EXPECT_EQ(program.get("/api/v1/account/passkeys").code(), "people.session_needed") << made.body;
  EXPECT_EQ(program.post("/api/v1/account/passkeys/options", password).code(), "people.session_needed");
  here.sends_csrf = false;
  EXPECT_EQ(here.post("/api/v1/account/passkeys/options", password).status, 403) << "CSRF";
  auto half = portal.stranger();
  half.post("/api/v1/session", Value::object({{"login", "tanaka"}, {"password", good_password}}));
  EXPECT_EQ(half.get("/api/v1/account/passkeys").code(), "people.second_factor_missing");
}

TEST(Passkeys, EveryWayIntoTheAccountIsChangedBehindOneProof) {
  Portal portal;
  with_address(portal);
  const auto me = portal.somebody("tanaka", ours, people::Role::operator_);
  auto here = portal.browser(me);
  const TestAuthenticator key;
  add(portal, here, me, key);
  const auto passkey =
      std::to_string(here.get("/api/v1/account/passkeys").json["items"].items().front()["id"].integer());
  const auto with = [](const char* name, Value what) {
    Value out = Value::object({{"password", good_password}});
    out.set(name, std::move(what));
    return out;
  };
  const auto alone = Value::object({{"password", good_password}});
  for (const auto& path : {std::string("/totp"), std::string("/totp/remove"), std::string("/recovery-codes"),
                           std::string("/passkeys/options"), "/passkeys/" + passkey + "/remove"}) {
    SCOPED_TRACE(path);
    const auto refused = here.post("/api/v1/account" + path, alone);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.code(), "people.factor_missing");
    EXPECT_FALSE(refused.json["advice"].text().empty());
    EXPECT_EQ(here.post("/api/v1/account" + path, with("recovery_code", "AAAA-BBBB-CCCC")).code(),
              "people.recovery_code_wrong");
    ASSERT_TRUE(portal.api().people.unlock({}, me.person.id));
  }
  EXPECT_EQ(here.post("/api/v1/account/totp", with("recovery_code", me.recovery_codes[0])).status, 200);
  EXPECT_EQ(here.post("/api/v1/account/totp", with("recovery_code", me.recovery_codes[0])).status, 400);
  const auto asked = here.post("/api/v1/account/passkeys/proof");
  const auto used = use_value(key.use(asked.json["challenge"].text()));
  EXPECT_EQ(here.post("/api/v1/account/totp/remove", with("passkey", used)).status, 204);
  EXPECT_FALSE(here.get("/api/v1/account/passkeys").json["authenticator"].boolean());
}

TEST(Passkeys, WithoutAPublicAddressThereAreNone) {
  Portal portal;
  const auto me = portal.somebody("tanaka", ours, people::Role::operator_);
  auto here = portal.browser(me);
  EXPECT_TRUE(here.get("/api/v1/session").json["passkey_address"].is_null());
  EXPECT_EQ(portal.stranger().post("/api/v1/session/passkey/options").code(), "people.passkeys_unavailable");
  EXPECT_EQ(here.post("/api/v1/account/passkeys/options",
                      Value::object({{"password", good_password}, {"code", portal.code_of(me)}}))
                .code(),
            "people.passkeys_unavailable");
}

TEST(Passkeys, ALostDeviceIsShutOutWithANewLink) {
  Portal portal;
  with_address(portal);
  auto admin = portal.browser(portal.administrator("root"));
  const auto me = portal.somebody("tanaka", ours, people::Role::operator_);
  auto here = portal.browser(me);
  const TestAuthenticator key;
  const auto user = add(portal, here, me, key);
  const auto path = "/people/" + std::to_string(me.person.id);
  EXPECT_EQ(admin.get(in(ours, path)).json["passkeys"].integer(), 1);
  const auto link = admin.post(in(ours, path + "/invite?remove_passkeys=true"));
  ASSERT_EQ(link.status, 201) << link.body;
  EXPECT_EQ(admin.get(in(ours, path)).json["passkeys"].integer(), 0);
  EXPECT_EQ(here.get("/api/v1/account/passkeys").status, 401) << "its session, too";
  auto lost = portal.stranger();
  EXPECT_EQ(sign_in(lost, key, user).code(), "people.passkey_refused");

  // With the link: a passkey in place of the app.
  const auto text = link.json["link"].text();
  const auto token = Value(text.substr(text.find('#') + 1));
  auto setup = portal.stranger();
  EXPECT_EQ(setup.post("/api/v1/setup/passkey", Value::object({{"token", token}})).code(),
            "people.setup_not_begun");
  setup.post("/api/v1/setup", Value::object({{"token", token}, {"password", good_password}}));
  const auto question = setup.post("/api/v1/setup/passkey", Value::object({{"token", token}}));
  ASSERT_EQ(question.status, 200) << question.body;
  const TestAuthenticator fresh(-8, "a fresh credential");
  auto made = made_value("新しい鍵", fresh.create(question.json["challenge"].text()));
  made.set("token", token);
  const auto done = setup.post("/api/v1/setup/passkey/confirm", made);
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(done.json["codes"].items().size(), 10U);
  setup.load();
  const auto own = setup.get("/api/v1/account/passkeys");
  EXPECT_FALSE(own.json["authenticator"].boolean()) << own.body;
  const auto codes = done.json["codes"].items();
  const auto last =
      setup.post("/api/v1/account/passkeys/" +
                     std::to_string(own.json["items"].items().front()["id"].integer()) + "/remove",
                 Value::object({{"password", good_password}, {"recovery_code", codes.front()}}));
  EXPECT_EQ(last.code(), "people.factor_last");
  EXPECT_EQ(last.status, 409);
}

}  // namespace
}  // namespace yagura::api_test
