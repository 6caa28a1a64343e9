// One datagram: is it a trap, whose, and may it be believed.
//
// Purpose: versions, communities, USM (RFC 3414 section 3.2), time windows, informs' answers and discovery
//          (RFC 3412, 3414 section 4), apart from sockets and disk so that all of it can be tested with
//          octets.
// Threads: one Decoder belongs to one thread; the directory is a snapshot per call.
// Lifetime: a verdict's record points into the datagram or into the decoder: use it before the next call.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "monitor/trap/directory.hpp"
#include "monitor/trap/engines.hpp"
#include "monitor/trap/pending.hpp"
#include "monitor/trap/record.hpp"

namespace yagura::monitor::trap {

struct Datagram {
  snmp::Bytes bytes;
  Address source{};
  std::uint16_t port = 0;
};

struct Verdict {
  enum class What : std::uint8_t {
    trap,       // `record` is to be stored; `answer`, if any, is sent once it is
    refused,    // `why`; `answer`, if any, is a Report to be sent now
    discovery,  // a v3 sender asked for our engine; `answer` tells it
  };
  What what = What::refused;
  Refusal why = Refusal::malformed;
  TrapRecord record;
  std::string answer;
};

class Decoder {
 public:
  Decoder(const Clock& clock, snmp::LocalEngine local, std::vector<EngineState> engines,
          PendingSenders& pending);

  Verdict decode(const Datagram& datagram, Time now, const SenderDirectory& directory);

  // Boots and highest times received of all engines believed so far.
  [[nodiscard]] std::vector<EngineState> engines() const;
  // Whether an engine was met for the first time or booted since the last call: worth saving at once.
  bool take_changed() { return std::exchange(changed_, false); }
  // Whether any engine's time went on since the last call: worth saving soon.
  bool take_moved() { return std::exchange(moved_, false); }

 private:
  struct Context;
  Verdict community_message(const Context& context);
  Verdict v3_message(const Context& context);
  Verdict foreign_engine(const Context& context, const snmp::V3Message& message);
  Verdict for_us(const Context& context, const snmp::V3Message& message);
  Verdict stored(const Context& context, const snmp::Pdu& pdu, snmp::Version version, Id device);
  Verdict refuse(const Context& context, Refusal why, PendingSender seen);
  Verdict report(const snmp::V3Message& message, snmp::UsmReport what, const snmp::UsmKeys* keys,
                 Verdict verdict);
  void prove(const Context& context, const snmp::V3Message& message, std::uint64_t id);

  const Clock& clock_;
  snmp::LocalEngine local_;
  PendingSenders& pending_;
  snmp::UsmKeyCache keys_;  // for proving strangers: a password is hashed once
  std::unordered_map<std::string, snmp::EngineTime> times_;
  std::vector<std::uint8_t> plain_;
  std::vector<std::uint8_t> out_;
  snmp::Oid trap_;
  std::uint64_t salt_ = 0;
  std::uint32_t reports_ = 0;
  Duration reports_since_{};
  bool changed_ = false, moved_ = false;
};

}  // namespace yagura::monitor::trap
