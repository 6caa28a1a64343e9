// Kinds of traps: what a trap means, as data.
//
// Purpose: one YAML file per kind (share/traps/kinds, and the site's own folder) says which notifications
//          under which conditions raise, clear or report it. A new file and a reload are all it takes.
// Threads: a KindSet is immutable once loaded; share it by pointer and swap to reload.
// Errors:  faults with file and line: monitor.kind_* and schema.*. A file with faults is left out alone.
// Follows: RFC 3584 section 3.1 for v1 traps: a notification's OID without a 0 before its last number is also
//          found in the form a v1 agent's trap gets.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "monitor/mib/library.hpp"
#include "monitor/snmp/message.hpp"

namespace yagura::monitor::trap {

enum class Severity : std::uint8_t { info, warning, minor, major, critical };
std::span<const std::pair<std::string_view, Severity>> enum_names(Severity);

// raises: opens (or repeats) an alert; clears: closes one; event: is worth a line, nothing to close.
enum class Effect : std::uint8_t { raises, clears, event };
std::span<const std::pair<std::string_view, Effect>> enum_names(Effect);

struct Title {
  std::string ja;
  std::string en;
};

struct Kind {
  std::string id;  // "link-down"
  int number = 0;  // order in lists
  Title title;
  Severity severity = Severity::warning;
  Effect effect = Effect::event;
  std::string clears;           // the kind whose alerts this one closes; "" for its own
  bool of_interface = false;    // the key is an ifIndex: links that flap by design are left out
  bool of_restart = false;      // the device says that it started: belongs to an outage that it ends
  std::vector<snmp::Oid> show;  // columns whose values belong in the text
  std::string file;
};

// What one trap means. Points into the KindSet and into the trap.
struct Match {
  const Kind* kind = nullptr;
  Effect effect = Effect::event;
  Severity severity = Severity::warning;
  const std::string* target = nullptr;  // id of the kind whose alert is raised or cleared
  // Of an event that is a lasting condition whose end no trap tells: how long it must not come again until it
  // counts as over. 0: as any event.
  Duration ends_after{};
  std::string key;  // instance that tells one object of a device from another, or ""
};

struct KindFault {
  std::string file;
  int line = 0;
  Error error;
};

class KindSet {
 public:
  struct Loaded;
  // Folders are read in order; a kind of the same id in a later folder replaces the earlier one.
  static Loaded load(const std::vector<std::filesystem::path>& folders, const mib::Library& library);

  // All matches of a trap, at most one per kind. Empty for a trap no kind knows.
  void match(snmp::OidView trap, const snmp::VarBinds& varbinds, std::vector<Match>& out) const;

  [[nodiscard]] const Kind* find(std::string_view id) const;
  [[nodiscard]] std::vector<const Kind*> kinds() const;  // by number, then id

 private:
  friend class KindLoader;
  struct Condition {
    snmp::Oid column;
    std::vector<std::int64_t> numbers;
    std::vector<snmp::Oid> oids;
    std::vector<std::string> texts;
    bool wanted = true;  // false: none of them
    [[nodiscard]] bool holds(const snmp::VarBinds& varbinds) const;
  };
  struct Rule {
    const Kind* kind = nullptr;
    Effect effect = Effect::event;
    Severity severity = Severity::warning;
    const std::string* target = nullptr;
    Duration ends_after{};
    std::optional<snmp::Oid> key;
    std::string object;  // what the key begins with, where the trap itself names the object
    std::vector<Condition> when;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::map<std::string, std::unique_ptr<Kind>, std::less<>> kinds_;
  std::unordered_map<std::string, std::vector<Rule>, Hash, std::equal_to<>> rules_;  // by OID as in BER
};

struct KindSet::Loaded {
  std::shared_ptr<const KindSet> kinds;
  std::vector<KindFault> faults;
};

}  // namespace yagura::monitor::trap
