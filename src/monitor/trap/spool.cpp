#include "monitor/trap/spool.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace yagura::monitor::trap {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "YGTRAP01";
constexpr std::size_t kHead = 16;

template <class Number>
void put(char* at, Number number) {
  std::memcpy(at, &number, sizeof number);  // x86-64 and arm64 are little-endian
}
template <class Number>
Number get(const char* at) {
  Number number{};
  std::memcpy(&number, at, sizeof number);
  return number;
}

std::string segment_name(std::uint64_t first) {
  auto digits = std::to_string(first);
  return std::string(20 - digits.size(), '0') + digits + ".trap";
}

std::unexpected<Error> failed(const char* code, const fs::path& file, int reason = errno) {
  return fail(code, {{"file", file.string()}, {"reason", std::strerror(reason)}});
}

Result<> sync_folder(const fs::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return failed("monitor.trap_spool_open", folder);
  const int status = ::fsync(fd);
  const int reason = errno;
  ::close(fd);
  if (status != 0) return failed("monitor.trap_spool_write", folder, reason);
  return {};
}

// Payload size of the frame at the front, 0 when there is no whole and right frame.
std::size_t whole_frame(std::string_view bytes) {
  if (bytes.size() < kFrameHead) return 0;
  const auto length = get<std::uint32_t>(bytes.data());
  if (length == 0 || length > kMaxRecord || bytes.size() - kFrameHead < length) return 0;
  const auto crc = crc32c(bytes.substr(kFrameHead, length), crc32c(bytes.substr(0, 4)));
  return crc == get<std::uint32_t>(bytes.data() + 4) ? length : 0;
}

std::optional<std::string> read_whole(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return std::nullopt;
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t have = 0;
  while (have < bytes.size()) {
    const auto got = ::pread(fd, bytes.data() + have, bytes.size() - have, static_cast<off_t>(have));
    if (got <= 0) return std::nullopt;
    have += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace

void end_frame(std::string& buffer, std::size_t at) {
  const auto length = static_cast<std::uint32_t>(buffer.size() - at - kFrameHead);
  YAGURA_ASSERT(length > 0 && length <= kMaxRecord);
  put(buffer.data() + at, length);
  const std::string_view all(buffer);
  put(buffer.data() + at + 4, crc32c(all.substr(at + kFrameHead), crc32c(all.substr(at, 4))));
}

std::vector<std::uint64_t> segments(const fs::path& folder) {
  std::vector<std::uint64_t> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const auto name = entry.path().filename().string();
    std::uint64_t first = 0;
    const auto [end, bad] = std::from_chars(name.data(), name.data() + name.size(), first);
    if (bad == std::errc{} && segment_name(first) == name) found.push_back(first);
  }
  std::ranges::sort(found);
  return found;
}

Result<std::unique_ptr<Spool>> Spool::open(Options options) {
  std::error_code error;
  fs::create_directories(options.folder, error);
  if (error) return failed("monitor.trap_spool_open", options.folder, error.value());
  auto spool = std::unique_ptr<Spool>(new Spool(std::move(options)));
  const auto found = segments(spool->options_.folder);
  YAGURA_CHECK(found.empty() ? spool->create(0) : spool->resume(found.back()));
  return spool;
}

Spool::~Spool() {
  if (file_ >= 0) ::close(file_);
}

// Counts the whole records of the newest file and cuts what follows them.
Result<> Spool::resume(std::uint64_t segment) {
  const auto path = options_.folder / segment_name(segment);
  file_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file_ < 0) return failed("monitor.trap_spool_open", path);
  const auto bytes = read_whole(file_);
  if (!bytes) return failed("monitor.trap_spool_open", path);
  const bool headed = bytes->size() >= kHead && bytes->starts_with(kMagic);
  if (!headed && bytes->size() >= kHead && bytes->find_first_not_of('\0') != std::string::npos)
    return failed("monitor.trap_spool_open", path, EINVAL);  // not ours: do not touch it
  if (!headed) {
    // Killed while the file was being made: nothing in it was ever stored.
    ::close(file_);
    file_ = -1;
    fs::remove(path);
    recovery_.cut_bytes = bytes->size();
    return create(segment);
  }
  std::string_view rest(*bytes);
  rest.remove_prefix(kHead);
  while (const auto length = whole_frame(rest)) {
    rest.remove_prefix(kFrameHead + length);
    ++recovery_.records;
  }
  recovery_.cut_bytes = rest.size();
  size_ = bytes->size() - rest.size();
  end_ = segment + recovery_.records;
  if (!rest.empty() && (::ftruncate(file_, static_cast<off_t>(size_)) != 0 || ::fsync(file_) != 0))
    return failed("monitor.trap_spool_write", path);
  if (::lseek(file_, static_cast<off_t>(size_), SEEK_SET) < 0) return failed("monitor.trap_spool_open", path);
  return {};
}

Result<> Spool::create(std::uint64_t segment) {
  const auto path = options_.folder / segment_name(segment);
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (fd < 0) return failed("monitor.trap_spool_open", path);
  if (file_ >= 0) ::close(file_);
  file_ = fd;
  size_ = 0;
  broken_ = abandon_ = false;
  end_ = segment;
  std::string head(kMagic);
  head.resize(kHead);
  put(head.data() + kMagic.size(), segment);
  auto done = write_all(head);
  if (done && ::fdatasync(file_) != 0) done = failed("monitor.trap_spool_write", path);
  if (done) done = sync_folder(options_.folder);
  if (done) {
    size_ = kHead;
  } else {
    ::close(file_);
    file_ = -1;
    fs::remove(path);
  }
  return done;
}

Result<> Spool::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto wrote = ::write(file_, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return failed("monitor.trap_spool_write", options_.folder, wrote < 0 ? errno : ENOSPC);
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

void Spool::cut_back() {
  cuts_.fetch_add(1, std::memory_order_release);
  broken_ = ::ftruncate(file_, static_cast<off_t>(size_)) != 0 ||
            ::lseek(file_, static_cast<off_t>(size_), SEEK_SET) < 0;
}

Result<> Spool::append(std::string_view frames, std::uint64_t records) {
  if (records == 0) return {};
  if (broken_) cut_back();
  if (broken_) return failed("monitor.trap_spool_write", options_.folder, EIO);
  const bool full = size_ + frames.size() > options_.segment_bytes;
  if (file_ < 0 || ((full || abandon_) && size_ > kHead)) YAGURA_CHECK(create(end()));
  if (auto wrote = write_all(frames); !wrote) {
    cut_back();
    return wrote;
  }
  if (::fdatasync(file_) != 0) {
    // What reached the disk is unknown, and a second fdatasync may lie: never write to this file again.
    auto error = failed("monitor.trap_spool_write", options_.folder);
    cut_back();
    abandon_ = true;
    return error;
  }
  size_ += frames.size();
  end_.store(end() + records, std::memory_order_release);
  return {};
}

SpoolReader::~SpoolReader() { close_segment(); }

void SpoolReader::close_segment() {
  if (file_ >= 0) ::close(file_);
  file_ = -1;
  buffer_.clear();
  at_ = 0;
}

// Opens the file the cursor stands in; false when there is none yet.
Result<bool> SpoolReader::open_segment() {
  const auto found = segments(folder_);
  if (found.empty()) return false;
  // The last file that begins at or before the cursor; the oldest one when the cursor's is gone.
  const auto after = std::ranges::upper_bound(found, cursor_.sequence);
  const auto segment = after == found.begin() ? found.front() : *std::prev(after);
  const auto following = std::ranges::upper_bound(found, segment);
  limit_ = following == found.end() ? ~0ULL : *following;
  if (segment > cursor_.sequence) {
    skipped_ += segment - cursor_.sequence;
    cursor_ = {segment, segment, 0};
  }
  if (cursor_.segment != segment || cursor_.offset < kHead) {
    // Read over the records before the cursor.
    const auto wanted = cursor_.sequence;
    cursor_ = {segment, segment, kHead};
    if (wanted > segment) {
      SpoolReader walk(folder_, cursor_);
      while (walk.cursor().sequence < wanted) {
        YAGURA_TRY(const auto record, walk.next({wanted, 0}));
        if (!record) break;
      }
      cursor_ = walk.cursor();
    }
  }
  const auto path = folder_ / segment_name(segment);
  file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file_ < 0) return failed("monitor.trap_spool_open", path);
  buffer_.clear();
  at_ = 0;
  buffer_offset_ = cursor_.offset;
  return true;
}

// Makes `wanted` octets from the cursor on available in the buffer; false at the end of the file.
Result<bool> SpoolReader::fill(std::size_t wanted) {
  constexpr std::size_t kChunk = 1U << 20U;
  while (buffer_.size() - at_ < wanted) {
    buffer_.erase(0, at_);
    buffer_offset_ += at_;
    at_ = 0;
    const auto have = buffer_.size();
    buffer_.resize(have + kChunk);
    const auto got = ::pread(file_, buffer_.data() + have, kChunk, static_cast<off_t>(buffer_offset_ + have));
    buffer_.resize(have + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0) return failed("monitor.trap_spool_open", folder_);
    if (got == 0) return false;
  }
  return true;
}

// Goes on with the following file, if there is one.
Result<std::optional<std::string_view>> SpoolReader::corrupt() {
  const auto found = segments(folder_);
  const auto after = std::ranges::upper_bound(found, cursor_.segment);
  auto error =
      fail("monitor.trap_spool_corrupt", {{"file", (folder_ / segment_name(cursor_.segment)).string()},
                                          {"offset", std::to_string(cursor_.offset)}});
  if (after != found.end()) {
    skipped_ += *after - cursor_.sequence;
    cursor_ = {*after, *after, 0};
    close_segment();
  }
  return error;
}

Result<std::optional<std::string_view>> SpoolReader::next(const Extent& extent) {
  if (cuts_ != extent.cuts) close_segment();  // what is in the buffer may have been taken back
  cuts_ = extent.cuts;
  for (int turn = 0; turn < 3; ++turn) {
    if (cursor_.sequence >= extent.end) return std::nullopt;
    if (cursor_.sequence >= limit_) close_segment();
    if (file_ < 0) {
      YAGURA_TRY(const bool opened, open_segment());
      if (!opened || cursor_.sequence >= extent.end) return std::nullopt;
    }
    YAGURA_TRY(const bool head, fill(kFrameHead));
    if (head) return frame();
    if (extent.end == kWhole.end && limit_ == ~0ULL) return std::nullopt;
    // The file is read to its end and more is stored: in the file that begins here.
    close_segment();
    if (!std::ranges::binary_search(segments(folder_), cursor_.sequence)) return corrupt();
    cursor_ = {cursor_.sequence, cursor_.sequence, 0};
  }
  return std::nullopt;
}

Result<std::optional<std::string_view>> SpoolReader::frame() {
  const auto length = get<std::uint32_t>(buffer_.data() + at_);
  if (length == 0 || length > kMaxRecord) return corrupt();
  YAGURA_TRY(const bool whole, fill(kFrameHead + length));
  const auto bytes = std::string_view(buffer_).substr(at_, kFrameHead + length);
  if (!whole || whole_frame(bytes) == 0) return corrupt();
  at_ += bytes.size();
  cursor_.offset += bytes.size();
  ++cursor_.sequence;
  return bytes.substr(kFrameHead);
}

std::uint64_t drop_consumed(const fs::path& folder, const Cursor& cursor, std::uint64_t keep_bytes) {
  const auto found = segments(folder);
  std::vector<std::uint64_t> sizes;
  std::uint64_t total = 0;
  for (const auto first : found) {
    std::error_code error;
    const auto size = fs::file_size(folder / segment_name(first), error);
    sizes.push_back(error ? 0 : size);
    total += sizes.back();
  }
  std::uint64_t freed = 0;
  for (std::size_t i = 0; i + 1 < found.size() && found[i + 1] <= cursor.sequence && total > keep_bytes;
       ++i) {
    std::error_code error;
    if (!fs::remove(folder / segment_name(found[i]), error)) break;
    total -= sizes[i];
    freed += sizes[i];
  }
  return freed;
}

Result<> save_cursor(const fs::path& file, const Cursor& cursor) {
  auto text = std::to_string(cursor.sequence) + " " + std::to_string(cursor.segment) + " " +
              std::to_string(cursor.offset);
  text += " " + std::to_string(crc32c(text)) + "\n";
  const auto fresh = fs::path(file).concat(".new");
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (fd < 0) return failed("monitor.trap_spool_write", fresh);
  const bool good =
      ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fdatasync(fd) == 0;
  const int reason = errno;
  ::close(fd);
  if (!good || ::rename(fresh.c_str(), file.c_str()) != 0)
    return failed("monitor.trap_spool_write", file, good ? errno : reason);
  return {};
}

Result<Cursor> load_cursor(const fs::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return Cursor{};
  if (fd < 0) return failed("monitor.trap_spool_open", file);
  std::array<char, 128> text{};
  const auto got = ::read(fd, text.data(), text.size() - 1);
  ::close(fd);
  Cursor cursor;
  std::uint64_t crc = 0;
  const char* at = text.data();
  const char* const stop = at + std::max<ssize_t>(got, 0);
  for (auto* number : {&cursor.sequence, &cursor.segment, &cursor.offset, &crc}) {
    const auto [end, bad] = std::from_chars(at, stop, *number);
    if (bad != std::errc{}) return fail("monitor.trap_cursor_invalid", {{"file", file.string()}});
    at = std::min(end + 1, stop);
  }
  const auto content = std::to_string(cursor.sequence) + " " + std::to_string(cursor.segment) + " " +
                       std::to_string(cursor.offset);
  if (crc != crc32c(content)) return fail("monitor.trap_cursor_invalid", {{"file", file.string()}});
  return cursor;
}

}  // namespace yagura::monitor::trap
