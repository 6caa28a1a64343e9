// An IPv4 or IPv6 address as the ping engine keeps it: 20 bytes, no allocation.
//
// IPv4 is held as the mapped form ::ffff:a.b.c.d (RFC 4291 2.5.5.2), so one comparison serves both.
// Names are not resolved here: a registered device has an address.
// Errors: monitor.address_invalid.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace yagura::monitor::ping {

struct Address {
  std::array<std::uint8_t, 16> bytes{};
  std::uint32_t scope = 0;  // interface index of a link-local IPv6 address, otherwise 0

  [[nodiscard]] bool is_v4() const;
  // Network byte order, as in_addr holds it. Only for is_v4().
  [[nodiscard]] std::uint32_t v4_network_order() const;
  static Address from_v4(std::uint32_t network_order);
  bool operator==(const Address&) const = default;
};

// "192.0.2.1", "2001:db8::1", "fe80::1%2" (scope as a number or an interface of this machine).
Result<Address> parse_address(std::string_view text);
std::string to_text(const Address& address);

}  // namespace yagura::monitor::ping
