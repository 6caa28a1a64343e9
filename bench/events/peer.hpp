// zstd over the same bytes, as its command does it.
#pragma once

#include <cstdint>
#include <string_view>

namespace yagura::bench {

struct Packed {
  std::uint64_t bytes = 0;
  double seconds = 0;  // of CPU
};
Packed zstd(std::string_view bytes, int level);
double cpu_seconds();  // of this process

}  // namespace yagura::bench
