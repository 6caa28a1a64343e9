// What the messages of each vendor mean: one file of share/syslog each, run here.
//
// Purpose:  a file says how its messages are recognised, in which format they are written, and which of their
//           keys is which field of a kind of event (share/events). Another vendor needs no code.
// Not for:  syslog's header (header.hpp), the formats themselves (scan.hpp, pattern.hpp).
// Safety:   a key that means something and comes twice makes the message unreadable: one of the two was put
//           there by somebody else. What no field takes is kept in the field `other`.
// Errors:   monitor.syslog_vendor_invalid (file, reason), monitor.syslog_pattern_invalid; a faulty file is
//           left out and told, the others work.
// Threads:  immutable after load(); a Scratch belongs to one thread.
// Lifetime: the kinds must outlive the set. What read() fills in lives until the scratch's next message.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "eventstore/kind.hpp"
#include "monitor/syslog/header.hpp"
#include "monitor/syslog/pattern.hpp"
#include "monitor/syslog/scan.hpp"

namespace yagura::monitor::syslog {

// One event, as fields of its kind; what is not set is empty or 0.
struct Fields {
  const eventstore::Kind* kind = nullptr;
  std::vector<std::string_view> texts;  // by the kind's fields
  std::vector<std::int64_t> numbers;
  std::optional<Time> at;  // the device's own time, where its fields have one

  void begin(const eventstore::Kind& of);
  // Whether it was empty before and the kind has it.
  bool set(std::optional<std::size_t> field, std::string_view text);
};

enum class Outcome : std::uint8_t {
  read,        // fields are filled in
  not_theirs,  // nobody's message
  unreadable   // somebody's by its beginning, but not well formed
};

class Vendor;

class VendorSet {
 public:
  struct Fault {
    std::string file;
    Error error;
  };
  struct Loaded;
  struct Scratch {
    Pairs pairs;
    std::vector<std::string_view> values;  // by slot of the vendor's known keys
    std::vector<std::int16_t> slots;       // by pair; -1: a key without a meaning
    std::vector<std::uint8_t> state;       // by slot
  };

  static Loaded load(const std::filesystem::path& folder, const eventstore::Kinds& kinds);

  VendorSet();
  ~VendorSet();

  // Which vendor understood (or could not read) the message: an index into names(), -1 when nobody's.
  std::pair<Outcome, int> read(const Header& header, Time received, std::chrono::minutes offset,
                               Scratch& scratch, Fields& out) const;
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::unique_ptr<const Vendor>> vendors_;  // in the order they are asked
  std::vector<std::string> names_;
};

struct VendorSet::Loaded {
  std::shared_ptr<const VendorSet> set;
  std::vector<Fault> faults;
};

}  // namespace yagura::monitor::syslog
