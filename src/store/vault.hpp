// Secrets at rest: sealed with a key that stands in a file beside the database, not in it.
//
// Purpose: second-factor secrets, device passwords and keys. A copy of the database alone reveals none.
// Seal:    XChaCha20-Poly1305 (libsodium); `purpose` is bound to the seal, so that a sealed value moved to
//          another row does not open there.
// Errors:  vault.key_unreadable, vault.key_exposed (others may read the file), vault.not_ours.
// Threads: safe from any thread; lives as long as the program. The key never leaves this class.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace yagura::store {

class Vault {
 public:
  // Reads the key file, or makes it (mode 600) when it is not there.
  static Result<Vault> open(const std::filesystem::path& key_file);

  // The sealed form as text (hex).
  [[nodiscard]] std::string seal(std::string_view secret, std::string_view purpose) const;
  [[nodiscard]] Result<std::string> unseal(std::string_view sealed, std::string_view purpose) const;
  // A keyed hash (hex), for secrets that are only compared: tokens, recovery codes.
  [[nodiscard]] std::string fingerprint(std::string_view secret, std::string_view purpose) const;

  // Fresh random text, 32 bytes as base64url without padding.
  static std::string random_token();
  static std::string random_bytes(std::size_t count);
  // Compares without telling by its time where the difference is.
  static bool same(std::string_view a, std::string_view b);

  Vault(Vault&&) noexcept;
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;
  ~Vault();

 private:
  Vault() = default;
  std::array<unsigned char, 32> key_{};
};

}  // namespace yagura::store
