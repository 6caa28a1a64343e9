// Every vendor's lines as devices send them (fixtures/<vendor>/*.raw), and every field that comes of them
// (*.expected). YAGURA_WRITE_EXPECTED=1 writes what comes now: read it before it is believed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "monitor/syslog/reader.hpp"
#include "schema/yaml.hpp"

namespace yagura::monitor::syslog {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = YAGURA_SOURCE_DIR;
const fs::path kFixtures = kSource / "src/monitor/syslog/fixtures";

struct Ground {
  eventstore::Kinds kinds = eventstore::read_kinds(kSource / "share/events").value();
  VendorSet::Loaded vendors = VendorSet::load(kSource / "share/syslog", kinds);
  Time received = parse_rfc3339("2026-11-22T03:00:00Z").value();
};

Ground& ground() {
  static Ground ground;
  return ground;
}

std::string told(const Entry& entry) {
  std::string out = "at: " + to_rfc3339(entry.at) + "\nkind: " + entry.fields->kind->kind + "\n";
  for (std::size_t i = 0; i < entry.fields->kind->fields.size(); ++i) {
    const auto& name = entry.fields->kind->fields[i].name;
    if (!entry.fields->texts[i].empty())
      out.append(name).append(": ").append(entry.fields->texts[i]).append("\n");
    if (entry.fields->numbers[i] != 0)
      out.append(name).append(": ").append(std::to_string(entry.fields->numbers[i])).append("\n");
  }
  return out + "\n";
}

TEST(SyslogFixtures, FilesOfVendorsAreSound) {
  for (const auto& fault : ground().vendors.faults) ADD_FAILURE() << fault.file << ": " << fault.error.text();
  EXPECT_GE(ground().vendors.set->names().size(), 9U);
}

TEST(SyslogFixtures, EveryVendorHasFixtures) {
  for (const auto& name : ground().vendors.set->names()) {
    std::error_code missing;
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(kFixtures / name, missing))
      count += entry.path().extension() == ".raw" ? 1 : 0;
    EXPECT_GT(count, 0U) << name;
  }
}

TEST(SyslogFixtures, LinesBecomeFields) {
  std::set<std::string> vendors_met;
  auto reader = LineReader::make(ground().kinds, ground().vendors.set).value();
  const Source source{"fw-01", "192.0.2.1", std::chrono::hours(9), Encoding::guessed};
  for (const auto& entry : fs::recursive_directory_iterator(kFixtures)) {
    if (entry.path().extension() != ".raw") continue;
    const auto raw = schema::read_file(entry.path()).value();
    std::string made;
    std::string_view rest = raw;
    while (!rest.empty()) {
      const auto end = rest.find('\n');
      const auto line = rest.substr(0, end);
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
      const auto& read = reader.read(line, ground().received, source);
      vendors_met.emplace(read.parser);
      made += told(read);
    }
    auto expected = entry.path();
    expected.replace_extension(".expected");
    if (std::getenv("YAGURA_WRITE_EXPECTED")) std::ofstream(expected, std::ios::binary) << made;
    EXPECT_EQ(made, schema::read_file(expected).value_or("")) << entry.path();
  }
  for (const auto& name : ground().vendors.set->names()) EXPECT_TRUE(vendors_met.contains(name)) << name;
}

}  // namespace
}  // namespace yagura::monitor::syslog
