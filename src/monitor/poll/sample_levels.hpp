// The resolutions samples are kept at. For sample_store*.cpp only.
#pragma once

#include <array>
#include <cstdint>

namespace yagura::monitor::poll {

enum SampleLevel : int { raw = 0, five = 1, hour = 2, six_hours = 3, day = 4 };
inline constexpr int level_count = 5;

// Microseconds between the rows of one series, and where its grid begins: days and their quarters are
// Japan's.
constexpr std::int64_t step_of(int level) {
  constexpr std::array<std::int64_t, level_count> steps{10'000'000, 300'000'000, 3'600'000'000,
                                                        21'600'000'000, 86'400'000'000};
  return steps[static_cast<std::size_t>(level)];
}
constexpr std::int64_t floor_with(std::int64_t at, std::int64_t step, std::int64_t offset) {
  const std::int64_t shifted = at + offset;
  return shifted - ((shifted % step) + step) % step - offset;
}
constexpr std::int64_t offset_of(int level) { return level >= six_hours ? 9 * step_of(hour) : 0; }
constexpr std::int64_t floor_to(int level, std::int64_t at) {
  return floor_with(at, step_of(level), offset_of(level));
}
constexpr const char* table_of(int level) {
  constexpr std::array<const char*, level_count> names{"sample_raw", "sample_5m", "sample_1h", "sample_6h",
                                                       "sample_1d"};
  return names[static_cast<std::size_t>(level)];
}
inline constexpr const char* set_progress =
    "INSERT INTO sample_progress (level, until) VALUES ($1, $2) ON CONFLICT (level) DO UPDATE SET until = "
    "excluded.until";

}  // namespace yagura::monitor::poll
