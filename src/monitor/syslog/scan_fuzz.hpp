// What the fuzz targets of the formats share: any bytes give values that lie inside the text or the arena,
// and nothing is read past the end.
#pragma once

#include <cstdlib>
#include <cstring>
#include <memory>

#include "monitor/syslog/scan.hpp"

namespace yagura::monitor::syslog {

// scan(text, pairs) is the scanner under test.
template <class Scan>
int fuzz_scan(const std::uint8_t* data, std::size_t size, Scan scan) {
  // A copy of exactly this size, so that a sanitizer sees one byte too many.
  const std::unique_ptr<char[]> bytes(new char[size]);
  if (size > 0) std::memcpy(bytes.get(), data, size);
  static Pairs pairs;
  pairs.clear();
  (void)scan(std::string_view(bytes.get(), size), pairs);
  if (pairs.list.size() > Pairs::most) std::abort();
  std::size_t sum = 0;
  for (const auto& [key, value] : pairs.list) {
    for (const char c : key) sum += static_cast<std::uint8_t>(c);
    for (const char c : value) sum += static_cast<std::uint8_t>(c);
  }
  return sum == 0xdeadbeefcafeULL ? 1 : 0;
}

}  // namespace yagura::monitor::syslog
