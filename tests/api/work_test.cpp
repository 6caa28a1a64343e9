// Work orders over the REST API: who may do what, by the roles of the kind of work; answers are held to
// share/openapi.yaml by Browser.
#include <gmock/gmock.h>

#include "api/portal.hpp"

namespace yagura::api_test {
namespace {

class WorkApiTest : public testing::Test {
 protected:
  WorkApiTest() {
    const auto site = row("sites", Value::object({{"name", "本庁"}, {"kind", "main_office"}}));
    device_ = row("devices", Value::object({{"name", "sw1"}, {"class", "switch"}, {"site", site}}));
    site_ = site;
  }
  Id row(const std::string& ledger, Value fields) {
    const auto made = manager_.post(in(theirs, "/ledgers/" + ledger + "/rows"),
                                    Value::object({{"fields", std::move(fields)}}));
    EXPECT_EQ(made.status, 201) << made.body;
    return made.json["id"].integer();
  }
  static std::string of(const Answer& order, const std::string& act = "") {
    return in(theirs, "/work-orders/" + std::to_string(order.json["id"].integer()) + act);
  }
  Value order_body() {
    return Value::object(
        {{"kind", "patch"}, {"title", "修正の適用"}, {"devices", Value(std::vector<Value>{Value(device_)})}});
  }
  Value plan_body(const Answer& seen, int days = 10) {
    const Time from = portal_.clock().now() + std::chrono::hours(24 * days);
    return Value::object({{"version", seen.json["version"]},
                          {"from", to_rfc3339(from)},
                          {"until", to_rfc3339(from + std::chrono::hours(2))},
                          {"workers", "太田"},
                          {"procedure", Value(std::vector<Value>{"止める"})}});
  }
  static Value decision(const Answer& seen, const char* what, const char* reason = "") {
    return Value::object({{"version", seen.json["version"]}, {"decision", what}, {"reason", reason}});
  }
  Answer approved() {
    auto seen = staff_.post(in(theirs, "/work-orders"), order_body());
    seen = manager_.post(of(seen, "/plan"), plan_body(seen));
    return supervisor_.post(of(seen, "/decision"), decision(seen, "approve"));
  }

  Portal portal_;
  Browser staff_ = portal_.browser(portal_.somebody("staff", theirs, people::Role::city_staff));
  Browser supervisor_ =
      portal_.browser(portal_.somebody("supervisor", theirs, people::Role::city_supervisor));
  Browser manager_ = portal_.browser(portal_.somebody("manager", theirs, people::Role::contractor_manager));
  Browser operator_ = portal_.browser(portal_.somebody("operator", theirs, people::Role::operator_));
  Browser deputy_ = portal_.browser(portal_.somebody("deputy", theirs, people::Role::city_staff));
  Browser ours_ = portal_.browser(portal_.somebody("ours", ours, people::Role::contractor_manager));
  Id device_ = 0, site_ = 0;
};

// A page costs the same however much stands on it: machines and steps of an order, changes of a ledger's row.
TEST_F(WorkApiTest, WhatAPageAsksIsPinned) {
  const auto asked = [&](const std::string& path) {
    EXPECT_EQ(manager_.get(path).status, 200) << path;
    (void)portal_.counted().taken();
    EXPECT_EQ(manager_.get(path).status, 200) << path;
    return portal_.counted().taken();
  };
  const auto small = approved();
  const int few = asked(of(small));
  std::vector<Value> machines{Value(device_)};
  for (int i = 0; i < 15; ++i)
    machines.emplace_back(
        row("devices",
            Value::object({{"name", "ap" + std::to_string(i)}, {"class", "switch"}, {"site", site_}})));
  auto body = order_body();
  body.set("devices", Value(std::move(machines)));
  auto large = staff_.post(in(theirs, "/work-orders"), body);
  large = manager_.post(of(large, "/plan"), plan_body(large));
  large = supervisor_.post(of(large, "/decision"), decision(large, "approve"));
  ASSERT_GT(large.json["steps"].items().size(), small.json["steps"].items().size()) << large.body;
  EXPECT_EQ(asked(of(large)), few);
  EXPECT_EQ(few, 7) << "the gate, whose deputy he is, the order with its machines and steps, its history";

  const auto device = in(theirs, "/ledgers/devices/rows/" + std::to_string(device_));
  const int once = asked(device);
  const auto history = in(theirs, "/ledgers/devices/rows/" + std::to_string(device_) + "/history");
  const int little = asked(history);
  for (int i = 0; i < 12; ++i) {
    const auto seen = manager_.get(device);
    const auto done = manager_.patch(
        device, Value::object({{"version", seen.json["version"]},
                               {"fields", Value::object({{"name", "sw1-" + std::to_string(i)}})},
                               {"why", "変更"}}));
    ASSERT_EQ(done.status, 200) << done.body;
  }
  EXPECT_EQ(asked(device), once);
  EXPECT_EQ(once, 5) << "the gate, the row, what it refers to";
  EXPECT_EQ(asked(history), little);
}

TEST_F(WorkApiTest, FromTheOrderToAcceptanceByTheRolesOfItsKind) {
  const auto kinds = staff_.get(in(theirs, "/work-kinds"));
  ASSERT_EQ(kinds.json["items"].items().size(), 4U) << kinds.body;
  EXPECT_TRUE(kinds.json["items"].items()[0]["may_order"].boolean());
  EXPECT_EQ(operator_.post(in(theirs, "/work-orders"), order_body()).code(), "desk.work_role_forbidden");
  auto seen = staff_.post(in(theirs, "/work-orders"), order_body());
  ASSERT_EQ(seen.status, 201) << seen.body;
  EXPECT_EQ(seen.json["number"].text(), "R8-WK-0001");
  EXPECT_EQ(ours_.get(in(ours, "/work-orders/" + std::to_string(seen.json["id"].integer()))).status, 404);
  EXPECT_EQ(manager_.post(of(seen, "/plan"), plan_body(seen, 1)).code(), "desk.work_plan_late");
  EXPECT_EQ(operator_.post(of(seen, "/plan"), plan_body(seen)).status, 403);
  seen = manager_.post(of(seen, "/plan"), plan_body(seen));
  ASSERT_EQ(seen.status, 200) << seen.body;
  EXPECT_EQ(manager_.post(of(seen, "/decision"), decision(seen, "approve")).code(), "desk.work_own_plan");
  auto stale = decision(seen, "approve");
  stale.set("version", 1);
  EXPECT_EQ(supervisor_.post(of(seen, "/decision"), stale).status, 409);
  seen = supervisor_.post(of(seen, "/decision"), decision(seen, "approve"));
  ASSERT_EQ(seen.json["steps"].items().size(), 6U) << seen.body;
  const auto photo = operator_.upload(in(theirs, "/attachments"), "写真.jpg", "x");
  for (const auto& step : seen.json["steps"].items()) {
    const auto kind = step["answer"].text();
    const auto done =
        operator_.post(of(seen, "/steps/" + std::to_string(step["seq"].integer())),
                       Value::object({{"version", step["version"]},
                                      {"result", "ok"},
                                      {"value", kind == "choice"   ? "white"
                                                : kind == "number" ? "12"
                                                                   : "v1"},
                                      {"photographs", Value(std::vector<Value>{photo.json["id"]})},
                                      {"key", "step-" + std::to_string(step["seq"].integer())}}));
    ASSERT_EQ(done.status, 200) << done.body;
  }
  seen = operator_.post(of(seen, "/end"), Value::object({{"reason", "済み"}}));
  ASSERT_EQ(seen.json["state"].text(), "done") << seen.body;
  EXPECT_EQ(operator_
                .post(of(seen, "/acceptance"),
                      Value::object({{"version", seen.json["version"]}, {"accepted", true}}))
                .code(),
            "desk.work_own");
  seen = staff_.get(of(seen));
  EXPECT_EQ(seen.json["acts"].items().size(), 1U) << "accept is offered";
  seen = staff_.post(of(seen, "/acceptance"),
                     Value::object({{"version", seen.json["version"]}, {"accepted", true}}));
  EXPECT_EQ(seen.json["state"].text(), "accepted") << seen.body;
  EXPECT_EQ(seen.json["history"].items().size(), 11U) << seen.body;
  EXPECT_EQ(staff_.get(in(theirs, "/work-summary")).json["states"]["accepted"].integer(), 1);
}

TEST_F(WorkApiTest, WhatATelephoneSendsTwiceIsDoneOnce) {
  auto seen = approved();
  ASSERT_EQ(seen.status, 200) << seen.body;
  const auto field = operator_.get(in(theirs, "/work-field"));
  ASSERT_EQ(field.json["orders"].items().size(), 1U) << field.body;
  const auto body = Value::object({{"version", 0}, {"result", "ok"}, {"key", "phone-1"}});
  ASSERT_EQ(operator_.post(of(seen, "/steps/1"), body).status, 200);
  seen = operator_.post(of(seen, "/steps/1"), body);
  EXPECT_EQ(seen.status, 200) << seen.body;
  EXPECT_EQ(seen.json["steps"].items()[0]["version"].integer(), 1);
  EXPECT_EQ(manager_.post(of(seen, "/steps/1"), Value::object({{"version", 0}, {"result", "ok"}})).status,
            409);
}

TEST_F(WorkApiTest, WhatIsDueIsSeenByWhoHasToAct) {
  auto seen = staff_.post(in(theirs, "/work-orders"), order_body());
  EXPECT_EQ(seen.json["next"].text(), "plan") << seen.body;
  portal_.clock().advance(std::chrono::hours(24 * 13));
  // Sessions ended meanwhile.
  auto manager = portal_.browser(portal_.somebody("manager.later", theirs, people::Role::contractor_manager));
  auto staff = portal_.browser(portal_.somebody("staff.later", theirs, people::Role::city_staff));
  auto others = portal_.browser(portal_.somebody("ours.later", ours, people::Role::contractor_manager));
  const auto of_manager = manager.get(in(theirs, "/work-due"));
  ASSERT_EQ(of_manager.status, 200) << of_manager.body;
  EXPECT_EQ(of_manager.json["late"].integer(), 1);
  const auto& first = of_manager.json["items"].items().front();
  EXPECT_EQ(first["what"].text(), "plan");
  EXPECT_TRUE(first["mine"].boolean());
  EXPECT_FALSE(staff.get(in(theirs, "/work-due")).json["items"].items().front()["mine"].boolean());
  EXPECT_TRUE(others.get(in(ours, "/work-due")).json["items"].items().empty()) << "of another contract";
  EXPECT_EQ(others.get(in(theirs, "/work-due")).status, 404);
  EXPECT_EQ(staff.get(in(theirs, "/work-orders?overdue=true")).json["items"].items().size(), 1U);
  const auto year = staff.get(in(theirs, "/work-regular?fiscal_year=2026"));
  ASSERT_EQ(year.json["items"].items().size(), 1U) << year.body;
  EXPECT_EQ(year.json["items"].items()[0]["kind"].text(), "yearly_check");
  EXPECT_EQ(staff.get(in(theirs, "/work-regular?fiscal_year=soon")).status, 400);
}

TEST_F(WorkApiTest, ADeputyApprovesAndTheJournalSaysForWhom) {
  auto seen = staff_.post(in(theirs, "/work-orders"), order_body());
  seen = manager_.post(of(seen, "/plan"), plan_body(seen));
  EXPECT_EQ(deputy_.post(of(seen, "/decision"), decision(seen, "approve")).code(),
            "desk.work_role_forbidden");
  const auto me = [](Browser& who) { return who.get("/api/v1/session").json["account"]["id"]; };
  const auto made = supervisor_.post(in(theirs, "/deputies"), Value::object({{"person", me(supervisor_)},
                                                                             {"deputy", me(deputy_)},
                                                                             {"from", "2026-04-28"},
                                                                             {"until", "2026-04-30"}}));
  ASSERT_EQ(made.status, 201) << made.body;
  seen = deputy_.get(of(seen));
  EXPECT_EQ(seen.json["acts"].items().front().text(), "approve") << seen.body;
  seen = deputy_.post(of(seen, "/decision"), decision(seen, "approve"));
  ASSERT_EQ(seen.status, 200) << seen.body;
  EXPECT_THAT(seen.json["approved_by"].text(), testing::EndsWith("deputy"));
  EXPECT_THAT(seen.json["approved_for"].text(), testing::EndsWith("supervisor"));
  EXPECT_THAT(seen.json["history"].items().back()["data"]["for"].text(), testing::EndsWith("supervisor"));
  // What he ordered himself he does not decide on for somebody else.
  auto own = deputy_.post(in(theirs, "/work-orders"), order_body());
  own = manager_.post(of(own, "/plan"), plan_body(own));
  EXPECT_EQ(deputy_.post(of(own, "/decision"), decision(own, "approve")).code(), "desk.work_own_plan");
  EXPECT_EQ(supervisor_.del(in(theirs, "/deputies/" + std::to_string(made.json["id"].integer()))).status,
            204);
  EXPECT_EQ(deputy_.post(of(own, "/decision"), decision(own, "approve")).code(), "desk.work_role_forbidden")
      << "he is nobody's deputy any more";
}

TEST_F(WorkApiTest, TheVaultsRecordCompletesAStepAndNothingElseDoes) {
  const auto id = row("privileged_ids", Value::object({{"name", "基幹 / OS"},
                                                       {"machine", "基幹"},
                                                       {"kind", "os"},
                                                       {"login", "root"},
                                                       {"rotation", "half"},
                                                       {"state", "in_use"}}));
  auto seen = staff_.post(in(theirs, "/work-orders"),
                          Value::object({{"kind", "password_change"}, {"title", "変更"}}));
  seen = manager_.post(of(seen, "/plan"), plan_body(seen));
  seen = supervisor_.post(of(seen, "/decision"), decision(seen, "approve"));
  ASSERT_EQ(seen.status, 200) << seen.body;
  ASSERT_EQ(seen.json["steps"].items().size(), 2U);
  EXPECT_EQ(operator_.post(of(seen, "/steps/1"), Value::object({{"version", 0}, {"result", "ok"}})).status,
            200);
  EXPECT_EQ(operator_.post(of(seen, "/steps/2"), Value::object({{"version", 0}, {"result", "ok"}})).code(),
            "desk.work_step_vault");
  const auto day = calendar::format_date(calendar::date_of(portal_.clock().now()));
  const auto changed = supervisor_.post(in(theirs, "/passwords/" + std::to_string(id)),
                                        Value::object({{"secret", "hush-hush-4711"}, {"on", day}}));
  ASSERT_EQ(changed.status, 200) << changed.body;
  seen = operator_.get(of(seen));
  EXPECT_EQ(seen.json["steps"].items()[1]["result"].text(), "ok") << seen.body;
  EXPECT_THAT(seen.json["steps"].items()[1]["by"].text(), testing::EndsWith("supervisor"));
  EXPECT_EQ(seen.json["steps"].items()[1]["value"].text(), day);
  EXPECT_EQ(seen.body.find("hush-hush-4711"), std::string::npos);
}

TEST_F(WorkApiTest, StoppedAndDecided) {
  auto seen = approved();
  seen = operator_.post(of(seen, "/steps/1"),
                        Value::object({{"version", 0}, {"result", "failed"}, {"note", "停電"}}));
  EXPECT_EQ(seen.json["state"].text(), "stopped") << seen.body;
  EXPECT_EQ(operator_.post(of(seen, "/stop-decision"), decision(seen, "again", "復電")).status, 403);
  seen = manager_.post(of(seen, "/stop-decision"), decision(seen, "put_back", "中止"));
  EXPECT_EQ(seen.json["outcome"].text(), "put_back") << seen.body;
}

TEST_F(WorkApiTest, AnIssueIsClosedByAnApprovedRequestAlone) {
  const auto fields = [](const char* state) {
    return Value::object({{"subject", "漏水"},
                          {"kind", "issue"},
                          {"priority", "high"},
                          {"occurred", "2026-04-28"},
                          {"state", state}});
  };
  const auto post = [&](const char* state) {
    return manager_.post(in(theirs, "/ledgers/issues/rows"), Value::object({{"fields", fields(state)}}));
  };
  EXPECT_EQ(post("closed").json["errors"].items().at(0)["code"].text(), "ledger.by_request");
  const auto issue = row("issues", fields("solved"));
  const auto at = in(theirs, "/ledgers/issues/rows/" + std::to_string(issue));
  const auto change = [&](const char* field, const char* value) {
    return manager_.patch(at, Value::object({{"version", 1}, {"fields", Value::object({{field, value}})}}));
  };
  EXPECT_EQ(change("state", "closed").json["errors"].items().at(0)["code"].text(), "ledger.by_request");
  EXPECT_EQ(change("state", "完了（承認済み）").json["errors"].items().at(0)["code"].text(),
            "ledger.by_request")
      << "nor by what people call it";
  EXPECT_EQ(change("owner", "太田").status, 200);
  const auto ledgers = manager_.get(in(theirs, "/ledgers"));
  for (const auto& one : ledgers.json["items"].items())
    EXPECT_EQ(one["timeline"].is_null(), one["id"].text() != "issues" && one["id"].text() != "meetings" &&
                                             one["id"].text() != "trainings" &&
                                             one["id"].text() != "schedule")
        << one["id"].text();
}

TEST_F(WorkApiTest, CampaignsVisitsAndNotices) {
  const auto machines =
      staff_.get(in(theirs, "/work-machines?classes=switch&sites=" + std::to_string(site_)));
  EXPECT_EQ(machines.json["total"].integer(), 1) << machines.body;
  EXPECT_EQ(staff_.get(in(theirs, "/work-machines?sites=abc")).status, 400);
  auto notice = operator_.post(in(theirs, "/work-notices"),
                               Value::object({{"source", "maker"}, {"title", "修正"}, {"reference", "M-7"}}));
  ASSERT_EQ(notice.status, 201) << notice.body;
  EXPECT_EQ(
      supervisor_.post(in(theirs, "/work-notices"), Value::object({{"source", "maker"}, {"title", "修正"}}))
          .status,
      403);
  const auto at = in(theirs, "/work-notices/" + std::to_string(notice.json["id"].integer()) + "/assessment");
  notice = manager_.post(
      at, Value::object({{"version", 1}, {"concerned", true}, {"reason", "該当"}, {"kind", "patch"}}));
  ASSERT_EQ(notice.status, 200) << notice.body;
  const auto campaign = in(theirs, "/campaigns/" + std::to_string(notice.json["campaign"].integer()));
  EXPECT_EQ(staff_.get(campaign).json["whole"]["orders"].integer(), 1);
  EXPECT_EQ(staff_.get(in(theirs, "/campaigns")).json["items"].items().size(), 1U);
  EXPECT_EQ(staff_.get(in(theirs, "/work-notices?state=concerned")).json["items"].items().size(), 1U);
  const auto order = staff_.get(in(theirs, "/work-orders")).json["items"].items().front();
  auto planned = manager_.post(
      in(theirs, "/campaigns/" + std::to_string(notice.json["campaign"].integer()) + "/plan"),
      Value::object(
          {{"workers", "太田"},
           {"procedure", Value(std::vector<Value>{"止める"})},
           {"orders", Value(std::vector<Value>{Value::object(
                          {{"order", order["id"]},
                           {"version", order["version"]},
                           {"from", to_rfc3339(portal_.clock().now() + std::chrono::hours(240))},
                           {"until", to_rfc3339(portal_.clock().now() + std::chrono::hours(242))}})})}}));
  ASSERT_EQ(planned.status, 200) << planned.body;
  const auto visit = manager_.post(in(theirs, "/visits"),
                                   Value::object({{"site", site_},
                                                  {"day", "2026-05-08"},
                                                  {"workers", "太田"},
                                                  {"orders", Value(std::vector<Value>{order["id"]})}}));
  ASSERT_EQ(visit.status, 201) << visit.body;
  const auto there = in(theirs, "/visits/" + std::to_string(visit.json["id"].integer()));
  EXPECT_EQ(operator_
                .post(in(theirs, "/visits/" + std::to_string(visit.json["id"].integer()) + "/arrival"),
                      Value::object({{"key", "a"}}))
                .json["state"]
                .text(),
            "there");
  EXPECT_EQ(staff_.get(there).json["arrived_by"].text(), "山﨑 operator");
  EXPECT_EQ(staff_.get(in(theirs, "/visits")).json["items"].items().size(), 1U);
}

TEST_F(WorkApiTest, WavesOneAfterTheOther) {
  const auto sw2 = row("devices", Value::object({{"name", "sw2"}, {"class", "switch"}, {"site", site_}}));
  const auto wave = [](const char* title, std::vector<Value> devices) {
    return Value::object({{"title", title}, {"devices", Value(std::move(devices))}});
  };
  const auto begin = [&](Value waves) {
    return staff_.post(in(theirs, "/campaigns"),
                       Value::object({{"kind", "patch"}, {"title", "更新"}, {"waves", std::move(waves)}}));
  };
  EXPECT_EQ(begin(Value(std::vector<Value>{wave("検証", {Value("x")}), wave("本番", {})})).status, 422);
  EXPECT_EQ(begin(Value(std::vector<Value>{wave("検証", {Value(device_)})})).code(), "desk.wave_count");
  const auto made = begin(Value(std::vector<Value>{wave("検証", {Value(device_)}), wave("本番", {})}));
  ASSERT_EQ(made.status, 201) << made.body;
  ASSERT_EQ(made.json["waves"].items().size(), 2U);
  EXPECT_EQ(made.json["waves"].items()[1]["opened_at"].is_null(), true);
  const auto next = in(theirs, "/campaigns/" + std::to_string(made.json["id"].integer()) + "/waves");
  const auto open = Value::object({{"seq", 2}, {"finding", "よい"}});
  EXPECT_EQ(supervisor_.post(next, open).code(), "desk.wave_unfinished");
  EXPECT_EQ(operator_.post(next, open).code(), "desk.work_role_forbidden");
  EXPECT_EQ(supervisor_.post(next, Value::object({{"seq", 2}})).status, 422);
  EXPECT_EQ(supervisor_.post(in(theirs, "/campaigns/1/waves"), open).status, 404);
  const auto orders =
      staff_.get(in(theirs, "/work-orders?campaign=" + std::to_string(made.json["id"].integer())));
  const auto& first = orders.json["items"].items().back();
  const auto machines =
      staff_.get(in(theirs, "/work-orders/" + std::to_string(first["id"].integer()))).json["machines"];
  ASSERT_EQ(machines.items().size(), 1U);
  EXPECT_EQ(machines.items().front()["id"].integer(), device_);
  EXPECT_NE(device_, sw2);
  ASSERT_EQ(staff_
                .post(in(theirs, "/work-orders/" + std::to_string(first["id"].integer()) + "/withdrawal"),
                      Value::object({{"version", 1}, {"reason", "検証用の端末を替える"}}))
                .status,
            200);
  EXPECT_TRUE(supervisor_.get(in(theirs, "/campaigns/" + std::to_string(made.json["id"].integer())))
                  .json["waves"]
                  .items()[1]["may_open"]
                  .boolean());
  const auto opened = supervisor_.post(next, open);
  ASSERT_EQ(opened.status, 200) << opened.body;
  EXPECT_EQ(opened.json["waves"].items()[1]["finding"].text(), "よい");
  EXPECT_EQ(supervisor_.post(next, open).code(), "desk.wave_open");
}

}  // namespace
}  // namespace yagura::api_test
