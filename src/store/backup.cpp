#include "store/backup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "store/backup_archive.hpp"
#include "store/backup_parts.hpp"
#include "store/backup_rows.hpp"

namespace yagura::store {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t part_size = 4U << 20U;

// As many bytes as the file had when it was opened; one that only grows stays a whole beginning of itself.
Result<void> put_file(ArchiveWriter& archive, const fs::path& source, const std::string& name,
                      std::vector<BackupFile>& done) {
  const Descriptor file(::open(source.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.get() < 0 && errno == ENOENT) return {};
  struct stat state{};
  if (file.get() < 0 || ::fstat(file.get(), &state) != 0)
    return file_failed("store.backup_unreadable", source, errno);
  BackupFile entry{name, state.st_size, static_cast<int>(state.st_mode & 0777U), {}};
  YAGURA_CHECK(archive.begin(std::string(file_folder) + name, static_cast<std::uint64_t>(entry.size),
                             static_cast<unsigned>(entry.mode)));
  Sha256 sum;
  std::string buffer(1U << 18U, '\0');
  for (std::int64_t left = entry.size; left > 0;) {
    const auto got = ::read(file.get(), buffer.data(),
                            static_cast<std::size_t>(std::min<std::int64_t>(left, std::ssize(buffer))));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_failed("store.backup_unreadable", source, errno);
    if (got == 0) return fail("store.backup_file_changed", {{"file", source.string()}});
    const std::string_view piece(buffer.data(), static_cast<std::size_t>(got));
    sum.add(piece);
    YAGURA_CHECK(archive.write(piece));
    left -= got;
  }
  entry.sha256 = sum.hex();
  done.push_back(std::move(entry));
  return archive.end();
}

class TableWriter {
 public:
  TableWriter(ArchiveWriter& archive, BackupTable& table) : archive_(archive), table_(table) {}
  Result<void> row(const Row& row) {
    append_line(part_, row, table_);
    ++table_.rows;
    return part_.size() >= part_size ? flush() : Result<void>{};
  }
  Result<void> finish() {
    if (!part_.empty()) YAGURA_CHECK(flush());
    table_.sha256 = sum_.hex();
    return {};
  }

 private:
  Result<void> flush() {
    sum_.add(part_);
    YAGURA_CHECK(archive_.add(fmt::format("{}{}/{:08}", table_folder, table_.name, ++parts_), part_));
    part_.clear();
    return {};
  }
  ArchiveWriter& archive_;
  BackupTable& table_;
  Sha256 sum_;
  std::string part_;
  int parts_ = 0;
};

Result<void> put_table(Session& s, ArchiveWriter& archive, BackupTable& table, std::size_t index) {
  TableWriter writer(archive, table);
  std::string columns;
  for (const auto& column : table.columns)
    columns.append(columns.empty() ? "" : ", ").append(in_quotes(column.name));
  const auto select = "SELECT " + columns + " FROM " + in_quotes(table.name);
  const auto sink = [&](const Row& row) { return writer.row(row); };
  if (s.backend() == Backend::sqlite) {
    YAGURA_CHECK(s.query(select, sink));
    return writer.finish();
  }
  // libpq would bring the whole answer into memory: a cursor of the server brings it in pieces. Its name is
  // the table's own, because a prepared FETCH remembers the columns.
  const auto cursor = "backup_" + std::to_string(index);
  YAGURA_CHECK(s.exec("DECLARE " + cursor + " NO SCROLL CURSOR FOR " + select));
  const auto fetch = fmt::format("FETCH {} FROM {}", rows_per_fetch, cursor);
  for (std::int64_t before = -1; before != table.rows;) {
    before = table.rows;
    YAGURA_CHECK(s.query(fetch, sink));
  }
  YAGURA_CHECK(s.exec("CLOSE " + cursor));
  return writer.finish();
}

}  // namespace

Result<BackupManifest> write_backup(Database& database, const BackupOrder& order) {
  YAGURA_TRY(const auto archive, ArchiveWriter::create(order.out, order.made));
  YAGURA_CHECK(archive->add(format_name, format_line));
  BackupManifest manifest;
  manifest.format = backup_format;
  manifest.made = to_rfc3339(order.made);
  manifest.backend = database.backend() == Backend::sqlite ? "sqlite" : "postgresql";
  manifest.keys = order.keys;
  for (const auto& name : order.files)
    YAGURA_CHECK(put_file(*archive, order.data / name, name, manifest.files));
  YAGURA_CHECK(database.read([&](Session& s) -> Result<void> {
    YAGURA_TRY(manifest.versions, versions_of(s));
    YAGURA_TRY(manifest.tables, tables_of(s));
    for (std::size_t i = 0; i < manifest.tables.size(); ++i)
      YAGURA_CHECK(put_table(s, *archive, manifest.tables[i], i));
    return {};
  }));
  YAGURA_CHECK(archive->add(manifest_name, manifest_text(manifest)));
  YAGURA_CHECK(archive->finish());
  return manifest;
}

}  // namespace yagura::store
