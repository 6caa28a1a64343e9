// Passwords of administrators, their releases and erasures: whatever is sent that is not as it should be is
// told so, and nothing has changed by it.
#include "ledger/erasure.hpp"
#include "ledger/password_vault.hpp"
#include "web/api/desk_test_ground.hpp"
#include "web/api/erasure_api.hpp"
#include "web/api/password_api.hpp"

namespace yagura::web {
namespace {

using people::Role;

class SecretApiTest : public DeskGround {
 protected:
  void SetUp() override {
    DeskGround::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(database().migrate(ledger::PasswordVault::migrations()));
    ASSERT_TRUE(database().migrate(ledger::Erasures::migrations()));
    passwords_ = std::make_unique<ledger::PasswordVault>(
        ledger::PasswordVault::Ground{database(), *journal_, clock_, ids_, *vault_, *ledgers_},
        [](std::string_view, const std::string&, calendar::Date) { return std::optional<calendar::Date>{}; });
    erasures_ =
        std::make_unique<ledger::Erasures>(ledger::Erasures::Ground{database(), *journal_, clock_, ids_});
    password_api_ = std::unique_ptr<PasswordApi>(new PasswordApi{*api_, *passwords_});
    exports_ = std::make_unique<ledger::HandoverExports>(
        ledger::HandoverExports::Ground{database(), *journal_, clock_, ids_, folder_ / "handover"});
    erasure_api_ = std::unique_ptr<ErasureApi>(
        new ErasureApi{.ground = *api_, .erasures = *erasures_, .exports = *exports_, .hand_over = {}});
    add_password_routes(router_, *password_api_);
    add_erasure_routes(router_, *erasure_api_);
    city_ = person("city", Role::city_supervisor);
    second_ = person("second", Role::city_supervisor);
    elsewhere_ = person("elsewhere", Role::city_supervisor, "other");
    row_ = ledgers_
               ->create({1, "登録者", ""}, contract, "privileged_ids",
                        Value::object({{"name", "CS / Administrator"},
                                       {"machine", "CS"},
                                       {"kind", "os"},
                                       {"login", "Administrator"},
                                       {"state", "in_use"}}),
                        "")
               .value()
               .id;
    ASSERT_EQ(post(city_, passwords(), R"({"secret":"first","on":"2026-04-01"})").status, 200);
  }
  void TearDown() override {
    router_ = {};
    erasure_api_.reset();
    exports_.reset();
    password_api_.reset();
    erasures_.reset();
    passwords_.reset();
    DeskGround::TearDown();
  }
  std::string passwords(const std::string& more = "") { return "/passwords/" + std::to_string(row_) + more; }
  // All that could have changed.
  std::string kept() {
    std::string out;
    for (const auto* path : {"/passwords", "/releases", "/erasures"})
      out += std::string(get(city_, path).response.body_text());
    for (const auto* chain : {"", contract, "other"})
      out +=
          " " + std::to_string(database()
                                   .read([&](store::Session& s) {
                                     return s.integer("SELECT count(*) FROM journal WHERE chain = $1", chain);
                                   })
                                   .value()
                                   .value_or(-1));
    return out;
  }
  void refused(const Person& by, const std::string& path, const std::string& body, int status = 0) {
    const auto before = kept();
    const auto answer = post(by, path, body);
    const auto shown = path + " " + body.substr(0, 60) + " → " + std::string(answer.response.body_text());
    if (status != 0) {
      EXPECT_EQ(answer.status, status) << shown;
    } else {
      EXPECT_GE(answer.status, 400) << shown;
      EXPECT_LT(answer.status, 500) << shown;
      EXPECT_NE(answer.status, 401) << shown;
      EXPECT_NE(answer.status, 403) << shown;
    }
    EXPECT_FALSE(answer.code().empty()) << shown;
    EXPECT_FALSE(answer.body["detail"].text().empty()) << shown;
    EXPECT_EQ(kept(), before) << shown;
  }

  Person city_, second_, elsewhere_;
  Id row_ = 0;
  std::unique_ptr<ledger::PasswordVault> passwords_;
  std::unique_ptr<ledger::Erasures> erasures_;
  std::unique_ptr<PasswordApi> password_api_;
  std::unique_ptr<ledger::HandoverExports> exports_;
  std::unique_ptr<ErasureApi> erasure_api_;
};

// What is no object at all, for whichever operation.
const std::vector<std::string> shapeless = {"{",
                                            "[]",
                                            "null",
                                            "1",
                                            "\"x\"",
                                            "{}",
                                            "{\"\":\"\"}",
                                            std::string("{\"reason\":\"\xff\xfe\"}"),
                                            "\xef\xbb\xbf{}",
                                            std::string("{\0}", 3),
                                            std::string(300, '[')};
// What no text of people may be: wrong types, nothing, NUL, broken and overlong UTF-8, half a surrogate.
const std::vector<std::string> no_text = {
    "5", "null", "{}", "[]", "true", "\"\"", R"("a\u0000b")", "\"\xff\xfe\"", "\"\xc0\xaf\"", R"("\ud800")"};

TEST_P(SecretApiTest, APasswordIsRecordedAsItShouldBeOrNotAtAll) {
  for (const auto& body : shapeless) refused(city_, passwords(), body);
  for (const auto& text : no_text) {
    refused(city_, passwords(), R"({"on":"2026-04-02","secret":)" + text + "}");
    refused(city_, passwords(), R"({"secret":"x","on":)" + text + "}");
  }
  refused(city_, passwords(), R"({"on":"2026-04-02","secret":")" + std::string(1001, 'x') + "\"}");
  refused(city_, passwords(), R"({"on":"2026-04-02"})");
  refused(city_, passwords(), R"({"secret":"x"})");
  for (const auto* day :
       {"2026-04-29", "9999-12-31", "2026-02-30", "2026-4", "きのう", "2026-04-02T00:00:00Z"})
    refused(city_, passwords(), R"({"secret":"x","on":")" + std::string(day) + "\"}");
  const auto release = post(city_, passwords("/releases"), R"({"reason":"確認"})");
  ASSERT_EQ(release.status, 201) << release.response.body_text();
  const auto path = "/releases/" + std::to_string(release.body["id"].integer());
  ASSERT_EQ(post(second_, path + "/decision", R"({"approve":true})").status, 200);
  EXPECT_EQ(post(city_, path + "/secret", "{}").body["secret"].text(), "first") << "the one that was there";
}

TEST_P(SecretApiTest, AReleaseIsAskedAndDecidedInWords) {
  for (const auto& body : shapeless) refused(city_, passwords("/releases"), body);
  for (const auto& text : no_text) refused(city_, passwords("/releases"), R"({"reason":)" + text + "}");
  refused(city_, passwords("/releases"), R"({"reason":"  "})");
  refused(city_, passwords("/releases"), R"({"reason":")" + std::string(2001, 'x') + "\"}");
  std::string japanese;
  for (int i = 0; i < 2000; ++i) japanese += "理";
  const auto asked = post(city_, passwords("/releases"), R"({"reason":")" + japanese + "\"}");
  EXPECT_EQ(asked.status, 201) << "characters are counted, not bytes: " << asked.response.body_text();
  const auto path = "/releases/" + std::to_string(asked.body["id"].integer());
  for (const auto& body : shapeless) refused(second_, path + "/decision", body);
  for (const auto* approve : {"\"true\"", "1", "null", "{}", "[true]"})
    refused(second_, path + "/decision", R"({"reason":"x","approve":)" + std::string(approve) + "}");
  for (const auto& text : no_text)
    refused(second_, path + "/decision", R"({"approve":false,"reason":)" + text + "}");
  refused(second_, path + "/decision", R"({"approve":true,"reason":"a\u0000b"})");
  refused(second_, path + "/decision", R"({"approve":false})");
  refused(second_, path + "/decision", R"({"approve":false,"reason":")" + std::string(2001, 'x') + "\"}");
  refused(city_, path + "/secret", "{}", 409);
  refused(second_, path + "/secret", "{}", 404);
}

TEST_P(SecretApiTest, AnErasureIsAskedForWithItsManifest) {
  const std::string sum(64, 'a');
  for (const auto& body : shapeless) refused(city_, "/erasures", body);
  for (const auto& text : no_text) {
    refused(city_, "/erasures", R"({"manifest":")" + sum + R"(","reason":)" + text + "}");
    refused(city_, "/erasures", R"({"reason":"契約終了","manifest":)" + text + "}");
  }
  refused(city_, "/erasures", R"({"manifest":")" + sum + R"(","reason":")" + std::string(8001, 'x') + "\"}");
  for (const auto& bad : {std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'A'),
                          std::string(64, 'g'), std::string(63, 'a') + " ", std::string(100'000, 'a')})
    refused(city_, "/erasures", R"({"reason":"契約終了","manifest":")" + bad + "\"}");
}

TEST_P(SecretApiTest, WhatIsNotThereOrAnothersIsNotFound) {
  const auto device =
      ledgers_->create({1, "x", ""}, contract, "contacts", Value::object({{"name", "人"}}), "");
  ASSERT_TRUE(device) << device.error().text();
  const auto release = post(city_, passwords("/releases"), R"({"reason":"確認"})");
  const auto erasure =
      post(city_, "/erasures", R"({"reason":"終了","manifest":")" + std::string(64, 'a') + "\"}");
  ASSERT_EQ(erasure.status, 201) << erasure.response.body_text();
  const std::string ours = std::to_string(row_), asked = std::to_string(release.body["id"].integer()),
                    agreed = std::to_string(erasure.body["id"].integer());
  const std::vector<std::pair<std::string, std::string>> acts = {
      {"/passwords/#", R"({"secret":"x","on":"2026-04-02"})"},
      {"/passwords/#/releases", R"({"reason":"x"})"},
      {"/releases/#/decision", R"({"approve":true})"},
      {"/releases/#/secret", "{}"},
      {"/erasures/#/approval", "{}"}};
  for (const auto& [pattern, body] : acts) {
    const auto at = [&](const std::string& id) {
      auto path = pattern;
      return path.replace(path.find('#'), 1, id);
    };
    for (const auto* id : {"4711", "0", "-1", "x", "1e3", "9223372036854775807", "9223372036854775808",
                           "99999999999999999999999"})
      refused(second_, at(id), body);
    refused(second_, at(std::to_string(device->id)), body, 404);
    const auto& id = pattern.starts_with("/passwords")  ? ours
                     : pattern.starts_with("/releases") ? asked
                                                        : agreed;
    refused(elsewhere_, at(id) + "?contract=other", body, 404);
    refused(elsewhere_, at(id), body, 404);
  }
  EXPECT_EQ(post(second_, "/releases/" + asked + "/decision", R"({"approve":true})").status, 200)
      << "still there";
  EXPECT_EQ(post(second_, "/erasures/" + agreed + "/approval", "{}").status, 200);
}

TEST_P(SecretApiTest, ReleasesGoOnPageByPage) {
  for (int i = 0; i < 5; ++i)
    ASSERT_EQ(post(city_, passwords("/releases"), R"({"reason":"確認"})").status, 201);
  std::string cursor;
  std::size_t seen = 0;
  do {
    const auto page = get(city_, "/releases?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor));
    ASSERT_EQ(page.status, 200) << page.response.body_text();
    seen += page.body["items"].items().size();
    cursor = page.body["next"].is_text() ? page.body["next"].text() : "";
  } while (!cursor.empty());
  EXPECT_EQ(seen, 5U);
  for (const auto* bad : {"x", "-1", "99999999999999999999", "1.5"})
    EXPECT_EQ(get(city_, std::string("/releases?cursor=") + bad).status, 400) << bad;
  for (const auto* bad : {"0", "501", "-1", "x", "99999999999999"})
    EXPECT_EQ(get(city_, std::string("/releases?limit=") + bad).status, 400) << bad;
}

YAGURA_ON_EVERY_DATABASE(SecretApiTest);

}  // namespace
}  // namespace yagura::web
