#include "web/server/certificate.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <memory>
#include <set>

#include "base/text.hpp"

namespace yagura::web {
namespace {

constexpr long kLifetime = 825L * 24 * 3600;  // seconds

template <auto free>
struct Free {
  template <class T>
  void operator()(T* pointer) const {
    free(pointer);
  }
};
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Bytes = std::unique_ptr<BIO, Free<BIO_free_all>>;

auto not_made(const std::filesystem::path& file, std::string reason) {
  return fail("web.certificate_not_made", {{"file", file.string()}, {"reason", std::move(reason)}});
}

bool is_address(const std::string& name) {
  in6_addr ignored{};
  return ::inet_pton(AF_INET, name.c_str(), &ignored) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), &ignored) == 1;
}

// Only what can stand in a DNS name goes into OpenSSL's little language of extensions.
bool is_host_name(const std::string& name) {
  return !name.empty() && name.size() < 254 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") ==
             std::string::npos;
}

std::string alternative_names(const std::vector<std::string>& names) {
  std::set<std::string> all(names.begin(), names.end());
  all.insert({"localhost", "127.0.0.1", "::1"});
  std::string text;
  for (const auto& name : all) {
    if (!is_address(name) && !is_host_name(name)) continue;
    text += (text.empty() ? "" : ",");
    text += (is_address(name) ? "IP:" : "DNS:") + name;
  }
  return text;
}

bool add_extension(X509& certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  if (!extension) return false;
  const bool added = X509_add_ext(&certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

Certificate make_certificate(EVP_PKEY& key, const std::vector<std::string>& names, Time now) {
  Certificate made(X509_new());
  std::array<unsigned char, 16> serial{};
  if (!made || RAND_bytes(serial.data(), serial.size()) != 1) return nullptr;
  serial[0] &= 0x7f;
  BIGNUM* number = BN_bin2bn(serial.data(), serial.size(), nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(made.get()));
  BN_free(number);
  X509_set_version(made.get(), X509_VERSION_3);
  const auto begin =
      static_cast<std::time_t>(to_micros(now) / 1'000'000) - 3600;  // for clocks that are behind
  ASN1_TIME_set(X509_getm_notBefore(made.get()), begin);
  ASN1_TIME_set(X509_getm_notAfter(made.get()), begin + kLifetime);
  const std::string common = names.empty() ? "localhost" : names.front();
  auto* subject = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common.data()),
                             static_cast<int>(std::min<std::size_t>(common.size(), 64)), -1, 0);
  X509_set_issuer_name(made.get(), subject);
  X509_set_pubkey(made.get(), &key);
  const bool good = add_extension(*made, NID_basic_constraints, "critical,CA:FALSE") &&
                    add_extension(*made, NID_key_usage, "critical,digitalSignature") &&
                    add_extension(*made, NID_ext_key_usage, "serverAuth") &&
                    add_extension(*made, NID_subject_key_identifier, "hash") &&
                    add_extension(*made, NID_subject_alt_name, alternative_names(names)) &&
                    X509_sign(made.get(), &key, EVP_sha256()) > 0;
  return good ? std::move(made) : nullptr;
}

Result<void> write_file(const std::filesystem::path& file, BIO& bytes, int mode) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(&bytes, &data);
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (descriptor < 0) return not_made(file, std::strerror(errno));
  const bool written =
      ::write(descriptor, data, static_cast<std::size_t>(size)) == size && ::fsync(descriptor) == 0;
  const int error = errno;
  ::close(descriptor);
  if (!written) return not_made(file, std::strerror(error));
  return {};
}

}  // namespace

Result<bool> ensure_certificate(const CertificateFiles& files, const std::vector<std::string>& names,
                                const Clock& clock) {
  std::error_code ignored;
  if (std::filesystem::exists(files.certificate, ignored) || std::filesystem::exists(files.key, ignored))
    return false;
  ERR_clear_error();
  const Key key(EVP_EC_gen("P-256"));
  if (!key) return not_made(files.key, "no key");
  const auto certificate = make_certificate(*key, names, clock.now());
  if (!certificate) return not_made(files.certificate, "not signed");
  const Bytes key_text(BIO_new(BIO_s_mem()));
  const Bytes certificate_text(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
      PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1)
    return not_made(files.certificate, "not written");
  std::filesystem::create_directories(files.key.parent_path(), ignored);
  std::filesystem::create_directories(files.certificate.parent_path(), ignored);
  YAGURA_CHECK(write_file(files.key, *key_text, 0600));
  YAGURA_CHECK(write_file(files.certificate, *certificate_text, 0644));
  return true;
}

Result<std::string> certificate_fingerprint(const std::filesystem::path& certificate) {
  const Bytes file(BIO_new_file(certificate.c_str(), "r"));
  const Certificate read(file ? PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr) : nullptr);
  ERR_clear_error();
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (!read || X509_digest(read.get(), EVP_sha256(), digest.data(), &size) != 1)
    return fail("web.certificate_unreadable", {{"file", certificate.string()}, {"reason", "not PEM"}});
  return to_hex({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace yagura::web
