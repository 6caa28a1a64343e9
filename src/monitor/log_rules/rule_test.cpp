// Rules as they are written: the product's own with their examples, a contract's changes, and what is
// refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "contract/scratch_packs.hpp"
#include "monitor/log_rules/rule_ground.hpp"
#include "monitor/trap/kinds.hpp"

namespace yagura::monitor::log_rules {
namespace {

RuleGround& ground() {
  static RuleGround ground;
  return ground;
}

LogRule standard(const std::string& id) {
  auto file = read_rule_file(ground().standard.rules.at(id));
  auto rule = make_rule(std::move(*file), ground().vocabulary);
  if (!rule) ADD_FAILURE() << id << ": " << rule.error().text();
  return rule.value_or(LogRule{});
}

// Which of raising and ending a line does, by what the rule itself says, once for each line.
struct Did {
  int raised = 0, cleared = 0;
};
Did did(LogRule rule, const std::string& line) {
  rule.times = 1;  // a line of an example stands for many
  rule.within = {};
  const bool silence = rule.silent > Duration{};
  Judge judge("c", ground().kinds, RuleSet::alone(std::move(rule)), {});
  judge.set_devices(std::make_shared<DeviceNames>(DeviceNames{{"fw-01", 7}}));
  if (silence) judge.heard(judge.set()->rules().front(), 7, ground().received - std::chrono::hours(2), true);
  Hits hits;
  for (const auto& [kind, batch] : ground().batches({line}))
    judge.judge(*kind, batch, ground().received, hits);
  Did out;
  for (const auto& hit : hits) {
    ++(hit.cleared ? out.cleared : out.raised);
    EXPECT_EQ(hit.device, 7);
    if (!hit.cleared) {
      EXPECT_FALSE(hit.words.ja.empty() || hit.words.en.empty());
      EXPECT_EQ(hit.words.ja.find('{'), hit.words.ja.find("{ no priority")) << hit.words.ja;
    }
  }
  return out;
}

TEST(StandardRules, AreSoundAndEachIsTriedByItsExamples) {
  for (const auto& fault : ground().standard.faults)
    ADD_FAILURE() << fault.file << ": " << fault.error.text();
  EXPECT_GE(ground().standard.rules.size(), 12U);
  const auto library = mib::Library::load({ground().share / "mibs"});
  const auto traps = trap::KindSet::load({ground().share / "traps" / "kinds"}, library).kinds;
  for (const auto& [id, value] : ground().standard.rules) {
    const auto rule = standard(id);
    const bool silence = rule.silent > Duration{};
    EXPECT_FALSE(rule.example.raises.empty()) << id;
    EXPECT_EQ(rule.clears.empty(), rule.example.clears.empty()) << id;
    if (!rule.as.empty()) EXPECT_NE(traps->find(rule.as), nullptr) << id;
    for (const auto& line : rule.example.raises) {
      const auto there = did(rule, line);
      EXPECT_EQ(silence ? there.cleared : there.raised, 1) << id << ": " << line;
    }
    for (const auto& line : rule.example.clears) EXPECT_EQ(did(rule, line).cleared, 1) << id << ": " << line;
    for (const auto& line : rule.example.passes) {
      const auto there = did(rule, line);
      EXPECT_EQ(there.raised + there.cleared, 0) << id << ": " << line;
    }
  }
}

// Every fixture line of every vendor against every rule: what is raised by it stands in a list that people
// read.
TEST(StandardRules, WhatTheyMakeOfTheFixturesStandsInAList) {
  namespace fs = std::filesystem;
  const fs::path top = YAGURA_SOURCE_DIR "/src/monitor";
  std::map<std::string, std::string> made;
  for (const auto& entry : fs::recursive_directory_iterator(top / "syslog" / "fixtures")) {
    if (entry.path().extension() != ".raw") continue;
    const auto raw = schema::read_file(entry.path()).value();
    std::size_t number = 0;
    for (std::size_t at = 0; at < raw.size(); ++number) {
      const auto end = std::min(raw.find('\n', at), raw.size());
      std::string rules;
      for (const auto& [id, value] : ground().standard.rules) {
        if (id == "sender-silent" || id == "unparsed-lines") continue;  // of most lines, or of none
        const auto there = did(standard(id), raw.substr(at, end - at));
        if (there.raised != 0) rules += " " + id;
        if (there.cleared != 0) rules += " -" + id;
      }
      const auto name = fs::relative(entry.path(), top / "syslog" / "fixtures").string();
      if (!rules.empty()) made[name] += name + ":" + std::to_string(number + 1) + rules + "\n";
      at = end + 1;
    }
  }
  std::string all;
  for (const auto& [name, lines] : made) all += lines;
  const auto list = top / "log_rules" / "fixtures.expected";
  if (std::getenv("YAGURA_WRITE_EXPECTED")) std::ofstream(list, std::ios::binary) << all;
  EXPECT_EQ(all, schema::read_file(list).value_or(""));
}

TEST(Rules, SayWhatIsWrong) {
  const auto refused = [](const std::string& yaml) {
    const auto rule = ground().rule(yaml);
    return rule ? std::string("good") : rule.error().code + " " + std::string(rule.error().arg("reason"));
  };
  EXPECT_EQ(refused("when: 'user:tanaka'"), "good");
  EXPECT_EQ(refused("when: 'user:tanaka time:today'"),
            "monitor.log_rule_invalid from, to, time: user:tanaka time:today");
  EXPECT_EQ(refused("when: 'user:tanaka | count by user'"),
            "monitor.log_rule_invalid |: user:tanaka | count by user");
  EXPECT_EQ(refused("when: '(user:tanaka'").substr(0, 16), "eventstore.query");
  EXPECT_EQ(refused("when: 'kind:syslog'"), "monitor.log_rule_invalid when");
  EXPECT_EQ(refused("when: 'kind:alert tanaka'"), "monitor.log_rule_invalid kind: alert");
  const auto kinds = ground().rule("when: tanaka").value().raises.kinds;
  EXPECT_EQ(std::ranges::count(kinds, "syslog"), 1);
  EXPECT_EQ(std::ranges::count(kinds, "alert"), 0) << "no alerts of alerts";
  EXPECT_EQ(refused("{when: tanaka, times: 10}"), "monitor.log_rule_invalid times, within");
  EXPECT_EQ(refused("{when: tanaka, times: 10, within: 2 d}"), "monitor.log_rule_invalid within: 2 d");
  EXPECT_EQ(refused("{when: tanaka, times: 100000, within: 1 h}"), "monitor.log_rule_invalid times: 100000");
  EXPECT_EQ(refused("{when: tanaka, by: [colour]}"), "monitor.log_rule_invalid by: colour");
  EXPECT_EQ(refused("{when: tanaka, text: {ja: '{colour}', en: e}}"), "monitor.log_rule_invalid {colour}");
  EXPECT_EQ(refused("{when: tanaka, severity: urgent}"), "monitor.log_rule_invalid severity: urgent");
  EXPECT_EQ(refused("{when: tanaka, silent: 1 h, quiet: 1 h}"), "monitor.log_rule_invalid silent");
  EXPECT_EQ(refused("{when: tanaka, id: 'A b'}"), "monitor.log_rule_invalid id");
  EXPECT_EQ(refused("{when: tanaka, whenn: x}").substr(0, 7), "schema.");
}

TEST(Rules, AContractLaysOverAndAdds) {
  const contract::ScratchPacks packs;
  packs.write(
      "yukino/log_rules.yaml",
      "log_rules:\n"
      "  - {id: logon-failures, times: 3, severity: critical}\n"
      "  - {id: sender-silent, off: true}\n"
      "  - {id: bell, title: {ja: 鐘, en: Bell}, text: {ja: '{message}', en: '{message}'}, severity: info, "
      "when: 'kind:syslog message:bell'}\n"
      "  - {id: broken, title: {ja: 鐘, en: Bell}, text: {ja: a, en: b}, severity: info, when: "
      "'colour:red'}\n");
  const auto pack = contract::load_pack(packs.pack("yukino"));
  ASSERT_TRUE(pack) << pack.error().text();
  const auto loaded = RuleSet::of_contract(ground().standard.rules, *pack, ground().vocabulary);
  ASSERT_EQ(loaded.faults.size(), 1U);
  EXPECT_EQ(loaded.faults.front().file, "broken");
  EXPECT_EQ(loaded.set->find("logon-failures")->times, 3U);
  EXPECT_EQ(loaded.set->find("logon-failures")->within, std::chrono::minutes(5));
  EXPECT_TRUE(loaded.set->find("logon-failures")->own);
  EXPECT_EQ(loaded.set->find("logon-failures")->severity, alert::Severity::critical);
  EXPECT_EQ(loaded.set->find("sender-silent"), nullptr);
  EXPECT_NE(loaded.set->find("bell"), nullptr);
  EXPECT_FALSE(loaded.set->find("virus-found")->own);
  EXPECT_EQ(loaded.set->rules().size(), ground().standard.rules.size());
}

TEST(FillIn, CutsWhatStrangersChose) {
  const auto text = fill_in("a {x} b {y", [](std::string_view) { return std::string(250, 'x') + "\n"; });
  EXPECT_EQ(text, "a " + std::string(200, 'x') + "… b {y");
  EXPECT_EQ(fill_in("{x}",
                    [](std::string_view) {
                      return std::string(
                          "a\nb\x1e"
                          "c\xff");
                    }),
            "?");
  EXPECT_EQ(fill_in("{x}",
                    [](std::string_view) {
                      return std::string(
                          "a\nb\x1e"
                          "c");
                    }),
            "a b c");
}

}  // namespace
}  // namespace yagura::monitor::log_rules
