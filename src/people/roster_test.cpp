// The roster: access lasts as long as an approved entry, and nobody decides on his own.
#include "people/test_ground.hpp"

namespace yagura::people {
namespace {

class RosterTest : public PeopleTest {};

TEST_P(RosterTest, AccessLastsAsLongAsTheRosterAndNoLonger) {
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

TEST_P(RosterTest, ARoleWithoutRosterIsGivenAtOnceByWhoManagesPeople) {
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

TEST_P(RosterTest, EndingARosterEntryEndsItsSessionsAtOnce) {
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

TEST_P(RosterTest, NobodyDecidesOnHisOwn) {
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

TEST_P(RosterTest, RemoteOperatorsComeFromTheirAddressesOnly) {
  const auto r = ready("oper");
  list_on_roster(r, "m", Role::operator_);
  EXPECT_EQ(sign_in(r, "192.0.2.1").error().code, "people.source_not_allowed");
  const auto cookie = sign_in(r, "10.1.2.3");
  ASSERT_TRUE(cookie) << cookie.error().text();
  EXPECT_TRUE(people_->principal(*cookie, "10.1.9.9"));
  EXPECT_TRUE(people_->principal(*cookie, "::ffff:10.1.9.9"));
  EXPECT_FALSE(people_->principal(*cookie, "192.0.2.1")) << "a stolen cookie is worth nothing elsewhere";
}

YAGURA_ON_EVERY_DATABASE(RosterTest);

}  // namespace
}  // namespace yagura::people
