#include "monitor/poll/endpoint.hpp"

#include <arpa/inet.h>
#include <net/if.h>

#include <cstring>

namespace yagura::monitor::poll {

Result<Endpoint> Endpoint::parse(std::string_view address, std::uint16_t port) {
  const auto bad = [&] {
    return fail("monitor.address_invalid", {{"text", std::string(address.substr(0, 64))}});
  };
  Endpoint out;
  out.port = port;
  std::string text(address);
  out.v6 = text.find(':') != std::string::npos;
  if (const auto percent = text.find('%'); out.v6 && percent != std::string::npos) {
    out.scope = ::if_nametoindex(text.c_str() + percent + 1);
    if (out.scope == 0) return bad();
    text.resize(percent);
  }
  if (::inet_pton(out.v6 ? AF_INET6 : AF_INET, text.c_str(), out.address.data()) != 1) return bad();
  return out;
}

Endpoint Endpoint::from(const sockaddr_storage& address) {
  Endpoint out;
  out.v6 = address.ss_family == AF_INET6;
  if (out.v6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof v6);
    std::memcpy(out.address.data(), &v6.sin6_addr, 16);
    out.port = ntohs(v6.sin6_port);
    if (IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr)) out.scope = v6.sin6_scope_id;
  } else {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof v4);
    std::memcpy(out.address.data(), &v4.sin_addr, 4);
    out.port = ntohs(v4.sin_port);
  }
  return out;
}

socklen_t Endpoint::to(sockaddr_storage& out) const {
  if (v6) {
    sockaddr_in6 address6{};
    address6.sin6_family = AF_INET6;
    address6.sin6_port = htons(port);
    address6.sin6_scope_id = scope;
    std::memcpy(&address6.sin6_addr, address.data(), 16);
    std::memcpy(&out, &address6, sizeof address6);
    return sizeof address6;
  }
  sockaddr_in address4{};
  address4.sin_family = AF_INET;
  address4.sin_port = htons(port);
  std::memcpy(&address4.sin_addr, address.data(), 4);
  std::memcpy(&out, &address4, sizeof address4);
  return sizeof address4;
}

std::string Endpoint::text() const {
  char buffer[INET6_ADDRSTRLEN] = {};
  ::inet_ntop(v6 ? AF_INET6 : AF_INET, address.data(), buffer, sizeof buffer);
  const std::string name = v6 ? "[" + std::string(buffer) + "]" : std::string(buffer);
  return name + ":" + std::to_string(port);
}

}  // namespace yagura::monitor::poll
