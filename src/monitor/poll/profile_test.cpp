#include "monitor/poll/profile.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "schema/shape.hpp"
#include "schema/words.hpp"

namespace yagura::monitor::poll {
namespace {

const std::string good = R"(profile: test
title: {ja: 試験, en: Test}
interval: 60
groups:
  - table: true
    instance: name
    columns:
      - {name: name, oid: 1.3.6.1.2.1.31.1.1.1.1, kind: text}
      - {name: speed, oid: 1.3.6.1.2.1.2.2.1.5}
      - {name: octets, oid: 1.3.6.1.2.1.31.1.1.1.6, or: [1.3.6.1.2.1.2.2.1.10], kind: counter, limit: speed / 8}
    metrics:
      - id: test.bits
        title: {ja: 受信, en: Received}
        unit: bit/s
        value: octets * 8
        thresholds:
          - {severity: warning, above: 90, leave: 80, hold: 3}
)";

std::string with(const std::string& from, const std::string& to) {
  std::string out = good;
  const auto at = out.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return out.replace(at, from.size(), to);
}

TEST(Profile, reads_a_good_file) {
  const auto checked = check_profile_text(good);
  ASSERT_TRUE(checked.profile) << checked.faults.front().error.text();
  EXPECT_EQ(checked.profile->places().size(), 4u);
  EXPECT_EQ(checked.profile->everything(), 15u);
  const auto all = checked.profile->query(15);
  EXPECT_EQ(all->tables().at(0).size(), 4u);
  EXPECT_EQ(all, checked.profile->query(15)) << "the same query object for all devices";
  EXPECT_EQ(checked.profile->query(1)->tables().at(0).size(), 1u);
}

struct Bad {
  const char *from, *to, *code;
  int line;
};

TEST(Profile, faults_name_the_line_and_what_is_wrong) {
  const Bad cases[] = {
      {"interval: 60", "interval: 5", "monitor.profile_interval", 0},
      {"interval: 60", "intervall: 60", "schema.unknown_key", 0},
      {"octets * 8", "octet * 8", "monitor.profile_name_unknown", 12},
      {"octets * 8", "name * 8", "monitor.profile_name_unknown", 12},
      {"octets * 8", "octets * * 8", "monitor.expression_invalid", 12},
      {"limit: speed / 8", "limit: octets / 8", "monitor.profile_name_unknown", 10},
      {"instance: name", "instance: nane", "monitor.profile_name_unknown", 5},
      {"name: speed, oid: 1.3.6.1.2.1.2.2.1.5", "name: speed, oid: 1.3.6.1.2.1.2.2.1.x",
       "monitor.oid_invalid", 9},
      {"name: speed, oid: 1.3.6.1.2.1.2.2.1.5", "name: speed, oid: 1.3.6.1.2.1.1.3.0",
       "monitor.profile_column_instance", 9},
      {"name: speed", "name: name", "monitor.profile_duplicate", 9},
      {"leave: 80", "leave: 95", "monitor.profile_threshold", 17},
      {"above: 90, leave", "above: 90, below: 1, leave", "monitor.profile_threshold", 17},
      {"above: 90, ", "", "monitor.profile_threshold", 17},
      {"severity: warning", "severity: severe", "schema.not_a_choice", 17},
      {"id: test.bits", "id: Test Bits", "monitor.profile_name_invalid", 12},
      {"profile: test", "profile: [test", "schema.yaml_invalid", 0},
  };
  for (const Bad& bad : cases) {
    SCOPED_TRACE(bad.to);
    const auto checked = check_profile_text(with(bad.from, bad.to));
    EXPECT_FALSE(checked.profile);
    ASSERT_FALSE(checked.faults.empty());
    bool found = false;
    for (const auto& fault : checked.faults)
      found |= fault.error.code == bad.code && (bad.line == 0 || fault.line == bad.line);
    EXPECT_TRUE(found) << checked.faults.front().error.text() << " at line " << checked.faults.front().line;
  }
}

TEST(Profile, every_file_of_the_house_is_sound) {
  const std::filesystem::path folder = std::filesystem::path(YAGURA_SOURCE_DIR) / "share/profiles";
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml") continue;
    ++files;
    const auto checked = check_profile(entry.path());
    for (const auto& fault : checked.faults)
      ADD_FAILURE() << entry.path() << ":" << fault.line << " " << fault.path << " " << fault.error.text();
    if (checked.profile) EXPECT_EQ(checked.profile->id, entry.path().stem().string());
  }
  const auto all = load_profiles(folder);
  ASSERT_TRUE(all) << all.error().text();
  EXPECT_EQ(all->size(), files);
  EXPECT_GE(files, 9u);
}

TEST(Profile, every_error_of_this_room_has_its_words) {
  const auto words = schema::Words::load(std::filesystem::path(YAGURA_SOURCE_DIR) / "share/errors");
  ASSERT_TRUE(words) << words.error().text();
  for (const char* code : {"profile_interval",
                           "profile_name_unknown",
                           "profile_column_instance",
                           "profile_duplicate",
                           "profile_threshold",
                           "profile_name_invalid",
                           "profile_filter",
                           "profile_too_many",
                           "profile_faulty",
                           "expression_invalid",
                           "oid_invalid",
                           "address_invalid",
                           "snmp_malformed",
                           "snmp_version",
                           "snmp_too_long",
                           "snmp_password_short",
                           "snmp_crypto_missing",
                           "snmp_bad_digest",
                           "snmp_security_level",
                           "snmp_decrypt",
                           "snmp_timeout",
                           "snmp_out_of_window",
                           "snmp_refused_user",
                           "snmp_refused_password",
                           "snmp_refused_privacy",
                           "snmp_refused_level",
                           "snmp_refused_time",
                           "snmp_error",
                           "snmp_loop",
                           "snmp_rows",
                           "device_removed",
                           "socket_failed"})
    EXPECT_TRUE(words->entries().contains(std::string("monitor.") + code)) << code;
}

}  // namespace
}  // namespace yagura::monitor::poll
