#include "monitor/trap/kinds.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

namespace yagura::monitor::trap {
namespace {

namespace fs = std::filesystem;

const mib::Library& library() {
  static const auto loaded = mib::Library::load({YAGURA_SOURCE_DIR "/share/mibs"});
  return loaded;
}
const KindSet::Loaded& shipped() {
  static const auto loaded = KindSet::load({YAGURA_SOURCE_DIR "/share/traps/kinds"}, library());
  return loaded;
}

snmp::Oid oid(std::string_view name) { return snmp::Oid::from_arcs(library().oid_of(name).value()).value(); }

// Bindings as a device sends them: "name.instance" with a number, a name or a text.
class Binds {
 public:
  Binds& number(std::string_view name, std::int64_t value) {
    return put(name, snmp::tag::integer, [&](snmp::BerWriter& w) { w.integer(value); });
  }
  Binds& object(std::string_view name, std::string_view value) {
    return put(name, snmp::tag::oid,
               [&](snmp::BerWriter& w) { w.element(snmp::tag::oid, oid(value).encoded()); });
  }
  Binds& text(std::string_view name, std::string_view value) {
    return put(name, 4, [&](snmp::BerWriter& w) { w.element(4, snmp::bytes_of(value)); });
  }
  operator snmp::VarBinds() const {  // NOLINT
    snmp::VarBinds out;
    EXPECT_TRUE(snmp::VarBinds::check(snmp::bytes_of(bytes_), out));
    return out;
  }

 private:
  template <class F>
  Binds& put(std::string_view name, std::uint8_t, F value) {
    std::array<std::uint8_t, 512> buffer{};
    snmp::BerWriter out(buffer);
    value(out);
    out.element(snmp::tag::oid, oid(name).encoded());
    out.wrap(snmp::tag::sequence, 0);
    bytes_ += snmp::text_of(out.bytes());
    return *this;
  }
  std::string bytes_;
};

// "kind effect target key", one a line.
std::string meaning(std::string_view trap, const snmp::VarBinds& varbinds = {},
                    const KindSet* kinds = nullptr) {
  std::vector<Match> matches;
  (kinds != nullptr ? *kinds : *shipped().kinds).match(oid(trap), varbinds, matches);
  std::set<std::string> lines;
  for (const auto& match : matches) {
    std::string_view effect;
    for (const auto& [name, value] : enum_names(match.effect))
      if (value == match.effect) effect = name;
    lines.insert(match.kind->id + " " + std::string(effect) + " " + *match.target + " [" + match.key + "]");
  }
  std::string out;
  for (const auto& line : lines) out += line + "\n";
  return out;
}

TEST(Kinds, TheFifteenOfTheContractAreThereAndSaidInBothLanguages) {
  for (const auto& fault : shipped().faults) ADD_FAILURE() << fault.error.text();
  const auto kinds = shipped().kinds->kinds();
  ASSERT_GE(kinds.size(), 15U);
  for (int i = 0; i < 15; ++i) {
    EXPECT_EQ(kinds[static_cast<std::size_t>(i)]->number, i + 1);
    EXPECT_FALSE(kinds[static_cast<std::size_t>(i)]->title.ja.empty());
    EXPECT_FALSE(kinds[static_cast<std::size_t>(i)]->title.en.empty());
  }
}

TEST(Kinds, StandardNotifications) {
  EXPECT_EQ(meaning("coldStart"), "device-started event device-started []\n");
  EXPECT_EQ(meaning("warmStart"), "software-restart event software-restart []\n");
  EXPECT_EQ(meaning("linkDown", Binds().number("ifIndex.10101", 10101).number("ifOperStatus.10101", 2)),
            "link-down raises link-down [10101]\n");
  EXPECT_EQ(meaning("linkUp", Binds().number("ifIndex.3", 3)), "link-up clears link-down [3]\n");
  // Some agents send ifIndex as a scalar.
  EXPECT_EQ(meaning("linkUp", Binds().number("ifIndex.0", 7)), "link-up clears link-down [7]\n");
  EXPECT_EQ(meaning("SNMPv2-MIB::authenticationFailure"), "");
  EXPECT_EQ(meaning("1.3.6.1.4.1.8072.4.0.2"), "agent-shutdown event agent-shutdown []\n");
}

TEST(Kinds, CiscoStatesDecide) {
  const auto fan = [](std::int64_t state) {
    return meaning(
        "ciscoEnvMonFanStatusChangeNotif",
        Binds().text("ciscoEnvMonFanStatusDescr.2", "Fan 2").number("ciscoEnvMonFanState.2", state));
  };
  EXPECT_EQ(fan(1), "fan-failed clears fan-failed [2]\nfan-state clears fan-state [2]\n");
  EXPECT_EQ(fan(2), "fan-state raises fan-state [2]\n");
  EXPECT_EQ(fan(3), "fan-failed raises fan-failed [2]\n");
  EXPECT_EQ(fan(6), "fan-failed raises fan-failed [2]\n");
  EXPECT_EQ(meaning("ciscoEnvMonShutdownNotification"), "critical-shutdown event critical-shutdown []\n");
  EXPECT_EQ(
      meaning("ciscoEnvMonTempStatusChangeNotif", Binds().number("ciscoEnvMonTemperatureState.1006", 3)),
      "temperature raises temperature [1006]\n");
  EXPECT_EQ(meaning("ciscoEnvMonVoltageNotification", Binds().number("ciscoEnvMonVoltageState.1", 2)),
            "voltage raises voltage [1]\n");
  EXPECT_EQ(meaning("cefcModuleStatusChange", Binds().number("cefcModuleOperStatus.1000", 7)),
            "module-state raises module-state [1000]\n");
  EXPECT_EQ(meaning("cefcPowerStatusChange", Binds().number("cefcFRUPowerOperStatus.5", 8)),
            "power-supply-state raises power-supply-state [5]\n");
  EXPECT_EQ(meaning("cefcFRURemoved", Binds().number("entPhysicalContainedIn.1009", 1)),
            "module-removed raises module-removed [1009]\n");
  EXPECT_EQ(meaning("cefcFRUInserted", Binds().number("entPhysicalContainedIn.1009", 1)),
            "module-inserted clears module-removed [1009]\n");
  EXPECT_EQ(meaning("cswStackMemberRemoved", Binds().number("cswSwitchNumCurrent.2001", 2)),
            "module-removed raises module-removed [2001]\n");
  EXPECT_EQ(meaning("cswStackNewMember", Binds().number("cswSwitchNumCurrent.2001", 2)),
            "module-inserted clears module-removed [2001]\n");
  EXPECT_EQ(meaning("CISCO-GENERAL-TRAPS::reload"), "device-started event device-started []\n");
}

TEST(Kinds, FortinetAndUps) {
  EXPECT_EQ(meaning("fnTrapPowerSupplyFailure"), "power-supply-failed event power-supply-failed []\n");
  EXPECT_EQ(meaning("fnTrapTempHigh"), "temperature event temperature []\n");
  EXPECT_EQ(meaning("fnTrapVoltageOutOfRange"), "voltage event voltage []\n");
  // FortiOS never says that it is over: a quiet time or a person does.
  std::vector<Match> matches;
  shipped().kinds->match(oid("fnTrapFanFailure"), {}, matches);
  ASSERT_EQ(matches.size(), 1U);
  EXPECT_EQ(matches[0].effect, Effect::event);
  EXPECT_EQ(matches[0].ends_after, std::chrono::hours(24));
  shipped().kinds->match(oid("coldStart"), {}, matches);
  ASSERT_EQ(matches.size(), 1U);
  EXPECT_EQ(matches[0].ends_after, Duration::zero());
  EXPECT_EQ(meaning("upsTrapOnBattery"), "power-output raises power-output [on-battery]\n");
  const auto alarm = [](const char* trap, const char* what) {
    return meaning(trap, Binds().number("upsAlarmId.4", 4).object("upsAlarmDescr.4", what));
  };
  EXPECT_EQ(alarm("upsTrapAlarmEntryRemoved", "upsAlarmOnBattery"),
            "power-output clears power-output [on-battery]\n");
  EXPECT_EQ(alarm("upsTrapAlarmEntryAdded", "upsAlarmTempBad"), "temperature raises temperature [4]\n");
  EXPECT_EQ(alarm("upsTrapAlarmEntryAdded", "upsAlarmFanFailure"), "fan-failed raises fan-failed [4]\n");
  EXPECT_EQ(alarm("upsTrapAlarmEntryAdded", "upsAlarmShutdownImminent"),
            "critical-shutdown raises critical-shutdown [4]\n");
  EXPECT_EQ(alarm("upsTrapAlarmEntryAdded", "upsAlarmTestInProgress"), "");
  EXPECT_EQ(meaning("PowerNet-MIB::upsOnBattery"), "power-output raises power-output [on-battery]\n");
  EXPECT_EQ(meaning("PowerNet-MIB::powerRestored"), "power-output clears power-output [on-battery]\n");
  EXPECT_EQ(meaning("PowerNet-MIB::baseFanFailure"), "fan-failed raises fan-failed []\n");
}

// RFC 3584 3.1: a v1 agent's enterprise trap gets a 0 that UPS-MIB's definition does not have.
TEST(Kinds, TheV1FormOfANotificationIsFound) {
  EXPECT_EQ(meaning("1.3.6.1.2.1.33.2.0.1"), "power-output raises power-output [on-battery]\n");
}

class Folder {
 public:
  Folder() {
    auto name = (fs::temp_directory_path() / "kinds-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  void put(const std::string& name, const std::string& text) const { std::ofstream(path_ / name) << text; }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

const std::string kGood =
    "id: door\ntitle: {ja: 扉, en: Door}\nseverity: minor\neffect: raises\nmatches:\n  - trap: "
    "ACME-MIB::doorOpen\n"
    "    key: ACME-MIB::doorName\n";

// What a site does with a new device: a MIB file, a kind file, a reload.
TEST(Kinds, ANewMibAndKindNeedNoRebuild) {
  const Folder mibs;
  const Folder kinds;
  mibs.put("ACME-MIB.txt", R"(ACME-MIB DEFINITIONS ::= BEGIN
IMPORTS enterprises FROM RFC1155-SMI TRAP-TYPE FROM RFC-1215 OBJECT-TYPE FROM RFC-1212;
acme OBJECT IDENTIFIER ::= { enterprises 99999 }
doorName OBJECT-TYPE SYNTAX OCTET STRING ACCESS read-only STATUS mandatory ::= { acme 1 }
doorOpen TRAP-TYPE ENTERPRISE acme VARIABLES { doorName } ::= 3
END)");
  kinds.put("door.yaml", kGood);
  const auto with = mib::Library::load({YAGURA_SOURCE_DIR "/share/mibs", mibs.path()});
  const auto loaded = KindSet::load({YAGURA_SOURCE_DIR "/share/traps/kinds", kinds.path()}, with);
  for (const auto& fault : loaded.faults) ADD_FAILURE() << fault.error.text();
  EXPECT_EQ(
      meaning("1.3.6.1.4.1.99999.0.3", Binds().text("1.3.6.1.4.1.99999.1.0", "rack 2"), loaded.kinds.get()),
      "door raises door [rack 2]\n");
  // Without the MIB the file says so, and the other kinds stay.
  const auto without = KindSet::load({YAGURA_SOURCE_DIR "/share/traps/kinds", kinds.path()}, library());
  ASSERT_EQ(without.faults.size(), 1U);
  EXPECT_EQ(without.faults[0].error.code, "monitor.kind_name_unknown");
  EXPECT_EQ(without.faults[0].line, 6);
  EXPECT_EQ(without.kinds->kinds().size(), shipped().kinds->kinds().size());
}

std::string fault_of(std::string text, const std::string& from, const std::string& to) {
  const Folder folder;
  if (const auto at = text.find(from); at != std::string::npos) text.replace(at, from.size(), to);
  folder.put("k.yaml", text);
  const auto loaded = KindSet::load({folder.path()}, library());
  EXPECT_EQ(loaded.kinds->kinds().size(), loaded.faults.empty() ? 1U : 0U);
  if (loaded.faults.empty()) return "none";
  EXPECT_TRUE(loaded.faults[0].error.arg("file").ends_with("k.yaml"));
  return loaded.faults[0].error.code;
}

TEST(Kinds, FaultyFilesAreNamedAndLeftOut) {
  const std::string good =
      "id: a\ntitle: {ja: あ, en: a}\nseverity: minor\neffect: raises\nmatches:\n  - trap: IF-MIB::linkDown\n"
      "    when: [{varbind: IF-MIB::ifOperStatus, is: [down]}]\n";
  EXPECT_EQ(fault_of(good, "", ""), "none");
  EXPECT_EQ(fault_of(good, "severity: minor", "severity: awful"), "schema.not_a_choice");
  EXPECT_EQ(fault_of(good, "severity: minor\n", ""), "schema.missing");
  EXPECT_EQ(fault_of(good, "id: a\n", "id: a\nefect: x\n"), "schema.unknown_key");
  EXPECT_EQ(fault_of(good, "id: a\n", "id: a\nclears: b\n"), "monitor.kind_clears_unknown");
  EXPECT_EQ(fault_of(good, "[down]", "[downish]"), "monitor.kind_label_unknown");
  EXPECT_EQ(fault_of(good, "is: [down]", "is: []"), "monitor.kind_condition_invalid");
  EXPECT_EQ(fault_of(good, "IF-MIB::linkDown", "linkDwn"), "monitor.kind_name_unknown");
  EXPECT_EQ(fault_of(good, "IF-MIB::linkDown\n", "IF-MIB::linkDown\n    ends_after_hours: 5\n"), "none");
  EXPECT_EQ(fault_of(good, "IF-MIB::linkDown\n", "IF-MIB::linkDown\n    ends_after_hours: 0\n"),
            "monitor.kind_end_invalid");
  EXPECT_EQ(
      fault_of(good, "IF-MIB::linkDown\n", "IF-MIB::linkDown\n    effect: clears\n    ends_after_hours: 5\n"),
      "monitor.kind_end_invalid");
  EXPECT_EQ(fault_of(good, "title: {", "title: {{{"), "schema.yaml_invalid");
  EXPECT_EQ(KindSet::load({"/nonexistent"}, library()).faults.at(0).error.code,
            "monitor.kind_folder_unreadable");
}

}  // namespace
}  // namespace yagura::monitor::trap
