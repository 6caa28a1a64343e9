// Numbers and ranges of a query: >1M, 10k..2M, 1万以上.
//
// Units:   k, M, G, T count 1,024 upwards, as Windows shows sizes (1M is 1,048,576; a B behind, or Ki,
//          changes nothing); 万 and 億 are ten thousand and a hundred million. 1.5M is allowed; 1,000 too.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

namespace yagura::eventstore {

struct Bounds {
  std::int64_t low = 0, high = 0;  // both included
  bool operator==(const Bounds&) const = default;
};

enum class NumberFault : std::uint8_t { not_a_number, too_large, empty };

// 5, =5, >5, >=5, <5, <=5, 5..9, 5.., ..9, 5以上, 5以下, 5未満, 5超; text as narrow() makes it.
std::expected<Bounds, NumberFault> read_bounds(std::string_view narrowed);

}  // namespace yagura::eventstore
