// Accounts: the first one, the last administrator, a new account with its first entry, what is stopped.
#include "people/test_ground.hpp"

namespace yagura::people {
namespace {

class AccountsTest : public PeopleTest {};

TEST_P(AccountsTest, TheFirstAdministratorComesInByALinkThatServesOnce) {
  const auto link = people_->first_administrator().value();
  ASSERT_TRUE(link);
  EXPECT_EQ(people_->look(link->token)->person.login, "admin");
  const auto second = people_->first_administrator().value();
  EXPECT_EQ(people_->look(link->token).error().code, "people.invitation_invalid")
      << "a newer link ends the older";
  const auto enrolment = people_->begin_setup(second->token, good).value();
  EXPECT_EQ(people_->finish_setup(second->token, "000000", "::1", "").error().code, "people.code_wrong");
  EXPECT_EQ(people_->sign_in("admin", good, "::1", "").error().code, "people.sign_in_refused")
      << "nothing holds yet";
  const auto done =
      people_->finish_setup(second->token, totp_code(from_base32(enrolment.secret), clock_.now()), "::1", "");
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(done->recovery_codes.size(), 10U);
  const auto who = people_->principal(done->cookie, "::1");
  ASSERT_TRUE(who) << who.error().text();
  EXPECT_TRUE(who->may("m", "people.write"));
  EXPECT_FALSE(who->may("o", "people.write")) << "contract o gives administrators nothing";
  EXPECT_EQ(people_->look(second->token).error().code, "people.invitation_invalid");
  EXPECT_FALSE(people_->first_administrator().value());
}

TEST_P(AccountsTest, AnAccountAndItsFirstEntryAreOneOrNone) {
  const PersonChange fields{.name = "髙橋 一郎"};
  const auto refused = people_->create_on_roster(
      city_, "taro", fields, {.contract = "m", .role = Role::analyst, .from = "2026-04-01"});
  EXPECT_EQ(refused.error().code, "people.role_unknown");
  EXPECT_EQ(people_->person_with_login("taro").error().code, "people.not_found");
  // What fails only in the tables leaves nothing either.
  ASSERT_TRUE(database().write([](store::Session& s) { return s.exec("DROP TABLE roster"); }));
  EXPECT_FALSE(people_->create_on_roster(city_, "taro", fields,
                                         {.contract = "m", .role = Role::operator_, .from = "2026-04-01"}));
  EXPECT_EQ(people_->person_with_login("taro").error().code, "people.not_found");
}

TEST_P(AccountsTest, TheLastAdministratorStays) {
  const auto first = ready("first", true);
  const auto second = people_->create({}, "second", {.name = "二人目"}, true).value();
  const journal::Actor by{second.id, "二人目", ""};
  EXPECT_EQ(people_->change(by, first.person.id, {.administrator = false}).error().code,
            "people.last_administrator")
      << "the second has not finished the set-up";
  EXPECT_EQ(people_->change(by, first.person.id, {.disabled = true}).error().code,
            "people.last_administrator");
  EXPECT_EQ(people_->change(by, second.id, {.administrator = false}).error().code, "people.not_on_own");
  EXPECT_TRUE(people_->change(by, first.person.id, {.name = "改名"}));
  EXPECT_TRUE(people_->change({first.person.id, "", ""}, second.id, {.administrator = false}));
}

TEST_P(AccountsTest, HostileFieldsAreRefused) {
  EXPECT_EQ(people_->create({}, "A b", {.name = "x"}).error().code, "people.login_invalid");
  EXPECT_EQ(people_->create({}, "ok", {.name = " "}).error().code, "people.name_missing");
  EXPECT_EQ(people_->create({}, "ok", {.name = "x", .mail = "a@b\r\nBcc: c@d"}).error().code,
            "people.mail_invalid");
  EXPECT_EQ(people_->create({}, "ok", {.name = std::string(500, 'x')}).error().code, "people.field_invalid");
  ASSERT_TRUE(people_->create({}, "ok", {.name = "山﨑", .kana = "ﾔﾏｻﾞｷ"}));
  EXPECT_EQ(people_->create({}, "ok", {.name = "y"}).error().code, "people.login_taken");
  EXPECT_EQ(people_->list("", "やまざき", 0, 10)->size(), 1U);
  EXPECT_EQ(people_->list("m", "", 0, 10)->size(), 0U);
}

YAGURA_ON_EVERY_DATABASE(AccountsTest);

}  // namespace
}  // namespace yagura::people
