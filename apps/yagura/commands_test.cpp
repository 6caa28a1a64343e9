#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "yagura/calendar_commands.hpp"
#include "yagura/form_commands.hpp"
#include "yagura/pack_commands.hpp"
#include "yagura/pack_references.hpp"

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

// A copy of the packs, and of one file of share/ at a time, that a test may spoil.
class PackFolder : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    std::filesystem::copy(root + "/packs", folder_ / "packs", std::filesystem::copy_options::recursive);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& file, const std::string& text) {
    std::ofstream(folder_ / "packs" / "matsusaka" / file) << text;
  }
  Ran check() { return run(run_pack, {"check", (folder_ / "packs" / "matsusaka").string()}); }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("yagura_pack_command_" + std::to_string(::getpid()));
};

TEST_F(PackFolder, EveryPackOfTheHouseIsSound) {
  for (const auto& entry : std::filesystem::directory_iterator(root + "/packs")) {
    const auto name = entry.path().filename().string();
    if (!entry.is_directory() || name.starts_with("_")) continue;
    const auto ran = run(run_pack, {"check", name});
    EXPECT_EQ(ran.code, 0) << name << "\n" << ran.out << ran.err;
  }
}

TEST_F(PackFolder, NamesOutsideThePackAreLookedFor) {
  EXPECT_EQ(check().code, 0);
  write("traps.yaml", "traps:\n  - {id: no-such-kind}\n");
  auto ran = check();
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.out.find("no-such-kind"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("traps.yaml:2"), std::string::npos) << ran.out;
  const auto share = folder_ / "share";
  std::filesystem::copy(root + "/share", share, std::filesystem::copy_options::recursive);
  std::filesystem::remove(share / "commands" / "switch.yaml");
  std::ofstream(share / "polling.yaml") << "host: [system]\n";
  ran = run(run_pack, {"check", "matsusaka", "--share", share.string()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.out.find("core_switch_a.commands"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("core_switch_a.profile"), std::string::npos) << ran.out;
  std::ofstream(share / "events.yaml", std::ios::app) << "ended_by_magic: incident.magic\n";
  ran = run(run_pack, {"check", "matsusaka", "--share", share.string()});
  EXPECT_NE(ran.out.find("incident.magic"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("ended_by_magic"), std::string::npos) << ran.out;
}

TEST_F(PackFolder, ExplainSaysWhichThresholdIsInForceAndWhoSaysSo) {
  const auto ran = run(run_pack, {"explain", "matsusaka", "device_classes.core_switch_a.thresholds"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("cisco.cpu.used: cpu  ← "), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("overrides share/profiles/cisco.yaml: warning above 90, leave 80"),
            std::string::npos)
      << ran.out;
  EXPECT_NE(ran.out.find("if.errors: warning above 1, leave 0.1  ← share/profiles/interfaces.yaml"),
            std::string::npos)
      << ran.out;
}

TEST_F(PackFolder, WhatFormsWriteFitsTheLedgers) {
  const std::string head =
      "title: {ja: あ, en: a}\nnumber: a\nsubmitted_by: [city_staff]\nfields:\n"
      "  - {id: site, title: {ja: あ, en: a}, type: ledger_row, ledger: sites, required: true}\n"
      "  - {id: name, title: {ja: あ, en: a}, type: text, required: true}\n"
      "  - {id: maybe, title: {ja: あ, en: a}, type: text}\n"
      "  - {id: kind, title: {ja: あ, en: a}, type: choice, required: true, choices: [{id: nas, title: {ja: "
      "あ, en: "
      "a}}, {id: kettle, title: {ja: い, en: b}}]}\n"
      "steps:\n  - id: s\n    title: {ja: あ, en: a}\n    by: {role: operator}\n    effects:\n      - ";
  const auto said = [&](const std::string& effect) {
    write("forms/wrong.yaml", head + "{id: e, title: {ja: あ, en: a}, " + effect + "}\n");
    const auto ran = check();
    return std::to_string(ran.code) + " " + ran.out;
  };
  using testing::HasSubstr;
  using testing::StartsWith;
  EXPECT_THAT(said("create: devices, values: {name: \"{name}\", class: nas, site: \"{site}\"}"),
              StartsWith("0"));
  EXPECT_THAT(said("create: nowhere, values: {name: \"{name}\"}"), HasSubstr("nowhere"));
  EXPECT_THAT(said("create: devices, values: {name: \"{name}\", class: nas}"), HasSubstr("site"));
  EXPECT_THAT(said("create: devices, values: {name: \"{maybe}\", class: nas, site: \"{site}\"}"),
              HasSubstr("maybe"));
  EXPECT_THAT(said("create: devices, values: {name: \"{name}\", class: \"{kind}\", site: \"{site}\"}"),
              HasSubstr("kettle"));
  EXPECT_THAT(said("create: devices, values: {name: \"{name}\", class: toaster, site: \"{site}\"}"),
              HasSubstr("toaster"));
  EXPECT_THAT(said("create: devices, values: {name: \"{name}\", class: nas, site: \"{site}\", colour: red}"),
              HasSubstr("colour"));
  EXPECT_THAT(
      said("create: devices, values: {name: \"{name}\", class: nas, site: \"{site}\", vendor: \"{site}\"}"),
      HasSubstr("vendors"));
  EXPECT_THAT(said("change: site, ledger: sites, values: {place: \"{maybe}\"}"), StartsWith("0"));
  // A site of the contract is named by its id, and by one that there is.
  EXPECT_THAT(said("change: site, ledger: sites, values: {contract_site: main_office}"), StartsWith("0"));
  EXPECT_THAT(said("change: site, ledger: sites, values: {contract_site: moon_base}"),
              HasSubstr("moon_base"));
  EXPECT_THAT(said("change: site, ledger: sites, values: {contract_site: \"{kind}\"}"), HasSubstr("kettle"));
  EXPECT_THAT(said("ask: kettle.boil, values: {}"), HasSubstr("kettle.boil"));
  // What another part is asked for: values that it takes, and a day where it wants one.
  EXPECT_THAT(said("ask: work.open, values: {kind: device_setting, title: \"{name}\", site: \"{site}\"}"),
              StartsWith("0"));
  EXPECT_THAT(said("ask: work.open, values: {kind: device_setting, colour: red}"), HasSubstr("colour"));
  EXPECT_THAT(said("ask: work.open, values: {kind: device_setting, due: \"{name}\"}"), HasSubstr("due"));
}

TEST_F(PackFolder, WhatIsFilledInUnderTheSameConditionIsThere) {
  const auto said = [&](const std::string& field, const std::string& step, const std::string& effect) {
    const auto when = [](const std::string& what) { return what.empty() ? "" : ", when: {" + what + "}"; };
    write(
        "forms/wrong.yaml",
        "title: {ja: あ, en: a}\nnumber: a\nsubmitted_by: [city_staff]\nfields:\n"
        "  - {id: how, title: {ja: あ, en: a}, type: choice, required: true, choices: [{id: a, title: {ja: "
        "あ, "
        "en: a}}, {id: b, title: {ja: い, en: b}}, {id: c, title: {ja: う, en: c}}]}\n"
        "  - {id: site, title: {ja: あ, en: a}, type: ledger_row, ledger: sites, required: true" +
            when(field) + "}\nsteps:\n  - id: s\n    title: {ja: あ, en: a}\n    by: {role: operator}\n" +
            (step.empty() ? "" : "    when: {" + step + "}\n") +
            "    effects:\n      - {id: e, title: {ja: あ, en: a}, create: devices, values: {name: x, class: "
            "nas, site: \"{site}\"}" +
            when(effect) + "}\n");
    return check().code;
  };
  const std::string a = "field: how, is: [a]", ab = "field: how, is: [a, b]", c = "field: how, is: [c]",
                    all = "all: [{field: how, is: [a]}, {field: how, filled: true}]";
  EXPECT_EQ(said("", "", ""), 0);
  EXPECT_EQ(said(a, "", ""), 1);
  EXPECT_EQ(said(a, "", a), 0);
  EXPECT_EQ(said(a, a, ""), 0);
  EXPECT_EQ(said(ab, "", a), 0);
  EXPECT_EQ(said(a, "", ab), 1);
  EXPECT_EQ(said(a, "", c), 1);
  EXPECT_EQ(said(a, "", all), 0);
}

TEST_F(PackFolder, AnEventOfAFormIsOneFromWhichSomethingIsDue) {
  std::string by = "operator";
  const auto said = [&](const std::string& effect) {
    write("forms/wrong.yaml",
          "title: {ja: あ, en: a}\nnumber: a\nsubmitted_by: [city_staff]\nfields:\n"
          "  - {id: on, title: {ja: あ, en: a}, type: date, required: true}\n"
          "  - {id: what, title: {ja: あ, en: a}, type: text, required: true}\n"
          "  - {id: file, title: {ja: あ, en: a}, type: attachment}\n"
          "steps:\n  - id: s\n    title: {ja: あ, en: a}\n    by: {role: " +
              by +
              "}\n    effects:\n"
              "      - {id: e, title: {ja: あ, en: a}, " +
              effect + "}\n");
    const auto ran = check();
    return std::to_string(ran.code) + " " + ran.out;
  };
  using testing::HasSubstr;
  EXPECT_THAT(said("event: settings_changed, values: {at: \"{on}\"}"), testing::StartsWith("0"));
  EXPECT_THAT(said("event: settings_changed"), testing::StartsWith("0"));
  EXPECT_THAT(said("event: kettle_boiled, values: {at: \"{on}\"}"), HasSubstr("kettle_boiled"));
  EXPECT_THAT(said("event: settings_changed, values: {at: \"{what}\"}"), HasSubstr("{what}"));
  EXPECT_THAT(said("event: settings_changed, values: {on: \"{on}\"}"), HasSubstr("{on}"));
  // A paper that comes with the form is one that it holds, accepted by who accepts the deliverable.
  const std::string with_file = "event: settings_changed, values: {at: \"{on}\", files: \"{file}\"}";
  EXPECT_THAT(said(with_file), HasSubstr("city_supervisor"));
  by = "city_supervisor";
  EXPECT_THAT(said(with_file), testing::StartsWith("0"));
  EXPECT_THAT(said("event: settings_changed, values: {files: \"{what}\"}"), HasSubstr("{what}"));
}

// Whatever makes a paper due is known to the product, except for this: orders by word of mouth, and decisions
// that are recorded nowhere else.
TEST(PackOccasions, OnlyTheseAreOpenedByHand) {
  std::map<std::string, std::set<std::string>> by_hand;
  for (const auto& entry : std::filesystem::directory_iterator(root + "/packs")) {
    const auto name = entry.path().filename().string();
    if (name.starts_with('_') || !entry.is_directory()) continue;
    const auto pack = contract::load_pack(entry.path());
    ASSERT_TRUE(pack) << pack.error().text();
    for (const auto& found : check_references(*pack, root + "/share")) {
      EXPECT_TRUE(found.remark) << found.fault.error.text();
      if (found.fault.error.code == "contract.occasion_by_hand")
        by_hand[name].insert(std::string(found.fault.error.arg("event")));
    }
  }
  const std::map<std::string, std::set<std::string>> expected{
      {"matsusaka", {"report_requested"}},
      {"okayama", {"date_ordered", "delegation_decided"}},
      {"sapporo", {"date_ordered"}},
      {"sendai", {"deliverables_handed_in", "personal_data_work_begins"}}};
  EXPECT_EQ(by_hand, expected);
}

TEST_F(PackFolder, AProofOutsideThePackIsLookedFor) {
  const auto clauses = [&](const std::string& proof) {
    write("clauses.yaml",
          "numbering: [\"1\"]\nclauses:\n  - {id: a, section: \"1\", title: {ja: あ, en: a}, owes: "
          "both, proof: [" +
              proof + "]}\n");
    return check();
  };
  EXPECT_EQ(clauses("{ledger: devices}").code, 0);
  EXPECT_EQ(clauses("{journal: incident.report}").code, 0);
  auto ran = clauses("{ledger: kettles}");
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.out.find("kettles"), std::string::npos) << ran.out;
  ran = clauses("{journal: kettle.boiled}");
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.out.find("kettle.boiled"), std::string::npos) << ran.out;
}

TEST(FormCommand, ReplaysRequestsActByAct) {
  auto ran = run(run_form, {"replay", root + "/packs/okayama/scenarios/forms/usb_connection.yaml"});
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  EXPECT_NE(ran.out.find("approved []"), std::string::npos) << ran.out;
  const auto file = std::filesystem::temp_directory_path() / "yagura_wrong_form_scenario.yaml";
  std::ofstream(file) << "title: wrong\npack: matsusaka\npeople: {ito: {roles: [city_staff]}}\ncases:\n"
                         "  - {form: proxy_rule, at: 2026-04-28T09:00, by: ito, fill: {destination: a}}\n";
  ran = run(run_form, {"replay", file.string()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.out.find("flow.fields_invalid"), std::string::npos) << ran.out;
  EXPECT_EQ(run(run_form, {}).code, 2);
  EXPECT_EQ(run(run_form, {"replay"}).code, 2);
  EXPECT_EQ(run(run_form, {"replay", "/nowhere.yaml"}).code, 1);
  std::filesystem::remove(file);
}

// The guide for authors of packs: what it tells to type works as it stands there.
TEST(PackGuide, EveryCommandOfItRuns) {
  std::ifstream guide(root + "/docs/packs.md");
  std::filesystem::current_path(root);
  const std::map<std::string, int (*)(std::span<const std::string>, std::ostream&, std::ostream&)> commands =
      {{"pack", run_pack}, {"clock", run_clock}, {"calendar", run_calendar}, {"form", run_form}};
  int ran = 0;
  bool shell = false;
  for (std::string line; std::getline(guide, line);) {
    if (line.starts_with("```")) shell = line == "```sh";
    if (!shell || !line.starts_with("yagura ")) continue;
    std::istringstream words(line.substr(0, line.find('#')));
    std::vector<std::string> args;
    for (std::string word; words >> word;) args.push_back(word);
    ASSERT_GT(args.size(), 2U) << line;
    ASSERT_TRUE(commands.contains(args[1])) << line;
    const auto done = run(commands.at(args[1]), {args.begin() + 2, args.end()});
    EXPECT_EQ(done.code, 0) << line << "\n" << done.out << done.err;
    ++ran;
  }
  EXPECT_GE(ran, 5);
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
