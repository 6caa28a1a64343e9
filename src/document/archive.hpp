// Zip archives, as far as office files need them.
//
// Purpose: read the parts of an outside .xlsx or .docx within limits; write one with the same bytes for the
//          same parts (fixed time stamps, order as added). Not a general unpacker: nothing is ever written
//          to a path named by an archive.
// Limits:  a part is counted while it is inflated; sizes claimed by the archive are not believed.
// Errors:  document.file_unreadable, document.broken, document.encrypted_or_old, document.too_large.
// Threads: one archive, one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

struct zip;

namespace yagura::document {

struct ArchiveLimits {
  std::uint64_t total_bytes = 2ULL << 30;  // inflated bytes of all parts read from one archive
  std::uint64_t part_bytes = 64ULL << 20;  // inflated bytes of a part that is read whole
  std::uint64_t ratio = 300;               // inflated : packed, judged once a part passes ratio_floor
  std::uint64_t ratio_floor = 4ULL << 20;
  std::size_t entries = 10'000;
};

class ZipReader {
 public:
  static Result<ZipReader> open(const std::string& path, const ArchiveLimits& limits = {});
  static Result<ZipReader> from_bytes(std::string bytes, const ArchiveLimits& limits = {});
  ZipReader(ZipReader&&) noexcept;
  ZipReader& operator=(ZipReader&&) noexcept;
  ~ZipReader();

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] bool has(std::string_view name) const;
  Result<std::string> read(const std::string& name);
  // Hands the part over piece by piece; `use` returns false to stop early, which is no error.
  Result<> stream(const std::string& name, const std::function<bool(std::string_view)>& use);

 private:
  ZipReader() = default;
  static Result<ZipReader> finish_open(ZipReader&& reader);

  struct Close {
    void operator()(zip* archive) const;
  };
  ArchiveLimits limits_;
  std::unique_ptr<std::string> bytes_;  // stays put: the archive points into it
  std::unique_ptr<zip, Close> archive_;
  std::vector<std::string> names_;
  std::uint64_t inflated_ = 0;
};

class ZipWriter {
 public:
  void add(std::string name, std::string bytes) { parts_.push_back({std::move(name), std::move(bytes)}); }
  // A part that is read from a file when the archive is finished.
  void add_file(std::string name, std::string path) {
    parts_.push_back({std::move(name), {}, std::move(path)});
  }
  void add_all(ZipWriter&& other);
  // The archive's bytes. The writer is empty afterwards.
  Result<std::string> finish();

 private:
  struct Part {
    std::string name, bytes;
    std::string path = {};  // not empty: instead of bytes
  };
  std::vector<Part> parts_;
};

// Whole files; errors document.file_unreadable and document.write_failed. write_file() writes beside the
// target and renames, so that a reader never sees half a file.
Result<std::string> read_file(const std::string& path, std::uint64_t most_bytes = 1ULL << 30);
Result<> write_file(const std::string& path, std::string_view bytes);

}  // namespace yagura::document
