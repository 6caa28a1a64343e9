#include <cstdlib>
#include <sstream>

#include "export_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto line = yagura_verify::parse_line(text)) {
    // What was taken apart lies inside the line and puts together to it.
    std::string again(line->hash);
    again.append(" ").append(line->previous).append(" ").append(line->text);
    if (again != text || line->seq == 0) std::abort();
  }
  std::istringstream in{std::string(text)};
  const auto whole = yagura_verify::check(in, {});
  if (whole.fault_line == 0 && whole.root.size() != 64) std::abort();
  return 0;
}
