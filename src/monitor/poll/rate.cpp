#include "monitor/poll/rate.hpp"

#include <algorithm>
#include <cmath>

namespace yagura::monitor::poll {

namespace {

constexpr double ticks_around = 4294967296.0;
// More octets a second than any interface has; what a 64-bit wrap is judged by where no limit is known.
constexpr double absurd = 1.25e12;
// Agents answer from caches some seconds old.
constexpr double slack_seconds = 5;

double elapsed(const UpTime& before, const UpTime& now) {
  return std::chrono::duration<double>(now.at - before.at).count();
}

double agent_seconds(const UpTime& before, const UpTime& now) {
  return static_cast<double>(now.ticks - before.ticks) / 100;  // modulo 2^32, as the ticks wrap
}

}  // namespace

bool restarted(const UpTime& before, const UpTime& now) {
  if (before.boots != 0 && now.boots != 0 && before.boots != now.boots) return true;
  const double ours = elapsed(before, now), expected = static_cast<double>(before.ticks) + ours * 100;
  const double turns = std::floor(expected / ticks_around);
  const double up = static_cast<double>(now.ticks) / 100;
  // Up for less time than since the last reading: it started in between (unless the ticks went round).
  if (turns == 0 && up < ours - slack_seconds) return true;
  const double apart = std::abs(expected - turns * ticks_around - static_cast<double>(now.ticks));
  return std::min(apart, ticks_around - apart) / 100 > 60 + ours * 0.05;
}

double seconds_between(const UpTime& before, const UpTime& now) {
  const double ours = elapsed(before, now), theirs = agent_seconds(before, now);
  return theirs > 0 && std::abs(theirs - ours) <= slack_seconds + ours * 0.02 ? theirs : ours;
}

std::expected<double, NoRate> rate(const Reading& before, const Reading& now, double seconds,
                                   std::optional<double> limit) {
  if (!(seconds > 0)) return std::unexpected(NoRate::no_time);
  if (before.wide != now.wide) return std::unexpected(NoRate::restarted);  // another counter was read
  const bool fell = now.value < before.value;
  if (now.wide) {
    // Link speeds are often set to something else than the truth (tunnels, "bandwidth" for routing), and 64
    // bits do not need them.
    const double result = static_cast<double>(now.value - before.value) / seconds;  // modulo 2^64
    if (result > absurd) return std::unexpected(fell ? NoRate::restarted : NoRate::implausible);
    return result;
  }
  if (limit && *limit * seconds >= ticks_around) return std::unexpected(NoRate::ambiguous);
  const std::uint32_t counted =
      static_cast<std::uint32_t>(now.value) - static_cast<std::uint32_t>(before.value);
  // Without a limit a fall of more than half the range is a restart rather than a wrap.
  if (fell && !limit && counted >= 0x80000000U) return std::unexpected(NoRate::restarted);
  const double result = static_cast<double>(counted) / seconds;
  if (result > limit.value_or(absurd)) return std::unexpected(fell ? NoRate::restarted : NoRate::implausible);
  return result;
}

}  // namespace yagura::monitor::poll
