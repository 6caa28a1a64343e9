// What the embedded store does beyond the behaviour of every back end: its files, opening it again, its memory,
// those who ask while others write.
#include "eventstore/embedded_ground.hpp"

#include <atomic>
#include <fstream>
#include <thread>

namespace yagura::eventstore {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

TEST_F(EmbeddedStores, KeepWhatWasAcknowledgedWithoutBeingClosed) {
  ASSERT_TRUE(give(0, 100));
  const auto copy = folder_.string() + ".copy";
  std::filesystem::copy(folder_, copy, std::filesystem::copy_options::recursive);
  auto other = EmbeddedStore::open(copy, example_kinds(), clock_, options_);
  ASSERT_TRUE(other) << other.error().text();
  EXPECT_EQ(numbers(**other), up_to(100));
  other->reset();
  std::filesystem::remove_all(copy);
}

TEST_F(EmbeddedStores, AreOfOneProcess) {
  ASSERT_TRUE(give(0, 1));
  const auto other = EmbeddedStore::open(folder_, example_kinds(), clock_, options_);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, "eventstore.in_use");
}

TEST_F(EmbeddedStores, PutEventsOfEachMonthInSegmentsOfTheirOwn) {
  ASSERT_TRUE(give(0, 10));
  ASSERT_TRUE(give(40 * 86'400, 10));
  // One batch over the end of a month in Japan: 2026-04-30T15:00Z.
  ASSERT_TRUE(give(30 * 86'400 - 32'400 - 5, 10));
  ASSERT_TRUE(store().flush());
  std::vector<std::string> months;
  for (const auto& file : files(".seg")) months.push_back(file.parent_path().filename());
  EXPECT_THAT(months, ElementsAre("202604", "202605"));
  EXPECT_THAT(numbers(store()), SizeIs(30));
  EXPECT_THAT(files(".log"), SizeIs(1));
}

TEST_F(EmbeddedStores, OfBrokenClocksMakeFewSegments) {
  for (std::int64_t i = 0; i < 300; ++i) ASSERT_TRUE(give(i * 40 * 86'400, 1));
  ASSERT_TRUE(store().flush());
  EXPECT_LE(files(".seg").size(), 25U);
  EXPECT_THAT(numbers(store()), SizeIs(300));
}

TEST_F(EmbeddedStores, DoNotOpenWithoutAKindThatTheyHold) {
  ASSERT_TRUE(give(0, 10));
  close();
  auto kinds = example_kinds();
  kinds.erase("operation");
  for (int i = 0; i < 2; ++i) {
    const auto opened = EmbeddedStore::open(folder_, kinds, clock_, options_);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, "eventstore.kind_unknown");
    ASSERT_TRUE(store().flush());
    close();
  }
}

TEST_F(EmbeddedStores, DoNotCareWhenTheClockJumps) {
  ASSERT_TRUE(give(0, 10));
  clock_.jump_to(from_micros(at(0)) - std::chrono::days(4000));
  ASSERT_TRUE(give(10, 10));
  ASSERT_TRUE(store().flush());
  clock_.jump_to(from_micros(at(0)) + std::chrono::days(40'000));
  ASSERT_TRUE(give(20, 10));
  ASSERT_TRUE(store().merge());
  open();
  EXPECT_EQ(numbers(store()), up_to(30));
}

TEST_F(EmbeddedStores, FlushByThemselvesBeforeTheirMemoryIsFull) {
  options_.background = true;
  options_.memory = 8U << 20;
  for (std::int64_t i = 0; i < 60; ++i) {
    ASSERT_TRUE(give(i * 1'000, 1'000));
    const auto state = store().state();
    ASSERT_LE(state.recent_bytes, options_.memory / 3);
    ASSERT_LE(state.recent_bytes + state.cache_bytes, options_.memory / 12 * 7);
  }
  EXPECT_EQ(numbers(store()), up_to(60'000));
  EXPECT_GT(store().state().flushes, 0);
}

// Two who read and one who writes, while the store flushes and merges: whoever reads sees what was
// acknowledged, once.
TEST_F(EmbeddedStores, AreReadWhileTheyAreWritten) {
  options_.background = true;
  options_.memory = 3U << 20;
  open();
  std::atomic<std::int64_t> acknowledged{0};
  std::atomic<bool> done{false};
  std::vector<std::jthread> readers;
  for (int r = 0; r < 2; ++r)
    readers.emplace_back([&] {
      while (!done) {
        const auto before = acknowledged.load();
        const auto seen = numbers(store());
        ASSERT_EQ(seen, up_to(std::ssize(seen)));
        ASSERT_GE(std::ssize(seen), before);
      }
    });
  for (std::int64_t i = 0; i < 40; ++i) {
    ASSERT_TRUE(give(i * 500, 500));
    acknowledged = (i + 1) * 500;
  }
  done = true;
  readers.clear();
  EXPECT_EQ(numbers(store()), up_to(20'000));
}

// What searches of texts and counts make of batches in memory comes while these are added, flushed and asked.
TEST_F(EmbeddedStores, AreSearchedForTextsAndCountedWhileTheyAreWritten) {
  options_.background = true;
  options_.memory = 3U << 20;
  open();
  std::atomic<std::int64_t> acknowledged{0};
  std::atomic<bool> done{false};
  Query query;
  query.contract = "city";
  const auto found = [&](std::string_view fragment) {
    auto asked = query;
    asked.where.type = Condition::Type::contains;
    asked.where.field = "path";
    asked.where.value = fragment;
    std::int64_t out = 0;
    EXPECT_TRUE(store().search(asked, {true, 1'000'000, {}}, {}, [&](const Event&) -> Result<bool> {
      ++out;
      return true;
    }));
    return out;
  };
  const auto counted = [&] {
    const Counting counting{{"section", "action"}, Duration(0), Duration(0), 100};
    const auto counts = store().count(query, counting, {});
    EXPECT_TRUE(counts);
    return counts->total;
  };
  std::vector<std::jthread> readers;
  for (int r = 0; r < 3; ++r)
    readers.emplace_back([&, r] {
      while (!done) {
        const auto before = acknowledged.load();
        if (r == 0)
          ASSERT_EQ(found("竜宮城会"), 0);
        else
          ASSERT_GE(r == 1 ? found("見積書") : counted(), before);
      }
    });
  for (std::int64_t i = 0; i < 200; ++i) {
    ASSERT_TRUE(give(i * 100, 100));
    acknowledged = (i + 1) * 100;
  }
  done = true;
  readers.clear();
  EXPECT_GT(store().state().flushes, 0);
  EXPECT_EQ(found("見積書"), 20'000);
  EXPECT_EQ(counted(), 20'000);
}

TEST_F(EmbeddedStores, SayThatTheDiskIsFullAndGoOnWhenThereIsRoom) {
  if (!on_a_small_disk()) GTEST_SKIP() << "needs root: it mounts a small disk";
  options_.background = true;
  open();
  std::ofstream(folder_ / "filler") << std::string(2U << 20, 'x');
  std::int64_t given = 0;
  std::optional<Error> refused;
  for (; given < 100'000 && !refused; given += refused ? 0 : 1'000)
    if (const auto done = give(given, 1'000); !done) refused = done.error();
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->code, "eventstore.disk_full");
  EXPECT_EQ(numbers(store()), up_to(given));
  EXPECT_FALSE(store().flush()) << "there is no room for a segment, either";
  EXPECT_EQ(numbers(store()), up_to(given));
  open();
  EXPECT_EQ(numbers(store()), up_to(given));
  std::filesystem::remove(folder_ / "filler");
  ASSERT_TRUE(give(given, 1'000));
  ASSERT_TRUE(store().flush());
  EXPECT_EQ(numbers(store()), up_to(given + 1'000));
  open();
  EXPECT_EQ(numbers(store()), up_to(given + 1'000));
}

// Blocks of several segments, and the halves of one, are looked at by several threads.
TEST_F(EmbeddedStores, FindTheNewestOfWhatIsFrequent) {
  constexpr std::int64_t each = 120'000, segments = 3;
  options_.memory = 96U << 20;
  for (std::int64_t i = 0; i < segments; ++i) {
    for (std::int64_t n = 0; n < each; n += 40'000) ASSERT_TRUE(give((i * each + n) / 2, 40'000));
    ASSERT_TRUE(store().flush());
  }
  auto all = numbers(store());
  ASSERT_EQ(all.size(), static_cast<std::size_t>(each * segments));
  Query query;
  query.contract = "city";
  query.where = {Condition::Type::contains, {}, "path", "見積書", 0, 0};
  for (const bool newest : {true, false}) {
    open();
    if (newest) std::ranges::reverse(all);
    std::vector<std::int64_t> found;
    Page page{newest, 30'000, {}};
    for (int pages = 0; pages < 4; ++pages) {
      const auto done = store().search(query, page, {}, [&](const Event& event) -> Result<bool> {
        found.push_back(std::get<std::int64_t>(event.cells[*event.kind->index_of("bytes")]) - 1);
        return true;
      });
      ASSERT_TRUE(done) << done.error().text();
      ASSERT_EQ(done->why, Outcome::Why::whole);
      ASSERT_TRUE(done->next);
      page.after = done->next;
    }
    ASSERT_EQ(found, std::vector(all.begin(), all.begin() + std::ssize(found)));
    EXPECT_EQ(found.size(), 120'000U);
    if (newest) std::ranges::reverse(all);
  }
  // What was given when a limit ended it has no gap, and it goes on there.
  open();
  Limits limits;
  limits.rows_read = 50'000;
  std::vector<std::int64_t> found;
  Page page{true, 20'000, {}};
  std::size_t parts = 0;
  do {
    const auto done = store().search(query, page, limits, [&](const Event& event) -> Result<bool> {
      found.push_back(std::get<std::int64_t>(event.cells[*event.kind->index_of("bytes")]) - 1);
      return true;
    });
    ASSERT_TRUE(done) << done.error().text();
    page.after = done->next;
    ++parts;
  } while (page.after && found.size() < 100'000 && parts < 100);
  EXPECT_GT(found.size(), 99'999U);
  std::ranges::reverse(all);
  EXPECT_EQ(found, std::vector(all.begin(), all.begin() + std::ssize(found)));
}

}  // namespace
}  // namespace yagura::eventstore
