#include "monitor/remote_log/commands.hpp"

#include <gtest/gtest.h>

#include "schema/words.hpp"
#include "schema/yaml.hpp"

namespace yagura::monitor::remote_log {
namespace {

Result<CommandSet> read(const std::string& dialects) {
  const auto value = schema::parse_yaml("id: x\nname: {ja: あ, en: x}\ndialects:\n" + dialects);
  if (!value) return std::unexpected(value.error());
  return read_commands(*value, "x.yaml");
}
std::string exec_with(const std::string& command) {
  return "  - {id: a, name: {ja: あ, en: A}, fallback: true, shell: exec, commands: ['" + command + "']}\n";
}

TEST(Commands, EveryFileLoadsAndEveryPackFindsItsOwn) {
  const auto catalogue = CommandCatalogue::load(YAGURA_SOURCE_DIR "/share/commands");
  ASSERT_TRUE(catalogue) << catalogue.error().text();
  EXPECT_GE(catalogue->all().size(), 9U);
  int asked = 0;
  for (const auto& pack : std::filesystem::directory_iterator(YAGURA_SOURCE_DIR "/packs")) {
    const auto file = pack.path() / "devices.yaml";
    if (pack.path().filename() == "_schema" || !std::filesystem::exists(file)) continue;
    const auto devices = schema::read_yaml(file);
    ASSERT_TRUE(devices) << devices.error().text();
    for (const auto& device_class : (*devices)["device_classes"].items())
      if (const auto* id = device_class.find("commands")) {
        ++asked;
        EXPECT_TRUE(catalogue->find(id->text())) << id->text();
      }
  }
  EXPECT_GT(asked, 10);
  const auto none = catalogue->find("toaster");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, "remote_log.commands_unknown");
}

TEST(Commands, ModelChoosesTheDialect) {
  const auto catalogue = CommandCatalogue::load(YAGURA_SOURCE_DIR "/share/commands").value();
  const auto dialect = [&](const char* set, const char* model) {
    const Dialect* found = (*catalogue.find(set))->for_model(model);
    return found ? found->id : "";
  };
  EXPECT_EQ(dialect("switch", "Cisco Catalyst 9300-48P"), "cisco_ios");
  EXPECT_EQ(dialect("switch", "アラクサラ AX3660S"), "");
  EXPECT_EQ(dialect("switch", "AX3660S"), "alaxala");
  EXPECT_EQ(dialect("switch", "FRR"), "frr");
  EXPECT_EQ(dialect("switch", "Linux bridge"), "show_account");
  EXPECT_EQ(dialect("router", "yamaha rtx1300"), "yamaha");
  EXPECT_EQ(dialect("firewall", "Fortinet FortiGate-200F"), "fortigate");
  EXPECT_EQ(dialect("firewall", ""), "");
}

TEST(Commands, WhatChangesSomethingIsRefused) {
  for (const char* command :
       {"reload", "configure terminal", "Write memory", "show log | tee x", "show log; reload",
        "echo x > /etc/motd", "show $(reboot)", "true && rm -rf x", "clear logging"}) {
    const auto set = read(exec_with(command));
    ASSERT_FALSE(set) << command;
    EXPECT_EQ(set.error().code, "remote_log.not_read_only") << command;
  }
  EXPECT_TRUE(read(exec_with("dmesg | tail -n 5")));
  EXPECT_TRUE(read(exec_with("show configuration")));
  const auto probe = read(
      "  - {id: a, name: {ja: あ, en: A}, probes: [{command: reload, contains: x}], shell: exec, commands: "
      "[ls]}\n");
  ASSERT_FALSE(probe);
  EXPECT_EQ(probe.error().code, "remote_log.not_read_only");
}

TEST(Commands, MistakesAreNamed) {
  for (const auto& [text, said] : std::initializer_list<std::pair<std::string, std::string>>{
           {"  - {id: a, name: {ja: あ, en: A}, shell: exec, commands: [ls]}\n", "never chosen"},
           {"  - {id: a, name: {ja: あ, en: A}, fallback: true, shell: interactive, commands: [ls]}\n",
            "prompt"},
           {"  - {id: a, name: {ja: あ, en: A}, fallback: true, shell: interactive, prompt: '([', commands: "
            "[ls]}\n",
            "regular expression"},
           {"  - {id: a, name: {ja: あ, en: A}, fallback: true, shell: exec, commands: []}\n", "1 to 40"},
           {"  - {id: a, name: {ja: あ, en: A}, fallback: true, shell: exec, commands: [\"a\\nb\"]}\n",
            "one line"},
           {"  - {id: a, name: {ja: あ, en: A}, fallback: true, shell: exec, commands: [ls], comands: "
            "[ls]}\n",
            "comands"},
           {exec_with("ls") + exec_with("ls"), "two dialects"}}) {
    const auto set = read(text);
    ASSERT_FALSE(set) << text;
    EXPECT_EQ(set.error().code, "remote_log.commands_invalid") << text;
    EXPECT_NE(set.error().text().find(said), std::string::npos) << set.error().text();
  }
}

TEST(Commands, EveryErrorHasItsWords) {
  const auto words = schema::Words::load(YAGURA_SOURCE_DIR "/share/errors");
  ASSERT_TRUE(words) << words.error().text();
  int codes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(YAGURA_SOURCE_DIR "/src/monitor/remote_log")) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".cpp") || name.ends_with("_test.cpp")) continue;
    const std::string text = schema::read_file(entry.path()).value();
    for (std::size_t at = 0; (at = text.find("\"remote_log.", at)) != std::string::npos; ++at) {
      const std::string code = text.substr(at + 1, text.find('"', at + 1) - at - 1);
      EXPECT_TRUE(words->entries().contains(code)) << code;
      ++codes;
    }
  }
  EXPECT_GT(codes, 20);
}

}  // namespace
}  // namespace yagura::monitor::remote_log
