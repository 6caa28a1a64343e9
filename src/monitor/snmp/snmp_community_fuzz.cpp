// v1 and v2c messages: whatever decodes must encode and decode to the same again.
#include <cstdlib>
#include <vector>

#include "monitor/snmp/message.hpp"

using namespace yagura::monitor::snmp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = decode_community({data, size});
  if (!read) return 0;
  const Pdu& pdu = read->pdu;
  std::size_t seen = 0;
  for (const VarBind& v : pdu.varbinds) {
    (void)v.value.as_number();
    (void)v.value.as_signed();
    (void)v.name.text();
    (void)v.value.as_oid().text();
    ++seen;
  }
  if (seen != pdu.varbinds.size()) std::abort();
  (void)pdu.notification_oid().text();
  if (pdu.type == PduType::trap_v1) return 0;
  std::vector<std::uint8_t> room(size + 64);
  const auto again =
      encode_community(room, read->version, read->community,
                       {pdu.type, pdu.request_id, pdu.error_status, pdu.error_index}, pdu.varbinds.content());
  if (!again) std::abort();
  const auto second = decode_community(*again);
  if (!second || second->pdu.request_id != pdu.request_id || second->pdu.varbinds.size() != seen ||
      text_of(second->community) != text_of(read->community))
    std::abort();
  return 0;
}
