// Commands on an installation: journal, backup, restore, people.
#include <sys/stat.h>

#include <algorithm>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "ledger/ledgers.hpp"
#include "people/people.hpp"
#include "support/any_database.hpp"
#include "yagura/backup_commands.hpp"
#include "yagura/check_commands.hpp"
#include "yagura/database_command.hpp"
#include "yagura/journal_commands.hpp"
#include "yagura/people_commands.hpp"

namespace yagura::apps {
namespace {

namespace fs = std::filesystem;
const std::string root = YAGURA_SOURCE_DIR;

struct Ran {
  int code;
  std::string out, err;
};

Ran run(int (*command)(std::span<const std::string>, std::ostream&, std::ostream&),
        std::vector<std::string> args) {
  setenv("YAGURA_SHARE", (root + "/share").c_str(), 1);
  setenv("LC_ALL", "C.UTF-8", 1);
  std::ostringstream out, err;
  const int code = command(args, out, err);
  return {code, out.str(), err.str()};
}

std::string slurp(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Installation : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    setenv("YAGURA_SHARE", (root + "/share").c_str(), 1);
    folder_ = fs::temp_directory_path() /
              ("yagura_installation_" + std::to_string(::getpid()) + "_" + address_tail());
    data_ = folder_ / "data";
    fs::create_directories(data_ / "traps");
    ASSERT_TRUE(store::Vault::open(data_ / "vault.key"));
    std::ofstream(data_ / "traps/00000000000000000000.trap") << "YGTRAP01";
    std::ofstream(data_ / "certificate.pem") << "pem";
    std::vector<store::Migration> steps;
    for (const auto room : {journal::migrations(), people::migrations(), ledger::migrations()})
      steps.insert(steps.end(), room.begin(), room.end());
    ASSERT_TRUE(database().migrate(steps));
    auto journal = open_journal(clock_);
    ASSERT_TRUE(journal) << journal.error().text();
    journal_ = std::move(*journal);
    for (int i = 0; i < 5; ++i) {
      append("");
      append("tsu");
      clock_.advance(std::chrono::hours(24 * 20));
    }
  }
  void TearDown() override {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
    AnyDatabase::TearDown();
  }
  std::string address_tail() {
    static int count = 0;
    return std::to_string(++count);
  }
  void append(const std::string& chain) {
    const auto done = database().write([&](store::Session& s) {
      return journal_->append(s, {chain, {}, "system.started", "x", schema::Value::object({{"名", "櫓"}})});
    });
    ASSERT_TRUE(done) << done.error().text();
  }
  std::vector<std::string> with_database(std::vector<std::string> args) {
    args.insert(args.end(), {"--database", address()});
    return args;
  }
  ManualClock clock_{*parse_rfc3339("2026-04-10T00:00:00Z")};
  std::unique_ptr<journal::Journal> journal_;
  fs::path folder_, data_;
};
YAGURA_ON_EVERY_DATABASE(Installation);

TEST_P(Installation, JournalVerifyNamesTheFirstBrokenEntry) {
  auto ran = run(run_journal, with_database({"verify"}));
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  EXPECT_NE(ran.out.find("installation: entries 5"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("tsu: entries 5"), std::string::npos) << ran.out;
  ASSERT_TRUE(database().write([](store::Session& s) {
    return s.exec("UPDATE journal SET actor = 'other' WHERE chain = 'tsu' AND seq = 3");
  }));
  ran = run(run_journal, with_database({"verify"}));
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.out.find("BROKEN: entry 3"), std::string::npos) << ran.out;
  EXPECT_EQ(run(run_journal, with_database({"verify", "--contract", ""})).code, 0);
  EXPECT_EQ(run(run_journal, with_database({"verify", "--contract", "tsu"})).code, 1);
  EXPECT_EQ(run(run_journal, with_database({"verify", "--contract", "none"})).code, 1);
}

TEST_P(Installation, JournalExportTakesWholeMonthsOfJapan) {
  // Entries stand on 4/10, 4/30, 5/20, 6/9, 6/29 at nine in the morning in Japan.
  const auto ran = run(
      run_journal, with_database({"export", "--contract", "tsu", "--from", "2026-04", "--to", "2026-05"}));
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(std::ranges::count(ran.out, '\n'), 1 + 3 + 1) << ran.out;
  const auto file = folder_ / "may.txt";
  EXPECT_EQ(run(run_journal, with_database({"export", "--contract", "tsu", "--from", "2026-04", "--to",
                                            "2026-05", "--out", file.string()}))
                .code,
            0);
  EXPECT_EQ(slurp(file), ran.out);
  EXPECT_EQ(run(run_journal, with_database({"export", "--from", "2026-05", "--to", "2026-04"})).code, 2);
  EXPECT_EQ(run(run_journal, with_database({"export", "--from", "April"})).code, 2);
  EXPECT_EQ(run(run_journal, with_database({"export", "--from", "2026-05", "--out", "/nowhere/x"})).code, 1);
}

TEST_P(Installation, BackupIsVerifiedAndRestored) {
  const auto file = (folder_ / "b.yagura").string();
  auto ran = run(run_backup, with_database({"--data", data_.string(), "--out", file}));
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("files 3"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("Holds the keys"), std::string::npos) << ran.out;
  struct stat state{};
  ASSERT_EQ(::stat(file.c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777, 0600U);
  ran = run(run_restore, {"--verify", file});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("journal tsu: entries 5"), std::string::npos) << ran.out;

  const auto to = folder_ / "restored";
  const std::string fresh = "sqlite:" + (to / "yagura.db").string();
  ran = run(run_restore, {file, "--database", fresh, "--data", to.string()});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(slurp(to / "vault.key"), slurp(data_ / "vault.key"));
  EXPECT_EQ(slurp(to / "traps/00000000000000000000.trap"), "YGTRAP01");
  auto restored = store::Database::open(fresh);
  ASSERT_TRUE(restored);
  const auto kind = [](store::Session& s) {
    return s.text("SELECT kind FROM journal WHERE chain = '' ORDER BY seq DESC LIMIT 1");
  };
  EXPECT_EQ(*(*restored)->read(kind), "system.restored");
  EXPECT_EQ(*database().read(kind), "system.backup");
  EXPECT_EQ(run(run_journal, {"verify", "--database", fresh}).code, 0);
  // What is there is not overwritten.
  EXPECT_EQ(run(run_restore, {file, "--database", fresh, "--data", to.string()}).code, 1);
  EXPECT_EQ(run(run_backup, with_database({"--data", data_.string(), "--out", file})).code, 1);
  EXPECT_EQ(run(run_backup, with_database({"--data", data_.string(), "--out", (data_ / "b").string()})).code,
            1);
}

TEST_P(Installation, BackupWithoutKeySaysSoAndHoldsNone) {
  const auto file = (folder_ / "b.yagura").string();
  auto ran = run(run_backup, with_database({"--data", data_.string(), "--out", file, "--without-key"}));
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("files 2"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("Holds no keys"), std::string::npos) << ran.out;
  const auto to = folder_ / "restored";
  EXPECT_EQ(
      run(run_restore, {file, "--database", "sqlite:" + (to / "y.db").string(), "--data", to.string()}).code,
      0);
  EXPECT_FALSE(fs::exists(to / "vault.key"));
}

TEST_P(Installation, VerifyFindsAJournalThatWasAlteredBeforeTheBackup) {
  ASSERT_TRUE(database().write(
      [](store::Session& s) { return s.exec("DELETE FROM journal WHERE chain = 'tsu' AND seq = 2"); }));
  const auto file = (folder_ / "b.yagura").string();
  ASSERT_EQ(run(run_backup, with_database({"--data", data_.string(), "--out", file})).code, 0);
  const auto ran = run(run_restore, {"--verify", file});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("broken from entry 3"), std::string::npos) << ran.err;
}

TEST_P(Installation, ABrokenBackupTouchesNothing) {
  const auto file = (folder_ / "b.yagura").string();
  ASSERT_EQ(run(run_backup, with_database({"--data", data_.string(), "--out", file})).code, 0);
  fs::resize_file(file, fs::file_size(file) - 9);
  const auto to = folder_ / "restored";
  const auto ran =
      run(run_restore, {file, "--database", "sqlite:" + (to / "y.db").string(), "--data", to.string()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.err.find("cut off"), std::string::npos) << ran.err;
  EXPECT_FALSE(fs::exists(to));
  EXPECT_EQ(run(run_restore, {"--verify", file}).code, 1);
}

TEST_P(Installation, AnInvitationOpensOnceForWhoeverIsLockedOut) {
  const auto invite = [&](const std::string& login) {
    return run(run_people,
               with_database({"invite", login, "--data", data_.string(), "--host", "yagura.example.jp"}));
  };
  EXPECT_EQ(invite("nobody").code, 1);
  const auto ran = invite("admin");
  ASSERT_EQ(ran.code, 0) << ran.err;
  const std::string before = "https://yagura.example.jp/setup#";
  ASSERT_TRUE(ran.out.starts_with(before)) << ran.out;
  const auto token = ran.out.substr(before.size(), ran.out.find('\n') - before.size());
  auto vault = store::Vault::open(data_ / "vault.key");
  ASSERT_TRUE(vault);
  const SystemClock now;
  IdSource ids(now);
  people::People all({database(), *journal_, now, ids, *vault}, {});
  const auto invited = all.look(token);
  ASSERT_TRUE(invited) << invited.error().text();
  EXPECT_EQ(invited->person.login, "admin");
  // A second link ends the first.
  ASSERT_EQ(invite("admin").code, 0);
  EXPECT_FALSE(all.look(token));
  // Without the server's own key no link is made, nor a key.
  const auto other = folder_ / "other";
  fs::create_directories(other);
  EXPECT_EQ(run(run_people, with_database({"invite", "admin", "--data", other.string()})).code, 1);
  EXPECT_TRUE(fs::is_empty(other));
}

TEST(Commands, ADatabaseThatIsNotThereIsNotMade) {
  const auto file = fs::temp_directory_path() / "yagura_not_there.db";
  EXPECT_EQ(run(run_journal, {"verify", "--database", "sqlite:" + file.string()}).code, 1);
  EXPECT_FALSE(fs::exists(file));
  EXPECT_EQ(run(run_journal, {"verify"}).code, 2);
  EXPECT_EQ(run(run_backup, {}).code, 2);
  EXPECT_EQ(run(run_restore, {}).code, 2);
  EXPECT_EQ(run(run_people, {}).code, 2);
}

class Check : public ::testing::Test {
 protected:
  fs::path write(const std::string& name, const std::string& text) {
    const auto file = fs::temp_directory_path() / name;
    std::ofstream(file) << text;
    return file;
  }
};

TEST_F(Check, EverythingInTheCatalogueIsFit) {
  std::vector<std::string> mibs{"check"}, profiles{"check"}, kinds{"check"};
  for (const auto& [folder, list] : {std::pair{"/share/mibs", &mibs}, std::pair{"/share/profiles", &profiles},
                                     std::pair{"/share/traps/kinds", &kinds}})
    for (const auto& entry : fs::directory_iterator(root + folder))
      if (entry.path().extension() != ".md") list->push_back(entry.path().string());
  EXPECT_GT(kinds.size(), 10U);
  kinds.resize(4);  // each loads all the others
  auto ran = run(run_mib, mibs);
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  ran = run(run_profile, profiles);
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
  ran = run(run_trap, kinds);
  EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
}

TEST_F(Check, FaultsNameFileLineAndWhatToDo) {
  const auto bad = write("yagura_bad.yaml", "id: mine\ncolour: red\n");
  for (const auto command : {run_profile, run_trap}) {
    const auto ran = run(command, {"check", bad.string()});
    EXPECT_EQ(ran.code, 1);
    EXPECT_NE(ran.out.find(bad.string() + ":2"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("  → "), std::string::npos) << ran.out;
  }
  const auto mib = write("yagura_bad.mib",
                         "X-MIB DEFINITIONS ::= BEGIN\nIMPORTS nothing FROM NOWHERE-MIB;\n"
                         "x OBJECT IDENTIFIER ::= { nothing 1 }\nEND\n");
  const auto ran = run(run_mib, {"check", mib.string()});
  EXPECT_EQ(ran.code, 1) << ran.out;
  EXPECT_NE(ran.out.find(mib.string() + ":"), std::string::npos) << ran.out;
  EXPECT_EQ(run(run_mib, {"check", "/nowhere"}).code, 1);
  EXPECT_EQ(run(run_mib, {"check"}).code, 2);
  EXPECT_EQ(run(run_trap, {"look", "x"}).code, 2);
  fs::remove(bad);
  fs::remove(mib);
}

TEST_F(Check, WordsFollowTheLanguageOfTheEnvironment) {
  const auto said = [](const char* language) {
    setenv("LC_ALL", language, 1);
    std::ostringstream out, err;
    const std::vector<std::string> args{"check", "/nowhere"};
    (void)run_mib(args, out, err);
    return out.str();
  };
  setenv("YAGURA_SHARE", (root + "/share").c_str(), 1);
  EXPECT_NE(said("ja_JP.UTF-8").find("ありません"), std::string::npos);
  EXPECT_NE(said("en_GB.UTF-8").find("There is no file"), std::string::npos);
  EXPECT_EQ(said("en_GB.UTF-8").find("ありません"), std::string::npos);
}

}  // namespace
}  // namespace yagura::apps
