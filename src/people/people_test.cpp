#include "people/test_ground.hpp"

namespace yagura::people {
namespace {

TEST_P(PeopleTest, TheFirstAdministratorComesInByALinkThatServesOnce) {
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

TEST_P(PeopleTest, AnAccountAndItsFirstEntryAreOneOrNone) {
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

TEST_P(PeopleTest, TheLastAdministratorStays) {
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

TEST_P(PeopleTest, AccessLastsAsLongAsTheRosterAndNoLonger) {
  const auto r = ready("tanaka");
  EXPECT_EQ(sign_in(r).error().code, "people.no_roster");
  list_on_roster(r, "m", Role::city_staff, "2026-04-28", "2026-04-30");
  const auto cookie = sign_in(r);
  ASSERT_TRUE(cookie) << cookie.error().text();
  const auto who = people_->principal(*cookie, "10.1.2.3").value();
  EXPECT_TRUE(who.may("m", "watch.read"));
  EXPECT_FALSE(who.may("m", "incident.write"));
  EXPECT_FALSE(who.may("o", "watch.read")) << "another contract is as if it were not there";
  clock_.jump_to(parse_rfc3339("2026-04-30T14:59:00Z").value());  // 23:59 in Japan, the last day
  const auto last = sign_in(r);
  ASSERT_TRUE(last) << last.error().text();
  clock_.advance(std::chrono::minutes(2));
  EXPECT_EQ(people_->principal(*last, "10.1.2.3").error().code, "people.not_signed_in");
}

TEST_P(PeopleTest, ARoleWithoutRosterIsGivenAtOnceByWhoManagesPeople) {
  RoleRules rules;
  rules["m"][Role::city_staff] = {{"watch.read"}, {}, 30, false, {}};
  rules["m"][Role::operator_] = {{"watch.read"}, {}, 30, true, {}};
  people_->set_rules(std::move(rules));
  const auto r = ready("suzuki");
  const journal::Actor manager{900, "管理者", ""};
  const auto give = [&](const journal::Actor& by, Role role, bool manages) {
    return people_->submit(by, {.contract = "m", .person = r.person.id, .role = role, .from = "2026-04-01"},
                           manages);
  };
  EXPECT_EQ(give(manager, Role::city_staff, false)->state, RosterState::submitted) << "may not manage people";
  EXPECT_EQ(give(manager, Role::operator_, true)->state, RosterState::submitted)
      << "the role needs the roster";
  EXPECT_EQ(give({r.person.id, "本人", ""}, Role::city_staff, true)->state, RosterState::submitted)
      << "nobody gives himself a role";
  EXPECT_EQ(sign_in(r).error().code, "people.no_roster") << "what is only submitted gives nothing";
  const auto given = give(manager, Role::city_staff, true).value();
  EXPECT_EQ(given.state, RosterState::approved);
  EXPECT_EQ(given.decided_by, "管理者");
  EXPECT_TRUE(given.decided_at);
  EXPECT_TRUE(sign_in(r));
}

TEST_P(PeopleTest, EndingARosterEntryEndsItsSessionsAtOnce) {
  const auto r = ready("tanaka");
  list_on_roster(r, "m", Role::city_staff);
  const auto cookie = sign_in(r).value();
  const auto entry = people_->roster("m").value().front();
  ASSERT_TRUE(people_->decide({5, "x", ""}, "m", entry.id, People::Decision::end, "退職"));
  EXPECT_FALSE(people_->principal(cookie, "10.1.2.3"));
  EXPECT_EQ(people_->decide({5, "x", ""}, "o", entry.id, People::Decision::end, "").error().code,
            "people.not_found")
      << "another contract's entry";
}

TEST_P(PeopleTest, NobodyDecidesOnHisOwn) {
  const auto r = ready("tanaka");
  const auto entry =
      people_
          ->submit({900, "提出者", ""},
                   {.contract = "m", .person = r.person.id, .role = Role::city_staff, .from = "2026-04-01"})
          .value();
  EXPECT_EQ(people_->decide({900, "", ""}, "m", entry.id, People::Decision::approve, "").error().code,
            "people.not_on_own");
  EXPECT_EQ(people_->decide({r.person.id, "", ""}, "m", entry.id, People::Decision::approve, "").error().code,
            "people.not_on_own");
  EXPECT_EQ(people_->decide({901, "", ""}, "m", entry.id, People::Decision::refuse, " ").error().code,
            "people.reason_missing");
  ASSERT_TRUE(people_->decide({901, "", ""}, "m", entry.id, People::Decision::refuse, "誓約書なし"));
  EXPECT_EQ(people_->decide({901, "", ""}, "m", entry.id, People::Decision::approve, "").error().code,
            "people.roster_conflict");
  EXPECT_EQ(
      people_
          ->submit(
              {1, "", ""},
              {.contract = "m", .person = r.person.id, .role = Role::administrator, .from = "2026-04-01"})
          .error()
          .code,
      "people.role_unknown");
  EXPECT_EQ(
      people_
          ->submit({1, "", ""},
                   {.contract = "m", .person = r.person.id, .role = Role::city_staff, .from = "2026-04-31"})
          .error()
          .code,
      "people.roster_days_invalid");
}

TEST_P(PeopleTest, RemoteOperatorsComeFromTheirAddressesOnly) {
  const auto r = ready("oper");
  list_on_roster(r, "m", Role::operator_);
  EXPECT_EQ(sign_in(r, "192.0.2.1").error().code, "people.source_not_allowed");
  const auto cookie = sign_in(r, "10.1.2.3");
  ASSERT_TRUE(cookie) << cookie.error().text();
  EXPECT_TRUE(people_->principal(*cookie, "10.1.9.9"));
  EXPECT_TRUE(people_->principal(*cookie, "::ffff:10.1.9.9"));
  EXPECT_FALSE(people_->principal(*cookie, "192.0.2.1")) << "a stolen cookie is worth nothing elsewhere";
}

TEST_P(PeopleTest, WrongPasswordsLockAndSayNothing) {
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

TEST_P(PeopleTest, ACodeServesOnceAndGuessingEnds) {
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

TEST_P(PeopleTest, RecoveryCodesServeOnce) {
  const auto r = ready("tanaka");
  list_on_roster(r, "m", Role::city_staff);
  const auto a = people_->sign_in("tanaka", good, "10.1.2.3", "").value();
  ASSERT_TRUE(people_->recovery_code(a.cookie, r.codes[0], "10.1.2.3"));
  EXPECT_EQ(people_->recovery_codes_left(r.person.id).value(), 9);
  const auto b = people_->sign_in("tanaka", good, "10.1.2.3", "").value();
  EXPECT_EQ(people_->recovery_code(b.cookie, r.codes[0], "10.1.2.3").error().code, "people.code_wrong");
}

TEST_P(PeopleTest, SessionsEndWhenIdle) {
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

TEST_P(PeopleTest, TokensDoNoMoreThanTheirScopes) {
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

TEST_P(PeopleTest, DisablingAndANewPasswordEndOtherSessions) {
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

TEST_P(PeopleTest, ANewAuthenticatorReplacesTheOldOnlyWhenProven) {
  const auto r = ready("tanaka");
  list_on_roster(r, "m", Role::city_staff);
  const auto who = people_->principal(sign_in(r).value(), "10.1.2.3").value();
  const auto enrolment = people_->begin_totp(who, good).value();
  EXPECT_TRUE(sign_in(r)) << "the old one still serves";
  const auto secret = from_base32(enrolment.secret);
  EXPECT_EQ(people_->finish_totp(who, "000000").error().code, "people.code_wrong");
  ASSERT_TRUE(people_->finish_totp(who, totp_code(secret, clock_.now())));
  EXPECT_EQ(sign_in(r).error().code, "people.code_wrong");
}

TEST_P(PeopleTest, SecretsAreNowhereInTheRecords) {
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

// What a city's directory would say; counts how often it was asked.
class FakeDirectory final : public Directory {
 public:
  Result<DirectoryVerdict> check(std::string_view login, std::string_view password) override {
    ++asked;
    if (away) return fail("people.directory_away");
    if (password.empty()) return DirectoryVerdict::right;  // as a server does that allows it: must not matter
    return login == "kawai" && password == city_password ? verdict : DirectoryVerdict::wrong;
  }
  static constexpr std::string_view city_password = "Matsu-1";  // shorter than ours may be
  Result<std::optional<DirectoryVerdict>> standing(std::string_view login) override {
    if (away) return fail("people.directory_away");
    if (!looks) return std::optional<DirectoryVerdict>{};
    return std::optional(login == "kawai" ? verdict : DirectoryVerdict::wrong);
  }
  DirectoryVerdict verdict = DirectoryVerdict::right;
  bool away = false, looks = true;
  int asked = 0;
};

class DirectoryTest : public PeopleTest {
 protected:
  void SetUp() override {
    PeopleTest::SetUp();
    if (IsSkipped()) return;
    people_->set_directories({{"city", {"市の AD", "City AD", {}, directory_}}});
  }
  Ready kawai() {
    Ready r;
    r.person = people_->create({}, "kawai", {.name = "河合", .directory = "city"}).value();
    const auto link = people_->invite({}, r.person.id).value();
    EXPECT_EQ(people_->begin_setup(link.token, "wrong").error().code, "people.directory_password_wrong");
    const auto enrolment = people_->begin_setup(link.token, FakeDirectory::city_password);
    EXPECT_TRUE(enrolment) << enrolment.error().text();
    r.secret = from_base32(enrolment->secret);
    clock_.advance(std::chrono::seconds(30));
    EXPECT_TRUE(people_->finish_setup(link.token, totp_code(r.secret, clock_.now()), "10.1.2.3", "test"));
    list_on_roster(r, "m", Role::city_staff);
    return r;
  }
  Result<SignedIn> first_step(std::string_view password) {
    return people_->sign_in("kawai", password, "10.1.2.3", "test");
  }
  std::shared_ptr<FakeDirectory> directory_ = std::make_shared<FakeDirectory>();
};

TEST_P(DirectoryTest, TheCitysPasswordAndOurSecondFactor) {
  const auto r = kawai();
  const auto first = first_step(FakeDirectory::city_password);
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_TRUE(first->second_factor_missing) << "always";
  EXPECT_EQ(people_->principal(first->cookie, "10.1.2.3").error().code, "people.second_factor_missing");
  clock_.advance(std::chrono::seconds(30));
  const auto cookie = people_->second_factor(first->cookie, totp_code(r.secret, clock_.now()), "10.1.2.3");
  ASSERT_TRUE(cookie) << cookie.error().text();
  const auto who = people_->principal(*cookie, "10.1.2.3").value();
  EXPECT_TRUE(who.may("m", "watch.read"));
  EXPECT_EQ(people_->change_password(who, FakeDirectory::city_password, good).error().code,
            "people.password_of_directory");
  EXPECT_TRUE(people_->begin_totp(who, FakeDirectory::city_password));
  EXPECT_EQ(people_->begin_totp(who, "wrong").error().code, "people.password_wrong");
  const auto kept = database().read(
      [](store::Session& s) { return s.text("SELECT password FROM account WHERE login = 'kawai'"); });
  EXPECT_EQ(kept.value(), "");
}

TEST_P(DirectoryTest, AnEmptyPasswordIsNotAsked) {
  kawai();
  const int before = directory_->asked;
  EXPECT_EQ(first_step("").error().code, "people.sign_in_refused");
  EXPECT_EQ(directory_->asked, before);
}

TEST_P(DirectoryTest, TheRosterDecidesAsForOthers) {
  const auto r = kawai();
  const auto entry = people_->roster_of(r.person.id).value().front();
  ASSERT_TRUE(people_->decide(city_, "m", entry.id, People::Decision::end, "退任"));
  const auto first = first_step(FakeDirectory::city_password).value();
  clock_.advance(std::chrono::seconds(30));
  EXPECT_EQ(people_->second_factor(first.cookie, totp_code(r.secret, clock_.now()), "10.1.2.3").error().code,
            "people.no_roster");
}

TEST_P(DirectoryTest, GuessesLockHereAndTheDirectoryIsAskedNoMore) {
  kawai();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(first_step("guess").error().code, "people.sign_in_refused");
  const int before = directory_->asked;
  EXPECT_EQ(first_step(FakeDirectory::city_password).error().code, "people.sign_in_refused");
  EXPECT_EQ(directory_->asked, before) << "the city's account is not locked through us";
  clock_.advance(std::chrono::minutes(16));
  EXPECT_TRUE(first_step(FakeDirectory::city_password));
}

TEST_P(DirectoryTest, WhatTheDirectorySaysIsToldToWhoKnowsThePassword) {
  kawai();
  const std::pair<DirectoryVerdict, std::string_view> said[] = {
      {DirectoryVerdict::must_change, "people.directory_password_expired"},
      {DirectoryVerdict::password_expired, "people.directory_password_expired"},
      {DirectoryVerdict::disabled, "people.directory_account_ended"},
      {DirectoryVerdict::account_expired, "people.directory_account_ended"},
      {DirectoryVerdict::not_now, "people.directory_not_now"}};
  for (const auto& [verdict, code] : said) {
    directory_->verdict = verdict;
    EXPECT_EQ(first_step(FakeDirectory::city_password).error().code, code);
    EXPECT_EQ(first_step(FakeDirectory::city_password).error().code, code);
  }
  directory_->verdict = DirectoryVerdict::locked;
  EXPECT_EQ(first_step(FakeDirectory::city_password).error().code, "people.sign_in_refused")
      << "a directory says so to strangers too";
  directory_->verdict = DirectoryVerdict::right;
  EXPECT_TRUE(first_step(FakeDirectory::city_password)) << "none of these was a guess";
}

TEST_P(DirectoryTest, ADirectoryThatIsAwayLetsNobodyInButAdministratorsWithOurPassword) {
  kawai();
  const auto admin = ready("admin1", true);
  EXPECT_EQ(people_->sign_in("stranger", "x", "10.1.2.3", "").error().code, "people.sign_in_refused");
  directory_->away = true;
  for (int i = 0; i < 7; ++i)
    EXPECT_EQ(first_step(FakeDirectory::city_password).error().code, "people.directory_away");
  EXPECT_EQ(people_->sign_in("stranger", "x", "10.1.2.3", "").error().code, "people.directory_away")
      << "who exists is not told by the difference";
  EXPECT_EQ(people_->sign_in("admin1", "x", "10.1.2.3", "").error().code, "people.directory_away")
      << "nor who has a password here";
  EXPECT_TRUE(sign_in(admin));
  directory_->away = false;
  EXPECT_TRUE(first_step(FakeDirectory::city_password)) << "being away was nobody's mistake";
  clock_.advance(std::chrono::minutes(3));
  EXPECT_EQ(people_->sign_in("stranger", "x", "10.1.2.3", "").error().code, "people.sign_in_refused");
}

TEST_P(DirectoryTest, WhoIsGoneThereIsSignedOutHere) {
  const auto r = kawai();
  const auto enter = [&] {
    const auto first = first_step(FakeDirectory::city_password).value();
    clock_.advance(std::chrono::seconds(30));
    return people_->second_factor(first.cookie, totp_code(r.secret, clock_.now()), "10.1.2.3").value();
  };
  const auto cookie = enter();
  const auto who = people_->principal(cookie, "10.1.2.3").value();
  const auto token = people_->create_token(who, "script", {"watch.read"}, 30).value();
  const auto admin = ready("admin1", true);
  const auto stays = sign_in(admin).value();
  const auto round = [&] { return people_->end_sessions_of_gone().value().size(); };
  EXPECT_EQ(round(), 0U);
  directory_->verdict = DirectoryVerdict::disabled;
  directory_->looks = false;
  EXPECT_EQ(round(), 0U) << "it was not given what it takes to look";
  directory_->looks = true;
  directory_->away = true;
  EXPECT_EQ(round(), 0U) << "away ends nobody's session";
  EXPECT_TRUE(people_->principal(cookie, "10.1.2.3"));
  directory_->away = false;
  EXPECT_GE(round(), 1U);
  EXPECT_EQ(people_->principal(cookie, "10.1.2.3").error().code, "people.not_signed_in");
  EXPECT_EQ(people_->principal_of_token(token.secret, "10.1.2.3").error().code, "people.not_signed_in");
  EXPECT_TRUE(people_->principal(stays, "10.1.2.3")) << "whose password is here is not asked for";
  EXPECT_EQ(round(), 0U);
}

TEST_P(DirectoryTest, AnAccountMovesWithoutItsOldPassword) {
  const auto admin = ready("admin1", true);
  EXPECT_EQ(people_->change(city_, admin.person.id, {.directory = "city"}).error().code,
            "people.last_administrator")
      << "one who gets in without the directory stays";
  const auto r = ready("kawai");
  list_on_roster(r, "m", Role::city_staff);
  const auto cookie = sign_in(r).value();
  EXPECT_EQ(people_->change(city_, r.person.id, {.directory = "nowhere"}).error().code,
            "people.directory_unknown");
  ASSERT_TRUE(people_->change(city_, r.person.id, {.directory = "city"}));
  EXPECT_EQ(people_->principal(cookie, "10.1.2.3").error().code, "people.not_signed_in");
  EXPECT_EQ(first_step(good).error().code, "people.sign_in_refused") << "our old password";
  EXPECT_TRUE(first_step(FakeDirectory::city_password)) << "the second factor is still his";
  ASSERT_TRUE(people_->change(city_, r.person.id, {.directory = ""}));
  EXPECT_EQ(first_step(FakeDirectory::city_password).error().code, "people.sign_in_refused");
  EXPECT_EQ(first_step(good).error().code, "people.sign_in_refused") << "until the next link";
}

// A provider at which people of the city sign in; `said` is what it would say.
class FakeProvider final : public SignOn {
 public:
  Result<SignOnBegun> begin(std::string_view state) override {
    if (away) return fail("people.sign_on_away");
    last_state = state;
    return SignOnBegun{"https://id.city.example.jp/?state=" + std::string(state), "kept-of-" + last_state};
  }
  Result<SignedOn> finish(std::string_view kept, const SignOnAnswer& answer) override {
    ++finished;
    EXPECT_EQ(kept, "kept-of-" + answer.state);
    if (answer.code != "good" && answer.response != "<good/>") return fail("people.sign_on_not_believed");
    return said;
  }
  std::string last_state;
  SignedOn said{"https://id.city.example.jp", "taro-1", false};
  bool away = false;
  int finished = 0;
};

class ProviderTest : public PeopleTest {
 protected:
  void SetUp() override {
    PeopleTest::SetUp();
    if (IsSkipped()) return;
    people_->set_directories({{"entra", {.name_ja = "市の ID", .name_en = "City ID", .sign_on = provider_}},
                              {"other", {.name_ja = "別", .name_en = "Other", .sign_on = other_}}});
  }
  Result<People::SignOnEnd> come_back(const People::SignOnStart& begun, std::string_view id = "entra") {
    return people_->finish_sign_on(id, begun.cookie, {.state = provider_->last_state, .code = "good"},
                                   "10.1.2.3", "test");
  }
  Result<People::SignOnEnd> attempt(std::string_view setup = {}) {
    YAGURA_TRY(const auto begun, people_->begin_sign_on("entra", setup));
    return come_back(begun);
  }
  // Linked by the start link, on the roster.
  Ready linked(const std::string& login = "taro") {
    Ready r;
    r.person = people_->create({}, login, {.name = "太郎", .directory = "entra"}).value();
    set_up_there(r);
    list_on_roster(r, "m", Role::city_staff);
    return r;
  }
  void set_up_there(Ready& r) {
    const auto link = people_->invite({}, r.person.id).value();
    EXPECT_EQ(people_->begin_setup(link.token, good).error().code, "people.sign_on_first");
    const auto proven = attempt(link.token);
    ASSERT_TRUE(proven) << proven.error().text();
    EXPECT_EQ(proven->setup_token, link.token);
    EXPECT_EQ(proven->signed_in.cookie, "") << "nobody is signed in by that";
    EXPECT_TRUE(people_->look(link.token)->proven);
    const auto enrolment = people_->begin_setup(link.token, "");
    ASSERT_TRUE(enrolment) << enrolment.error().text();
    r.secret = from_base32(enrolment->secret);
    clock_.advance(std::chrono::seconds(30));
    EXPECT_TRUE(people_->finish_setup(link.token, totp_code(r.secret, clock_.now()), "10.1.2.3", "test"));
  }
  Result<std::string> whole(const Ready& r) {
    YAGURA_TRY(const auto end, attempt());
    EXPECT_TRUE(end.signed_in.second_factor_missing);
    clock_.advance(std::chrono::seconds(30));
    return people_->second_factor(end.signed_in.cookie, totp_code(r.secret, clock_.now()), "10.1.2.3");
  }
  std::shared_ptr<FakeProvider> provider_ = std::make_shared<FakeProvider>();
  std::shared_ptr<FakeProvider> other_ = std::make_shared<FakeProvider>();
};

TEST_P(ProviderTest, TheStartLinkLinksAndThenOurSecondFactorIsAsked) {
  const auto r = linked();
  const auto cookie = whole(r);
  ASSERT_TRUE(cookie) << cookie.error().text();
  EXPECT_TRUE(people_->principal(*cookie, "10.1.2.3")->may("m", "watch.read"));
  EXPECT_TRUE(people_->person(r.person.id)->linked);
  const auto half = attempt().value();
  EXPECT_EQ(people_->principal(half.signed_in.cookie, "10.1.2.3").error().code,
            "people.second_factor_missing");
}

TEST_P(ProviderTest, AnAttemptIsOneBrowsersAndServesOnce) {
  linked();
  const auto expired = [](const auto& done) { return done ? std::string("let in") : done.error().code; };
  const auto begun = people_->begin_sign_on("entra", "").value();
  const int before = provider_->finished;
  const auto finish = [&](std::string_view cookie, std::string_view state, std::string_view id = "entra") {
    return expired(
        people_->finish_sign_on(id, cookie, {.state = std::string(state), .code = "good"}, "", ""));
  };
  EXPECT_EQ(finish("", provider_->last_state), "people.sign_on_expired") << "another browser";
  EXPECT_EQ(finish("00" + begun.cookie, provider_->last_state), "people.sign_on_expired");
  EXPECT_EQ(finish(begun.cookie, "another state"), "people.sign_on_expired");
  EXPECT_EQ(finish(begun.cookie, ""), "people.sign_on_expired");
  EXPECT_EQ(finish(begun.cookie, provider_->last_state, "other"), "people.sign_on_expired") << "mixed up";
  EXPECT_EQ(provider_->finished, before) << "none of these was shown to the provider";
  EXPECT_TRUE(come_back(begun));
  EXPECT_EQ(expired(come_back(begun)), "people.sign_on_expired") << "a second time";
  EXPECT_EQ(provider_->finished, before + 1);
  const auto late = people_->begin_sign_on("entra", "").value();
  clock_.advance(std::chrono::minutes(10));
  EXPECT_EQ(expired(come_back(late)), "people.sign_on_expired");
  const auto bad = people_->begin_sign_on("entra", "").value();
  EXPECT_EQ(expired(people_->finish_sign_on("entra", bad.cookie,
                                            {.state = provider_->last_state, .code = "bad"}, "", "")),
            "people.sign_on_not_believed");
  EXPECT_EQ(expired(come_back(bad)), "people.sign_on_expired") << "nor after a failure";
  EXPECT_EQ(people_->begin_sign_on("nowhere", "").error().code, "people.directory_unknown");
}

TEST_P(ProviderTest, WhoIsNotLinkedHereStaysOutside) {
  const auto r = linked();
  provider_->said.subject = "jiro-2";
  EXPECT_EQ(attempt().error().code, "people.sign_on_unknown");
  provider_->said = {"https://id.elsewhere.example.jp", "taro-1", false};
  EXPECT_EQ(attempt().error().code, "people.sign_on_unknown")
      << "the same name of another issuer is somebody else";
  provider_->said = {"https://id.city.example.jp", "taro-1", false};
  ASSERT_TRUE(people_->change(city_, r.person.id, {.disabled = true}));
  EXPECT_EQ(attempt().error().code, "people.sign_on_unknown");
  ASSERT_TRUE(people_->change(city_, r.person.id, {.disabled = false}));
  ASSERT_TRUE(people_->change(city_, r.person.id, {.directory = "other"}));
  EXPECT_FALSE(people_->person(r.person.id)->linked) << "a move ends the link";
  EXPECT_EQ(attempt().error().code, "people.sign_on_unknown");
}

TEST_P(ProviderTest, APersonThereIsOneAccountHere) {
  linked();
  const auto second = people_->create({}, "jiro", {.name = "次郎", .directory = "entra"}).value();
  const auto link = people_->invite({}, second.id).value();
  EXPECT_EQ(attempt(link.token).error().code, "people.sign_on_taken");
  EXPECT_FALSE(people_->look(link.token)->proven);
}

TEST_P(ProviderTest, TwoLinksProvenAtOnceMakeOneAccount) {
  const auto one = people_->create({}, "one", {.name = "一", .directory = "entra"}).value();
  const auto two = people_->create({}, "two", {.name = "二", .directory = "entra"}).value();
  const auto first = people_->invite({}, one.id).value(), second = people_->invite({}, two.id).value();
  ASSERT_TRUE(attempt(first.token));
  ASSERT_TRUE(attempt(second.token)) << "nobody is linked yet";
  const auto finish = [&](const std::string& token) {
    const auto secret = from_base32(people_->begin_setup(token, "").value().secret);
    return people_->finish_setup(token, totp_code(secret, clock_.now()), "", "");
  };
  EXPECT_TRUE(finish(first.token));
  EXPECT_EQ(finish(second.token).error().code, "people.sign_on_taken");
}

TEST_P(ProviderTest, AStartLinkIsForItsProviderAlone) {
  const auto r = people_->create({}, "taro", {.name = "太郎", .directory = "other"}).value();
  const auto link = people_->invite({}, r.id).value();
  EXPECT_EQ(people_->begin_sign_on("entra", link.token).error().code, "people.invitation_invalid");
  const auto own = people_->create({}, "own", {.name = "自前"}).value();
  EXPECT_EQ(people_->begin_sign_on("entra", people_->invite({}, own.id)->token).error().code,
            "people.invitation_invalid");
  EXPECT_EQ(people_->begin_sign_on("entra", "no such link").error().code, "people.invitation_invalid");
}

TEST_P(ProviderTest, NoPasswordOpensItAndTriesDoNotLockIt) {
  const auto r = linked();
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(people_->sign_in("taro", i == 0 ? "" : good, "", "").error().code, "people.sign_in_refused");
  EXPECT_FALSE(people_->person(r.person.id)->locked_until);
  EXPECT_TRUE(attempt());
}

TEST_P(ProviderTest, WrongCodesLockItThereToo) {
  const auto r = linked();
  const auto half = attempt().value().signed_in.cookie;
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(people_->second_factor(half, "000000", "").error().code, "people.code_wrong");
  EXPECT_EQ(attempt().error().code, "people.locked");
  provider_->said.second_factor = true;
  EXPECT_EQ(attempt().error().code, "people.locked");
}

TEST_P(ProviderTest, WhereTheProvidersSecondFactorIsEnough) {
  const auto r = linked();
  provider_->said.second_factor = true;
  const auto end = attempt();
  ASSERT_TRUE(end) << end.error().text();
  EXPECT_FALSE(end->signed_in.second_factor_missing);
  EXPECT_TRUE(people_->principal(end->signed_in.cookie, "10.1.2.3"));
  const auto entry = people_->roster_of(r.person.id).value().front();
  ASSERT_TRUE(people_->decide(city_, "m", entry.id, People::Decision::end, "退任"));
  EXPECT_EQ(attempt().error().code, "people.no_roster") << "the roster decides as for others";
}

TEST_P(ProviderTest, WhatAsksForThePasswordAsksForAFreshSignIn) {
  const auto r = linked();
  const auto cookie = whole(r).value();
  const auto who = people_->principal(cookie, "10.1.2.3").value();
  EXPECT_TRUE(people_->begin_totp(who, ""));
  EXPECT_EQ(people_->change_password(who, "", good).error().code, "people.password_of_directory");
  clock_.advance(std::chrono::minutes(10));
  EXPECT_EQ(people_->begin_totp(who, "").error().code, "people.sign_on_again");
  EXPECT_EQ(people_->renew_recovery_codes(who, good).error().code, "people.sign_on_again");
}

TEST_P(ProviderTest, AwayLetsNobodyInAndTheLastAdministratorDoesNotHangOnIt) {
  const auto admin = ready("boss", true);
  EXPECT_EQ(people_->change({}, admin.person.id, {.directory = "entra"}).error().code,
            "people.last_administrator");
  provider_->away = true;
  EXPECT_EQ(people_->begin_sign_on("entra", "").error().code, "people.sign_on_away");
}

TEST_P(ProviderTest, WhatAPageOfTheProviderPostsWaitsForItsBrowser) {
  linked();
  const auto begun = people_->begin_sign_on("entra", "").value();
  const std::string state = provider_->last_state;
  EXPECT_LE(state.size(), 80U) << "Bindings 3.4.3";
  const auto ask = [&](const People::SignOnStart& attempt, const std::string& of) {
    const auto done = people_->finish_sign_on("entra", attempt.cookie, {.state = of}, "", "");
    return done ? std::string("let in") : done.error().code;
  };
  ASSERT_TRUE(people_->keep_response("entra", state, "<good/>"));
  EXPECT_TRUE(people_->keep_response("entra", state, "<of somebody else/>")) << "the first one stays";
  const auto kept = database().read(
      [](store::Session& s) { return s.text("SELECT response FROM sign_on_response LIMIT 1"); });
  EXPECT_EQ(kept.value().value().find("good"), std::string::npos);
  EXPECT_EQ(ask({"", "cookie of nobody"}, state), "people.sign_on_expired") << "only the browser that began";
  EXPECT_EQ(ask(begun, state), "let in");
  EXPECT_EQ(ask(begun, state), "people.sign_on_expired");
  const auto refused = [&](std::string_view id, std::string_view of, std::string_view response) {
    const auto done = people_->keep_response(id, of, response);
    return done ? std::string("kept") : done.error().code;
  };
  EXPECT_EQ(refused("entra", "a state that was not made here", "<good/>"), "people.sign_on_expired");
  EXPECT_EQ(refused("entra", state.substr(0, state.size() - 1) + "x", "<good/>"), "people.sign_on_expired");
  EXPECT_EQ(refused("other", state, "<good/>"), "people.sign_on_expired") << "of another provider";
  EXPECT_EQ(refused("entra", state, ""), "people.sign_on_expired");
  EXPECT_EQ(refused("entra", state, std::string(200'000, 'x')), "people.sign_on_expired");
  const auto late = people_->begin_sign_on("entra", "").value();
  ASSERT_TRUE(people_->keep_response("entra", provider_->last_state, "<good/>"));
  clock_.advance(std::chrono::minutes(3));
  EXPECT_EQ(ask(late, provider_->last_state), "people.sign_on_not_believed") << "kept for two minutes";
}

TEST_P(ProviderTest, TheAttemptsSecretsAreSealed) {
  const auto begun = people_->begin_sign_on("entra", "").value();
  EXPECT_EQ(begun.cookie.find("kept-of"), std::string::npos);
  EXPECT_EQ(begun.cookie.find(provider_->last_state), std::string::npos);
  ASSERT_TRUE(come_back(begun).error().code == "people.sign_on_unknown");
  const auto kept = database().read(
      [](store::Session& s) { return s.text("SELECT fingerprint FROM sign_on_used LIMIT 1"); });
  EXPECT_NE(kept.value().value(), provider_->last_state);
}

YAGURA_ON_EVERY_DATABASE(ProviderTest);

// Whose ticket it is stands in the token itself.
class FakeTickets final : public Tickets {
 public:
  Result<Ticket> accept(std::string_view token, std::string_view tls_end_point) override {
    if (!token.starts_with("of ") || tls_end_point != "this server")
      return fail("people.ticket_refused", {{"why", "not a ticket"}});
    return Ticket{std::string(token.substr(3)), "it is me"};
  }
};

class TicketTest : public DirectoryTest {
 protected:
  void SetUp() override {
    DirectoryTest::SetUp();
    if (IsSkipped()) return;
    people_->set_directories(
        {{"city", {"市の AD", "City AD", {}, directory_, {}, std::make_shared<FakeTickets>()}},
         {"other", {"別の AD", "Another", {}, directory_}}});
  }
  Result<People::TicketSignedIn> by_ticket(std::string_view token) {
    return people_->sign_in_by_ticket(token, "this server", "10.1.2.3", "test");
  }
  std::string refusal(std::string_view token) {
    const auto done = by_ticket(token);
    return done ? "" : done.error().code;
  }
};

TEST_P(TicketTest, StandsForThePasswordAlone) {
  const auto r = kawai();
  EXPECT_TRUE(people_->takes_tickets());
  const auto first = by_ticket("of kawai");
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_EQ(first->answer, "it is me");
  const auto& cookie = first->signed_in.cookie;
  EXPECT_EQ(people_->principal(cookie, "10.1.2.3").error().code, "people.second_factor_missing");
  EXPECT_EQ(people_->second_factor(cookie, "000000", "10.1.2.3").error().code, "people.code_wrong");
  clock_.advance(std::chrono::seconds(30));
  const auto whole = people_->second_factor(cookie, totp_code(r.secret, clock_.now()), "10.1.2.3");
  ASSERT_TRUE(whole) << whole.error().text();
  EXPECT_TRUE(people_->principal(*whole, "10.1.2.3").value().may("m", "watch.read"));
}

TEST_P(TicketTest, IsWorthNothingElsewhere) {
  const auto r = kawai();
  EXPECT_EQ(refusal("forged"), "people.ticket_refused");
  EXPECT_EQ(refusal("of nobody"), "people.ticket_refused");
  EXPECT_EQ(refusal("of KAWAI"), "people.ticket_refused") << "the exact name";
  EXPECT_EQ(people_->sign_in_by_ticket("of kawai", "a server between", "10.1.2.3", "").error().code,
            "people.ticket_refused");
  const auto ours = ready("takeda");
  list_on_roster(ours, "m", Role::city_staff);
  EXPECT_EQ(refusal("of takeda"), "people.ticket_refused") << "his password is here";
  ASSERT_TRUE(people_->change(city_, r.person.id, {.directory = "other"}));
  EXPECT_EQ(refusal("of kawai"), "people.ticket_refused") << "another domain's person of that name";
  people_->set_directories({{"city", {"市の AD", "City AD", {}, directory_}}});
  EXPECT_FALSE(people_->takes_tickets());
  EXPECT_EQ(refusal("of kawai"), "people.ticket_refused") << "not set up";
}

TEST_P(TicketTest, TheAccountMustStandNow) {
  const auto r = kawai();
  directory_->verdict = DirectoryVerdict::disabled;
  EXPECT_EQ(refusal("of kawai"), "people.directory_account_ended");
  directory_->verdict = DirectoryVerdict::account_expired;
  EXPECT_EQ(refusal("of kawai"), "people.directory_account_ended");
  directory_->verdict = DirectoryVerdict::wrong;
  EXPECT_EQ(refusal("of kawai"), "people.ticket_refused") << "gone, and a machine may have its name";
  directory_->verdict = DirectoryVerdict::right;
  directory_->looks = false;
  EXPECT_EQ(refusal("of kawai"), "people.ticket_refused") << "what cannot be looked up is not believed";
  directory_->looks = true;
  directory_->away = true;
  EXPECT_EQ(refusal("of kawai"), "people.directory_away");
  directory_->away = false;
  EXPECT_EQ(refusal("of kawai"), "") << "none of these was a guess";
  ASSERT_TRUE(people_->change(city_, r.person.id, {.disabled = true}));
  EXPECT_EQ(refusal("of kawai"), "people.ticket_refused");
}

TEST_P(TicketTest, ALockHolds) {
  kawai();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(first_step("guess").error().code, "people.sign_in_refused");
  EXPECT_EQ(refusal("of kawai"), "people.locked");
  clock_.advance(std::chrono::minutes(16));
  EXPECT_EQ(refusal("of kawai"), "");
}

TEST_P(TicketTest, TheJournalKnowsWhy) {
  kawai();
  EXPECT_EQ(refusal("forged"), "people.ticket_refused");
  EXPECT_EQ(refusal("of nobody"), "people.ticket_refused");
  const auto all = database().read([](store::Session& s) {
    std::string out;
    auto done = s.query("SELECT data FROM journal WHERE kind = 'session.refused'",
                        [&](const store::Row& row) { out += row.string(0) + "\n"; });
    return done ? Result<std::string>(out) : std::unexpected(done.error());
  });
  EXPECT_NE(all.value().find("ticket: not a ticket"), std::string::npos) << all.value();
  EXPECT_NE(all.value().find("ticket: no account"), std::string::npos) << all.value();
}

YAGURA_ON_EVERY_DATABASE(DirectoryTest);
YAGURA_ON_EVERY_DATABASE(TicketTest);

TEST_P(PeopleTest, HostileFieldsAreRefused) {
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

YAGURA_ON_EVERY_DATABASE(PeopleTest);

TEST(Access, AddressBlocks) {
  const std::vector<std::string> blocks{"10.1.0.0/16", "2001:db8::/33", "192.0.2.7"};
  EXPECT_TRUE(address_allowed("10.1.255.1", blocks));
  EXPECT_FALSE(address_allowed("10.2.0.1", blocks));
  EXPECT_TRUE(address_allowed("192.0.2.7", blocks));
  EXPECT_FALSE(address_allowed("192.0.2.8", blocks));
  EXPECT_TRUE(address_allowed("2001:db8:7fff::1", blocks));
  EXPECT_FALSE(address_allowed("2001:db8:8000::1", blocks));
  EXPECT_FALSE(address_allowed("nonsense", blocks));
  EXPECT_TRUE(address_allowed("nonsense", {}));
  for (const auto* bad : {"", "10.0.0.0/33", "10.0.0/8", "::/129", "x/8", "10.0.0.0/"})
    EXPECT_FALSE(is_address_block(bad)) << bad;
}

TEST(Totp, VectorsOfRfc6238) {
  const std::string secret = "12345678901234567890";
  EXPECT_EQ(totp_code(secret, Time(std::chrono::seconds(59))), "287082");
  EXPECT_EQ(totp_code(secret, Time(std::chrono::seconds(1111111109))), "081804");
  EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");
}

TEST(PasswordRules, WhatIsRefused) {
  for (const auto* bad :
       {"password12345", "aaaaaaaaaaaaaaa", "123456789012345", "qwertyqwerty12", "Tanaka-tanaka-1"})
    EXPECT_FALSE(Passwords::acceptable(bad, "tanaka")) << bad;
  EXPECT_TRUE(Passwords::acceptable("correct horse battery", "tanaka"));
  EXPECT_TRUE(Passwords::acceptable("さくらさく松阪の空は青い", "tanaka"));
}

}  // namespace
}  // namespace yagura::people
