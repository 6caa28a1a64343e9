// Who may change the ways into an account: the same proof before each of them, and what is refused.
#include "people/test_authenticator.hpp"
#include "people/test_ground.hpp"

namespace yagura::people {
namespace {

class OwnerProofTest : public PeopleTest {
 protected:
  void SetUp() override {
    PeopleTest::SetUp();
    if (IsSkipped()) return;
    people_->set_relying_party(webauthn::relying_party("https://yagura.example.jp"));
  }
  Passkey add(const Ready& r, const Principal& who, const TestAuthenticator& key) {
    const auto question = people_->begin_passkey(who, {good, code(r)}).value();
    return people_->finish_passkey(who, "鍵", key.create(question.challenge)).value();
  }
  OwnerProof by_key(const Principal& who, const TestAuthenticator& key,
                    const TestAuthenticator::Says& says = {}) {
    return {good, "", key.use(people_->begin_passkey_proof(who)->challenge, says)};
  }
  static OwnerProof by_recovery(const std::string& code) { return {good, "", {}, code}; }
  // Every act that asks for it; each without any effect where the proof is refused.
  struct Acts {
    const char* name;
    std::function<std::string(const Principal&, const OwnerProof&)> run;
  };
  std::vector<Acts> acts(Id passkey) {
    const auto said = [](const auto& done) { return done ? std::string("done") : done.error().code; };
    return {
        {"totp", [=, this](const auto& w, const auto& p) { return said(people_->begin_totp(w, p)); }},
        {"remove totp", [=, this](const auto& w, const auto& p) { return said(people_->remove_totp(w, p)); }},
        {"codes",
         [=, this](const auto& w, const auto& p) { return said(people_->renew_recovery_codes(w, p)); }},
        {"passkey", [=, this](const auto& w, const auto& p) { return said(people_->begin_passkey(w, p)); }},
        {"remove passkey",
         [=, this](const auto& w, const auto& p) { return said(people_->remove_passkey(w, passkey, p)); }}};
  }
};

TEST_P(OwnerProofTest, EveryActRefusesWhatDoesNotProveTheOwner) {
  const auto r = member("tanaka");
  const auto other = member("suzuki");
  const auto who = principal(r);
  const TestAuthenticator key, others(-7, "the other's credential");
  const auto mine = add(r, who, key);
  add(other, principal(other), others);
  const Principal program{.actor = who.actor};
  for (const auto& act : acts(mine.id)) {
    SCOPED_TRACE(act.name);
    EXPECT_EQ(act.run(who, {good, ""}), "people.factor_missing") << "the password alone";
    EXPECT_EQ(act.run(who, {"not the password", code(r)}), "people.password_wrong");
    EXPECT_EQ(refusal(), "password");
    EXPECT_EQ(act.run(who, {good, "000000"}), "people.code_wrong");
    EXPECT_EQ(refusal(), "second factor");
    EXPECT_EQ(act.run(who, {good, code(other)}), "people.code_wrong") << "another's app";
    ASSERT_TRUE(people_->unlock(city_, r.person.id));
    EXPECT_EQ(act.run(who, by_recovery("AAAA-AAAA-AAAA")), "people.recovery_code_wrong");
    EXPECT_EQ(refusal(), "second factor");
    EXPECT_EQ(act.run(who, by_recovery(other.codes[0])), "people.recovery_code_wrong");
    EXPECT_EQ(act.run(who, by_key(who, key, {.other_signature = true})), "people.passkey_wrong");
    EXPECT_EQ(refusal(), "passkey: signature");
    ASSERT_TRUE(people_->unlock(city_, r.person.id));
    EXPECT_EQ(act.run(who, by_key(who, others)), "people.passkey_wrong");
    EXPECT_EQ(refusal(), "passkey: of another account");
    EXPECT_EQ(act.run(who, {good, "", webauthn::Assertion{}}), "people.passkey_wrong") << "no message at all";
    EXPECT_EQ(act.run(program, {good, code(r)}), "people.session_needed") << "an API token";
    ASSERT_TRUE(people_->unlock(city_, r.person.id));
  }
  EXPECT_EQ(people_->recovery_codes_left(r.person.id).value(), 10);
  EXPECT_EQ(people_->passkeys(r.person.id)->size(), 1U);
  EXPECT_TRUE(people_->person(r.person.id)->authenticator);
  EXPECT_EQ(people_->recovery_codes_left(other.person.id).value(), 10) << "nobody uses up another's";
}

TEST_P(OwnerProofTest, EachOfTheThreeServesAndEachOnce) {
  const auto r = member("tanaka");
  const auto who = principal(r);
  const TestAuthenticator key;
  add(r, who, key);
  const auto begin = [&](const OwnerProof& proof) {
    const auto begun = people_->begin_totp(who, proof);
    return begun ? "begun" : begun.error().code;
  };
  const auto once = code(r);
  EXPECT_EQ(begin({good, once}), "begun");
  EXPECT_EQ(begin({good, once}), "people.code_wrong");
  EXPECT_EQ(begin(by_recovery(r.codes[0])), "begun");
  EXPECT_EQ(entries("account.recovery_code_used"), 1U);
  EXPECT_EQ(people_->recovery_codes_left(r.person.id).value(), 9);
  EXPECT_EQ(begin(by_recovery(r.codes[0])), "people.recovery_code_wrong");
  const auto first = people_->sign_in("tanaka", good, "10.1.2.3", "test").value();
  EXPECT_EQ(people_->recovery_code(first.cookie, r.codes[0], "10.1.2.3").error().code, "people.code_wrong")
      << "nor at sign-in";
  const auto proof = by_key(who, key);
  EXPECT_EQ(begin(proof), "begun");
  EXPECT_EQ(begin(proof), "people.passkey_too_late");
  const auto there = principal(r);
  EXPECT_EQ(begin(by_key(there, key)), "people.passkey_too_late") << "asked for by another session";
}

TEST_P(OwnerProofTest, WrongOnesLockTheAccount) {
  const auto r = member("tanaka");
  const auto who = principal(r);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(people_->begin_totp(who, {good, "000000"}).error().code, "people.code_wrong");
  EXPECT_EQ(people_->begin_totp(who, {good, code(r)}).error().code, "people.locked");
  EXPECT_EQ(entries("account.locked"), 1U);
}

TEST_P(OwnerProofTest, WhatIsRefusedUsesNothingUp) {
  const auto r = member("tanaka");
  const auto who = principal(r);
  EXPECT_EQ(people_->remove_totp(who, by_recovery(r.codes[0])).error().code, "people.factor_last");
  EXPECT_EQ(people_->remove_passkey(who, 77, by_recovery(r.codes[0])).error().code, "people.not_found");
  EXPECT_EQ(people_->recovery_codes_left(r.person.id).value(), 10);
  EXPECT_EQ(entries("account.recovery_code_used"), 0U);
  EXPECT_TRUE(people_->person(r.person.id)->authenticator);
}

TEST_P(OwnerProofTest, TheAppMayGoWhereAPasskeyStays) {
  const auto r = member("tanaka");
  const auto who = principal(r);
  const TestAuthenticator key;
  const auto made = add(r, who, key);
  ASSERT_TRUE(people_->begin_totp(who, {good, code(r)})) << "and one was on the way";
  ASSERT_TRUE(people_->remove_totp(who, by_key(who, key)));
  EXPECT_EQ(entries("account.authenticator_removed"), 1U);
  EXPECT_FALSE(people_->person(r.person.id)->authenticator);
  EXPECT_EQ(people_->finish_totp(who, code(r)).error().code, "people.setup_not_begun");
  const auto first = people_->sign_in("tanaka", good, "10.1.2.3", "test").value();
  EXPECT_EQ(people_->second_factor(first.cookie, code(r), "10.1.2.3").error().code, "people.code_wrong");
  EXPECT_EQ(people_->remove_totp(who, by_key(who, key)).error().code, "people.not_found");
  EXPECT_EQ(people_->remove_passkey(who, made.id, by_key(who, key)).error().code, "people.factor_last");
}

TEST_P(OwnerProofTest, ACopiedPasskeyIsNoticedHereToo) {
  const auto r = member("tanaka");
  const auto who = principal(r);
  const TestAuthenticator key;
  add(r, who, key);
  ASSERT_TRUE(people_->begin_totp(who, by_key(who, key, {.counter = 9})));
  EXPECT_EQ(people_->begin_totp(who, by_key(who, key, {.counter = 8})).error().code, "people.passkey_wrong");
  EXPECT_EQ(people_->passkeys(r.person.id)->front().state, PasskeyState::copied);
  EXPECT_EQ(people_->begin_passkey_proof(who).error().code, "people.passkey_none");
  EXPECT_EQ(people_->remove_totp(who, {good, code(r)}).error().code, "people.factor_last")
      << "a stopped passkey is none to sign in with";
}

TEST_P(OwnerProofTest, WhoHasNoSecondFactorYetGivesThePasswordAlone) {
  const auto r = member("tanaka");
  const auto who = principal(r);
  ASSERT_TRUE(database().write(
      [&](store::Session& s) { return s.exec("UPDATE account SET totp = '' WHERE id = $1", r.person.id); }));
  EXPECT_EQ(people_->begin_totp(who, {"wrong", ""}).error().code, "people.password_wrong");
  const auto enrolment = people_->begin_totp(who, {good, ""});
  ASSERT_TRUE(enrolment) << enrolment.error().text();
  ASSERT_TRUE(people_->finish_totp(who, totp_code(from_base32(enrolment->secret), clock_.now())));
  EXPECT_EQ(people_->begin_totp(who, {good, ""}).error().code, "people.factor_missing") << "from then on";
}

YAGURA_ON_EVERY_DATABASE(OwnerProofTest);

}  // namespace
}  // namespace yagura::people
