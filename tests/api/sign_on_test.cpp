// Signing in at a provider of identities, over the API. Real providers are in tests/system/sign_on_test.sh.
#include "api/portal.hpp"

namespace yagura::api_test {
namespace {

class FakeProvider final : public people::SignOn {
 public:
  Result<people::SignOnBegun> begin(std::string_view given) override {
    if (away) return fail("people.sign_on_away");
    state = given;
    return people::SignOnBegun{"https://id.city.example.jp/authorize", "kept"};
  }
  Result<people::SignedOn> finish(std::string_view, const people::SignOnAnswer& answer) override {
    if (!answer.error.empty()) return fail("people.sign_on_cancelled");
    if (answer.code != "good" && answer.response != "<good/>") return fail("people.sign_on_not_believed");
    return people::SignedOn{"https://id.city.example.jp", "hanako-7", enough};
  }
  std::string metadata() const override { return speaks_saml ? "<metadata/>" : ""; }
  std::string state;
  bool speaks_saml = false;
  bool away = false, enough = false;
};

class SignOnApi : public ::testing::Test {
 protected:
  SignOnApi() {
    portal_.api().people.set_directories(
        {{"entra", {.name_ja = "市の ID", .name_en = "City ID", .contracts = {ours}, .sign_on = fake_}}});
  }
  // What a browser keeps between leaving and coming back.
  std::string begin(Browser& browser, const std::string& setup = {}) {
    Value body = Value::object({{"provider", "entra"}});
    if (!setup.empty()) body.set("setup_token", setup);
    const auto begun = browser.post("/api/v1/session/sign-on", body);
    EXPECT_EQ(begun.status, 200) << begun.body;
    EXPECT_EQ(begun.json["address"].text(), "https://id.city.example.jp/authorize");
    const auto cookie = begun.header("Set-Cookie");
    EXPECT_TRUE(cookie.starts_with("__Host-yagura-sign-on="));
    EXPECT_TRUE(cookie.contains("; Path=/; Secure; SameSite=Strict; HttpOnly; Max-Age=600")) << cookie;
    return cookie.substr(0, cookie.find(';'));
  }
  Answer finish(Browser& browser, const std::string& kept, const char* code = "good",
                const char* error = nullptr) {
    const auto session = browser.cookie;
    browser.cookie = session.empty() ? "x; " + kept : session + "; " + kept;
    Value body = Value::object({{"provider", "entra"}, {"state", fake_->state}, {"code", code}});
    if (error) body.set("error", error);
    auto answer = browser.post("/api/v1/session/sign-on/finish", body);
    if (browser.cookie.contains(';')) browser.cookie = session;
    return answer;
  }
  Portal portal_;
  std::shared_ptr<FakeProvider> fake_ = std::make_shared<FakeProvider>();
};

TEST_F(SignOnApi, FromTheStartLinkToTheSession) {
  auto admin = portal_.browser(portal_.administrator("root"));
  const auto made = admin.post(
      in(ours, "/people"),
      Value::object(
          {{"login", "hanako"}, {"name", "河合 花子"}, {"role", "city_staff"}, {"directory", "entra"}}));
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.json["directory"]["kind"].text(), "sign_on");
  EXPECT_FALSE(made.json["linked"].boolean());
  const auto person = "/people/" + std::to_string(made.json["id"].integer());
  const auto link = admin.post(in(ours, person + "/invite")).json["link"].text();
  const auto token = link.substr(link.find('#') + 1);

  auto browser = portal_.stranger();
  const auto offered = browser.get("/api/v1/session/sign-on");
  ASSERT_EQ(offered.json["items"].items().size(), 1U) << offered.body;
  EXPECT_EQ(offered.json["items"].items().front()["name"]["en"].text(), "City ID");
  const auto begin_setup = [&] {
    return browser.post("/api/v1/setup", Value::object({{"token", token}, {"password", ""}}));
  };
  EXPECT_EQ(begin_setup().code(), "people.sign_on_first");
  const auto proven = finish(browser, begin(browser, token));
  ASSERT_EQ(proven.status, 200) << proven.body;
  EXPECT_EQ(proven.json["state"].text(), "setup");
  EXPECT_EQ(proven.json["setup_token"].text(), token);
  EXPECT_EQ(browser.get("/api/v1/session").json["state"].text(), "signed_out");
  EXPECT_TRUE(browser.post("/api/v1/setup/look", Value::object({{"token", token}})).json["proven"].boolean());
  EXPECT_EQ(begin_setup().status, 200);
}

TEST_F(SignOnApi, RefusalsAreReadable) {
  auto browser = portal_.stranger();
  const auto kept = begin(browser);
  const auto unknown = finish(browser, kept);
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(unknown.code(), "people.sign_on_unknown");
  EXPECT_FALSE(unknown.json["advice"].text().empty());
  EXPECT_EQ(finish(browser, kept).code(), "people.sign_on_expired") << "once";
  EXPECT_EQ(finish(browser, "x=y").code(), "people.sign_on_expired");
  EXPECT_EQ(finish(browser, begin(browser), "bad").code(), "people.sign_on_not_believed");
  EXPECT_EQ(finish(browser, begin(browser), "good", "access_denied").code(), "people.sign_on_cancelled");
  fake_->away = true;
  const auto away =
      portal_.stranger().post("/api/v1/session/sign-on", Value::object({{"provider", "entra"}}));
  EXPECT_EQ(away.status, 503);
  EXPECT_EQ(away.code(), "people.sign_on_away");
  EXPECT_EQ(portal_.stranger().post("/api/v1/session/sign-on", Value::object({{"provider", "none"}})).code(),
            "people.directory_unknown");
}

TEST_F(SignOnApi, AProvidersPagePostsAndTheBrowserGoesOn) {
  auto browser = portal_.stranger();
  const auto path = std::string("/api/v1/session/sign-on/entra");
  const auto form = [&](const std::string& body) {
    return browser.send("POST", path + "/response", body, "application/x-www-form-urlencoded");
  };
  EXPECT_EQ(browser.get(path + "/metadata").status, 404);
  EXPECT_EQ(form("SAMLResponse=x&RelayState=y").status, 404) << "no provider of this kind";
  fake_->speaks_saml = true;
  EXPECT_EQ(browser.get(path + "/metadata").body, "<metadata/>");
  const auto kept = begin(browser);
  const auto posted = form("SAMLResponse=%3Cgood%2F%3E&RelayState=" + fake_->state);
  EXPECT_EQ(posted.status, 303) << posted.body;
  EXPECT_EQ(posted.header("Location"), "/sign-on/entra?state=" + fake_->state);
  EXPECT_EQ(posted.header("Set-Cookie"), "") << "nobody is signed in by that";
  EXPECT_EQ(finish(browser, kept, "").code(), "people.sign_on_unknown") << "believed, but linked to nobody";
  EXPECT_EQ(form("SAMLResponse=x&RelayState=%0d%0aSet-Cookie:x").status, 303);
  EXPECT_EQ(form("SAMLResponse=x&RelayState=%0d%0aSet-Cookie:x").header("Set-Cookie"), "");
  EXPECT_EQ(form("%").status, 400);
}

}  // namespace
}  // namespace yagura::api_test
