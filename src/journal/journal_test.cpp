#include "journal/journal.hpp"

#include <sstream>
#include <thread>

#include "support/any_database.hpp"

namespace yagura::journal {
namespace {

using schema::Value;
using store::Session;

class JournalTest : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(database().migrate(migrations()));
    auto kinds = load_kinds(YAGURA_SOURCE_DIR "/share/journal/kinds.yaml");
    ASSERT_TRUE(kinds) << kinds.error().text();
    journal_ = std::make_unique<Journal>(clock_, std::move(*kinds));
  }
  Result<Entry> add(std::string chain, std::string kind, std::string subject, Value data = Value::object()) {
    clock_.advance(std::chrono::seconds(1));
    return database().write([&](Session& s) {
      return journal_->append(s, {chain, {7, "山﨑 太郎", "10.0.0.1"}, kind, subject, data});
    });
  }
  Verdict verify(std::string_view chain) {
    return database().read([&](Session& s) { return journal_->verify(s, chain); }).value();
  }
  ManualClock clock_{parse_rfc3339("2026-04-28T08:10:00.25Z").value()};
  std::unique_ptr<Journal> journal_;
};

TEST_P(JournalTest, ChainsAreWholeAndApart) {
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(add("m", "incident.opened", "incident/1", Value::object({{"n", i}})));
  ASSERT_TRUE(add("o", "ledger.created", "device/1"));
  EXPECT_EQ(verify("m").entries, 5);
  EXPECT_EQ(verify("m").first_broken, 0);
  EXPECT_EQ(verify("o").entries, 1);
  reopen();
  EXPECT_EQ(verify("m").first_broken, 0);
}

TEST_P(JournalTest, EveryKindOfTamperingIsFound) {
  const char* const tampering[] = {"UPDATE journal SET data = '{\"n\":9}' WHERE seq = 3",
                                   "UPDATE journal SET actor = 'x' WHERE seq = 3",
                                   "UPDATE journal SET time = time + 1 WHERE seq = 3",
                                   "DELETE FROM journal WHERE seq = 3",
                                   "UPDATE journal SET subject = 'incident/2' WHERE seq = 3",
                                   "UPDATE journal SET origin = '' WHERE seq = 3",
                                   "UPDATE journal SET kind = 'incident.closed' WHERE seq = 3",
                                   "UPDATE journal SET account = 8 WHERE seq = 3"};
  int chain = 0;
  for (const auto* sql : tampering) {
    const auto name = "c" + std::to_string(++chain);
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(add(name, "incident.opened", "incident/1"));
    ASSERT_TRUE(database().write(
        [&](Session& s) { return s.exec(std::string(sql) + " AND chain = '" + name + "'"); }));
    EXPECT_GE(verify(name).first_broken, 3) << sql;
  }
}

TEST_P(JournalTest, ListsBySubjectKindActorTextAndCursor) {
  for (int i = 0; i < 30; ++i)
    ASSERT_TRUE(add("m", i % 2 ? "incident.opened" : "alert.opened", "incident/" + std::to_string(i % 3),
                    Value::object({{"note", i == 7 ? "100%_確認" : "x"}})));
  const auto list = [&](Query q) {
    q.chain = "m";
    return database().read([&](Session& s) { return journal_->list(s, q); }).value();
  };
  EXPECT_EQ(list({.subject = "incident/1"}).size(), 10U);
  EXPECT_EQ(list({.kind_prefix = "incident."}).size(), 15U);
  EXPECT_EQ(list({.account = 8}).size(), 0U);
  EXPECT_EQ(list({.text = "100%_確"}).size(), 1U);
  EXPECT_EQ(list({.text = "%"}).size(), 1U);
  EXPECT_EQ(list({.text = "山﨑"}).size(), 30U);
  EXPECT_EQ(list({.before_seq = 11, .limit = 4}).front().seq, 10);
  EXPECT_EQ(list({.before_seq = 11, .limit = 4, .oldest_first = true}).front().seq, 12);
  EXPECT_EQ(list({.from = clock_.now()}).size(), 1U);
}

TEST_P(JournalTest, ExportChainsOnFromTheMonthBefore) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(add("m", "incident.opened", "incident/1"));
  const Time middle = clock_.now();
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(add("m", "incident.closed", "incident/1"));
  std::ostringstream out;
  const auto count = database().read([&](Session& s) {
    return journal_->export_chain(s, "m", middle, clock_.now() + std::chrono::days(1), out);
  });
  EXPECT_EQ(count.value(), 3);
  const auto root = database().read(
      [&](Session& s) { return journal_->root(s, "m", clock_.now() + std::chrono::days(1)); });
  EXPECT_NE(out.str().find("root " + root.value()), std::string::npos);
  const auto before = database().read([&](Session& s) { return journal_->root(s, "m", middle); }).value();
  EXPECT_NE(out.str().find(" " + before + " {\"seq\":3,"), std::string::npos);
}

TEST_P(JournalTest, ListenersHearOnlyOfWhatIsOnDisk) {
  std::vector<std::int64_t> heard;
  journal_->listen([&](const Entry& e) { heard.push_back(e.seq); });
  ASSERT_TRUE(add("m", "alert.opened", "alert/1"));
  (void)database().write([&](Session& s) -> Result<void> {
    YAGURA_CHECK(journal_->append(s, {"m", {}, "alert.cleared", "alert/1", {}}));
    return fail("test.refused");
  });
  EXPECT_EQ(heard, std::vector<std::int64_t>{1});
  EXPECT_EQ(verify("m").entries, 1);
}

TEST_P(JournalTest, ManyWritersMakeOneChain) {
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i)
        (void)database().write(
            [&](Session& s) { return journal_->append(s, {"m", {}, "alert.opened", "alert/1", {}}); });
    });
  threads.clear();
  EXPECT_EQ(verify("m").entries, 80);
  EXPECT_EQ(verify("m").first_broken, 0);
}

YAGURA_ON_EVERY_DATABASE(JournalTest);

}  // namespace
}  // namespace yagura::journal
