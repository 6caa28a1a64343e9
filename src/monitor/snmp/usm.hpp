// User-based Security Model of SNMPv3: RFC 3414, AES of RFC 3826, SHA-2 of RFC 7860; AES-192/256 in both
// forms that devices use (draft-blumenthal-aes-usm-04, and Cisco's key extension of
// draft-reeder-snmpv3-usm-3desede).
//
// Purpose: keys from passwords, digests, encryption, time windows. There is no user table: whoever calls
//          keeps the keys of each device and each sender, so that nobody's wrong password touches another's
//          right one.
// Secrets: keys are wiped when their object dies; no error carries a password or key.
// Cost:    password -> master key hashes 1 MiB (milliseconds): keep it, or use UsmKeyCache. Localizing costs
//          microseconds (with Cisco's extension another 1 MiB). Digest and cipher contexts are kept per
//          thread.
// Errors:  monitor.snmp_password_short, monitor.snmp_crypto_missing (name), monitor.snmp_bad_digest,
//          monitor.snmp_security_level, monitor.snmp_decrypt, monitor.snmp_too_long.
// Threads: values; UsmKeyCache may be used from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "base/result.hpp"
#include "monitor/snmp/message.hpp"

namespace yagura::monitor::snmp {

enum class AuthProtocol : std::uint8_t { none, md5, sha1, sha224, sha256, sha384, sha512 };
// aes192/aes256 extend short keys as Blumenthal's draft does, the _cisco ones as Reeder's.
enum class PrivProtocol : std::uint8_t { none, des, aes128, aes192, aes256, aes192_cisco, aes256_cisco };

// "none", "MD5", "SHA", "SHA-256", ...; "AES", "AES-256", "AES-256-C", "DES": the words of net-snmp, any
// case.
std::optional<AuthProtocol> auth_protocol(std::string_view name);
std::optional<PrivProtocol> priv_protocol(std::string_view name);
// DES lives in OpenSSL's legacy provider, which need not be installed.
bool des_available();

class SecretBytes {
 public:
  static constexpr std::size_t capacity = 64;
  SecretBytes() = default;
  explicit SecretBytes(Bytes content);  // at most `capacity`
  SecretBytes(const SecretBytes&) = default;
  SecretBytes& operator=(const SecretBytes&) = default;
  ~SecretBytes();
  [[nodiscard]] Bytes bytes() const { return {octets_.data(), size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::array<std::uint8_t, capacity> octets_{};
  std::size_t size_ = 0;
};

struct UsmCredentials {
  std::string user;
  AuthProtocol auth = AuthProtocol::none;
  std::string auth_password;
  PrivProtocol priv = PrivProtocol::none;
  std::string priv_password;
};

// RFC 3414 A.2. Errors: monitor.snmp_password_short (below 8 octets).
Result<SecretBytes> password_to_key(AuthProtocol protocol, std::string_view password);
SecretBytes localize_key(AuthProtocol protocol, const SecretBytes& master, Bytes engine_id);

// One user on one authoritative engine: what a device or a trap sender is spoken to with.
struct UsmKeys {
  std::string user;
  AuthProtocol auth = AuthProtocol::none;
  PrivProtocol priv = PrivProtocol::none;
  SecretBytes auth_key;
  SecretBytes priv_key;

  [[nodiscard]] std::uint8_t level() const {
    return static_cast<std::uint8_t>((auth != AuthProtocol::none ? flag::auth : 0) |
                                     (priv != PrivProtocol::none ? flag::priv : 0));
  }
};

// One user before an engine is known.
class UsmUser {
 public:
  // Does the slow hashing. privacy without authentication is monitor.snmp_security_level.
  static Result<UsmUser> from_passwords(const UsmCredentials& credentials);
  [[nodiscard]] Result<UsmKeys> localize(Bytes engine_id) const;
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::string name_;
  AuthProtocol auth_ = AuthProtocol::none;
  PrivProtocol priv_ = PrivProtocol::none;
  SecretBytes auth_master_, priv_master_;
};

// Remembers master and localized keys by a digest of what they come from, so that 10,000 devices sharing a
// password hash it once. Bounded: when full it forgets all.
class UsmKeyCache {
 public:
  Result<UsmKeys> keys(const UsmCredentials& credentials, Bytes engine_id);

 private:
  static constexpr std::size_t most = 100'000;
  Guarded<std::map<std::string, UsmUser>> users_;
  Guarded<std::map<std::string, UsmKeys>> localized_;
};

// What we believe of another engine's boots and time (RFC 3414 section 2.3), by our steady clock.
class EngineTime {
 public:
  EngineTime() = default;
  EngineTime(std::uint32_t boots, std::uint32_t time, Duration steady_now)
      : boots_(boots), latest_(time), base_(time), at_(steady_now), known_(true) {}

  // What was kept over a restart of ours: `time` is the highest that was received, and the clock stands
  // there. Until the engine says a later one, nothing up to it is taken: all that can be replayed from before
  // was received before.
  static EngineTime resumed(std::uint32_t boots, std::uint32_t time, Duration steady_now) {
    EngineTime out(boots, time, steady_now);
    out.resumed_ = true;
    return out;
  }

  [[nodiscard]] bool known() const { return known_; }
  [[nodiscard]] std::uint32_t boots() const { return boots_; }
  // The highest time received in this boot.
  [[nodiscard]] std::uint32_t latest() const { return latest_; }
  [[nodiscard]] std::uint32_t time_at(Duration steady_now) const;
  // Section 3.2 step 7b, for a message whose digest is right: moves on and says whether it is in the window.
  bool accept(std::uint32_t boots, std::uint32_t time, Duration steady_now);

 private:
  std::uint32_t boots_ = 0;
  std::uint32_t latest_ = 0;  // highest time received in this boot: replays below it do not move the clock
  std::uint32_t base_ = 0;
  Duration at_{};
  bool known_ = false;
  bool resumed_ = false;
};

// Ourselves as authoritative engine (receiving informs). `boots` is kept on disk by the caller and grows by
// one each start.
class LocalEngine {
 public:
  LocalEngine(std::string engine_id, std::uint32_t boots, Duration steady_start)
      : engine_id_(std::move(engine_id)), boots_(boots), start_(steady_start) {}
  [[nodiscard]] Bytes engine_id() const { return bytes_of(engine_id_); }
  [[nodiscard]] std::uint32_t boots() const { return boots_; }
  [[nodiscard]] std::uint32_t time_at(Duration steady_now) const;
  // Section 3.2 step 7a.
  [[nodiscard]] bool in_window(std::uint32_t boots, std::uint32_t time, Duration steady_now) const;

 private:
  std::string engine_id_;
  std::uint32_t boots_;
  Duration start_;
};

// usmStats counters that Reports carry, as the last arcs of 1.3.6.1.6.3.15.1.1.N.0.
enum class UsmReport : std::uint8_t {
  unsupported_level = 1,
  not_in_time_window = 2,
  unknown_user = 3,
  unknown_engine = 4,
  wrong_digest = 5,
  decryption_error = 6,
};
std::optional<UsmReport> usm_report(const Pdu& report);
Oid usm_report_oid(UsmReport what);

// Whether the digest is that of `keys`; compared in constant time. Errors: monitor.snmp_bad_digest.
Result<> verify(const V3Message& message, const UsmKeys& keys);
// Verifies as far as the message's flags say, decrypts into scratch (at least data.size() octets; the result
// points into it, or into the message when that is in the clear) and decodes. A message below `least` is
// monitor.snmp_security_level. The time window is the caller's to judge, after this, with EngineTime.
Result<ScopedPdu> unseal(const V3Message& message, const UsmKeys& keys, std::uint8_t least,
                         std::span<std::uint8_t> scratch);
inline Result<ScopedPdu> unseal(const V3Message& message, const UsmKeys& keys,
                                std::span<std::uint8_t> scratch) {
  return unseal(message, keys, keys.level(), scratch);
}

struct V3Fields {
  std::int32_t id = 0;
  bool reportable = true;
  Bytes engine_id;  // authoritative; empty for discovery
  std::uint32_t boots = 0;
  std::uint32_t time = 0;
  Bytes context_engine_id;
  Bytes context_name;
  PduFields pdu;
  Bytes varbinds;
  std::uint64_t salt = 0;  // never the same twice under one key
};
// Message in the tail of `buffer`. `level` (flag::auth | flag::priv) must not exceed what keys can do.
Result<Bytes> encode_v3(std::span<std::uint8_t> buffer, const V3Fields& fields, const UsmKeys& keys,
                        std::uint8_t level);
inline Result<Bytes> encode_v3(std::span<std::uint8_t> buffer, const V3Fields& fields, const UsmKeys& keys) {
  return encode_v3(buffer, fields, keys, keys.level());
}

// The Report that tells the sender of a reportable `cause` (an inform, its discovery) what was wrong with it.
// `count` is the usmStats counter's value. Signed with `keys` when they can; UsmKeys{} for a Report in the
// clear, as for an engine or user not known. Peers match it by the request-id, so that is repeated where it
// can be read.
Result<Bytes> encode_report(std::span<std::uint8_t> buffer, const V3Message& cause, const LocalEngine& me,
                            UsmReport what, std::uint32_t count, Duration steady_now, const UsmKeys& keys);

}  // namespace yagura::monitor::snmp
