// A stranger's datagram against a directory with every way of being known.
#include "monitor/trap/decoder.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yagura;
  using namespace yagura::monitor;
  using namespace yagura::monitor::trap;
  static ManualClock clock;
  static snmp::UsmKeyCache cache;
  static const std::string local = std::string("\x80\x00\x00\x00\x05", 5) + "us";
  static const Address here = from_v4({192, 0, 2, 1});
  static const auto directory = [] {
    Sender sender;
    sender.device = 42;
    sender.addresses = {here};
    sender.communities = {"public"};
    sender.users = {
        {"ops", snmp::AuthProtocol::sha1, "password-one", snmp::PrivProtocol::aes128, "secret-one"},
        {"open", snmp::AuthProtocol::none, "", snmp::PrivProtocol::none, ""},
    };
    sender.engine_ids = {std::string("\x80\x00\x00\x09\x03switch", 11)};
    return SenderDirectory::build({sender}, snmp::bytes_of(local), cache);
  }();
  PendingSenders pending(4);
  Decoder decoder(clock, snmp::LocalEngine(local, 3, clock.steady()), {}, pending);
  const Datagram datagram{{data, size}, here, 40000};
  const auto verdict = decoder.decode(datagram, clock.now(), *directory);
  if (verdict.what != Verdict::What::trap) return 0;
  std::string stored;
  append_record(stored, verdict.record);
  if (!parse_record(stored)) __builtin_trap();  // what is accepted can be read back
  return 0;
}
