// A backup into an empty database and folder: restore_backup of backup.hpp.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "store/backup_rows.hpp"
#include "store/backup_walk.hpp"

namespace yagura::store {

namespace fs = std::filesystem;

namespace {

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

class Load final : public BackupUse {
 public:
  Load(Session& session, const BackupManifest& manifest, ArchiveReader& archive, FilesInWaiting* files)
      : session_(session), archive_(archive), files_(files) {
    for (const auto& table : manifest.tables) tables_[table.name] = &table;
  }
  Result<void> file(const std::string& name, const ArchiveMember& member, ArchiveReader& archive,
                    Sha256& sum) override {
    return files_ == nullptr ? BackupUse::file(name, member, archive, sum)
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
    YAGURA_CHECK(walk_backup(*archive, load));
    YAGURA_CHECK(must_count(s, manifest));
    YAGURA_CHECK(references.tighten(s));
    return order.finish ? order.finish(s, manifest) : Result<void>{};
  }));
  YAGURA_CHECK(files.settle());
  return manifest;
}

}  // namespace yagura::store
