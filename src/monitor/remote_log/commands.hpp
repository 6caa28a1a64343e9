// Which commands fetch a device's log: one file of share/commands a class of device (that folder's README).
//
// Purpose: a class file lists dialects (makers' command lines); a device speaks one of them. Commands only
//          read: a file whose commands begin with words known to change something is refused. That guards
//          against mistakes; the account on the device should be a read-only one all the same.
// Choice:  by the device's model when a dialect's pattern fits it, else by what probe commands answer, else
//          the dialect marked as fallback.
// Errors:  remote_log.commands_invalid (file, reason), remote_log.not_read_only (file, command),
//          remote_log.commands_unknown (id); schema's for unreadable YAML.
// Threads: immutable after reading; share freely.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "schema/value.hpp"

namespace yagura::monitor::remote_log {

struct Name {
  std::string ja, en;
};

enum class Shell : std::uint8_t { exec, interactive };

struct Probe {
  std::string command;
  std::string contains;  // what the answer of such a device contains
};

struct Dialect {
  std::string id;
  Name name;
  std::vector<std::string> models;  // patterns with * and ?, letter case ignored, on "maker model"
  std::vector<Probe> probes;        // any of them
  bool fallback = false;
  Shell shell = Shell::exec;
  std::string prompt;                  // interactive: regular expression for the whole last line
  std::string pager;                   // interactive: regular expression; answered with a blank
  std::vector<std::string> pager_off;  // interactive: sent first, output not kept
  std::string refused;                 // regular expression: the device does not know the command
  std::vector<std::string> commands;
};

struct CommandSet {
  std::string id;
  Name name;
  int command_seconds = 15;
  int max_output_kb = 256;
  std::vector<Dialect> dialects;

  // The dialect whose models fit; nullptr when probes must tell.
  [[nodiscard]] const Dialect* for_model(std::string_view model) const;
  [[nodiscard]] const Dialect* fallback() const;
};

Result<CommandSet> read_commands(const schema::Value& value, const std::string& file);

class CommandCatalogue {
 public:
  // Reads every *.yaml of the folder; a file's id is its name.
  static Result<CommandCatalogue> load(const std::filesystem::path& folder);
  [[nodiscard]] Result<std::shared_ptr<const CommandSet>> find(std::string_view id) const;
  [[nodiscard]] const std::map<std::string, std::shared_ptr<const CommandSet>, std::less<>>& all() const {
    return sets_;
  }

 private:
  std::map<std::string, std::shared_ptr<const CommandSet>, std::less<>> sets_;
};

// "*" any text, "?" one byte; letter case of ASCII ignored.
bool fits(std::string_view pattern, std::string_view text);

}  // namespace yagura::monitor::remote_log
