// One line of syslog as one event: encoding, header, vendor, in this order.
//
// Purpose:  whatever came becomes a row: of the vendor's kind where one understood it; else of the kind
//           syslog. The field `parser` says who: a vendor's name; "syslog" for a plain line with a time of
//           its own; "none" for what nobody could read, and then `raw` holds the line as it came, whole.
// Time:     an event is at the device's time when that lies within a day before receipt and five minutes
//           after; else the device's clock is wrong and the time of receipt is taken. `skew` (device's time
//           minus receipt, in milliseconds) is kept in both cases, so either time can be told from the row.
// Threads:  one LineReader belongs to one thread; the vendors are shared.
// Lifetime: an Entry lives until the next read().
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "eventstore/batch.hpp"
#include "monitor/syslog/encoding.hpp"
#include "monitor/syslog/vendors.hpp"

namespace yagura::monitor::syslog {

// What is known of the sender beforehand.
struct Source {
  std::string device;                   // its name in the register, or its address where it is not in there
  std::string address;                  // as text
  std::chrono::minutes offset{9 * 60};  // of the times it writes without a zone
  Encoding encoding = Encoding::guessed;
};

// Names of parsers that are no vendor's.
inline constexpr std::string_view kPlain = "syslog", kNone = "none";

struct Entry {
  const Fields* fields = nullptr;
  Time at{};
  std::string_view parser;
  int vendor = -1;               // index into VendorSet::names(), also of a line it could not read
  std::optional<Duration> skew;  // nothing when the line has no time
};

class LineReader {
 public:
  // Kinds must hold `syslog` (monitor.syslog_kind_missing) and outlive the reader.
  static Result<LineReader> make(const eventstore::Kinds& kinds, std::shared_ptr<const VendorSet> vendors);

  const Entry& read(std::string_view line, Time received, const Source& source);

 private:
  LineReader(const eventstore::Kind& plain, std::shared_ptr<const VendorSet> vendors)
      : plain_(&plain), vendors_(std::move(vendors)) {}
  struct Places;  // of the fields that every kind may have
  const Places& places(const eventstore::Kind& kind);
  void plain(const Header& header, std::string_view line, Encoding encoding, bool none);
  void common(const Header& header, const Source& source, Time received);

  const eventstore::Kind* plain_;
  std::shared_ptr<const VendorSet> vendors_;
  std::vector<std::pair<const eventstore::Kind*, std::shared_ptr<const Places>>> places_;
  VendorSet::Scratch scratch_;
  Fields fields_;
  Entry entry_;
  std::string held_;
};

// Adds the entry as a row; the builder is of the entry's kind.
void put(const Entry& entry, eventstore::BatchBuilder& batch);

}  // namespace yagura::monitor::syslog
