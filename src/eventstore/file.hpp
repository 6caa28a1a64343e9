// Files as the store uses them: written once from front to back and synced, then read in pieces.
//
// Errors:  eventstore.disk_full, eventstore.gone (file, reason), eventstore.damaged for reads beyond the end.
// Threads: an OutFile is one thread's; an InFile may be read by many.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace yagura::eventstore {

// errno in words.
std::unexpected<Error> file_error(const std::filesystem::path& file, int code);

class OutFile {
 public:
  // A new file; one that is there is emptied.
  static Result<OutFile> create(const std::filesystem::path& file);
  OutFile(OutFile&& other) noexcept;
  OutFile& operator=(OutFile&&) = delete;
  ~OutFile();

  Result<void> append(std::string_view bytes);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // Everything appended is on disk when this returns.
  Result<void> sync();

 private:
  OutFile(std::filesystem::path path, int fd) : path_(std::move(path)), fd_(fd) {}
  Result<void> flush();
  std::filesystem::path path_;
  int fd_;
  std::string waiting_;
  std::uint64_t size_ = 0;
};

class InFile {
 public:
  static Result<InFile> open(const std::filesystem::path& file);
  InFile(InFile&& other) noexcept;
  InFile& operator=(InFile&&) = delete;
  ~InFile();
  Result<void> read(std::uint64_t offset, std::size_t length, std::string& out) const;
  // Has the system read it in advance.
  void expect(std::uint64_t offset, std::uint64_t length) const;
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  InFile(std::filesystem::path path, int fd, std::uint64_t size)
      : path_(std::move(path)), fd_(fd), size_(size) {}
  std::filesystem::path path_;
  int fd_;
  std::uint64_t size_;
};

// The folder's entries themselves are on disk when this returns.
Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace yagura::eventstore
