// The parts of one multipart/form-data body: small fields in memory, files on disk without a name.
//
//   for (auto& part : request.upload->parts())
//     if (part.file) import_rows(part.file->path());
//
// Purpose: an import of hundreds of megabytes costs a few kilobytes of memory. The files have no name in
//          any folder, so a crash leaves nothing behind and nobody else can open them by name.
// Threads: belongs to one request.
// Lifetime: files go with the last copy of the part; path() is good only as long and in this process.
// Errors:  web.multipart_invalid, web.upload_too_many_parts, web.body_too_large, web.disk_failed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "web/server/multipart.hpp"

namespace yagura::web {

class TempFile {
 public:
  static Result<std::unique_ptr<TempFile>> create(const std::filesystem::path& folder);
  ~TempFile();
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;

  Result<void> append(std::string_view bytes);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] int descriptor() const { return descriptor_; }
  // Opens the same file again from its beginning: /proc/self/fd/N.
  [[nodiscard]] std::string path() const;

 private:
  explicit TempFile(int descriptor) : descriptor_(descriptor) {}
  const int descriptor_;
  std::uint64_t size_ = 0;
};

struct UploadLimits {
  std::size_t max_parts = 64;
  std::size_t max_field_bytes = 64 * 1024;
};

class Upload final : private PartSink {
 public:
  struct Part {
    PartHead head;
    std::string value;               // plain fields
    std::shared_ptr<TempFile> file;  // files; null for plain fields
  };

  // content_type: of the request; web.media_type_unsupported when it is not multipart/form-data.
  static Result<std::shared_ptr<Upload>> begin(std::string_view content_type, std::filesystem::path folder,
                                               UploadLimits limits = {});
  Result<void> feed(std::string_view bytes) { return parser_.feed(bytes); }
  Result<void> finish() { return parser_.finish(); }
  [[nodiscard]] const std::vector<Part>& parts() const { return parts_; }
  // The first part of that name, or nullptr.
  [[nodiscard]] const Part* find(std::string_view name) const;

 private:
  Upload(std::string_view boundary, std::filesystem::path folder, UploadLimits limits)
      : folder_(std::move(folder)), limits_(limits), parser_(boundary, *this) {}
  Result<void> begin(PartHead head) override;
  Result<void> data(std::string_view bytes) override;
  Result<void> end() override { return {}; }

  const std::filesystem::path folder_;
  const UploadLimits limits_;
  std::vector<Part> parts_;
  MultipartParser parser_;
};

}  // namespace yagura::web
