#include "people/access.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

namespace yagura::people {

std::span<const std::pair<std::string_view, Role>> enum_names(Role) {
  static constexpr std::pair<std::string_view, Role> names[] = {
      {"administrator", Role::administrator},
      {"city_supervisor", Role::city_supervisor},
      {"city_staff", Role::city_staff},
      {"contractor_manager", Role::contractor_manager},
      {"operator", Role::operator_},
      {"analyst", Role::analyst},
      {"auditor", Role::auditor},
      {"employee", Role::employee}};
  return names;
}

std::string_view name_of(Role role) {
  for (const auto& [name, r] : enum_names(role))
    if (r == role) return name;
  return {};
}

Result<Role> role_named(std::string_view name) {
  for (const auto& [known, role] : enum_names(Role{}))
    if (known == name) return role;
  return fail("people.role_unknown", {{"role", std::string(name.substr(0, 64))}});
}

namespace {

using Octets = std::array<unsigned char, 16>;

// Every address as IPv6, IPv4 mapped, so that one comparison serves both.
std::optional<Octets> parse_address(std::string_view text) {
  const std::string z(text.substr(0, text.find('%')));
  Octets out{};
  if (::inet_pton(AF_INET6, z.c_str(), out.data()) == 1) return out;
  out[10] = out[11] = 0xff;
  if (::inet_pton(AF_INET, z.c_str(), out.data() + 12) == 1) return out;
  return std::nullopt;
}

struct Block {
  Octets address;
  int bits;
};

std::optional<Block> parse_block(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  const bool four = text.substr(0, slash).find(':') == std::string_view::npos;
  int bits = four ? 32 : 128;
  if (slash != std::string_view::npos) {
    const auto number = text.substr(slash + 1);
    int given = -1;
    const auto [end, ec] = std::from_chars(number.data(), number.data() + number.size(), given);
    if (ec != std::errc{} || end != number.data() + number.size() || given < 0 || given > bits)
      return std::nullopt;
    bits = given;
  }
  return Block{*address, four ? bits + 96 : bits};
}

bool inside(const Octets& address, const Block& block) {
  const auto whole = static_cast<std::size_t>(block.bits / 8);
  if (std::memcmp(address.data(), block.address.data(), whole) != 0) return false;
  const int rest = block.bits % 8;
  if (rest == 0) return true;
  const int mask = 0xff << (8 - rest) & 0xff;
  return (address[whole] & mask) == (block.address[whole] & mask);
}

}  // namespace

bool is_address_block(std::string_view text) { return parse_block(text).has_value(); }

bool address_allowed(std::string_view address, std::span<const std::string> blocks) {
  if (blocks.empty()) return true;
  const auto octets = parse_address(address);
  if (!octets) return false;
  return std::ranges::any_of(blocks, [&](const std::string& text) {
    const auto block = parse_block(text);
    return block && inside(*octets, *block);
  });
}

const Grant* Principal::grant(std::string_view contract) const {
  for (const auto& g : grants)
    if (g.contract == contract) return &g;
  return nullptr;
}

bool Principal::may(std::string_view contract, std::string_view permission) const {
  const Grant* g = grant(contract);
  if (!g || !g->permissions.contains(permission)) return false;
  return session != 0 || scopes.contains(permission);
}

bool Principal::may_somewhere(std::string_view permission) const {
  return std::ranges::any_of(grants, [&](const Grant& g) { return may(g.contract, permission); });
}

}  // namespace yagura::people
