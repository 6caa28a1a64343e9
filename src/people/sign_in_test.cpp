// Signing in with a password of ours and a second factor, and the sessions that come of it.
#include "people/test_ground.hpp"

namespace yagura::people {
namespace {

class SignInTest : public PeopleTest {};

TEST_P(SignInTest, WrongPasswordsLockAndSayNothing) {
  const auto r = ready("tanaka");
  list_on_roster(r, "m", Role::city_staff);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(people_->sign_in("tanaka", "wrong", "10.1.2.3", "").error().code, "people.sign_in_refused");
  EXPECT_EQ(people_->sign_in("nobody", "wrong", "10.1.2.3", "").error().code, "people.sign_in_refused");
  EXPECT_EQ(people_->sign_in("tanaka", "wrong", "10.1.2.3", "").error().code, "people.sign_in_refused");
  EXPECT_EQ(people_->sign_in("tanaka", good, "10.1.2.3", "").error().code, "people.locked");
  ASSERT_TRUE(people_->unlock({}, r.person.id));
  EXPECT_TRUE(sign_in(r));
}

TEST_P(SignInTest, ACodeServesOnceAndGuessingEnds) {
  const auto r = ready("tanaka");
  list_on_roster(r, "m", Role::city_staff);
  clock_.advance(std::chrono::minutes(2));
  const auto code = totp_code(r.secret, clock_.now());
  const auto a = people_->sign_in("tanaka", good, "10.1.2.3", "").value();
  const auto b = people_->sign_in("tanaka", good, "10.1.2.3", "").value();
  EXPECT_EQ(people_->principal(a.cookie, "10.1.2.3").error().code, "people.second_factor_missing");
  ASSERT_TRUE(people_->second_factor(a.cookie, code, "10.1.2.3"));
  EXPECT_EQ(people_->second_factor(b.cookie, code, "10.1.2.3").error().code, "people.code_wrong");
  EXPECT_EQ(people_->second_factor(a.cookie, code, "10.1.2.3").error().code, "people.not_signed_in")
      << "the first cookie ended";
  for (int i = 0; i < 4; ++i) (void)people_->second_factor(b.cookie, "000000", "10.1.2.3");
  clock_.advance(std::chrono::seconds(30));
  EXPECT_FALSE(people_->second_factor(b.cookie, totp_code(r.secret, clock_.now()), "10.1.2.3"))
      << "tries are up";
  EXPECT_EQ(people_->sign_in("tanaka", good, "10.1.2.3", "").error().code, "people.locked");
}

TEST_P(SignInTest, RecoveryCodesServeOnce) {
  const auto r = ready("tanaka");
  list_on_roster(r, "m", Role::city_staff);
  const auto a = people_->sign_in("tanaka", good, "10.1.2.3", "").value();
  ASSERT_TRUE(people_->recovery_code(a.cookie, r.codes[0], "10.1.2.3"));
  EXPECT_EQ(people_->recovery_codes_left(r.person.id).value(), 9);
  const auto b = people_->sign_in("tanaka", good, "10.1.2.3", "").value();
  EXPECT_EQ(people_->recovery_code(b.cookie, r.codes[0], "10.1.2.3").error().code, "people.code_wrong");
}

TEST_P(SignInTest, SessionsEndWhenIdle) {
  const auto r = ready("tanaka");
  list_on_roster(r, "m", Role::city_staff);
  const auto cookie = sign_in(r).value();
  for (int i = 0; i < 4; ++i) {
    clock_.advance(std::chrono::minutes(20));
    ASSERT_TRUE(people_->principal(cookie, "10.1.2.3")) << i;
  }
  clock_.advance(std::chrono::minutes(31));
  EXPECT_FALSE(people_->principal(cookie, "10.1.2.3"));
}

TEST_P(SignInTest, SecretsAreNowhereInTheRecords) {
  const auto r = ready("tanaka");
  list_on_roster(r, "m", Role::city_staff);
  const auto cookie = sign_in(r).value();
  std::string all;
  ASSERT_TRUE(database().read([&](store::Session& s) -> Result<void> {
    for (const auto* table : {"account", "session", "recovery_code", "invitation", "journal"})
      YAGURA_CHECK(s.query(std::string("SELECT * FROM ") + table, [&](const store::Row& row) {
        for (int i = 0; i < row.columns(); ++i) all += row.string(i) + "\n";
      }));
    return {};
  }));
  for (const auto& secret :
       {std::string(good), cookie, r.secret, to_hex(r.secret), base32(r.secret), r.codes[0]})
    EXPECT_EQ(all.find(secret), std::string::npos);
  EXPECT_NE(all.find("$argon2id$"), std::string::npos);
}

YAGURA_ON_EVERY_DATABASE(SignInTest);

}  // namespace
}  // namespace yagura::people
