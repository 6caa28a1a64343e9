#include "yagura/backup_commands.hpp"

#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>

#include "records/all_steps.hpp"
#include "store/backup.hpp"
#include "yagura/arguments.hpp"
#include "yagura/database_command.hpp"

namespace yagura::apps {

namespace fs = std::filesystem;

namespace {

bool is_key(const fs::path& file) { return file.extension() == ".key"; }

// Every file of the data folder but the database itself, the store of events and what is only for a moment.
// Spools of traps come last: a cursor may then stand before its traps, which come again, never behind them.
Result<std::vector<std::string>> files_of(const fs::path& data, const std::string& address, bool keys) {
  std::error_code ec;
  const auto database = fs::weakly_canonical(sqlite_file(address), ec).string();
  std::vector<std::string> out;
  for (fs::recursive_directory_iterator at(data, ec), end; !ec && at != end; at.increment(ec)) {
    // Logs are too many for an archive, and merged meanwhile: they have backups of their own.
    if (at.depth() == 0 && at->path().filename() == "events") {
      at.disable_recursion_pending();
      continue;
    }
    if (!at->is_regular_file(ec) || at->is_symlink(ec)) continue;
    const auto whole = fs::weakly_canonical(at->path(), ec).string();
    if (!database.empty() && whole.starts_with(database) &&
        (whole == database || whole[database.size()] == '-'))
      continue;
    const auto extension = at->path().extension();
    if (extension == ".restoring" || extension == ".tmp" || extension == ".sock") continue;
    if (!keys && is_key(at->path())) continue;
    out.push_back(at->path().lexically_relative(data).string());
  }
  if (ec) return fail("apps.folder_unreadable", {{"folder", data.string()}, {"reason", ec.message()}});
  std::ranges::sort(out, {}, [](const std::string& name) {
    return std::pair(fs::path(name).extension() == ".trap", name);
  });
  return out;
}

bool lies_inside(const fs::path& file, const fs::path& folder) {
  std::error_code ec;
  const auto inner = fs::weakly_canonical(fs::absolute(file), ec)
                         .lexically_relative(fs::weakly_canonical(fs::absolute(folder), ec));
  return !inner.empty() && *inner.begin() != "..";
}

void print(std::ostream& out, const store::BackupManifest& m) {
  const bool ja = spoken_language() == schema::Language::ja;
  std::int64_t bytes = 0;
  for (const auto& file : m.files) bytes += file.size;
  out << (ja ? "作成 " : "made ") << m.made << ", " << m.backend << "\n"
      << (ja ? "表 " : "tables ") << m.tables.size() << (ja ? ", 行 " : ", rows ") << m.rows()
      << (ja ? ", ファイル " : ", files ") << m.files.size() << " (" << bytes << " B)\n";
  if (m.keys)
    out << (ja ? "鍵を含みます。このファイルを読める人は、保存された接続情報も読めます。\n"
               : "Holds the keys: whoever can read this file can read the stored credentials.\n");
  else
    out << (ja ? "鍵は含みません。別に保管した鍵がないと、保存された接続情報は開けません。\n"
               : "Holds no keys: stored credentials need the keys that you keep elsewhere.\n");
}

schema::Value in_short(const store::BackupManifest& m, const fs::path& file) {
  return schema::Value::object({{"file", file.filename().string()},
                                {"made", m.made},
                                {"tables", static_cast<std::int64_t>(m.tables.size())},
                                {"rows", m.rows()},
                                {"files", static_cast<std::int64_t>(m.files.size())},
                                {"keys", m.keys}});
}

Result<bool> has_journal(store::Session& s) {
  YAGURA_TRY(const auto version, s.integer("SELECT version FROM schema_version WHERE room = 'journal'"));
  return version.has_value();
}

Result<void> note(store::Session& s, journal::Journal& journal, const std::string& kind, schema::Value data) {
  YAGURA_TRY(const bool kept, has_journal(s));
  if (!kept) return {};
  YAGURA_CHECK(journal.append(s, {"", console(), kind, "", std::move(data)}));
  return {};
}

// The first broken entry of any chain, as an error.
Result<void> verify_journal(store::Session& s, const journal::Journal& journal, std::ostream& out) {
  YAGURA_TRY(const bool kept, has_journal(s));
  if (!kept) return {};
  YAGURA_TRY(const auto chains, chains_of(s));
  for (const auto& chain : chains) {
    YAGURA_TRY(const auto verdict, journal.verify(s, chain));
    out << "journal " << shown_chain(chain) << ": entries " << verdict.entries << ", root " << verdict.root
        << "\n";
    if (verdict.first_broken != 0)
      return fail("apps.journal_broken",
                  {{"chain", shown_chain(chain)}, {"entry", std::to_string(verdict.first_broken)}});
  }
  return {};
}

Result<void> backup(std::span<const std::string> args, std::ostream& out) {
  YAGURA_TRY(const auto given, Arguments::parse(args, {"database", "data", "out"}, {"without-key"}, 0));
  YAGURA_TRY(const auto address, given.need("database"));
  YAGURA_TRY(const fs::path data, given.need("data"));
  YAGURA_TRY(const fs::path file, given.need("out"));
  // It would be part of the next backup.
  if (lies_inside(file, data)) return fail("apps.backup_inside_data", {{"folder", data.string()}});
  YAGURA_TRY(const auto database, open_existing(address));
  const SystemClock clock;
  YAGURA_TRY(const auto journal, open_journal(clock));
  const bool keys = !given.has("without-key");
  YAGURA_TRY(const auto files, files_of(data, address, keys));
  const bool any_key = std::ranges::any_of(files, [](const auto& name) { return is_key(name); });
  YAGURA_TRY(const auto manifest, store::write_backup(*database, {file, data, files, any_key, clock.now()}));
  print(out, manifest);
  return database->write(
      [&](store::Session& s) { return note(s, *journal, "system.backup", in_short(manifest, file)); });
}

// A folder that is gone with this object.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::error_code ec;
    auto pattern = (fs::temp_directory_path(ec) / "yagura-verify-XXXXXX").string();
    if (const char* made = ::mkdtemp(pattern.data())) path_ = made;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

Result<void> verify(const fs::path& file, std::ostream& out) {
  const ScratchFolder scratch;
  if (scratch.path().empty()) return fail("apps.file_not_written", {{"file", "TMPDIR"}});
  const SystemClock clock;
  YAGURA_TRY(const auto journal, open_journal(clock));
  YAGURA_TRY(const auto database, store::Database::open("sqlite:" + (scratch.path() / "verify.db").string()));
  const auto steps = all_steps();
  YAGURA_TRY(const auto manifest, store::restore_backup(*database, {file, steps, {}, {}}));
  print(out, manifest);
  YAGURA_CHECK(database->read([&](store::Session& s) { return verify_journal(s, *journal, out); }));
  out << "OK\n";
  return {};
}

Result<void> restore(std::span<const std::string> args, std::ostream& out) {
  YAGURA_TRY(const auto given, Arguments::parse(args, {"database", "data", "verify"}, {}, 1));
  if (given.has("verify")) return verify(given.get("verify"), out);
  YAGURA_TRY(const fs::path file, given.word(0, "FILE"));
  YAGURA_TRY(const auto address, given.need("database"));
  YAGURA_TRY(const fs::path data, given.need("data"));
  // Before a database file is made for nothing.
  YAGURA_CHECK(store::check_backup(file));
  const SystemClock clock;
  YAGURA_TRY(const auto journal, open_journal(clock));
  std::error_code ec;
  if (fs::create_directories(data, ec)) fs::permissions(data, fs::perms::owner_all, ec);
  if (ec) return fail("apps.folder_unreadable", {{"folder", data.string()}, {"reason", ec.message()}});
  YAGURA_TRY(const auto database, store::Database::open(address));
  const auto steps = all_steps();
  YAGURA_TRY(const auto manifest,
             store::restore_backup(
                 *database, {file, steps, data, [&](store::Session& s, const store::BackupManifest& m) {
                               return note(s, *journal, "system.restored", in_short(m, file));
                             }}));
  print(out, manifest);
  // A chain that was broken when it was kept is restored as it was, and said.
  return database->read([&](store::Session& s) { return verify_journal(s, *journal, out); });
}

}  // namespace

int run_backup(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  const auto done = backup(args, out);
  return done ? 0 : report_error(err, done.error());
}

int run_restore(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  const auto done = restore(args, out);
  return done ? 0 : report_error(err, done.error());
}

}  // namespace yagura::apps
