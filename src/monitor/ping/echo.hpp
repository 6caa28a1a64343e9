// ICMP and ICMPv6 echo: what is sent, and what comes back read strictly. Pure functions.
//
// Follows: RFC 792 (ICMP), RFC 4443 (ICMPv6), RFC 4884 (longer quotations are allowed in errors).
// Trust:   anybody can send an echo reply. The 32 bits of identifier and sequence cannot tell a forged
//          or stale one from ours, so the payload carries a token sealed with a key of this process
//          (SipHash-2-4 over the token and the address asked). An ICMP error often quotes only 8
//          bytes of our request and cannot be verified: it is evidence, never a change of state.
// Threads: const functions are safe from any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "monitor/ping/address.hpp"

namespace yagura::monitor::ping {

// Why an address did not answer, as far as anybody said. Stable numbers: they may be stored.
enum class Fact : std::uint8_t {
  none = 0,
  no_answer = 1,         // silence
  net_unreachable = 2,   // a router, or this machine, has no route
  host_unreachable = 3,  // the last router, or this machine, gets no answer to ARP / neighbour discovery
  prohibited = 4,        // a filter says so
  refused = 5,           // protocol or port unreachable: the host lives but does not answer echo
  expired = 6,           // time to live ended on the way: a loop
  bad_packet = 7,        // parameter problem, packet too big
  not_permitted = 8,     // this machine's own filter forbids sending (EPERM, EACCES)
  no_buffers = 9,        // this machine could not send for lack of buffers
  send_failed = 10,      // any other refusal of this machine's kernel
};
std::string_view to_text(Fact fact);  // the identifier above
Fact fact_of_errno(int error);

struct Token {
  std::uint32_t slot = 0;    // place of the target in its prober
  std::uint32_t serial = 0;  // number of the check
  std::uint8_t attempt = 0;
  std::int64_t sent = 0;  // steady microseconds, below 2^55
  bool operator==(const Token&) const = default;
};

constexpr std::size_t token_bytes = 24;
constexpr std::size_t echo_bytes = 8 + token_bytes;
using Payload = std::array<std::uint8_t, token_bytes>;

// Seals and opens tokens with a key drawn once from the kernel's random source.
class Seal {
 public:
  Seal();
  [[nodiscard]] Payload close(const Token& token, const Address& to) const;
  // Nothing when the token was not sealed by this object for this address.
  [[nodiscard]] std::optional<Token> open(const Payload& payload, const Address& from) const;

 private:
  std::array<std::uint8_t, 16> key_{};
};

// Writes an echo request of echo_bytes. The checksum of ICMPv6 is the kernel's work and left 0.
void write_echo(std::span<std::uint8_t, echo_bytes> out, bool v4, std::uint16_t id, std::uint16_t sequence,
                const Payload& payload);

// What a received datagram says about one of our echoes.
struct Heard {
  bool reply = false;  // otherwise an ICMP error that quotes an echo request
  Fact fact = Fact::none;
  std::uint16_t id = 0;
  std::uint16_t sequence = 0;
  Address about;                   // the address asked: a reply's sender, an error's quoted destination
  Address from;                    // who sent this datagram
  std::optional<Payload> payload;  // absent when it was cut short
};

// An IPv4 packet with its header, as a raw socket gives it.
std::optional<Heard> read_ipv4(std::span<const std::uint8_t> packet);
// An ICMP message without IP header, as a datagram socket gives it.
std::optional<Heard> read_icmp4(std::span<const std::uint8_t> message, const Address& from);
// Our request as an error queue gives it back (datagram sockets): starts at the echo header.
std::optional<Heard> read_returned_echo(std::span<const std::uint8_t> echo, const Address& about,
                                        const Address& from, Fact fact);
// An ICMPv6 message, as raw and datagram sockets give it.
std::optional<Heard> read_icmp6(std::span<const std::uint8_t> message, const Address& from);

}  // namespace yagura::monitor::ping
