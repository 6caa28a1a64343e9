// One accepted trap as it stands in the spool.
//
// Purpose: everything a consumer needs, without keys: v3 traps are kept decrypted. The variable bindings stay
//          as they travelled.
// Format:  one octet 1 (layout), version, flags, 0, then little-endian: time (8), device (8), source address
//          (16, v4 mapped), port (2), length of the trap's OID (2), agent address (4), timestamp (4), OID,
//          bindings to the end.
// Errors:  monitor.trap_record_invalid. Threads: values. Lifetime: a decoded record points into its bytes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "monitor/snmp/message.hpp"

namespace yagura::monitor::trap {

// IPv6, or IPv4 mapped (::ffff:a.b.c.d).
using Address = std::array<std::uint8_t, 16>;

Address from_v4(std::array<std::uint8_t, 4> v4);
// "192.0.2.1", "2001:db8::1". Errors: monitor.address_invalid.
Result<Address> parse_address(std::string_view text);
std::string to_text(const Address& address);

struct TrapRecord {
  snmp::Version version = snmp::Version::v2c;
  bool inform = false;
  Time received{};
  Id device = 0;
  Address source{};
  std::uint16_t port = 0;
  std::array<std::uint8_t, 4> agent{};  // v1 only
  std::uint32_t timestamp = 0;          // v1 only: hundredths of a second since the agent started
  snmp::OidView trap;                   // snmpTrapOID; for v1 by RFC 3584 section 3.1
  snmp::VarBinds varbinds;
};

void append_record(std::string& out, const TrapRecord& record);
Result<TrapRecord> parse_record(std::string_view bytes);

}  // namespace yagura::monitor::trap
