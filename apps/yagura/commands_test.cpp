#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "yagura/calendar_commands.hpp"
#include "yagura/pack_commands.hpp"

namespace yagura::apps {
namespace {

const std::string root = YAGURA_SOURCE_DIR;

struct Ran {
  int code;
  std::string out, err;
};

Ran run(int (*command)(std::span<const std::string>, std::ostream&, std::ostream&),
        std::vector<std::string> args) {
  setenv("YAGURA_SHARE", (root + "/share").c_str(), 1);
  setenv("YAGURA_PACKS", (root + "/packs").c_str(), 1);
  std::ostringstream out, err;
  const int code = command(args, out, err);
  return {code, out.str(), err.str()};
}

TEST(CalendarCommand, HolidaysAsCsv) {
  const auto ran = run(run_calendar, {"holidays", "--from", "2026", "--to", "2027", "--format", "csv"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_TRUE(ran.out.starts_with("date,name\n2026-01-01,元日\n"));
  EXPECT_NE(ran.out.find("\n2026-05-06,振替休日\n"), std::string::npos);
  EXPECT_NE(ran.out.find("\n2026-09-22,国民の休日\n"), std::string::npos);
  EXPECT_NE(ran.out.find("\n2027-11-23,勤労感謝の日\n"), std::string::npos);
  EXPECT_EQ(ran.out.find("2028"), std::string::npos);
}

TEST(CalendarCommand, DeadlineOfARuleAndOfAClock) {
  auto ran = run(run_calendar,
                 {"deadline", "--pack", "matsusaka", "--rule", "fault_report", "--at", "2026-04-28T17:10"});
  EXPECT_EQ(ran.out, "2026-05-07T17:15\n") << ran.err;
  ran = run(run_calendar, {"deadline", "--pack", root + "/packs/matsusaka", "--rule", "arrival", "--at",
                           "2026-04-28T17:10", "--site-kind", "main_office", "--explain"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_TRUE(ran.out.starts_with("2026-04-28T18:10\n")) << ran.out;
  EXPECT_NE(ran.out.find("時間内"), std::string::npos);
}

TEST(CalendarCommand, MisuseIsExplained) {
  EXPECT_EQ(run(run_calendar, {}).code, 2);
  EXPECT_EQ(run(run_calendar, {"holidays", "--from", "1900"}).code, 2);
  EXPECT_EQ(run(run_calendar, {"holidays", "--form", "2026"}).code, 2);
  EXPECT_EQ(run(run_calendar, {"holidays", "--from"}).code, 2);
  const auto ran =
      run(run_calendar, {"deadline", "--pack", "matsusaka", "--rule", "nothing", "--at", "2026-04-28T17:10"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_NE(ran.err.find("fault_report"), std::string::npos);
  EXPECT_EQ(
      run(run_calendar, {"deadline", "--pack", "nowhere", "--rule", "x", "--at", "2026-04-28T17:10"}).code,
      1);
  EXPECT_EQ(run(run_calendar, {"deadline", "--pack", "matsusaka", "--rule", "x", "--at", "yesterday"}).code,
            1);
}

TEST(ClockCommand, ReplaysAScenarioWithItsAccount) {
  const auto ran = run(run_clock, {"replay", root + "/packs/matsusaka/scenarios/arrival.yaml"});
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  EXPECT_NE(ran.out.find("判定：計測中"), std::string::npos);
}

TEST(ClockCommand, ADifferenceFailsAndShowsBoth) {
  const auto file = std::filesystem::temp_directory_path() / "yagura_wrong_scenario.yaml";
  std::ofstream(file)
      << "title: wrong\npack: matsusaka\ncases:\n  - title: t\n    clock: arrival\n    site_kind: branch\n"
         "    events: [{at: 2026-04-28T17:10, event: start}]\n    at: 2026-04-28T17:11\n"
         "    expect: {due: 2026-04-28T18:10}\n";
  const auto ran = run(run_clock, {"replay", file.string()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.out.find("due: expected 2026-04-28T18:10, is 2026-04-28T18:40"), std::string::npos)
      << ran.out;
  std::filesystem::remove(file);
}

TEST(PackCommand, CheckAndExplain) {
  EXPECT_EQ(run(run_pack, {"check", "matsusaka"}).code, 0) << run(run_pack, {"check", "matsusaka"}).out;
  const auto ran = run(run_pack, {"explain", "matsusaka", "contact_trees.ordinary.steps"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("packs/matsusaka/contacts.yaml:"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("packs/_base/contacts.yaml:"), std::string::npos) << ran.out;
  EXPECT_EQ(run(run_pack, {"explain", "matsusaka", "clocks.arrival.colour"}).code, 1);
  EXPECT_EQ(run(run_pack, {"check", "nowhere"}).code, 1);
  EXPECT_EQ(run(run_pack, {}).code, 2);
}

}  // namespace
}  // namespace yagura::apps
