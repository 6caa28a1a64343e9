// Which deliverables a contract owes in its time, and by when: the pack's list laid out over months, quarters
// and fiscal years.
//
// Purpose: pure arithmetic under Deliverables. Occasions are not planned: they open when something happens.
// Events:  contract_signed and contract_started are the contract's first day until somebody says another one,
//          contract_ended its last; day_ended (open days), week_ended (Sunday), month_ended, quarter_ended,
//          half_year_ended, first_half_ended, fiscal_year_started and fiscal_year_ended the day named, within
//          the contract's time. Any other event of a periodic deliverable (a meeting, a work) has no day
//          until somebody or the journal says it.
// Periods: "once", "2026-04-28" (each open day of the contract's office), "2026-W15" (ISO 8601), "2026-04",
//          "2026-Q1" (April to June of fiscal year 2026), "2026-H1" (its first half), "2026" (fiscal year).
// Errors:  none; a due date outside the calendar's years is nothing.
// Threads: pure functions.
// Follows: requirement G2; moriguchi 表1, sapporo 6, sendai 7-8, okayama 2.8, 4, matsusaka 2.5.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contract/pack.hpp"
#include "desk/reminding.hpp"

namespace yagura::desk {

struct PlannedDeliverable {
  const contract::Deliverable* of = nullptr;
  std::string period;
  std::optional<Time> event;  // nothing until somebody says when
};

// In the pack's order, then by period. Points into the pack.
std::vector<PlannedDeliverable> planned_deliverables(const contract::Pack& pack);

// Each instant of the contract's time by which a deadline that comes round is due, earliest first; none where
// the day of its event is not known beforehand.
std::vector<Time> dues_of(const contract::DeadlineRule& rule, const contract::Pack& pack);
// The period of a periodic deliverable in which a day lies.
std::string period_of(const contract::Deliverable& of, calendar::Date day);

// By when it is due after the event; nothing when that cannot be computed.
std::optional<Time> deliverable_due(const contract::Deliverable& of, const contract::Pack& pack, Time event);

// The days on which people are told of it, earliest first.
std::vector<Reminder> reminders_of(const contract::Deliverable& of, const contract::Pack& pack, Time due);

}  // namespace yagura::desk
