// v3 messages: header, security parameters, and what stands inside, with keys that fit and that do not.
#include <cstdlib>
#include <vector>

#include "monitor/snmp/usm.hpp"

using namespace yagura::monitor::snmp;

namespace {

UsmKeys keys() {
  return *UsmUser::from_passwords(
              {"ops", AuthProtocol::sha1, "authentication", PrivProtocol::aes128, "privacy-key"})
              ->localize(bytes_of("engine-1"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const UsmKeys secret = keys();
  const auto read = decode_v3({data, size});
  if (!read) return 0;
  std::vector<std::uint8_t> scratch(read->data.size()), room(size + 256);
  (void)unseal(*read, secret, scratch);
  if (const auto inner = decode_scoped(read->data)) {
    for (const VarBind& v : inner->pdu.varbinds) (void)v.value.as_number();
    (void)usm_report(inner->pdu);
  }
  // The same message signed and sealed by somebody who knows the key must open.
  const auto open = unseal(*read, UsmKeys{}, 0, scratch);
  if (!open || open->pdu.type == PduType::trap_v1) return 0;
  V3Fields f;
  f.id = read->id;
  f.engine_id = read->usm.engine_id;
  f.boots = read->usm.boots;
  f.time = read->usm.time;
  f.context_engine_id = open->context_engine_id;
  f.context_name = open->context_name;
  f.pdu = {open->pdu.type, open->pdu.request_id, open->pdu.error_status, open->pdu.error_index};
  f.varbinds = open->pdu.varbinds.content();
  f.salt = size;
  const auto sealed = encode_v3(room, f, secret);
  if (!sealed) std::abort();
  const auto again = decode_v3(*sealed);
  scratch.resize(room.size());
  if (!again || !unseal(*again, secret, scratch)) std::abort();
  return 0;
}
