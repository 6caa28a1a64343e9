#include "store/vault.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.hpp"

namespace yagura::store {

namespace {

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void start_sodium() {
  const int started = sodium_init();
  YAGURA_ASSERT(started >= 0);
}

}  // namespace

Result<Vault> Vault::open(const std::filesystem::path& key_file) {
  start_sodium();
  const auto unreadable = [&] { return fail("vault.key_unreadable", {{"file", key_file.string()}}); };
  Vault vault;
  if (const int made = ::open(key_file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600); made >= 0) {
    randombytes_buf(vault.key_.data(), vault.key_.size());
    const bool written = ::write(made, vault.key_.data(), vault.key_.size()) == ssize_t(vault.key_.size()) &&
                         ::fsync(made) == 0;
    ::close(made);
    if (!written) {
      ::unlink(key_file.c_str());
      return unreadable();
    }
    return vault;
  }
  const int file = ::open(key_file.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return unreadable();
  struct stat about{};
  const bool stated = ::fstat(file, &about) == 0;
  const auto got = ::read(file, vault.key_.data(), vault.key_.size());
  ::close(file);
  if (!stated || got != ssize_t(vault.key_.size()) || about.st_size != off_t(vault.key_.size()))
    return unreadable();
  if ((about.st_mode & 077) != 0) return fail("vault.key_exposed", {{"file", key_file.string()}});
  return vault;
}

std::string Vault::seal(std::string_view secret, std::string_view purpose) const {
  std::string nonce = random_bytes(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
  std::string box(secret.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
  crypto_aead_xchacha20poly1305_ietf_encrypt(reinterpret_cast<unsigned char*>(box.data()), nullptr,
                                             octets(secret), secret.size(), octets(purpose), purpose.size(),
                                             nullptr, octets(nonce), key_.data());
  return to_hex(nonce + box);
}

Result<std::string> Vault::unseal(std::string_view sealed, std::string_view purpose) const {
  constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
  const auto bytes = from_hex(sealed);
  if (!bytes || bytes->size() < nonce_size + tag_size) return fail("vault.not_ours");
  const std::string_view box = std::string_view(*bytes).substr(nonce_size);
  std::string secret(box.size() - tag_size, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<unsigned char*>(secret.data()), nullptr,
                                                 nullptr, octets(box), box.size(), octets(purpose),
                                                 purpose.size(), octets(*bytes), key_.data()) != 0)
    return fail("vault.not_ours");
  return secret;
}

std::string Vault::fingerprint(std::string_view secret, std::string_view purpose) const {
  crypto_generichash_state state;
  std::array<unsigned char, 32> out{};
  crypto_generichash_init(&state, key_.data(), key_.size(), out.size());
  crypto_generichash_update(&state, octets(purpose), purpose.size());
  crypto_generichash_update(&state, octets(std::string_view("\0", 1)), 1);
  crypto_generichash_update(&state, octets(secret), secret.size());
  crypto_generichash_final(&state, out.data(), out.size());
  return to_hex({reinterpret_cast<const char*>(out.data()), out.size()});
}

std::string Vault::random_bytes(std::size_t count) {
  start_sodium();
  std::string out(count, '\0');
  randombytes_buf(out.data(), out.size());
  return out;
}

std::string Vault::random_token() {
  const std::string bytes = random_bytes(32);
  std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(out.data(), out.size(), octets(bytes), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  out.pop_back();  // the terminating NUL
  return out;
}

bool Vault::same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Vault::Vault(Vault&& other) noexcept : key_(other.key_) {
  sodium_memzero(other.key_.data(), other.key_.size());
}
Vault::~Vault() { sodium_memzero(key_.data(), key_.size()); }

}  // namespace yagura::store
