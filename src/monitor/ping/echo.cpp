#include "monitor/ping/echo.hpp"

#include <sodium.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace yagura::monitor::ping {

namespace {

constexpr std::uint8_t protocol_icmp = 1, protocol_icmp6 = 58;
constexpr std::int64_t sent_mask = (std::int64_t{1} << 56) - 1;

std::uint16_t big16(std::span<const std::uint8_t> in, std::size_t at) {
  return std::uint16_t(in[at] << 8 | in[at + 1]);
}

// RFC 1071 over an even number of bytes, in the byte order of the machine.
std::uint16_t checksum(std::span<const std::uint8_t> bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    std::uint16_t word = 0;
    std::memcpy(&word, bytes.data() + i, 2);
    sum += word;
  }
  sum = (sum & 0xffff) + (sum >> 16);
  sum += sum >> 16;
  return std::uint16_t(~sum);
}

std::uint64_t digest(const std::array<std::uint8_t, 16>& key, const std::uint8_t* token16,
                     const Address& address) {
  static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES == 8);
  std::array<std::uint8_t, 32> text;
  std::memcpy(text.data(), token16, 16);
  std::memcpy(text.data() + 16, address.bytes.data(), 16);
  std::uint64_t out = 0;
  crypto_shorthash(reinterpret_cast<unsigned char*>(&out), text.data(), text.size(), key.data());
  return out;
}

// Identifier, sequence and payload of an echo header at the start of `echo`; false when too short.
bool read_echo(std::span<const std::uint8_t> echo, Heard& out) {
  if (echo.size() < 8) return false;
  out.id = big16(echo, 4);
  out.sequence = big16(echo, 6);
  if (echo.size() >= echo_bytes) {
    out.payload.emplace();
    std::memcpy(out.payload->data(), echo.data() + 8, token_bytes);
  }
  return true;
}

// The ICMP part of an IPv4 packet; empty when the header lies or it is a later fragment.
std::span<const std::uint8_t> icmp_of_ipv4(std::span<const std::uint8_t> packet) {
  if (packet.size() < 20 || packet[0] >> 4 != 4) return {};
  const std::size_t header = std::size_t(packet[0] & 0x0f) * 4;
  if (header < 20 || packet.size() < header || packet[9] != protocol_icmp) return {};
  if ((big16(packet, 6) & 0x1fff) != 0) return {};
  return packet.subspan(header);
}

Address ipv4_at(std::span<const std::uint8_t> packet, std::size_t at) {
  std::uint32_t network_order = 0;
  std::memcpy(&network_order, packet.data() + at, 4);
  return Address::from_v4(network_order);
}

Fact fact_of_icmp4(std::uint8_t type, std::uint8_t code) {
  if (type == 11) return Fact::expired;
  if (type == 12) return Fact::bad_packet;
  switch (code) {  // type 3
    case 0:
    case 5:
    case 6:
    case 11:
      return Fact::net_unreachable;
    case 2:
    case 3:
      return Fact::refused;
    case 4:
      return Fact::bad_packet;
    case 9:
    case 10:
    case 13:
    case 14:
    case 15:
      return Fact::prohibited;
    default:
      return Fact::host_unreachable;
  }
}

Fact fact_of_icmp6(std::uint8_t type, std::uint8_t code) {
  if (type == 3) return Fact::expired;
  if (type == 2 || type == 4) return Fact::bad_packet;
  switch (code) {  // type 1
    case 0:
      return Fact::net_unreachable;
    case 1:
    case 5:
    case 6:
      return Fact::prohibited;
    case 4:
      return Fact::refused;
    default:
      return Fact::host_unreachable;
  }
}

}  // namespace

std::string_view to_text(Fact fact) {
  switch (fact) {
    case Fact::none:
      return "none";
    case Fact::no_answer:
      return "no_answer";
    case Fact::net_unreachable:
      return "net_unreachable";
    case Fact::host_unreachable:
      return "host_unreachable";
    case Fact::prohibited:
      return "prohibited";
    case Fact::refused:
      return "refused";
    case Fact::expired:
      return "expired";
    case Fact::bad_packet:
      return "bad_packet";
    case Fact::not_permitted:
      return "not_permitted";
    case Fact::no_buffers:
      return "no_buffers";
    case Fact::send_failed:
      return "send_failed";
  }
  return "none";
}

Fact fact_of_errno(int error) {
  switch (error) {
    case 0:
      return Fact::none;
    case ENETUNREACH:
    case ENETDOWN:
      return Fact::net_unreachable;
    case EHOSTUNREACH:
    case EHOSTDOWN:
      return Fact::host_unreachable;
    case ECONNREFUSED:
      return Fact::refused;
    case EPERM:
    case EACCES:
      return Fact::not_permitted;
    case EMSGSIZE:
      return Fact::bad_packet;
    case ENOBUFS:
    case ENOMEM:
    case EAGAIN:
      return Fact::no_buffers;
    default:
      return Fact::send_failed;
  }
}

Seal::Seal() {
  YAGURA_ASSERT(sodium_init() >= 0);
  randombytes_buf(key_.data(), key_.size());
}

Payload Seal::close(const Token& token, const Address& to) const {
  Payload out;
  const auto stamp = std::uint64_t(token.sent & sent_mask) | std::uint64_t{token.attempt} << 56;
  std::memcpy(out.data(), &token.slot, 4);
  std::memcpy(out.data() + 4, &token.serial, 4);
  std::memcpy(out.data() + 8, &stamp, 8);
  const auto mac = digest(key_, out.data(), to);
  std::memcpy(out.data() + 16, &mac, 8);
  return out;
}

std::optional<Token> Seal::open(const Payload& payload, const Address& from) const {
  const auto mac = digest(key_, payload.data(), from);
  if (sodium_memcmp(&mac, payload.data() + 16, 8) != 0) return std::nullopt;
  Token out;
  std::uint64_t stamp = 0;
  std::memcpy(&out.slot, payload.data(), 4);
  std::memcpy(&out.serial, payload.data() + 4, 4);
  std::memcpy(&stamp, payload.data() + 8, 8);
  out.attempt = std::uint8_t(stamp >> 56);
  out.sent = std::int64_t(stamp & std::uint64_t(sent_mask));
  return out;
}

void write_echo(std::span<std::uint8_t, echo_bytes> out, bool v4, std::uint16_t id, std::uint16_t sequence,
                const Payload& payload) {
  out[0] = v4 ? 8 : 128;
  out[1] = out[2] = out[3] = 0;
  out[4] = std::uint8_t(id >> 8);
  out[5] = std::uint8_t(id);
  out[6] = std::uint8_t(sequence >> 8);
  out[7] = std::uint8_t(sequence);
  std::memcpy(out.data() + 8, payload.data(), payload.size());
  if (v4) {
    const auto sum = checksum(out);
    std::memcpy(out.data() + 2, &sum, 2);
  }
}

std::optional<Heard> read_ipv4(std::span<const std::uint8_t> packet) {
  const auto message = icmp_of_ipv4(packet);
  if (message.empty()) return std::nullopt;
  return read_icmp4(message, ipv4_at(packet, 12));
}

std::optional<Heard> read_icmp4(std::span<const std::uint8_t> message, const Address& from) {
  if (message.size() < 8) return std::nullopt;
  Heard out;
  out.from = from;
  const auto type = message[0];
  if (type == 0 && message[1] == 0) {
    out.reply = true;
    out.about = from;
    return read_echo(message, out) ? std::optional(out) : std::nullopt;
  }
  if (type != 3 && type != 11 && type != 12) return std::nullopt;
  const auto quoted = message.subspan(8);
  const auto echo = icmp_of_ipv4(quoted);
  if (echo.empty() || echo[0] != 8 || !read_echo(echo, out)) return std::nullopt;
  out.about = ipv4_at(quoted, 16);
  out.fact = fact_of_icmp4(type, message[1]);
  return out;
}

std::optional<Heard> read_returned_echo(std::span<const std::uint8_t> echo, const Address& about,
                                        const Address& from, Fact fact) {
  Heard out;
  out.about = about;
  out.from = from;
  out.fact = fact;
  return read_echo(echo, out) ? std::optional(out) : std::nullopt;
}

std::optional<Heard> read_icmp6(std::span<const std::uint8_t> message, const Address& from) {
  if (message.size() < 8) return std::nullopt;
  Heard out;
  out.from = from;
  const auto type = message[0];
  if (type == 129 && message[1] == 0) {
    out.reply = true;
    out.about = from;
    return read_echo(message, out) ? std::optional(out) : std::nullopt;
  }
  if (type < 1 || type > 4) return std::nullopt;
  const auto quoted = message.subspan(8);
  // Our requests carry no extension headers, so a quotation that has some is not of ours.
  if (quoted.size() < 48 || quoted[0] >> 4 != 6 || quoted[6] != protocol_icmp6 || quoted[40] != 128 ||
      !read_echo(quoted.subspan(40), out))
    return std::nullopt;
  std::memcpy(out.about.bytes.data(), quoted.data() + 24, 16);
  out.fact = fact_of_icmp6(type, message[1]);
  return out;
}

}  // namespace yagura::monitor::ping
