// Meetings that a contract's pack asks for, as rows of the ledger `meetings` before they are held.
//
// Purpose: a month without its meeting is seen, because its row is there from the beginning, with its
//          subjects and who attends, and runs out with the month. What became of it (planned for, held,
//          agenda) people write into the row; the deliverables of the meeting count from there
//          (share/deliverable_events.yaml).
// Planned: each period from the current one to the end of the fiscal year, and two months ahead at least; of
//          a weekly meeting four weeks ahead. Never a second time, not even when somebody took the row away.
// Errors:  those of ledger.
// Threads: planned_meetings is a pure function; plan_meetings is one transaction.
// Follows: moriguchi 3-2(4), sendai 別紙1-5(4)イ, matsusaka 5.3.1.
#pragma once

#include <string>
#include <vector>

#include "contract/pack.hpp"
#include "ledger/ledgers.hpp"
#include "store/database.hpp"

namespace yagura::desk {

struct PlannedMeeting {
  const contract::Meeting* of = nullptr;
  std::string period;          // "2026-11", "2026-W48", "2026-Q3", "2026-H2", "2026" (fiscal year), "once"
  std::string subject;         // 定例会 2026年11月
  calendar::Date from, until;  // within the contract
  // The row's number, of which there is one.
  [[nodiscard]] std::string number() const { return of->id + "-" + period; }
};

// In the pack's order, then by period. Points into the pack. None before or after the contract's time.
std::vector<PlannedMeeting> planned_meetings(const contract::Pack& pack, calendar::Date today);

// Enters those that are not there. Returns how many.
Result<int> plan_meetings(store::Database& database, ledger::Ledgers& ledgers, const contract::Pack& pack,
                          calendar::Date today);

}  // namespace yagura::desk
