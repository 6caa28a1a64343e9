#include <gmock/gmock.h>

#include "api/portal.hpp"

namespace yagura::api_test {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string id_in(const Answer& answer) { return std::to_string(answer.json["id"].integer()); }

Value row(Value fields, const char* why = "点検") {
  return Value::object({{"fields", std::move(fields)}, {"why", why}});
}

class LedgerApi : public testing::Test {
 protected:
  Portal portal_;
  Browser manager_ = portal_.browser(portal_.somebody("manager", ours, people::Role::contractor_manager));
  Browser auditor_ = portal_.browser(portal_.somebody("auditor", ours, people::Role::auditor));
};

TEST_F(LedgerApi, EverybodyIsToldWhatIsAnnouncedToday) {
  auto employee = portal_.browser(portal_.somebody("employee", ours, people::Role::employee));
  auto stranger = portal_.browser(portal_.somebody("stranger", theirs, people::Role::employee));
  const auto announce = [&](const char* subject, const char* from, const char* until) {
    const auto made = manager_.post(
        in(ours, "/ledgers/announcements/rows"),
        row(Value::object({{"subject", subject}, {"content", "本文"}, {"from", from}, {"until", until}})));
    EXPECT_EQ(made.status, 201) << made.body;
  };
  const auto today = calendar::format_date(calendar::date_of(portal_.clock().now()));
  announce("更新のお知らせ", today.c_str(), "2099-03-31");
  announce("先の話", "2099-01-01", "2099-03-31");
  announce("昔の話", "2020-01-01", "2020-03-31");
  const auto told = employee.get(in(ours, "/announcements"));
  ASSERT_EQ(told.json["items"].items().size(), 1U) << told.body;
  EXPECT_EQ(told.json["items"].items().front()["subject"].text(), "更新のお知らせ");
  EXPECT_EQ(employee.get(in(ours, "/ledgers/announcements/rows")).status, 403);
  EXPECT_TRUE(stranger.get(in(theirs, "/announcements")).json["items"].items().empty());
  EXPECT_EQ(stranger.get(in(ours, "/announcements")).status, 404) << "another's contract is not there";
}

TEST_F(LedgerApi, WhatTheSpecificationCountsBesideTheLedger) {
  auto manager = portal_.browser(portal_.somebody("keeper", theirs, people::Role::contractor_manager));
  const auto add = [&](const char* ledger, Value fields) {
    const auto made = manager.post(in(theirs, std::string("/ledgers/") + ledger + "/rows"),
                                   Value::object({{"fields", std::move(fields)}}));
    EXPECT_EQ(made.status, 201) << made.body;
    return made.json["id"];
  };
  const auto seen = [&] { return manager.get(in(theirs, "/equipment")); };
  const auto first = [&] { return seen().json["items"].items().front(); };
  ASSERT_EQ(seen().status, 200) << seen().body;
  EXPECT_EQ(first()["scope"].integer(), 2);
  EXPECT_EQ(first()["missing"].integer(), 2);
  EXPECT_EQ(first()["sites"].items().size(), 1U) << "two are wanted at one site, none is there";
  EXPECT_FALSE(seen().json["items"].items()[1]["in_ledger"].boolean())
      << "software is in no ledger of devices";
  const auto of_contract = portal_.api().pack(theirs)->sites.front();
  const auto named = [&](const char* name, const std::string& id) {
    return Value::object({{"name", name}, {"kind", "main_office"}, {"contract_site", id}});
  };
  EXPECT_EQ(manager.post(in(theirs, "/ledgers/sites/rows"), row(named("どこか", "nowhere"))).status, 422)
      << "a site that the contract does not know";
  // Whatever the city calls it today; one that only bears the name is another.
  const auto there = add("sites", named("新庁舎", of_contract.id));
  const auto namesake =
      add("sites", Value::object({{"name", of_contract.title.ja}, {"kind", "main_office"}}));
  const auto elsewhere = add("sites", Value::object({{"name", "支所"}, {"kind", "main_office"}}));
  const auto device = [&](const char* name, const Value& site) {
    return add("devices", Value::object({{"name", name}, {"class", "switch"}, {"site", site}}));
  };
  const auto other = device("x", namesake);
  EXPECT_EQ(first()["sites"].items()[0]["missing"].integer(), 2);
  EXPECT_EQ(first()["sites"].items()[0]["row"].integer(), there.integer());
  EXPECT_EQ(manager.del(in(theirs, "/ledgers/devices/rows/" + std::to_string(other.integer()) + "?version=1"))
                .status,
            204);
  device("a", there);
  device("b", elsewhere);
  EXPECT_EQ(first()["missing"].integer(), 0) << "in all there are enough";
  ASSERT_EQ(first()["sites"].items().size(), 1U);
  EXPECT_EQ(first()["sites"].items()[0]["missing"].integer(), 1) << "but not where they belong";
  device("c", there);
  EXPECT_EQ(first()["extra"].integer(), 1);
  EXPECT_TRUE(first()["sites"].items().empty());
  EXPECT_EQ(manager_.get(in(ours, "/equipment")).json["others"].integer(), 0) << "another contract's devices";
}

TEST_F(LedgerApi, RowsAreMadeChangedShownAndTakenOut) {
  const auto ledgers = manager_.get(in(ours, "/ledgers"));
  EXPECT_EQ(ledgers.json["items"].items().size(), portal_.api().ledgers.definitions(ours).size());
  const auto kind = portal_.api().pack(ours)->site_kinds.front();
  const auto site = manager_.post(in(ours, "/ledgers/sites/rows"),
                                  row(Value::object({{"name", "マツサカ本庁舎"}, {"kind", kind.id}})));
  ASSERT_EQ(site.status, 201) << site.body;
  EXPECT_EQ(site.json["shown"]["kind"].text(), kind.title.ja);
  const auto child =
      manager_.post(in(ours, "/ledgers/sites/rows"),
                    row(Value::object({{"name", "出張所"}, {"kind", kind.id}, {"parent", site.json["id"]}})));
  EXPECT_EQ(child.json["shown"]["parent"].text(), "マツサカ本庁舎") << child.body;

  const auto faulty = manager_.post(in(ours, "/ledgers/sites/rows"),
                                    row(Value::object({{"name", "マツサカ本庁舎"}, {"colour", "red"}})));
  EXPECT_EQ(faulty.status, 422);
  std::set<std::string> paths;
  for (const auto& fault : faulty.json["errors"].items()) paths.insert(fault["path"].text());
  EXPECT_THAT(paths, testing::UnorderedElementsAre("name", "kind", "colour")) << faulty.body;
  EXPECT_EQ(manager_.post(in(ours, "/ledgers/sites/rows"), Value::object({{"fields", "x"}})).status, 422);
  EXPECT_EQ(manager_.post(in(ours, "/ledgers/nothing/rows"), row(Value::object())).status, 404);

  const auto path = "/ledgers/sites/rows/" + id_in(site);
  const auto change = [&](int version) {
    return Value::object(
        {{"version", version}, {"fields", Value::object({{"place", "殿町"}})}, {"why", "移転"}});
  };
  EXPECT_EQ(manager_.patch(in(ours, path), change(1)).json["version"].integer(), 2);
  EXPECT_EQ(manager_.patch(in(ours, path), change(1)).status, 409) << "somebody was faster";
  EXPECT_EQ(auditor_.get(in(ours, path)).json["fields"]["place"].text(), "殿町");
  const auto history = auditor_.get(in(ours, path + "/history")).json["items"];
  ASSERT_EQ(history.items().size(), 2U);
  EXPECT_EQ(history.items().front()["why"].text(), "移転");

  EXPECT_EQ(auditor_.get(in(ours, "/ledgers/sites/rows?q=%EF%BE%8F%EF%BE%82%EF%BD%BB%EF%BD%B6"))
                .json["items"]
                .items()
                .size(),
            1U)
      << "half-width kana finds full-width";
  EXPECT_EQ(auditor_.get(in(ours, "/ledgers/sites/rows?filter.kind=" + kind.id)).json["items"].items().size(),
            2U);
  EXPECT_EQ(auditor_.get(in(ours, "/ledgers/sites/rows")).json["total"].integer(), 2);
  const auto page = auditor_.get(in(ours, "/ledgers/sites/rows?limit=1&sort=-name"));
  const auto next =
      auditor_.get(in(ours, "/ledgers/sites/rows?limit=1&sort=-name&cursor=" + page.json["next"].text()));
  EXPECT_EQ(next.json["items"].items().size(), 1U) << next.body;
  EXPECT_EQ(auditor_.get(in(ours, "/ledgers/sites/rows?cursor=zz")).status, 400);

  EXPECT_EQ(manager_.del(in(ours, path + "?version=2")).status, 409) << "the child refers to it";
  EXPECT_EQ(manager_.del(in(ours, "/ledgers/sites/rows/" + id_in(child))).status, 400) << "no version";
  EXPECT_EQ(manager_.del(in(ours, "/ledgers/sites/rows/" + id_in(child) + "?version=1")).status, 204);
  EXPECT_EQ(manager_.del(in(ours, path + "?version=2")).status, 204);
}

TEST_F(LedgerApi, PersonalDataIsMaskedOrItsReadingWrittenDown) {
  const auto made = manager_.post(
      in(ours, "/ledgers/contacts/rows"),
      row(Value::object({{"name", "山﨑 花子"}, {"phone", "0598-53-0001"}, {"mail", "hanako@example.jp"}})));
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_THAT(made.body, HasSubstr("hanako@example.jp"));
  const auto path = "/ledgers/contacts/rows/" + id_in(made);
  for (const auto& p : {path, std::string("/ledgers/contacts/rows"), path + "/history",
                        std::string("/ledgers/contacts/export?format=csv")})
    EXPECT_THAT(auditor_.get(in(ours, p)).body, Not(HasSubstr("hanako"))) << p;
  EXPECT_EQ(auditor_.get(in(ours, "/ledgers/contacts/rows?filter.mail=hanako@example.jp")).status, 422);
  // The manager has seen the row when making it; after five minutes a look is another one.
  portal_.clock().advance(std::chrono::minutes(6));
  const auto before = auditor_.get(in(ours, "/journal?kind=personal.read")).json["items"].items().size();
  EXPECT_THAT(manager_.get(in(ours, path)).body, HasSubstr("hanako"));
  const auto read = auditor_.get(in(ours, "/journal?kind=personal.read"));
  EXPECT_EQ(read.json["items"].items().size(), before + 1);
  EXPECT_THAT(read.body, Not(HasSubstr("hanako"))) << "the journal holds no personal values";
}

TEST_F(LedgerApi, AnImportIsPlannedExecutedAndTakenBack) {
  const std::string file = "業者名,備考,色\r\n雪野電設,修繕,赤\r\n,名なし,青\r\n松阪ネット,保守,白\r\n";
  const auto names = [&] {
    return manager_.get(in(ours, "/ledgers/vendors/rows")).json["items"].items().size();
  };
  const auto heading = portal_.api().ledgers.definitions(ours).at("vendors").field("name")->name.ja;
  const auto bytes = heading + file.substr(std::string("業者名").size());
  EXPECT_EQ(manager_.post(in(ours, "/ledgers/vendors/imports")).code(), "web.file_missing");
  EXPECT_EQ(manager_.post(in(ours, "/ledgers/vendors/imports"), Value::object()).status, 415);
  const auto job =
      portal_.ended_job(manager_, manager_.upload(in(ours, "/ledgers/vendors/imports"), "業者.csv", bytes));
  ASSERT_EQ(job["state"].text(), "done") << schema::to_json(job);
  const auto path = "/imports/" + std::to_string(job["result"].integer());
  const auto plan = manager_.get(in(ours, path));
  EXPECT_EQ(plan.json["file"].text(), "業者.csv");
  EXPECT_EQ(plan.json["counts"]["created"].integer(), 2) << plan.body;
  EXPECT_EQ(plan.json["counts"]["rejected"].integer(), 1);
  EXPECT_EQ(plan.json["ignored_columns"].items().front().text(), "色");
  EXPECT_EQ(names(), 0U) << "a plan writes nothing";
  const auto rejected = manager_.get(in(ours, path + "/rows?outcome=rejected")).json["items"];
  ASSERT_EQ(rejected.items().size(), 1U);
  EXPECT_EQ(rejected.items().front()["line"].integer(), 3);
  EXPECT_FALSE(rejected.items().front()["reasons"].items().front()["message"].text().empty());
  const auto page = manager_.get(in(ours, path + "/rows?limit=2"));
  EXPECT_EQ(manager_.get(in(ours, path + "/rows?limit=2&cursor=" + page.json["next"].text()))
                .json["items"]
                .items()
                .size(),
            1U);

  EXPECT_EQ(portal_.ended_job(manager_, manager_.post(in(ours, path + "/execute")))["state"].text(), "done");
  EXPECT_EQ(names(), 2U);
  EXPECT_EQ(manager_.post(in(ours, path + "/execute")).status, 409);
  EXPECT_EQ(manager_.del(in(ours, path)).status, 409) << "what was executed is not dropped";
  EXPECT_EQ(portal_.ended_job(manager_, manager_.post(in(ours, path + "/undo")))["state"].text(), "done");
  EXPECT_EQ(names(), 0U);
  EXPECT_EQ(manager_.post(in(ours, path + "/undo")).status, 409);

  const auto broken =
      portal_.ended_job(manager_, manager_.upload(in(ours, "/ledgers/vendors/imports"), "x.xlsx", "PK\3\4"));
  EXPECT_EQ(broken["state"].text(), "failed");
  EXPECT_FALSE(broken["problem"]["detail"].text().empty());
  EXPECT_EQ(auditor_.get("/api/v1/jobs/" + std::to_string(broken["id"].integer())).status, 404)
      << "another's job";
}

TEST_F(LedgerApi, FilesComeBackUnderTheirJapaneseNamesAndNeverAsPages) {
  const std::string page = "<script>alert(1)</script>";
  const auto added = manager_.upload(in(ours, "/attachments"), "配線図 令和8年.html", page);
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(added.json["size"].integer(), static_cast<std::int64_t>(page.size()));
  const auto got = auditor_.get(in(ours, "/attachments/" + id_in(added)));
  EXPECT_EQ(got.body, page);
  EXPECT_EQ(got.header("Content-Type"), "application/octet-stream");
  EXPECT_EQ(got.header("X-Content-Type-Options"), "nosniff");
  EXPECT_THAT(got.header("Content-Disposition"),
              HasSubstr("filename*=UTF-8''%E9%85%8D%E7%B7%9A%E5%9B%B3%20%E4%BB%A4%E5%92%8C8%E5%B9%B4.html"));
  EXPECT_EQ(auditor_.get(in(ours, "/attachments/99")).status, 404);
  std::string long_name;
  for (int i = 0; i < 100; ++i) long_name += "長";
  const auto longer = manager_.upload(in(ours, "/attachments"), long_name + ".csv", "x");
  EXPECT_EQ(longer.status, 201) << longer.body;
  EXPECT_TRUE(longer.json["name"].text().ends_with("長.csv"));
  for (const auto* format : {"xlsx", "csv"}) {
    const auto exported = auditor_.get(in(ours, std::string("/ledgers/sites/export?format=") + format));
    EXPECT_EQ(exported.status, 200);
    EXPECT_THAT(exported.header("Content-Disposition"), HasSubstr(std::string("_2026-04-28.") + format));
    EXPECT_FALSE(exported.body.empty());
  }
  EXPECT_EQ(auditor_.get(in(ours, "/ledgers/sites/export?format=exe")).status, 400);
}

TEST_F(LedgerApi, SecretsGoInAndNeverComeOut) {
  const std::string secret = "hunter2-ひみつ";
  EXPECT_EQ(
      manager_
          .post(in(ours, "/credentials"),
                Value::object(
                    {{"name", "core"}, {"kind", "ssh_password"}, {"user", "yagura"}, {"secret", secret}}))
          .status,
      204);
  EXPECT_EQ(portal_.api().credentials.open(ours, "core")->secret.secret, secret);
  const auto list = manager_.get(in(ours, "/credentials"));
  EXPECT_EQ(list.json["items"].items().front()["user"].text(), "yagura") << list.body;
  EXPECT_THAT(list.body, Not(HasSubstr("hunter2")));
  const auto journal = auditor_.get(in(ours, "/journal?kind=secret."));
  EXPECT_EQ(journal.json["items"].items().size(), 1U);
  EXPECT_THAT(journal.body, Not(HasSubstr("hunter2")));
  const auto faulty = manager_.post(
      in(ours, "/credentials"),
      Value::object({{"name", "core"}, {"kind", "snmp_v3"}, {"secret", secret}, {"pin", secret}}));
  EXPECT_EQ(faulty.status, 422);
  EXPECT_THAT(faulty.body, Not(HasSubstr("hunter2"))) << "not in an error either";
  EXPECT_EQ(manager_.del(in(ours, "/credentials/core")).status, 204);
  EXPECT_EQ(manager_.del(in(ours, "/credentials/core")).status, 404);
}

TEST_F(LedgerApi, TheJournalIsListedVerifiedAndTakenAway) {
  for (const auto* name : {"一", "二", "三"})
    manager_.post(in(ours, "/ledgers/vendors/rows"), row(Value::object({{"name", name}})));
  const auto page = auditor_.get(in(ours, "/journal?kind=ledger.created&limit=2"));
  ASSERT_EQ(page.json["items"].items().size(), 2U) << page.body;
  EXPECT_EQ(page.json["items"].items().front()["words"]["en"].text(), "Ledger row created");
  const auto rest =
      auditor_.get(in(ours, "/journal?kind=ledger.created&limit=2&cursor=" + page.json["next"].text()));
  EXPECT_EQ(rest.json["items"].items().size(), 1U);
  const auto verdict = auditor_.post(in(ours, "/journal/verification"));
  EXPECT_EQ(verdict.json["first_broken"].integer(), 0) << verdict.body;
  EXPECT_GE(verdict.json["entries"].integer(), 3);
  const auto taken =
      auditor_.get(in(ours, "/journal/export?from=2026-04-01T00:00:00Z&to=2026-05-01T00:00:00Z"));
  EXPECT_THAT(taken.header("Content-Disposition"), HasSubstr("matsusaka_2026-04-01_2026-05-01.txt"));
  EXPECT_THAT(taken.body, HasSubstr(verdict.json["root"].text())) << "the last hash of the chain";
  EXPECT_EQ(auditor_.get(in(ours, "/journal/export?from=2026-04-01T00:00:00Z")).status, 400);
  EXPECT_EQ(auditor_.get("/api/v1/journal?contract=").status, 403) << "the installation's own chain";
  auto admin = portal_.browser(portal_.administrator("root"));
  EXPECT_THAT(admin.get("/api/v1/journal?contract=").body, HasSubstr("account.created"));
}

TEST_F(LedgerApi, TheContractTellsWhatScreensNeed) {
  const auto contract = auditor_.get("/api/v1/contracts/matsusaka");
  ASSERT_EQ(contract.status, 200) << contract.body;
  EXPECT_EQ(contract.json["open_today"].boolean(), true) << "Tuesday 28 April 2026";
  EXPECT_FALSE(contract.json["contact_duties"].items().empty());
  EXPECT_FALSE(contract.json["report_parts"]["first"].items().empty());
  portal_.clock().jump_to(parse_rfc3339("2026-04-28T20:00:00Z").value());  // the 29th in Japan
  EXPECT_EQ(portal_.api().pack(ours)->book.calendar("office").has_value(), true);
  auto later = portal_.browser(portal_.somebody("later", ours, people::Role::city_staff));
  const auto holiday = later.get("/api/v1/contracts/matsusaka");
  EXPECT_EQ(holiday.json["open_today"].boolean(), false);
  EXPECT_EQ(holiday.json["holiday_today"]["ja"].text(), "昭和の日") << holiday.body;
  const auto trees = later.get("/api/v1/contracts/matsusaka/contact-trees");
  EXPECT_THAT(trees.body, Not(HasSubstr("0598"))) << "city staff sees who, not how to reach him";
  bool out_of_hours = false;
  for (const auto& tree : trees.json["items"].items())
    if (tree["id"].text() == "urgent_out_of_hours") out_of_hours = tree["active_now"].boolean();
  EXPECT_TRUE(out_of_hours) << trees.body;
  EXPECT_EQ(later.get("/api/v1/contracts/yukino").status, 404);
}

}  // namespace
}  // namespace yagura::api_test
