// What writing, reading and restoring a backup share: names within the file, sums, open files, the manifest as
// text. Inside of backup.hpp.
//
// Errors:  file_failed: store.disk_full, or the code it is given (file, reason).
// Threads: values.
#pragma once

#include <sodium.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "store/backup.hpp"

namespace yagura::store {

constexpr int backup_format = 1;
constexpr std::string_view format_name = "format", format_line = "yagura-backup 1\n",
                           manifest_name = "manifest.json";
constexpr std::string_view table_folder = "tables/", file_folder = "files/";
constexpr std::size_t largest_manifest = 16U << 20U;
constexpr int rows_per_fetch = 2000;

std::string manifest_text(const BackupManifest& manifest);
// Answers why it is none.
std::optional<std::string> read_manifest(std::string_view text, BackupManifest& out);

std::unexpected<Error> file_failed(const char* code, const std::filesystem::path& file, int error);

class Sha256 {
 public:
  Sha256() { crypto_hash_sha256_init(&state_); }
  void add(std::string_view bytes) {
    crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  }
  std::string hex() {
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_final(&state_, digest);
    return to_hex({reinterpret_cast<const char*>(digest), sizeof digest});
  }

 private:
  crypto_hash_sha256_state state_{};
};

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace yagura::store
