// Every scenario of the tree is a test of its own. A new file needs no edit here.
#include "contract/scenario.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "contract/scratch_packs.hpp"

namespace yagura::contract {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> scenario_files() {
  std::vector<fs::path> folders = {YAGURA_SOURCE_DIR "/tests/scenarios"};
  for (const auto& pack : fs::directory_iterator(YAGURA_SOURCE_DIR "/packs"))
    folders.push_back(pack.path() / "scenarios");
  std::vector<fs::path> files;
  for (const auto& folder : folders) {
    std::error_code missing;
    for (const auto& entry : fs::directory_iterator(folder, missing))
      if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

void expect_right(const fs::path& file, const fs::path& packs) {
  const auto outcome = run_scenario(file, packs);
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_FALSE(outcome->cases.empty());
  for (const auto& one : outcome->cases) {
    std::string said;
    for (const auto& difference : one.differences) said += "  " + difference + "\n";
    for (const auto& line : one.account) said += "    " + line.text.ja + "\n";
    EXPECT_TRUE(one.differences.empty()) << file.string() << ":" << one.line << " " << one.title << "\n"
                                         << said;
  }
}

TEST(Scenarios, AllOfThemComeOutAsWritten) {
  const auto files = scenario_files();
  ASSERT_GE(files.size(), 4U);
  for (const auto& file : files) expect_right(file, YAGURA_SOURCE_DIR "/packs");
}

TEST(Scenarios, OfAMadeUpMunicipality) {
  const ScratchPacks packs;
  expect_right(packs.pack("yukino") / "scenarios/work.yaml", packs.folder());
  const fs::path others = YAGURA_SOURCE_DIR "/tests/packs";
  expect_right(others / "hanasato/scenarios/watch.yaml", others);
}

TEST(Scenarios, AWrongExpectationFailsWithTheAccount) {
  const ScratchPacks packs;
  packs.write(
      "wrong.yaml",
      "title: t\npack: matsusaka\ncases:\n"
      "  - {title: t, deadline: fault_report, event: 2026-04-28T17:10, expect: {due: 2026-05-01T17:15}}\n");
  const auto outcome = run_scenario(packs.folder() / "wrong.yaml", packs.folder());
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->cases[0].differences,
            std::vector<std::string>{"due: expected 2026-05-01T17:15, is 2026-05-07T17:15"});
  EXPECT_GT(outcome->cases[0].account.size(), 5U);
}

TEST(Scenarios, MistakesInTheFileNameTheLine) {
  const ScratchPacks packs;
  const auto line = [&](const std::string& text) {
    packs.write("s.yaml", text);
    const auto outcome = run_scenario(packs.folder() / "s.yaml", packs.folder());
    return outcome ? std::string("right")
                   : outcome.error().code + ":" + std::string(outcome.error().arg("line"));
  };
  const std::string head = "title: t\npack: matsusaka\ncases:\n";
  EXPECT_EQ(line(head + "  - {clock: nothing, events: [], at: 2026-04-28T17:10, expect: {state: met}}\n"),
            "contract.scenario_invalid:4");
  EXPECT_EQ(line(head + "  - {day: 2026-02-30, expect: {open: 'true'}}\n"), "contract.scenario_invalid:4");
  EXPECT_EQ(line(head + "  - {day: 2026-02-28, expect: {opne: 'true'}}\n"), "contract.scenario_invalid:4");
  EXPECT_EQ(line(head + "  - {day: 2026-02-28, expect: {}}\n"), "contract.scenario_invalid:4");
  EXPECT_EQ(line(head + "  - {day: 2026-02-28, exepct: {open: 'true'}}\n"), "contract.scenario_invalid:4");
  EXPECT_EQ(line("title: t\npack: ../matsusaka\ncases: [{day: 2026-02-28, expect: {open: 'true'}}]\n"),
            "contract.scenario_invalid:2");
  EXPECT_EQ(line("title: t\npack: matsusaka\ncases: []\n"), "contract.scenario_invalid:1");
  EXPECT_EQ(line("title: [\n").substr(0, 19), "schema.yaml_invalid");
}

}  // namespace
}  // namespace yagura::contract
