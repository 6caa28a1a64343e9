#include "contract/pack.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "contract/rulebook.hpp"
#include "contract/scratch_packs.hpp"
#include "contract/watch_rules.hpp"
#include "schema/words.hpp"
#include "schema/yaml.hpp"

namespace yagura::contract {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const std::filesystem::path packs_of_tree = YAGURA_SOURCE_DIR "/packs";

Time t(const char* text) { return *calendar::parse_instant(text); }

std::string listed(const std::vector<Fault>& faults) {
  std::string out;
  for (const auto& fault : faults)
    out += std::filesystem::path(fault.file).filename().string() + ":" + std::to_string(fault.line) + " " +
           fault.error.text() + "\n";
  return out;
}

TEST(Pack, EveryPackOfTheTreeIsGood) {
  std::size_t packs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(packs_of_tree)) {
    if (!entry.is_directory() || entry.path().filename().string().starts_with('_')) continue;
    EXPECT_EQ(listed(check_pack(entry.path())), "");
    const auto pack = load_pack(entry.path());
    if (pack) EXPECT_FALSE(pack->obligations.numbering.empty()) << entry.path();
    ++packs;
  }
  EXPECT_GE(packs, 5U);
}

// What the specification's tables count: single machines are rows of the ledger.
TEST(Pack, TheNumbersOfTheSpecificationAreInScope) {
  const auto count = [](const char* pack, const char* kind) {
    const auto loaded = load_pack(packs_of_tree / pack);
    const auto* found = loaded ? loaded->equipment_of(kind) : nullptr;
    return found && found->count ? *found->count : -1;
  };
  EXPECT_EQ(count("sapporo", "cs"), 2);
  EXPECT_EQ(count("sapporo", "terminal_d6012") + count("sapporo", "terminal_d7014"), 180);
  EXPECT_EQ(count("moriguchi", "printer"), 32);
  EXPECT_EQ(count("moriguchi", "ups"), -1) << "as many as are needed";
  EXPECT_EQ(count("okayama", "lan_pc"), 6100);
  EXPECT_EQ(count("okayama", "business_pc"), 1800);
  const auto sapporo = load_pack(packs_of_tree / "sapporo");
  ASSERT_TRUE(sapporo);
  EXPECT_EQ(sapporo->sites.size(), 22U);
  const auto* ward = sapporo->site("kita_ward");
  ASSERT_NE(ward, nullptr);
  ASSERT_EQ(ward->equipment.size(), 2U);
  EXPECT_EQ(ward->equipment[0].of, "terminal_d6012");
  EXPECT_EQ(ward->equipment[0].count, 13);
  const auto moriguchi = load_pack(packs_of_tree / "moriguchi");
  ASSERT_TRUE(moriguchi);
  EXPECT_EQ(moriguchi->equipment.size(), 39U);
  EXPECT_EQ(moriguchi->equipment_of("printer")->spare, 3);
  EXPECT_EQ(moriguchi->equipment_of("nothing"), nullptr);
}

TEST(Pack, MeetingsAndThePapersOfTheRoster) {
  const auto pack = load_pack(packs_of_tree / "moriguchi");
  ASSERT_TRUE(pack) << pack.error().text();
  ASSERT_EQ(pack->meetings.size(), 2U);
  const auto& regular = pack->meetings[0];
  EXPECT_EQ(regular.every, "month");
  EXPECT_EQ(regular.minutes, "minutes");
  EXPECT_EQ(regular.report, "monthly");
  EXPECT_EQ(regular.subjects.size(), 7U);
  EXPECT_EQ(pack->meetings[1].every, "occasion");
  ASSERT_EQ(pack->roster.papers.size(), 2U);
  EXPECT_TRUE(pack->roster.papers[0].roles.empty());
  EXPECT_EQ(pack->roster.papers[1].holds, (std::vector<std::string>{"name", "qualification", "experience"}));
  EXPECT_TRUE(pack->roster.own_entry_refused) << "the base's rules stay";
}

TEST(Pack, ATargetMayWarnInItsOwnTime) {
  const ScratchPacks packs;
  packs.write(
      "yukino/clocks.yaml",
      "clocks:\n  - id: start_of_work\n    title: {ja: 着手, en: Start of work}\n    starts_on: [detected]\n"
      "    stops_on: [work_started]\n    warn_before: 30 min\n    targets:\n"
      "      - {id: terminal, deadline: {next_open_day: \"12:00\"}, warn_before: 2 h}\n"
      "      - {id: service, deadline: {within: 2 h}}\n    default_target: service\n"
      "deadlines:\n  - {id: daily, title: {ja: あ, en: a}, starts_on: x, deadline: {days: 3}}\n");
  const auto pack = load_pack(packs.pack("yukino"));
  ASSERT_TRUE(pack) << listed(check_pack(packs.pack("yukino")));
  const auto& rule = pack->clock("start_of_work")->rule;
  EXPECT_EQ(rule.warning_of("terminal"), std::chrono::hours(2));
  EXPECT_EQ(rule.warning_of("service"), minutes(30));
  const auto warns = [&](const char* target) {
    const std::vector<calendar::ClockEvent> events{
        {.at = t("2026-04-28T09:00"), .kind = calendar::ClockEventKind::start, .target = target}};
    return calendar::format_civil(*calendar::judge(rule, pack->book, events, t("2026-04-28T09:01"))->warn_at);
  };
  EXPECT_EQ(warns("service"), "2026-04-28T10:30");
  EXPECT_TRUE(warns("terminal").ends_with("T10:00")) << warns("terminal");
}

TEST(Pack, TypedAccess) {
  const auto pack = load_pack(packs_of_tree / "matsusaka");
  ASSERT_TRUE(pack) << pack.error().text();
  EXPECT_EQ(pack->id, "matsusaka");
  EXPECT_EQ(calendar::format_era(pack->until), "令和11年3月31日");
  EXPECT_EQ(pack->version.size(), 64U);
  EXPECT_EQ(pack->products.size(), 45U);
  const auto* core = pack->device_class("core_switch_a");
  ASSERT_NE(core, nullptr);
  EXPECT_EQ(core->ping.interval, minutes(5));
  EXPECT_EQ(core->ping.timeout, seconds(5));
  EXPECT_EQ(core->ping.retries, 3);
  EXPECT_TRUE(core->traps_on && core->remote_log_on);
  const auto watching = watch_rules(*pack);
  EXPECT_FALSE(watching.down_when_any);
  EXPECT_EQ(watching.address_severity, "warning");
  EXPECT_EQ(watching.restart_joins, minutes(15));
  EXPECT_EQ(watching.keep_remote_logs, std::chrono::days(1827));
  EXPECT_EQ(watching.keep_events, std::chrono::days(1827));
  EXPECT_FALSE(pack->device_class("nas")->traps_on);
  EXPECT_FALSE(pack->device_class("nas")->remote_log_on);
  EXPECT_EQ(pack->device_class("esxi")->clock_site_kind, "virtual_platform");
  EXPECT_EQ(pack->device_class("printer")->ping_severity, "minor");
  EXPECT_EQ(pack->clock("arrival")->target_for("main_office"), "near");
  EXPECT_EQ(pack->clock("arrival")->target_for("no such kind"), "other");
  EXPECT_EQ(pack->trap("link-down")->number, 3);
  EXPECT_EQ(pack->contact_tree("critical", t("2026-04-28T17:10"))->id, "urgent");
  EXPECT_EQ(pack->contact_tree("critical", t("2026-04-29T12:00"))->id, "urgent_out_of_hours");
  EXPECT_EQ(pack->contact_tree("info", t("2026-04-29T12:00"))->id, "ordinary");
  EXPECT_EQ(pack->contact_tree("unheard of", t("2026-04-29T12:00")), nullptr);
  EXPECT_EQ(pack->role("operator")->session_timeout, minutes(15));
  EXPECT_TRUE(pack->in_office_hours(t("2026-04-28T17:14")));
  EXPECT_FALSE(pack->in_office_hours(t("2026-04-28T17:15")));
  EXPECT_EQ(pack->clock("nothing"), nullptr);
}

TEST(Pack, TheMonitoringTableOfTheSpecificationIsWhole) {
  const auto pack = load_pack(packs_of_tree / "matsusaka");
  ASSERT_TRUE(pack);
  // 24 rows of the table; ups and printer come from the base.
  EXPECT_EQ(pack->device_classes.size(), 26U);
  EXPECT_EQ(std::ranges::count_if(pack->device_classes, &DeviceClass::remote_log_on), 23);
  EXPECT_EQ(pack->traps.size(), 15U);
  for (int number = 1; number <= 15; ++number)
    EXPECT_EQ(std::ranges::count(pack->traps, number, &TrapRule::number), 1) << number;
}

TEST(Pack, TrapKindsExist) {
  const auto pack = load_pack(packs_of_tree / "matsusaka");
  ASSERT_TRUE(pack);
  for (const auto& trap : pack->traps)
    EXPECT_TRUE(std::filesystem::exists(YAGURA_SOURCE_DIR "/share/traps/kinds/" + trap.kind + ".yaml"))
        << trap.kind;
}

TEST(Pack, SourceNamesTheClauseOfEverySection) {
  const auto source = *schema::read_file(packs_of_tree / "matsusaka/source.md");
  std::vector<Fault> faults;
  const auto own = Tree::read(packs_of_tree / "matsusaka", faults);
  for (const auto& [key, value] : own.root().members())
    EXPECT_NE(source.find("`" + key), std::string::npos) << key << " is missing in source.md";
  for (const auto* list : {"clocks", "deadlines"})
    for (const auto& item : own.root()[list].items())
      EXPECT_NE(source.find(std::string("`") + list + "." + item["id"].text()), std::string::npos)
          << item["id"].text();
}

TEST(Pack, ASixthMunicipalityIsDataAlone) {
  const ScratchPacks packs;
  const auto pack = load_pack(packs.pack("yukino"));
  ASSERT_TRUE(pack) << listed(check_pack(packs.pack("yukino")));
  EXPECT_EQ(calendar::format_date(pack->from), "2026-04-01");
  EXPECT_EQ(pack->book.calendars.size(), 1U);
  EXPECT_FALSE(pack->book.hours.contains("office"));
  EXPECT_TRUE(pack->book.hours.at("always").always());
  EXPECT_EQ(pack->device_class("printer"), nullptr);
  EXPECT_EQ(pack->device_class("switch")->ping.interval, minutes(1));
  EXPECT_EQ(pack->device_class("switch")->ping.retries, 3);
  EXPECT_EQ(pack->trap("fan-failed")->severity, "critical");
  EXPECT_EQ(pack->trap("voltage")->severity, "");
  EXPECT_EQ(pack->contact_tree("info", t("2026-04-28T10:00")), nullptr);
  EXPECT_EQ(pack->contact_tree("minor", t("2026-04-28T10:00"))->steps.size(), 1U);
  EXPECT_EQ(pack->availability[0].target_ppm, 999'000);
}

// The one that the real server runs in tests/system.
TEST(Pack, SoIsTheOneOfTheServersTest) {
  const std::filesystem::path dir = YAGURA_SOURCE_DIR "/tests/packs/hanasato";
  EXPECT_EQ(listed(check_pack(dir)), "");
  const auto pack = load_pack(dir);
  ASSERT_TRUE(pack);
  EXPECT_EQ(calendar::format_era(pack->from), "令和7年10月1日");
  EXPECT_EQ(pack->forms.size(), 1U);
  EXPECT_EQ(pack->obligations.clauses.size(), 9U);
  EXPECT_FALSE(pack->in_office_hours(t("2026-04-27T10:00"))) << "a Monday";
  EXPECT_TRUE(pack->in_office_hours(t("2026-05-02T11:59"))) << "a Saturday morning";
}

TEST(Pack, VersionFollowsEveryByteAndNotThePlace) {
  const ScratchPacks one, two;
  EXPECT_EQ(load_pack(one.pack("yukino"))->version, load_pack(two.pack("yukino"))->version);
  two.write("yukino/traps.yaml", "traps:\n  - {id: fan-failed, severity: major}\n");
  EXPECT_NE(load_pack(one.pack("yukino"))->version, load_pack(two.pack("yukino"))->version);
}

struct Mistake {
  const char* name;
  std::string file;
  std::string text;
  std::string fault;  // file:line code
};

class Mistakes : public testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreNamedByFileAndLine) {
  const ScratchPacks packs;
  packs.write("yukino/" + GetParam().file, GetParam().text);
  const auto faults = check_pack(packs.pack("yukino"));
  ASSERT_FALSE(faults.empty());
  bool found = false;
  for (const auto& fault : faults) {
    const auto said = std::filesystem::path(fault.file).filename().string() + ":" +
                      std::to_string(fault.line) + " " + fault.error.code;
    found = found || said == GetParam().fault;
  }
  EXPECT_TRUE(found) << "wanted " << GetParam().fault << ", got\n" << listed(faults);
  EXPECT_EQ(load_pack(packs.pack("yukino")).error().code, "contract.pack_invalid");
}

std::string deep(int levels) {
  return "traps: " + std::string(static_cast<std::size_t>(levels), '[') +
         std::string(static_cast<std::size_t>(levels), ']') + "\n";
}

const std::string yukino_contract =
    "contract: {id: yukino, name: {ja: あ, en: a}, from: 2026-04-01, until: 2031-03-31}\noffice: {calendar: "
    "town, hours: "
    "town}\n";

INSTANTIATE_TEST_SUITE_P(
    Packs, Mistakes,
    testing::Values(
        Mistake{"UnknownKey", "traps.yaml", "traps:\n  - {id: voltage, severty: major}\n",
                "traps.yaml:2 schema.unknown_key"},
        Mistake{"UnknownTopKey", "traps.yaml", "trapz: []\n", "traps.yaml:1 schema.unknown_key"},
        Mistake{"NotAChoice", "traps.yaml", "\ntraps:\n  - {id: voltage, severity: urgent}\n",
                "traps.yaml:3 schema.not_a_choice"},
        Mistake{"WrongKind", "traps.yaml", "traps: voltage\n", "traps.yaml:1 schema.wrong_kind"},
        Mistake{"OutOfRange", "traps.yaml", "traps: [{id: voltage, number: 0}]\n",
                "traps.yaml:1 schema.out_of_range"},
        Mistake{"TwiceTheSameId", "traps.yaml",
                "traps:\n  - {id: new-one}\n  - {id: new-two}\n  - {id: 'new one'}\n",
                "traps.yaml:4 contract.bad_value"},
        Mistake{"BadDuration", "devices.yaml", "ping: {interval: soon}\n",
                "devices.yaml:1 contract.bad_value"},
        Mistake{"PingTooSlow", "devices.yaml", "ping: {interval: 10 s}\n",
                "devices.yaml:4 contract.ping_too_slow"},
        Mistake{"WrongFile", "devices.yaml", "traps: []\n", "devices.yaml:1 contract.wrong_file"},
        Mistake{"UnknownFile", "colours.yaml", "colours: []\n", "colours.yaml:1 contract.unknown_file"},
        Mistake{"UnknownCalendar", "contract.yaml",
                yukino_contract + "organisation:\n  - {id: a, title: {ja: あ, en: a}, parent: b}\n",
                "contract.yaml:4 contract.unknown_reference"},
        Mistake{
            "CircleOfUnits", "contract.yaml",
            yukino_contract +
                "organisation:\n  - {id: a, title: {ja: あ, en: a}, parent: b}\n  - {id: b, title: {ja: い, "
                "en: b}, parent: a}\n",
            "contract.yaml:4 contract.circle"},
        Mistake{"PeriodReversed", "contract.yaml",
                "contract:\n  id: yukino\n  name: {ja: あ, en: a}\n  from: 2026-04-01\n  until: "
                "2025-03-31\noffice: {calendar: "
                "town, hours: town}\n",
                "contract.yaml:5 contract.period_reversed"},
        Mistake{"IdIsNotTheFolder", "contract.yaml",
                "contract:\n  id: other\n  name: {ja: あ, en: a}\n  from: 2026-04-01\n  until: "
                "2031-03-31\noffice: "
                "{calendar: town, hours: town}\n",
                "contract.yaml:2 contract.id_not_folder"},
        Mistake{"MissingEnglish", "contract.yaml",
                "contract: {id: yukino, name: {ja: あ}, from: 2026-04-01, until: 2031-03-31}\noffice: "
                "{calendar: town, hours: "
                "town}\n",
                "contract.yaml:1 contract.bad_value"},
        Mistake{"NothingToRemove", "traps.yaml", "traps: [{id: no-such-trap, remove: true}]\n",
                "traps.yaml:1 contract.nothing_to_remove"},
        Mistake{"TwoForms", "clocks.yaml",
                "deadlines:\n  - {id: daily, title: {ja: あ, en: a}, starts_on: x, deadline: {days: 3, "
                "open_days: 2}}\n",
                "clocks.yaml:2 contract.exactly_one"},
        Mistake{"ClockNamingUnknownHours", "clocks.yaml",
                "deadlines:\n  - id: daily\n    title: {ja: あ, en: a}\n    starts_on: x\n    deadline: "
                "{within: 2 h, hours: "
                "nowhere}\n",
                "clocks.yaml:5 contract.unknown_reference"},
        Mistake{"BadWindow", "calendars.yaml",
                "calendars: [{id: town, title: {ja: あ, en: a}, open_weekdays: mon-sat}]\nhours:\n  - {id: "
                "town, title: {ja: あ, "
                "en: a}, calendar: town, windows: ['mon 9-17']}\n",
                "calendars.yaml:3 calendar.window_invalid"},
        Mistake{"BadClosure", "calendars.yaml",
                "calendars:\n  - {id: town, title: {ja: あ, en: a}, open_weekdays: mon-sat, closures: "
                "[{from: 02-30, to: 03-01, "
                "title: {ja: あ, en: a}}]}\nhours: [{id: town, title: {ja: あ, en: a}, calendar: town, "
                "windows: [24x365]}]\n",
                "calendars.yaml:2 calendar.date_invalid"},
        Mistake{"StepWithoutPeople", "contacts.yaml",
                "contact_trees:\n  - id: ordinary\n    steps:\n      - {channel: mail, title: {ja: あ, en: "
                "a}, wait: 0 min}\n",
                "contacts.yaml:4 contract.step_without_people"},
        Mistake{"SumOfTheSites", "sites.yaml",
                "sites:\n  - {id: a, title: {ja: あ, en: a}, kind: branch, equipment: [{of: pc, count: 2}]}\n"
                "equipment:\n  - {id: pc, title: {ja: あ, en: a}, category: hardware, count: 4, spare: 1}\n",
                "sites.yaml:4 contract.equipment_sum"},
        Mistake{
            "UnknownEquipment", "sites.yaml",
            "sites:\n  - {id: a, title: {ja: あ, en: a}, kind: branch, equipment: [{of: pc, count: 2}]}\n",
            "sites.yaml:2 contract.unknown_reference"},
        Mistake{"LessThanNothing", "sites.yaml",
                "equipment:\n  - {id: pc, title: {ja: あ, en: a}, category: hardware, count: -1}\n",
                "sites.yaml:2 schema.out_of_range"},
        Mistake{"MinutesOfNothing", "meetings.yaml",
                "meetings:\n  - {id: a, title: {ja: あ, en: a}, clause: '1', every: month, attended_by: "
                "[operator], minutes: none_such}\n",
                "meetings.yaml:2 contract.unknown_reference"},
        Mistake{"MeetingOfNobody", "meetings.yaml",
                "meetings:\n  - {id: a, title: {ja: あ, en: a}, clause: '1', every: sometimes}\n",
                "meetings.yaml:2 schema.not_a_choice"},
        Mistake{"PaperThatSaysNothing", "people.yaml",
                "roster:\n  papers:\n    - {id: a, title: {ja: あ, en: a}, holds: [shoe_size]}\n",
                "people.yaml:3 schema.not_a_choice"},
        Mistake{"NoGap", "devices.yaml",
                "device_classes:\n  - id: x\n    title: {ja: あ, en: a}\n    traps: false\n    remote_log: "
                "false\n    thresholds: "
                "[{id: a, metric: cpu_percent, enter: 90, leave: 90, lasting: 1 min, severity: minor}]\n",
                "devices.yaml:6 contract.threshold_without_gap"},
        // Hostile YAML.
        Mistake{"AliasBomb", "traps.yaml", "a: &a [x,x]\nb: &b [*a,*a]\ntraps: [*b,*b]\n",
                "traps.yaml:1 schema.yaml_invalid"},
        Mistake{"DuplicateKey", "traps.yaml", "traps: []\ntraps: []\n", "traps.yaml:2 schema.yaml_invalid"},
        Mistake{"Tabs", "traps.yaml", "traps:\n\t- {id: voltage}\n", "traps.yaml:2 schema.yaml_invalid"},
        Mistake{"Deep", "traps.yaml", deep(100), "traps.yaml:1 schema.yaml_invalid"},
        Mistake{"VeryDeep", "traps.yaml", deep(100'000), "traps.yaml:0 schema.yaml_invalid"},
        Mistake{"TooLarge", "traps.yaml", std::string(5'000'000, '\n'), "traps.yaml:0 schema.too_large"},
        Mistake{"NotText", "traps.yaml", "\xff\xfe\x01", "traps.yaml:0 schema.yaml_invalid"},
        Mistake{"NotAnObject", "traps.yaml", "- a\n", "traps.yaml:0 schema.wrong_kind"},
        Mistake{"Empty", "contract.yaml", "", "contract.yaml:0 schema.wrong_kind"}),
    [](const auto& info) { return info.param.name; });

TEST(Pack, EveryFaultHasWords) {
  const auto words = schema::Words::load(YAGURA_SOURCE_DIR "/share/errors");
  ASSERT_TRUE(words);
  for (const auto* code : {"contract.folder_missing",
                           "contract.pack_invalid",
                           "contract.rulebook_invalid",
                           "contract.unknown_file",
                           "contract.wrong_file",
                           "contract.too_many_files",
                           "contract.nothing_to_remove",
                           "contract.duplicate_id",
                           "contract.exactly_one",
                           "contract.unknown_reference",
                           "contract.bad_value",
                           "contract.period_reversed",
                           "contract.circle",
                           "contract.ping_too_slow",
                           "contract.threshold_without_gap",
                           "contract.site_kind_twice",
                           "contract.step_without_people",
                           "contract.key_unknown",
                           "contract.scenario_invalid",
                           "contract.equipment_sum"})
    EXPECT_TRUE(words->entries().contains(code)) << code;
}

TEST(Pack, FoldersThatAreNotThere) {
  const ScratchPacks packs;
  ASSERT_EQ(check_pack(packs.pack("nowhere")).size(), 1U);
  EXPECT_EQ(check_pack(packs.pack("nowhere")).front().error.code, "contract.folder_missing");
  EXPECT_EQ(check_pack("/nonexistent/packs/x").front().error.code, "contract.folder_missing");
  std::filesystem::create_directories(packs.pack("empty"));
  EXPECT_FALSE(load_pack(packs.pack("empty")));
}

TEST(Explain, SaysWhereAValueComesFromAndWhatItOverrode) {
  const ScratchPacks packs;
  const auto interval = explain(packs.pack("yukino"), "ping.interval");
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->value, "\"1 min\"");
  EXPECT_EQ(interval->place.file, (packs.pack("yukino") / "devices.yaml").string());
  EXPECT_EQ(interval->place.line, 1);
  ASSERT_EQ(interval->replaced.size(), 1U);
  EXPECT_EQ(interval->replaced[0].second, "\"5 min\"");
  EXPECT_EQ(interval->replaced[0].first.file, (packs.pack("_base") / "devices.yaml").string());
  EXPECT_EQ(interval->meaning.en, "Time between two checks");
  const auto inherited = explain(packs.pack("yukino"), "roles.operator.session_timeout");
  ASSERT_TRUE(inherited);
  EXPECT_EQ(inherited->place.file, (packs.pack("_base") / "people.yaml").string());
  EXPECT_TRUE(inherited->replaced.empty());
  // A key that may be there but is not has a meaning and no place.
  const auto absent = explain(packs.pack("yukino"), "roles.operator.sources");
  ASSERT_TRUE(absent);
  EXPECT_EQ(absent->value, "");
  EXPECT_FALSE(absent->meaning.ja.empty());
  EXPECT_EQ(explain(packs.pack("yukino"), "roles.operator.colour").error().code, "contract.key_unknown");
  EXPECT_EQ(explain(packs.pack("yukino"), "").error().code, "contract.key_unknown");
  EXPECT_EQ(explain(packs.pack("yukino"), "....").error().code, "contract.key_unknown");
}

TEST(Rulebook, EveryKeyOfTheRulebookIsReadByTheProduct) {
  const auto book = Rulebook::load(packs_of_tree / "_schema");
  ASSERT_TRUE(book) << book.error().text();
  const auto source = *schema::read_file(YAGURA_SOURCE_DIR "/src/contract/pack_build.cpp") +
                      *schema::read_file(YAGURA_SOURCE_DIR "/src/contract/obligations.cpp") +
                      *schema::read_file(YAGURA_SOURCE_DIR "/src/contract/forms.cpp") +
                      *schema::read_file(YAGURA_SOURCE_DIR "/src/contract/work_rules.cpp") +
                      *schema::read_file(YAGURA_SOURCE_DIR "/src/contract/watch_rules.cpp") +
                      *schema::read_file(YAGURA_SOURCE_DIR "/src/contract/desk_rules.cpp") +
                      *schema::read_file(YAGURA_SOURCE_DIR "/src/contract/deadline_form.cpp") +
                      *schema::read_file(YAGURA_SOURCE_DIR "/src/monitor/log_rules/rule.cpp") +
                      // A contract's own ledgers are read where all ledgers are.
                      *schema::read_file(YAGURA_SOURCE_DIR "/src/ledger/definition.cpp");
  const auto read = [&](const std::string& key) {
    return source.find("[\"" + key + "\"]") != std::string::npos ||
           source.find("(\"" + key + "\")") != std::string::npos;
  };
  const auto named = [&](const std::string& key) { return source.contains("\"" + key + "\""); };
  for (const auto& file : book->files())
    for (const auto& [key, spec] : file.keys)
      EXPECT_TRUE(read(key) || key == "ledgers") << file.file << " " << key;
  for (const auto& [name, shape] : book->shapes())
    for (const auto& [key, spec] : shape.keys)
      if (!(name == "threshold" && key == "id"))
        EXPECT_TRUE(name == "proof" || name == "condition" || name == "form_effect" || name == "log_rule" ||
                            name.starts_with("ledger")
                        ? named(key)
                        : read(key))
            << name << "." << key;
}

TEST(Rulebook, MistakesInADescriptionAreNamed) {
  const auto load = [](const std::string& text) {
    const ScratchPacks packs;
    packs.write("_schema/traps.yaml", text);
    const auto book = Rulebook::load(packs.pack("_schema"));
    return book ? std::string("good") : book.error().code;
  };
  const std::string head = "file: traps.yaml\nja: あ\nen: a\n";
  EXPECT_EQ(load(head + "keys: {flapping: {type: flapping, ja: あ, en: a}}\n"), "contract.rulebook_invalid");
  EXPECT_EQ(load(head + "keys: {flapping: {type: text, ja: あ}}\n"), "contract.rulebook_invalid");
  EXPECT_EQ(load(head + "keys: {flapping: {type: ref, to: nowhere, ja: あ, en: a}}\n"),
            "contract.rulebook_invalid");
  EXPECT_EQ(load(head + "keys: {flapping: {type: choice, ja: あ, en: a}}\n"), "contract.rulebook_invalid");
  EXPECT_EQ(load("file: other.yaml\nja: あ\nen: a\nkeys: {}\n"), "contract.rulebook_invalid");
  // Proofs of clauses name trap kinds: the list has to be there.
  EXPECT_EQ(load(head + "keys: {flapping: {type: text, ja: あ, en: a}}\n"), "contract.rulebook_invalid");
  EXPECT_EQ(
      load(head +
           "keys: {flapping: {type: text, ja: あ, en: a}, traps: {type: list, of: text, ja: い, en: b}}\n"),
      "good");
}

}  // namespace
}  // namespace yagura::contract
