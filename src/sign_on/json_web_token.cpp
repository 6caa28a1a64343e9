#include "sign_on/json_web_token.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <optional>

#include "base/base64.hpp"
#include "schema/json.hpp"

namespace yagura::sign_on {

using schema::Value;

namespace {

constexpr std::size_t most_token = 64 * 1024, most_keys_text = 256 * 1024, most_keys = 64;
constexpr int least_rsa_bits = 2048, most_rsa_bits = 8192;
constexpr std::size_t p256 = 32;  // bytes of a coordinate

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* held) const {
    Free(held);
  }
};
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using PublicKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

std::unexpected<Error> invalid(std::string what) {
  return fail("sign_on.token_invalid", {{"what", std::move(what)}});
}

Result<Value> object_of(std::string_view part, const char* what) {
  const auto text = from_base64url(part);
  if (!text) return invalid(std::string(what) + ": base64url");
  auto value = schema::parse_json(*text, most_token);
  if (!value || !value->is_object()) return invalid(std::string(what) + ": JSON");
  return std::move(*value);
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Number number_of(const Value& member) {
  const auto bytes = from_base64url(member.text());
  if (!bytes || bytes->empty() || bytes->size() > most_rsa_bits / 8) return nullptr;
  return Number(BN_bin2bn(bytes_of(*bytes), static_cast<int>(bytes->size()), nullptr));
}

PublicKey made(const char* kind, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const Context context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
    return nullptr;
  return PublicKey(key);
}

PublicKey rsa_key(const Value& jwk) {
  const Number n = number_of(jwk["n"]), e = number_of(jwk["e"]);
  if (!n || !e || BN_num_bits(n.get()) < least_rsa_bits || BN_num_bits(n.get()) > most_rsa_bits ||
      BN_num_bits(e.get()) > 33 || !BN_is_odd(e.get()) || BN_is_one(e.get()))
    return nullptr;
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return nullptr;
  return made("RSA", builder.get());
}

PublicKey ec_key(const Value& jwk) {
  const auto x = from_base64url(jwk["x"].text()), y = from_base64url(jwk["y"].text());
  if (jwk["crv"].text() != "P-256" || !x || !y || x->size() != p256 || y->size() != p256) return nullptr;
  const std::string point = "\x04" + *x + *y;
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) !=
          1)
    return nullptr;
  auto key = made("EC", builder.get());
  const Context check(key ? EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr) : nullptr);
  return check && EVP_PKEY_public_check(check.get()) == 1 ? std::move(key) : nullptr;
}

// r and s of fixed size (RFC 7518 3.4), as OpenSSL wants to read them.
std::optional<std::string> as_der(std::string_view signature) {
  if (signature.size() != 2 * p256) return std::nullopt;
  const std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>> pair(ECDSA_SIG_new());
  Number r(BN_bin2bn(bytes_of(signature), p256, nullptr));
  Number s(BN_bin2bn(bytes_of(signature) + p256, p256, nullptr));
  if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return std::nullopt;
  (void)r.release();
  (void)s.release();
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  if (size <= 0) return std::nullopt;
  std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

bool signature_right(EVP_PKEY* key, std::string_view algorithm, const Token& token) {
  std::optional<std::string> signature = token.signature;
  if (algorithm == "ES256") signature = as_der(token.signature);
  const Digest digest(EVP_MD_CTX_new());
  EVP_PKEY_CTX* context = nullptr;  // belongs to the digest
  if (!signature || !digest || EVP_DigestVerifyInit(digest.get(), &context, EVP_sha256(), nullptr, key) != 1)
    return false;
  if (algorithm == "PS256" && (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) != 1 ||
                               EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) != 1))
    return false;
  return EVP_DigestVerify(digest.get(), bytes_of(*signature), signature->size(), bytes_of(token.signed_text),
                          token.signed_text.size()) == 1;
}

}  // namespace

struct KeySet::Key {
  std::string id, algorithm;  // "" when not said
  bool elliptic = false;
  PublicKey key;
};

Result<Token> read_token(std::string_view text) {
  if (text.size() > most_token) return invalid("too large");
  const auto first = text.find('.');
  const auto second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos)
    return invalid("three parts");
  Token token;
  YAGURA_TRY(token.header, object_of(text.substr(0, first), "header"));
  YAGURA_TRY(token.claims, object_of(text.substr(first + 1, second - first - 1), "claims"));
  const auto signature = from_base64url(text.substr(second + 1));
  if (!signature) return invalid("signature: base64url");
  token.signature = *signature;
  token.signed_text = text.substr(0, second);
  return token;
}

Result<KeySet> KeySet::read(std::string_view jwks) {
  const auto set = schema::parse_json(jwks, most_keys_text);
  if (!set || !(*set)["keys"].is_array()) return invalid("keys: JSON");
  const auto& all = (*set)["keys"].items();
  if (all.size() > most_keys) return invalid("keys: more than " + std::to_string(most_keys));
  KeySet out;
  for (const auto& jwk : all) {
    if (!jwk.is_object() || (jwk.find("use") && jwk["use"].text() != "sig")) continue;
    auto key = std::make_shared<Key>();
    key->id = jwk["kid"].text();
    key->algorithm = jwk["alg"].text();
    key->elliptic = jwk["kty"].text() == "EC";
    if (key->elliptic)
      key->key = ec_key(jwk);
    else if (jwk["kty"].text() == "RSA")
      key->key = rsa_key(jwk);
    if (key->key) out.keys_.push_back(std::move(key));
  }
  return out;
}

Result<void> KeySet::verify(const Token& token) const {
  const auto& algorithm = token.header["alg"].text();
  if (algorithm != "RS256" && algorithm != "PS256" && algorithm != "ES256") return invalid("alg");
  if (token.header.find("crit")) return invalid("crit");
  const auto& id = token.header["kid"].text();
  std::vector<const Key*> fitting;
  for (const auto& key : keys_)
    if ((id.empty() || key->id == id) && key->elliptic == (algorithm == "ES256") &&
        (key->algorithm.empty() || key->algorithm == algorithm))
      fitting.push_back(key.get());
  if (fitting.empty()) return fail("sign_on.key_unknown");
  if (fitting.size() > 1) return invalid("kid");
  return signature_right(fitting.front()->key.get(), algorithm, token) ? Result<void>{}
                                                                       : invalid("signature");
}

}  // namespace yagura::sign_on
