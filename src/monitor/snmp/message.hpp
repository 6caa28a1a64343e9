// SNMP messages: v1 (RFC 1157, with its Trap-PDU), v2c (RFC 1901, RFC 3416), v3 (RFC 3412) as they travel in
// one UDP datagram (RFC 3417).
//
// Purpose: datagram -> views, fields -> datagram. No security processing (usm.hpp), no names of MIBs.
// Reading: a decode function checks the whole message once; walking the variable bindings afterwards cannot
//          fail and allocates nothing. Octets after the message are ignored, as agents pad.
// Lifetime: everything read is a view into the datagram: keep that alive and unmoved.
// Errors:  monitor.snmp_malformed (part), monitor.snmp_version (version), monitor.snmp_too_long.
// Threads: pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/result.hpp"
#include "monitor/snmp/ber.hpp"
#include "monitor/snmp/oid.hpp"

namespace yagura::monitor::snmp {

enum class Version : std::uint8_t { v1 = 0, v2c = 1, v3 = 3 };

enum class PduType : std::uint8_t {
  get = 0xa0,
  get_next = 0xa1,
  response = 0xa2,
  set = 0xa3,
  trap_v1 = 0xa4,
  get_bulk = 0xa5,
  inform = 0xa6,
  trap_v2 = 0xa7,
  report = 0xa8,
};

// error-status of RFC 3416; the v1 ones are 0..5.
namespace error_status {
inline constexpr std::int32_t no_error = 0, too_big = 1, no_such_name = 2, bad_value = 3, read_only = 4,
                              gen_err = 5, no_access = 6, authorization_error = 16;
}

struct Value {
  std::uint8_t type = tag::null;
  Bytes content;

  // INTEGER as is; Counter, Gauge, TimeTicks as unsigned. Nothing for other types.
  [[nodiscard]] std::optional<std::int64_t> as_signed() const;
  // The number of INTEGER (when not negative), Counter32/64, Gauge32, TimeTicks.
  [[nodiscard]] std::optional<std::uint64_t> as_unsigned() const;
  // Any number, and float or double wrapped in Opaque as UCD-SNMP sends them.
  [[nodiscard]] std::optional<double> as_number() const;
  [[nodiscard]] OidView as_oid() const { return type == tag::oid ? OidView{content} : OidView{}; }
  [[nodiscard]] bool is_octets() const { return type == tag::octet_string; }
  [[nodiscard]] std::string_view as_text() const {
    return is_octets() ? text_of(content) : std::string_view{};
  }
  // noSuchObject, noSuchInstance or endOfMibView.
  [[nodiscard]] bool is_exception() const {
    return type >= tag::no_such_object && type <= tag::end_of_mib_view;
  }
};

struct VarBind {
  OidView name;
  Value value;
  Bytes whole{};  // the binding as it travels, when it was read from a message
};

// The checked content of a VarBindList.
class VarBinds {
 public:
  VarBinds() = default;
  // Checks every binding. False (and empty) when something is not well formed.
  static bool check(Bytes content, VarBinds& out);

  class iterator {
   public:
    using value_type = VarBind;
    using difference_type = std::ptrdiff_t;
    iterator() = default;
    explicit iterator(Bytes rest) : rest_(rest), done_(rest.empty()) {
      if (!done_) step();
    }
    const VarBind& operator*() const { return current_; }
    const VarBind* operator->() const { return &current_; }
    iterator& operator++() {
      if (rest_.at_end())
        done_ = true;
      else
        step();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& a, std::default_sentinel_t) { return a.done_; }

   private:
    void step();
    BerReader rest_;
    VarBind current_;
    bool done_ = true;
  };
  [[nodiscard]] iterator begin() const { return iterator{content_}; }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  // The octets, to send the same list again (an inform's response repeats it).
  [[nodiscard]] Bytes content() const { return content_; }

 private:
  Bytes content_;
  std::size_t count_ = 0;
};

// The Trap-PDU of RFC 1157 section 4.1.6.
struct TrapV1 {
  OidView enterprise;
  std::array<std::uint8_t, 4>
      agent{};               // the sender's own idea of its address: behind NAT the one that counts
  std::int32_t generic = 0;  // 0 coldStart .. 5 egpNeighborLoss, 6 enterpriseSpecific
  std::int32_t specific = 0;
  std::uint32_t timestamp = 0;  // hundredths of a second since the agent started

  // The snmpTrapOID.0 that RFC 3584 section 3.1 gives this trap.
  [[nodiscard]] Oid trap_oid() const;
};

struct Pdu {
  PduType type = PduType::get;
  std::int32_t request_id = 0;
  std::int32_t error_status = 0;  // of GetBulk: non-repeaters
  std::int32_t error_index = 0;   // of GetBulk: max-repetitions
  TrapV1 trap_v1;                 // only when type is trap_v1; the four fields above are then zero
  VarBinds varbinds;

  // Of a v1 or v2 notification: the trap's identifier; empty when a v2 one lacks snmpTrapOID.0.
  [[nodiscard]] Oid notification_oid() const;
};

// The version of a datagram that looks like SNMP, to choose the decoder.
Result<Version> peek_version(Bytes datagram);

struct CommunityMessage {
  Version version = Version::v2c;
  Bytes community;
  Pdu pdu;
};
Result<CommunityMessage> decode_community(Bytes datagram);

// msgFlags of RFC 3412 section 6.4.
namespace flag {
inline constexpr std::uint8_t auth = 1, priv = 2, reportable = 4;
}

// UsmSecurityParameters of RFC 3414 section 2.4.
struct UsmParameters {
  Bytes engine_id;  // of the authoritative engine: an agent answering, or the sender of a trap
  std::uint32_t boots = 0;
  std::uint32_t time = 0;
  Bytes user;
  Bytes auth_parameters;
  Bytes priv_parameters;
};

struct V3Message {
  std::int32_t id = 0;
  std::int32_t max_size = 0;  // what the sender can take
  std::uint8_t flags = 0;
  UsmParameters usm;
  Bytes data;   // ScopedPDU, or the encrypted octets when has_priv()
  Bytes whole;  // what the digest covers

  [[nodiscard]] bool has_auth() const { return (flags & flag::auth) != 0; }
  [[nodiscard]] bool has_priv() const { return (flags & flag::priv) != 0; }
  [[nodiscard]] bool reportable() const { return (flags & flag::reportable) != 0; }
};
// Header and USM parameters; nothing is believed yet. Only security model 3 (USM) is read.
Result<V3Message> decode_v3(Bytes datagram);

struct ScopedPdu {
  Bytes context_engine_id;
  Bytes context_name;
  Pdu pdu;
};
// Padding after the ScopedPDU (DES) is ignored.
Result<ScopedPdu> decode_scoped(Bytes plain);

struct PduFields {
  PduType type = PduType::get;
  std::int32_t request_id = 0;
  std::int32_t error_status = 0;  // GetBulk: non-repeaters
  std::int32_t error_index = 0;   // GetBulk: max-repetitions
};
void write_pdu(BerWriter& out, const PduFields& fields, Bytes varbinds);
void write_trap_v1(BerWriter& out, const TrapV1& trap, Bytes varbinds);
// Puts one binding before what was written since; write lists from their last binding to the first.
void write_varbind(BerWriter& out, OidView name, std::uint8_t type, Bytes content);
inline void write_varbind(BerWriter& out, const VarBind& v) {
  write_varbind(out, v.name, v.value.type, v.value.content);
}
// Bindings with NULL values, as requests carry them.
std::string encode_names(std::span<const Oid> names);

// v1 or v2c message in the tail of `buffer`.
Result<Bytes> encode_community(std::span<std::uint8_t> buffer, Version version, Bytes community,
                               const PduFields& fields, Bytes varbinds);

}  // namespace yagura::monitor::snmp
