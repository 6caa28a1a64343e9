#include "ledger/virus_scan.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "ledger/ledgers.hpp"
#include "support/any_database.hpp"

extern char** environ;

namespace yagura::ledger {
namespace {

namespace fs = std::filesystem;
using namespace std::literals;

// The test file of the European institute for anti-virus research, in two parts so that this source is no
// hit.
std::string eicar() {
  return std::string(R"(X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-)") + "ANTIVIRUS-TEST-FILE!$H+H*";
}

fs::path scratch() {
  static int count = 0;
  const auto folder = fs::temp_directory_path() /
                      ("yagura_scan_" + std::to_string(::getpid()) + "_" + std::to_string(++count));
  fs::create_directories(folder);
  return folder;
}

// Somebody at the socket who says what the test wants, after so many bytes were read (0: at once).
class Liar {
 public:
  Liar(std::string says, bool reads_all, bool stays) : folder_(scratch()) {
    fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    const auto path = socket().string();
    std::copy(path.begin(), path.end(), std::begin(at.sun_path));
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
    EXPECT_EQ(::listen(fd_, 4), 0);
    thread_ = std::jthread([this, says = std::move(says), reads_all, stays](const std::stop_token& stop) {
      pollfd wait{fd_, POLLIN, 0};
      if (::poll(&wait, 1, 5000) <= 0) return;
      const int peer = ::accept(fd_, nullptr, nullptr);
      char buffer[65536];
      std::string tail;
      while (reads_all) {
        const auto got = ::recv(peer, buffer, sizeof buffer, 0);
        if (got <= 0) break;
        read_ += static_cast<std::size_t>(got);
        tail.append(buffer, static_cast<std::size_t>(got));
        if (tail.size() > 4) tail.erase(0, tail.size() - 4);
        if (tail == "\0\0\0\0"sv) break;
      }
      (void)!::send(peer, says.data(), says.size(), MSG_NOSIGNAL);
      while (stays && !stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      ::close(peer);
    });
  }
  ~Liar() {
    thread_.request_stop();
    thread_.join();
    ::close(fd_);
    fs::remove_all(folder_);
  }
  [[nodiscard]] fs::path socket() const { return folder_ / "s"; }
  [[nodiscard]] std::size_t read() const { return read_; }

 private:
  const fs::path folder_;
  int fd_ = -1;
  std::size_t read_ = 0;
  std::jthread thread_;
};

TEST(VirusScan, OnlyOneAnswerIsClean) {
  EXPECT_EQ(clamd_verdict("stream: OK").value(), std::nullopt);
  EXPECT_EQ(clamd_verdict("stream: Eicar-Test-Signature FOUND").value(), "Eicar-Test-Signature");
  EXPECT_EQ(clamd_verdict("stream: " + std::string(9000, 'x') + " FOUND").value()->size(), 200U);
  EXPECT_EQ(clamd_verdict("stream: \xff\xfe FOUND").value(), "?");
  for (const auto* bad :
       {"", "OK", "stream: OK ", "stream: ok", "stream:  FOUND", "INSTREAM size limit exceeded. ERROR",
        "stream: OK\nstream: X FOUND\n", "UNKNOWN COMMAND", "\xff"})
    EXPECT_FALSE(clamd_verdict(bad)) << bad;
}

TEST(VirusScan, WhateverIsNoAnswerIsNotClean) {
  const SystemClock clock;
  const std::string big(3'000'000, 'a');
  const struct {
    std::string says;
    bool reads, stays;
  } cases[] = {
      {"", true, false},                        // closes without a word
      {"stream: OK", true, false},              // no end
      {std::string(100'000, 'x'), true, true},  // endless
      {"stream: O", true, false},
      {"INSTREAM size limit exceeded. ERROR\0"s, false, false},
  };
  for (const auto& c : cases) {
    Liar liar(c.says, c.reads, c.stays);
    ClamdScanner scanner(liar.socket(), clock, std::chrono::seconds(3));
    const auto found = scanner.scan(big);
    ASSERT_FALSE(found) << c.says.substr(0, 40);
    EXPECT_EQ(found.error().code, "ledger.scanner_unavailable");
  }
}

TEST(VirusScan, WhoNeverAnswersIsNotWaitedForLong) {
  const SystemClock clock;
  Liar liar("", false, true);
  ClamdScanner scanner(liar.socket(), clock, std::chrono::milliseconds(300));
  const auto began = clock.steady();
  EXPECT_FALSE(scanner.scan(std::string(5'000'000, 'x')));
  EXPECT_LT(clock.steady() - began, std::chrono::seconds(3));
}

TEST(VirusScan, ADeadSocketIsSaidAtOnce) {
  const SystemClock clock;
  ClamdScanner nothing("/nonexistent/clamd.ctl", clock);
  EXPECT_EQ(nothing.scan("x").error().code, "ledger.scanner_unavailable");
  ClamdScanner long_path(std::string(300, 'x'), clock);
  EXPECT_EQ(long_path.scan("x").error().code, "ledger.scanner_unavailable");
  const auto folder = scratch();
  std::ofstream(folder / "file") << "no socket";
  ClamdScanner file(folder / "file", clock);
  EXPECT_FALSE(file.scan("x"));
  fs::remove_all(folder);
}

TEST(VirusScan, AWholeFileIsSentAndTheAnswerHeard) {
  const SystemClock clock;
  Liar liar("stream: OK\0"s, true, true);
  ClamdScanner scanner(liar.socket(), clock);
  const auto found = scanner.scan(std::string(1'000'000, 'x'));
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_EQ(*found, std::nullopt);
  EXPECT_GT(liar.read(), 1'000'000U);
}

// A clamd of our own with one signature: no definitions are fetched from anywhere.
class Clamd {
 public:
  Clamd() : folder_(scratch()) {
    const char* program = "/usr/sbin/clamd";
    if (::access(program, X_OK) != 0) return;
    fs::create_directories(folder_ / "db");
    std::ofstream(folder_ / "db" / "test.hdb")
        << "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature\n";
    std::ofstream(folder_ / "clamd.conf")
        << "Foreground yes\nLocalSocket " << socket().string() << "\nDatabaseDirectory "
        << (folder_ / "db").string() << "\nTemporaryDirectory " << folder_.string() << "\nLogFile "
        << (folder_ / "log").string() << "\nStreamMaxLength 30M\nMaxThreads 4\n";
    const std::string config = "--config-file=" + (folder_ / "clamd.conf").string();
    const char* const args[] = {program, config.c_str(), nullptr};
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
    if (::posix_spawn(&pid_, program, &quiet, nullptr, const_cast<char* const*>(args), environ) != 0)
      pid_ = 0;
    posix_spawn_file_actions_destroy(&quiet);
    for (int i = 0; pid_ != 0 && i < 600 && !fs::exists(socket()); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  ~Clamd() {
    stop();
    fs::remove_all(folder_);
  }
  void stop() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  [[nodiscard]] bool runs() const { return pid_ != 0 && fs::exists(socket()); }
  [[nodiscard]] fs::path socket() const { return folder_ / "clamd.sock"; }

 private:
  const fs::path folder_;
  pid_t pid_ = 0;
};

TEST(VirusScan, ARealClamd) {
  Clamd clamd;
  if (!clamd.runs()) GTEST_SKIP() << "no clamd here (package clamav-daemon)";
  const SystemClock clock;
  ClamdScanner scanner(clamd.socket(), clock);
  const auto clean = scanner.scan("nothing to see");
  ASSERT_TRUE(clean) << clean.error().text();
  EXPECT_EQ(*clean, std::nullopt);
  EXPECT_EQ(scanner.scan("").value(), std::nullopt);
  EXPECT_EQ(scanner.scan(std::string(20U << 20, 'x')).value(), std::nullopt);
  const auto found = scanner.scan(eicar());
  ASSERT_TRUE(found) << found.error().text();
  ASSERT_TRUE(*found);
  EXPECT_TRUE((*found)->starts_with("Eicar-Test-Signature")) << **found;
  clamd.stop();
  EXPECT_FALSE(scanner.scan("x"));
}

// What the ledger makes of it ----------------------------------------------------------------------------

class Pretended final : public VirusScanner {
 public:
  Result<std::optional<std::string>> scan(std::string_view bytes) override {
    if (away) return fail("ledger.scanner_unavailable", {{"reason", "test"}});
    return bytes.contains("virus") ? std::optional<std::string>("Test.Virus") : std::nullopt;
  }
  bool away = false;
};

class AttachmentTest : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(database().migrate(journal::migrations()));
    ASSERT_TRUE(database().migrate(migrations()));
    journal_ = std::make_unique<journal::Journal>(
        clock_, journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml").value());
    ledgers_ = std::make_unique<Ledgers>(
        Ledgers::Ground{database(), *journal_, clock_, ids_, &scanner_}, Definitions{},
        [](std::string_view, std::string_view) { return std::vector<Choice>{}; });
  }
  std::size_t entries(const std::string& kind) {
    journal::Query query;
    query.chain = "m";
    query.kind_prefix = kind;
    return database().read([&](store::Session& s) { return journal_->list(s, query); }).value().size();
  }
  std::int64_t kept() {
    return database()
        .read([&](store::Session& s) { return s.integer("SELECT count(*) FROM attachment"); })
        .value()
        .value();
  }
  Result<Attachment> attach(const std::string& bytes) {
    return ledgers_->attach(by_, "m", "a.pdf", "", bytes);
  }

  ManualClock clock_{parse_rfc3339("2026-04-28T08:10:00Z").value()};
  IdSource ids_{clock_};
  journal::Actor by_{7, "山﨑", ""};
  Pretended scanner_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<Ledgers> ledgers_;
};

TEST_P(AttachmentTest, WhatIsInfectedIsNeverKept) {
  const auto refused = attach("a virus");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "ledger.attachment_infected");
  EXPECT_EQ(refused.error().arg("found"), "Test.Virus");
  EXPECT_EQ(kept(), 0);
  EXPECT_EQ(entries("attachment.infected"), 1U);
  const auto clean = attach("harmless").value();
  EXPECT_EQ(clean.scan, "clean");
  EXPECT_EQ(ledgers_->attachment("m", clean.id, 99).value().second, "harmless");
}

TEST_P(AttachmentTest, WithoutTheScannerItWaitsForItsSenderAlone) {
  scanner_.away = true;
  const auto one = attach("harmless").value(), two = attach("a virus").value();
  EXPECT_EQ(one.scan, "waiting");
  EXPECT_EQ(ledgers_->attachment("m", one.id, by_.account).value().second, "harmless");
  EXPECT_EQ(ledgers_->attachment("m", one.id, 99).error().code, "ledger.attachment_waiting_conflict");
  EXPECT_EQ(ledgers_->attachment("m", one.id).error().code, "ledger.attachment_waiting_conflict");
  EXPECT_EQ(ledgers_->scan_waiting(10).error().code, "ledger.scanner_unavailable");
  scanner_.away = false;
  EXPECT_EQ(ledgers_->scan_waiting(10).value(), 2);
  EXPECT_EQ(ledgers_->scan_waiting(10).value(), 0);
  EXPECT_TRUE(ledgers_->attachment("m", one.id, 99));
  // Found late: its bytes are gone, for its sender too.
  EXPECT_EQ(ledgers_->attachment("m", two.id, by_.account).error().code, "ledger.attachment_infected");
  EXPECT_EQ(entries("attachment.infected"), 1U);
  EXPECT_EQ(entries("attachment.scanned"), 1U);
}

TEST_P(AttachmentTest, WhatNobodyUsesForADayGoes) {
  const auto used = attach("used").value(), unused = attach("unused").value();
  const AttachmentUse is_used = [&](store::Session&, const std::string& contract, Id id,
                                    bool) -> Result<bool> {
    EXPECT_EQ(contract, "m");
    return id == used.id;
  };
  EXPECT_EQ(ledgers_->remove_unused(is_used, 100).value(), 0);
  clock_.advance(std::chrono::hours(25));
  const auto fresh = attach("fresh").value();
  EXPECT_EQ(ledgers_->remove_unused(is_used, 100).value(), 1);
  EXPECT_EQ(ledgers_->attachment("m", unused.id).error().code, "ledger.row_not_found");
  EXPECT_TRUE(ledgers_->attachment("m", used.id));
  EXPECT_TRUE(ledgers_->attachment("m", fresh.id));
  EXPECT_EQ(entries("attachment.removed"), 1U);
  // Once it was used it is kept, also when what used it is gone.
  EXPECT_EQ(
      ledgers_->remove_unused([](auto&, auto&, Id, bool) -> Result<bool> { return false; }, 100).value(), 0);
}

YAGURA_ON_EVERY_DATABASE(AttachmentTest);

}  // namespace
}  // namespace yagura::ledger
