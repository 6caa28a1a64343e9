// Time for the whole house. Nobody reads the real clock: a Clock is passed in, so that a year of
// SLA clocks runs in a second of test.
//
// Units:   Time is UTC in microseconds since 1970. Japan's civil time is UTC+9 all year (no daylight
//          saving); src/calendar turns one into the other.
// Threads: SystemClock is safe from any thread; ManualClock too (its time is atomic).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace yagura {

using Duration = std::chrono::microseconds;
using Time = std::chrono::sys_time<Duration>;

class Clock {
 public:
  virtual ~Clock() = default;
  // Wall time; may jump when an administrator or NTP sets it.
  [[nodiscard]] virtual Time now() const = 0;
  // Never jumps; only differences mean anything.
  [[nodiscard]] virtual Duration steady() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override;
  [[nodiscard]] Duration steady() const override;
};

// A clock that moves only when told.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start = Time{}) : now_(start.time_since_epoch().count()) {}
  [[nodiscard]] Time now() const override { return Time{Duration{now_.load()}}; }
  [[nodiscard]] Duration steady() const override { return Duration{steady_.load()}; }
  void advance(Duration by);
  // A jump of the wall clock alone, as NTP makes it: steady() does not move.
  void jump_to(Time wall) { now_.store(wall.time_since_epoch().count()); }

 private:
  std::atomic<std::int64_t> now_;
  std::atomic<std::int64_t> steady_{0};
};

inline std::int64_t to_micros(Time t) { return t.time_since_epoch().count(); }
inline Time from_micros(std::int64_t us) { return Time{Duration{us}}; }

// RFC 3339 in UTC, "2026-04-28T08:10:00Z"; microseconds are written only when not zero. It has years 0 to 9999: what lies
// beyond is written as the first or last instant of these.
std::string to_rfc3339(Time t);
// RFC 3339 with any offset. Errors: base.time_invalid.
Result<Time> parse_rfc3339(std::string_view text);

}  // namespace yagura
