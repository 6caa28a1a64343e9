// Notifications as a device sends them, for tests and benches. Not for the product: it only receives.
#pragma once

#include <array>
#include <string>

#include "monitor/snmp/usm.hpp"

namespace yagura::monitor::trap {

// sysUpTime.0, snmpTrapOID.0 and the given bindings (as in a VarBindList's content).
inline std::string notification_binds(const snmp::Oid& trap, std::string_view more = {},
                                      std::uint32_t uptime = 4711) {
  static const snmp::Oid up{1, 3, 6, 1, 2, 1, 1, 3, 0};
  static const snmp::Oid trap_oid{1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};
  std::array<std::uint8_t, 2048> buffer{};
  snmp::BerWriter out(buffer);
  out.raw(snmp::bytes_of(more));
  snmp::write_varbind(out, trap_oid, snmp::tag::oid, trap.encoded());
  std::array<std::uint8_t, 16> ticks{};
  snmp::BerWriter number(ticks);
  number.unsigned_tagged(snmp::tag::time_ticks, uptime);
  const auto since = out.size();
  out.raw(number.bytes());
  out.element(snmp::tag::oid, up.encoded());
  out.wrap(snmp::tag::sequence, since);
  return std::string(snmp::text_of(out.bytes()));
}

inline std::string integer_bind(const snmp::Oid& name, std::int64_t value) {
  std::array<std::uint8_t, 256> buffer{};
  snmp::BerWriter out(buffer);
  out.integer(value);
  out.element(snmp::tag::oid, name.encoded());
  out.wrap(snmp::tag::sequence, 0);
  return std::string(snmp::text_of(out.bytes()));
}

inline std::string community_trap(snmp::Version version, std::string_view community, snmp::PduType type,
                                  std::int32_t request_id, std::string_view binds) {
  std::array<std::uint8_t, 4096> buffer{};
  const auto made = snmp::encode_community(buffer, version, snmp::bytes_of(community),
                                           {type, request_id, 0, 0}, snmp::bytes_of(binds));
  return made ? std::string(snmp::text_of(*made)) : std::string();
}

inline std::string sealed(const snmp::UsmKeys& keys, std::string_view engine, std::uint32_t boots,
                          std::uint32_t time, snmp::PduType type, std::int32_t request_id,
                          std::string_view binds, std::uint64_t salt = 1) {
  std::array<std::uint8_t, 4096> buffer{};
  snmp::V3Fields fields;
  fields.id = request_id;
  fields.reportable = type == snmp::PduType::inform;
  fields.engine_id = snmp::bytes_of(engine);
  fields.boots = boots;
  fields.time = time;
  fields.context_engine_id = snmp::bytes_of(engine);
  fields.pdu = {type, request_id, 0, 0};
  fields.varbinds = snmp::bytes_of(binds);
  fields.salt = salt;
  const auto made = snmp::encode_v3(buffer, fields, keys);
  return made ? std::string(snmp::text_of(*made)) : std::string();
}

}  // namespace yagura::monitor::trap
