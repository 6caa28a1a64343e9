#include "monitor/remote_log/remote_logs.hpp"

#include <gtest/gtest.h>

#include "support/any_database.hpp"

namespace yagura::monitor::remote_log {
namespace {

using namespace std::chrono_literals;

class RemoteLogsTest : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    auto kinds = journal::load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml");
    ASSERT_TRUE(kinds) << kinds.error().text();
    journal = std::make_unique<journal::Journal>(clock, *kinds);
    ASSERT_TRUE(database().migrate(journal::migrations()));
    const auto migrated = database().migrate(migrations());
    ASSERT_TRUE(migrated) << migrated.error().text();
    logs = std::make_unique<RemoteLogs>(clock, ids, *journal);
  }
  Id begin(Id device, Id incident) {
    const auto id = database().write([&](store::Session& s) {
      return logs->requested(s, {"tsu", device, "コアスイッチA", incident, {}});
    });
    EXPECT_TRUE(id) << id.error().text();
    return id.value_or(0);
  }
  Result<> end(Id id, const Retrieved& result) {
    return database().write([&](store::Session& s) { return logs->ended(s, id, result); });
  }
  std::vector<std::string> kinds_of(const std::string& subject) {
    std::vector<std::string> out;
    const auto entries = database().read([&](store::Session& s) {
      journal::Query query;
      query.chain = "tsu";
      query.subject = subject;
      query.oldest_first = true;
      return journal->list(s, query);
    });
    EXPECT_TRUE(entries);
    for (const auto& entry : *entries) out.push_back(entry.record.kind);
    return out;
  }
  Retrieved result() {
    Retrieved out;
    out.state = State::partial;
    out.dialect = "frr";
    out.started = clock.now();
    out.finished = clock.now() + 3s;
    CommandOutput ok;
    ok.command = "show log";
    ok.started = clock.now() + 1s;
    ok.took = 250ms;
    ok.text = "ログ 1 行目\n" + std::string(70'000, 'x');
    ok.raw_bytes = 70'100;
    ok.cut = true;
    ok.exit_status = 0;
    CommandOutput wrong;
    wrong.command = "show fan";
    wrong.started = clock.now() + 2s;
    wrong.error = Error{"remote_log.command_refused", {{"command", "show fan"}}};
    out.commands = {ok, wrong};
    return out;
  }

  ManualClock clock{from_micros(1'800'000'000'000'000)};
  IdSource ids{clock};
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<RemoteLogs> logs;
};

TEST_P(RemoteLogsTest, KeepsEverythingOfAResult) {
  const Id id = begin(5, 77);
  ASSERT_TRUE(end(id, result()));
  const auto log = database().read([&](store::Session& s) { return logs->get(s, "tsu", id); });
  ASSERT_TRUE(log) << log.error().text();
  EXPECT_EQ(log->state, "partial");
  EXPECT_EQ(log->dialect, "frr");
  EXPECT_EQ(log->device_name, "コアスイッチA");
  EXPECT_EQ(*log->finished - log->started, 3s);
  ASSERT_EQ(log->commands.size(), 2U);
  EXPECT_EQ(log->commands[0].text, result().commands[0].text);
  EXPECT_EQ(log->commands[0].took, 250ms);
  EXPECT_EQ(log->commands[0].started, clock.now() + 1s);
  EXPECT_EQ(log->commands[0].raw_bytes, 70'100U);
  EXPECT_TRUE(log->commands[0].cut);
  EXPECT_EQ(log->commands[0].exit_status, 0);
  EXPECT_FALSE(log->commands[0].error);
  EXPECT_EQ(log->commands[1].exit_status, std::nullopt);
  EXPECT_EQ(log->commands[1].error, result().commands[1].error);
  EXPECT_EQ(kinds_of("incident/77"), (std::vector<std::string>{"log.requested", "log.attached"}));
  EXPECT_TRUE(kinds_of("device/5").empty());
}

TEST_P(RemoteLogsTest, FailureIsAFactOnTheDeviceWithoutIncident) {
  const Id id = begin(5, 0);
  Retrieved failed;
  failed.error = Error{"remote_log.login_refused", {{"user", "monitor"}, {"methods", "password"}}};
  ASSERT_TRUE(end(id, failed));
  const auto log = database().read([&](store::Session& s) { return logs->get(s, "tsu", id); });
  ASSERT_TRUE(log);
  EXPECT_EQ(log->state, "failed");
  EXPECT_EQ(log->error, failed.error);
  EXPECT_EQ(kinds_of("device/5"), (std::vector<std::string>{"log.requested", "log.failed"}));
}

TEST_P(RemoteLogsTest, EndsOnceAndStaysInItsContract) {
  const Id id = begin(5, 0);
  ASSERT_TRUE(end(id, result()));
  const auto again = end(id, result());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "remote_log.not_found");
  const auto other = database().read([&](store::Session& s) { return logs->get(s, "other", id); });
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, "remote_log.not_found");
}

TEST_P(RemoteLogsTest, ListsByDeviceAndIncidentNewestFirst) {
  std::vector<Id> all;
  for (int i = 0; i < 5; ++i) {
    all.push_back(begin(5, i % 2 == 0 ? 77 : 78));
    clock.advance(1s);
  }
  (void)begin(6, 77);
  const auto ids_of = [](const Result<std::vector<Log>>& logs_of) {
    std::vector<Id> out;
    EXPECT_TRUE(logs_of) << logs_of.error().text();
    if (logs_of)
      for (const Log& log : *logs_of) out.push_back(log.id);
    return out;
  };
  database()
      .read([&](store::Session& s) -> Result<> {
        EXPECT_EQ(ids_of(logs->of_device(s, "tsu", 5, 2)), (std::vector<Id>{all[4], all[3]}));
        EXPECT_EQ(ids_of(logs->of_device(s, "tsu", 5, 9, all[3])), (std::vector<Id>{all[2], all[1], all[0]}));
        EXPECT_EQ(ids_of(logs->of_incident(s, "tsu", 78)), (std::vector<Id>{all[3], all[1]}));
        EXPECT_TRUE(ids_of(logs->of_device(s, "other", 5)).empty());
        return {};
      })
      .value();
}

TEST_P(RemoteLogsTest, LaterIncidentGetsTheLog) {
  const Id id = begin(5, 0);
  ASSERT_TRUE(database().write([&](store::Session& s) { return logs->join(s, id, 90); }));
  ASSERT_TRUE(end(id, result()));
  EXPECT_EQ(kinds_of("incident/90"), (std::vector<std::string>{"log.attached"}));
  EXPECT_FALSE(database().write([&](store::Session& s) { return logs->join(s, id, 91); }));
}

TEST_P(RemoteLogsTest, RestartEndsWhatRan) {
  const Id running = begin(5, 77);
  const Id finished = begin(6, 77);
  ASSERT_TRUE(end(finished, result()));
  reopen();
  const auto count = database().write([&](store::Session& s) { return logs->interrupted(s); });
  ASSERT_TRUE(count) << count.error().text();
  EXPECT_EQ(*count, 1);
  const auto log = database().read([&](store::Session& s) { return logs->get(s, "tsu", running); });
  ASSERT_TRUE(log);
  EXPECT_EQ(log->state, "failed");
  EXPECT_EQ(log->error->code, "remote_log.interrupted");
}

TEST_P(RemoteLogsTest, WhatIsPastItsRetentionGoesAndTheJournalSaysSo) {
  const Id old = begin(5, 77), running = begin(6, 0);
  ASSERT_TRUE(end(old, result()));
  const auto purge = [&](Time before, int most = 500) {
    return database().write([&](store::Session& s) { return logs->purge(s, "tsu", before, most); }).value();
  };
  EXPECT_EQ(purge(Time{}), 0);
  EXPECT_TRUE(kinds_of("contract/tsu").empty()) << "nothing removed, nothing said";
  const Time all = Time{} + std::chrono::days(365 * 200);
  EXPECT_EQ(database().write([&](store::Session& s) { return logs->purge(s, "other", all, 500); }).value(),
            0);
  EXPECT_EQ(purge(all), 1);
  EXPECT_EQ(kinds_of("contract/tsu"), (std::vector<std::string>{"log.purged"}));
  EXPECT_EQ(database().read([&](store::Session& s) { return logs->get(s, "tsu", old); }).error().code,
            "remote_log.not_found");
  EXPECT_TRUE(database().read([&](store::Session& s) { return logs->get(s, "tsu", running); }))
      << "what runs is left";
  const auto outputs = database()
                           .read([&](store::Session& s) {
                             return s.integer("SELECT count(*) FROM remote_log_command WHERE log = $1", old);
                           })
                           .value();
  EXPECT_EQ(outputs, 0);
}

YAGURA_ON_EVERY_DATABASE(RemoteLogsTest);

}  // namespace
}  // namespace yagura::monitor::remote_log
