#include "store/backup_archive.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <vector>

namespace yagura::store {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t block = 512;
constexpr std::uint64_t largest = 077777777777;  // eleven octal digits
constexpr int gzip_window = 15 + 16;             // zlib: a gzip wrapper
constexpr std::size_t buffer_size = 256U << 10U;

// Offsets and lengths of a ustar header (POSIX.1-2017, pax, "ustar Interchange Format").
struct Field {
  std::size_t at, size;
};
constexpr Field name_field{0, 100}, mode_field{100, 8}, uid_field{108, 8}, gid_field{116, 8},
    size_field{124, 12}, time_field{136, 12}, sum_field{148, 8}, prefix_field{345, 155};
constexpr std::size_t type_at = 156, magic_at = 257;
constexpr std::string_view magic("ustar\00000", 8);

using Header = std::array<char, block>;

void put_octal(Header& header, Field field, std::uint64_t value) {
  const auto text = fmt::format("{:0{}o}", value, field.size - 1);
  std::memcpy(header.data() + field.at, text.data(), field.size - 1);
}

unsigned sum_of(const Header& header) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < block; ++i)
    sum += i >= sum_field.at && i < sum_field.at + sum_field.size ? unsigned{' '}
                                                                  : static_cast<unsigned char>(header[i]);
  return sum;
}

bool put_name(Header& header, std::string_view name) {
  std::string_view prefix;
  if (name.size() > name_field.size) {
    const auto slash = name.find('/', name.size() - name_field.size - 1);
    if (slash == std::string_view::npos || slash > prefix_field.size) return false;
    prefix = name.substr(0, slash);
    name.remove_prefix(slash + 1);
  }
  if (name.empty()) return false;
  std::ranges::copy(name, header.begin() + name_field.at);
  std::ranges::copy(prefix, header.begin() + prefix_field.at);
  return true;
}

std::string_view text_in(const Header& header, Field field) {
  const std::string_view whole(header.data() + field.at, field.size);
  return whole.substr(0, whole.find('\0'));
}

bool octal_in(const Header& header, Field field, std::uint64_t& out) {
  auto text = text_in(header, field);
  while (text.ends_with(' ')) text.remove_suffix(1);
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), out, 8);
  return bad == std::errc{} && end == text.data() + text.size();
}

bool full(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG; }

}  // namespace

// Writing ----------------------------------------------------------------------------------------------

struct ArchiveWriter::State {
  fs::path file, part;
  Time made;
  int fd = -1;
  z_stream zip{};
  std::vector<unsigned char> out = std::vector<unsigned char>(buffer_size);
  std::uint64_t left = 0, size = 0;

  [[nodiscard]] std::unexpected<Error> failed(int error) const {
    if (full(error)) return fail("store.disk_full", {{"reason", std::strerror(error)}});
    return fail("store.backup_not_written", {{"file", file.string()}, {"reason", std::strerror(error)}});
  }
  Result<void> deflate_all(std::string_view bytes, int flush) {
    zip.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    zip.avail_in = static_cast<uInt>(bytes.size());
    int code = Z_OK;
    do {
      zip.next_out = out.data();
      zip.avail_out = static_cast<uInt>(out.size());
      code = deflate(&zip, flush);
      YAGURA_ASSERT(code != Z_STREAM_ERROR);
      YAGURA_CHECK(to_disk(out.size() - zip.avail_out));
    } while (zip.avail_out == 0 || (flush == Z_FINISH && code != Z_STREAM_END));
    return {};
  }
  Result<void> to_disk(std::size_t count) {
    for (std::size_t done = 0; done < count;) {
      const auto wrote = ::write(fd, out.data() + done, count - done);
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return failed(errno);
      done += static_cast<std::size_t>(wrote);
    }
    return {};
  }
};

ArchiveWriter::ArchiveWriter() : state_(std::make_unique<State>()) {}

ArchiveWriter::~ArchiveWriter() {
  deflateEnd(&state_->zip);
  if (state_->fd >= 0) ::close(state_->fd);
  if (!state_->part.empty()) ::unlink(state_->part.c_str());
}

Result<std::unique_ptr<ArchiveWriter>> ArchiveWriter::create(const fs::path& file, Time made) {
  std::unique_ptr<ArchiveWriter> self(new ArchiveWriter);
  auto& s = *self->state_;
  s.file = file;
  s.made = made;
  YAGURA_ASSERT(deflateInit2(&s.zip, 3, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::error_code ec;
  if (fs::exists(file, ec)) return fail("store.backup_exists", {{"file", file.string()}});
  const fs::path part = file.string() + ".part-" + std::to_string(::getpid());
  s.fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (s.fd < 0) return s.failed(errno);
  s.part = part;
  return self;
}

Result<void> ArchiveWriter::begin(std::string_view name, std::uint64_t size, unsigned mode) {
  auto& s = *state_;
  YAGURA_ASSERT(s.left == 0);
  Header header{};
  if (!put_name(header, name) || size > largest)
    return fail("store.backup_name_too_long", {{"name", std::string(name)}});
  put_octal(header, mode_field, mode & 0777U);
  put_octal(header, uid_field, 0);
  put_octal(header, gid_field, 0);
  put_octal(header, size_field, size);
  put_octal(header, time_field,
            static_cast<std::uint64_t>(std::max<std::int64_t>(0, to_micros(s.made) / 1'000'000)));
  header[type_at] = '0';
  std::memcpy(header.data() + magic_at, magic.data(), magic.size());
  const auto sum = fmt::format("{:06o}", sum_of(header));
  std::memcpy(header.data() + sum_field.at, sum.data(), sum.size());
  header[sum_field.at + 7] = ' ';
  s.left = s.size = size;
  return s.deflate_all({header.data(), header.size()}, Z_NO_FLUSH);
}

Result<void> ArchiveWriter::write(std::string_view bytes) {
  YAGURA_ASSERT(bytes.size() <= state_->left);
  state_->left -= bytes.size();
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, 1U << 20U);
    YAGURA_CHECK(state_->deflate_all(piece, Z_NO_FLUSH));
    bytes.remove_prefix(piece.size());
  }
  return {};
}

Result<void> ArchiveWriter::end() {
  YAGURA_ASSERT(state_->left == 0);
  static constexpr Header zeros{};
  const auto over = state_->size % block;
  if (over == 0) return {};
  return state_->deflate_all({zeros.data(), block - over}, Z_NO_FLUSH);
}

Result<void> ArchiveWriter::add(std::string_view name, std::string_view bytes) {
  YAGURA_CHECK(begin(name, bytes.size()));
  YAGURA_CHECK(write(bytes));
  return end();
}

Result<void> ArchiveWriter::finish() {
  auto& s = *state_;
  const std::string zeros(2 * block, '\0');
  YAGURA_CHECK(s.deflate_all(zeros, Z_FINISH));
  if (::fsync(s.fd) != 0) return s.failed(errno);
  if (::renameat2(AT_FDCWD, s.part.c_str(), AT_FDCWD, s.file.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno == EEXIST) return fail("store.backup_exists", {{"file", s.file.string()}});
    // Some network file systems know no such rename.
    if (errno != EINVAL || ::rename(s.part.c_str(), s.file.c_str()) != 0) return s.failed(errno);
  }
  s.part.clear();
  const auto folder = s.file.has_parent_path() ? s.file.parent_path() : fs::path(".");
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0 || ::fsync(opened) != 0) {
    const int error = errno;
    if (opened >= 0) ::close(opened);
    return s.failed(error);
  }
  ::close(opened);
  return {};
}

// Reading ----------------------------------------------------------------------------------------------

struct ArchiveReader::State {
  fs::path file;
  int fd = -1;
  z_stream zip{};
  std::vector<unsigned char> in = std::vector<unsigned char>(buffer_size);
  std::vector<char> piece = std::vector<char>(buffer_size);
  bool zip_ended = false;
  std::uint64_t left = 0, padding = 0;

  Result<std::size_t> from_disk(unsigned char* to, std::size_t size) const {
    for (;;) {
      const auto got = ::read(fd, to, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR)
        return fail("store.backup_unreadable", {{"file", file.string()}, {"reason", std::strerror(errno)}});
    }
  }
  // Fills as much of `to` as there is.
  Result<std::size_t> inflate_some(char* to, std::size_t size) {
    zip.next_out = reinterpret_cast<Bytef*>(to);
    zip.avail_out = static_cast<uInt>(size);
    while (zip.avail_out > 0 && !zip_ended) {
      if (zip.avail_in == 0) {
        YAGURA_TRY(const auto got, from_disk(in.data(), in.size()));
        if (got == 0) break;
        zip.next_in = in.data();
        zip.avail_in = static_cast<uInt>(got);
      }
      const int code = inflate(&zip, Z_NO_FLUSH);
      if (code == Z_STREAM_END)
        zip_ended = true;
      else if (code != Z_OK && code != Z_BUF_ERROR)
        return fail("store.backup_broken",
                    {{"file", file.string()}, {"what", zip.msg != nullptr ? zip.msg : "gzip"}});
    }
    return size - zip.avail_out;
  }
};

ArchiveReader::ArchiveReader() : state_(std::make_unique<State>()) {}

ArchiveReader::~ArchiveReader() {
  inflateEnd(&state_->zip);
  if (state_->fd >= 0) ::close(state_->fd);
}

std::unexpected<Error> ArchiveReader::broken(std::string what) const {
  return fail("store.backup_broken", {{"file", state_->file.string()}, {"what", std::move(what)}});
}

Result<std::unique_ptr<ArchiveReader>> ArchiveReader::open(const fs::path& file) {
  std::unique_ptr<ArchiveReader> self(new ArchiveReader);
  auto& s = *self->state_;
  s.file = file;
  YAGURA_ASSERT(inflateInit2(&s.zip, gzip_window) == Z_OK);
  s.fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (s.fd < 0)
    return fail("store.backup_unreadable", {{"file", file.string()}, {"reason", std::strerror(errno)}});
  return self;
}

Result<bool> ArchiveReader::next(ArchiveMember& member) {
  auto& s = *state_;
  YAGURA_CHECK(read([](std::string_view) -> Result<void> { return {}; }));
  Header header{};
  YAGURA_TRY(const auto got, s.inflate_some(header.data(), block));
  if (got < block) return broken("cut off");
  static constexpr Header zeros{};
  if (header == zeros) {
    char beyond = 0;
    YAGURA_TRY(const auto second, s.inflate_some(header.data(), block));
    if (second < block || header != zeros) return broken("end of tar");
    YAGURA_TRY(const auto more, s.inflate_some(&beyond, 1));
    unsigned char after = 0;
    YAGURA_TRY(const auto behind, s.from_disk(&after, 1));
    if (more != 0 || !s.zip_ended || s.zip.avail_in != 0 || behind != 0) return broken("end of gzip");
    return false;
  }
  std::uint64_t sum = 0, mode = 0;
  if (!octal_in(header, sum_field, sum) || sum != sum_of(header) || header[type_at] != '0' ||
      std::string_view(header.data() + magic_at, magic.size()) != magic ||
      !octal_in(header, size_field, member.size) || !octal_in(header, mode_field, mode))
    return broken("header of tar");
  const auto prefix = text_in(header, prefix_field);
  member.name = std::string(prefix) + (prefix.empty() ? "" : "/") + std::string(text_in(header, name_field));
  member.mode = static_cast<unsigned>(mode) & 0777U;
  s.left = member.size;
  s.padding = (block - member.size % block) % block;
  return true;
}

Result<void> ArchiveReader::read(const std::function<Result<void>(std::string_view)>& use) {
  auto& s = *state_;
  while (s.left > 0) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(s.left, s.piece.size()));
    YAGURA_TRY(const auto got, s.inflate_some(s.piece.data(), wanted));
    if (got < wanted) return broken("cut off");
    s.left -= got;
    YAGURA_CHECK(use({s.piece.data(), got}));
  }
  const auto padding = static_cast<std::size_t>(std::exchange(s.padding, 0));
  YAGURA_TRY(const auto got, s.inflate_some(s.piece.data(), padding));
  if (got < padding) return broken("cut off");
  for (std::size_t i = 0; i < padding; ++i)
    if (s.piece[i] != '\0') return broken("padding of tar");
  return {};
}

Result<std::string> ArchiveReader::read_all(std::uint64_t most) {
  if (state_->left > most) return broken("a part is too large");
  std::string out;
  YAGURA_CHECK(read([&](std::string_view piece) -> Result<void> {
    out.append(piece);
    return {};
  }));
  return out;
}

}  // namespace yagura::store
