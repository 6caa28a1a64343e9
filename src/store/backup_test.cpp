#include "store/backup.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "base/text.hpp"
#include "store/backup_archive.hpp"
#include "store/backup_rows.hpp"
#include "support/any_database.hpp"

namespace yagura::store {
namespace {

namespace fs = std::filesystem;

// Names put the child before its parent, and rows of the tree before the row they point to.
constexpr Migration steps[] = {
    {"test", 1,
     "CREATE TABLE aa_child (id @id, parent BIGINT REFERENCES tree (id), note TEXT);"
     "CREATE TABLE every_kind (name TEXT PRIMARY KEY, whole BIGINT, real DOUBLE PRECISION, data @blob, json "
     "@json)"},
    {"test", 2, "CREATE TABLE empty_table (id @id, \"order\" TEXT NOT NULL)"}};
// The table others point to must be there first on PostgreSQL.
constexpr Migration tree[] = {
    {"tree", 1, "CREATE TABLE tree (id @id, parent BIGINT REFERENCES tree (id), name TEXT NOT NULL)"}};

std::vector<Migration> all_steps() {
  std::vector<Migration> out(std::begin(tree), std::end(tree));
  out.insert(out.end(), std::begin(steps), std::end(steps));
  return out;
}

const std::string nasty = "tab\tline\nreturn\rback\\slash\\N \"髙橋﨑\" 𠮷 ' ; --";

Result<void> fill(Session& s) {
  if (s.backend() == Backend::postgresql)
    YAGURA_CHECK(s.exec("ALTER TABLE tree DROP CONSTRAINT tree_parent_fkey"));
  if (s.backend() == Backend::sqlite) YAGURA_CHECK(s.exec("PRAGMA defer_foreign_keys = ON"));
  YAGURA_CHECK(s.exec("INSERT INTO tree (id, parent, name) VALUES (1, 3, 'a'), (2, 1, 'b'), (3, NULL, 'c')"));
  if (s.backend() == Backend::postgresql)
    YAGURA_CHECK(
        s.exec("ALTER TABLE tree ADD CONSTRAINT tree_parent_fkey FOREIGN KEY (parent) REFERENCES tree (id)"));
  for (int i = 1; i <= 5000; ++i)
    YAGURA_CHECK(s.exec(
        "INSERT INTO aa_child (id, parent, note) VALUES ($1, $2, $3)", i, i % 3 + 1,
        i % 7 == 0 ? std::optional<std::string>() : std::string(static_cast<std::size_t>(i % 50), 'x')));
  const std::string bytes("\0\1\t\n\\\xff", 6), large(3U << 20U, '\x7f');
  const std::string insert =
      "INSERT INTO every_kind (name, whole, real, data, json) VALUES ($1, $2, $3, $4, $5)";
  YAGURA_CHECK(s.exec(insert, nasty, INT64_MIN, 0.1, Bytes{bytes}, "{\"a\": [1, \"\\t\"]}"));
  YAGURA_CHECK(s.exec(insert, "", INT64_MAX, -1e300, Bytes{large}, "{}"));
  YAGURA_CHECK(s.exec(insert, "nothing", nullptr, nullptr, nullptr, nullptr));
  YAGURA_CHECK(s.exec(insert, "\\N", 0, 5e-324, Bytes{""}, "null"));
  return {};
}

// Everything a database holds, row by row, whatever it is; JSON without the spaces PostgreSQL puts in.
std::string content(Database& database) {
  std::string out;
  const auto read = database.read([&](Session& s) -> Result<void> {
    YAGURA_TRY(const auto tables, tables_of(s));
    for (const auto& table : tables) {
      out += table.name + "\n";
      std::string columns;
      for (const auto& c : table.columns)
        columns += (columns.empty() ? "" : ", ") +
                   (c.name == "json" ? "replace(CAST(json AS TEXT), ' ', '')" : in_quotes(c.name));
      YAGURA_CHECK(s.query("SELECT " + columns + " FROM " + in_quotes(table.name) + " ORDER BY 1",
                           [&](const Row& row) { append_line(out, row, table); }));
    }
    return {};
  });
  EXPECT_TRUE(read) << read.error().text();
  return out;
}

bool same(const BackupManifest& a, const BackupManifest& b) {
  const auto table = [](const BackupTable& x, const BackupTable& y) {
    return x.name == y.name && x.rows == y.rows && x.sha256 == y.sha256;
  };
  const auto file = [](const BackupFile& x, const BackupFile& y) {
    return x.name == y.name && x.size == y.size && x.sha256 == y.sha256;
  };
  return a.made == b.made && std::ranges::equal(a.tables, b.tables, table) &&
         std::ranges::equal(a.files, b.files, file);
}

class Folder {
 public:
  Folder() {
    static int count = 0;
    path = fs::temp_directory_path() /
           ("yagura_backup_" + std::to_string(::getpid()) + "_" + std::to_string(++count));
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

std::string slurp(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void spit(const fs::path& file, const std::string& bytes) { std::ofstream(file, std::ios::binary) << bytes; }

class Backup : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    const auto migrated = database().migrate(all_steps());
    ASSERT_TRUE(migrated) << migrated.error().text();
    const auto filled = database().write(fill);
    ASSERT_TRUE(filled) << filled.error().text();
    data_ = folder_.path / "data";
    fs::create_directories(data_ / "spool");
    spit(data_ / "vault.key", std::string("\0secret", 7));
    fs::permissions(data_ / "vault.key", fs::perms::owner_read);
    spit(data_ / "spool/00000000000000000000.trap", std::string(1000, 'T'));
    spit(data_ / "empty", "");
  }
  Result<BackupManifest> make(const fs::path& file) {
    return write_backup(database(), {file,
                                     data_,
                                     {"vault.key", "empty", "gone", "spool/00000000000000000000.trap"},
                                     true,
                                     Time{std::chrono::hours(500'000)}});
  }
  fs::path in(const std::string& name) { return folder_.path / name; }
  Folder folder_;
  fs::path data_;
};
YAGURA_ON_EVERY_DATABASE(Backup);

// A fresh database of either kind.
struct Fresh {
  explicit Fresh(Backend backend) {
    if (backend == Backend::sqlite) {
      address = "sqlite:" + (folder.path / "fresh.db").string();
    } else {
      server = std::getenv("YAGURA_TEST_POSTGRESQL");
      name = "r" + std::to_string(::getpid()) + "_" + std::to_string(++count);
      auto admin = Database::open(server);
      EXPECT_TRUE((*admin)->write([&](Session& s) { return s.exec("CREATE SCHEMA " + name); }));
      address =
          server + (server.find('?') == std::string::npos ? "?" : "&") + "options=-csearch_path%3D" + name;
    }
    auto opened = Database::open(address);
    EXPECT_TRUE(opened);
    database = std::move(*opened);
  }
  ~Fresh() {
    database.reset();
    if (name.empty()) return;
    auto admin = Database::open(server);
    (void)(*admin)->write([&](Session& s) { return s.exec("DROP SCHEMA " + name + " CASCADE"); });
  }
  static inline int count = 0;
  Folder folder;
  std::string server, name, address;
  std::unique_ptr<Database> database;
};

TEST_P(Backup, ComesBackTheSameOnEitherBackEnd) {
  const auto made = make(in("b.yagura"));
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(made->rows(), 5007);
  EXPECT_EQ(made->files.size(), 3U);
  EXPECT_EQ(made->tables.size(), 4U);
  const auto checked = check_backup(in("b.yagura"));
  ASSERT_TRUE(checked) << checked.error().text();
  EXPECT_EQ(checked->rows(), made->rows());
  const auto before = content(database());
  EXPECT_NE(before.find("髙橋﨑"), std::string::npos);
  std::vector<Backend> targets{Backend::sqlite};
  if (std::getenv("YAGURA_TEST_POSTGRESQL")) targets.push_back(Backend::postgresql);
  const auto list = all_steps();
  for (const auto target : targets) {
    Fresh fresh(target);
    const auto to = fresh.folder.path / "data";
    const auto restored = restore_backup(*fresh.database, {in("b.yagura"), list, to, {}});
    ASSERT_TRUE(restored) << restored.error().text();
    EXPECT_TRUE(content(*fresh.database) == before);
    EXPECT_EQ(slurp(to / "vault.key"), std::string("\0secret", 7));
    EXPECT_EQ(fs::status(to / "vault.key").permissions(), fs::perms::owner_read);
    EXPECT_EQ(slurp(to / "spool/00000000000000000000.trap"), std::string(1000, 'T'));
    EXPECT_TRUE(fs::exists(to / "empty"));
    // References hold again, at once.
    EXPECT_FALSE(fresh.database->write(
        [](Session& s) { return s.exec("INSERT INTO aa_child (id, parent) VALUES (9000, 77)"); }));
    // A second time there is something in the way.
    const auto again = restore_backup(*fresh.database, {in("b.yagura"), list, {}, {}});
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, "store.backup_not_empty");
  }
}

TEST_P(Backup, IsOneMomentWhileOthersWrite) {
  std::atomic<bool> stop{false};
  std::atomic<int> written{0};
  // Each transaction keeps the two counts equal.
  std::thread writer([&] {
    for (int i = 10'000; !stop; ++i) {
      const auto done = database().write([&](Session& s) -> Result<void> {
        YAGURA_CHECK(s.exec("INSERT INTO aa_child (id) VALUES ($1)", i));
        YAGURA_CHECK(s.exec("INSERT INTO empty_table (id, \"order\") VALUES ($1, 'x')", i));
        return {};
      });
      if (done) ++written;
    }
  });
  while (written < 5) std::this_thread::yield();
  const auto made = make(in("b.yagura"));
  stop = true;
  writer.join();
  ASSERT_TRUE(made) << made.error().text();
  std::map<std::string, std::int64_t> rows;
  for (const auto& table : made->tables) rows[table.name] = table.rows;
  EXPECT_GE(rows["empty_table"], 5);
  EXPECT_EQ(rows["aa_child"], 5000 + rows["empty_table"]);
}

TEST_P(Backup, ACutOrAlteredFileIsRefusedBeforeAnythingIsWritten) {
  const auto made = make(in("b.yagura"));
  ASSERT_TRUE(made);
  const auto good = slurp(in("b.yagura"));
  const auto list = all_steps();
  Fresh fresh(Backend::sqlite);
  const auto refused = [&](const std::string& bytes, const std::string& what) {
    spit(in("bad"), bytes);
    // The same content can be packed in two ways: then nothing was altered.
    if (const auto read = check_backup(in("bad")); read && same(*read, *made)) return;
    const auto restored = restore_backup(*fresh.database, {in("bad"), list, fresh.folder.path / "data", {}});
    EXPECT_FALSE(restored) << what;
    if (!restored) EXPECT_EQ(restored.error().code, "store.backup_broken") << what;
  };
  for (std::size_t at = 0; at < good.size(); at += 1 + good.size() / 31) {
    refused(good.substr(0, at), "cut at " + std::to_string(at));
    auto flipped = good;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    // Bytes 4 to 9 of gzip's header are a time and hints: they change nothing that is read.
    if (at < 4 || at > 9) refused(flipped, "flipped at " + std::to_string(at));
  }
  refused(good.substr(0, good.size() - 1), "last byte");
  refused(good + "x", "more behind it");
  refused(good + good, "twice");
  const auto tables = fresh.database->read([](Session& s) { return tables_of(s); });
  ASSERT_TRUE(tables);
  EXPECT_TRUE(tables->empty());
  EXPECT_FALSE(fs::exists(fresh.folder.path / "data"));
}

// Archives whose gzip and tar are right but whose content was changed by hand.
TEST_P(Backup, AnArchivePutTogetherAnewMustAgreeWithItsManifest) {
  ASSERT_TRUE(make(in("b.yagura")));
  struct Member {
    std::string name, bytes;
  };
  std::vector<Member> members;
  {
    const auto reader = ArchiveReader::open(in("b.yagura"));
    ASSERT_TRUE(reader);
    ArchiveMember member;
    for (;;) {
      const auto more = (*reader)->next(member);
      ASSERT_TRUE(more);
      if (!*more) break;
      auto bytes = (*reader)->read_all(1U << 30U);
      ASSERT_TRUE(bytes);
      members.push_back({member.name, std::move(*bytes)});
    }
  }
  int made = 0;
  const auto checked = [&](const std::vector<Member>& list) {
    const auto file = in("again" + std::to_string(++made));
    auto writer = ArchiveWriter::create(file, Time{});
    EXPECT_TRUE(writer);
    for (const auto& member : list) EXPECT_TRUE((*writer)->add(member.name, member.bytes));
    EXPECT_TRUE((*writer)->finish());
    return check_backup(file);
  };
  for (std::size_t i = 0; i < members.size(); ++i) {
    auto without = members;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(checked(without)) << "without " << members[i].name;
    auto twice = members;
    twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(i), members[i]);
    EXPECT_FALSE(checked(twice)) << "twice " << members[i].name;
    auto changed = members;
    if (changed[i].bytes.empty()) continue;
    changed[i].bytes[changed[i].bytes.size() / 2] ^= 1;
    // The manifest itself is sealed by nothing inside; what counts in it is compared with what was read.
    if (members[i].name != "manifest.json") EXPECT_FALSE(checked(changed)) << "changed " << members[i].name;
  }
  for (const auto* name :
       {"files/../../etc/passwd", "files//x", "files/", "files/a/./b", "other", "tables/tree/00000009"}) {
    auto more = members;
    more.insert(more.begin() + 1, {name, "x\n"});
    EXPECT_FALSE(checked(more)) << name;
  }
}

TEST_P(Backup, NeitherAnOldBackupNorAnythingElseIsOverwritten) {
  spit(in("b.yagura"), "precious");
  const auto made = make(in("b.yagura"));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "store.backup_exists");
  EXPECT_EQ(slurp(in("b.yagura")), "precious");

  ASSERT_TRUE(make(in("c.yagura")));
  Fresh fresh(Backend::sqlite);
  const auto list = all_steps();
  const auto to = fresh.folder.path / "data";
  fs::create_directories(to);
  spit(to / "vault.key", "mine");
  const auto restored = restore_backup(*fresh.database, {in("c.yagura"), list, to, {}});
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, "store.backup_file_there");
  EXPECT_EQ(slurp(to / "vault.key"), "mine");
}

TEST_P(Backup, AFailureAtTheEndUndoesRowsAndFiles) {
  ASSERT_TRUE(make(in("b.yagura")));
  Fresh fresh(Backend::sqlite);
  const auto list = all_steps();
  const auto to = fresh.folder.path / "data";
  const auto restored = restore_backup(
      *fresh.database, {in("b.yagura"), list, to, [](Session&, const BackupManifest&) -> Result<void> {
                          return fail("store.failed", {{"reason", "test"}});
                        }});
  ASSERT_FALSE(restored);
  EXPECT_EQ(content(*fresh.database), "aa_child\nempty_table\nevery_kind\ntree\n");
  for (const auto& entry : fs::recursive_directory_iterator(to))
    EXPECT_TRUE(entry.is_directory()) << entry.path();
  EXPECT_TRUE(restore_backup(*fresh.database, {in("b.yagura"), list, to, {}}));
}

TEST_P(Backup, OfANewerVersionIsRefusedAndOfAnOlderRestoredAsItWas) {
  ASSERT_TRUE(make(in("b.yagura")));
  Fresh fresh(Backend::sqlite);
  const auto list = all_steps();
  const auto older = std::span(list).first(2);
  const auto refused = restore_backup(*fresh.database, {in("b.yagura"), older, {}, {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "store.newer");
  auto newer = list;
  newer.push_back({"test", 3, "ALTER TABLE empty_table ADD COLUMN more TEXT"});
  const auto restored = restore_backup(*fresh.database, {in("b.yagura"), newer, {}, {}});
  ASSERT_TRUE(restored) << restored.error().text();
  const auto upgraded = fresh.database->migrate(newer);
  EXPECT_TRUE(upgraded) << upgraded.error().text();
}

// A limit on the size of files stands in for a full disk: the same call fails in the same place.
TEST_P(Backup, AFullDiskIsSaidAndLeavesNoHalfFile) {
  const auto old_action = ::signal(SIGXFSZ, SIG_IGN);
  rlimit old{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
  auto small = old;
  small.rlim_cur = 4096;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto made = make(in("b.yagura"));
  ::setrlimit(RLIMIT_FSIZE, &old);
  ::signal(SIGXFSZ, old_action);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "store.disk_full");
  for (const auto& entry : fs::directory_iterator(folder_.path)) EXPECT_EQ(entry.path().filename(), "data");
}

TEST_P(Backup, AColumnOfAnUnknownTypeIsRefusedRatherThanLost) {
  ASSERT_TRUE(database().write([](Session& s) { return s.exec("CREATE TABLE odd (at DATE)"); }));
  const auto made = make(in("b.yagura"));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "store.backup_type_unknown");
  EXPECT_FALSE(fs::exists(in("b.yagura")));
}

}  // namespace
}  // namespace yagura::store
