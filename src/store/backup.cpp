#include "store/backup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "base/text.hpp"
#include "schema/json.hpp"
#include "schema/shape.hpp"
#include "store/backup_archive.hpp"
#include "store/backup_rows.hpp"

namespace yagura::store {

namespace fs = std::filesystem;

template <class V>
void shape(V& v, BackupColumn& c) {
  v.required("name", c.name);
  v.required("kind", c.kind);
}
template <class V>
void shape(V& v, BackupTable& t) {
  v.required("name", t.name);
  v.required("columns", t.columns);
  v.required("rows", t.rows);
  v.required("sha256", t.sha256);
}
template <class V>
void shape(V& v, BackupFile& f) {
  v.required("name", f.name);
  v.required("size", f.size);
  v.required("mode", f.mode);
  v.required("sha256", f.sha256);
}
template <class V>
void shape(V& v, BackupManifest& m) {
  v.required("format", m.format);
  v.required("made", m.made);
  v.required("backend", m.backend);
  v.required("keys", m.keys);
  v.required("versions", m.versions);
  v.required("tables", m.tables);
  v.required("files", m.files);
}

namespace {

constexpr int format_version = 1;
constexpr std::string_view format_name = "format", format_line = "yagura-backup 1\n",
                           manifest_name = "manifest.json";
constexpr std::string_view table_folder = "tables/", file_folder = "files/";
constexpr std::size_t part_size = 4U << 20U;
constexpr std::uint64_t largest_part = 1U << 30U, largest_manifest = 16U << 20U;
constexpr int rows_per_fetch = 2000;

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

std::unexpected<Error> file_failed(const char* code, const fs::path& file, int error) {
  if (error == ENOSPC || error == EDQUOT || error == EFBIG)
    return fail("store.disk_full", {{"reason", std::strerror(error)}});
  return fail(code, {{"file", file.string()}, {"reason", std::strerror(error)}});
}

// A path that stays inside the folder it is put behind.
bool stays_inside(const std::string& name) {
  if (name.empty() || name.find('\0') != std::string::npos) return false;
  for (const auto part : split(name, '/'))
    if (part.empty() || part == "." || part == "..") return false;
  return true;
}

// Writing ----------------------------------------------------------------------------------------------

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

// Reading ----------------------------------------------------------------------------------------------

struct Part {
  std::string table;
  int number = 0;
};
std::optional<Part> part_of(std::string_view name) {
  name.remove_prefix(table_folder.size());
  const auto slash = name.rfind('/');
  if (slash == std::string_view::npos || slash == 0) return std::nullopt;
  Part part{std::string(name.substr(0, slash)), 0};
  const auto digits = name.substr(slash + 1);
  if (digits.size() != 8 || digits.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  part.number = std::stoi(std::string(digits));
  return part;
}

// What is done with a backup's content on the way through it.
class Use {
 public:
  virtual ~Use() = default;
  // The open member is a file: read all of it.
  virtual Result<void> file(const std::string& name, const ArchiveMember& member, ArchiveReader& archive,
                            Sha256& sum) {
    (void)name, (void)member;
    return archive.read([&](std::string_view piece) -> Result<void> {
      sum.add(piece);
      return {};
    });
  }
  virtual Result<void> part(const std::string& table, std::string_view lines) {
    (void)table, (void)lines;
    return {};
  }
};

class Walk {
 public:
  Walk(ArchiveReader& archive, Use& use) : archive_(archive), use_(use) {}

  Result<BackupManifest> run() {
    ArchiveMember member;
    for (;;) {
      YAGURA_TRY(const bool more, archive_.next(member));
      if (!more) break;
      if (manifest_) return archive_.broken("something follows the manifest");
      YAGURA_CHECK(take(member));
    }
    if (!manifest_) return archive_.broken("no manifest");
    YAGURA_CHECK(compare());
    return std::move(*manifest_);
  }

 private:
  struct Seen {
    int parts = 0;
    std::int64_t rows = 0;
    Sha256 sum;
  };

  Result<void> take(const ArchiveMember& member) {
    if (!begun_) {
      begun_ = true;
      if (member.name != format_name || member.size > 100) return archive_.broken("not a backup of Yagura");
      YAGURA_TRY(const auto line, archive_.read_all(100));
      if (line != format_line) return archive_.broken("format " + std::string(trim(line)));
      return {};
    }
    if (member.name == manifest_name) return take_manifest();
    if (member.name.starts_with(table_folder)) return take_part(member);
    if (!member.name.starts_with(file_folder) || !tables_.empty())
      return archive_.broken("unknown part " + member.name);
    const auto name = member.name.substr(file_folder.size());
    if (!stays_inside(name)) return archive_.broken("name of a file");
    BackupFile entry{name, static_cast<std::int64_t>(member.size), static_cast<int>(member.mode), {}};
    Sha256 sum;
    YAGURA_CHECK(use_.file(name, member, archive_, sum));
    entry.sha256 = sum.hex();
    files_.push_back(std::move(entry));
    return {};
  }
  Result<void> take_manifest() {
    YAGURA_TRY(const auto text, archive_.read_all(largest_manifest));
    const auto value = schema::parse_json(text, largest_manifest);
    if (!value) return archive_.broken("manifest: " + value.error().text());
    std::vector<schema::Fault> faults;
    manifest_ = schema::read<BackupManifest>(*value, faults);
    if (!faults.empty()) return archive_.broken("manifest: " + faults.front().path);
    if (manifest_->format != format_version) return archive_.broken("format");
    return {};
  }
  Result<void> take_part(const ArchiveMember& member) {
    const auto part = part_of(member.name);
    if (!part) return archive_.broken("unknown part " + member.name);
    auto& seen = tables_[part->table];
    if (part->number != ++seen.parts)
      return archive_.broken("a part of table " + part->table + " is missing");
    YAGURA_TRY(const auto lines, archive_.read_all(largest_part));
    if (!lines.ends_with('\n')) return archive_.broken("table " + part->table);
    seen.sum.add(lines);
    seen.rows += std::ranges::count(lines, '\n');
    return use_.part(part->table, lines);
  }
  Result<void> compare() {
    std::set<std::string, std::less<>> known;
    for (const auto& table : manifest_->tables) {
      auto& seen = tables_[table.name];
      if (!known.insert(table.name).second || seen.rows != table.rows || seen.sum.hex() != table.sha256)
        return archive_.broken("table " + table.name);
    }
    if (known.size() != tables_.size()) return archive_.broken("a table that the manifest does not name");
    if (manifest_->files.size() != files_.size()) return archive_.broken("number of files");
    for (std::size_t i = 0; i < files_.size(); ++i) {
      const auto &a = files_[i], &b = manifest_->files[i];
      if (a.name != b.name || a.size != b.size || a.mode != b.mode || a.sha256 != b.sha256)
        return archive_.broken("file " + b.name);
    }
    return {};
  }

  ArchiveReader& archive_;
  Use& use_;
  bool begun_ = false;
  std::optional<BackupManifest> manifest_;
  std::map<std::string, Seen, std::less<>> tables_;
  std::vector<BackupFile> files_;
};

// Restoring --------------------------------------------------------------------------------------------

Result<void> must_be_empty(Database& database) {
  return database.read([](Session& s) -> Result<void> {
    YAGURA_TRY(const auto tables, tables_of(s));
    for (const auto& table : tables) {
      YAGURA_TRY(const auto row, s.integer("SELECT 1 FROM " + in_quotes(table.name) + " LIMIT 1"));
      if (row) return fail("store.backup_not_empty", {{"table", table.name}});
    }
    return {};
  });
}

// The steps up to where the backup's tables stood: the server brings them further when it starts.
Result<std::vector<Migration>> steps_for(const BackupManifest& manifest, std::span<const Migration> steps) {
  std::map<std::string, int, std::less<>> reached;
  std::vector<Migration> out;
  for (const auto& step : steps) {
    const auto found = manifest.versions.find(std::string(step.room));
    if (found == manifest.versions.end() || step.version > found->second) continue;
    out.push_back(step);
    reached[std::string(step.room)] = step.version;
  }
  for (const auto& [room, version] : manifest.versions)
    if (reached[room] != version)
      return fail("store.newer", {{"room", room}, {"version", std::to_string(version)}});
  return out;
}

// Foreign keys hold at the end of the transaction, not at each row: tables come by name, and rows of one may
// point at later ones.
class LooseReferences {
 public:
  static Result<LooseReferences> loosen(Session& s) {
    LooseReferences self;
    if (s.backend() == Backend::sqlite) {
      YAGURA_CHECK(s.exec("PRAGMA defer_foreign_keys = ON"));
      return self;
    }
    YAGURA_CHECK(
        s.query("SELECT t.relname, c.conname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid"
                " WHERE c.contype = 'f' AND NOT c.condeferrable"
                " AND c.connamespace = current_schema()::regnamespace",
                [&](const Row& row) {
                  self.alter_.push_back("ALTER TABLE " + in_quotes(row.text(0)) + " ALTER CONSTRAINT " +
                                        in_quotes(row.text(1)));
                }));
    for (const auto& alter : self.alter_) YAGURA_CHECK(s.exec(alter + " DEFERRABLE INITIALLY DEFERRED"));
    return self;
  }
  Result<void> tighten(Session& s) const {
    if (s.backend() == Backend::sqlite) return {};
    YAGURA_CHECK(s.exec("SET CONSTRAINTS ALL IMMEDIATE"));
    for (const auto& alter : alter_) YAGURA_CHECK(s.exec(alter + " NOT DEFERRABLE"));
    return {};
  }

 private:
  std::vector<std::string> alter_;
};

// Files under a name of their own until the records are in.
class FilesInWaiting {
 public:
  explicit FilesInWaiting(fs::path folder) : folder_(std::move(folder)) {}
  FilesInWaiting(const FilesInWaiting&) = delete;
  ~FilesInWaiting() {
    for (const auto& name : waiting_) ::unlink(waiting_path(name).c_str());
  }
  Result<void> take(const std::string& name, const ArchiveMember& member, ArchiveReader& archive,
                    Sha256& sum) {
    const auto path = waiting_path(name);
    std::error_code ec;
    fs::create_directories(path.parent_path(), ec);
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.get() < 0) return file_failed("store.backup_not_written", path, errno);
    waiting_.push_back(name);
    YAGURA_CHECK(archive.read([&](std::string_view piece) -> Result<void> {
      sum.add(piece);
      while (!piece.empty()) {
        const auto wrote = ::write(file.get(), piece.data(), piece.size());
        if (wrote < 0 && errno != EINTR) return file_failed("store.backup_not_written", path, errno);
        if (wrote > 0) piece.remove_prefix(static_cast<std::size_t>(wrote));
      }
      return {};
    }));
    if (::fchmod(file.get(), member.mode) != 0 || ::fsync(file.get()) != 0)
      return file_failed("store.backup_not_written", path, errno);
    return {};
  }
  Result<void> settle() {
    std::set<fs::path> folders;
    while (!waiting_.empty()) {
      const auto to = folder_ / waiting_.back();
      if (::rename(waiting_path(waiting_.back()).c_str(), to.c_str()) != 0)
        return file_failed("store.backup_not_written", to, errno);
      folders.insert(to.parent_path());
      waiting_.pop_back();
    }
    for (const auto& folder : folders) {
      const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      if (opened.get() < 0 || ::fsync(opened.get()) != 0)
        return file_failed("store.backup_not_written", folder, errno);
    }
    return {};
  }

 private:
  [[nodiscard]] fs::path waiting_path(const std::string& name) const {
    return (folder_ / name).string() + ".restoring";
  }
  fs::path folder_;
  std::vector<std::string> waiting_;
};

class Load final : public Use {
 public:
  Load(Session& session, const BackupManifest& manifest, ArchiveReader& archive, FilesInWaiting* files)
      : session_(session), archive_(archive), files_(files) {
    for (const auto& table : manifest.tables) tables_[table.name] = &table;
  }
  Result<void> file(const std::string& name, const ArchiveMember& member, ArchiveReader& archive,
                    Sha256& sum) override {
    return files_ == nullptr ? Use::file(name, member, archive, sum)
                             : files_->take(name, member, archive, sum);
  }
  Result<void> part(const std::string& name, std::string_view lines) override {
    const auto found = tables_.find(name);
    if (found == tables_.end()) return archive_.broken("table " + name);
    std::vector<std::string> names;
    for (const auto& column : found->second->columns) names.push_back(in_quotes(column.name));
    const std::vector<std::string_view> columns(names.begin(), names.end());
    std::vector<std::vector<Cell>> rows;
    while (!lines.empty()) {
      const auto end = lines.find('\n');
      auto cells = decode_line(lines.substr(0, end), found->second->columns);
      if (!cells) return archive_.broken("row of table " + name);
      rows.push_back(std::move(*cells));
      lines.remove_prefix(end + 1);
      if (rows.size() == rows_per_fetch || lines.empty()) YAGURA_CHECK(insert(name, columns, rows));
    }
    return {};
  }

 private:
  Result<void> insert(const std::string& table, std::span<const std::string_view> columns,
                      std::vector<std::vector<Cell>>& rows) {
    std::vector<Param> values;
    values.reserve(rows.size() * columns.size());
    for (const auto& row : rows)
      for (const auto& cell : row) values.push_back(cell.param());
    YAGURA_CHECK(session_.insert_many(in_quotes(table), columns, values));
    rows.clear();
    return {};
  }

  Session& session_;
  ArchiveReader& archive_;
  FilesInWaiting* files_;
  std::map<std::string, const BackupTable*, std::less<>> tables_;
};

// The tables that were made must be those that were kept, column by column.
Result<void> must_match(Session& s, const BackupManifest& manifest) {
  YAGURA_TRY(const auto there, tables_of(s));
  const auto columns = [](const BackupTable& table) {
    std::map<std::string, std::string> out;
    for (const auto& column : table.columns) out[column.name] = column.kind;
    return out;
  };
  std::map<std::string, std::map<std::string, std::string>> made;
  for (const auto& table : there) made[table.name] = columns(table);
  for (const auto& table : manifest.tables) {
    const auto found = made.find(table.name);
    if (found == made.end() || found->second != columns(table))
      return fail("store.backup_not_matching", {{"table", table.name}});
  }
  return {};
}

Result<void> must_count(Session& s, const BackupManifest& manifest) {
  for (const auto& table : manifest.tables) {
    YAGURA_TRY(const auto rows, s.integer("SELECT count(*) FROM " + in_quotes(table.name)));
    if (rows != table.rows) return fail("store.backup_not_matching", {{"table", table.name}});
  }
  return {};
}

}  // namespace

std::int64_t BackupManifest::rows() const {
  std::int64_t out = 0;
  for (const auto& table : tables) out += table.rows;
  return out;
}

Result<BackupManifest> write_backup(Database& database, const BackupOrder& order) {
  YAGURA_TRY(const auto archive, ArchiveWriter::create(order.out, order.made));
  YAGURA_CHECK(archive->add(format_name, format_line));
  BackupManifest manifest;
  manifest.format = format_version;
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
  YAGURA_CHECK(archive->add(manifest_name, schema::to_json(schema::write(manifest)) + "\n"));
  YAGURA_CHECK(archive->finish());
  return manifest;
}

Result<BackupManifest> check_backup(const fs::path& file) {
  YAGURA_TRY(const auto archive, ArchiveReader::open(file));
  Use only_read;
  return Walk(*archive, only_read).run();
}

Result<BackupManifest> restore_backup(Database& database, const RestoreOrder& order) {
  YAGURA_TRY(const auto manifest, check_backup(order.file));
  YAGURA_TRY(const auto steps, steps_for(manifest, order.steps));
  YAGURA_CHECK(must_be_empty(database));
  if (!order.data.empty())
    for (const auto& file : manifest.files) {
      std::error_code ec;
      const auto there = fs::symlink_status(order.data / file.name, ec);
      if (fs::exists(there))
        return fail("store.backup_file_there", {{"file", (order.data / file.name).string()}});
    }
  YAGURA_CHECK(database.migrate(steps));
  FilesInWaiting files(order.data);
  YAGURA_CHECK(database.write([&](Session& s) -> Result<void> {
    YAGURA_CHECK(s.lock("schema_version"));
    YAGURA_CHECK(must_match(s, manifest));
    YAGURA_TRY(const auto references, LooseReferences::loosen(s));
    YAGURA_TRY(const auto archive, ArchiveReader::open(order.file));
    Load load(s, manifest, *archive, order.data.empty() ? nullptr : &files);
    YAGURA_CHECK(Walk(*archive, load).run());
    YAGURA_CHECK(must_count(s, manifest));
    YAGURA_CHECK(references.tighten(s));
    return order.finish ? order.finish(s, manifest) : Result<void>{};
  }));
  YAGURA_CHECK(files.settle());
  return manifest;
}

}  // namespace yagura::store
