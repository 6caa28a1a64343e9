#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "monitor/mib/library.hpp"
#include "monitor/mib/parser.hpp"

namespace yagura::monitor::mib {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    auto name = (fs::temp_directory_path() / "mib-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  fs::path put(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return path_ / name;
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string module(const std::string& name, const std::string& body) {
  return name + " DEFINITIONS ::= BEGIN\n" + body + "\nEND\n";
}

std::string number(const Library& library, std::string_view name) {
  const auto oid = library.oid_of(name);
  return oid ? to_dotted(*oid) : oid.error().text();
}

const Library& shipped() {
  static const Library library = Library::load({YAGURA_SOURCE_DIR "/share/mibs"});
  return library;
}

TEST(Mib, ShippedModulesHaveNoFault) {
  for (const auto& fault : shipped().faults()) ADD_FAILURE() << fault.error.text();
  EXPECT_GE(shipped().modules().size(), 16U);
}

// The numbers as the RFCs and the makers publish them, not as our files say them.
TEST(Mib, ShippedNamesHaveThePublishedNumbers) {
  for (const auto& [name, oid] : std::vector<std::pair<std::string, std::string>>{
           {"SNMPv2-MIB::snmpTrapOID", "1.3.6.1.6.3.1.1.4.1"},
           {"SNMPv2-MIB::coldStart", "1.3.6.1.6.3.1.1.5.1"},
           {"IF-MIB::linkDown", "1.3.6.1.6.3.1.1.5.3"},
           {"IF-MIB::ifHCInOctets", "1.3.6.1.2.1.31.1.1.1.6"},
           {"ENTITY-MIB::entConfigChange", "1.3.6.1.2.1.47.2.0.1"},
           {"UPS-MIB::upsTrapOnBattery", "1.3.6.1.2.1.33.2.1"},
           {"CISCO-ENVMON-MIB::ciscoEnvMonFanStatusChangeNotif", "1.3.6.1.4.1.9.9.13.3.0.8"},
           {"CISCO-ENTITY-FRU-CONTROL-MIB::cefcFRUInserted", "1.3.6.1.4.1.9.9.117.2.0.3"},
           {"CISCO-STACKWISE-MIB::cswStackMemberRemoved", "1.3.6.1.4.1.9.9.500.0.0.6"},
           {"FORTINET-CORE-MIB::fnTrapPowerSupplyFailure", "1.3.6.1.4.1.12356.100.1.3.0.106"},
           {"PowerNet-MIB::upsOnBattery", "1.3.6.1.4.1.318.0.5"},
           {"CISCO-GENERAL-TRAPS::reload", "1.3.6.1.4.1.9.0.0"}})
    EXPECT_EQ(number(shipped(), name), oid) << name;
}

TEST(Mib, NamesAndNumbersBothWays) {
  const auto& library = shipped();
  const Oid state = parse_oid("1.3.6.1.2.1.2.2.1.8.10101").value();
  EXPECT_EQ(library.text_of(state), "IF-MIB::ifOperStatus.10101");
  EXPECT_EQ(library.oid_of("ifOperStatus.10101"), state);
  EXPECT_EQ(library.label_of(state, 2), "down");
  EXPECT_EQ(library.label_of(state, 99), std::nullopt);
  EXPECT_EQ(library.text_of({1, 3, 6, 1, 4, 1, 99999, 1}), "1.3.6.1.4.1.99999.1");
  EXPECT_EQ(library.text_of({2, 25}), "2.25");
  EXPECT_EQ(library.locate({}).node, nullptr);
  EXPECT_EQ(library.oid_of("noSuchName").error().code, "monitor.mib_name_unknown");
  EXPECT_EQ(library.oid_of("ifIndex.x").error().code, "monitor.oid_invalid");
  EXPECT_EQ(library.oid_of("1.3.6.4294967296").error().code, "monitor.oid_invalid");
}

TEST(Mib, VendorHabitsAreRead) {
  const Folder folder;
  folder.put("v", module("V", R"(
-- ---- a row of dashes ---- 'and' "quotes -- in a comment
EXPORTS everything;
IMPORTS enterprises, IpAddress FROM RFC1155-SMI
        OBJECT-TYPE FROM RFC-1212;
3com_thing OBJECT IDENTIFIER ::= { enterprises 43 }
State ::= TEXTUAL-CONVENTION
  STATUS current DESCRIPTION "says ""quoted"" -- and ::= { here }"
  SYNTAX INTEGER { up(1), down(-2), }
Chained ::= State
MYMACRO MACRO ::= BEGIN TYPE NOTATION ::= "X" value(V) END
table OBJECT-TYPE SYNTAX SEQUENCE OF Entry ACCESS not-accessible STATUS mandatory ::= { 3com_thing 1 }
Entry ::= SEQUENCE { a INTEGER (0..5), b OCTET STRING (SIZE (0..32)) }
a OBJECT-TYPE SYNTAX Chained ACCESS read-only STATUS mandatory DEFVAL { 'FF'H } INDEX { a } ::= { table 1 }
trap TRAP-TYPE ENTERPRISE 3com_thing VARIABLES { a } DESCRIPTION "t" --#SEVERITY MAJOR
  ::= 7
cold TRAP-TYPE ENTERPRISE snmp ::= 0
full OBJECT IDENTIFIER ::= { iso org(3) dod(6) internet(1) private(4) 1 5 }
)"));
  const auto library = Library::load({folder.path()});
  for (const auto& fault : library.faults()) ADD_FAILURE() << fault.error.text();
  EXPECT_EQ(number(library, "trap"), "1.3.6.1.4.1.43.0.7");
  EXPECT_EQ(number(library, "cold"), "1.3.6.1.6.3.1.1.5.1");
  EXPECT_EQ(number(library, "full"), "1.3.6.1.4.1.5");
  EXPECT_EQ(library.label_of(library.oid_of("a").value(), -2), "down");
  EXPECT_EQ(library.find("V::a")->convention, "State");
  EXPECT_EQ(library.find("trap")->objects, std::vector<std::string>{"a"});
}

std::pair<std::string, std::uint32_t> first_fault(const std::string& text) {
  const Folder folder;
  const auto faults = check(folder.put("bad.mib", text), {YAGURA_SOURCE_DIR "/share/mibs"});
  if (faults.empty()) return {"none", 0};
  EXPECT_TRUE(faults[0].error.arg("file").ends_with("bad.mib"));
  EXPECT_EQ(faults[0].error.arg("line"), std::to_string(faults[0].line));
  return {faults[0].error.code, faults[0].line};
}

TEST(Mib, FaultsNameTheirLine) {
  using P = std::pair<std::string, std::uint32_t>;
  EXPECT_EQ(first_fault("hello, this is a letter\n"), P("monitor.mib_no_module", 1));
  EXPECT_EQ(first_fault(""), P("monitor.mib_no_module", 1));
  EXPECT_EQ(first_fault(module("B", "\nx OBJECT-TYPE\n DESCRIPTION \"never closed\n ::= { y 1 }\n")),
            P("monitor.mib_string_open", 4));
  EXPECT_EQ(first_fault(module("B", "x OBJECT IDENTIFIER ::= { nowhere 1 }")),
            P("monitor.mib_parent_unknown", 2));
  EXPECT_EQ(first_fault(module("B", "x OBJECT IDENTIFIER ::= { y 1 }\ny OBJECT IDENTIFIER ::= { x 1 }")),
            P("monitor.mib_cycle", 3));
  EXPECT_EQ(first_fault(module("B", "IMPORTS a FROM NOT-HERE-MIB;")), P("monitor.mib_import_missing", 2));
  EXPECT_EQ(first_fault(module("B", "\n\nx OBJECT IDENTIFIER ::= { mib-2 4294967296 }")),
            P("monitor.mib_expected", 4));
  EXPECT_EQ(first_fault(module("B", "S ::= INTEGER { up 1 }")), P("monitor.mib_expected", 2));
  EXPECT_EQ(first_fault("B DEFINITIONS ::= BEGIN\nx OBJECT IDENTIFIER ::= { mib-2 1 }\n"),
            P("monitor.mib_no_end", 3));
  EXPECT_EQ(first_fault("B DEFINITIONS ::= BEGIN\nx \xe3\x81\x82\nEND"), P("monitor.mib_character", 2));
}

TEST(Mib, OneSlipCostsOneDefinition) {
  const Folder folder;
  folder.put("m", module("M",
                         "a OBJECT IDENTIFIER ::= { mib-2 }}}\nb OBJECT IDENTIFIER ::= { mib-2 4242 }\n"
                         "c OBJECT-TYPE SYNTAX INTEGER { x( } ::= { b 1 }\nd OBJECT IDENTIFIER ::= { b 2 }"));
  const auto library = Library::load({folder.path()});
  EXPECT_FALSE(library.faults().empty());
  EXPECT_EQ(number(library, "d"), "1.3.6.1.2.1.4242.2");
}

// Whoever checks a new edition of a module wants the new one checked, not the one already in the folder.
TEST(Mib, CheckJudgesTheNewFileNotTheOneInPlace) {
  const Folder folder;
  folder.put("OLD.mib", module("M", "a OBJECT IDENTIFIER ::= { mib-2 4242 }"));
  const Folder elsewhere;
  const auto fresh = elsewhere.put("NEW.mib", module("M", "a OBJECT IDENTIFIER ::= { nowhere 1 }"));
  const auto faults = check(fresh, {folder.path()});
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].error.code, "monitor.mib_parent_unknown");
}

TEST(Mib, MissingFolderAndHugeFileAreFaults) {
  EXPECT_EQ(Library::load({"/nonexistent/mibs"}).faults().at(0).error.code, "monitor.mib_folder_unreadable");
  const Folder folder;
  const auto big = folder.put("big.mib", "");
  fs::resize_file(big, (8U << 20U) + 1);
  EXPECT_EQ(check(big, {}).at(0).error.code, "monitor.mib_file_too_large");
}

}  // namespace
}  // namespace yagura::monitor::mib
