#include "web/server/upload.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace yagura::web {
namespace {

auto disk_failed(int error) { return fail("web.disk_failed", {{"reason", std::strerror(error)}}); }

}  // namespace

Result<std::unique_ptr<TempFile>> TempFile::create(const std::filesystem::path& folder) {
  int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0) {  // a file system without O_TMPFILE: a name that lives for a moment
    auto name = (folder / "upload-XXXXXX").string();
    descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor < 0) return disk_failed(errno);
    ::unlink(name.c_str());
  }
  return std::unique_ptr<TempFile>(new TempFile(descriptor));
}

TempFile::~TempFile() { ::close(descriptor_); }

Result<void> TempFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return disk_failed(errno);
    size_ += static_cast<std::uint64_t>(written);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

std::string TempFile::path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

Result<std::shared_ptr<Upload>> Upload::begin(std::string_view content_type, std::filesystem::path folder,
                                              UploadLimits limits) {
  const auto boundary = multipart_boundary(content_type);
  if (!boundary) return fail("web.media_type_unsupported", {{"expected", "multipart/form-data"}});
  return std::shared_ptr<Upload>(new Upload(*boundary, std::move(folder), limits));
}

const Upload::Part* Upload::find(std::string_view name) const {
  for (const auto& part : parts_)
    if (part.head.name == name) return &part;
  return nullptr;
}

Result<void> Upload::begin(PartHead head) {
  if (parts_.size() == limits_.max_parts)
    return fail("web.upload_too_many_parts", {{"limit", std::to_string(limits_.max_parts)}});
  Part part{std::move(head), {}, nullptr};
  if (part.head.is_file) {
    YAGURA_TRY(part.file, TempFile::create(folder_));
  }
  parts_.push_back(std::move(part));
  return {};
}

Result<void> Upload::data(std::string_view bytes) {
  auto& part = parts_.back();
  if (part.file) return part.file->append(bytes);
  if (part.value.size() + bytes.size() > limits_.max_field_bytes)
    return fail("web.body_too_large", {{"limit", std::to_string(limits_.max_field_bytes)}});
  part.value += bytes;
  return {};
}

}  // namespace yagura::web
