#include <string_view>

#include "monitor/mib/parser.hpp"
#include "monitor/mib/resolver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yagura::monitor::mib;
  auto parsed = parse_modules({reinterpret_cast<const char*>(data), size}, "fuzz");
  const auto library = resolve(std::move(parsed.modules), std::move(parsed.faults));
  for (const auto& name : library.modules()) (void)library.find(name + "::x");
  (void)library.text_of({1, 3, 6, 1, 4, 1, 9, 9, 13});
  return 0;
}
