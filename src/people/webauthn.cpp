#include "people/webauthn.hpp"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <sodium.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "base/text.hpp"
#include "people/attestation_object.hpp"
#include "schema/json.hpp"

namespace yagura::people::webauthn {

namespace {

constexpr std::size_t most_client_data = 4096;
constexpr std::size_t most_attestation = 16384;
constexpr std::size_t most_authenticator_data = 2048;
constexpr std::size_t most_credential = 1023;
constexpr std::size_t most_signature = 1024;

// Authenticator data: SHA-256 of the relying party's id, flags, counter, then what was made (6.1).
constexpr std::size_t hash_size = crypto_hash_sha256_BYTES, head_size = hash_size + 1 + 4;
constexpr unsigned flag_present = 0x01, flag_verified = 0x04, flag_credential = 0x40;

using Bytes = std::vector<unsigned char>;

std::optional<Bytes> bytes_of(std::string_view base64url, std::size_t most) {
  if (base64url.empty() || base64url.size() > most / 3 * 4 + 4) return std::nullopt;
  Bytes out(base64url.size());
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(out.data(), out.size(), base64url.data(), base64url.size(), nullptr, &size, &end,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      end != base64url.data() + base64url.size() || size == 0 || size > most)
    return std::nullopt;
  out.resize(size);
  return out;
}

std::string base64url(const unsigned char* bytes, std::size_t size) {
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string out(sodium_base64_encoded_len(size, variant), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes, size, variant);
  out.pop_back();  // its end of string
  return out;
}

std::array<unsigned char, hash_size> sha256(const unsigned char* bytes, std::size_t size) {
  std::array<unsigned char, hash_size> out{};
  crypto_hash_sha256(out.data(), bytes, size);
  return out;
}

struct Free {
  void operator()(fido_cred_t* p) const { fido_cred_free(&p); }
  void operator()(fido_assert_t* p) const { fido_assert_free(&p); }
  void operator()(es256_pk_t* p) const { es256_pk_free(&p); }
  void operator()(eddsa_pk_t* p) const { eddsa_pk_free(&p); }
  void operator()(rs256_pk_t* p) const { rs256_pk_free(&p); }
};

std::expected<schema::Value, Fault> parse_client_data(const Bytes& bytes) {
  auto parsed = schema::parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!parsed || !parsed->is_object()) return std::unexpected(Fault::malformed);
  return std::move(*parsed);
}

// 7.1 steps 5-10, 7.2 steps 8-13.
std::optional<Fault> fault_of_client_data(const Bytes& bytes, std::string_view type,
                                          std::string_view challenge, const RelyingParty& rp) {
  const auto data = parse_client_data(bytes);
  if (!data) return data.error();
  if ((*data)["type"].text() != type) return Fault::type;
  if (challenge.empty() || (*data)["challenge"].text() != challenge) return Fault::challenge;
  if ((*data)["origin"].text() != rp.origin) return Fault::origin;
  const auto* crossing = data->find("crossOrigin");
  if ((crossing && (crossing->kind() != schema::Value::Kind::boolean || crossing->boolean())) ||
      data->find("topOrigin"))
    return Fault::embedded;
  return std::nullopt;
}

std::optional<Fault> fault_of_head(ByteView bytes, const RelyingParty& rp, bool user_verified) {
  if (bytes.size() < head_size) return Fault::malformed;
  const auto hash = sha256(reinterpret_cast<const unsigned char*>(rp.id.data()), rp.id.size());
  if (!std::equal(hash.begin(), hash.end(), bytes.begin())) return Fault::relying_party;
  const unsigned flags = bytes[hash_size];
  if (!(flags & flag_present)) return Fault::user_absent;
  if (user_verified && !(flags & flag_verified)) return Fault::user_unverified;
  return std::nullopt;
}

// What follows the head: id of the authenticator (16), length of the credential's id (2), that id, its key,
// extensions where there are any.
bool credential_readable(ByteView bytes) {
  constexpr std::size_t id_at = head_size + 16 + 2;
  if (!(bytes[hash_size] & flag_credential) || bytes.size() < id_at) return false;
  const auto id_size = static_cast<std::size_t>(bytes[id_at - 2] << 8 | bytes[id_at - 1]);
  if (id_size == 0 || id_size > most_credential || bytes.size() < id_at + id_size) return false;
  return is_plain_cbor(bytes.subspan(id_at + id_size), 2);
}

// A key of libfido2 from its bytes; it refuses what is no key (a point off its curve).
template <class Pk, class From>
std::unique_ptr<Pk, Free> key_from(Pk* fresh, From from, const std::string& bytes) {
  std::unique_ptr<Pk, Free> key(fresh);
  if (!key || from(key.get(), bytes.data(), bytes.size()) != FIDO_OK) return nullptr;
  return key;
}

// Calls `use` with the key as libfido2 wants it; false where there is none.
template <class Use>
bool with_key(const Key& key, Use use) {
  const auto bytes = from_hex(key.bytes);
  if (!bytes) return false;
  if (key.algorithm == COSE_ES256) {
    const auto pk = key_from(es256_pk_new(), es256_pk_from_ptr, *bytes);
    return pk && use(pk.get());
  }
  if (key.algorithm == COSE_EDDSA) {
    const auto pk = key_from(eddsa_pk_new(), eddsa_pk_from_ptr, *bytes);
    return pk && use(pk.get());
  }
  if (key.algorithm == COSE_RS256) {
    const auto pk = key_from(rs256_pk_new(), rs256_pk_from_ptr, *bytes);
    return pk && use(pk.get());
  }
  return false;
}

// libfido2 reads a credential only for the kind of key that it was told to expect.
std::unique_ptr<fido_cred_t, Free> read_credential(ByteView authenticator_data) {
  for (const int algorithm : algorithms) {
    std::unique_ptr<fido_cred_t, Free> cred(fido_cred_new());
    if (cred && fido_cred_set_type(cred.get(), algorithm) == FIDO_OK &&
        fido_cred_set_authdata_raw(cred.get(), authenticator_data.data(), authenticator_data.size()) ==
            FIDO_OK)
      return cred;
  }
  return nullptr;
}

bool attestation_acceptable(fido_cred_t* cred, const AttestationObject& object, const RelyingParty& rp,
                            const Bytes& client_data) {
  constexpr unsigned char empty_map = 0xa0;
  if (object.format == "none") return object.statement.size() == 1 && object.statement.front() == empty_map;
  // Who is asked for none may still sign with the new key itself.
  return object.format == "packed" && fido_cred_set_fmt(cred, "packed") == FIDO_OK &&
         fido_cred_set_attstmt(cred, object.statement.data(), object.statement.size()) == FIDO_OK &&
         fido_cred_x5c_len(cred) == 0 &&
         fido_cred_set_clientdata(cred, client_data.data(), client_data.size()) == FIDO_OK &&
         fido_cred_set_rp(cred, rp.id.c_str(), nullptr) == FIDO_OK && fido_cred_verify_self(cred) == FIDO_OK;
}

bool is_address(std::string_view host) {
  if (host.starts_with('[') || host.find(':') != std::string_view::npos) return true;
  const auto last = host.substr(host.rfind('.') == std::string_view::npos ? 0 : host.rfind('.') + 1);
  return last.starts_with("0x") || std::ranges::all_of(last, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<RelyingParty> relying_party(std::string_view public_address) {
  std::string address;
  for (const char c : public_address) address += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  const bool secure = address.starts_with("https://");
  if (!secure && !address.starts_with("http://")) return std::nullopt;
  const std::size_t start = secure ? 8 : 7;
  const auto end = std::min(address.find('/', start), address.size());
  const std::string authority = address.substr(start, end - start);
  const auto colon = authority.find(':');
  const std::string host = authority.substr(0, colon);
  const std::string port = colon == std::string::npos ? "" : authority.substr(colon + 1);
  const bool named = !host.empty() && host.size() <= 253 && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
  if (!named || host.starts_with('.') || host.ends_with('.') || is_address(host)) return std::nullopt;
  if (!std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  if (!secure && host != "localhost") return std::nullopt;
  const bool usual = port.empty() || port == (secure ? "443" : "80");
  return RelyingParty{host, (secure ? "https://" : "http://") + host + (usual ? "" : ":" + port)};
}

std::string_view name_of(Fault fault) {
  switch (fault) {
    case Fault::malformed:
      return "malformed";
    case Fault::type:
      return "type";
    case Fault::challenge:
      return "challenge";
    case Fault::origin:
      return "origin";
    case Fault::embedded:
      return "embedded";
    case Fault::relying_party:
      return "relying party";
    case Fault::user_absent:
      return "user absent";
    case Fault::user_unverified:
      return "user not verified";
    case Fault::algorithm:
      return "algorithm";
    case Fault::attestation:
      return "attestation";
    case Fault::signature:
      return "signature";
  }
  return "malformed";
}

std::expected<std::string, Fault> challenge_of(std::string_view client_data) {
  const auto bytes = bytes_of(client_data, most_client_data);
  if (!bytes) return std::unexpected(Fault::malformed);
  const auto data = parse_client_data(*bytes);
  if (!data) return std::unexpected(data.error());
  const auto challenge = (*data)["challenge"].text();
  if (challenge.empty()) return std::unexpected(Fault::malformed);
  return std::string(challenge);
}

std::expected<Created, Fault> verify(const RelyingParty& rp, std::string_view challenge,
                                     const Creation& made) {
  fido_init(FIDO_DISABLE_U2F_FALLBACK);
  const auto client_data = bytes_of(made.client_data, most_client_data);
  const auto attestation = bytes_of(made.attestation, most_attestation);
  if (!client_data || !attestation) return std::unexpected(Fault::malformed);
  if (const auto fault = fault_of_client_data(*client_data, "webauthn.create", challenge, rp))
    return std::unexpected(*fault);
  const auto object = read_attestation_object(*attestation);
  if (!object) return std::unexpected(Fault::malformed);
  const auto head = object->authenticator_data;
  if (const auto fault = fault_of_head(head, rp, false)) return std::unexpected(*fault);
  if (!credential_readable(head)) return std::unexpected(Fault::malformed);
  const auto cred = read_credential(head);
  if (!cred) return std::unexpected(Fault::algorithm);
  const auto* key = fido_cred_pubkey_ptr(cred.get());
  if (!key) return std::unexpected(Fault::algorithm);
  Created out{base64url(fido_cred_id_ptr(cred.get()), fido_cred_id_len(cred.get())),
              {fido_cred_type(cred.get()),
               to_hex({reinterpret_cast<const char*>(key), fido_cred_pubkey_len(cred.get())})},
              fido_cred_sigcount(cred.get())};
  if (!with_key(out.key, [](const void*) { return true; })) return std::unexpected(Fault::algorithm);
  if (!attestation_acceptable(cred.get(), *object, rp, *client_data))
    return std::unexpected(Fault::attestation);
  return out;
}

std::expected<std::uint32_t, Fault> verify(const RelyingParty& rp, std::string_view challenge, const Key& key,
                                           const Assertion& used, bool user_verified) {
  fido_init(FIDO_DISABLE_U2F_FALLBACK);
  const auto client_data = bytes_of(used.client_data, most_client_data);
  const auto data = bytes_of(used.authenticator_data, most_authenticator_data);
  const auto signature = bytes_of(used.signature, most_signature);
  if (!client_data || !data || !signature) return std::unexpected(Fault::malformed);
  if (const auto fault = fault_of_client_data(*client_data, "webauthn.get", challenge, rp))
    return std::unexpected(*fault);
  if (const auto fault = fault_of_head(*data, rp, user_verified)) return std::unexpected(*fault);
  const auto behind = ByteView(*data).subspan(head_size);
  if (!behind.empty() && !is_plain_cbor(behind, 1)) return std::unexpected(Fault::malformed);
  const std::unique_ptr<fido_assert_t, Free> assertion(fido_assert_new());
  auto* a = assertion.get();
  if (!a || fido_assert_set_clientdata(a, client_data->data(), client_data->size()) != FIDO_OK ||
      fido_assert_set_rp(a, rp.id.c_str()) != FIDO_OK || fido_assert_set_count(a, 1) != FIDO_OK ||
      fido_assert_set_up(a, FIDO_OPT_TRUE) != FIDO_OK ||
      fido_assert_set_uv(a, user_verified ? FIDO_OPT_TRUE : FIDO_OPT_OMIT) != FIDO_OK ||
      fido_assert_set_authdata_raw(a, 0, data->data(), data->size()) != FIDO_OK ||
      fido_assert_set_sig(a, 0, signature->data(), signature->size()) != FIDO_OK)
    return std::unexpected(Fault::malformed);
  const bool right =
      with_key(key, [&](const void* pk) { return fido_assert_verify(a, 0, key.algorithm, pk) == FIDO_OK; });
  if (!right) return std::unexpected(Fault::signature);
  return fido_assert_sigcount(a, 0);
}

}  // namespace yagura::people::webauthn
