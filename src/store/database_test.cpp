#include "store/database.hpp"

#include <atomic>
#include <thread>

#include "support/any_database.hpp"

namespace yagura::store {
namespace {

constexpr Migration steps[] = {
    {"room", 1,
     "CREATE TABLE thing (id @id, name TEXT NOT NULL UNIQUE, weight DOUBLE PRECISION, data @json, "
     "raw @blob); CREATE TABLE part (thing BIGINT NOT NULL REFERENCES thing (id))"},
    {"room", 2, "ALTER TABLE thing ADD COLUMN seen BIGINT"},
};

class Store : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    const auto done = database().migrate(steps);
    ASSERT_TRUE(done) << done.error().text();
  }
  Result<std::int64_t> add(std::int64_t id, std::string_view name) {
    return database().write(
        [&](Session& s) { return s.exec("INSERT INTO thing (id, name) VALUES ($1, $2)", id, name); });
  }
  std::int64_t count() {
    return database()
        .read([](Session& s) { return s.integer("SELECT count(*) FROM thing"); })
        .value()
        .value();
  }
};

TEST_P(Store, TypesComeBackAsTheyWent) {
  const std::string bytes("\0\xff'\\", 4);
  ASSERT_TRUE(database().write([&](Session& s) {
    return s.exec("INSERT INTO thing (id, name, weight, data, raw, seen) VALUES ($2, $1, $3, $4, $5, $6)",
                  "松阪 'x' \\ \n", (std::int64_t{1} << 52) + 1, 0.1, R"({"a":{"b":"c"},"n":5})",
                  Bytes{bytes}, std::optional<std::int64_t>{});
  }));
  int rows = 0;
  const auto read = database().read([&](Session& s) {
    return s.query(
        "SELECT id, name, weight, data->>'n', raw, seen, name AS alias FROM thing WHERE data->'a'->>'b' = $1",
        "c", [&](const Row& row) {
          ++rows;
          EXPECT_EQ(row.integer(0), (std::int64_t{1} << 52) + 1);
          EXPECT_EQ(row.text(1), "松阪 'x' \\ \n");
          EXPECT_EQ(row.real(2), 0.1);
          EXPECT_EQ(row.text(3), "5");
          EXPECT_EQ(row.bytes(4), bytes);
          EXPECT_EQ(row.maybe_integer(5), std::nullopt);
          EXPECT_EQ(row.name(6), "alias");
        });
  });
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(rows, 1);
}

TEST_P(Store, ErrorsHaveTheSameCodes) {
  ASSERT_TRUE(add(1, "a"));
  EXPECT_EQ(add(2, "a").error().code, "store.conflict");
  EXPECT_EQ(add(1, "b").error().code, "store.conflict");
  const auto dangling =
      database().write([](Session& s) { return s.exec("INSERT INTO part (thing) VALUES ($1)", 99); });
  EXPECT_EQ(dangling.error().code, "store.constraint");
  const auto null = database().write(
      [](Session& s) { return s.exec("INSERT INTO thing (id, name) VALUES ($1, $2)", 3, nullptr); });
  EXPECT_EQ(null.error().code, "store.constraint");
  EXPECT_EQ(database().read([](Session& s) { return s.exec("SELECT nonsense"); }).error().code,
            "store.failed");
  EXPECT_EQ(count(), 1);
}

TEST_P(Store, AnErrorRollsBackAndHooksRunOnlyAfterCommit) {
  int ran = 0;
  const auto refused = database().write([&](Session& s) -> Result<void> {
    s.after_commit([&] { ++ran; });
    YAGURA_CHECK(s.exec("INSERT INTO thing (id, name) VALUES (1, 'a')"));
    return fail("test.refused");
  });
  EXPECT_EQ(refused.error().code, "test.refused");
  EXPECT_EQ(count(), 0);
  EXPECT_EQ(ran, 0);
  ASSERT_TRUE(database().write([&](Session& s) -> Result<void> {
    s.after_commit([&] { ++ran; });
    return {};
  }));
  EXPECT_EQ(ran, 1);
}

TEST_P(Store, TheSessionGoesOnAfterAnErrorIsRolledBack) {
  EXPECT_FALSE(database().write([](Session& s) { return s.exec("bad sql"); }));
  EXPECT_TRUE(add(1, "a"));
}

TEST_P(Store, ManyRowsAtOnce) {
  std::vector<std::string> names;
  for (int i = 0; i < 3000; ++i) names.push_back("n\t" + std::to_string(i) + "\\\n");
  std::vector<Param> values;
  for (int i = 0; i < 3000; ++i) {
    values.emplace_back(std::int64_t{i} + 1);
    values.emplace_back(std::string_view(names[static_cast<std::size_t>(i)]));
    values.emplace_back(i % 2 ? Param(1.5) : Param(nullptr));
  }
  constexpr std::string_view columns[] = {"id", "name", "weight"};
  const auto done = database().write([&](Session& s) { return s.insert_many("thing", columns, values); });
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(count(), 3000);
  EXPECT_EQ(database().read([](Session& s) { return s.text("SELECT name FROM thing WHERE id = 8"); }).value(),
            names[7]);
  const auto twice = database().write([&](Session& s) { return s.insert_many("thing", columns, values); });
  EXPECT_EQ(twice.error().code, "store.conflict");
  EXPECT_EQ(count(), 3000);
}

TEST_P(Store, TextOrdersByCodePointAndLikeMindsCase) {
  int id = 0;
  for (const auto* name : {"b", "B", "a", "松", "ア"}) ASSERT_TRUE(add(++id, name));
  std::string order;
  ASSERT_TRUE(database().read([&](Session& s) {
    return s.query("SELECT name FROM thing ORDER BY name", [&](const Row& row) { order += row.text(0); });
  }));
  EXPECT_EQ(order, "Babア松");
  EXPECT_EQ(database()
                .read([](Session& s) { return s.integer("SELECT count(*) FROM thing WHERE name LIKE 'b%'"); })
                .value(),
            1);
}

TEST_P(Store, LikeFindsSignsAsTheyStand) {
  int id = 0;
  for (const auto* name : {"100%", "100 yen", "a_b", "axb", "c\\d", "c%d"}) ASSERT_TRUE(add(++id, name));
  const auto found = [&](std::string_view wanted) {
    std::string out;
    EXPECT_TRUE(database().read([&](Session& s) {
      return s.query("SELECT name FROM thing WHERE name LIKE $1" + std::string(like_escape) + " ORDER BY id",
                     like_anywhere(wanted), [&](const Row& row) { out += row.string(0) + "|"; });
    }));
    return out;
  };
  EXPECT_EQ(found("0%"), "100%|");
  EXPECT_EQ(found("a_"), "a_b|");
  EXPECT_EQ(found("\\"), "c\\d|");
  EXPECT_EQ(found("00"), "100%|100 yen|");
}

TEST_P(Store, WritersFromManyThreadsAllLand) {
  std::vector<std::jthread> threads;
  std::atomic<int> landed{0};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i)
        if (add(t * 100 + i + 1, std::to_string(t) + "-" + std::to_string(i))) ++landed;
    });
  threads.clear();
  EXPECT_EQ(landed, 100);
  EXPECT_EQ(count(), 100);
}

// A writer that comes again at once does not keep out one that has been waiting.
TEST_P(Store, WritersTakeTurns) {
  std::atomic<int> written{0};
  std::jthread busy([&](const std::stop_token& stop) {
    for (int i = 1; !stop.stop_requested(); ++i) {
      EXPECT_TRUE(database().write([&](Session& s) -> Result<void> {
        YAGURA_CHECK(s.exec("INSERT INTO thing (id, name) VALUES ($1, $2)", i, std::to_string(i)));
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        return {};
      }));
      ++written;
    }
  });
  while (written < 3) std::this_thread::yield();
  for (int i = 0; i < 10; ++i) {
    const int before = written;
    ASSERT_TRUE(add(1'000'000 + i, "waited " + std::to_string(i)));
    EXPECT_LE(written - before, 5) << "transactions that went before one that was waiting";
  }
}

TEST_P(Store, UpgradesStepByStepKeepRowsAndRefuseTheFuture) {
  ASSERT_TRUE(database().write([](Session& s) -> Result<void> {
    YAGURA_CHECK(s.exec("DROP TABLE part"));
    YAGURA_CHECK(s.exec("DROP TABLE thing"));
    YAGURA_CHECK(s.exec("DELETE FROM schema_version"));
    return {};
  }));
  ASSERT_TRUE(database().migrate(steps, 1));
  ASSERT_TRUE(add(1, "old"));
  reopen();
  ASSERT_TRUE(database().migrate(steps));
  ASSERT_TRUE(database().migrate(steps));
  ASSERT_TRUE(
      database().write([](Session& s) { return s.exec("UPDATE thing SET seen = 5 WHERE name = 'old'"); }));
  EXPECT_EQ(database().migrate(std::span(steps).first(1)).error().code, "store.newer");

  constexpr Migration broken[] = {
      steps[0], steps[1], {"room", 3, "CREATE TABLE half (id @id); CREATE TABLE nonsense ("}};
  EXPECT_EQ(database().migrate(broken).error().code, "store.migration_failed");
  EXPECT_FALSE(database().read([](Session& s) { return s.exec("SELECT * FROM half"); }))
      << "a step is all or nothing";
}

TEST_P(Store, RowsSurviveARestart) {
  ASSERT_TRUE(add(1, "kept"));
  reopen();
  EXPECT_EQ(count(), 1);
}

TEST_P(Store, StatisticsOfSqliteDoNotOutliveARestart) {
  if (database().backend() != Backend::sqlite) return;  // PostgreSQL keeps its own
  const auto kept = [&] {
    return database()
        .read([](Session& s) {
          return s.integer("SELECT count(*) FROM sqlite_master WHERE name LIKE 'sqlite_stat%'");
        })
        .value();
  };
  ASSERT_TRUE(database().write([](Session& s) { return s.exec("ANALYZE"); }));
  EXPECT_NE(kept(), 0);
  reopen();
  EXPECT_EQ(kept(), 0);
}

TEST_P(Store, StrposIsTheSameOnBoth) {
  const auto at = [&](const char* text, const char* part) {
    return database()
        .read([&](Session& s) {
          return s.integer("SELECT strpos(CAST($1 AS TEXT), CAST($2 AS TEXT))", text, part);
        })
        .value();
  };
  EXPECT_EQ(at("山﨑 髙𠮷 abc", "髙"), 4);
  EXPECT_EQ(at("山﨑 髙𠮷 abc", "abc"), 7);
  EXPECT_EQ(at("abc", "abcd"), 0);
  EXPECT_EQ(at("", "a"), 0);
  EXPECT_EQ(at("abc", ""), 1);
  EXPECT_EQ(at("a%_b", "%_"), 2);
}

YAGURA_ON_EVERY_DATABASE(Store);

TEST(StoreOpen, SaysWhenNothingIsThere) {
  EXPECT_EQ(Database::open("postgresql://nobody@127.0.0.1:1/none").error().code, "store.gone");
  EXPECT_EQ(Database::open("sqlite:/nonexistent/folder/x.db").error().code, "store.gone");
}

}  // namespace
}  // namespace yagura::store
