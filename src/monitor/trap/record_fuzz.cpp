#include "monitor/trap/record.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yagura::monitor::trap;
  const auto record = parse_record({reinterpret_cast<const char*>(data), size});
  if (!record) return 0;
  std::string again;
  append_record(again, *record);
  if (!parse_record(again)) __builtin_trap();
  for (const auto& varbind : record->varbinds) (void)varbind.name.text();
  return 0;
}
