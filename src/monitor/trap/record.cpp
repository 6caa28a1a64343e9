#include "monitor/trap/record.hpp"

#include <arpa/inet.h>

#include <cstring>

namespace yagura::monitor::trap {
namespace {

constexpr std::size_t kFixed = 48;
constexpr std::uint8_t kLayout = 1;
constexpr std::uint8_t kInform = 1;

template <class Number>
void put(char* at, Number number) {
  std::memcpy(at, &number, sizeof number);
}
template <class Number>
Number get(const char* at) {
  Number number{};
  std::memcpy(&number, at, sizeof number);
  return number;
}

}  // namespace

Address from_v4(std::array<std::uint8_t, 4> v4) {
  Address address{};
  address[10] = address[11] = 0xff;
  std::memcpy(address.data() + 12, v4.data(), 4);
  return address;
}

Result<Address> parse_address(std::string_view text) {
  const std::string copy(text);
  Address address{};
  std::array<std::uint8_t, 4> v4{};
  if (inet_pton(AF_INET, copy.c_str(), v4.data()) == 1) return from_v4(v4);
  if (inet_pton(AF_INET6, copy.c_str(), address.data()) == 1) return address;
  return fail("monitor.address_invalid", {{"text", copy.substr(0, 64)}});
}

std::string to_text(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  static const Address mapped = from_v4({});
  if (std::memcmp(address.data(), mapped.data(), 12) == 0)
    inet_ntop(AF_INET, address.data() + 12, text.data(), text.size());
  else
    inet_ntop(AF_INET6, address.data(), text.data(), text.size());
  return text.data();
}

void append_record(std::string& out, const TrapRecord& record) {
  std::array<char, kFixed> fixed{};
  char* at = fixed.data();
  at[0] = kLayout;
  at[1] = static_cast<char>(record.version);
  at[2] = record.inform ? kInform : 0;
  put(at + 4, to_micros(record.received));
  put(at + 12, record.device);
  std::memcpy(at + 20, record.source.data(), 16);
  put(at + 36, record.port);
  put(at + 38, static_cast<std::uint16_t>(record.trap.encoded().size()));
  std::memcpy(at + 40, record.agent.data(), 4);
  put(at + 44, record.timestamp);
  out.append(fixed.data(), fixed.size());
  out.append(snmp::text_of(record.trap.encoded()));
  out.append(snmp::text_of(record.varbinds.content()));
}

Result<TrapRecord> parse_record(std::string_view bytes) {
  const auto invalid = [] { return fail("monitor.trap_record_invalid"); };
  if (bytes.size() < kFixed || bytes[0] != kLayout) return invalid();
  const char* at = bytes.data();
  TrapRecord record;
  const auto version = static_cast<std::uint8_t>(at[1]);
  if (version != 0 && version != 1 && version != 3) return invalid();
  record.version = static_cast<snmp::Version>(version);
  record.inform = (at[2] & kInform) != 0;
  record.received = from_micros(get<std::int64_t>(at + 4));
  record.device = get<Id>(at + 12);
  std::memcpy(record.source.data(), at + 20, 16);
  record.port = get<std::uint16_t>(at + 36);
  const std::size_t length = get<std::uint16_t>(at + 38);
  std::memcpy(record.agent.data(), at + 40, 4);
  record.timestamp = get<std::uint32_t>(at + 44);
  const auto rest = snmp::bytes_of(bytes.substr(kFixed));
  if (rest.size() < length || !snmp::valid_oid(rest.first(length))) return invalid();
  record.trap = snmp::OidView(rest.first(length));
  if (!snmp::VarBinds::check(rest.subspan(length), record.varbinds)) return invalid();
  return record;
}

}  // namespace yagura::monitor::trap
