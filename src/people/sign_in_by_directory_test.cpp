// Accounts whose password a directory of the city knows.
#include "people/directory_test_ground.hpp"

namespace yagura::people {
namespace {

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
  EXPECT_TRUE(people_->begin_totp(who, {std::string(FakeDirectory::city_password), code(r)}));
  EXPECT_EQ(people_->begin_totp(who, {"wrong", code(r)}).error().code, "people.password_wrong");
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

YAGURA_ON_EVERY_DATABASE(DirectoryTest);

}  // namespace
}  // namespace yagura::people
