// What people change of their own account: password, authenticator app, API tokens.
#include "people/test_ground.hpp"

namespace yagura::people {
namespace {

class OwnAccountTest : public PeopleTest {};

TEST_P(OwnAccountTest, TokensDoNoMoreThanTheirScopes) {
  const auto r = ready("tanaka");
  list_on_roster(r, "m", Role::city_staff);
  const auto who = people_->principal(sign_in(r).value(), "10.1.2.3").value();
  EXPECT_EQ(people_->create_token(who, "x", {"people.write"}, 10).error().code, "people.scope_not_yours");
  const auto made = people_->create_token(who, "監視画面", {"watch.read"}, 10);
  ASSERT_TRUE(made) << made.error().text();
  const auto robot = people_->principal_of_token(made->secret, "10.1.2.3").value();
  EXPECT_TRUE(robot.may("m", "watch.read"));
  EXPECT_FALSE(robot.may("m", "incident.write"));
  EXPECT_EQ(people_->create_token(robot, "y", {"watch.read"}, 1).error().code, "people.session_needed");
  clock_.advance(std::chrono::days(11));
  EXPECT_FALSE(people_->principal_of_token(made->secret, "10.1.2.3"));
  EXPECT_FALSE(people_->principal_of_token("ygt_nonsense", "10.1.2.3"));
}

TEST_P(OwnAccountTest, DisablingAndANewPasswordEndOtherSessions) {
  const auto r = ready("tanaka");
  list_on_roster(r, "m", Role::city_staff);
  const auto one = sign_in(r).value(), two = sign_in(r).value();
  const auto who = people_->principal(one, "10.1.2.3").value();
  EXPECT_EQ(people_->change_password(who, "wrong", good).error().code, "people.password_wrong");
  EXPECT_EQ(people_->change_password(who, good, "short").error().code, "people.password_too_short");
  ASSERT_TRUE(people_->change_password(who, good, "another good phrase"));
  EXPECT_TRUE(people_->principal(one, "10.1.2.3"));
  EXPECT_FALSE(people_->principal(two, "10.1.2.3"));
  ASSERT_TRUE(people_->change({}, r.person.id, {.disabled = true}));
  EXPECT_FALSE(people_->principal(one, "10.1.2.3"));
}

TEST_P(OwnAccountTest, ANewAuthenticatorReplacesTheOldOnlyWhenProven) {
  const auto r = ready("tanaka");
  list_on_roster(r, "m", Role::city_staff);
  const auto who = people_->principal(sign_in(r).value(), "10.1.2.3").value();
  const auto enrolment = people_->begin_totp(who, {good, code(r)}).value();
  EXPECT_TRUE(sign_in(r)) << "the old one still serves";
  const auto secret = from_base32(enrolment.secret);
  EXPECT_EQ(people_->finish_totp(who, "000000").error().code, "people.code_wrong");
  ASSERT_TRUE(people_->finish_totp(who, totp_code(secret, clock_.now())));
  EXPECT_EQ(sign_in(r).error().code, "people.code_wrong");
}

YAGURA_ON_EVERY_DATABASE(OwnAccountTest);

}  // namespace
}  // namespace yagura::people
