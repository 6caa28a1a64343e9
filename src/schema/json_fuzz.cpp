#include "schema/json.hpp"

// What parses must print and parse again to the same value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = yagura::schema::parse_json({reinterpret_cast<const char*>(data), size});
  if (!value) return 0;
  const auto again = yagura::schema::parse_json(yagura::schema::to_json(*value), 64U << 20);
  YAGURA_ASSERT(again);
  return 0;
}
