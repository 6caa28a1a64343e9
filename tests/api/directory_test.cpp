// Accounts whose password a directory of the city knows, over the API. The real directory is in
// tests/system/directory_test.sh.
#include "api/portal.hpp"

namespace yagura::api_test {
namespace {

using people::DirectoryVerdict;

class FakeDirectory final : public people::Directory {
 public:
  Result<DirectoryVerdict> check(std::string_view login, std::string_view password) override {
    if (away) return fail("people.directory_away");
    return login == "kawai" && password == "Matsu-1" ? verdict : DirectoryVerdict::wrong;
  }
  DirectoryVerdict verdict = DirectoryVerdict::right;
  bool away = false;
};

std::shared_ptr<FakeDirectory> with_directories(Portal& portal) {
  auto fake = std::make_shared<FakeDirectory>();
  portal.api().people.set_directories({{"city", {"市の AD", "City AD", {ours}, fake}},
                                       {"other", {"別の市の AD", "Another's AD", {theirs}, fake}}});
  return fake;
}

Value kawai(const char* directory) {
  return Value::object(
      {{"login", "kawai"}, {"name", "河合 花子"}, {"role", "city_staff"}, {"directory", Value(directory)}});
}

Value with_password(const char* login, const char* password) {
  return Value::object({{"login", login}, {"password", password}});
}

std::string token_of(const Answer& invited) {
  const auto link = invited.json["link"].text();
  return link.substr(link.find('#') + 1);
}

TEST(Directory, IsOfferedToItsContractsAlone) {
  Portal portal;
  with_directories(portal);
  auto admin = portal.browser(portal.administrator("root"));
  const auto offered = admin.get(in(ours, "/people/directories"));
  ASSERT_EQ(offered.json["items"].items().size(), 1U) << offered.body;
  EXPECT_EQ(offered.json["items"].items().front()["id"].text(), "city");
  EXPECT_EQ(admin.post(in(ours, "/people"), kawai("other")).code(), "people.directory_unknown")
      << "another city's people are not ours to name";
  const auto made = admin.post(in(ours, "/people"), kawai("city"));
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.json["directory"]["id"].text(), "city");
  const auto path = in(ours, "/people/" + std::to_string(made.json["id"].integer()));
  EXPECT_EQ(admin.patch(path, Value::object({{"directory", "other"}})).code(), "people.directory_unknown");
  EXPECT_TRUE(admin.patch(path, Value::object({{"directory", ""}})).json["directory"].is_null());
  const auto root = portal.api().people.person_with_login("root").value();
  EXPECT_EQ(
      admin.patch(in(ours, "/people/" + std::to_string(root.id)), Value::object({{"directory", "city"}}))
          .code(),
      "people.last_administrator")
      << "somebody must get in while the directory is away";
}

TEST(Directory, APersonOfTheCityProvesItsPasswordAndKeepsOurSecondFactor) {
  Portal portal;
  const auto fake = with_directories(portal);
  auto admin = portal.browser(portal.administrator("root"));
  const auto made = admin.post(in(ours, "/people"), kawai("city"));
  const auto id = std::to_string(made.json["id"].integer());
  const auto token = token_of(admin.post(in(ours, "/people/" + id + "/invite")));
  auto person = portal.stranger();
  const auto looked = person.post("/api/v1/setup/look", Value::object({{"token", token}}));
  EXPECT_EQ(looked.json["directory"]["name"]["en"].text(), "City AD") << looked.body;
  const auto begin = [&](const char* password) {
    return person.post("/api/v1/setup", Value::object({{"token", token}, {"password", password}}));
  };
  EXPECT_EQ(begin("wrong").code(), "people.directory_password_wrong");
  fake->verdict = DirectoryVerdict::must_change;
  EXPECT_EQ(begin("Matsu-1").code(), "people.directory_password_expired");
  fake->verdict = DirectoryVerdict::right;
  EXPECT_EQ(begin("Matsu-1").status, 200) << "the city's rules for passwords, not ours";
  EXPECT_EQ(person.get("/api/v1/session").json["state"].text(), "signed_out")
      << "the second factor is missing";
}

TEST(Directory, AwayIsSaidPlainlyAndOfEveryName) {
  Portal portal;
  const auto fake = with_directories(portal);
  auto admin = portal.browser(portal.administrator("root"));
  const auto staff = portal.somebody("kawai", ours, people::Role::city_staff);
  ASSERT_EQ(admin
                .patch(in(ours, "/people/" + std::to_string(staff.person.id)),
                       Value::object({{"directory", "city"}}))
                .status,
            200);
  EXPECT_EQ(portal.stranger().post("/api/v1/session", with_password("kawai", "Matsu-1")).json["state"].text(),
            "second_factor");
  fake->away = true;
  const auto away = portal.stranger().post("/api/v1/session", with_password("kawai", "Matsu-1"));
  EXPECT_EQ(away.status, 503);
  EXPECT_EQ(away.code(), "people.directory_away");
  EXPECT_EQ(portal.stranger().post("/api/v1/session", with_password("nobody", "x")).code(),
            "people.directory_away");
  EXPECT_EQ(
      portal.stranger().post("/api/v1/session", with_password("root", good_password)).json["state"].text(),
      "second_factor")
      << "who has a password here gets in";
}

class NoTickets final : public people::Tickets {
 public:
  Result<people::Ticket> accept(std::string_view, std::string_view) override {
    return fail("people.ticket_refused", {{"why", "a secret of the journal"}});
  }
};

// Tickets themselves: tests/system/kerberos_test.sh.
TEST(Directory, ATicketIsAskedForWhereItIsTaken) {
  Portal portal;
  const auto fake = with_directories(portal);
  EXPECT_EQ(portal.stranger().get("/api/v1/session/kerberos").status, 404);
  EXPECT_TRUE(portal.stranger().get("/api/v1/session").json["takes_tickets"].is_null());
  portal.api().people.set_directories(
      {{"city", {"市の AD", "City AD", {ours}, fake, {}, std::make_shared<NoTickets>()}}});
  EXPECT_TRUE(portal.stranger().get("/api/v1/session").json["takes_tickets"].boolean());
  const auto asked = portal.stranger().get("/api/v1/session/kerberos");
  EXPECT_EQ(asked.status, 401);
  EXPECT_EQ(asked.code(), "people.ticket_missing");
  EXPECT_EQ(asked.header("WWW-Authenticate"), "Negotiate");
  EXPECT_TRUE(asked.header("Set-Cookie").empty());
}

TEST(Directory, ThePasswordIsNotChangedHere) {
  Portal portal;
  with_directories(portal);
  auto admin = portal.browser(portal.administrator("root"));
  auto staff = portal.somebody("kawai", ours, people::Role::city_staff);
  ASSERT_EQ(admin
                .patch(in(ours, "/people/" + std::to_string(staff.person.id)),
                       Value::object({{"directory", "city"}}))
                .status,
            200);
  auto browser = portal.stranger();
  ASSERT_EQ(browser.post("/api/v1/session", with_password("kawai", "Matsu-1")).status, 200);
  const auto in_ =
      browser.post("/api/v1/session/second-factor", Value::object({{"code", portal.code_of(staff)}}));
  ASSERT_EQ(in_.status, 200) << in_.body;
  EXPECT_EQ(in_.json["account"]["directory"]["id"].text(), "city");
  browser.load();
  EXPECT_EQ(browser
                .post("/api/v1/account/password",
                      Value::object({{"current", "Matsu-1"}, {"password", good_password}}))
                .code(),
            "people.password_of_directory");
}

}  // namespace
}  // namespace yagura::api_test
