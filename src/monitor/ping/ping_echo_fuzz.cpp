// Any bytes at the ICMP readers: the first byte picks the reader, the rest is the packet.
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.hpp"
#include "monitor/ping/echo.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yagura::monitor::ping;
  if (size == 0) return 0;
  static const Seal seal;
  const std::span<const std::uint8_t> packet(data + 1, size - 1);
  Address from;
  from.bytes[15] = 1;
  const auto heard = data[0] % 3 == 0   ? read_ipv4(packet)
                     : data[0] % 3 == 1 ? read_icmp4(packet, from)
                                        : read_icmp6(packet, from);
  if (!heard) return 0;
  YAGURA_ASSERT(heard->reply == (heard->fact == Fact::none));
  // Nothing from outside can carry this process's seal.
  if (heard->payload) YAGURA_ASSERT(!seal.open(*heard->payload, heard->about));
  return 0;
}
