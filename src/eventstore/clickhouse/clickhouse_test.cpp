// What is ClickHouse's own behind the event store: what a lost answer means, hostile words, accounts, servers
// that are away. What it has in common with other back ends is in behaviour_*_test.cpp.
#include <random>

#include "eventstore/clickhouse/native_block.hpp"
#include "eventstore/clickhouse/test_ground.hpp"
#include "eventstore/coding.hpp"
#include "eventstore/plain_store.hpp"
#include "support/broken_line.hpp"

namespace yagura::eventstore::clickhouse {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class OnClickHouse : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (!ground_.missing().empty()) GTEST_SKIP() << ground_.missing();
    store_ = *ground_.open(example_kinds(), clock_);
  }
  Result<void> give(EventStore& store, const std::vector<Record>& records,
                    std::string_view contract = "city") {
    const auto& kind = store.kinds().at(records.at(0).kind);
    return store.append(contract, kind.kind, batch_of(kind, records));
  }
  std::int64_t total(std::string contract = "city") {
    Query query;
    query.contract = std::move(contract);
    const auto counts = store_->count(query, {}, {});
    EXPECT_TRUE(counts) << counts.error().text();
    return counts ? counts->total : -1;
  }
  // A store on the same tables whose line to the first server goes over `line`.
  std::unique_ptr<EventStore> over(const BrokenLine& line) {
    auto settings = ground_.settings();
    settings.nodes = {"http://127.0.0.1:" + std::to_string(line.port())};
    settings.cluster.clear();
    auto store = ClickHouseStore::open(settings, example_kinds(), clock_);
    EXPECT_TRUE(store) << store.error().text();
    return store ? std::move(*store) : nullptr;
  }
  int port() const {
    const auto& node = ground_.settings().nodes.front();
    return std::stoi(node.substr(node.rfind(':') + 1));
  }

  ManualClock clock_{from_micros(at(0))};
  mutable TestGround ground_{GetParam() ? Together::shards : Together::one};
  std::unique_ptr<EventStore> store_;
};

TEST_P(OnClickHouse, ABatchWhoseAnswerWasLostIsThereOnce) {
  BrokenLine line(port());
  const auto store = over(line);
  ASSERT_TRUE(store);
  line.lose_answers_to("INSERT", 2);
  const auto done = give(*store, {{at(1), {{"pc", "a"}}}, {at(2), {{"pc", "b"}}}});
  EXPECT_TRUE(done) << done.error().text();
  EXPECT_GE(line.lost(), 1);
  EXPECT_EQ(total(), 2);
}

TEST_P(OnClickHouse, ABatchThatWasCutOffIsNotThereAndComesWhole) {
  BrokenLine line(port());
  const auto store = over(line);
  ASSERT_TRUE(store);
  std::vector<Record> records;
  for (int i = 0; i < 3'000; ++i)
    records.push_back({at(i), {{"title", std::string(100, 'x') + std::to_string(i)}}});
  line.cut_off("INSERT", 100'000, 100);
  EXPECT_FALSE(give(*store, records));
  EXPECT_EQ(total(), 0);
  line.cut_off("INSERT", 100'000, 1);
  const auto done = give(*store, records);
  EXPECT_TRUE(done) << done.error().text();
  EXPECT_EQ(total(), 3'000);
}

TEST_P(OnClickHouse, HostileNamesOfContractsAreNames) {
  const std::vector<std::string> hostile = {"') OR 1=1 --",         "a\\",   "\\'", "x',0,0),('y",
                                            std::string("a\0b", 3), "行\n政"};
  for (const auto& contract : hostile) ASSERT_TRUE(give(*store_, {{at(1), {{"pc", "a"}}}}, contract));
  for (const auto& contract : hostile) EXPECT_EQ(total(contract), 1) << contract;
  EXPECT_EQ(total("city"), 0);
  const auto extents = store_->extents();
  ASSERT_TRUE(extents) << extents.error().text();
  EXPECT_THAT(*extents, SizeIs(hostile.size()));
  for (const auto& extent : *extents)
    EXPECT_NE(std::ranges::find(hostile, extent.contract), hostile.end()) << extent.contract;
}

TEST_P(OnClickHouse, AContractIsErasedWhollyAndNoOther) {
  const std::vector<std::string> hostile = {"city", "x',0,0),('y", "a\\", std::string("a\0b", 3), "行\n政"};
  for (const auto& contract : hostile)
    for (int month = 0; month < 3; ++month)
      for (int i = 0; i < 4; ++i)
        ASSERT_TRUE(give(*store_, {{at(i + month * 40 * 86'400), {{"pc", "a"}}}}, contract));
  auto& store = static_cast<ClickHouseStore&>(*store_);
  for (std::size_t i = 0; i < hostile.size(); ++i) {
    const auto gone = store.erase(hostile[i]);
    ASSERT_TRUE(gone) << gone.error().text();
    EXPECT_EQ(*gone, 12);
    for (std::size_t other = 0; other < hostile.size(); ++other)
      EXPECT_EQ(total(hostile[other]), other <= i ? 0 : 12) << hostile[other];
    EXPECT_EQ(store.erase(hostile[i]).value_or(-1), 0) << "again";
  }
}

TEST_P(OnClickHouse, AWrongPasswordIsSaidWithoutSayingIt) {
  auto settings = ground_.settings();
  settings.account.password = "secret-and-wrong";
  const auto opened = ClickHouseStore::open(settings, example_kinds(), clock_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "eventstore.server_refused");
  EXPECT_THAT(opened.error().text(), Not(HasSubstr("secret-and-wrong")));
  settings.account.password = "x\r\nX-Other: y";
  EXPECT_EQ(ClickHouseStore::open(settings, example_kinds(), clock_).error().code,
            "eventstore.servers_invalid");
}

TEST_P(OnClickHouse, NobodyThereIsSaid) {
  auto settings = ground_.settings();
  settings.nodes = {"http://127.0.0.1:1"};
  settings.cluster.clear();
  const auto opened = ClickHouseStore::open(settings, example_kinds(), clock_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "eventstore.server_unreachable");
}

TEST_P(OnClickHouse, AServerThatIsAwayTakesNoBatches) {
  if (!GetParam()) GTEST_SKIP() << "of shards only";
  BrokenLine line(port());
  auto settings = ground_.settings();
  settings.nodes.front() = "http://127.0.0.1:" + std::to_string(line.port());
  const auto store = ClickHouseStore::open(settings, example_kinds(), clock_);
  ASSERT_TRUE(store) << store.error().text();
  line.close();
  for (int i = 0; i < 10; ++i) {
    const auto done = give(**store, {{at(i), {{"pc", "a"}}}});
    EXPECT_TRUE(done) << done.error().text();
  }
  EXPECT_EQ(total(), 10);
}

TEST_P(OnClickHouse, BothShardsHaveRows) {
  if (!GetParam()) GTEST_SKIP() << "of shards only";
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(give(*store_, {{at(i), {{"pc", "a"}}}}));
  for (const auto& node : ground_.settings().nodes) {
    Request request;
    request.statement = "SELECT count() > 0 FROM " + ground_.settings().database + ".k_operation";
    const auto answer = Http(node, ground_.settings().account).send(request);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "1\n");
  }
}

TEST_P(OnClickHouse, PagesOfALargeStoreAreThoseOfThePlainOne) {
  PlainStore plain(example_kinds(), clock_, std::make_shared<PlainRows>());
  std::mt19937 random(7);
  for (int b = 0; b < 6; ++b) {
    std::vector<Record> records;
    for (int i = 0; i < 5'000; ++i) {
      // Over two years, thick in the last days, and some very late.
      const auto days = static_cast<std::int64_t>(b * b * 20 + static_cast<int>(random() % 30));
      auto seconds = days * 86'400 + static_cast<std::int64_t>(random() % 40) * 600;
      if (random() % 500 == 0) seconds -= 900L * 86'400;
      records.push_back({at(seconds), {{"pc", "NB" + std::to_string(random() % 50)}, {"bytes", i}}});
    }
    const auto batch = batch_of(plain.kinds().at("operation"), records);
    ASSERT_TRUE(plain.append("city", "operation", batch));
    ASSERT_TRUE(store_->append("city", "operation", batch));
  }
  const auto pages = [](EventStore& store, const Query& query, bool newest_first, int most) {
    std::vector<Record> out;
    Page page{newest_first, 97, {}};
    for (int i = 0; i < most; ++i) {
      const auto outcome = store.search(query, page, {}, [&](const Event& event) -> Result<bool> {
        out.push_back(record_of(event));
        return true;
      });
      EXPECT_TRUE(outcome && !outcome->partial());
      if (!outcome || !outcome->next) break;
      page.after = outcome->next;
    }
    // Of the last moment some may be on the next page.
    const auto last = out.empty() ? 0 : out.back().at;
    std::erase_if(out, [&](const Record& r) { return out.size() > 300 && r.at == last; });
    std::ranges::sort(out);
    return out;
  };
  Query all, some, rare;
  all.contract = some.contract = rare.contract = "city";
  some.where = is(Condition::Type::equals, "pc", "nb7");
  some.from = from_micros(at(86'400 * 100));
  rare.where = between("bytes", 4'321, 4'322);
  for (const bool newest_first : {true, false})
    for (const auto& query : {all, some, rare})
      EXPECT_EQ(pages(*store_, query, newest_first, 6), pages(plain, query, newest_first, 6));
}

// Tables of a version that did not keep the day of receipt: nothing is lost, and of what they had it is not
// known.
TEST_P(OnClickHouse, ATableWithoutDaysStaysReadable) {
  ASSERT_TRUE(give(*store_, {{at(1), {{"pc", "a"}}}, {at(2), {{"pc", "b"}}}}));
  const auto& database = ground_.settings().database;
  ground_.run("ALTER TABLE " + database + ".k_operation DROP COLUMN day");
  if (GetParam()) ground_.run("ALTER TABLE " + database + ".all_k_operation DROP COLUMN day");
  store_.reset();
  store_ = *ground_.open(example_kinds(), clock_);
  EXPECT_EQ(total(), 2);
  const auto days = store_->days_received("city", "operation", Time::min(), Time::max());
  ASSERT_TRUE(days) << days.error().text();
  EXPECT_EQ(days->front().first, EventStore::unknown_day);
  ASSERT_TRUE(give(*store_, {{at(3), {{"pc", "a"}}}}));
  const auto today = std::chrono::floor<std::chrono::days>(clock_.now() + std::chrono::hours(9));
  const auto seal = store_->seal("city", "operation", today.time_since_epoch().count(), {});
  ASSERT_TRUE(seal) << seal.error().text();
  EXPECT_EQ(seal->rows, 1) << "what came before is of no day";
}

INSTANTIATE_TEST_SUITE_P(On, OnClickHouse, testing::Values(false, true),
                         [](const auto& each) { return each.param ? "shards" : "one"; });

TEST(NativeBlocks, HaveEveryColumnOnceWhereverTheirPiecesEnd) {
  const auto kinds = example_kinds();
  const auto& kind = kinds.at("firewall");
  // Pieces are 64 KiB: somewhere one ends right behind the name of a column.
  for (std::size_t rows = 2'500; rows < 2'800; ++rows) {
    const Batch batch = batch_of(kind, std::vector<Record>(rows, {at(1), {{"device", "a"}}, "firewall"}));
    NativeBlock block(kind, {&batch, 1}, {"city", 1, 1, 20'000});
    std::string bytes(4U << 20, '\0');
    std::size_t size = 0;
    while (const auto more = block.fill(bytes.data() + size, bytes.size() - size)) size += more;
    Reader in(std::string_view(bytes).substr(0, size));
    const auto columns = columns_of(kind);
    ASSERT_EQ(in.count(), columns.size());
    ASSERT_EQ(in.varint(), rows);
    for (const auto& [name, type] : columns) {
      ASSERT_EQ(in.text(), name) << rows;
      ASSERT_EQ(in.text(), type) << rows;
      for (std::size_t i = 0; i < rows; ++i)
        if (type == "String")
          in.text();
        else
          in.bytes(type.ends_with("32") ? 4 : 8);
    }
    ASSERT_FALSE(in.bad());
    ASSERT_EQ(in.left(), 0U);
  }
}

TEST(Months, BeginWhereTheirEventsDo) {
  for (const auto time :
       {at(0), at(-1), std::int64_t{0}, std::int64_t{-1}, -11'644'473'600'000'000, INT64_MIN, INT64_MAX}) {
    EXPECT_LE(begin_of(month_of(time)), time);
    EXPECT_TRUE(time < begin_of(month_of(time) + 1) || time == INT64_MAX) << time;
  }
  EXPECT_EQ(month_of(at(0)), 2026 * 12 + 3);
  EXPECT_EQ(begin_of(2026 * 12 + 3), at(0));
  EXPECT_EQ(month_of(at(-1)), 2026 * 12 + 2);
}

}  // namespace
}  // namespace yagura::eventstore::clickhouse
