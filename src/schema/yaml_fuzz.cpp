#include "schema/yaml.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)yagura::schema::parse_yaml({reinterpret_cast<const char*>(data), size});
  return 0;
}
