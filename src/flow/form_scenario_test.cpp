// Every scenario of forms in the tree is played, and together they go through every form to its end. A new
// file needs no edit here.
#include "flow/form_scenario.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "contract/pack.hpp"
#include "contract/scratch_packs.hpp"

namespace yagura::flow {
namespace {

namespace fs = std::filesystem;

const fs::path tree = YAGURA_SOURCE_DIR;
const fs::path share = tree / "share";

std::vector<fs::path> yaml_in(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(folder, missing))
    if (entry.path().extension() == ".yaml") out.push_back(entry.path());
  std::ranges::sort(out);
  return out;
}

// What the cases of a pack went through.
struct Seen {
  bool approved = false;
  std::set<std::string> passed, effects;
};

std::map<std::string, Seen> played(const fs::path& pack) {
  std::map<std::string, Seen> seen;
  for (const auto& file : yaml_in(pack / "scenarios/forms")) {
    const auto outcome = run_form_scenario(file, pack.parent_path(), share);
    if (!outcome) {
      ADD_FAILURE() << outcome.error().text();
      continue;
    }
    for (const auto& one : outcome->cases) {
      std::string said;
      for (const auto& difference : one.differences) said += "  " + difference + "\n";
      for (const auto& line : one.account) said += "    " + line + "\n";
      EXPECT_TRUE(one.differences.empty()) << file.string() << ":" << one.line << " " << one.title << "\n"
                                           << said;
      auto& form = seen[one.form];
      form.approved = form.approved || one.state == "approved";
      form.passed.insert(one.passed.begin(), one.passed.end());
      form.effects.insert(one.effects.begin(), one.effects.end());
    }
  }
  return seen;
}

// Each form is approved at least once, each of its steps passed and each of its effects brought about.
void expect_all_forms(const fs::path& dir) {
  SCOPED_TRACE(dir.filename().string());
  const auto pack = contract::load_pack(dir);
  ASSERT_TRUE(pack) << pack.error().text();
  auto seen = played(dir);
  for (const auto& form : pack->forms) {
    const auto& one = seen[form.id];
    EXPECT_TRUE(one.approved) << "no scenario takes " << form.id << " to its approval";
    for (const auto& step : form.steps) {
      EXPECT_TRUE(one.passed.contains(step.id)) << form.id << ": no scenario passes " << step.id;
      for (const auto& effect : step.effects)
        EXPECT_TRUE(one.effects.contains(effect.id)) << form.id << ": no scenario brings about " << effect.id;
    }
  }
}

TEST(FormScenarios, TakeEveryFormOfEveryPackToItsEnd) {
  int packs = 0;
  for (const auto& entry : fs::directory_iterator(tree / "packs"))
    if (fs::is_directory(entry.path() / "forms")) {
      expect_all_forms(entry.path());
      ++packs;
    }
  EXPECT_GE(packs, 5);
}

TEST(FormScenarios, OfAMadeUpMunicipality) { expect_all_forms(tree / "tests/packs/hanasato"); }

class FormScenarioFile : public testing::Test {
 protected:
  FormScenarioOutcome run(const std::string& cases) {
    packs_.write("s.yaml", head_ + cases);
    auto outcome = run_form_scenario(packs_.folder() / "s.yaml", packs_.folder(), share);
    EXPECT_TRUE(outcome) << outcome.error().text();
    return outcome ? *outcome : FormScenarioOutcome{};
  }
  std::string refused(const std::string& text) {
    packs_.write("s.yaml", text);
    const auto outcome = run_form_scenario(packs_.folder() / "s.yaml", packs_.folder(), share);
    return outcome ? "played" : outcome.error().code + ":" + std::string(outcome.error().arg("line"));
  }

  contract::ScratchPacks packs_;
  const std::string head_ =
      "title: t\npack: yukino\npeople:\n  tanaka: {roles: [employee], head: suzuki}\n"
      "  suzuki: {roles: [employee]}\n  sato: {roles: [operator]}\n  mori: {roles: [city_supervisor]}\n"
      "rows: {devices: [PC-1]}\ncases:\n";
  const std::string usb_ =
      "  - title: a memory\n    form: usb_connection\n    at: 2026-04-28T17:10\n    by: tanaka\n"
      "    fill: {kind: usb_memory, serial: A-1, boss: mori, pc: PC-1}\n";
};

TEST_F(FormScenarioFile, PlaysOnTheEngineAndComparesWhatIsWritten) {
  const auto outcome =
      run(usb_ +
          "    open: [reception]\n    waits_for: [sato]\n    due: {reception: 2026-04-30T18:00}\n    acts:\n"
          "      - {do: tanaka approve reception, error: flow.own_request}\n"
          "      - {do: sato approve reception, open: [virus_check, head], waits_for: [sato, suzuki]}\n"
          "      - {do: suzuki send_back head because no number, state: sent_back}\n"
          "      - {do: tanaka resubmit, fill: {serial: A-2}, open: [reception]}\n"
          "      - {do: sato approve reception}\n"
          "      - {do: sato approve virus_check, fill: {virus_found: clean}}\n"
          "      - {do: suzuki approve head, at: 2026-04-30T09:00, open: [approval], waits_for: [mori]}\n"
          "      - {do: mori approve approval}\n"
          "    state: approved\n    effects: {enter: {name: R8-usb-0001 A-2}, policy: {serial: A-2}}\n" +
          usb_ + "    acts:\n      - {do: sato reject reception because not allowed}\n    state: rejected\n");
  ASSERT_EQ(outcome.cases.size(), 2U);
  EXPECT_EQ(outcome.cases[0].differences, std::vector<std::string>{});
  EXPECT_EQ(outcome.cases[0].passed, (std::set<std::string>{"approval", "head", "reception", "virus_check"}));
  EXPECT_EQ(outcome.cases[0].effects, (std::set<std::string>{"enter", "policy"}));
  EXPECT_EQ(outcome.cases[1].differences, std::vector<std::string>{});
  EXPECT_EQ(outcome.cases[1].number, "R8-usb-0001") << "each case counts for itself";
}

TEST_F(FormScenarioFile, WhatIsOtherwiseIsNamed) {
  const auto outcome = run(usb_ +
                           "    open: [approval]\n    acts:\n      - {do: mori approve reception}\n"
                           "      - {do: sato approve reception}\n"
                           "      - {do: sato approve virus_check, fill: {virus_found: clean}}\n"
                           "      - {do: suzuki approve head}\n      - {do: mori approve approval}\n"
                           "    state: rejected\n    effects: {enter: {name: other}, none_such: {}}\n");
  ASSERT_EQ(outcome.cases.size(), 1U);
  EXPECT_EQ(
      outcome.cases[0].differences,
      (std::vector<std::string>{
          "submission: open: expected [approval], is [reception]",
          "after “mori approve reception”: error: expected none, is flow.not_yours(step=reception, who=)",
          "at the end: state: expected rejected, is approved",
          "at the end: effect policy: expected none, is asked for",
          "at the end: effect enter.name: expected other, is R8-usb-0001 A-1",
          "at the end: effect none_such: expected asked for, is none"}));
}

TEST_F(FormScenarioFile, MistakesNameTheLine) {
  EXPECT_EQ(refused(head_ + "  - {form: nothing, at: 2026-04-28T17:10, by: tanaka}\n"),
            "flow.scenario_invalid:10");
  EXPECT_EQ(refused(head_ + "  - {form: usb_connection, at: soon, by: tanaka}\n"),
            "flow.scenario_invalid:10");
  EXPECT_EQ(refused(head_ + "  - {form: usb_connection, at: 2026-04-28T17:10, by: nobody}\n"),
            "flow.scenario_invalid:10");
  EXPECT_EQ(refused(head_ + "  - {form: usb_connection, at: 2026-04-28T17:10, by: tanaka, stat: approved}\n"),
            "flow.scenario_invalid:10");
  EXPECT_EQ(refused(head_ + usb_ + "    acts: [{do: sato jump reception}]\n"), "flow.scenario_invalid:15");
  EXPECT_EQ(refused("title: t\npack: ../yukino\ncases: [{form: a}]\n"), "flow.scenario_invalid:2");
  EXPECT_EQ(refused("title: t\npack: yukino\ncases: []\n"), "flow.scenario_invalid:1");
  EXPECT_EQ(refused("title: t\npack: yukino\npeople: {a: {roles: [king]}}\ncases: [{form: a}]\n"),
            "flow.scenario_invalid:3");
  EXPECT_EQ(refused("title: t\npack: yukino\npeople: {a: {head: b}}\ncases: [{form: a}]\n"),
            "flow.scenario_invalid:3");
  EXPECT_EQ(refused("title: [\n").substr(0, 19), "schema.yaml_invalid");
}

}  // namespace
}  // namespace yagura::flow
