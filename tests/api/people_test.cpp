#include <gmock/gmock.h>

#include "api/portal.hpp"
#include "web/api/pack_bindings.hpp"

namespace yagura::api_test {
namespace {

std::string at(const Answer& answer) { return std::to_string(answer.json["id"].integer()); }

Value wish(const std::string& login, const std::string& role) {
  return Value::object({{"login", login}, {"name", "髙橋 一郎"}, {"kana", "たかはし"}, {"role", role}});
}

TEST(People, AnOperatorComesInByTheRosterAndLeavesWithIt) {
  Portal portal;
  auto manager = portal.browser(portal.somebody("manager", ours, people::Role::contractor_manager));
  auto city = portal.browser(portal.somebody("supervisor", ours, people::Role::city_supervisor));
  const auto made = manager.post(in(ours, "/people"), wish("takahashi", "operator"));
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.json["state"].text(), "no_roster");
  EXPECT_EQ(manager.post(in(ours, "/people"), wish("takahashi", "operator")).status, 409)
      << "the login is taken";
  EXPECT_EQ(manager.post(in(ours, "/people"), wish("other", "administrator")).status, 403);
  const auto entry = std::to_string(made.json["roster"].items().front()["id"].integer());
  const auto decision = in(ours, "/roster/" + entry + "/decision");
  EXPECT_EQ(manager.post(decision, Value::object({{"decision", "approve"}})).status, 403);
  EXPECT_EQ(city.post(decision, Value::object({{"decision", "perhaps"}})).status, 422);
  const auto paper = [](const char* id) { return Value::object({{"id", id}, {"day", "2026-04-01"}}); };
  const auto papers = Value::object({{"papers", std::vector<Value>{paper("employment"), paper("secrecy")}}});
  EXPECT_EQ(manager.post(in(ours, "/roster/" + entry + "/papers"), papers).status, 200);
  const auto approved = city.post(decision, Value::object({{"decision", "approve"}}));
  EXPECT_EQ(approved.json["state"].text(), "approved") << approved.body;
  EXPECT_EQ(city.post(decision, Value::object({{"decision", "approve"}})).status, 409);
  const auto link = manager.post(in(ours, "/people/" + at(made) + "/invite"));
  EXPECT_THAT(link.json["link"].text(), testing::HasSubstr("https://localhost/setup#")) << link.body;
  const auto operator_ = portal.set_up(portal.api().people.person_with_login("takahashi").value());
  auto browser = portal.browser(operator_);
  EXPECT_EQ(browser.get("/api/v1/session").json["contracts"].items().front()["role"].text(), "operator");
  EXPECT_EQ(manager.post(in(ours, "/people/" + at(made) + "/invite")).status, 403)
      << "who has a password is not taken over by a new link";
  EXPECT_EQ(manager.get(in(ours, "/people?q=ﾀｶﾊｼ")).json["items"].items().size(), 1U);
  EXPECT_EQ(manager.post(decision, Value::object({{"decision", "end"}})).json["state"].text(), "ended");
  EXPECT_EQ(browser.get("/api/v1/session").json["state"].text(), "signed_out");
}

TEST(People, CityPeopleAreGivenAccessByTheAdministratorAtOnce) {
  Portal portal;
  auto admin = portal.browser(portal.administrator("root"));
  auto manager = portal.browser(portal.somebody("manager", ours, people::Role::contractor_manager));
  const auto staff = admin.post(in(ours, "/people"), wish("staff", "city_supervisor"));
  ASSERT_EQ(staff.status, 201) << staff.body;
  EXPECT_EQ(staff.json["state"].text(), "invited");
  EXPECT_EQ(staff.json["roster"].items().front()["state"].text(), "approved");
  EXPECT_EQ(manager.post(in(ours, "/people/" + at(staff) + "/invite")).status, 403)
      << "the link of the city's supervisor would make the contractor his own approver";
  const auto own = manager.post(in(ours, "/people"), wish("staff2", "city_staff"));
  EXPECT_EQ(own.json["state"].text(), "no_roster") << "a contractor gives no city role";
  EXPECT_EQ(admin.post(in(ours, "/people"), wish("late", "operator")).json["state"].text(), "no_roster")
      << "the contractor's roles stand on the roster, whoever submits";
}

TEST(People, AnAdministratorMakesAnotherAndNobodyElseDoes) {
  Portal portal;
  const auto root = portal.administrator("root");
  auto admin = portal.browser(root);
  auto manager = portal.browser(portal.somebody("manager", ours, people::Role::contractor_manager));
  EXPECT_EQ(manager.post(in(ours, "/people"), wish("second", "administrator")).status, 403);
  const auto made = admin.post(in(ours, "/people"), wish("second", "administrator"));
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.json["state"].text(), "invited");
  EXPECT_EQ(made.json["role"].text(), "administrator");
  // Every contract knows who may enter it, and only administrators see what is personal of them.
  for (const auto* contract : {ours, theirs}) {
    const auto all = admin.get(in(contract, "/people?q=second"));
    ASSERT_EQ(all.json["items"].items().size(), 1U) << all.body;
    EXPECT_TRUE(all.json["items"].items().front().find("kana"));
  }
  const auto seen = manager.get(in(ours, "/people?q=second"));
  ASSERT_EQ(seen.json["items"].items().size(), 1U) << seen.body;
  EXPECT_FALSE(seen.json["items"].items().front().find("kana")) << seen.body;
  EXPECT_FALSE(manager.get(in(ours, "/people/" + at(made))).json.find("mail"));
  EXPECT_EQ(manager.post(in(ours, "/people/" + at(made) + "/invite")).status, 403);
  const auto link = admin.post(in(theirs, "/people/" + at(made) + "/invite"));
  ASSERT_EQ(link.status, 201) << link.body;
  auto second = portal.browser(portal.set_up(portal.api().people.person_with_login("second").value()));
  EXPECT_EQ(second.get("/api/v1/session").json["contracts"].items().size(), 2U);

  const auto take = [&](bool yes) { return Value::object({{"administrator", yes}}); };
  const auto own = std::to_string(root.person.id);
  EXPECT_EQ(admin.patch(in(ours, "/people/" + own), take(false)).code(), "people.not_on_own");
  EXPECT_EQ(second.patch(in(ours, "/people/" + own), take(false)).status, 200);
  EXPECT_EQ(admin.get("/api/v1/session").json["state"].text(), "signed_out");
  EXPECT_EQ(second.patch(in(ours, "/people/" + at(made)), Value::object({{"disabled", true}})).code(),
            "people.last_administrator");
  // By the roster's people: up by an administrator, never by who merely manages people.
  const auto person = portal.somebody("worker", ours, people::Role::operator_).person.id;
  EXPECT_EQ(second.patch(in(ours, "/people/" + std::to_string(person)), take(true)).json["role"].text(),
            "administrator");
  auto rules = web::rules_of({portal.api().pack(ours), portal.api().pack(theirs)});
  rules[ours][people::Role::city_supervisor].permissions.insert("people_manage");
  portal.api().people.set_rules(std::move(rules));
  auto city = portal.browser(portal.somebody("supervisor", ours, people::Role::city_supervisor));
  const auto other = portal.somebody("other", ours, people::Role::operator_).person.id;
  EXPECT_EQ(city.patch(in(ours, "/people/" + std::to_string(other)), take(true)).status, 403);
  EXPECT_EQ(city.post(in(ours, "/people"), wish("third", "administrator")).status, 403);
  const auto journal = second.get(in(ours, "/people?q=third"));
  EXPECT_EQ(journal.json["items"].items().size(), 0U);
}

TEST(People, ATokenOfAnAdministratorMakesNone) {
  Portal portal;
  auto admin = portal.browser(portal.administrator("root"));
  const auto token = admin.post(
      "/api/v1/account/tokens",
      Value::object(
          {{"name", "script"}, {"scopes", Value(std::vector<Value>{Value("people_manage")})}, {"days", 1}}));
  ASSERT_EQ(token.status, 201) << token.body;
  auto program = portal.stranger();
  program.token = token.json["secret"].text();
  EXPECT_EQ(program.post(in(ours, "/people"), wish("second", "administrator")).status, 403);
  EXPECT_EQ(program.post(in(ours, "/people"), wish("worker", "operator")).status, 201);
}

TEST(People, ASearchTellsNothingPersonalToWhoMayNotReadIt) {
  Portal portal;
  auto manager = portal.browser(portal.somebody("manager", ours, people::Role::contractor_manager));
  auto worker = portal.browser(portal.somebody("worker", ours, people::Role::operator_));
  ASSERT_EQ(manager.post(in(ours, "/people"), wish("ichiro", "operator")).status, 201);
  for (const auto* q : {"たかはし", "manager@example"}) {
    EXPECT_EQ(manager.get(in(ours, std::string("/people?q=") + q)).json["items"].items().size(), 1U) << q;
    EXPECT_EQ(worker.get(in(ours, std::string("/people?q=") + q)).json["items"].items().size(), 0U) << q;
  }
  EXPECT_EQ(worker.get(in(ours, "/people?q=高橋")).json["items"].items().size(), 1U);
}

TEST(People, WhoServesTwoContractsIsNotChangedByOne) {
  Portal portal;
  auto admin = portal.browser(portal.administrator("root"));
  const auto both = portal.somebody("both", ours, people::Role::operator_);
  const auto person = both.person.id;
  const auto joined =
      admin.post(in(theirs, "/roster"),
                 Value::object({{"person", person}, {"role", "city_staff"}, {"from", "2026-04-01"}}));
  EXPECT_EQ(joined.json["state"].text(), "approved") << joined.body;
  const auto seen = admin.get(in(theirs, "/people/" + std::to_string(person)));
  EXPECT_EQ(seen.json["roster"].items().size(), 1U) << "the other contract's entry is its own";
  auto browser = portal.browser(both);
  EXPECT_EQ(browser.get("/api/v1/session").json["contracts"].items().size(), 2U);
  // Whoever manages people of one contract only, has no hand on him.
  auto rules = web::rules_of({portal.api().pack(ours), portal.api().pack(theirs)});
  rules[ours][people::Role::city_supervisor].permissions.insert("people_manage");
  portal.api().people.set_rules(std::move(rules));
  auto manager = portal.browser(portal.somebody("supervisor", ours, people::Role::city_supervisor));
  const auto path = "/people/" + std::to_string(person);
  EXPECT_EQ(manager.patch(in(ours, path), Value::object({{"mail", "mine@example.jp"}})).status, 403);
  EXPECT_EQ(manager.post(in(ours, path + "/invite")).status, 403) << "a link is the account";
  EXPECT_EQ(manager.post(in(ours, path + "/unlock")).status, 403);
  const auto own = portal.somebody("own", ours, people::Role::operator_);
  EXPECT_EQ(manager
                .patch(in(ours, "/people/" + std::to_string(own.person.id)),
                       Value::object({{"mail", "own2@example.jp"}}))
                .status,
            200);
  const auto disabled =
      admin.patch(in(ours, "/people/" + std::to_string(person)), Value::object({{"disabled", true}}));
  EXPECT_EQ(disabled.json["state"].text(), "disabled");
  EXPECT_EQ(browser.get("/api/v1/session").json["state"].text(), "signed_out");
}

TEST(People, LockedOutAndUnlocked) {
  Portal portal;
  auto admin = portal.browser(portal.administrator("root"));
  const auto who = portal.somebody("tanaka", ours, people::Role::operator_);
  auto browser = portal.stranger();
  const auto wrong = Value::object({{"login", "tanaka"}, {"password", "wrong password here"}});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(browser.post("/api/v1/session", wrong).status, 401);
  const auto right = Value::object({{"login", "tanaka"}, {"password", good_password}});
  EXPECT_EQ(browser.post("/api/v1/session", right).code(), "people.locked");
  const auto path = "/people/" + std::to_string(who.person.id);
  EXPECT_EQ(admin.get(in(ours, path)).json["state"].text(), "locked");
  EXPECT_EQ(admin.post(in(ours, path + "/unlock")).status, 204);
  EXPECT_EQ(browser.post("/api/v1/session", right).status, 200);
}

TEST(People, ReadingThemStandsInTheJournalAndWorkersSeeNothingPersonal) {
  Portal portal;
  auto manager = portal.browser(portal.somebody("manager", ours, people::Role::contractor_manager));
  auto worker = portal.browser(portal.somebody("worker", ours, people::Role::operator_));
  EXPECT_EQ(manager.get(in(ours, "/people?limit=1")).json["items"].items().size(), 1U);
  const auto page = manager.get(in(ours, "/people?limit=1"));
  const auto next = manager.get(in(ours, "/people?limit=1&cursor=" + page.json["next"].text()));
  EXPECT_NE(next.json["items"].items().front()["id"], page.json["items"].items().front()["id"]);
  EXPECT_TRUE(next.json["next"].is_null());
  EXPECT_EQ(manager.get(in(ours, "/journal?kind=personal.read")).json["items"].items().size(), 2U)
      << "the same look within five minutes is one";
  const auto seen = worker.get(in(ours, "/people"));
  EXPECT_EQ(seen.json["items"].items().size(), 2U);
  EXPECT_THAT(seen.body, testing::Not(testing::HasSubstr("@example.jp")));
  for (const auto* bad : {"limit=0", "limit=501", "limit=x", "cursor=-1", "cursor=%27"})
    EXPECT_EQ(manager.get(in(ours, std::string("/people?") + bad)).status, 400) << bad;
}

TEST(RosterPapers, AnEntryIsApprovedWhenEveryPaperIsThere) {
  Portal portal;
  auto manager = portal.browser(portal.somebody("manager", ours, people::Role::contractor_manager));
  auto supervisor = portal.browser(portal.somebody("supervisor", ours, people::Role::city_supervisor));
  auto worker = portal.browser(portal.somebody("worker", ours, people::Role::operator_));
  const auto made = manager.post(
      in(ours, "/people"), Value::object({{"login", "new.one"}, {"name", "新人"}, {"role", "operator"}}));
  ASSERT_EQ(made.status, 201) << made.body;
  const auto listed = manager.get(in(ours, "/roster?state=submitted"));
  ASSERT_EQ(listed.json["items"].items().size(), 1U) << listed.body;
  const auto& entry = listed.json["items"].items().front();
  EXPECT_EQ(entry["papers_missing"].integer(), 2) << "confirmation of employment, pledge of secrecy";
  const auto path = "/roster/" + std::to_string(entry["id"].integer());
  const auto approve = Value::object({{"decision", "approve"}});
  auto refused = supervisor.post(in(ours, path + "/decision"), approve);
  EXPECT_EQ(refused.code(), "people.roster_papers_missing");
  EXPECT_NE(refused.body.find("守秘誓約書"), std::string::npos) << refused.body;
  const auto paper = [](const char* id, const char* day) {
    return Value::object({{"id", id}, {"day", day}});
  };
  const auto papers = [&](std::vector<Value> list) {
    return Value::object({{"papers", Value(std::move(list))}});
  };
  const auto send = [&](Browser& by, std::vector<Value> list) {
    return by.post(in(ours, path + "/papers"), papers(std::move(list)));
  };
  EXPECT_EQ(send(worker, {paper("secrecy", "2026-04-01")}).status, 403);
  EXPECT_EQ(send(manager, {paper("shoe_size", "2026-04-01")}).code(), "people.roster_paper_unknown");
  EXPECT_EQ(send(manager, {paper("secrecy", "2026-04-01"), paper("secrecy", "2026-04-01")}).code(),
            "people.roster_paper_unknown");
  EXPECT_EQ(send(manager, {paper("secrecy", "2031-04-01")}).code(), "people.roster_paper_day");
  EXPECT_EQ(send(manager, {Value::object({{"id", "secrecy"}})}).code(), "people.roster_paper_day");
  EXPECT_EQ(send(manager, {Value::object({{"id", "secrecy"}, {"file", 4711}})}).code(),
            "people.roster_paper_file");
  const auto file = manager.upload(in(ours, "/attachments"), "誓約書.pdf", "x");
  const auto secrecy = Value::object({{"id", "secrecy"}, {"file", file.json["id"]}});
  auto seen = send(manager, {secrecy});
  ASSERT_EQ(seen.status, 200) << seen.body;
  EXPECT_EQ(seen.json["papers_missing"].integer(), 1);
  refused = supervisor.post(in(ours, path + "/decision"), approve);
  EXPECT_EQ(refused.code(), "people.roster_papers_missing");
  EXPECT_EQ(refused.body.find("守秘誓約書"), std::string::npos) << "only what is missing is named";
  send(manager, {secrecy, paper("employment", "2026-04-01")});
  seen = supervisor.post(in(ours, path + "/decision"), approve);
  ASSERT_EQ(seen.status, 200) << seen.body;
  EXPECT_EQ(seen.json["state"].text(), "approved");
  EXPECT_EQ(send(manager, {}).code(), "people.roster_conflict") << "what was approved stays as it was";
  auto stranger = portal.browser(portal.somebody("stranger", theirs, people::Role::contractor_manager));
  EXPECT_EQ(stranger.post(in(theirs, path + "/papers"), papers({})).status, 404) << "of another contract";
}

}  // namespace
}  // namespace yagura::api_test
