// Holds on logs: who may, two people to release, and that nothing held is dropped.
#include <gmock/gmock.h>

#include "api/log_events.hpp"

namespace yagura::api_test {
namespace {

using people::Role;

struct LogHolds : testing::Test {
  LogHolds() { a_morning(portal); }
  Value body(const std::string& reason = "情報公開請求 第8号の対象") {
    return Value::object({{"kinds", Value(std::vector<Value>{Value("operation")})},
                          {"from", "2026-04-01"},
                          {"to", "2026-04-28"},
                          {"reason", reason},
                          {"ordered_by", "総務部長"}});
  }
  std::string of(const Value& hold, const char* what) {
    return in(ours, "/log-holds/" + std::to_string(hold["id"].integer()) + "/" + what);
  }
  std::vector<std::string> kinds_in_journal() {
    std::vector<std::string> out;
    const auto list = supervisor.get(in(ours, "/journal?limit=100"));
    for (const auto& one : list.json["items"].items())
      if (one["subject"].text().starts_with("log_hold/")) out.push_back(one["kind"].text());
    return out;
  }
  std::int64_t dropped(const char* kind) {
    EXPECT_TRUE(portal.events().flush());
    const auto gone = portal.events().expire(ours, kind, portal.clock().now() + std::chrono::days(3'000));
    EXPECT_TRUE(gone) << gone.error().text();
    return gone.value_or(-1);
  }
  Portal portal;
  Browser manager = portal.browser(portal.somebody("manager", ours, Role::contractor_manager));
  Browser supervisor = portal.browser(portal.somebody("supervisor", ours, Role::city_supervisor));
  Browser second = portal.browser(portal.somebody("second", ours, Role::city_supervisor));
  Browser watcher = portal.browser(portal.somebody("watcher", ours, Role::operator_));
};

TEST_F(LogHolds, WhatIsHeldStaysUntilTwoPeopleLetItGo) {
  const auto made = supervisor.post(in(ours, "/log-holds"), body());
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.json["from"].text(), "2026-04-01");
  EXPECT_EQ(made.json["to"].text(), "2026-04-28");
  EXPECT_EQ(dropped("operation"), 0);
  EXPECT_EQ(dropped("firewall"), 1) << "another kind is not held";

  const auto asked = supervisor.post(of(made.json, "release"), Value::object({{"reason", "開示を終えた"}}));
  ASSERT_EQ(asked.status, 200) << asked.body;
  EXPECT_EQ(asked.json["state"].text(), "release_asked");
  EXPECT_EQ(dropped("operation"), 0) << "asking is not releasing";
  const auto own = supervisor.post(of(made.json, "decision"), Value::object({{"release", true}}));
  EXPECT_EQ(own.status, 403);
  EXPECT_EQ(own.code(), "log_search.hold_own");
  EXPECT_EQ(watcher.post(of(made.json, "decision"), Value::object({{"release", true}})).status, 403);
  const auto refused = second.post(of(made.json, "decision"),
                                   Value::object({{"release", false}, {"reason", "審査請求が続いている"}}));
  ASSERT_EQ(refused.status, 200) << refused.body;
  EXPECT_EQ(refused.json["state"].text(), "held");
  EXPECT_EQ(second.post(of(made.json, "decision"), Value::object({{"release", true}})).code(),
            "log_search.hold_conflict");

  ASSERT_EQ(manager.post(of(made.json, "release"), Value::object({{"reason", "審査請求が終わった"}})).status,
            200);
  const auto released = second.post(of(made.json, "decision"), Value::object({{"release", true}}));
  ASSERT_EQ(released.status, 200) << released.body;
  EXPECT_EQ(released.json["state"].text(), "released");
  EXPECT_EQ(dropped("operation"), 3);
  EXPECT_THAT(kinds_in_journal(),
              testing::UnorderedElementsAre("log.held", "log.release_asked", "log.release_refused",
                                            "log.release_asked", "log.released"));
}

TEST_F(LogHolds, AnOperatorSeesAndAnotherCitySeesNothing) {
  ASSERT_EQ(manager.post(in(ours, "/log-holds"), body()).status, 201);
  const auto seen = watcher.get(in(ours, "/log-holds")).json["items"].items();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0]["ordered_by"].text(), "総務部長");
  EXPECT_FALSE(seen[0]["may_ask"].boolean());
  EXPECT_FALSE(seen[0]["may_decide"].boolean());
  EXPECT_EQ(watcher.post(in(ours, "/log-holds"), body()).status, 403);
  auto neighbour = portal.browser(portal.somebody("neighbour", theirs, Role::city_supervisor));
  EXPECT_EQ(neighbour.get(in(theirs, "/log-holds")).json["items"].items().size(), 0U);
  EXPECT_EQ(neighbour
                .post("/api/v1/log-holds/" + std::to_string(seen[0]["id"].integer()) +
                          "/release?contract=" + theirs,
                      Value::object({{"reason", "別の市の人"}}))
                .status,
            404);
}

TEST_F(LogHolds, WhatIsNotWholeIsRefused) {
  EXPECT_EQ(manager.post(in(ours, "/log-holds"), body("？")).code(), "log_search.hold_invalid");
  auto backwards = body();
  backwards.set("from", "2026-05-01");
  EXPECT_EQ(manager.post(in(ours, "/log-holds"), backwards).code(), "log_search.hold_times_empty");
  auto strange = body();
  strange.set("kinds", Value(std::vector<Value>{Value("nothing")}));
  EXPECT_EQ(manager.post(in(ours, "/log-holds"), strange).code(), "eventstore.kind_unknown");
  EXPECT_EQ(portal.events().holds().size(), 0U);
}

// The records are the truth: what the store has lost of them, or has too much, is put right.
TEST_F(LogHolds, TheStoreIsGivenWhatTheRecordsSay) {
  auto every = body();
  every.set("kinds", Value::array());
  every.set("from", "");
  every.set("to", "");
  ASSERT_EQ(manager.post(in(ours, "/log-holds"), every).status, 201);
  ASSERT_EQ(portal.events().holds().size(), 1U);
  const auto id = portal.events().holds()[0].id;
  ASSERT_TRUE(portal.events().release(id));
  ASSERT_TRUE(portal.events().hold({.id = "hold-1", .contract = ours, .kind = "", .from = 0, .to = 1}));
  ASSERT_TRUE(portal.events().hold({.id = "by-hand", .contract = ours, .kind = "", .from = 0, .to = 1}));
  ASSERT_TRUE(portal.logs().holds.enforce());
  std::vector<std::string> ids;
  for (const auto& one : portal.events().holds()) ids.push_back(one.id);
  EXPECT_THAT(ids, testing::UnorderedElementsAre(id, "by-hand"));
  EXPECT_EQ(dropped("syslog"), 0) << "every kind, without an end";
}

}  // namespace
}  // namespace yagura::api_test
