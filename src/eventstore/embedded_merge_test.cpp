// What the embedded store makes of its segments by itself: merging, flushing meanwhile, what is learned once.
#include "eventstore/embedded_ground.hpp"

#include <atomic>
#include <thread>

#include "eventstore/segment.hpp"

namespace yagura::eventstore {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST_F(EmbeddedStores, MergeAMonthThatIsOver) {
  for (std::int64_t i = 0; i < 5; ++i) {
    ASSERT_TRUE(give((4 - i) * 50, 50));
    ASSERT_TRUE(store().flush());
  }
  EXPECT_THAT(files(".seg"), SizeIs(5));
  EXPECT_EQ(store().merge(), Result<bool>(true));
  EXPECT_THAT(files(".seg"), SizeIs(1));
  EXPECT_EQ(store().merge(), Result<bool>(false));
  EXPECT_EQ(numbers(store()), up_to(250));
  open();
  EXPECT_EQ(numbers(store()), up_to(250));
}

TEST_F(EmbeddedStores, FlushWhatIsDueWhileTheyMerge) {
  for (std::int64_t i = 0; i < 2; ++i) {
    ASSERT_TRUE(give(i * 50, 50));
    ASSERT_TRUE(store().flush());
  }
  ASSERT_TRUE(give(100, 50));
  clock_.advance(options_.longest_in_log);
  EXPECT_EQ(store().merge(), Result<bool>(true));
  EXPECT_EQ(store().state().recent_batches, 0U);
  EXPECT_EQ(store().state().flushes, 3);
  EXPECT_THAT(files(".seg"), SizeIs(2));
  EXPECT_EQ(numbers(store()), up_to(150));
  open();
  EXPECT_EQ(numbers(store()), up_to(150));
}

// Nobody who flushes waits for a merge: the merge does it in between.
TEST_F(EmbeddedStores, FlushForThoseWhoWaitWhileTheyMerge) {
  for (std::int64_t i = 0; i < 20; ++i) {
    ASSERT_TRUE(give(i * 5'000, 5'000));
    ASSERT_TRUE(store().flush());
  }
  std::atomic<bool> merged{false};
  std::jthread merging([&] {
    EXPECT_EQ(store().merge(), Result<bool>(true));
    merged = true;
  });
  constexpr std::int64_t before = 20 * 5'000;
  auto given = before;
  while (!merged) {
    ASSERT_TRUE(give(given, 10));
    given += 10;
    ASSERT_TRUE(store().flush());
    EXPECT_EQ(store().state().recent_batches, 0U);
  }
  merging.join();
  // One that waits for its end comes to two at most.
  EXPECT_GT(given, before + 20);
  EXPECT_EQ(numbers(store()), up_to(given));
}

// A backup, a hold, the end of what was kept: a merge that is under way is given up and begun anew.
TEST_F(EmbeddedStores, MergeLaterWhenOthersWait) {
  constexpr std::int64_t each = 5'000, segments = 20;
  for (std::int64_t i = 0; i < segments; ++i) {
    ASSERT_TRUE(give(i * each, each));
    ASSERT_TRUE(store().flush());
  }
  std::atomic<int> rounds{0};
  const auto while_merging = [&](auto&& act) {
    rounds = 0;
    std::jthread merging([&] {
      Result<bool> more = true;
      while (more && *more) {
        more = store().merge();
        rounds += more && *more ? 1 : 0;
      }
      EXPECT_TRUE(more) << more.error().text();
    });
    while (files(".seg").size() == segments && rounds == 0) std::this_thread::yield();
    ASSERT_EQ(rounds, 0) << "the merge was over before it could be watched";
    act();
  };
  const auto copy = folder_.string() + ".copy";
  while_merging([&] {
    EXPECT_TRUE(store().back_up(copy));
    EXPECT_EQ(store().state().merges, 0) << "nobody waits for its end";
    EXPECT_TRUE(store().hold({.id = "h", .contract = "city", .kind = "", .from = 0, .to = 1}));
    EXPECT_TRUE(store().release("h"));
  });
  EXPECT_GT(rounds, 1) << "it was begun anew";
  EXPECT_EQ(store().state().merges, 1);
  EXPECT_THAT(files(".seg"), SizeIs(1));
  EXPECT_EQ(numbers(store()), up_to(segments * each));
  {
    auto other = EmbeddedStore::open(copy, example_kinds(), clock_, options_);
    ASSERT_TRUE(other) << other.error().text();
    EXPECT_EQ(numbers(**other), up_to(segments * each));
  }
  std::filesystem::remove_all(copy);
}

TEST_F(EmbeddedStores, BringNothingBackThatWasDroppedDuringAMerge) {
  constexpr std::int64_t each = 5'000, segments = 10;
  for (std::int64_t i = 0; i < segments; ++i) {
    ASSERT_TRUE(give(i * each, each));
    ASSERT_TRUE(store().flush());
  }
  std::jthread merging([&] {
    for (Result<bool> more = true; more && *more;) more = store().merge();
  });
  while (files(".seg").size() == segments && store().state().merges == 0) std::this_thread::yield();
  EXPECT_EQ(store().erase("city"), Result<std::int64_t>(segments * each));
  merging.join();
  EXPECT_THAT(numbers(store()), IsEmpty());
  EXPECT_THAT(files(".seg"), IsEmpty());
}

TEST_F(EmbeddedStores, MergeOtherMonthsBesideADamagedOne) {
  for (std::int64_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(give(i % 2 * 40 * 86'400 + i, 1));
    ASSERT_TRUE(store().flush());
  }
  const auto broken = files(".seg")[0];
  close();
  std::filesystem::resize_file(broken, 10);
  open();
  while (*store().merge()) {
  }
  EXPECT_THAT(files(".seg"), SizeIs(2 + 1)) << "two of the damaged month, one of the other";
  EXPECT_THAT(store().state().damage, testing::Not(IsEmpty()));
}

// What one path has in common with itself is nothing.
TEST_F(EmbeddedStores, WriteWithWhatTheyLearnedBeforeTheyWereOpened) {
  const auto common = [&](std::size_t which) {
    Cache cache(1U << 20);
    const auto segment = Segment::open(files(".seg").at(which), cache);
    EXPECT_TRUE(segment);
    return (*segment)->directory().columns[*store().kinds().at("operation").index_of("path")].learned;
  };
  ASSERT_TRUE(give(0, 5'000));
  ASSERT_TRUE(store().flush());
  open();
  ASSERT_TRUE(give(5'000, 1));
  ASSERT_TRUE(store().flush());
  const auto learned = common(0);
  EXPECT_NE(learned, 0U);
  EXPECT_EQ(common(1), learned);
  // Damage of what is only a hint stops nothing, and few events are written as well without it.
  const auto first = files(".seg").at(0);
  for (std::uint64_t at = 0; at < std::filesystem::file_size(first); at += 64) flip(first, at);
  open();
  ASSERT_TRUE(give(5'001, 1));
  ASSERT_TRUE(store().flush());
  EXPECT_EQ(common(2), 0U);
}

// Or whoever searches would have as many dictionaries to keep as there are segments.
TEST_F(EmbeddedStores, MergeSmallSegmentsWithWhatIsLearnedAlready) {
  const auto dictionary = [&](const std::filesystem::path& file) {
    Cache cache(1U << 20);
    const auto segment = Segment::open(file, cache);
    EXPECT_TRUE(segment);
    return (*segment)->learned(*store().kinds().at("operation").index_of("path"), 3).value()->common.write();
  };
  ASSERT_TRUE(give(0, 6'000));
  ASSERT_TRUE(store().flush());
  const auto learned = dictionary(files(".seg").at(0));
  for (std::int64_t i = 0; i < 8; ++i) {
    ASSERT_TRUE(give(6'000 + i * 100, 100));
    ASSERT_TRUE(store().flush());
  }
  options_.merge_after = std::chrono::hours(24 * 36'500);
  open();
  ASSERT_EQ(store().merge(), Result<bool>(true));
  EXPECT_LT(files(".seg").size(), 9U);
  for (const auto& file : files(".seg")) EXPECT_EQ(dictionary(file), learned);
}

}  // namespace
}  // namespace yagura::eventstore
