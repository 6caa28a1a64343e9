// What a contract's parties owe each other: deliverables, and every numbered clause of the specification with
// what proves that it is kept.
//
// Purpose: the lists behind reminders of papers and the compliance table. What a proof says today (a clock's
//          figures, a ledger's rows) is asked of its own room; here stands only which proof it is.
// Check:   the specification's numbering is a list of its own, written down from the text, so that a clause
//          nobody described is found: every number has exactly one clause, every clause that somebody owes
//          has a proof. Errors: contract.numbering_missing, clause_missing, clause_twice,
//          clause_not_numbered, clause_unproven, proof_absent
//          (rules that the pack does not have).
// Lifetime: values of an immutable Pack. Threads: none.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "calendar/deadline.hpp"
#include "contract/pack_tree.hpp"

namespace yagura::contract {

struct Deliverable {
  std::string id;
  calendar::Words title;
  std::string clause;
  std::string every;      // once, day, week, month, quarter, half_year, fiscal_year, occasion
  std::string starts_on;  // the event its due date counts from
  calendar::Deadline due;
  std::vector<std::string> formats;
  int copies = 1;
  std::string submitted_by, accepted_by;  // roles
  std::vector<int> remind_days{7, 1};     // before it is due
  std::optional<calendar::Deadline> accepted_within;
  std::string report;  // id in `reports` when the product makes it; "" otherwise
};

struct Proof {
  std::string kind;       // a key of the shape `proof` in packs/_schema/clauses.yaml
  std::string of;         // the id of what it names; "" for attestation and rules of which there is one
  calendar::Words title;  // of an attestation: what is confirmed
  std::string by, every;  // of an attestation
};

struct Clause {
  std::string id;
  std::string section;  // its number in the specification
  calendar::Words title;
  std::string owes;  // contractor, city, both, nobody
  std::vector<Proof> proof;
};

struct Obligations {
  std::vector<std::string> numbering;  // in the specification's own order
  std::vector<Clause> clauses;         // in the order of numbering
  std::vector<Deliverable> deliverables;
};

// Of a tree whose values the rulebook found sound. `office_calendar` counts open days where no other is
// named.
Obligations build_obligations(const Tree& tree, const calendar::Book& book,
                              const std::string& office_calendar, std::vector<Fault>& faults);

}  // namespace yagura::contract
