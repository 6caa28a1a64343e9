#include "desk/meetings.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/any_database.hpp"

namespace yagura::desk {
namespace {

calendar::Date day(std::string_view text) { return calendar::parse_date(text).value(); }

contract::Pack pack_with(const char* every) {
  contract::Pack pack;
  pack.id = "town";
  pack.from = day("2025-10-15");
  pack.until = day("2026-09-30");
  contract::Meeting meeting;
  meeting.id = "talk";
  meeting.title = {"定例会", "Talk"};
  meeting.every = every;
  pack.meetings.push_back(meeting);
  return pack;
}

std::vector<std::string> periods(const contract::Pack& pack, std::string_view today) {
  std::vector<std::string> out;
  for (const auto& one : planned_meetings(pack, day(today)))
    out.push_back(one.period + " " + calendar::format_date(one.from) + " " +
                  calendar::format_date(one.until));
  return out;
}

TEST(PlannedMeetings, FromTheCurrentPeriodToTheYearsEnd) {
  using V = std::vector<std::string>;
  const auto months = periods(pack_with("month"), "2025-11-20");
  ASSERT_EQ(months.size(), 5U);
  EXPECT_EQ(months.front(), "2025-11 2025-11-01 2025-11-30");
  EXPECT_EQ(months.back(), "2026-03 2026-03-01 2026-03-31");
  // Within the contract, and two months ahead when the fiscal year ends.
  EXPECT_EQ(periods(pack_with("month"), "2025-10-15").front(), "2025-10 2025-10-15 2025-10-31");
  EXPECT_EQ(periods(pack_with("month"), "2026-03-31").size(), 4U);
  EXPECT_EQ(periods(pack_with("month"), "2026-09-01").size(), 1U);
  EXPECT_EQ(periods(pack_with("month"), "2025-10-14"), V{});
  EXPECT_EQ(periods(pack_with("month"), "2026-10-01"), V{});
  EXPECT_EQ(periods(pack_with("quarter"), "2025-11-20"),
            (V{"2025-Q3 2025-10-15 2025-12-31", "2025-Q4 2026-01-01 2026-03-31"}));
  EXPECT_EQ(periods(pack_with("half_year"), "2026-03-01"),
            (V{"2025-H2 2025-10-15 2026-03-31", "2026-H1 2026-04-01 2026-09-30"}));
  EXPECT_EQ(periods(pack_with("fiscal_year"), "2025-11-20"), V{"2025 2025-10-15 2026-03-31"});
  EXPECT_EQ(periods(pack_with("once"), "2025-11-20"), V{"once 2025-10-15 2026-09-30"});
  EXPECT_EQ(periods(pack_with("occasion"), "2025-11-20"), V{});
  // A week belongs to the year of its Thursday.
  const auto weeks = periods(pack_with("week"), "2025-12-31");
  ASSERT_EQ(weeks.size(), 5U);
  EXPECT_EQ(weeks.front(), "2026-W01 2025-12-29 2026-01-04");
}

class MeetingsTest : public AnyDatabase {};

TEST_P(MeetingsTest, ARowForEachPeriodAndNeverASecondOne) {
  for (const auto steps : {journal::migrations(), ledger::migrations()})
    ASSERT_TRUE(database().migrate(steps));
  ManualClock clock(calendar::parse_instant("2025-11-20T10:00").value());
  IdSource ids(clock);
  journal::Journal journal(clock, journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value());
  const auto pack = contract::load_pack(YAGURA_SOURCE_DIR "/packs/moriguchi").value();
  ledger::Ledgers ledgers({database(), journal, clock, ids},
                          ledger::load_definitions(YAGURA_SOURCE_DIR "/share/ledgers").value(),
                          [&](std::string_view, std::string_view) {
                            std::vector<ledger::Choice> out;
                            for (const auto& one : pack.meetings) out.push_back({one.id, {one.title.ja, ""}});
                            return out;
                          });
  const auto today = day("2025-11-20");
  const auto planned = plan_meetings(database(), ledgers, pack, today);
  ASSERT_TRUE(planned) << planned.error().text();
  EXPECT_EQ(*planned, 5);
  EXPECT_EQ(plan_meetings(database(), ledgers, pack, today).value(), 0);
  std::vector<ledger::Row> rows;
  const auto read = [&] {
    rows.clear();
    ASSERT_TRUE(
        ledgers.each(pack.id, "meetings", [&](ledger::Row&& row) { rows.push_back(std::move(row)); }));
    std::ranges::sort(rows, {}, [](const auto& row) { return row.fields["number"].text(); });
  };
  read();
  ASSERT_EQ(rows.size(), 5U);
  const auto& november = rows.front();
  EXPECT_EQ(november.title, "定例会 2025年11月");
  EXPECT_EQ(november.fields["hold_by"].text(), "2025-11-30");
  EXPECT_NE(november.fields["agenda"].text().find("課題"), std::string::npos);
  EXPECT_NE(november.fields["attendees"].text().find("監督職員"), std::string::npos);

  // It runs out with its month, until it is held or dropped; taken away, it does not come back.
  const auto running = [&] {
    return database()
        .read([&](store::Session& s) {
          return s.integer("SELECT count(*) FROM ledger_expiry WHERE contract = $1 AND ledger = 'meetings'",
                           pack.id);
        })
        .value()
        .value();
  };
  EXPECT_EQ(running(), 5);
  const journal::Actor by{1, "担当", ""};
  ASSERT_TRUE(ledgers.change(by, pack.id, "meetings", november.id, november.version,
                             schema::Value::object({{"held", "2025-11-21"}}), ""));
  ASSERT_TRUE(ledgers.change(by, pack.id, "meetings", rows[1].id, rows[1].version,
                             schema::Value::object({{"state", "dropped"}}), ""));
  ASSERT_TRUE(ledgers.remove(by, pack.id, "meetings", rows[2].id, rows[2].version, "不要"));
  EXPECT_EQ(running(), 2);
  const std::string contracts[] = {pack.id};
  ASSERT_TRUE(ledgers.renew_expiries(contracts));
  EXPECT_EQ(running(), 2);
  EXPECT_EQ(plan_meetings(database(), ledgers, pack, today).value(), 0);
  EXPECT_EQ(plan_meetings(database(), ledgers, pack, day("2026-04-01")).value(), 12);
}

YAGURA_ON_EVERY_DATABASE(MeetingsTest);

}  // namespace
}  // namespace yagura::desk
