#include "monitor/snmp/ber.hpp"

namespace yagura::monitor::snmp {

bool parse_signed(Bytes content, std::int64_t& out) {
  if (content.empty()) return false;
  const std::uint8_t fill = content[0] & 0x80 ? 0xff : 0x00;
  while (content.size() > 8) {  // padding carries no value
    if (content[0] != fill) return false;
    content = content.subspan(1);
  }
  if (((content[0] ^ fill) & 0x80) != 0) return false;
  std::uint64_t value = fill ? ~std::uint64_t{0} : 0;
  for (const std::uint8_t octet : content) value = value << 8 | octet;
  out = static_cast<std::int64_t>(value);
  return true;
}

bool parse_unsigned(Bytes content, std::uint64_t& out) {
  if (content.empty()) return false;
  while (content.size() > 8) {
    if (content[0] != 0) return false;
    content = content.subspan(1);
  }
  std::uint64_t value = 0;
  for (const std::uint8_t octet : content) value = value << 8 | octet;
  out = value;
  return true;
}

namespace {

// No octet of eight or more has its top bit: every arc is one octet, as in most names of devices.
bool all_small(Bytes content) {
  std::uint64_t seen = 0, eight;
  for (std::size_t at = 0; at + 8 <= content.size(); at += 8) {
    std::memcpy(&eight, content.data() + at, 8);
    seen |= eight;
  }
  std::memcpy(&eight, content.data() + content.size() - 8, 8);
  return ((seen | eight) & 0x8080808080808080U) == 0;
}

}  // namespace

bool valid_oid(Bytes content) {
  if (content.empty()) return true;
  if (content.size() >= 8 && content.size() < 128 && all_small(content)) return true;
  if (content.back() & 0x80) return false;
  std::size_t arcs = 1;  // the first octets hold two
  std::uint64_t arc = 0;
  bool fresh = true;
  for (const std::uint8_t octet : content) {
    if (fresh && octet == 0x80) return false;
    arc = arc << 7 | (octet & 0x7fU);
    fresh = (octet & 0x80) == 0;
    if (!fresh) {
      if (arc > 0x1ffffffU + 1) return false;
      continue;
    }
    // 2.x: the first two arcs share one number, so it may exceed 32 bits by 80.
    if (arc > 0xffffffffU + (arcs == 1 ? 80U : 0U)) return false;
    if (++arcs > 128) return false;
    arc = 0;
  }
  return true;
}

void BerWriter::header(std::uint8_t element_tag, std::size_t length) {
  if (length < 0x80) {
    octet(static_cast<std::uint8_t>(length));
  } else {
    std::uint8_t octets = 0;
    for (std::size_t rest = length; rest != 0; rest >>= 8, ++octets) octet(static_cast<std::uint8_t>(rest));
    octet(static_cast<std::uint8_t>(0x80 | octets));
  }
  octet(element_tag);
}

void BerWriter::integer_tagged(std::uint8_t element_tag, std::int64_t value) {
  const std::size_t since = size();
  std::uint8_t last;
  do {
    last = static_cast<std::uint8_t>(value);
    octet(last);
    value >>= 8;
  } while ((value != 0 && value != -1) || ((value < 0) != ((last & 0x80) != 0)));
  wrap(element_tag, since);
}

void BerWriter::unsigned_tagged(std::uint8_t element_tag, std::uint64_t value) {
  const std::size_t since = size();
  std::uint8_t last;
  do {
    last = static_cast<std::uint8_t>(value);
    octet(last);
    value >>= 8;
  } while (value != 0);
  if (last & 0x80) octet(0);
  wrap(element_tag, since);
}

}  // namespace yagura::monitor::snmp
