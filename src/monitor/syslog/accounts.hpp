// What became of every line of syslog, for screens and for Prometheus.
//
// Promise: received = stored + waiting + refused + dropped, once nothing moves; lost_in_kernel besides.
// Threads: values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace yagura::monitor::syslog {

struct Accounts {
  std::uint64_t received = 0, bytes = 0;
  std::uint64_t stored = 0;          // on disk, as the store says
  std::uint64_t waiting = 0;         // understood, not on disk yet
  std::uint64_t refused = 0;         // of senders nobody knows
  std::uint64_t dropped = 0;         // by us: the store will never take them, or the end came first
  std::uint64_t lost_in_kernel = 0;  // datagrams that found no room
  std::uint64_t cut = 0;             // lines longer than the limit; their beginning is kept
  std::map<std::string, std::uint64_t> by_parser;   // vendors', "syslog" and "none"
  std::map<std::string, std::uint64_t> unreadable;  // by vendor: theirs, but not well formed
  std::uint64_t connections = 0;                    // open now
  std::uint64_t connections_accepted = 0, connections_refused = 0, connections_idle = 0, tls_failed = 0;
  std::uint64_t store_failures = 0;
};

// Of one address; the first 10,000 are told apart, the first 1,000 of them that are unknown.
struct SourceAccount {
  std::string contract, device;  // "": lines are refused
  bool stranger = false;
  std::uint64_t received = 0, bytes = 0, none = 0;
  Time last{};
  // The device's clock minus ours, over the last five to ten minutes: the greatest difference seen, because
  // lines only come late and never early.
  std::optional<Duration> skew;
  // Lines of the minute of the clock in which the last one came, and of the one before that.
  std::int64_t minute = 0;
  std::uint64_t in_minute = 0, before_minute = 0;

  void count_in(Time at);
  void add_rate(const SourceAccount& other);  // what another thread received of the same address
  // Over the last minute.
  [[nodiscard]] double lines_per_second(Time now) const;
};

// Text exposition format 0.0.4, names yagura_syslog_*.
std::string to_prometheus(const Accounts& accounts);

}  // namespace yagura::monitor::syslog
