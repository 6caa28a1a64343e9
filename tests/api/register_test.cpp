// Deliverables, passwords and what runs out, over the wire; each answer is held to the OpenAPI file.
#include <gmock/gmock.h>

#include "api/portal.hpp"

namespace yagura::api_test {
namespace {

using people::Role;
using testing::HasSubstr;
using testing::Not;

std::string text(std::int64_t number) { return std::to_string(number); }

class Registers : public testing::Test {
 protected:
  Portal portal_;
  Browser manager_ = portal_.browser(portal_.somebody("manager", ours, Role::contractor_manager));
  Browser operator_ = portal_.browser(portal_.somebody("operator", ours, Role::operator_));
  Browser city_ = portal_.browser(portal_.somebody("city", ours, Role::city_supervisor));
  Browser stranger_ = portal_.browser(portal_.somebody("stranger", theirs, Role::contractor_manager));

  Id privileged_id() {
    const auto made =
        manager_.post(in(ours, "/ledgers/privileged_ids/rows"),
                      Value::object({{"fields", Value::object({{"name", "CS / Windows / Administrator"},
                                                               {"machine", "CS"},
                                                               {"kind", "os"},
                                                               {"login", "Administrator"},
                                                               {"state", "in_use"}})},
                                     {"why", "登録"}}));
    EXPECT_EQ(made.status, 201) << made.body;
    return made.json["id"].integer();
  }
};

TEST_F(Registers, ADeliverableFromPlanToAcceptance) {
  portal_.plan_deliverables();
  const auto list = manager_.get(in(ours, "/deliverables?view=open&limit=5"));
  ASSERT_EQ(list.status, 200) << list.body;
  ASSERT_FALSE(list.json["items"].items().empty());
  EXPECT_EQ(manager_.get(in(ours, "/deliverables/now")).status, 200);
  EXPECT_EQ(manager_.get(in(ours, "/deliverables/kinds")).status, 200);
  EXPECT_THAT(manager_.get(in(ours, "/deliverables/export?fiscal_year=2026")).body,
              testing::StartsWith("PK"));
  const auto id = list.json["items"].items().front()["id"].integer();
  const auto path = "/deliverables/" + text(id);
  EXPECT_EQ(stranger_.get(in(theirs, path)).status, 404);
  auto item = manager_.patch(in(ours, path), Value::object({{"version", 1}}));
  ASSERT_EQ(item.status, 200) << item.body;
  const auto& formats = item.json["kind"]["formats"].items();
  const auto uploaded = manager_.upload(in(ours, "/attachments"), "x." + formats.front().text(), "PK");
  const auto handed_in = manager_.post(in(ours, path + "/submissions"),
                                       Value::object({{"version", item.json["version"]},
                                                      {"formats", std::vector<Value>{formats.front()}},
                                                      {"copies", item.json["kind"]["copies"]},
                                                      {"files", std::vector<Value>{uploaded.json["id"]}}}));
  ASSERT_EQ(handed_in.status, 200) << handed_in.body;
  const auto decision = Value::object({{"version", handed_in.json["version"]}, {"decision", "accept"}});
  EXPECT_EQ(operator_.post(in(ours, path + "/decision"), decision).status, 403);
  const auto accepted = city_.post(in(ours, path + "/decision"), decision);
  EXPECT_EQ(accepted.json["state"].text(), "accepted") << accepted.body;
  EXPECT_EQ(city_.post(in(ours, path + "/decision"), decision).status, 409);
}

TEST_F(Registers, APasswordIsShownToWhoAskedOnceWhenAnotherAgrees) {
  const auto row = text(privileged_id());
  const auto change = Value::object({{"secret", "とても秘密-7"}, {"on", "2026-04-28"}});
  EXPECT_EQ(operator_.post(in(ours, "/passwords/" + row), change).status, 403);
  const auto changed = city_.post(in(ours, "/passwords/" + row), change);
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_THAT(changed.body, Not(HasSubstr("秘密")));
  const auto asked =
      operator_.post(in(ours, "/passwords/" + row + "/releases"), Value::object({{"reason", "復旧"}}));
  ASSERT_EQ(asked.status, 201) << asked.body;
  const auto release = "/releases/" + text(asked.json["id"].integer());
  EXPECT_EQ(operator_.post(in(ours, release + "/secret")).status, 409);
  EXPECT_EQ(operator_.post(in(ours, release + "/decision"), Value::object({{"approve", true}})).status, 403);
  EXPECT_EQ(stranger_.post(in(theirs, release + "/secret")).status, 404);
  const auto approved = city_.post(in(ours, release + "/decision"), Value::object({{"approve", true}}));
  ASSERT_EQ(approved.status, 200) << approved.body;
  EXPECT_EQ(city_.post(in(ours, release + "/secret")).status, 404) << "who approves does not see it";
  const auto shown = operator_.post(in(ours, release + "/secret"));
  EXPECT_EQ(shown.json["secret"].text(), "とても秘密-7");
  EXPECT_EQ(shown.header("Cache-Control"), "no-store");
  EXPECT_EQ(operator_.post(in(ours, release + "/secret")).status, 409);
  for (const auto* path : {"/passwords", "/releases", "/ledgers/privileged_ids/rows", "/journal"})
    EXPECT_THAT(city_.get(in(ours, path)).body, Not(HasSubstr("秘密-7"))) << path;

  // One's own request is not one's own to approve, whatever the role.
  const auto own =
      city_.post(in(ours, "/passwords/" + row + "/releases"), Value::object({{"reason", "確認"}}));
  EXPECT_EQ(city_
                .post(in(ours, "/releases/" + text(own.json["id"].integer()) + "/decision"),
                      Value::object({{"approve", true}}))
                .code(),
            "ledger.release_own");
}

TEST_F(Registers, WhatRunsOutIsListed) {
  const auto made = manager_.post(in(ours, "/ledgers/certificates/rows"),
                                  Value::object({{"fields", Value::object({{"name", "portal.example.jp"},
                                                                           {"kind", "server"},
                                                                           {"until", "2026-05-10"},
                                                                           {"state", "valid"}})},
                                                 {"why", "登録"}}));
  ASSERT_EQ(made.status, 201) << made.body;
  const auto found = city_.get(in(ours, "/expiring"));
  ASSERT_EQ(found.json["items"].items().size(), 1U) << found.body;
  EXPECT_EQ(found.json["items"].items().front()["days_left"].integer(), 12);
  EXPECT_TRUE(stranger_.get(in(theirs, "/expiring")).json["items"].items().empty());
}

TEST_F(Registers, AnErasureIsAgreedByTwo) {
  auto other = portal_.browser(portal_.somebody("second", ours, Role::city_supervisor));
  const auto asked = city_.post(in(ours, "/erasures"),
                                Value::object({{"reason", "契約終了"}, {"manifest", std::string(64, 'a')}}));
  ASSERT_EQ(asked.status, 201) << asked.body;
  const auto path = "/erasures/" + text(asked.json["id"].integer()) + "/approval";
  EXPECT_EQ(city_.post(in(ours, path)).code(), "handover.erasure_own");
  EXPECT_EQ(stranger_.get(in(theirs, "/erasures")).status, 403);
  EXPECT_EQ(other.post(in(ours, path)).status, 200);
  EXPECT_EQ(other.post(in(ours, path)).status, 409);
  EXPECT_EQ(other.get(in(ours, "/erasures")).json["items"].items().size(), 1U);
}

TEST_F(Registers, AHandOverIsMadeAndTakenByWhoMay) {
  EXPECT_EQ(operator_.post(in(ours, "/handovers")).status, 403);
  const auto job = portal_.ended_job(city_, city_.post(in(ours, "/handovers")));
  EXPECT_EQ(job["state"].text(), "done");
  const auto list = city_.get(in(ours, "/handovers"));
  ASSERT_EQ(list.json["items"].items().size(), 1U) << list.body;
  const auto& made = list.json["items"].items().front();
  EXPECT_TRUE(made["there"].boolean());
  const auto path = "/handovers/" + text(made["id"].integer()) + "/file";
  EXPECT_EQ(operator_.get(in(ours, path)).status, 403);
  EXPECT_EQ(stranger_.get(in(ours, path)).status, 404) << "another contract's";
  EXPECT_EQ(portal_.browser(portal_.somebody("their.city", theirs, Role::city_supervisor))
                .get(in(theirs, path))
                .status,
            404);
  const auto file = city_.get(in(ours, path));
  ASSERT_EQ(file.status, 200);
  EXPECT_EQ(static_cast<std::int64_t>(file.body.size()), made["size"].integer());
  EXPECT_THAT(file.body, HasSubstr("manifest.json"));
  EXPECT_THAT(file.header("Content-Disposition"), HasSubstr(".tar"));
  const auto journal = city_.get(in(ours, "/journal"));
  EXPECT_THAT(journal.body, HasSubstr("handover.taken"));
}

}  // namespace
}  // namespace yagura::api_test
