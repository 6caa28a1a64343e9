// Elements, integers and identifiers from any octets; what was read and is written again must read the same.
#include <cstdlib>
#include <vector>

#include "monitor/snmp/oid.hpp"

using namespace yagura::monitor::snmp;

namespace {

void need(bool fact) {
  if (!fact) std::abort();
}

void walk(BerReader in, int depth) {
  while (!in.at_end()) {
    std::uint8_t type;
    const Bytes content = in.any(type);
    if (!in.ok()) return;
    std::int64_t number;
    if (type == tag::integer && parse_signed(content, number)) {
      std::uint8_t room[16];
      BerWriter out{room};
      out.integer(number);
      BerReader again{out.bytes()};
      need(again.integer(INT64_MIN, INT64_MAX) == number && again.ok());
    }
    if (type == tag::oid && valid_oid(content) && !content.empty()) {
      const OidView oid{content};
      const auto parsed = Oid::parse(oid.text());
      need(parsed.has_value() && parsed->view() == oid && (oid <=> oid.parent()) > 0 &&
           oid.last().has_value());
    }
    if (type & 0x20 && depth < 20) walk(BerReader{content}, depth + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  walk(BerReader{Bytes{data, size}}, 0);
  return 0;
}
