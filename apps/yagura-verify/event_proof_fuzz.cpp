// A proof and its events in one input, with a NUL between.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "events_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto cut = std::min(text.find('\0'), text.size());
  const auto csv = text.substr(std::min(cut + 1, text.size()));
  const auto found = yagura_verify::check_events(text.substr(0, cut), cut == text.size() ? nullptr : &csv);
  if (found.fault.empty() && found.proved > found.rows) std::abort();
  return 0;
}
