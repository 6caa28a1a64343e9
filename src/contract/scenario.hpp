// Scenarios as text: what a contract makes of an event, written so that a contract officer can read and add
// one. The form is described in tests/scenarios/README.md.
//
// Purpose: runs each case of a file against its pack and says, where the outcome is another than expected,
//          which figure differs, with the whole account of how it was counted.
// Errors:  contract.scenario_invalid (file, line, what), and those of load_pack.
// Threads: pure functions over files.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "contract/pack.hpp"

namespace yagura::contract {

struct CaseOutcome {
  std::string title;
  int line = 0;
  std::vector<std::string>
      differences;  // "due: expected 2026-04-28T18:10, is 2026-04-28T19:10"; empty when right
  calendar::Account account;
};

struct ScenarioOutcome {
  std::string title;
  std::string pack_version;
  std::vector<CaseOutcome> cases;
};

// packs: the folder that holds the pack a scenario names.
Result<ScenarioOutcome> run_scenario(const std::filesystem::path& file, const std::filesystem::path& packs);

}  // namespace yagura::contract
