// What the ping engine is asked to watch and what it says: plain values.
#pragma once

#include <cstdint>
#include <span>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "monitor/ping/echo.hpp"

namespace yagura::monitor::ping {

// Per target, because device classes differ. An answer within `timeout` of any of the 1 + `retries`
// requests is an answer; the worst case of one check is timeout × (1 + retries).
struct Policy {
  Duration interval = std::chrono::minutes(5);
  Duration timeout = std::chrono::seconds(5);
  std::uint8_t retries = 3;
  auto operator<=>(const Policy&) const = default;
};

// Errors: monitor.ping_policy_invalid (interval 1 s to 1 day, time-out 10 ms to 5 min, up to 20 retries).
Result<> check_policy(const Policy& policy);

struct Target {
  Id id = 0;  // the ledger's id of the address; every answer is about it
  Address address;
  Policy policy;
};

enum class State : std::uint8_t { unknown, ok, failed };

// Ping Failed (to == failed) or Ping OK (to == ok). The first finding about a target has from == unknown.
struct Transition {
  Id id = 0;
  State from = State::unknown;
  State to = State::unknown;
  Time at{};
  std::uint8_t attempts = 0;  // requests sent in the check that decided
  Duration round_trip{};      // of the answer, for ok
  Fact fact = Fact::none;     // for failed: silence, or what was said about the target
  Address said_by;            // who said it; all zero for nobody and for this machine itself
};

// The end of a check that somebody asked for.
struct Checked {
  Id id = 0;
  State state = State::unknown;
  Time at{};
  std::uint8_t attempts = 0;  // requests it took; more than one: it was away until a moment ago
  Duration round_trip{};
  Fact fact = Fact::none;
};

// Counts of one target over one period. Round trips are of answered requests.
struct Summary {
  Id id = 0;
  Time from{}, to{};
  std::uint32_t sent = 0, received = 0;
  std::uint32_t failed_checks = 0;
  Duration least{}, mean{}, most{};
  State state = State::unknown;
};

struct TargetState {
  Id id = 0;
  Address address;
  State state = State::unknown;
  Time since{};  // of the state; zero while unknown
  Duration round_trip{};
  Fact fact = Fact::none;
  bool checking = false;
};

// Totals since the start; every datagram that arrives is in exactly one of the counts of arrival.
struct Counters {
  std::uint64_t sent = 0, send_errors = 0, checks = 0, failed_checks = 0;
  std::uint64_t late_starts = 0;  // scheduled checks that began more than 1 s after their time
  Duration worst_delay{};         // of the begin of a scheduled check
  // Arrivals:
  std::uint64_t answers = 0;     // accepted
  std::uint64_t duplicates = 0;  // ours, but the check already had an answer
  std::uint64_t stale = 0;       // ours, but of a check that has ended or a target that is gone
  std::uint64_t forged = 0;      // seal or sender does not fit
  std::uint64_t errors = 0;      // ICMP errors about a check under way
  std::uint64_t unrelated = 0;   // anything else
};

}  // namespace yagura::monitor::ping
