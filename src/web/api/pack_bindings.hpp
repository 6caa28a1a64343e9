// What the rooms below take from contract packs in their own words.
//
//   people::RoleRules rules = rules_of(packs);              // for People
//   ledger::ChoiceSource choices = ...choices_of(*pack, source)...;   // for Ledgers
//
// Threads: pure functions.
#pragma once

#include <memory>
#include <vector>

#include "contract/pack.hpp"
#include "ledger/definition.hpp"
#include "people/access.hpp"

namespace yagura::web {

people::RoleRules rules_of(const std::vector<std::shared_ptr<const contract::Pack>>& packs);

// Lists that ledgers may choose from: site_kinds, device_classes, contact_duties (the groups of the contacts
// ledger that the contact trees call), products. Empty for any other.
std::vector<ledger::Choice> choices_of(const contract::Pack& pack, std::string_view source);

}  // namespace yagura::web
