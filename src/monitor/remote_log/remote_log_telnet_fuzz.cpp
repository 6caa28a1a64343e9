// Bytes of a Telnet peer: the same text whatever the pieces they come in, and answers no longer than a few
// times what was said.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "monitor/remote_log/telnet_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  yagura::monitor::remote_log::TelnetText whole, pieces;
  std::string text, reply, text2, reply2;
  whole.take(all, text, reply);
  for (const char c : all) pieces.take({&c, 1}, text2, reply2);
  if (text != text2 || reply != reply2 || text.size() > size || reply.size() > 4 * size + 16) std::abort();
  return 0;
}
