// What the programs that measure the event store have in common.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace yagura::bench {

// A measurement that met an error has nothing to say: it ends.
template <class T>
T must(Result<T> result) {
  if (!result) {
    fmt::print(stderr, "{}\n", result.error().text());
    std::exit(2);
  }
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

inline double wall_seconds() {
  timespec at{};
  ::clock_gettime(CLOCK_MONOTONIC, &at);
  return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) * 1e-9;
}

inline double thread_cpu_seconds() {
  timespec at{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
  return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) * 1e-9;
}

inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// Of all files in a folder.
inline std::int64_t bytes_in(const std::filesystem::path& folder) {
  std::uintmax_t out = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) out += entry.file_size();
  return static_cast<std::int64_t>(out);
}

// Of this process, in MB; which: VmRSS: now, VmHWM: at most.
inline double resident_mb(std::string_view which) {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(which)) return static_cast<double>(std::atoll(line.c_str() + which.size())) / 1024;
  return 0;
}

}  // namespace yagura::bench
