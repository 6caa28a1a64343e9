// The notation of service windows: what is read must be written and read back the same.
#include <cstdint>

#include "calendar/window.hpp"

using namespace yagura::calendar;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto window = parse_window({reinterpret_cast<const char*>(data), size});
  if (!window) return 0;
  const auto again = parse_window(format_window(*window));
  YAGURA_ASSERT(again.has_value());
  YAGURA_ASSERT(*again == *window);
  return 0;
}
