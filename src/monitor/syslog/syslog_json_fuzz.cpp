// Any bytes in the format json.
#include "monitor/syslog/scan_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yagura::monitor::syslog;
  return fuzz_scan(data, size, [](std::string_view text, Pairs& pairs) { return scan_json(text, pairs); });
}
