#include "monitor/poll/sample_store.hpp"

#include <gtest/gtest.h>

#include "support/any_database.hpp"

namespace yagura::monitor::poll {
namespace {

using namespace std::chrono_literals;

class SampleStoreTest : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    start();
  }
  void TearDown() override {
    samples.reset();
    AnyDatabase::TearDown();
  }
  void start(SampleRetention retention = {}) {
    samples.reset();
    ASSERT_TRUE(database().migrate(SampleStore::migrations()));
    auto opened = SampleStore::open(database(), clock, retention);
    ASSERT_TRUE(opened) << opened.error().text();
    samples = *std::move(opened);
  }
  // One value of each device every minute, written and thinned every so often.
  void pass(Duration time, double value, std::initializer_list<Id> devices = {1, 2}) {
    int minutes = 0;
    std::vector<Sample> batch;
    for (Duration passed{}; passed < time; passed += 1min) {
      clock.advance(1min);
      for (const Id id : devices)
        batch.push_back({id, "cpu", "", clock.now(), value + static_cast<double>(id)});
      if (++minutes % 20 != 0 && passed + 1min < time) continue;
      samples->take(std::exchange(batch, {}));
      const auto wrote = samples->write();
      ASSERT_TRUE(wrote) << wrote.error().text();
      if (minutes % 240 == 0) thin();
    }
    thin();
  }
  void thin() {
    while (true) {
      const auto more = samples->maintain();
      ASSERT_TRUE(more) << more.error().text();
      if (!*more) break;
    }
  }
  std::vector<SamplePoint> query(Id device, Duration back, int most = 500) {
    auto out = samples->query(device, "cpu", "", clock.now() - back, clock.now() + 1s, most);
    EXPECT_TRUE(out) << out.error().text();
    return out.value_or(std::vector<SamplePoint>{});
  }
  std::int64_t rows(const char* table) {
    return database()
        .read([&](store::Session& s) { return s.integer(std::string("SELECT count(*) FROM ") + table); })
        .value()
        .value();
  }

  ManualClock clock{Time{} + 1'767'193'200s};  // 2026-01-01 00:00 in Japan
  std::unique_ptr<SampleStore> samples;
};

TEST_P(SampleStoreTest, a_short_range_gives_what_was_measured) {
  pass(30min, 10);
  const auto points = query(2, 20min);
  ASSERT_GE(points.size(), 20u);
  for (const auto& p : points) EXPECT_EQ(p.average, 12);
  EXPECT_TRUE(query(3, 20min).empty());
  EXPECT_TRUE(samples->query(1, "memory", "", clock.now() - 1h, clock.now())->empty());
}

TEST_P(SampleStoreTest, longer_ranges_are_thinned_with_average_low_and_high_and_miss_nothing) {
  pass(10h, 0);
  pass(10h, 100);
  for (const auto& [back, most] : {std::pair<Duration, int>{20h, 500}, {20h, 10}, {20h, 3}, {48h, 500}}) {
    const auto points = query(1, back, most);
    EXPECT_LE(points.size(), static_cast<std::size_t>(most) + 1);
    std::int64_t count = 0;
    double sum = 0, low = 1e9, high = -1e9;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (i > 0) EXPECT_LT(points[i - 1].at, points[i].at);
      count += points[i].count;
      sum += points[i].average * static_cast<double>(points[i].count);
      low = std::min(low, points[i].low);
      high = std::max(high, points[i].high);
    }
    EXPECT_NEAR(static_cast<double>(count), 1200, 5);
    EXPECT_NEAR(sum / static_cast<double>(count), 51, 0.5);
    EXPECT_EQ(low, 1);
    EXPECT_EQ(high, 101);
  }
}

TEST_P(SampleStoreTest, raw_goes_after_its_days_and_hours_stay) {
  start({std::chrono::days{1}, std::chrono::days{2}, std::chrono::days{400}, std::chrono::days{3660}});
  pass(24h * 4, 5, {1});
  EXPECT_LE(rows("sample_raw"), 24 * 60 + 130);
  EXPECT_LE(rows("sample_5m"), 2 * 288 + 50);
  EXPECT_GE(rows("sample_1h"), 94);
  EXPECT_EQ(rows("sample_1d"), 3) << "days end at midnight in Japan";
  const auto all = query(1, 24h * 5);
  std::int64_t count = 0;
  for (const auto& p : all) count += p.count;
  EXPECT_NEAR(static_cast<double>(count), 4 * 1440, 5);
}

TEST_P(SampleStoreTest, a_crash_loses_no_written_sample_and_counts_none_twice) {
  pass(62min, 7);
  samples.reset();
  reopen();
  start();
  pass(30min, 7);
  std::int64_t count = 0;
  for (const auto& p : query(1, 5h, 10)) count += p.count;
  EXPECT_EQ(count, 92);
}

TEST_P(SampleStoreTest, rows_another_node_wrote_first_stay) {
  pass(20min, 1);
  auto other = SampleStore::open(database(), clock);
  ASSERT_TRUE(other);
  for (int i = 0; i < 20; ++i) {
    clock.advance(1min);
    for (auto* store : {samples.get(), other->get()}) {
      store->take({{1, "cpu", "", clock.now(), 2.0}, {1, "disk", "/", clock.now(), 3.0}});
      const auto wrote = store->write();
      ASSERT_TRUE(wrote) << wrote.error().text();
    }
  }
  EXPECT_EQ((*other)->query(1, "disk", "/", clock.now() - 1h, clock.now())->size(),
            samples->query(1, "disk", "/", clock.now() - 1h, clock.now())->size());
}

TEST_P(SampleStoreTest, a_clock_that_jumps_back_is_counted_and_keeps_the_raw_value) {
  pass(1h, 1);
  const Time before = clock.now();
  samples->take({{1, "cpu", "", before - 30min - 5s, 50.0}});
  ASSERT_TRUE(samples->write());
  EXPECT_EQ(samples->counts().late, 1u);
}

TEST_P(SampleStoreTest, every_series_a_device_was_seen_with) {
  samples->take({{1, "if.in", "gone", clock.now(), 4.0}});
  ASSERT_TRUE(samples->write());
  pass(5h, 7);  // of series this test does not look at
  samples->take({{1, "if.in", "old", clock.now(), 5.0}});
  ASSERT_TRUE(samples->write());
  clock.advance(30min);
  samples->take({{1, "if.in", "ge2", clock.now() - 60s, 1.0},
                 {1, "if.in", "ge1", clock.now(), 2.0},
                 {2, "if.in", "ge3", clock.now(), 1.0}});
  samples->take({{1, "if.in", "ge2", clock.now(), 3.0}});
  ASSERT_TRUE(samples->write());
  for (int i = 0; i < 500 && samples->maintain().value(); ++i) {
  }
  clock.advance(1s);
  const auto names = [&](Duration since) {
    std::vector<std::string> out;
    const auto found = samples->seen(1, clock.now() - since, clock.now() - 15min).value();
    for (const auto& s : found)
      if (s.metric == "if.in")
        out.push_back(s.instance + (s.at ? "=" + std::to_string(static_cast<int>(s.value)) : ""));
    return out;
  };
  EXPECT_EQ(names(10min), (std::vector<std::string>{"ge1=2", "ge2=3"}));
  EXPECT_EQ(names(2h), (std::vector<std::string>{"ge1=2", "ge2=3", "old"}));
  EXPECT_EQ(names(24h), (std::vector<std::string>{"ge1=2", "ge2=3", "gone", "old"}));
}

YAGURA_ON_EVERY_DATABASE(SampleStoreTest);

}  // namespace
}  // namespace yagura::monitor::poll
