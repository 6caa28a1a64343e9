// Where a device answers: an address of IPv4 or IPv6 and a UDP port.
// Purpose: a small value to compare and to hand to sockets; names are resolved elsewhere.
// Errors:  monitor.address_invalid. Threads: values.
#pragma once

#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace yagura::monitor::poll {

struct Endpoint {
  std::array<std::uint8_t, 16> address{};  // IPv4: the first four octets
  std::uint16_t port = 161;
  bool v6 = false;
  std::uint32_t scope = 0;  // interface of a link-local IPv6 address

  // "192.0.2.1", "2001:db8::1", "fe80::1%eth0".
  static Result<Endpoint> parse(std::string_view address, std::uint16_t port = 161);
  static Endpoint from(const sockaddr_storage& address);
  // Fills a socket address and returns its length.
  socklen_t to(sockaddr_storage& out) const;
  [[nodiscard]] std::string text() const;  // "192.0.2.1:161", "[2001:db8::1]:161"
  bool operator==(const Endpoint&) const = default;
};

}  // namespace yagura::monitor::poll
