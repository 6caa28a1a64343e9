// Rules that make alerts of logs, changed by people: who may, what is refused and where, two at once, from
// when they count.
#include <gmock/gmock.h>

#include "api/log_events.hpp"

namespace yagura::api_test {
namespace {

using people::Role;
using testing::ElementsAre;
using testing::HasSubstr;

struct LogRules : testing::Test {
  static Value disks() {
    return Value::object({{"title", Value::object({{"ja", "ディスク"}, {"en", "Disk"}})},
                          {"text", Value::object({{"ja", "{message}"}, {"en", "{message}"}})},
                          {"severity", "major"},
                          {"when", "kind:syslog message:disk"}});
  }
  static Value with(Value said, const char* key, Value value) {
    said.set(key, std::move(value));
    return said;
  }
  static std::string put_body(std::int64_t version, const Value& said,
                              const char* why = "点検で必要になった") {
    return schema::to_json(Value::object({{"version", version}, {"why", why}, {"said", said}}));
  }
  static std::string at(const std::string& rule, const char* contract = ours) {
    return in(contract, "/log-rules/" + rule);
  }
  Answer put(Browser& by, const std::string& rule, std::int64_t version, const Value& said) {
    return by.send("PUT", at(rule), put_body(version, said));
  }
  Value rule(Browser& by, const std::string& id) {
    const auto list = by.get(in(ours, "/log-rules"));
    for (const auto& one : list.json["items"].items())
      if (one["id"].text() == id) return one;
    return {};
  }
  // A line of the server's log; how many of its hits are of which rule.
  std::vector<std::string> raised_by_a_line(const char* message = "disk failing") {
    portal.hits().with([](auto& held) { held.clear(); });
    const auto& kind = portal.events().kinds().at("syslog");
    eventstore::BatchBuilder batch(kind);
    batch.row(portal.clock().now());
    for (const auto& [name, value] : Fields{{"device", "SV-01"}, {"message", message}})
      batch.text(*kind.index_of(name), value);
    EXPECT_TRUE(portal.watched().append(ours, "syslog", batch.take()));
    return portal.hits().with([](const auto& held) {
      std::vector<std::string> out;
      for (const auto& hit : held) out.push_back(hit.rule->id + " " + hit.words.en);
      return out;
    });
  }
  Portal portal;
  Browser manager = portal.browser(portal.somebody("manager", ours, Role::contractor_manager));
  Browser supervisor = portal.browser(portal.somebody("supervisor", ours, Role::city_supervisor));
};

TEST_F(LogRules, AnOwnRuleCountsFromTheNextEventOnAndIsChangedAndRemoved) {
  EXPECT_THAT(raised_by_a_line(), ElementsAre());
  const auto made = put(manager, "disks", 0, disks());
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(made.json["version"].integer(), 1);
  EXPECT_FALSE(made.json["product"].boolean());
  EXPECT_TRUE(made.json["beneath"].is_null());
  EXPECT_THAT(made.json["changed"]["who"].text(), HasSubstr("manager"));
  EXPECT_THAT(raised_by_a_line(), ElementsAre("disks disk failing"));
  portal.restart_rules();
  EXPECT_THAT(raised_by_a_line(), ElementsAre("disks disk failing")) << "over a restart";

  ASSERT_EQ(put(supervisor, "disks", 1, with(disks(), "off", true)).status, 200);
  EXPECT_THAT(raised_by_a_line(), ElementsAre());
  EXPECT_TRUE(rule(manager, "disks")["off"].boolean()) << "it is still in the list";
  ASSERT_EQ(put(manager, "disks", 2, with(disks(), "when", "kind:syslog message:fan")).status, 200);
  EXPECT_THAT(raised_by_a_line(), ElementsAre());
  EXPECT_THAT(raised_by_a_line("fan failing"), ElementsAre("disks fan failing"));

  ASSERT_EQ(manager.del(at("disks") + "&version=3&why=不要になった").status, 204);
  EXPECT_THAT(raised_by_a_line("fan failing"), ElementsAre());
  EXPECT_TRUE(rule(manager, "disks").is_null());
  EXPECT_EQ(manager.del(at("disks") + "&version=4&why=不要になった").status, 404);
  const auto history = manager.get(in(ours, "/log-rules/disks/history")).json["items"].items();
  ASSERT_EQ(history.size(), 4U);
  EXPECT_TRUE(history[0]["said"].is_null());
  EXPECT_EQ(history[0]["why"].text(), "不要になった");
  EXPECT_TRUE(history[2]["said"]["off"].boolean());
  EXPECT_THAT(history[2]["who"].text(), HasSubstr("supervisor"));
  std::vector<std::string> journal;
  for (const auto& one : supervisor.get(in(ours, "/journal?limit=100")).json["items"].items())
    if (one["subject"].text() == "log_rule/disks") journal.push_back(one["kind"].text());
  EXPECT_THAT(journal,
              ElementsAre("log_rule.removed", "log_rule.changed", "log_rule.changed", "log_rule.changed"));
  // The name is free again, and what was there before stays in its history.
  ASSERT_EQ(put(manager, "disks", 4, disks()).status, 200);
  EXPECT_THAT(raised_by_a_line(), ElementsAre("disks disk failing"));
}

TEST_F(LogRules, OfARuleThatLiesBeneathOnlyWhatIsSaidIsReplaced) {
  const auto before = rule(manager, "logon-failures");
  EXPECT_EQ(before["version"].integer(), 0);
  EXPECT_TRUE(before["product"].boolean());
  const auto changed =
      put(manager, "logon-failures", 0, Value::object({{"times", 3}, {"severity", "major"}}));
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.json["times"].integer(), 3);
  EXPECT_EQ(changed.json["severity"].text(), "major");
  EXPECT_EQ(changed.json["within_s"].integer(), before["within_s"].integer());
  EXPECT_EQ(changed.json["beneath"]["times"].integer(), before["times"].integer());
  EXPECT_TRUE(changed.json["own"].boolean());
  ASSERT_EQ(put(manager, "logon-failures", 1, Value::object({{"off", true}})).status, 200);
  EXPECT_TRUE(rule(manager, "logon-failures")["off"].boolean());
  ASSERT_EQ(manager.del(at("logon-failures") + "&version=2&why=元に戻す").status, 204);
  const auto after = rule(manager, "logon-failures");
  EXPECT_EQ(after["times"].integer(), before["times"].integer());
  EXPECT_FALSE(after["off"].boolean());
  EXPECT_EQ(after["version"].integer(), 3);
}

TEST_F(LogRules, WhatIsWrongIsRefusedAtItsPlace) {
  const auto wrong = [&](const Value& said) {
    const auto answer = put(manager, "disks", 0, said);
    EXPECT_EQ(answer.status, 422) << answer.body;
    const auto& first = answer.json["errors"].items();
    return first.empty() ? answer.code() : first.front()["path"].text() + " " + first.front()["code"].text();
  };
  EXPECT_EQ(wrong(with(disks(), "when", "kind:syslog colour:red")),
            "said.when eventstore.query_field_unknown");
  EXPECT_EQ(wrong(with(disks(), "when", "kind:syslog")), "said.when monitor.log_rule_invalid");
  EXPECT_EQ(wrong(with(disks(), "clears", "(disk")), "said.clears eventstore.query_parenthesis_open");
  EXPECT_EQ(wrong(with(disks(), "times", 5)), "said.within monitor.log_rule_invalid");
  EXPECT_EQ(wrong(with(disks(), "quiet", "soon")), "said.quiet monitor.log_rule_invalid");
  EXPECT_EQ(wrong(with(disks(), "by", std::vector<Value>{Value("colour")})),
            "said.by monitor.log_rule_invalid");
  EXPECT_EQ(wrong(with(disks(), "severity", "urgent")), "said.severity monitor.log_rule_invalid");
  EXPECT_EQ(wrong(with(disks(), "as", "link-down")), "said.as monitor.log_rule_as_fixed");
  EXPECT_EQ(wrong(with(disks(), "id", "other")), "said.id monitor.log_rule_invalid");
  EXPECT_EQ(wrong(with(disks(), "wehn", "x")), "said.wehn schema.unknown_key");
  EXPECT_EQ(wrong(with(disks(), "times", "many")), "said.times schema.wrong_kind");
  EXPECT_EQ(wrong(Value::object({{"when", "kind:syslog disk"}})), "said.title schema.missing");
  EXPECT_EQ(wrong(with(disks(), "title", Value::object({{"ja", " "}, {"en", std::string(300, 'x')}}))),
            "said.title.ja schema.missing");
  EXPECT_EQ(manager.send("PUT", at("disks"), put_body(0, disks(), " ")).code(), "monitor.log_rule_why");
  EXPECT_EQ(manager.send("PUT", at("disks"), put_body(0, Value("text"))).status, 400);
  EXPECT_EQ(manager.send("PUT", at("Disks%20A"), put_body(0, disks())).status, 422);
  EXPECT_TRUE(rule(manager, "disks").is_null()) << "nothing of it is there";
}

TEST_F(LogRules, OfTwoWhoChangeAtOnceTheSecondIsTold) {
  ASSERT_EQ(put(manager, "hardware", 0, Value::object({{"severity", "critical"}})).status, 200);
  const auto second = put(supervisor, "hardware", 0, Value::object({{"severity", "info"}}));
  EXPECT_EQ(second.status, 409);
  EXPECT_EQ(second.code(), "monitor.log_rule_conflict");
  EXPECT_THAT(second.body, HasSubstr("manager"));
  EXPECT_EQ(supervisor.del(at("hardware") + "&version=0&why=元に戻す").status, 409);
  EXPECT_EQ(rule(supervisor, "hardware")["severity"].text(), "critical");
}

TEST_F(LogRules, AContractsRulesAreItsOwn) {
  ASSERT_EQ(put(manager, "disks", 0, disks()).status, 200);
  auto neighbour = portal.browser(portal.somebody("neighbour", theirs, Role::contractor_manager));
  const auto list = neighbour.get(in(theirs, "/log-rules"));
  EXPECT_THAT(list.body, testing::Not(HasSubstr("\"disks\"")));
  EXPECT_EQ(neighbour.get(in(ours, "/log-rules/disks/history")).status, 404);
  EXPECT_EQ(neighbour.send("PUT", at("disks"), put_body(1, disks())).status, 404);
  EXPECT_EQ(neighbour.del(at("disks") + "&version=1&why=別の市の人").status, 404);
  EXPECT_EQ(neighbour.get(in(theirs, "/log-rules/disks/history")).json["items"].items().size(), 0U);
  EXPECT_EQ(neighbour.send("PUT", at("disks", theirs), put_body(0, disks())).status, 200)
      << "the name is theirs, too";
}

// An alert is seen by who watches: whoever may not see a kind cannot have its content told that way.
TEST_F(LogRules, ARuleIsOfLogsThatItsWriterMaySee) {
  const auto token = [&](const std::vector<Value>& scopes) {
    const auto made = manager.post("/api/v1/account/tokens",
                                   Value::object({{"name", "rules"}, {"scopes", scopes}, {"days", 1}}));
    EXPECT_EQ(made.status, 201) << made.body;
    auto out = portal.stranger();
    out.token = made.json["secret"].text();
    return out;
  };
  auto devices = token({Value("log_rule_write"), Value("log_read"), Value("watch_read")});
  const auto people = with(disks(), "when", "kind:operation action:usb-copy");
  const auto refused = devices.send("PUT", at("usb"), put_body(0, people));
  EXPECT_EQ(refused.status, 403) << refused.body;
  EXPECT_EQ(refused.code(), "log_search.kind_forbidden");
  EXPECT_EQ(devices.send("PUT", at("usb"), put_body(0, with(disks(), "when", "usb"))).status, 403)
      << "all kinds are theirs, too";
  EXPECT_EQ(
      devices.send("PUT", at("usb"), put_body(0, with(disks(), "clears", "kind:operation tanaka"))).status,
      403);
  EXPECT_EQ(devices.send("PUT", at("usb"), put_body(0, disks())).status, 200);
  EXPECT_EQ(put(manager, "usb", 1, people).status, 200) << "the manager sees them";
}

TEST_F(LogRules, ATrialOfAPersonalRuleAsksForAPurpose) {
  a_morning(portal);
  const auto body = Value::object({{"draft", Value::object({{"when", "kind:operation action:usb-copy"}})}});
  const auto path = in(ours, "/log-rules/trial");
  EXPECT_EQ(manager.post(path, body).code(), "log_search.purpose_missing");
  const auto said = Value::object({{"said", because}});
  ASSERT_EQ(manager.send("PUT", in(ours, "/log-search/purpose"), schema::to_json(said)).status, 200);
  const auto tried = manager.post(path, body);
  ASSERT_EQ(tried.status, 200) << tried.body;
  EXPECT_EQ(tried.json["matches"].integer(), 1);
}

}  // namespace
}  // namespace yagura::api_test
