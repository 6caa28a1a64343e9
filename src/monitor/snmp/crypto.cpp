#include "monitor/snmp/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include <algorithm>
#include <memory>

namespace yagura::monitor::snmp::crypto {

namespace {

struct Free {
  void operator()(EVP_MD* p) const { EVP_MD_free(p); }
  void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
  void operator()(EVP_CIPHER* p) const { EVP_CIPHER_free(p); }
  void operator()(EVP_CIPHER_CTX* p) const { EVP_CIPHER_CTX_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

constexpr std::size_t auth_count = 7, priv_count = 7;
constexpr const char* digest_names[auth_count] = {nullptr,  "MD5",    "SHA1",  "SHA224",
                                                  "SHA256", "SHA384", "SHA512"};

// A library context of its own: loading the legacy provider must not change what the rest of the process may
// use.
OSSL_LIB_CTX* legacy_context() {
  static OSSL_LIB_CTX* const context = [] {
    OSSL_LIB_CTX* made = OSSL_LIB_CTX_new();
    if (made != nullptr && OSSL_PROVIDER_load(made, "legacy") == nullptr) {
      OSSL_LIB_CTX_free(made);
      made = nullptr;
    }
    return made;
  }();
  return context;
}

EVP_CIPHER* fetch_cipher(PrivProtocol protocol) {
  switch (protocol) {
    case PrivProtocol::none:
      return nullptr;
    case PrivProtocol::des:
      return legacy_context() ? EVP_CIPHER_fetch(legacy_context(), "DES-CBC", nullptr) : nullptr;
    case PrivProtocol::aes128:
      return EVP_CIPHER_fetch(nullptr, "AES-128-CFB", nullptr);
    case PrivProtocol::aes192:
    case PrivProtocol::aes192_cisco:
      return EVP_CIPHER_fetch(nullptr, "AES-192-CFB", nullptr);
    case PrivProtocol::aes256:
    case PrivProtocol::aes256_cisco:
      return EVP_CIPHER_fetch(nullptr, "AES-256-CFB", nullptr);
  }
  return nullptr;
}

// Fetching an algorithm and making a context cost far more than hashing a datagram, so each is done once.
struct Contexts {
  Owned<EVP_MD> mds[auth_count];
  Owned<EVP_MD_CTX> md_contexts[auth_count];
  Owned<EVP_CIPHER> ciphers[priv_count];
  Owned<EVP_CIPHER_CTX> cipher_contexts[priv_count][2];

  EVP_MD_CTX* start(AuthProtocol protocol) {
    const auto i = static_cast<std::size_t>(protocol);
    if (i == 0 || i >= auth_count) return nullptr;
    if (!md_contexts[i]) {
      mds[i].reset(EVP_MD_fetch(nullptr, digest_names[i], nullptr));
      md_contexts[i].reset(EVP_MD_CTX_new());
    }
    if (!mds[i] || !md_contexts[i] || EVP_DigestInit_ex2(md_contexts[i].get(), mds[i].get(), nullptr) != 1)
      return nullptr;
    return md_contexts[i].get();
  }
  EVP_CIPHER* cipher(PrivProtocol protocol) {
    const auto i = static_cast<std::size_t>(protocol);
    if (i >= priv_count) return nullptr;
    if (!ciphers[i]) ciphers[i].reset(fetch_cipher(protocol));
    return ciphers[i].get();
  }
  EVP_CIPHER_CTX* cipher_context(PrivProtocol protocol, bool encrypt) {
    auto& context = cipher_contexts[static_cast<std::size_t>(protocol)][encrypt ? 1 : 0];
    if (!context) context.reset(EVP_CIPHER_CTX_new());
    return context.get();
  }
};

Contexts& contexts() {
  thread_local Contexts mine;
  return mine;
}

std::size_t finish(EVP_MD_CTX* context, Digest& out) {
  unsigned int size = 0;
  return EVP_DigestFinal_ex(context, out.data(), &size) == 1 ? size : 0;
}

bool add(EVP_MD_CTX* context, Bytes part) {
  return part.empty() || EVP_DigestUpdate(context, part.data(), part.size()) == 1;
}

}  // namespace

std::size_t digest_size(AuthProtocol protocol) {
  constexpr std::size_t sizes[auth_count] = {0, 16, 20, 28, 32, 48, 64};
  return sizes[static_cast<std::size_t>(protocol)];
}

std::size_t tag_size(AuthProtocol protocol) {
  constexpr std::size_t sizes[auth_count] = {0, 12, 12, 16, 24, 32, 48};
  return sizes[static_cast<std::size_t>(protocol)];
}

std::size_t key_size(PrivProtocol protocol) {
  constexpr std::size_t sizes[priv_count] = {0, 16, 16, 24, 32, 24, 32};
  return sizes[static_cast<std::size_t>(protocol)];
}

std::size_t hash(AuthProtocol protocol, std::initializer_list<Bytes> parts, Digest& out) {
  EVP_MD_CTX* const context = contexts().start(protocol);
  if (context == nullptr) return 0;
  for (const Bytes part : parts)
    if (!add(context, part)) return 0;
  return finish(context, out);
}

std::size_t hash_megabyte(AuthProtocol protocol, Bytes text, Digest& out) {
  EVP_MD_CTX* const context = contexts().start(protocol);
  if (context == nullptr || text.empty()) return 0;
  constexpr std::size_t total = 1'048'576;
  // One whole number of repetitions at a time: the cut at the end is the only place where phase matters.
  std::string block;
  while (block.size() < 8192) block += text_of(text);
  for (std::size_t done = 0; done < total; done += block.size())
    if (!add(context, bytes_of(block).first(std::min(block.size(), total - done)))) return 0;
  wipe({reinterpret_cast<std::uint8_t*>(block.data()), block.size()});
  return finish(context, out);
}

std::size_t hmac(AuthProtocol protocol, Bytes key, std::initializer_list<Bytes> parts, Digest& out) {
  const std::size_t block = protocol >= AuthProtocol::sha384 ? 128 : 64;
  std::array<std::uint8_t, 128> pad;
  if (key.size() > block) return 0;  // localized keys never are
  const auto fill = [&](std::uint8_t with) {
    pad.fill(with);
    for (std::size_t i = 0; i < key.size(); ++i) pad[i] ^= key[i];
  };
  EVP_MD_CTX* context = contexts().start(protocol);
  if (context == nullptr) return 0;
  fill(0x36);
  bool fine = add(context, Bytes(pad).first(block));
  for (const Bytes part : parts) fine = fine && add(context, part);
  Digest inner;
  const std::size_t size = fine ? finish(context, inner) : 0;
  context = contexts().start(protocol);
  fill(0x5c);
  fine = size != 0 && context != nullptr && add(context, Bytes(pad).first(block)) &&
         add(context, Bytes(inner).first(size));
  wipe(pad);
  return fine ? finish(context, out) : 0;
}

std::array<std::uint8_t, 32> sha256(std::initializer_list<Bytes> parts) {
  Digest digest{};
  hash(AuthProtocol::sha256, parts, digest);
  std::array<std::uint8_t, 32> out;
  std::copy_n(digest.begin(), out.size(), out.begin());
  return out;
}

bool available(PrivProtocol protocol) { return contexts().cipher(protocol) != nullptr; }

bool crypt(PrivProtocol protocol, bool encrypt, Bytes key, Bytes iv, Bytes in, std::uint8_t* out) {
  EVP_CIPHER* const cipher = contexts().cipher(protocol);
  EVP_CIPHER_CTX* const context = cipher ? contexts().cipher_context(protocol, encrypt) : nullptr;
  if (context == nullptr || in.size() > 0x7fffffff) return false;
  if (EVP_CipherInit_ex2(context, cipher, key.data(), iv.data(), encrypt ? 1 : 0, nullptr) != 1) return false;
  EVP_CIPHER_CTX_set_padding(context, 0);
  int written = 0, rest = 0;
  return EVP_CipherUpdate(context, out, &written, in.data(), static_cast<int>(in.size())) == 1 &&
         EVP_CipherFinal_ex(context, out + written, &rest) == 1 &&
         static_cast<std::size_t>(written + rest) == in.size();
}

bool same_octets(Bytes a, Bytes b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::span<std::uint8_t> octets) { OPENSSL_cleanse(octets.data(), octets.size()); }

}  // namespace yagura::monitor::snmp::crypto
