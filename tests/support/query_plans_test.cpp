#include "support/query_plans.hpp"

#include <gtest/gtest-spi.h>

#include <set>

#include "support/any_database.hpp"

namespace yagura {
namespace {

class QueryPlans : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    static constexpr store::Migration steps[] = {
        {"plans", 1,
         "CREATE TABLE call (id @id, contract TEXT NOT NULL, caller BIGINT NOT NULL, state TEXT NOT NULL);"
         "CREATE TABLE caller (id @id, contract TEXT NOT NULL, name TEXT NOT NULL);"
         "CREATE INDEX call_newest ON call (contract, id);"
         "CREATE INDEX call_open ON call (id) WHERE state = 'open';"
         "CREATE INDEX caller_name ON caller (contract, name)"}};
    ASSERT_TRUE(database().migrate(steps));
  }
  void ask(std::string_view sql) {
    const auto asked = database().read([&](store::Session& s) { return s.run(sql, {}, {}); });
    ASSERT_TRUE(asked) << asked.error().text();
  }
};

TEST_P(QueryPlans, AWholeTableForSomeRowsFailsTheTest) {
  EXPECT_NONFATAL_FAILURE(ask("SELECT id FROM call WHERE caller = 7"), "SCAN call");
  EXPECT_NONFATAL_FAILURE(ask("SELECT c.id FROM call AS c WHERE c.state <> 'open'"), "SCAN c");
  EXPECT_NONFATAL_FAILURE(ask("SELECT id FROM caller WHERE id > 5 AND id IN (SELECT caller FROM call WHERE "
                              "state = 'lost')"),
                          "SCAN call");
}

TEST_P(QueryPlans, AWholeContractForSomeRowsFailsTheTest) {
  EXPECT_NONFATAL_FAILURE(ask("SELECT id FROM call WHERE contract = 'a' AND caller = 7"), "call_newest");
  EXPECT_NONFATAL_FAILURE(ask("SELECT c.id FROM call c WHERE c.caller = 7 AND c.contract = 'a'"),
                          "(contract=?)");
  EXPECT_NONFATAL_FAILURE(
      ask("SELECT c.id FROM call c JOIN caller p ON p.id = c.caller WHERE c.contract = 'a' AND p.name = 'b'"),
      "what it asks for");
  EXPECT_NONFATAL_FAILURE(
      ask("SELECT id FROM call\n WHERE   contract = 'a'\n AND caller = 9 ORDER BY id DESC LIMIT 50"),
      "SELECT id FROM call WHERE contract = 'a' AND caller = 9");
}

TEST_P(QueryPlans, IsSaidOnceOfAStatement) {
  EXPECT_NONFATAL_FAILURE(ask("SELECT id FROM call WHERE caller = 8"), "SCAN call");
  ask("SELECT id FROM call WHERE caller = 8");
}

TEST_P(QueryPlans, WhatIsAskedForAsAWholeMayBeRead) {
  ask("SELECT count(*) FROM call");
  ask("SELECT id FROM call WHERE contract = 'a'");
  ask("SELECT id FROM call WHERE contract = 'a' ORDER BY id DESC LIMIT 50");
  ask("SELECT id FROM call WHERE contract = 'a' AND id < 50 ORDER BY id DESC LIMIT 50");
  ask("SELECT p.id, (SELECT count(*) FROM call c WHERE c.contract = p.contract) FROM caller p WHERE p.id = "
      "1");
}

TEST_P(QueryPlans, WhatAnIndexLeadsToMayBeRead) {
  ask("SELECT id FROM call WHERE id = 7 AND contract = 'a'");
  ask("SELECT id FROM call WHERE state = 'open'");
  ask("SELECT id FROM caller WHERE contract = 'a' AND name = 'b'");
  ask("WITH RECURSIVE next (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM next WHERE n < 3) SELECT n FROM next "
      "WHERE n > 1");
  ask("SELECT n FROM (SELECT 1 AS n UNION ALL SELECT 2) WHERE n > 1");
}

TEST_P(QueryPlans, SeesTheWriterAndEveryReader) {
  const auto write = [&](std::string_view sql) {
    const auto wrote = database().write([&](store::Session& s) { return s.exec(sql); });
    ASSERT_TRUE(wrote) << wrote.error().text();
  };
  EXPECT_NONFATAL_FAILURE(write("UPDATE call SET state = 'done' WHERE caller = 7"), "SCAN call");
  EXPECT_NONFATAL_FAILURE(write("DELETE FROM call WHERE contract = 'a' AND state = 'x'"), "call_newest");
  reopen();
  EXPECT_NONFATAL_FAILURE(write("DELETE FROM call WHERE contract = 'b' AND state = 'x'"), "call_newest");
}

INSTANTIATE_TEST_SUITE_P(On, QueryPlans, ::testing::Values(store::Backend::sqlite),
                         [](const auto&) { return "sqlite"; });

TEST(AllowedPlans, EachSaysWhereAndWhy) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const auto& one : plans::allowed()) {
    EXPECT_FALSE(one.table.empty() && one.part.empty());
    EXPECT_FALSE(one.reason.empty()) << one.table << one.part;
    EXPECT_TRUE(seen.emplace(one.table, one.part).second) << one.table << one.part;
  }
}

}  // namespace
}  // namespace yagura
