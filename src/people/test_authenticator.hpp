// An authenticator for tests: makes passkeys and uses them, right or wrong in every way a test asks for.
//
// Not for anything but tests: keys lie in memory as OpenSSL made them.
#pragma once

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <sodium.h>

#include <functional>
#include <memory>
#include <string>

#include "people/webauthn.hpp"

namespace yagura::people {

class TestAuthenticator {
 public:
  static constexpr unsigned present = 0x01, verified = 0x04, attested = 0x40;

  // What a message says; a test bends one thing of it.
  struct Says {
    std::string origin = "https://yagura.example.jp", rp = "yagura.example.jp", type, more;
    std::string format = "none";
    unsigned flags = present | verified;
    std::uint32_t counter = 0;
    bool other_signature = false;
  };

  explicit TestAuthenticator(int algorithm = -7, std::string credential = "credential-0123456789")
      : credential_(std::move(credential)), algorithm_(algorithm), key_(fresh_key(algorithm)) {}

  webauthn::Creation create(const std::string& challenge) const { return create(challenge, Says{}); }
  webauthn::Creation create(const std::string& challenge, const Says& says) const {
    const auto client = client_data(says.type.empty() ? "webauthn.create" : says.type, challenge, says);
    std::string data = head(says, says.flags | attested) + std::string(16, '\0');
    data += static_cast<char>(credential_.size() >> 8);
    data += static_cast<char>(credential_.size() & 0xff);
    data += credential_ + cose_key();
    std::string statement = map(0);
    if (says.format == "packed") {
      const auto signature = sign(data + sha256(client), says.other_signature);
      statement = map(2) + text("alg") + number(algorithm_) + text("sig") + bytes(signature);
    }
    return {encode(client), encode(map(3) + text("fmt") + text(says.format) + text("attStmt") + statement +
                                   text("authData") + bytes(data))};
  }
  webauthn::Assertion use(const std::string& challenge, const std::string& user = {}) const {
    return use(challenge, Says{}, user);
  }
  webauthn::Assertion use(const std::string& challenge, const Says& says,
                          const std::string& user = {}) const {
    const auto client = client_data(says.type.empty() ? "webauthn.get" : says.type, challenge, says);
    const auto data = head(says, says.flags);
    return {encode(credential_), encode(client), encode(data),
            encode(sign(data + sha256(client), says.other_signature)), user};
  }
  [[nodiscard]] std::string credential() const { return encode(credential_); }

  static std::string encode(const std::string& raw) {
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string out(sodium_base64_encoded_len(raw.size(), variant), '\0');
    sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(raw.data()), raw.size(),
                      variant);
    out.pop_back();
    return out;
  }
  static std::string sha256(const std::string& raw) {
    std::string out(SHA256_DIGEST_LENGTH, '\0');
    SHA256(reinterpret_cast<const unsigned char*>(raw.data()), raw.size(),
           reinterpret_cast<unsigned char*>(out.data()));
    return out;
  }

 private:
  using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

  static KeyPtr fresh_key(int algorithm) {
    EVP_PKEY* key = algorithm == -8     ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                    : algorithm == -257 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048})
                    : algorithm == -35  ? EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384")
                                        : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
    return {key, EVP_PKEY_free};
  }
  static std::string client_data(const std::string& type, const std::string& challenge, const Says& says) {
    return R"({"type":")" + type + R"(","challenge":")" + challenge + R"(","origin":")" + says.origin + '"' +
           says.more + "}";
  }
  static std::string head(const Says& says, unsigned flags) {
    std::string out = sha256(says.rp);
    out += static_cast<char>(flags);
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(says.counter >> shift & 0xff);
    return out;
  }

  // CBOR (RFC 8949), as little of it as is needed.
  static std::string item(unsigned major, std::size_t n) {
    std::string out;
    if (n < 24) return out += static_cast<char>(major << 5 | n);
    if (n < 256) {
      out += static_cast<char>(major << 5 | 24);
      return out += static_cast<char>(n);
    }
    out += static_cast<char>(major << 5 | 25);
    out += static_cast<char>(n >> 8);
    return out += static_cast<char>(n & 0xff);
  }
  static std::string map(std::size_t pairs) { return item(5, pairs); }
  static std::string text(const std::string& t) { return item(3, t.size()) + t; }
  static std::string bytes(const std::string& b) { return item(2, b.size()) + b; }
  static std::string number(int n) {
    return n >= 0 ? item(0, static_cast<std::size_t>(n)) : item(1, static_cast<std::size_t>(-1 - n));
  }

  std::string octets(const char* what, std::size_t size) const {
    BIGNUM* n = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), what, &n);
    std::string out(size, '\0');
    BN_bn2binpad(n, reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(size));
    BN_free(n);
    return out;
  }
  // RFC 9053; the members in the order of CTAP2.
  std::string cose_key() const {
    const auto alg = number(3) + number(algorithm_);
    if (algorithm_ == -8) {
      std::string raw(32, '\0');
      std::size_t size = raw.size();
      EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(raw.data()), &size);
      return map(4) + number(1) + number(1) + alg + number(-1) + number(6) + number(-2) + bytes(raw);
    }
    if (algorithm_ == -257)
      return map(4) + number(1) + number(3) + alg + number(-1) + bytes(octets(OSSL_PKEY_PARAM_RSA_N, 256)) +
             number(-2) + bytes(octets(OSSL_PKEY_PARAM_RSA_E, 3));
    const bool wide = algorithm_ == -35;
    const std::size_t size = wide ? 48 : 32;
    return map(5) + number(1) + number(2) + alg + number(-1) + number(wide ? 2 : 1) + number(-2) +
           bytes(octets(OSSL_PKEY_PARAM_EC_PUB_X, size)) + number(-3) +
           bytes(off_curve ? std::string(size, 'y') : octets(OSSL_PKEY_PARAM_EC_PUB_Y, size));
  }
  std::string sign(std::string message, bool other) const {
    if (other) message += "!";
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_DigestSignInit_ex(context.get(), nullptr, algorithm_ == -8 ? nullptr : "SHA256", nullptr, nullptr,
                          key_.get(), nullptr);
    const auto* from = reinterpret_cast<const unsigned char*>(message.data());
    std::size_t size = 0;
    EVP_DigestSign(context.get(), nullptr, &size, from, message.size());
    std::string out(size, '\0');
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, from, message.size());
    out.resize(size);
    return out;
  }

  std::string credential_;
  int algorithm_;
  KeyPtr key_;

 public:
  bool off_curve = false;
};

}  // namespace yagura::people
