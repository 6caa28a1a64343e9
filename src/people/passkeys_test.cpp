// Passkeys of accounts: sign-in both ways, registration, the list, and all that must refuse them.
#include "people/passkeys.hpp"

#include "people/test_authenticator.hpp"
#include "people/test_ground.hpp"

namespace yagura::people {
namespace {

using Says = TestAuthenticator::Says;

class PasskeyTest : public PeopleTest {
 protected:
  void SetUp() override {
    PeopleTest::SetUp();
    if (IsSkipped()) return;
    people_->set_relying_party(webauthn::relying_party("https://yagura.example.jp"));
  }
  Result<Passkey> add(const Ready& r, const TestAuthenticator& key, const Says& says = {}) {
    const auto who = principal(r);
    YAGURA_TRY(const auto question, people_->begin_passkey(who, {good, code(r), {}}));
    return people_->finish_passkey(who, "鍵", key.create(question.challenge, says));
  }
  std::string handle(const Ready& r) {
    return people_->begin_passkey(principal(r), {good, code(r), {}}).value().user;
  }
  // In place of password and code.
  Result<std::string> by_passkey(const TestAuthenticator& key, const std::string& user, const Says& says = {},
                                 std::string_view origin = "10.1.2.3") {
    const auto question = people_->begin_passkey_sign_in().value();
    return people_->sign_in_by_passkey(key.use(question.challenge, says, user), origin, "test");
  }
  Result<std::string> beside_password(const Ready& r, const TestAuthenticator& key, const Says& says = {},
                                      const std::string& user = {}) {
    YAGURA_TRY(const auto first, people_->sign_in(r.person.login, good, "10.1.2.3", "test"));
    YAGURA_TRY(const auto question, people_->begin_passkey_factor(first.cookie));
    return people_->passkey_factor(first.cookie, key.use(question.challenge, says, user), "10.1.2.3");
  }
  static std::string why(const Result<std::string>& done) { return done ? "in" : done.error().code; }
};

TEST_P(PasskeyTest, StandsBesideThePasswordAndInItsPlace) {
  const auto r = member("tanaka");
  const TestAuthenticator key;
  const auto made = add(r, key);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(made->address, "yagura.example.jp");
  EXPECT_EQ(entries("passkey.registered"), 1U);
  const auto second = beside_password(r, key);
  ASSERT_TRUE(second) << second.error().text();
  EXPECT_TRUE(people_->principal(*second, "10.1.2.3")->may("m", "watch.read"));
  const auto alone = by_passkey(key, handle(r));
  ASSERT_TRUE(alone) << alone.error().text();
  EXPECT_EQ(people_->principal(*alone, "10.1.2.3")->login, "tanaka");
  const auto listed = people_->passkeys(r.person.id).value();
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed.front().state, PasskeyState::usable);
  EXPECT_TRUE(listed.front().last_used);
}

TEST_P(PasskeyTest, EveryUseThatIsWrongIsRefusedAndTheJournalSaysWhy) {
  const auto r = member("tanaka");
  const TestAuthenticator key;
  ASSERT_TRUE(add(r, key));
  const auto user = handle(r);
  const std::pair<Says, std::string> cases[] = {
      {{.origin = "https://evil.example.jp"}, "origin"},
      {{.rp = "evil.example.jp"}, "relying party"},
      {{.type = "webauthn.create"}, "type"},
      {{.more = R"(,"crossOrigin":true)"}, "embedded"},
      {{.flags = TestAuthenticator::verified}, "user absent"},
      {{.other_signature = true}, "signature"},
  };
  for (const auto& [says, wrong] : cases) {
    EXPECT_EQ(why(by_passkey(key, user, says)), "people.passkey_refused") << wrong;
    EXPECT_EQ(refusal(), "passkey: " + wrong);
    ASSERT_TRUE(people_->unlock(city_, r.person.id));
    EXPECT_EQ(why(beside_password(r, key, says)), "people.passkey_refused") << wrong;
    EXPECT_EQ(refusal(), "passkey: " + wrong);
    ASSERT_TRUE(people_->unlock(city_, r.person.id));
  }
  const Says unverified{.flags = TestAuthenticator::present};
  EXPECT_EQ(why(by_passkey(key, user, unverified)), "people.passkey_refused");
  EXPECT_EQ(refusal(), "passkey: user not verified");
  EXPECT_EQ(why(beside_password(r, key, unverified)), "in") << "the password is the other factor";
  const TestAuthenticator unknown(-7, "never registered here");
  EXPECT_EQ(why(by_passkey(unknown, user)), "people.passkey_refused");
  EXPECT_EQ(refusal(), "passkey: unknown");
  EXPECT_EQ(why(by_passkey(key, "")), "people.passkey_refused") << "without a login the user is named";
  EXPECT_EQ(refusal(), "passkey: user handle");
}

TEST_P(PasskeyTest, IsItsOwnersAlone) {
  const auto r = member("tanaka");
  const auto other = member("suzuki");
  const TestAuthenticator key, others(-7, "the other's credential");
  ASSERT_TRUE(add(r, key));
  ASSERT_TRUE(add(other, others));
  EXPECT_EQ(why(beside_password(r, others)), "people.passkey_refused");
  EXPECT_EQ(refusal(), "passkey: of another account");
  EXPECT_EQ(why(by_passkey(key, handle(other))), "people.passkey_refused");
  EXPECT_EQ(refusal(), "passkey: user handle");
  EXPECT_EQ(why(beside_password(r, key, {}, handle(other))), "people.passkey_refused");
  const auto theirs = people_->passkeys(other.person.id).value().front();
  EXPECT_EQ(people_->rename_passkey(principal(r), theirs.id, "盗").error().code, "people.not_found");
  EXPECT_EQ(people_->remove_passkey(principal(r), theirs.id, {good, code(r)}).error().code,
            "people.not_found");
  EXPECT_EQ(add(other, key).error().code, "people.passkey_exists") << "one credential, one account";
}

TEST_P(PasskeyTest, AChallengeServesOnceForItsStepAndSessionAndFiveMinutes) {
  const auto r = member("tanaka");
  const TestAuthenticator key;
  ASSERT_TRUE(add(r, key));
  const auto user = handle(r);
  const auto sign_in_with = [&](const std::string& challenge) {
    return why(people_->sign_in_by_passkey(key.use(challenge, user), "10.1.2.3", "test"));
  };
  const auto question = people_->begin_passkey_sign_in().value();
  const auto used = key.use(question.challenge, user);
  EXPECT_EQ(why(people_->sign_in_by_passkey(used, "10.1.2.3", "test")), "in");
  EXPECT_EQ(why(people_->sign_in_by_passkey(used, "10.1.2.3", "test")), "people.passkey_too_late")
      << "the same message again";
  EXPECT_EQ(sign_in_with(TestAuthenticator::encode("a challenge of its own making...")),
            "people.passkey_too_late");
  const auto spent = people_->begin_passkey_sign_in().value();
  EXPECT_EQ(why(people_->sign_in_by_passkey(key.use(spent.challenge, {.other_signature = true}, user),
                                            "10.1.2.3", "test")),
            "people.passkey_refused");
  EXPECT_EQ(sign_in_with(spent.challenge), "people.passkey_too_late") << "a wrong try uses it up";
  const auto late = people_->begin_passkey_sign_in().value();
  clock_.advance(std::chrono::minutes(5));
  EXPECT_EQ(sign_in_with(late.challenge), "people.passkey_too_late");
  const auto first = people_->sign_in("tanaka", good, "10.1.2.3", "test").value();
  const auto factor = people_->begin_passkey_factor(first.cookie).value();
  EXPECT_EQ(sign_in_with(factor.challenge), "people.passkey_too_late")
      << "asked for beside the password, where the user need not be verified";
  const auto another = people_->sign_in("tanaka", good, "10.1.2.3", "test").value();
  const auto again = people_->begin_passkey_factor(first.cookie).value();
  EXPECT_EQ(why(people_->passkey_factor(another.cookie, key.use(again.challenge), "10.1.2.3")),
            "people.passkey_too_late")
      << "another session's";
  const auto free = people_->begin_passkey_sign_in().value();
  EXPECT_EQ(why(people_->passkey_factor(first.cookie, key.use(free.challenge), "10.1.2.3")),
            "people.passkey_too_late");
}

TEST_P(PasskeyTest, ACounterThatGoesBackStopsIt) {
  const auto r = member("tanaka");
  const TestAuthenticator key;
  ASSERT_TRUE(add(r, key, {.counter = 5}));
  const auto user = handle(r);
  EXPECT_EQ(why(by_passkey(key, user, {.counter = 6})), "in");
  EXPECT_EQ(why(beside_password(r, key, {.counter = 9})), "in");
  EXPECT_EQ(why(by_passkey(key, user, {.counter = 9})), "people.passkey_copied");
  EXPECT_EQ(entries("passkey.copied"), 1U);
  EXPECT_EQ(why(by_passkey(key, user, {.counter = 50})), "people.passkey_copied")
      << "neither of the two opens anything any more";
  EXPECT_EQ(people_->passkeys(r.person.id)->front().state, PasskeyState::copied);
  EXPECT_EQ(beside_password(r, key).error().code, "people.passkey_none");
  EXPECT_TRUE(sign_in(r)) << "the authenticator app still does";

  const auto other = member("suzuki");
  const TestAuthenticator another(-7, "another credential");
  ASSERT_TRUE(add(other, another, {.counter = 5}));
  EXPECT_EQ(why(beside_password(other, another, {.counter = 0})), "people.passkey_copied")
      << "one that counted does not stop to";
  EXPECT_EQ(entries("passkey.copied"), 2U);
}

TEST_P(PasskeyTest, RosterLockAddressesAndDisablingHold) {
  const auto r = ready("tanaka");
  const TestAuthenticator key;
  list_on_roster(r, "m", Role::operator_, "2026-04-01", "2026-05-31");
  ASSERT_TRUE(add(r, key));
  const auto user = handle(r);
  EXPECT_EQ(why(by_passkey(key, user, {}, "192.0.2.1")), "people.source_not_allowed");
  EXPECT_EQ(why(by_passkey(key, user)), "in");
  for (int i = 0; i < 5; ++i) (void)by_passkey(key, user, {.other_signature = true});
  EXPECT_EQ(why(by_passkey(key, user)), "people.locked");
  EXPECT_EQ(why(by_passkey(key, user, {.other_signature = true})), "people.passkey_refused")
      << "told to its owner alone";
  EXPECT_EQ(why(sign_in(r)), "people.locked") << "the same lock";
  ASSERT_TRUE(people_->unlock(city_, r.person.id));
  for (int i = 0; i < 5; ++i) (void)people_->sign_in("tanaka", "a wrong guess", "10.1.2.3", "test");
  EXPECT_EQ(why(by_passkey(key, user)), "people.locked") << "guessed passwords lock it too";
  ASSERT_TRUE(people_->unlock(city_, r.person.id));
  EXPECT_EQ(why(by_passkey(key, user)), "in");
  ASSERT_TRUE(people_->change(city_, r.person.id, {.disabled = true}));
  EXPECT_EQ(why(by_passkey(key, user)), "people.passkey_refused");
  EXPECT_EQ(refusal(), "disabled");
  ASSERT_TRUE(people_->change(city_, r.person.id, {.disabled = false}));
  clock_.jump_to(parse_rfc3339("2026-06-01T00:00:00Z").value());
  EXPECT_EQ(why(by_passkey(key, user)), "people.no_roster");
}

TEST_P(PasskeyTest, WhoIsLockedBetweenTheStepsWaits) {
  const auto r = member("tanaka");
  const TestAuthenticator key;
  ASSERT_TRUE(add(r, key));
  const auto first = people_->sign_in("tanaka", good, "10.1.2.3", "test").value();
  for (int i = 0; i < 5; ++i) (void)people_->sign_in("tanaka", "a wrong guess", "10.1.2.3", "test");
  const auto question = people_->begin_passkey_factor(first.cookie).value();
  EXPECT_EQ(why(people_->passkey_factor(first.cookie, key.use(question.challenge), "10.1.2.3")),
            "people.locked");
  EXPECT_EQ(why(people_->second_factor(first.cookie, code(r), "10.1.2.3")), "people.locked");
}

TEST_P(PasskeyTest, IsMadeBehindPasswordAndTheSecondFactorThereIs) {
  const auto r = member("tanaka");
  const TestAuthenticator key, second(-8, "a second credential");
  const auto who = principal(r);
  const auto begin = [&](const OwnerProof& proof) {
    const auto begun = people_->begin_passkey(who, proof);
    return begun ? "begun" : begun.error().code;
  };
  EXPECT_EQ(begin({"not the password", code(r), {}}), "people.password_wrong");
  EXPECT_EQ(begin({good, "000000", {}}), "people.code_wrong");
  EXPECT_EQ(begin({good, "", {}}), "people.factor_missing");
  const auto once = code(r);
  EXPECT_EQ(begin({good, once, {}}), "begun");
  EXPECT_EQ(begin({good, once, {}}), "people.code_wrong") << "a code serves once, here too";
  EXPECT_EQ(refusal(), "second factor") << "counted like a wrong try at sign-in";
  ASSERT_TRUE(people_->unlock(city_, r.person.id));
  ASSERT_TRUE(add(r, key));
  const auto proof = people_->begin_passkey_proof(who).value();
  EXPECT_EQ(begin({good, "", second.use(proof.challenge)}), "people.passkey_wrong");
  const auto again = people_->begin_passkey_proof(who).value();
  const auto question = people_->begin_passkey(who, {good, "", key.use(again.challenge)});
  ASSERT_TRUE(question) << question.error().text();
  EXPECT_EQ(question->credentials, std::vector{key.credential()}) << "not made twice";
  const auto finish = [&](const webauthn::Creation& made, const std::string& name = "指紋") {
    const auto done = people_->finish_passkey(who, name, made);
    return done ? "made" : done.error().code;
  };
  EXPECT_EQ(finish(second.create(question->challenge), "  "), "people.passkey_name");
  EXPECT_EQ(finish(second.create(TestAuthenticator::encode("nobody asked for this challenge."))),
            "people.passkey_too_late")
      << "nothing is registered that was not begun with password and code";
  EXPECT_EQ(finish(second.create(question->challenge)), "made");
  EXPECT_EQ(finish(second.create(question->challenge)), "people.passkey_too_late");
  for (const Says& says : {Says{.origin = "https://evil.example.jp"}, Says{.rp = "evil.example.jp"},
                           Says{.type = "webauthn.get"}, Says{.flags = TestAuthenticator::verified}}) {
    const TestAuthenticator third(-7, "a third credential");
    EXPECT_EQ(add(r, third, says).error().code, "people.passkey_wrong");
  }
  const TestAuthenticator wide(-35, "of an algorithm that is none of ours");
  EXPECT_EQ(add(r, wide).error().code, "people.passkey_wrong");
}

TEST_P(PasskeyTest, TheSetUpTakesOneInPlaceOfTheAppAndItStaysTheLast) {
  Ready r{people_->create({}, "tanaka", {.name = "田中"}).value(), {}, {}};
  list_on_roster(r, "m", Role::city_staff);
  const TestAuthenticator key, next(-7, "the next credential");
  const auto link = people_->invite({}, r.person.id).value();
  EXPECT_EQ(people_->begin_setup_passkey(link.token).error().code, "people.setup_not_begun")
      << "the password first";
  ASSERT_TRUE(people_->begin_setup(link.token, good));
  const auto wrong = people_->begin_setup_passkey(link.token).value();
  EXPECT_EQ(
      people_
          ->finish_setup_by_passkey(link.token, "鍵", key.create(wrong.challenge, {.rp = "evil.example.jp"}),
                                    "10.1.2.3", "test")
          .error()
          .code,
      "people.passkey_wrong");
  const auto question = people_->begin_setup_passkey(link.token).value();
  const auto done =
      people_->finish_setup_by_passkey(link.token, "鍵", key.create(question.challenge), "10.1.2.3", "test");
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(done->recovery_codes.size(), 10U);
  const auto own = people_->person(r.person.id).value();
  EXPECT_TRUE(own.second_factor);
  EXPECT_FALSE(own.authenticator);
  const auto first = people_->sign_in("tanaka", good, "10.1.2.3", "test").value();
  const auto factors = people_->second_factors(first.cookie).value();
  EXPECT_FALSE(factors.code);
  EXPECT_TRUE(factors.passkey);
  EXPECT_EQ(why(people_->second_factor(first.cookie, "000000", "10.1.2.3")), "people.code_wrong");
  EXPECT_EQ(why(beside_password(r, key)), "in");
  const auto who = people_->principal(done->cookie, "10.1.2.3").value();
  const auto only = people_->passkeys(r.person.id)->front();
  const auto by_key = [&](const TestAuthenticator& with) {
    return OwnerProof{good, "", with.use(people_->begin_passkey_proof(who)->challenge)};
  };
  EXPECT_EQ(people_->remove_passkey(who, only.id, by_key(key)).error().code, "people.factor_last");
  EXPECT_EQ(people_->passkeys(r.person.id)->size(), 1U);
  const auto proof = people_->begin_passkey_proof(who).value();
  const auto more = people_->begin_passkey(who, {good, "", key.use(proof.challenge)}).value();
  ASSERT_TRUE(people_->finish_passkey(who, "予備", next.create(more.challenge)));
  EXPECT_EQ(people_->rename_passkey(who, only.id, "古い鍵")->name, "古い鍵");
  ASSERT_TRUE(people_->remove_passkey(who, only.id, by_key(next)));
  EXPECT_EQ(entries("passkey.removed"), 1U);
  EXPECT_EQ(why(beside_password(r, key)), "people.passkey_refused") << "removed is removed";
}

TEST_P(PasskeyTest, ANewLinkEndsThemAtItsEndOrAtOnce) {
  const auto r = member("tanaka");
  const TestAuthenticator key;
  ASSERT_TRUE(add(r, key));
  const auto user = handle(r);
  ASSERT_TRUE(people_->invite(city_, r.person.id));
  EXPECT_EQ(why(by_passkey(key, user)), "in") << "a link alone changes nothing";
  set_up(r);
  EXPECT_EQ(why(by_passkey(key, user)), "people.passkey_refused") << "whoever held the account is out";
  EXPECT_EQ(entries("passkey.removed"), 1U);
  const auto other = member("suzuki");
  const TestAuthenticator lost(-7, "on a lost telephone");
  ASSERT_TRUE(add(other, lost));
  const auto theirs = handle(other);
  const auto cookie = by_passkey(lost, theirs).value();
  ASSERT_TRUE(people_->invite(city_, other.person.id, true));
  EXPECT_EQ(why(by_passkey(lost, theirs)), "people.passkey_refused");
  EXPECT_FALSE(people_->principal(cookie, "10.1.2.3")) << "what it was signed in to, too";
}

TEST_P(PasskeyTest, AnotherAddressEndsThemAndItIsSaidWhich) {
  const auto r = member("tanaka");
  const TestAuthenticator key;
  ASSERT_TRUE(add(r, key));
  const auto user = handle(r);
  EXPECT_TRUE(people_->note_address()->empty());
  people_->set_relying_party(webauthn::relying_party("https://new.example.jp"));
  const auto moved = people_->note_address().value();
  ASSERT_EQ(moved.size(), 1U);
  EXPECT_EQ(moved.front().login, "tanaka");
  EXPECT_EQ(moved.front().address, "yagura.example.jp");
  EXPECT_FALSE(moved.front().usable);
  EXPECT_EQ(entries("passkey.address_changed"), 1U);
  EXPECT_TRUE(people_->note_address()->empty()) << "said once";
  EXPECT_EQ(people_->passkeys(r.person.id)->front().state, PasskeyState::other_address);
  EXPECT_EQ(why(by_passkey(key, user, {.origin = "https://new.example.jp", .rp = "new.example.jp"})),
            "people.passkey_refused");
  EXPECT_EQ(refusal(), "passkey: of another address");
  people_->set_relying_party(std::nullopt);
  EXPECT_EQ(people_->begin_passkey_sign_in().error().code, "people.passkeys_unavailable");
  people_->set_relying_party(webauthn::relying_party("https://yagura.example.jp"));
  EXPECT_TRUE(people_->note_address()->front().usable);
  EXPECT_EQ(why(by_passkey(key, user)), "in");
}

class StandingDirectory final : public Directory {
 public:
  Result<DirectoryVerdict> check(std::string_view, std::string_view password) override {
    return password == "Matsu-1" ? DirectoryVerdict::right : DirectoryVerdict::wrong;
  }
  Result<std::optional<DirectoryVerdict>> standing(std::string_view) override {
    if (away) return fail("people.directory_away");
    return verdict;
  }
  std::optional<DirectoryVerdict> verdict = DirectoryVerdict::right;
  bool away = false;
};

class NoSignOn final : public SignOn {
 public:
  Result<SignOnBegun> begin(std::string_view) override { return fail("people.sign_on_away"); }
  Result<SignedOn> finish(std::string_view, const SignOnAnswer&) override {
    return fail("people.sign_on_away");
  }
};

TEST_P(PasskeyTest, OfACityAccountAsksTheDirectoryWhetherItStands) {
  auto directory = std::make_shared<StandingDirectory>();
  people_->set_directories({{"city", {"市の AD", "City AD", {}, directory}}});
  Ready r{people_->create({}, "kawai", {.name = "河合", .directory = "city"}).value(), {}, {}};
  list_on_roster(r, "m", Role::city_staff);
  const auto link = people_->invite({}, r.person.id).value();
  ASSERT_TRUE(people_->begin_setup(link.token, "Matsu-1"));
  const TestAuthenticator key;
  const auto question = people_->begin_setup_passkey(link.token).value();
  ASSERT_TRUE(
      people_->finish_setup_by_passkey(link.token, "鍵", key.create(question.challenge), "10.1.2.3", "test"));
  const auto user = question.user;
  EXPECT_EQ(why(by_passkey(key, user)), "in");
  directory->verdict = DirectoryVerdict::disabled;
  EXPECT_EQ(why(by_passkey(key, user)), "people.directory_account_ended");
  directory->verdict = DirectoryVerdict::wrong;
  EXPECT_EQ(why(by_passkey(key, user)), "people.directory_account_ended") << "removed there";
  directory->verdict = DirectoryVerdict::account_expired;
  EXPECT_EQ(why(by_passkey(key, user)), "people.directory_account_ended");
  directory->away = true;
  EXPECT_EQ(why(by_passkey(key, user)), "people.directory_away");
  EXPECT_EQ(why(by_passkey(key, user, {.other_signature = true})), "people.passkey_refused")
      << "only its owner hears of the directory";
  directory->away = false;
  directory->verdict.reset();
  EXPECT_EQ(why(by_passkey(key, user)), "people.passkey_directory_unknown");
  EXPECT_EQ(refusal(), "directory: standing unknown");
  const auto first = people_->sign_in("kawai", "Matsu-1", "10.1.2.3", "test").value();
  const auto factor = people_->begin_passkey_factor(first.cookie).value();
  EXPECT_EQ(why(people_->passkey_factor(first.cookie, key.use(factor.challenge), "10.1.2.3")), "in")
      << "beside the city's password";
  directory->verdict = DirectoryVerdict::right;
  people_->set_directories(
      {{"city", {"市の認証基盤", "City sign-on", {}, nullptr, std::make_shared<NoSignOn>()}}});
  EXPECT_EQ(why(by_passkey(key, user)), "people.passkey_directory_unknown")
      << "a provider does not say whether an account still stands";
  people_->set_directories({});
  EXPECT_EQ(why(by_passkey(key, user)), "people.directory_away");
  people_->set_directories({{"city", {"市の AD", "City AD", {}, directory}}});
  EXPECT_EQ(why(by_passkey(key, user)), "in");
  ASSERT_TRUE(people_->change(city_, r.person.id, {.directory = ""}));
  EXPECT_EQ(why(by_passkey(key, user)), "people.passkey_refused")
      << "no password of ours is set yet: the set-up is not done";
}

TEST_P(PasskeyTest, AnAdministratorWithAPasskeyAloneCountsAsOneWhoCanSignIn) {
  const auto first = ready("first", true);
  Ready second{people_->create({}, "second", {.name = "二人目"}, true).value(), {}, {}};
  const auto link = people_->invite({}, second.person.id).value();
  ASSERT_TRUE(people_->begin_setup(link.token, good));
  const TestAuthenticator key;
  const auto question = people_->begin_setup_passkey(link.token).value();
  ASSERT_TRUE(people_->finish_setup_by_passkey(link.token, "鍵", key.create(question.challenge), "::1", ""));
  EXPECT_TRUE(people_->change({second.person.id, "二人目", ""}, first.person.id, {.administrator = false}));
}

YAGURA_ON_EVERY_DATABASE(PasskeyTest);

}  // namespace
}  // namespace yagura::people
