#include "monitor/snmp/message.hpp"

#include <bit>
#include <limits>
#include <vector>

namespace yagura::monitor::snmp {

namespace {

constexpr std::int64_t int32_low = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t int32_high = std::numeric_limits<std::int32_t>::max();

auto malformed(const char* part) { return fail("monitor.snmp_malformed", {{"part", part}}); }

bool valid_value(std::uint8_t type, Bytes content) {
  std::int64_t number;
  std::uint64_t count;
  switch (type) {
    case tag::integer:
      return parse_signed(content, number);
    case tag::octet_string:
    case tag::opaque:
      return true;
    case tag::null:
    case tag::no_such_object:
    case tag::no_such_instance:
    case tag::end_of_mib_view:
      return content.empty();
    case tag::oid:
      return valid_oid(content);
    case tag::ip_address:
      return content.size() == 4;
    case tag::counter32:
    case tag::gauge32:
    case tag::time_ticks:
      // Gauges sent as negative five-octet numbers exist; they are read as 32 bits.
      return !content.empty() && content.size() <= 8;
    case tag::counter64:
      return (!content.empty() && content.size() <= 8) || parse_unsigned(content, count);
    default:
      return false;
  }
}

// A binding whose three lengths have one octet each, as nearly all have. False says nothing: the general
// reader looks again.
bool read_short_varbind(BerReader& list, VarBind& out) {
  const std::size_t left = list.left();
  const std::uint8_t* const at = list.position();
  if (left < 6 || at[0] != tag::sequence || at[1] >= 0x80 || at[1] < 4U || at[1] + 2U > left ||
      at[2] != tag::oid || at[3] >= 0x80 || at[3] + 4U > at[1])
    return false;
  const std::uint8_t* const value = at + 4 + at[3];
  if (value[1] >= 0x80 || at[3] + 4U + value[1] != at[1]) return false;
  out.name = OidView{Bytes{at + 4, at[3]}};
  out.value = {value[0], Bytes{value + 2, value[1]}};
  out.whole = Bytes{at, at[1] + 2U};
  list.skip(at[1] + 2U);
  return true;
}

bool read_varbind(BerReader& list, VarBind& out) {
  if (read_short_varbind(list, out)) return true;
  const std::uint8_t* const start = list.position();
  BerReader pair = list.enter(tag::sequence);
  const Bytes name = pair.expect(tag::oid);
  std::uint8_t type;
  const Bytes content = pair.any(type);
  out.name = OidView{name};
  out.value = {type, content};
  out.whole = list.ok() ? Bytes{start, list.position()} : Bytes{};
  return list.ok() && pair.ok() && pair.at_end();
}

bool read_trap_v1(BerReader& in, TrapV1& out) {
  const Bytes enterprise = in.expect(tag::oid);
  const Bytes agent = in.expect(tag::ip_address);
  out.generic = static_cast<std::int32_t>(in.integer(0, int32_high));
  out.specific = static_cast<std::int32_t>(in.integer(int32_low, int32_high));
  std::uint64_t ticks = 0;
  const Bytes stamp = in.expect(tag::time_ticks);
  if (!in.ok() || !valid_oid(enterprise) || agent.size() != 4 || !parse_unsigned(stamp, ticks)) return false;
  out.enterprise = OidView{enterprise};
  std::memcpy(out.agent.data(), agent.data(), 4);
  out.timestamp = static_cast<std::uint32_t>(ticks);
  return true;
}

bool read_pdu(BerReader& in, Pdu& out) {
  std::uint8_t type;
  BerReader body{in.any(type)};
  if (!in.ok() || type < 0xa0 || type > 0xa8) return false;
  out.type = static_cast<PduType>(type);
  if (out.type == PduType::trap_v1) {
    if (!read_trap_v1(body, out.trap_v1)) return false;
  } else {
    out.request_id = static_cast<std::int32_t>(body.integer(int32_low, int32_high));
    out.error_status = static_cast<std::int32_t>(body.integer(int32_low, int32_high));
    out.error_index = static_cast<std::int32_t>(body.integer(int32_low, int32_high));
  }
  const Bytes list = body.expect(tag::sequence);
  return body.ok() && body.at_end() && VarBinds::check(list, out.varbinds);
}

}  // namespace

std::optional<std::int64_t> Value::as_signed() const {
  std::int64_t number;
  if (type == tag::integer) return parse_signed(content, number) ? std::optional(number) : std::nullopt;
  if (const auto count = as_unsigned();
      count && *count <= std::uint64_t(std::numeric_limits<std::int64_t>::max()))
    return static_cast<std::int64_t>(*count);
  return std::nullopt;
}

std::optional<std::uint64_t> Value::as_unsigned() const {
  std::uint64_t count;
  switch (type) {
    case tag::integer: {
      std::int64_t number;
      if (!parse_signed(content, number) || number < 0) return std::nullopt;
      return static_cast<std::uint64_t>(number);
    }
    case tag::counter32:
    case tag::gauge32:
    case tag::time_ticks:
      return parse_unsigned(content, count) ? std::optional(count & 0xffffffffU) : std::nullopt;
    case tag::counter64:
      return parse_unsigned(content, count) ? std::optional(count) : std::nullopt;
    default:
      return std::nullopt;
  }
}

std::optional<double> Value::as_number() const {
  if (type == tag::integer) {
    std::int64_t number;
    return parse_signed(content, number) ? std::optional(static_cast<double>(number)) : std::nullopt;
  }
  if (const auto count = as_unsigned()) return static_cast<double>(*count);
  if (type != tag::opaque || content.size() < 3 || content[0] != 0x9f) return std::nullopt;
  std::uint64_t bits = 0;
  for (const std::uint8_t octet : content.subspan(3)) bits = bits << 8 | octet;
  if (content[1] == 0x78 && content[2] == 4 && content.size() == 7)
    return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
  if (content[1] == 0x79 && content[2] == 8 && content.size() == 11) return std::bit_cast<double>(bits);
  return std::nullopt;
}

bool VarBinds::check(Bytes content, VarBinds& out) {
  out = VarBinds{};
  BerReader list{content};
  VarBind binding;
  std::size_t count = 0;
  while (!list.at_end()) {
    if (!read_varbind(list, binding) || !valid_oid(binding.name.encoded()) ||
        !valid_value(binding.value.type, binding.value.content))
      return false;
    ++count;
  }
  if (!list.ok()) return false;
  out.content_ = content;
  out.count_ = count;
  return true;
}

void VarBinds::iterator::step() { read_varbind(rest_, current_); }

Oid TrapV1::trap_oid() const {
  if (generic < 6) return Oid{1, 3, 6, 1, 6, 3, 1, 1, 5}.child(static_cast<std::uint32_t>(generic) + 1);
  Oid out{enterprise};
  // RFC 3584: enterprise, 0, specific.
  if (out.encoded().size() > 512) return {};
  out.append(0);
  out.append(static_cast<std::uint32_t>(specific));
  return out;
}

Oid Pdu::notification_oid() const {
  static const Oid snmp_trap_oid{1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};
  if (type == PduType::trap_v1) return trap_v1.trap_oid();
  for (const VarBind& v : varbinds)
    if (v.name == snmp_trap_oid.view()) return Oid{v.value.as_oid()};
  return {};
}

Result<Version> peek_version(Bytes datagram) {
  BerReader in{datagram};
  BerReader body = in.enter(tag::sequence);
  const auto version = body.integer(int32_low, int32_high);
  if (!in.ok() || !body.ok()) return malformed("version");
  if (version != 0 && version != 1 && version != 3)
    return fail("monitor.snmp_version", {{"version", std::to_string(version)}});
  return static_cast<Version>(version);
}

Result<CommunityMessage> decode_community(Bytes datagram) {
  BerReader in{datagram};
  BerReader body = in.enter(tag::sequence);
  const auto version = body.integer(int32_low, int32_high);
  if (!in.ok() || !body.ok()) return malformed("version");
  if (version != 0 && version != 1)
    return fail("monitor.snmp_version", {{"version", std::to_string(version)}});
  CommunityMessage out;
  out.version = static_cast<Version>(version);
  out.community = body.expect(tag::octet_string);
  if (!body.ok()) return malformed("community");
  if (!read_pdu(body, out.pdu) || !body.at_end()) return malformed("pdu");
  return out;
}

Result<V3Message> decode_v3(Bytes datagram) {
  BerReader in{datagram};
  BerReader body = in.enter(tag::sequence);
  const auto version = body.integer(int32_low, int32_high);
  if (!in.ok() || !body.ok()) return malformed("version");
  if (version != 3) return fail("monitor.snmp_version", {{"version", std::to_string(version)}});
  V3Message out;
  out.whole = datagram.first(static_cast<std::size_t>(in.position() - datagram.data()));

  BerReader header = body.enter(tag::sequence);
  out.id = static_cast<std::int32_t>(header.integer(0, int32_high));
  out.max_size = static_cast<std::int32_t>(header.integer(484, int32_high));
  const Bytes flags = header.expect(tag::octet_string);
  const auto model = header.integer(1, int32_high);
  if (!body.ok() || !header.ok() || !header.at_end() || flags.size() != 1) return malformed("header");
  out.flags = flags[0];
  if (model != 3) return malformed("security model");
  if (out.has_priv() && !out.has_auth()) return malformed("flags");

  BerReader wrapper{body.expect(tag::octet_string)};
  BerReader usm = wrapper.enter(tag::sequence);
  out.usm.engine_id = usm.expect(tag::octet_string);
  out.usm.boots = static_cast<std::uint32_t>(usm.integer(0, int32_high));
  out.usm.time = static_cast<std::uint32_t>(usm.integer(0, int32_high));
  out.usm.user = usm.expect(tag::octet_string);
  out.usm.auth_parameters = usm.expect(tag::octet_string);
  out.usm.priv_parameters = usm.expect(tag::octet_string);
  if (!body.ok() || !wrapper.ok() || !wrapper.at_end() || !usm.ok() || !usm.at_end() ||
      out.usm.engine_id.size() > 32 || out.usm.user.size() > 32)
    return malformed("security parameters");

  if (out.has_priv()) {
    out.data = body.expect(tag::octet_string);
  } else {
    const std::uint8_t* const start = body.position();
    body.expect(tag::sequence);
    if (body.ok()) out.data = {start, body.position()};
  }
  if (!body.ok() || !body.at_end()) return malformed("data");
  return out;
}

Result<ScopedPdu> decode_scoped(Bytes plain) {
  BerReader in{plain};
  BerReader body = in.enter(tag::sequence);
  ScopedPdu out;
  out.context_engine_id = body.expect(tag::octet_string);
  out.context_name = body.expect(tag::octet_string);
  if (!in.ok() || !body.ok()) return malformed("scoped pdu");
  if (!read_pdu(body, out.pdu) || !body.at_end()) return malformed("pdu");
  return out;
}

void write_pdu(BerWriter& out, const PduFields& fields, Bytes varbinds) {
  const std::size_t since = out.size();
  out.element(tag::sequence, varbinds);
  out.integer(fields.error_index);
  out.integer(fields.error_status);
  out.integer(fields.request_id);
  out.wrap(static_cast<std::uint8_t>(fields.type), since);
}

void write_trap_v1(BerWriter& out, const TrapV1& trap, Bytes varbinds) {
  const std::size_t since = out.size();
  out.element(tag::sequence, varbinds);
  out.unsigned_tagged(tag::time_ticks, trap.timestamp);
  out.integer(trap.specific);
  out.integer(trap.generic);
  out.element(tag::ip_address, trap.agent);
  out.element(tag::oid, trap.enterprise.encoded());
  out.wrap(static_cast<std::uint8_t>(PduType::trap_v1), since);
}

void write_varbind(BerWriter& out, OidView name, std::uint8_t type, Bytes content) {
  const std::size_t since = out.size();
  out.element(type, content);
  out.element(tag::oid, name.encoded());
  out.wrap(tag::sequence, since);
}

std::string encode_names(std::span<const Oid> names) {
  std::size_t room = 0;
  for (const Oid& name : names) room += name.encoded().size() + 16;
  std::vector<std::uint8_t> buffer(room);
  BerWriter out{buffer};
  for (std::size_t i = names.size(); i-- > 0;) write_varbind(out, names[i], tag::null, {});
  YAGURA_ASSERT(out.ok());
  return std::string(text_of(out.bytes()));
}

Result<Bytes> encode_community(std::span<std::uint8_t> buffer, Version version, Bytes community,
                               const PduFields& fields, Bytes varbinds) {
  BerWriter out{buffer};
  write_pdu(out, fields, varbinds);
  out.element(tag::octet_string, community);
  out.integer(static_cast<std::int64_t>(version));
  out.wrap(tag::sequence, 0);
  if (!out.ok()) return fail("monitor.snmp_too_long");
  return out.bytes();
}

}  // namespace yagura::monitor::snmp
