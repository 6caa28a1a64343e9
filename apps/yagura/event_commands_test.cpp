// The commands of the store of events, as somebody with a shell runs them.
#include "yagura/event_commands.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "eventstore/embedded.hpp"
#include "records/all_steps.hpp"
#include "yagura/database_command.hpp"

namespace yagura::apps {
namespace {

namespace fs = std::filesystem;

class EventCommands : public ::testing::Test {
 protected:
  EventCommands() {
    std::string pattern = "/tmp/yagura-events-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    address_ = "sqlite:" + (folder_ / "yagura.db").string();
    auto database = store::Database::open(address_).value();
    EXPECT_TRUE(database->migrate(all_steps()));
    const SystemClock clock;
    const auto journal = open_journal(clock).value();
    EXPECT_TRUE(database->write([&](store::Session& s) -> Result<void> {
      YAGURA_CHECK(journal->append(s, {"matsusaka", {}, "contract.loaded", "contract/matsusaka", {}}));
      return {};
    }));
    std::ofstream(folder_ / "a.jsonl")
        << "{\"time\":\"2026-04-28T08:10:30Z\",\"host\":\"web-1\",\"message\":\"one\"}\n"
           "{\"time\":\"2026-04-28T08:10:31Z\",\"host\":\"web-1\",\"message\":\"two\"}\nbroken\n";
  }
  ~EventCommands() override { fs::remove_all(folder_); }

  int run(std::vector<std::string> words) {
    out_.str({});
    err_.str({});
    return run_events(words, out_, err_);
  }
  int import(const std::string& contract = "matsusaka") {
    return run({"import", "--mapping", "generic_jsonl", "--contract", contract, "--data", data().string(),
                "--database", address_, (folder_ / "a.jsonl").string()});
  }
  [[nodiscard]] fs::path data() const { return folder_ / "data"; }

  fs::path folder_;
  std::string address_;
  std::ostringstream out_, err_;
};

TEST_F(EventCommands, ImportedOnceAndWrittenIntoTheJournal) {
  ASSERT_EQ(import(), 0) << err_.str();
  EXPECT_NE(out_.str().find(".rejected"), std::string::npos) << out_.str();
  ASSERT_EQ(import(), 0) << err_.str();
  ASSERT_EQ(run({"extents", "--data", data().string()}), 0);
  EXPECT_TRUE(out_.str().starts_with("matsusaka\tsyslog\t2\t")) << out_.str();
  auto database = store::Database::open(address_).value();
  const SystemClock clock;
  const auto journal = open_journal(clock).value();
  const auto entries =
      database
          ->read([&](store::Session& s) {
            return journal->list(s, {.chain = "matsusaka", .kind_prefix = "log.imported", .limit = 10});
          })
          .value();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].record.data["events"].integer(), 2);
  EXPECT_EQ(entries[0].record.data["rejected"].integer(), 1);
}

TEST_F(EventCommands, RefusedForAnUnknownContractAndWhileAServerHasTheStore) {
  EXPECT_EQ(import("matsuzaka"), exit_failed);
  ASSERT_EQ(import(), 0) << err_.str();
  const SystemClock clock;
  const auto server =
      eventstore::EmbeddedStore::open(
          data() / "events", eventstore::read_kinds(YAGURA_SOURCE_DIR "/share/events").value(), clock, {})
          .value();
  EXPECT_EQ(import(), exit_failed);
  EXPECT_NE(err_.str().find((data() / "events").string()), std::string::npos) << err_.str();
}

TEST_F(EventCommands, BackedUpVerifiedRestored) {
  ASSERT_EQ(import(), 0) << err_.str();
  ASSERT_EQ(run({"backup", "--data", data().string(), "--out", (folder_ / "kept").string()}), 0)
      << err_.str();
  EXPECT_EQ(run({"backup", "--data", data().string(), "--out", (folder_ / "kept").string()}), exit_failed);
  EXPECT_EQ(run({"restore", (folder_ / "kept").string(), "--data", data().string()}), exit_failed)
      << "one is there";
  fs::remove_all(data() / "events");
  ASSERT_EQ(run({"restore", (folder_ / "kept").string(), "--data", data().string()}), 0) << err_.str();
  ASSERT_EQ(run({"verify", "--data", data().string()}), 0) << err_.str();
  EXPECT_NE(out_.str().find("OK"), std::string::npos);
  for (const auto& file : fs::recursive_directory_iterator(data() / "events/segments"))
    if (file.is_regular_file()) {
      std::fstream bytes(file.path(), std::ios::in | std::ios::out | std::ios::binary);
      bytes.seekp(static_cast<std::streamoff>(file.file_size() / 2));
      bytes.write("\xAA\x55\xAA\x55", 4);
    }
  EXPECT_EQ(run({"verify", "--data", data().string()}), exit_failed) << out_.str();
}

TEST_F(EventCommands, MisusedIsSaid) {
  EXPECT_EQ(run({}), exit_misused);
  EXPECT_EQ(run({"import", "--data", data().string()}), exit_misused);
  EXPECT_EQ(run({"extents", "--data", data().string()}), exit_failed) << "there is no store";
}

// On the servers that tests/support/clickhouse.sh started: YAGURA_TEST_CLICKHOUSE is what it printed.
TEST_F(EventCommands, MovedToClickHouseOnce) {
  const char* servers = std::getenv("YAGURA_TEST_CLICKHOUSE");
  if (servers == nullptr) GTEST_SKIP() << "YAGURA_TEST_CLICKHOUSE is not set: no ClickHouse to test on";
  std::istringstream words(servers);
  std::string first, second, password;
  words >> first >> second >> password;
  std::ofstream(folder_ / "password") << password << "\n";
  ASSERT_EQ(import(), 0) << err_.str();
  const auto file = folder_ / "clickhouse.yaml";
  std::ofstream(file) << fmt::format("nodes: [\"{}\"]\ndatabase: m{}\nuser: yagura\npassword_file: {}\n",
                                     first, ::getpid(), (folder_ / "password").string());
  const std::vector<std::string> move = {"move", "--data", data().string(), "--events-clickhouse",
                                         file.string()};
  ASSERT_EQ(run(move), 0) << err_.str();
  EXPECT_NE(err_.str().find("matsusaka syslog 2026-04  2 / 2"), std::string::npos) << err_.str();
  EXPECT_TRUE(out_.str().starts_with("2 ")) << out_.str();
  ASSERT_EQ(run(move), 0) << err_.str();
  EXPECT_TRUE(out_.str().starts_with("0 ")) << out_.str();
  std::ofstream(folder_ / "password", std::ios::trunc) << "wrong\n";
  EXPECT_EQ(run(move), 1);
  EXPECT_EQ(err_.str().find("wrong"), std::string::npos) << "a password is not shown";
}

}  // namespace
}  // namespace yagura::apps
