// Where a few bytes stand in many, sixteen places looked at together.
//
// Purpose: pages of texts are looked through for fragments whose single bytes stand everywhere (each Japanese
//          character begins like all others), where ::memmem goes on byte by byte. After W. Muła, "SIMD-friendly
//          algorithms for substring searching".
// Threads: pure.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace yagura::eventstore {

// As text.find(sought, from); sought is not empty.
inline std::size_t find_bytes(std::string_view text, std::string_view sought, std::size_t from = 0) {
  using Bytes = unsigned char __attribute__((vector_size(16)));
  using Words = std::uint64_t __attribute__((vector_size(16)));
  const auto load = [](const char* at) {
    Bytes out;
    std::memcpy(&out, at, sizeof out);
    return out;
  };
  const auto each = [](char c) { return Bytes{} + static_cast<unsigned char>(c); };
  const auto length = sought.size();
  const auto first = each(sought.front()), last = each(sought.back());
  for (; from + length - 1 + sizeof(Bytes) <= text.size(); from += sizeof(Bytes)) {
    const auto same = (load(text.data() + from) == first) & (load(text.data() + from + length - 1) == last);
    const auto words = reinterpret_cast<Words>(same);
    if ((words[0] | words[1]) == 0) continue;
    for (std::size_t i = 0; i < sizeof(Bytes); ++i)
      if (same[i] != 0 && std::memcmp(text.data() + from + i, sought.data(), length) == 0) return from + i;
  }
  return text.find(sought, from);
}

}  // namespace yagura::eventstore
