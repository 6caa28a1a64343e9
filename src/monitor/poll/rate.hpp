// Rates of SNMP counters, right or not given: across wrap, restart, and polls that were missed.
//
// Purpose: pure functions over two readings. A rate that cannot be known is refused with the reason, never
//          guessed.
// Follows: RFC 2578 section 7.1.6 (counters wrap and have no meaning alone), RFC 2863 section 3.1.6 (32 bits
//          are too few for fast links), RFC 3414 section 2.2.2 (snmpEngineBoots).
// Units:   counts per second; sysUpTime in hundredths of a second, wrapping after 497 days.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>

#include "base/clock.hpp"

namespace yagura::monitor::poll {

// The agent's own time beside our steady clock.
struct UpTime {
  std::uint32_t ticks = 0;
  std::uint32_t boots = 0;  // snmpEngineBoots, 0 when not known
  Duration at{};
};

// Whether the agent started anew between two readings. sysUpTime wrapping is no restart.
bool restarted(const UpTime& before, const UpTime& now);
// Seconds between two readings without restart: the agent's where that agrees with ours, else ours.
double seconds_between(const UpTime& before, const UpTime& now);

struct Reading {
  std::uint64_t value = 0;
  bool wide = false;  // Counter64
};

enum class NoRate : std::uint8_t {
  no_time,      // no time has passed
  restarted,    // it counts from anew
  implausible,  // more than the link can carry
  ambiguous,    // a 32-bit counter may have wrapped more than once
};

// limit: the most that is possible per second (a link's speed), where it is known; for 32-bit counters only.
std::expected<double, NoRate> rate(const Reading& before, const Reading& now, double seconds,
                                   std::optional<double> limit);

}  // namespace yagura::monitor::poll
