// Accounts whose people sign in at a provider of identities.
#include "people/test_ground.hpp"

namespace yagura::people {
namespace {

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
  EXPECT_TRUE(people_->begin_totp(who, {"", code(r)}));
  EXPECT_EQ(people_->begin_totp(who, {"", ""}).error().code, "people.factor_missing");
  EXPECT_EQ(people_->change_password(who, "", good).error().code, "people.password_of_directory");
  clock_.advance(std::chrono::minutes(10));
  EXPECT_EQ(people_->begin_totp(who, {"", code(r)}).error().code, "people.sign_on_again");
  EXPECT_EQ(people_->renew_recovery_codes(who, {good, code(r)}).error().code, "people.sign_on_again");
}

TEST_P(ProviderTest, AwayLetsNobodyInAndTheLastAdministratorDoesNotHangOnIt) {
  const auto admin = ready("boss", true);
  EXPECT_EQ(people_->change({}, admin.person.id, {.directory = "entra"}).error().code,
            "people.last_administrator");
  provider_->away = true;
  EXPECT_EQ(people_->begin_sign_on("entra", "").error().code, "people.sign_on_away");
}

TEST_P(ProviderTest, ASessionLastsAsLongAsTheProvidersPeopleMay) {
  auto known = people_->directories();
  known.at("entra").session_lasts = std::chrono::hours(8);
  people_->set_directories(known);
  const auto r = linked();
  const auto theirs = whole(r).value();
  const auto ours = sign_in(member("suzuki")).value();
  const auto used_until = [&](Time end) {
    while (clock_.now() + std::chrono::minutes(20) < end) {
      clock_.advance(std::chrono::minutes(20));
      EXPECT_TRUE(people_->principal(ours, "10.1.2.3"));
      EXPECT_TRUE(people_->principal(theirs, "10.1.2.3"));
    }
  };
  const Time began = clock_.now();
  const auto expires = people_->principal(theirs, "10.1.2.3")->expires;
  EXPECT_LE(expires, began + std::chrono::minutes(30)) << "idle, as for others";
  used_until(began + std::chrono::hours(8) - std::chrono::minutes(2));
  clock_.jump_to(began + std::chrono::hours(8));
  EXPECT_EQ(people_->principal(theirs, "10.1.2.3").error().code, "people.not_signed_in");
  EXPECT_TRUE(people_->principal(ours, "10.1.2.3")) << "with a password of ours: twelve hours";
  EXPECT_TRUE(whole(r)) << "and signs in there again";
}

class Beside final : public Directory {
 public:
  Result<DirectoryVerdict> check(std::string_view, std::string_view) override {
    return DirectoryVerdict::wrong;
  }
  Result<std::optional<DirectoryVerdict>> standing(std::string_view login) override {
    ++asked;
    if (away) return fail("people.directory_away");
    return std::optional(login == "taro" ? taro : DirectoryVerdict::wrong);
  }
  DirectoryVerdict taro = DirectoryVerdict::right;
  bool away = false;
  int asked = 0;
};

TEST_P(ProviderTest, WhoIsStoppedInTheDirectoryBesideItIsOut) {
  const auto beside = std::make_shared<Beside>();
  auto known = people_->directories();
  known["city"] = {"市の AD", "City AD", {}, beside};
  known.at("entra").also_in = "city";
  people_->set_directories(known);
  const auto r = linked();
  const auto cookie = whole(r).value();
  const auto token =
      people_->create_token(people_->principal(cookie, "10.1.2.3").value(), "script", {"watch.read"}, 30)
          .value();
  const auto round = [&] { return people_->end_sessions_of_gone().value().size(); };
  EXPECT_EQ(round(), 0U);
  EXPECT_GT(beside->asked, 0);
  beside->taro = DirectoryVerdict::wrong;
  EXPECT_EQ(round(), 0U) << "it may not have everybody";
  beside->taro = DirectoryVerdict::disabled;
  beside->away = true;
  EXPECT_EQ(round(), 0U);
  EXPECT_TRUE(whole(r)) << "that it is away keeps nobody out";
  beside->away = false;
  EXPECT_GE(round(), 1U);
  EXPECT_EQ(people_->principal(cookie, "10.1.2.3").error().code, "people.not_signed_in");
  EXPECT_EQ(people_->principal_of_token(token.secret, "10.1.2.3").error().code, "people.not_signed_in");
  EXPECT_EQ(entries("session.ended_by_directory"), 1U);
  EXPECT_EQ(attempt().error().code, "people.directory_account_ended")
      << "though the provider still lets him in";
  EXPECT_EQ(refusal(), "directory: disabled");
  beside->taro = DirectoryVerdict::right;
  EXPECT_TRUE(whole(r)) << "his account here was not touched";
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

}  // namespace
}  // namespace yagura::people
