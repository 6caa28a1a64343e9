#include "monitor/snmp/usm.hpp"

#include <algorithm>
#include <vector>

#include "monitor/snmp/crypto.hpp"

namespace yagura::monitor::snmp {

namespace {

constexpr std::uint32_t window = 150;             // seconds, RFC 3414 section 2.2.3
constexpr std::uint32_t last_boots = 0x7fffffff;  // an engine that counted so far must be given new keys

std::string key_of(std::initializer_list<Bytes> parts) {
  // Lengths go in too, so that no two lists of parts make the same octets.
  std::string joined;
  for (const Bytes part : parts) joined += std::to_string(part.size()) + ':' + std::string(text_of(part));
  const auto digest = crypto::sha256({bytes_of(joined)});
  crypto::wipe({reinterpret_cast<std::uint8_t*>(joined.data()), joined.size()});
  return std::string(text_of(digest));
}

std::string key_of(const UsmCredentials& c) {
  const std::uint8_t protocols[2] = {static_cast<std::uint8_t>(c.auth), static_cast<std::uint8_t>(c.priv)};
  return key_of({protocols, bytes_of(c.user), bytes_of(c.auth_password), bytes_of(c.priv_password)});
}

// Makes a localized key as long as the cipher wants it.
SecretBytes extend_key(AuthProtocol auth, PrivProtocol priv, const SecretBytes& localized, Bytes engine_id) {
  const std::size_t wanted = crypto::key_size(priv);
  std::array<std::uint8_t, 128> octets{};
  std::size_t have = localized.size();
  std::copy_n(localized.bytes().data(), have, octets.data());
  while (have < wanted) {
    crypto::Digest more{};
    std::size_t size;
    if (priv == PrivProtocol::aes192_cisco || priv == PrivProtocol::aes256_cisco) {
      crypto::Digest master{};
      size = crypto::hash_megabyte(auth, Bytes(octets).first(have), master);
      const Bytes ku = Bytes(master).first(size);
      size = crypto::hash(auth, {ku, engine_id, ku}, more);
    } else {
      size = crypto::hash(auth, {Bytes(octets).first(have)}, more);
    }
    YAGURA_ASSERT(size != 0);
    std::copy_n(more.data(), size, octets.data() + have);
    have += size;
  }
  SecretBytes out(Bytes(octets).first(wanted));
  crypto::wipe(octets);
  return out;
}

// RFC 3826 section 3.1.2.1 (AES: boots, time, salt) and RFC 3414 section 8.1.1.1 (DES: pre-IV xor salt).
std::array<std::uint8_t, 16> make_iv(const UsmKeys& keys, std::uint32_t boots, std::uint32_t time,
                                     Bytes salt) {
  std::array<std::uint8_t, 16> iv{};
  if (keys.priv == PrivProtocol::des) {
    for (std::size_t i = 0; i < 8; ++i) iv[i] = keys.priv_key.bytes()[8 + i] ^ salt[i];
    return iv;
  }
  for (std::size_t i = 0; i < 4; ++i) {
    iv[i] = static_cast<std::uint8_t>(boots >> (24 - 8 * i));
    iv[4 + i] = static_cast<std::uint8_t>(time >> (24 - 8 * i));
  }
  std::copy_n(salt.data(), 8, iv.data() + 8);
  return iv;
}

Bytes cipher_key(const UsmKeys& keys) {
  return keys.priv == PrivProtocol::des ? keys.priv_key.bytes().first(8) : keys.priv_key.bytes();
}

std::string folded(std::string_view name) {
  std::string out;
  for (const char c : name)
    if (c != '-' && c != '_') out += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return out;
}

}  // namespace

std::optional<AuthProtocol> auth_protocol(std::string_view name) {
  const std::string word = folded(name);
  if (word == "NONE") return AuthProtocol::none;
  if (word == "MD5") return AuthProtocol::md5;
  if (word == "SHA" || word == "SHA1") return AuthProtocol::sha1;
  if (word == "SHA224") return AuthProtocol::sha224;
  if (word == "SHA256") return AuthProtocol::sha256;
  if (word == "SHA384") return AuthProtocol::sha384;
  if (word == "SHA512") return AuthProtocol::sha512;
  return std::nullopt;
}

std::optional<PrivProtocol> priv_protocol(std::string_view name) {
  const std::string word = folded(name);
  if (word == "NONE") return PrivProtocol::none;
  if (word == "DES") return PrivProtocol::des;
  if (word == "AES" || word == "AES128") return PrivProtocol::aes128;
  if (word == "AES192") return PrivProtocol::aes192;
  if (word == "AES256") return PrivProtocol::aes256;
  if (word == "AES192C") return PrivProtocol::aes192_cisco;
  if (word == "AES256C") return PrivProtocol::aes256_cisco;
  return std::nullopt;
}

bool des_available() { return crypto::available(PrivProtocol::des); }

SecretBytes::SecretBytes(Bytes content) : size_(content.size()) {
  YAGURA_ASSERT(content.size() <= capacity);
  std::copy_n(content.data(), content.size(), octets_.data());
}

SecretBytes::~SecretBytes() { crypto::wipe(octets_); }

Result<SecretBytes> password_to_key(AuthProtocol protocol, std::string_view password) {
  if (password.size() < 8) return fail("monitor.snmp_password_short");
  crypto::Digest digest{};
  const std::size_t size = crypto::hash_megabyte(protocol, bytes_of(password), digest);
  if (size == 0) return fail("monitor.snmp_crypto_missing", {{"name", "digest"}});
  SecretBytes out(Bytes(digest).first(size));
  crypto::wipe(digest);
  return out;
}

SecretBytes localize_key(AuthProtocol protocol, const SecretBytes& master, Bytes engine_id) {
  crypto::Digest digest{};
  const std::size_t size = crypto::hash(protocol, {master.bytes(), engine_id, master.bytes()}, digest);
  SecretBytes out(Bytes(digest).first(size));
  crypto::wipe(digest);
  return out;
}

Result<UsmUser> UsmUser::from_passwords(const UsmCredentials& credentials) {
  UsmUser out;
  out.name_ = credentials.user;
  out.auth_ = credentials.auth;
  out.priv_ = credentials.priv;
  if (out.auth_ == AuthProtocol::none) {
    if (out.priv_ != PrivProtocol::none) return fail("monitor.snmp_security_level");
    return out;
  }
  YAGURA_TRY(out.auth_master_, password_to_key(out.auth_, credentials.auth_password));
  if (out.priv_ == PrivProtocol::none) return out;
  if (!crypto::available(out.priv_)) return fail("monitor.snmp_crypto_missing", {{"name", "DES"}});
  YAGURA_TRY(out.priv_master_, password_to_key(out.auth_, credentials.priv_password));
  return out;
}

Result<UsmKeys> UsmUser::localize(Bytes engine_id) const {
  UsmKeys out{name_, auth_, priv_, {}, {}};
  if (auth_ == AuthProtocol::none) return out;
  out.auth_key = localize_key(auth_, auth_master_, engine_id);
  if (priv_ != PrivProtocol::none)
    out.priv_key = extend_key(auth_, priv_, localize_key(auth_, priv_master_, engine_id), engine_id);
  return out;
}

Result<UsmKeys> UsmKeyCache::keys(const UsmCredentials& credentials, Bytes engine_id) {
  const std::string who = key_of(credentials);
  const std::string where = key_of({bytes_of(who), engine_id});
  const auto find = [](auto& map, const std::string& key) {
    const auto found = map.find(key);
    return found == map.end() ? std::nullopt : std::optional(found->second);
  };
  if (auto known = localized_.with([&](auto& map) { return find(map, where); })) return *std::move(known);
  auto user = users_.with([&](auto& map) { return find(map, who); });
  if (!user) {
    YAGURA_TRY(user, UsmUser::from_passwords(credentials));  // outside the lock: it takes milliseconds
    users_.with([&](auto& map) {
      if (map.size() >= most) map.clear();
      map.emplace(who, *user);
    });
  }
  YAGURA_TRY(auto made, user->localize(engine_id));
  localized_.with([&](auto& map) {
    if (map.size() >= most) map.clear();
    map.emplace(where, made);
  });
  return made;
}

std::uint32_t EngineTime::time_at(Duration steady_now) const {
  const auto passed = std::chrono::duration_cast<std::chrono::seconds>(steady_now - at_).count();
  return base_ + static_cast<std::uint32_t>(std::max<std::int64_t>(passed, 0));
}

bool EngineTime::accept(std::uint32_t boots, std::uint32_t time, Duration steady_now) {
  if (!known_ || boots > boots_ || (boots == boots_ && time > latest_)) {
    *this = EngineTime(boots, time, steady_now);
  }
  if (boots_ == last_boots || boots < boots_ || resumed_) return false;
  return std::uint64_t{time} + window >= time_at(steady_now);
}

std::uint32_t LocalEngine::time_at(Duration steady_now) const {
  return static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::seconds>(steady_now - start_).count());
}

bool LocalEngine::in_window(std::uint32_t boots, std::uint32_t time, Duration steady_now) const {
  if (boots_ == last_boots || boots != boots_) return false;
  const std::uint32_t mine = time_at(steady_now);
  return (time > mine ? time - mine : mine - time) <= window;
}

Oid usm_report_oid(UsmReport what) {
  return Oid{1, 3, 6, 1, 6, 3, 15, 1, 1}.child(static_cast<std::uint32_t>(what)).child(0);
}

std::optional<UsmReport> usm_report(const Pdu& report) {
  static const Oid stats{1, 3, 6, 1, 6, 3, 15, 1, 1};
  if (report.type != PduType::report) return std::nullopt;
  for (const VarBind& v : report.varbinds) {
    const Bytes rest = v.name.after(stats);
    if (!rest.empty() && rest[0] >= 1 && rest[0] <= 6) return static_cast<UsmReport>(rest[0]);
  }
  return std::nullopt;
}

Result<> verify(const V3Message& message, const UsmKeys& keys) {
  const std::size_t size = crypto::tag_size(keys.auth);
  const Bytes given = message.usm.auth_parameters;
  if (size == 0 || given.size() != size) return fail("monitor.snmp_bad_digest");
  static constexpr std::uint8_t zeros[48] = {};
  const auto before = static_cast<std::size_t>(given.data() - message.whole.data());
  crypto::Digest digest;
  const std::size_t made = crypto::hmac(
      keys.auth, keys.auth_key.bytes(),
      {message.whole.first(before), Bytes(zeros).first(size), message.whole.subspan(before + size)}, digest);
  if (made == 0 || !crypto::same_octets(Bytes(digest).first(size), given))
    return fail("monitor.snmp_bad_digest");
  return {};
}

Result<ScopedPdu> unseal(const V3Message& message, const UsmKeys& keys, std::uint8_t least,
                         std::span<std::uint8_t> scratch) {
  const std::uint8_t level = message.flags & (flag::auth | flag::priv);
  if ((level & least) != least || (level & keys.level()) != level) return fail("monitor.snmp_security_level");
  if (message.has_auth()) YAGURA_CHECK(verify(message, keys));
  if (!message.has_priv()) return decode_scoped(message.data);
  if (message.usm.priv_parameters.size() != 8 || scratch.size() < message.data.size() ||
      (keys.priv == PrivProtocol::des && message.data.size() % 8 != 0))
    return fail("monitor.snmp_decrypt");
  const auto iv = make_iv(keys, message.usm.boots, message.usm.time, message.usm.priv_parameters);
  if (!crypto::crypt(keys.priv, false, cipher_key(keys), iv, message.data, scratch.data()))
    return fail("monitor.snmp_decrypt");
  return decode_scoped(scratch.first(message.data.size()));
}

namespace {

// Writes msgData: the ScopedPDU, encrypted where it stands when `salt` has octets.
bool write_data(BerWriter& out, const V3Fields& f, const UsmKeys& keys, Bytes salt) {
  write_pdu(out, f.pdu, f.varbinds);
  out.element(tag::octet_string, f.context_name);
  out.element(tag::octet_string, f.context_engine_id);
  out.wrap(tag::sequence, 0);
  if (salt.empty() || !out.ok()) return out.ok();
  if (keys.priv == PrivProtocol::des && out.size() % 8 != 0) {
    // Padding stands behind what is already written, so that moves forward by it.
    const std::vector<std::uint8_t> plain(out.bytes().begin(), out.bytes().end());
    static constexpr std::uint8_t padding[8] = {};
    const std::size_t size = plain.size(), pad = 8 - size % 8;
    out.raw(Bytes(padding).first(pad));
    if (!out.ok()) return false;
    std::copy(plain.begin(), plain.end(), out.front());
    std::fill_n(out.front() + size, pad, std::uint8_t{0});
  }
  const auto iv = make_iv(keys, f.boots, f.time, salt);
  if (!crypto::crypt(keys.priv, true, cipher_key(keys), iv, out.bytes(), out.front())) return false;
  out.wrap(tag::octet_string, 0);
  return out.ok();
}

}  // namespace

Result<Bytes> encode_v3(std::span<std::uint8_t> buffer, const V3Fields& f, const UsmKeys& keys,
                        std::uint8_t level) {
  if ((level & keys.level()) != level || level == flag::priv) return fail("monitor.snmp_security_level");
  const bool auth = (level & flag::auth) != 0, priv = (level & flag::priv) != 0;
  std::array<std::uint8_t, 8> salt;
  for (std::size_t i = 0; i < 8; ++i) salt[i] = static_cast<std::uint8_t>(f.salt >> (56 - 8 * i));
  const Bytes sent_salt = priv ? Bytes(salt) : Bytes{};

  BerWriter out{buffer};
  if (!write_data(out, f, keys, sent_salt))
    return fail(out.ok() ? "monitor.snmp_decrypt" : "monitor.snmp_too_long");
  const std::size_t usm = out.size();
  static constexpr std::uint8_t zeros[48] = {};
  const std::size_t tag_octets = auth ? crypto::tag_size(keys.auth) : 0;
  out.element(tag::octet_string, sent_salt);
  out.raw(Bytes(zeros).first(tag_octets));
  std::uint8_t* const tag_at = out.front();
  out.header(tag::octet_string, tag_octets);
  out.element(tag::octet_string, bytes_of(keys.user));
  out.integer(f.time);
  out.integer(f.boots);
  out.element(tag::octet_string, f.engine_id);
  out.wrap(tag::sequence, usm);
  out.wrap(tag::octet_string, usm);
  const std::size_t header = out.size();
  const std::uint8_t flags = static_cast<std::uint8_t>(level | (f.reportable ? flag::reportable : 0));
  out.integer(3);
  out.element(tag::octet_string, {&flags, 1});
  out.integer(65507);
  out.integer(f.id);
  out.wrap(tag::sequence, header);
  out.integer(static_cast<std::int64_t>(Version::v3));
  out.wrap(tag::sequence, 0);
  if (!out.ok()) return fail("monitor.snmp_too_long");
  if (auth) {
    crypto::Digest digest;
    if (crypto::hmac(keys.auth, keys.auth_key.bytes(), {out.bytes()}, digest) == 0)
      return fail("monitor.snmp_crypto_missing", {{"name", "digest"}});
    std::copy_n(digest.begin(), tag_octets, tag_at);
  }
  return out.bytes();
}

Result<Bytes> encode_report(std::span<std::uint8_t> buffer, const V3Message& cause, const LocalEngine& me,
                            UsmReport what, std::uint32_t count, Duration steady_now, const UsmKeys& keys) {
  std::array<std::uint8_t, 64> list;
  std::array<std::uint8_t, 8> number;
  BerWriter content{number};
  content.unsigned_tagged(tag::counter32, count);
  BerWriter bindings{list};
  write_varbind(bindings, usm_report_oid(what), tag::counter32, content.bytes().subspan(2));
  V3Fields f;
  f.id = cause.id;
  f.reportable = false;
  f.engine_id = f.context_engine_id = me.engine_id();
  f.boots = me.boots();
  f.time = me.time_at(steady_now);
  f.pdu.type = PduType::report;
  if (!cause.has_priv())
    if (const auto asked = decode_scoped(cause.data)) f.pdu.request_id = asked->pdu.request_id;
  f.varbinds = bindings.bytes();
  return encode_v3(buffer, f, keys, keys.level() & flag::auth);
}

}  // namespace yagura::monitor::snmp
