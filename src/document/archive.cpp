#include "document/archive.hpp"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace yagura::document {

namespace {

constexpr std::string_view compound_file = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";  // .xls, .doc, encrypted OOXML
// 1980-01-01 00:00, the first moment a zip can name.
constexpr std::uint16_t fixed_date = (0 << 9) | (1 << 5) | 1;

struct SourceFree {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
struct FileClose {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
struct StdioClose {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::unexpected<Error> broken(std::string_view part, std::string_view reason) {
  return fail("document.broken", {{"part", std::string(part)}, {"reason", std::string(reason)}});
}

std::unexpected<Error> too_large(std::string what, std::uint64_t limit) {
  return fail("document.too_large", {{"what", std::move(what)}, {"limit", fmt::to_string(limit)}});
}

std::unexpected<Error> unreadable(const std::string& path, int error) {
  return fail("document.file_unreadable", {{"path", path}, {"reason", std::strerror(error)}});
}

}  // namespace

void ZipReader::Close::operator()(zip* archive) const { zip_discard(archive); }
ZipReader::ZipReader(ZipReader&&) noexcept = default;
ZipReader& ZipReader::operator=(ZipReader&&) noexcept = default;
ZipReader::~ZipReader() = default;

Result<ZipReader> ZipReader::open(const std::string& path, const ArchiveLimits& limits) {
  const std::unique_ptr<std::FILE, StdioClose> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return unreadable(path, errno);
  std::array<char, 8> head{};
  const std::size_t got = std::fread(head.data(), 1, head.size(), file.get());
  if (std::ferror(file.get()) != 0) return unreadable(path, errno);
  if (std::string_view(head.data(), got) == compound_file) return fail("document.encrypted_or_old");
  int code = 0;
  ZipReader reader;
  reader.limits_ = limits;
  reader.archive_.reset(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (!reader.archive_) return broken("zip", "not a zip archive");
  return finish_open(std::move(reader));
}

Result<ZipReader> ZipReader::from_bytes(std::string bytes, const ArchiveLimits& limits) {
  if (std::string_view(bytes).starts_with(compound_file)) return fail("document.encrypted_or_old");
  ZipReader reader;
  reader.limits_ = limits;
  reader.bytes_ = std::make_unique<std::string>(std::move(bytes));
  zip_error_t error;
  zip_error_init(&error);
  std::unique_ptr<zip_source_t, SourceFree> source(
      zip_source_buffer_create(reader.bytes_->data(), reader.bytes_->size(), 0, &error));
  if (source) reader.archive_.reset(zip_open_from_source(source.get(), ZIP_RDONLY, &error));
  zip_error_fini(&error);
  if (!reader.archive_) return broken("zip", "not a zip archive");
  std::ignore = source.release();  // the archive owns it now
  return finish_open(std::move(reader));
}

Result<ZipReader> ZipReader::finish_open(ZipReader&& reader) {
  const auto count = zip_get_num_entries(reader.archive_.get(), 0);
  if (count < 0) return broken("zip", "no directory");
  if (static_cast<std::uint64_t>(count) > reader.limits_.entries)
    return too_large("entries", reader.limits_.entries);
  for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
    const char* name = zip_get_name(reader.archive_.get(), i, ZIP_FL_ENC_GUESS);
    if (name != nullptr) reader.names_.emplace_back(name);
  }
  return std::move(reader);
}

bool ZipReader::has(std::string_view name) const { return std::ranges::find(names_, name) != names_.end(); }

Result<std::string> ZipReader::read(const std::string& name) {
  std::string out;
  bool over = false;
  YAGURA_CHECK(stream(name, [&](std::string_view piece) {
    over = out.size() + piece.size() > limits_.part_bytes;
    if (!over) out.append(piece);
    return !over;
  }));
  if (over) return too_large(name, limits_.part_bytes);
  return out;
}

Result<> ZipReader::stream(const std::string& name, const std::function<bool(std::string_view)>& use) {
  zip_stat_t about;
  zip_stat_init(&about);
  if (zip_stat(archive_.get(), name.c_str(), 0, &about) != 0) return broken(name, "missing");
  if ((about.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && about.encryption_method != ZIP_EM_NONE)
    return fail("document.encrypted_or_old");
  const std::unique_ptr<zip_file_t, FileClose> file(zip_fopen_index(archive_.get(), about.index, 0));
  if (!file) return broken(name, zip_strerror(archive_.get()));
  std::array<char, 64 * 1024> buffer;
  std::uint64_t part = 0;
  while (true) {
    const auto got = zip_fread(file.get(), buffer.data(), buffer.size());
    if (got < 0) return broken(name, zip_file_strerror(file.get()));
    if (got == 0) return {};
    part += static_cast<std::uint64_t>(got);
    inflated_ += static_cast<std::uint64_t>(got);
    if (inflated_ > limits_.total_bytes) return too_large("archive", limits_.total_bytes);
    if (part > limits_.ratio_floor && part / std::max<zip_uint64_t>(about.comp_size, 1) > limits_.ratio)
      return too_large("ratio of " + name, limits_.ratio);
    if (!use({buffer.data(), static_cast<std::size_t>(got)})) return {};
  }
}

void ZipWriter::add_all(ZipWriter&& other) {
  for (auto& part : other.parts_) parts_.push_back(std::move(part));
  other.parts_.clear();
}

Result<std::string> ZipWriter::finish() {
  zip_error_t error;
  zip_error_init(&error);
  const auto failed = [&error] {
    auto out = fail("document.write_failed", {{"reason", zip_error_strerror(&error)}});
    zip_error_fini(&error);
    return out;
  };
  std::unique_ptr<zip_source_t, SourceFree> target(zip_source_buffer_create(nullptr, 0, 0, &error));
  if (!target) return failed();
  zip_t* archive = zip_open_from_source(target.get(), ZIP_TRUNCATE, &error);
  if (archive == nullptr) return failed();
  zip_source_keep(target.get());  // closing the archive drops its own reference
  for (const auto& part : parts_) {
    zip_source_t* source = part.path.empty()
                               ? zip_source_buffer(archive, part.bytes.data(), part.bytes.size(), 0)
                               : zip_source_file(archive, part.path.c_str(), 0, -1);
    const auto index =
        source == nullptr ? -1 : zip_file_add(archive, part.name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      if (source != nullptr) zip_source_free(source);
      zip_error_set(&error, zip_error_code_zip(zip_get_error(archive)), 0);
      zip_discard(archive);
      return failed();
    }
    // Level 6, not the library's default of 9: a third of the time for a few per cent of size.
    zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), ZIP_CM_DEFLATE, 6);
    zip_file_set_dostime(archive, static_cast<zip_uint64_t>(index), 0, fixed_date, 0);
  }
  if (zip_close(archive) != 0) {
    zip_error_set(&error, zip_error_code_zip(zip_get_error(archive)), 0);
    zip_discard(archive);
    return failed();
  }
  parts_.clear();
  zip_stat_t about;
  zip_stat_init(&about);
  if (zip_source_stat(target.get(), &about) != 0 || zip_source_open(target.get()) != 0) return failed();
  std::string out(about.size, '\0');
  const auto got = zip_source_read(target.get(), out.data(), out.size());
  zip_source_close(target.get());
  if (got < 0 || static_cast<std::uint64_t>(got) != about.size) return failed();
  zip_error_fini(&error);
  return out;
}

Result<std::string> read_file(const std::string& path, std::uint64_t most_bytes) {
  const std::unique_ptr<std::FILE, StdioClose> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return unreadable(path, errno);
  std::string out;
  std::array<char, 64 * 1024> buffer;
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    out.append(buffer.data(), got);
    if (out.size() > most_bytes) return too_large(path, most_bytes);
  }
  if (std::ferror(file.get()) != 0) return unreadable(path, errno);
  return out;
}

Result<> write_file(const std::string& path, std::string_view bytes) {
  const auto failed = [&path](int error) {
    return fail("document.write_failed", {{"path", path}, {"reason", std::strerror(error)}});
  };
  const std::string beside = path + ".part";
  std::unique_ptr<std::FILE, StdioClose> file(std::fopen(beside.c_str(), "wbe"));
  if (!file) return failed(errno);
  const bool wrote = std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size();
  const bool closed = std::fclose(file.release()) == 0;
  if (!wrote || !closed || std::rename(beside.c_str(), path.c_str()) != 0) {
    const int error = errno;
    std::remove(beside.c_str());
    return failed(error);
  }
  return {};
}

}  // namespace yagura::document
