// Forms of a pack played as text: who submits what, who decides which step when, and what comes of it.
// Written so that a contract officer can read and add one; the form of a file is described in
// tests/scenarios/README.md.
//
// Purpose: plays every case of a file (packs/*/scenarios/forms/*.yaml) on the engine itself, on a database of
//          its own, and says where the outcome is another than written. What an effect does to a ledger is
//          not done here: its values are compared.
// Errors:  flow.scenario_invalid (file, line, what), those of load_pack and of store.
// Threads: none; makes a folder of its own below the temporary one and removes it.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace yagura::flow {

struct FormCaseOutcome {
  std::string title, form, number;
  int line = 0;
  std::string state;                      // approved, rejected, …
  std::vector<std::string> differences;   // "after “suzuki approve head”: open: expected [reception], is []"
  std::vector<std::string> account;       // what happened, act by act
  std::set<std::string> passed, effects;  // steps that were passed, effects that came about
};

struct FormScenarioOutcome {
  std::string title, pack;
  std::vector<FormCaseOutcome> cases;
};

// packs: the folder that holds the pack a scenario names. share: for the kinds of journal entries.
Result<FormScenarioOutcome> run_form_scenario(const std::filesystem::path& file,
                                              const std::filesystem::path& packs,
                                              const std::filesystem::path& share);

}  // namespace yagura::flow
