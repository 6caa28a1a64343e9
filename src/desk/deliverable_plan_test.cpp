#include "desk/deliverable_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace yagura::desk {
namespace {

contract::Pack pack(const std::string& id) {
  auto loaded = contract::load_pack(std::string(YAGURA_SOURCE_DIR "/packs/") + id);
  EXPECT_TRUE(loaded) << loaded.error().text();
  return std::move(*loaded);
}

std::string due_of(const contract::Pack& pack, const std::string& deliverable, const std::string& period) {
  for (const auto& planned : planned_deliverables(pack))
    if (planned.of->id == deliverable && planned.period == period) {
      if (!planned.event) return "no day yet";
      const auto due = deliverable_due(*planned.of, pack, *planned.event);
      return due ? calendar::format_civil(*due) : "none";
    }
  return "not planned";
}

TEST(DeliverablePlan, MonthsQuartersAndYearsByEachContractsCalendar) {
  // The 8th open day of May 2026: the 1st, then the 7th after the holidays.
  EXPECT_EQ(due_of(pack("matsusaka"), "monthly_report", "2026-04"), "2026-05-15T17:15");
  // By the end of February of the fiscal year; due at the end of the day.
  EXPECT_EQ(due_of(pack("moriguchi"), "yearly_schedule", "2025"), "2026-03-01T00:00");
  EXPECT_EQ(due_of(pack("sapporo"), "document_check_report", "2026-Q1"), "2026-07-14T17:15");
  EXPECT_EQ(due_of(pack("sendai"), "completion_notice", "2025"), "2025-10-01T17:00");
  EXPECT_EQ(due_of(pack("sendai"), "licence_certificates", "once"), "2025-09-30T17:00");
  EXPECT_EQ(due_of(pack("okayama"), "completion_notice", "2025-12"), "2026-01-05T17:15");
}

TEST(DeliverablePlan, EachOpenDayAndThePeriodInWhichADayLies) {
  const auto held = pack("okayama");
  // Three days but the days off after the last open day of the year.
  EXPECT_EQ(due_of(held, "daily_report", "2025-12-26"), "2026-01-07T17:15");
  EXPECT_EQ(due_of(held, "daily_report", "2025-12-27"), "not planned");
  for (const auto* id : {"matsusaka", "moriguchi", "okayama", "sapporo", "sendai"}) {
    const auto of_pack = pack(id);
    for (const auto& planned : planned_deliverables(of_pack))
      if (planned.event)
        EXPECT_EQ(period_of(*planned.of, calendar::date_of(*planned.event)), planned.period)
            << id << planned.of->id;
  }
}

// What comes round each day, week and half-year is planned as what comes each month is.
TEST(DeliverablePlan, DaysWeeksAndHalfYearsComeRound) {
  const auto held = pack("moriguchi");
  contract::Deliverable of;
  const auto planned = [&](const std::string& every, const std::string& event) {
    auto copy = held;
    of.id = "it";
    of.every = every;
    of.starts_on = event;
    copy.obligations.deliverables = {of};
    std::vector<std::string> out;
    for (const auto& one : planned_deliverables(copy)) {
      out.push_back(one.period + (one.event ? " " + calendar::format_civil(*one.event).substr(0, 10) : ""));
      EXPECT_TRUE(!one.event || period_of(of, calendar::date_of(*one.event)) == one.period) << one.period;
    }
    return out;
  };
  const auto weeks = planned("week", "week_ended");
  // 2025-03-01 to 2030-02-28: the first week began in February, the last one ends in March.
  EXPECT_EQ(weeks.front(), "2025-W09 2025-03-02");
  EXPECT_EQ(weeks[44], "2026-W01 2026-01-04");
  EXPECT_EQ(weeks.back(), "2030-W09 2030-02-28");
  EXPECT_EQ(planned("half_year", "half_year_ended"),
            (std::vector<std::string>{"2024-H2 2025-03-31", "2025-H1 2025-09-30", "2025-H2 2026-03-31",
                                      "2026-H1 2026-09-30", "2026-H2 2027-03-31", "2027-H1 2027-09-30",
                                      "2027-H2 2028-03-31", "2028-H1 2028-09-30", "2028-H2 2029-03-31",
                                      "2029-H1 2029-09-30", "2029-H2 2030-02-28"}));
  EXPECT_EQ(planned("week", "somebody_says").front(), "2025-W09");
}

// The regular work that the specifications name, by each contract's own days.
TEST(DeliverablePlan, RegularWorkOfTheContracts) {
  const auto dues = [](const std::string& contract, const std::string& kind) {
    const auto held = pack(contract);
    std::vector<std::string> out;
    const auto* found = held.work.kind(kind);
    EXPECT_NE(found, nullptr) << kind;
    for (const auto& id : found->regular)
      for (const Time due : dues_of(*held.deadline(id), held))
        if (const auto text = calendar::format_civil(due); text >= "2026-04" && text < "2027-04")
          out.push_back(text);
    std::ranges::sort(out);
    return out;
  };
  const auto daily = dues("moriguchi", "daily_check");
  ASSERT_EQ(daily.size(), 241U);
  EXPECT_EQ(daily.front(), "2026-04-01T18:00");
  EXPECT_EQ(daily[20], "2026-04-30T18:00");  // 29 April is a holiday
  // The last open day of each month; May ends on a Sunday.
  const auto off_site = dues("moriguchi", "off_site_backup");
  ASSERT_EQ(off_site.size(), 12U);
  EXPECT_EQ(off_site[1], "2026-05-29T18:00");
  EXPECT_EQ(dues("moriguchi", "inspection"),
            (std::vector<std::string>{"2026-09-30T18:00", "2027-03-31T18:00"}));
  EXPECT_EQ(dues("sendai", "monthly_updates").size(), 12U);
  EXPECT_EQ(dues("sendai", "special_pc_update").size(), 12U);
  for (const auto* kind : {"feature_update", "power_stop", "privileged_ids"})
    EXPECT_EQ(dues("sendai", kind), std::vector<std::string>{"2027-03-31T17:00"}) << kind;
  for (const auto* kind : {"parts_check", "version_up", "cloud_switch"})
    EXPECT_EQ(dues("matsusaka", kind), std::vector<std::string>{"2027-03-31T17:15"}) << kind;
  for (const auto* kind : {"power_stop", "separation_update"})
    EXPECT_EQ(dues("matsusaka", kind), (std::vector<std::string>{"2026-09-30T17:15", "2027-03-31T17:15"}))
        << kind;
}

TEST(DeliverablePlan, WhatWaitsForADayHasNone) {
  EXPECT_EQ(due_of(pack("matsusaka"), "meeting_material", "2026-04"), "no day yet");
  EXPECT_EQ(due_of(pack("sendai"), "ad_plan", "once"), "no day yet");
  // Occasions are not planned.
  EXPECT_EQ(due_of(pack("matsusaka"), "fault_report", "once"), "not planned");
}

TEST(DeliverablePlan, EveryPeriodOfTheContractOnce) {
  for (const auto* id : {"matsusaka", "moriguchi", "okayama", "sapporo", "sendai"}) {
    const auto held = pack(id);
    std::set<std::pair<std::string, std::string>> seen;
    std::map<std::string, int> of_each;
    for (const auto& planned : planned_deliverables(held)) {
      EXPECT_TRUE(seen.emplace(planned.of->id, planned.period).second)
          << id << planned.of->id << planned.period;
      ++of_each[planned.of->id];
    }
    for (const auto& d : held.obligations.deliverables) {
      if (d.every == "occasion") EXPECT_EQ(of_each[d.id], 0);
      if (d.every == "once") EXPECT_EQ(of_each[d.id], 1);
      if (d.every == "month") {
        const std::chrono::year_month_day a(held.from), b(held.until);
        const auto months =
            (int(b.year()) - int(a.year())) * 12 + int(unsigned(b.month())) - int(unsigned(a.month()));
        EXPECT_EQ(of_each[d.id], months + 1) << id << d.id;
      }
    }
  }
}

TEST(DeliverablePlan, RemindersFallOnOpenDays) {
  const auto held = pack("matsusaka");
  const auto* of = &held.obligations.deliverables.front();
  // Due on Monday 2026-05-11: seven days before is a holiday, Monday the 4th; one day before is a Sunday.
  const Time due = calendar::at(calendar::make_date(2026, 5, 11), std::chrono::hours(17));
  const auto reminders = reminders_of(*of, held, due);
  ASSERT_EQ(reminders.size(), 2U);
  EXPECT_EQ(calendar::format_date(reminders[0].on), "2026-05-01");
  EXPECT_EQ(calendar::format_date(reminders[1].on), "2026-05-08");
}

}  // namespace
}  // namespace yagura::desk
