#include <gmock/gmock.h>

#include <map>

#include "api/log_events.hpp"
#include "base/text.hpp"

namespace yagura::api_test {
namespace {

using people::Role;
using testing::ElementsAre;
using testing::Pair;

std::vector<std::string> values(const Answer& answer, const char* field) {
  std::vector<std::string> out;
  for (const auto& one : answer.json["items"].items()) out.push_back(one["fields"][field].text());
  return out;
}

std::vector<Value> looks(Portal& portal, Browser& auditor) {
  const auto list = auditor.get(in(ours, "/journal?kind=log.searched&limit=100"));
  EXPECT_EQ(list.status, 200) << list.body;
  (void)portal;
  return list.json["items"].items();
}

struct Logs : testing::Test {
  Logs() { a_morning(portal); }
  Browser as(const char* login, Role role, const char* contract = ours) {
    return portal.browser(portal.somebody(login, contract, role));
  }
  Portal portal;
};

TEST_F(Logs, ASearchFindsWhatTheTextSaysNewestFirst) {
  auto manager = as("manager", Role::contractor_manager);
  auto found = manager.post(in(ours, search), asking("見積", because));
  ASSERT_EQ(found.status, 200) << found.body;
  EXPECT_THAT(values(found, "action"), ElementsAre("usb-copy", "file-open"));
  EXPECT_FALSE(found.json["outcome"]["partial"].boolean());
  EXPECT_TRUE(found.json["reading"]["personal"].boolean());
  EXPECT_THAT(found.json["reading"]["explanation"]["ja"].text(), testing::HasSubstr("見積"));
  found = manager.post(in(ours, search), asking("user:tanaka | sort oldest"));
  EXPECT_THAT(values(found, "action"), ElementsAre("file-open", "usb-copy", "deny"));
  EXPECT_EQ(values(manager.post(in(ours, search), asking("yukino")), "pc").size(), 0U)
      << "another contract's";
}

TEST_F(Logs, PagesFollowEachOtherWithoutGapOrTwice) {
  auto manager = as("manager", Role::contractor_manager);
  std::vector<std::string> seen;
  auto body = asking("", because);
  body.set("limit", 2);
  for (int pages = 0; pages < 5; ++pages) {
    const auto page = manager.post(in(ours, search), body);
    ASSERT_EQ(page.status, 200) << page.body;
    for (const auto& one : page.json["items"].items()) seen.push_back(one["kind"].text());
    if (page.json["next"].is_null()) break;
    body.set("cursor", page.json["next"].text());
  }
  EXPECT_THAT(seen, ElementsAre("syslog", "operation", "firewall", "operation", "operation"));
  body.set("cursor", "1.2.3");
  EXPECT_EQ(manager.post(in(ours, search), body).status, 400);
  body.set("cursor", "");
  body.set("limit", 100'000);
  EXPECT_EQ(manager.post(in(ours, search), body).status, 400);
}

TEST_F(Logs, AnOperatorSeesDevicesLogsOnly) {
  auto person = as("operator", Role::operator_);
  auto found = person.post(in(ours, search), asking(""));
  ASSERT_EQ(found.status, 200) << found.body;
  EXPECT_THAT(values(found, "device"), ElementsAre("SV-01", "FW-01"));
  EXPECT_EQ(found.json["reading"]["withheld"].items().front().text(), "operation");
  EXPECT_TRUE(found.json["purpose"].is_null());
  for (const auto& body : {asking("kind:operation"), asking("種類:PC操作ログ", because)}) {
    found = person.post(in(ours, search), body);
    EXPECT_EQ(found.status, 403) << found.body;
    EXPECT_EQ(found.code(), "log_search.kind_forbidden");
  }
  auto chosen = asking("");
  chosen.set("kinds", std::vector<Value>{Value("operation")});
  for (const auto* path : {"/log-search/rows", "/log-search/counts", "/log-search/facets"})
    EXPECT_EQ(person.post(in(ours, path), chosen).status, 403) << path;
  chosen.set("format", "csv");
  chosen.set("purpose", because);
  EXPECT_EQ(person.post(in(ours, "/log-search/exports"), chosen).status, 403);
  EXPECT_EQ(person
                .post(in(ours, "/log-search/context"),
                      Value::object({{"kind", "operation"}, {"source", "PC-0042"}, {"us", 1}}))
                .status,
            403);
  // Names of people are not found out by completing them either.
  found = person.post(in(ours, "/log-search/suggestions"), Value::object({{"q", "user:"}, {"cursor", 5}}));
  EXPECT_THAT(found.body, testing::Not(testing::HasSubstr("suzuki")));
}

TEST_F(Logs, EachRoleSeesThePersonalKindOnlyWhereThePackSaysSo) {
  const std::map<Role, bool> sees = {{Role::administrator, true}, {Role::city_supervisor, true},
                                     {Role::city_staff, false},   {Role::contractor_manager, true},
                                     {Role::operator_, false},    {Role::analyst, true},
                                     {Role::auditor, false}};
  for (const auto& [role, may] : sees) {
    auto person = as(std::string(people::name_of(role)).c_str(), role);
    const auto answer = person.post(in(ours, search), asking("kind:operation", because));
    EXPECT_EQ(answer.status, may ? 200 : 403) << people::name_of(role) << answer.body;
    EXPECT_EQ(person.post(in(theirs, search), asking("kind:operation", because)).status,
              role == Role::administrator ? 200 : 404)
        << people::name_of(role);
  }
  auto employee = as("employee1", Role::employee);
  EXPECT_EQ(employee.post(in(ours, search), asking("")).status, 403);
}

TEST_F(Logs, PeoplesLogsNeedAPurposeWhichHoldsForHalfAnHour) {
  auto manager = as("manager", Role::contractor_manager);
  auto refused = manager.post(in(ours, search), asking("tanaka"));
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.code(), "log_search.purpose_missing");
  EXPECT_EQ(manager.post(in(ours, search), asking("kind:syslog")).status, 200) << "no personal data";
  EXPECT_EQ(manager.post(in(ours, search), asking("tanaka", "？")).code(), "log_search.purpose_invalid");
  const auto path = in(ours, "/log-search/purpose");
  const auto said = manager.send("PUT", path, schema::to_json(Value::object({{"said", because}})));
  ASSERT_EQ(said.status, 200) << said.body;
  EXPECT_EQ(manager.post(in(ours, search), asking("tanaka")).status, 200);
  EXPECT_EQ(manager.get(in(ours, "/log-search/kinds")).json["purpose"]["said"].text(), because);
  auto other = as("other", Role::contractor_manager);
  EXPECT_EQ(other.post(in(ours, search), asking("tanaka")).code(), "log_search.purpose_missing")
      << "it is each person's own";
  EXPECT_EQ(manager.del(path).status, 204);
  EXPECT_EQ(manager.post(in(ours, search), asking("tanaka")).code(), "log_search.purpose_missing");
}

TEST_F(Logs, AStatedPurposeRunsOut) {
  auto manager = as("manager", Role::contractor_manager);
  EXPECT_EQ(manager.post(in(ours, search), asking("tanaka", because)).status, 200);
  // Fourteen minutes a step: the session itself lives on.
  for (int i = 0; i < 3; ++i) {
    portal.clock().advance(14 * minute);
    manager.get("/api/v1/session");
  }
  EXPECT_EQ(manager.post(in(ours, search), asking("tanaka")).code(), "log_search.purpose_missing");
}

TEST_F(Logs, WhoLookedAtWhoseLogsWhyStandsInTheJournalOnce) {
  auto manager = as("manager", Role::contractor_manager);
  auto auditor = as("auditor", Role::auditor);
  for (const auto* path :
       {"/log-search/rows", "/log-search/counts", "/log-search/facets", "/log-search/rows"})
    ASSERT_EQ(manager.post(in(ours, path), asking("user:tanaka 見積", because)).status, 200);
  auto entries = looks(portal, auditor);
  ASSERT_EQ(entries.size(), 1U) << "list, histogram and facets of one search are one look";
  const auto& data = entries.front()["data"];
  EXPECT_EQ(entries.front()["who"].text(), "山﨑 manager");
  EXPECT_EQ(data["purpose"].text(), because);
  EXPECT_EQ(data["whose"].items().front().text(), "user=tanaka");
  EXPECT_THAT(data["query"].text(), testing::HasSubstr("見積"));
  ASSERT_EQ(manager.post(in(ours, search), asking("user:suzuki")).status, 200);
  EXPECT_EQ(looks(portal, auditor).size(), 2U);
  ASSERT_EQ(manager.post(in(ours, search), asking("kind:syslog")).status, 200);
  EXPECT_EQ(looks(portal, auditor).size(), 2U) << "devices' logs are no personal data";
  portal.clock().advance(6 * minute);
  ASSERT_EQ(manager.post(in(ours, search), asking("user:suzuki")).status, 200);
  EXPECT_EQ(looks(portal, auditor).size(), 3U) << "later it is another look";
  ASSERT_EQ(manager.post(in(ours, search), asking("user:suzuki", "別件の調査です")).status, 200);
  EXPECT_EQ(looks(portal, auditor).size(), 4U) << "another purpose is another look";
  EXPECT_EQ(manager.post(in(ours, search), asking("user:\"")).status, 422);
  EXPECT_EQ(looks(portal, auditor).size(), 4U) << "what was not run is no look";
}

TEST_F(Logs, CountsByFieldAndOverTime) {
  auto manager = as("manager", Role::contractor_manager);
  auto body = asking("kind:operation", because);
  body.set("by", std::vector<Value>{Value("section")});
  auto counts = manager.post(in(ours, "/log-search/counts"), body);
  ASSERT_EQ(counts.status, 200) << counts.body;
  ASSERT_EQ(counts.json["groups"].items().size(), 2U);
  EXPECT_EQ(counts.json["groups"].items().front()["values"].items().front().text(), "総務課");
  EXPECT_EQ(counts.json["groups"].items().front()["count"].integer(), 2);
  EXPECT_EQ(counts.json["total"].integer(), 3);
  counts = manager.post(in(ours, "/log-search/counts"), asking("kind:operation | count by action top 2"));
  EXPECT_EQ(counts.json["groups"].items().size(), 2U);
  EXPECT_TRUE(counts.json["more"].boolean());
  body = asking("kind:operation from:1h");
  body.set("histogram", true);
  counts = manager.post(in(ours, "/log-search/counts"), body);
  EXPECT_EQ(counts.json["total"].integer(), 3);
  EXPECT_GT(counts.json["bucket_s"].integer(), 0);
  std::int64_t sum = 0;
  for (const auto& bar : counts.json["groups"].items()) sum += bar["count"].integer();
  EXPECT_EQ(sum, 3);
  body.set("q", "nothing-has-this");
  EXPECT_EQ(manager.post(in(ours, "/log-search/counts"), body).json["total"].integer(), 0);
  body = asking("");
  body.set("by", std::vector<Value>{Value("no_such_field")});
  EXPECT_EQ(manager.post(in(ours, "/log-search/counts"), body).status, 422);
}

std::vector<Value> lines_of(const Answer& answer) {
  std::vector<Value> out;
  std::string_view rest = answer.body;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    EXPECT_NE(end, std::string_view::npos) << "a line that is cut";
    if (end == std::string_view::npos) break;
    out.push_back(schema::parse_json(rest.substr(0, end)).value());
    rest.remove_prefix(end + 1);
  }
  return out;
}

TEST_F(Logs, AnOverviewIsTheHistogramAndTheFacetsOfTheSearch) {
  auto manager = as("manager", Role::contractor_manager);
  const auto overview = manager.post(in(ours, "/log-search/overview"), asking("tanaka", because));
  ASSERT_EQ(overview.status, 200) << overview.body;
  EXPECT_THAT(overview.header("Content-Type"), testing::HasSubstr("jsonl"));
  const auto lines = lines_of(overview);
  ASSERT_FALSE(lines.empty());
  for (const auto& line : lines) EXPECT_EQ(line["last"].boolean(), &line == &lines.back());
  const auto& last = lines.back();
  EXPECT_EQ(last["counts"]["total"].integer(), 3);
  EXPECT_TRUE(last["counts"]["complete_from"].is_null());
  EXPECT_FALSE(last["counts"]["outcome"]["partial"].boolean());
  auto body = asking("tanaka");
  body.set("histogram", true);
  const auto counts = manager.post(in(ours, "/log-search/counts"), body);
  EXPECT_EQ(schema::to_json(last["counts"]["groups"]), schema::to_json(counts.json["groups"]));
  EXPECT_EQ(last["counts"]["bucket_s"].integer(), counts.json["bucket_s"].integer());
  const auto facets = manager.post(in(ours, "/log-search/facets"), asking("tanaka"));
  EXPECT_EQ(schema::to_json(last["facets"]), schema::to_json(facets.json));
}

TEST_F(Logs, AnOverviewNeedsTheSameRightsAndPurposeAndIsALook) {
  auto manager = as("manager", Role::contractor_manager);
  auto auditor = as("auditor", Role::auditor);
  auto person = as("operator", Role::operator_);
  const auto path = in(ours, "/log-search/overview");
  EXPECT_EQ(manager.post(path, asking("tanaka")).code(), "log_search.purpose_missing");
  EXPECT_EQ(person.post(path, asking("kind:operation", because)).code(), "log_search.kind_forbidden");
  EXPECT_EQ(manager.post(in(theirs, "/log-search/overview"), asking("tanaka", because)).status, 404);
  const auto devices = person.post(path, asking(""));
  ASSERT_EQ(devices.status, 200);
  EXPECT_EQ(lines_of(devices).back()["counts"]["total"].integer(), 2) << "without what he may not see";
  EXPECT_THAT(devices.body, testing::Not(testing::HasSubstr("総務課")));
  EXPECT_EQ(looks(portal, auditor).size(), 0U);
  ASSERT_EQ(manager.post(path, asking("user:tanaka", because)).status, 200);
  EXPECT_EQ(looks(portal, auditor).size(), 1U);
  EXPECT_EQ(manager.post(path, asking("user:\"")).status, 422);
}

TEST_F(Logs, WhatIsTypedOnOneScreenIsOneEntryThatTellsEveryTextThatWasAnswered) {
  auto manager = as("manager", Role::contractor_manager);
  auto auditor = as("auditor", Role::auditor);
  for (const auto* text : {"user:t", "user:tana", "user:tanaka"}) {
    for (const auto* part : {"rows", "overview"}) {
      auto body = asking(text, because);
      body.set("screen", std::string("w1.") + part);
      ASSERT_EQ(manager.post(in(ours, std::string("/log-search/") + part), body).status, 200);
    }
    portal.clock().advance(std::chrono::milliseconds(200));
  }
  portal.clock().advance(log_search::Looks::rests);
  ASSERT_TRUE(portal.logs().looks.settle());
  const auto entries = looks(portal, auditor);
  ASSERT_EQ(entries.size(), 1U);
  const auto& data = entries.front()["data"];
  EXPECT_EQ(data["query"].text(), "user:tanaka");
  EXPECT_EQ(schema::to_json(data["typed"]), R"(["user:t","user:tana"])");
  EXPECT_EQ(schema::to_json(data["whose"]), R"(["user=t","user=tana","user=tanaka"])");
  EXPECT_EQ(data["purpose"].text(), because);
}

TEST_F(Logs, FacetsCanBeAddedToTheSearchAsTheyStand) {
  auto manager = as("manager", Role::contractor_manager);
  const auto facets = manager.post(in(ours, "/log-search/facets"), asking("", because));
  ASSERT_EQ(facets.status, 200) << facets.body;
  std::map<std::string, std::int64_t> kinds;
  for (const auto& kind : facets.json["kinds"].items()) kinds[kind["kind"].text()] = kind["count"].integer();
  EXPECT_THAT(kinds, ElementsAre(Pair("alert", 0), Pair("firewall", 1), Pair("operation", 3),
                                 Pair("syslog", 1), Pair("trap", 0)));
  bool seen = false;
  for (const auto& facet : facets.json["facets"].items())
    for (const auto& value : facet["values"].items()) {
      const auto found = manager.post(in(ours, search), asking(value["text"].text()));
      ASSERT_EQ(found.status, 200) << value["text"].text();
      EXPECT_GE(std::ssize(found.json["items"].items()), value["count"].integer()) << value["text"].text();
      seen = seen || value["value"].text() == "総務課";
    }
  EXPECT_TRUE(seen) << facets.body;
}

TEST_F(Logs, WhatStandsBeforeAndAfterOneEvent) {
  auto manager = as("manager", Role::contractor_manager);
  const auto found = manager.post(in(ours, search), asking("action:usb-copy", because));
  const auto& event = found.json["items"].items().front();
  auto body =
      Value::object({{"kind", "operation"}, {"source", "PC-0042"}, {"us", event["us"]}, {"limit", 5}});
  const auto around = manager.post(in(ours, "/log-search/context"), body);
  ASSERT_EQ(around.status, 200) << around.body;
  ASSERT_EQ(around.json["before"].items().size(), 1U);
  EXPECT_EQ(around.json["before"].items().front()["fields"]["action"].text(), "file-open");
  EXPECT_EQ(around.json["at"].items().size(), 1U);
  EXPECT_EQ(around.json["after"].items().size(), 0U) << "another PC's are not its context";
  body.set("us", 1);
  EXPECT_EQ(manager.post(in(ours, "/log-search/context"), body).status, 404);
  body.set("source", "");
  EXPECT_EQ(manager.post(in(ours, "/log-search/context"), body).code(), "log_search.source_missing");
}

TEST_F(Logs, ATimeLineFollowsOnePersonAcrossKinds) {
  auto manager = as("manager", Role::contractor_manager);
  const auto line = [&](const char* subject, const char* of) {
    return manager.post(
        in(ours, search),
        Value::object({{"subject", subject}, {"of", of}, {"newest_first", false}, {"purpose", because}}));
  };
  auto found = line("person", "tanaka");
  ASSERT_EQ(found.status, 200) << found.body;
  EXPECT_THAT(values(found, "action"), ElementsAre("file-open", "usb-copy", "deny"));
  found = line("file", "見積 令和8年.xlsx");
  EXPECT_THAT(values(found, "action"), ElementsAre("file-open", "usb-copy"));
  EXPECT_THAT(values(line("address", "203.0.113.9"), "action"), ElementsAre("deny"));
  EXPECT_THAT(values(line("pc", "PC-0043"), "action"), ElementsAre("print"));
  EXPECT_EQ(line("nobody", "x").code(), "log_search.subject_unknown");
  EXPECT_EQ(line("person", "").code(), "log_search.subject_missing");
}

TEST_F(Logs, TimesAndKindsBesideTheTextNarrowIt) {
  auto manager = as("manager", Role::contractor_manager);
  auto body = asking("tanaka", because);
  body.set("from", to_rfc3339(portal.clock().now() - 45 * minute));
  body.set("to", to_rfc3339(portal.clock().now() - 38 * minute));
  EXPECT_THAT(values(manager.post(in(ours, search), body), "action"), ElementsAre("usb-copy"));
  body.set("from", "昨日");
  body.set("to", "昨日");
  EXPECT_EQ(manager.post(in(ours, search), body).json["items"].items().size(), 0U);
  body = asking("kind:syslog");
  body.set("kinds", std::vector<Value>{Value("firewall")});
  EXPECT_EQ(manager.post(in(ours, search), body).code(), "log_search.kinds_empty");
  body = asking("from:今日");
  body.set("to", "昨日");
  EXPECT_EQ(manager.post(in(ours, search), body).code(), "log_search.times_empty");
}

TEST_F(Logs, ATextThatCannotBeReadSaysWhereWhyAndWhatToDo) {
  auto person = as("operator", Role::operator_);
  person.language = "ja";
  auto read = person.post(in(ours, "/log-search/reading"), asking("usr:tanaka"));
  ASSERT_EQ(read.status, 200) << read.body;
  const auto& fault = read.json["fault"];
  EXPECT_EQ(fault["problem"]["code"].text(), "eventstore.query_field_unknown");
  EXPECT_FALSE(fault["problem"]["detail"].text().empty());
  EXPECT_FALSE(fault["problem"]["advice"].text().empty());
  EXPECT_EQ(fault["position"].integer(), 0);
  EXPECT_GT(fault["length"].integer(), 0);
  read = person.post(in(ours, "/log-search/reading"), asking("処置:deny 期間:今日"));
  EXPECT_TRUE(read.json["fault"].is_null()) << read.body;
  EXPECT_FALSE(read.json["reading"]["from"].is_null());
  EXPECT_EQ(person.post(in(ours, search), asking("(")).status, 422);
}

TEST_F(Logs, WordsAndValuesAreCompleted) {
  auto manager = as("manager", Role::contractor_manager);
  const auto offered = [&](const std::string& q) {
    std::vector<std::string> out;
    const auto answer =
        manager.post(in(ours, "/log-search/suggestions"),
                     Value::object({{"q", q}, {"cursor", static_cast<std::int64_t>(characters(q))}}));
    EXPECT_EQ(answer.status, 200) << answer.body;
    for (const auto& one : answer.json["items"].items()) out.push_back(one["text"].text());
    return out;
  };
  EXPECT_THAT(offered("sec"), testing::Contains(testing::HasSubstr("section")));
  EXPECT_THAT(offered("section:総"), ElementsAre("総務課"));
  EXPECT_THAT(offered("device:"), testing::Contains("FW-01"));
  EXPECT_THAT(offered("user:"), testing::Not(testing::Contains("suzuki")))
      << "names of people are not offered";
}

TEST_F(Logs, WhatOneMaySeeIsListedWithSearchesToBeginWith) {
  auto person = as("operator", Role::operator_);
  auto kinds = person.get(in(ours, "/log-search/kinds"));
  ASSERT_EQ(kinds.status, 200) << kinds.body;
  for (const auto& kind : kinds.json["kinds"].items()) {
    const bool personal = kind["kind"].text() == "operation";
    EXPECT_EQ(kind["personal"].boolean(), personal);
    EXPECT_EQ(kind["may"].boolean(), !personal);
    const bool has_some = kind["kind"].text() == "syslog" || kind["kind"].text() == "firewall";
    EXPECT_EQ(kind["rows"].integer(), has_some ? 1 : 0) << "how many there are is not told either";
  }
  auto manager = as("manager", Role::contractor_manager);
  kinds = manager.get(in(ours, "/log-search/kinds"));
  for (const auto& example : kinds.json["examples"].items())
    for (const auto* language : {"ja", "en"})
      EXPECT_EQ(manager.post(in(ours, search), asking(example["text"][language].text(), because)).status, 200)
          << example["text"][language].text();
}

TEST_F(Logs, SearchesAreKeptForOneselfOrForAll) {
  auto manager = as("manager", Role::contractor_manager);
  auto person = as("operator", Role::operator_);
  const auto kept =
      manager.post(in(ours, "/log-search/saved"), Value::object({{"name", "持出し"},
                                                                 {"description", "毎週月曜に見る"},
                                                                 {"text", "action:usb-copy from:先週"},
                                                                 {"shared", true}}));
  ASSERT_EQ(kept.status, 201) << kept.body;
  ASSERT_EQ(
      manager.post(in(ours, "/log-search/saved"), Value::object({{"name", "私用"}, {"text", "x"}})).status,
      201);
  auto list = person.get(in(ours, "/log-search/saved"));
  ASSERT_EQ(list.json["items"].items().size(), 1U) << list.body;
  EXPECT_FALSE(list.json["items"].items().front()["own"].boolean());
  const auto one = in(ours, "/log-search/saved/" + std::to_string(kept.json["id"].integer()));
  const auto changed = Value::object({{"name", "盗"}, {"text", "y"}});
  EXPECT_EQ(person.send("PUT", one, schema::to_json(changed)).status, 404);
  EXPECT_EQ(person.del(one).status, 404);
  EXPECT_EQ(person.post(in(ours, search), asking(list.json["items"].items().front()["text"].text())).status,
            200)
      << "asked with one's own rights";
  EXPECT_EQ(
      manager.send("PUT", one, schema::to_json(Value::object({{"name", "持出し（週）"}, {"text", "z"}})))
          .json["name"]
          .text(),
      "持出し（週）");
  EXPECT_EQ(person.get(in(ours, "/log-search/saved")).json["items"].items().size(), 0U);
  EXPECT_EQ(manager.del(one).status, 204);
  EXPECT_EQ(manager.post(in(ours, "/log-search/saved"), Value::object({{"name", " "}, {"text", "x"}})).status,
            422);
}

// A store of which each search waits until it is stopped.
TEST(LogLimits, AFewSearchesAtOnceAndTheNewestOfAScreenStopsTheOneBefore) {
  log_search::Running running;
  std::vector<log_search::Running::Lease> held;
  for (std::size_t i = 0; i < log_search::Running::most; ++i) {
    auto lease = running.begin(7, "screen" + std::to_string(i));
    ASSERT_TRUE(lease);
    held.push_back(*std::move(lease));
  }
  EXPECT_EQ(running.begin(7, "other").error().code, "log_search.too_many_running");
  EXPECT_TRUE(running.begin(8, "other")) << "another person's are his own";
  auto next = running.begin(7, "screen0");
  ASSERT_TRUE(next) << "what is typed next stops what was typed before";
  EXPECT_TRUE(held.front().stopped()->load());
  EXPECT_FALSE(next->stopped()->load());
  EXPECT_FALSE(running.begin(7, "other"));
  held.pop_back();
  EXPECT_TRUE(running.begin(7, "other"));
}

}  // namespace
}  // namespace yagura::api_test
