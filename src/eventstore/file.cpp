#include "eventstore/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace yagura::eventstore {

std::unexpected<Error> file_error(const std::filesystem::path& file, int code) {
  if (code == ENOSPC || code == EDQUOT) return fail("eventstore.disk_full", {{"file", file.string()}});
  return fail("eventstore.gone", {{"file", file.string()}, {"reason", std::strerror(code)}});
}

Result<OutFile> OutFile::create(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return file_error(file, errno);
  return OutFile(file, fd);
}

OutFile::OutFile(OutFile&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      waiting_(std::move(other.waiting_)),
      size_(other.size_) {}

OutFile::~OutFile() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> OutFile::append(std::string_view bytes) {
  waiting_ += bytes;
  size_ += bytes.size();
  if (waiting_.size() >= (1U << 20)) return flush();
  return {};
}

Result<void> OutFile::flush() {
  std::string_view left = waiting_;
  while (!left.empty()) {
    const auto done = ::write(fd_, left.data(), left.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return file_error(path_, errno);
    left.remove_prefix(static_cast<std::size_t>(done));
  }
  waiting_.clear();
  return {};
}

Result<void> OutFile::sync() {
  YAGURA_CHECK(flush());
  if (::fdatasync(fd_) != 0) return file_error(path_, errno);
  return {};
}

Result<InFile> InFile::open(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return file_error(file, errno);
  struct stat about{};
  if (::fstat(fd, &about) != 0) {
    const int code = errno;
    ::close(fd);
    return file_error(file, code);
  }
  return InFile(file, fd, static_cast<std::uint64_t>(about.st_size));
}

InFile::InFile(InFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)), size_(other.size_) {}

InFile::~InFile() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> InFile::read(std::uint64_t offset, std::size_t length, std::string& out) const {
  if (offset > size_ || length > size_ - offset)
    return fail("eventstore.damaged", {{"reason", path_.filename().string() + " is too short"}});
  out.resize(length);
  for (std::size_t done = 0; done < length;) {
    const auto got = ::pread(fd_, out.data() + done, length - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_error(path_, errno);
    if (got == 0)
      return fail("eventstore.damaged", {{"reason", path_.filename().string() + " is too short"}});
    done += static_cast<std::size_t>(got);
  }
  return {};
}

void InFile::expect(std::uint64_t offset, std::uint64_t length) const {
  if (offset < size_ && length <= size_ - offset)
    (void)::posix_fadvise(fd_, static_cast<off_t>(offset), static_cast<off_t>(length), POSIX_FADV_WILLNEED);
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return file_error(folder, errno);
  const int done = ::fsync(fd);
  const int code = errno;
  ::close(fd);
  if (done != 0) return file_error(folder, code);
  return {};
}

}  // namespace yagura::eventstore
