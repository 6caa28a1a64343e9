#include "monitor/ping/address.hpp"

#include <arpa/inet.h>
#include <net/if.h>

#include <charconv>
#include <cstring>

namespace yagura::monitor::ping {

namespace {
constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
}  // namespace

bool Address::is_v4() const { return std::memcmp(bytes.data(), mapped_prefix.data(), 12) == 0; }

std::uint32_t Address::v4_network_order() const {
  std::uint32_t out = 0;
  std::memcpy(&out, bytes.data() + 12, 4);
  return out;
}

Address Address::from_v4(std::uint32_t network_order) {
  Address out;
  std::memcpy(out.bytes.data(), mapped_prefix.data(), 12);
  std::memcpy(out.bytes.data() + 12, &network_order, 4);
  return out;
}

Result<Address> parse_address(std::string_view text) {
  const auto bad = [&] {
    return fail("monitor.address_invalid", {{"text", std::string(text.substr(0, 64))}});
  };
  if (text.size() > 64 || text.find('\0') != std::string_view::npos) return bad();
  const auto percent = text.find('%');
  const std::string host(text.substr(0, percent));
  Address out;
  if (in_addr v4{}; percent == std::string_view::npos && inet_pton(AF_INET, host.c_str(), &v4) == 1)
    return Address::from_v4(v4.s_addr);
  if (inet_pton(AF_INET6, host.c_str(), out.bytes.data()) != 1) return bad();
  if (percent == std::string_view::npos) return out;
  const std::string scope(text.substr(percent + 1));
  const auto [end, error] = std::from_chars(scope.data(), scope.data() + scope.size(), out.scope);
  if (error != std::errc{} || end != scope.data() + scope.size()) out.scope = if_nametoindex(scope.c_str());
  if (out.scope == 0 || out.is_v4()) return bad();
  return out;
}

std::string to_text(const Address& address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.is_v4()) {
    inet_ntop(AF_INET, address.bytes.data() + 12, text, sizeof text);
    return text;
  }
  inet_ntop(AF_INET6, address.bytes.data(), text, sizeof text);
  return address.scope == 0 ? std::string(text) : std::string(text) + "%" + std::to_string(address.scope);
}

}  // namespace yagura::monitor::ping
