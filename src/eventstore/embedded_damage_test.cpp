// What the embedded store says and does when its files are damaged, or not finished.
#include "eventstore/embedded_ground.hpp"

#include <random>

#include "eventstore/segment.hpp"

namespace yagura::eventstore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(EmbeddedStores, SayWhatIsDamagedAndGiveTheRest) {
  for (std::int64_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(give(i * 10'000, 10'000));
    ASSERT_TRUE(store().flush());
  }
  const auto whole = verified();
  EXPECT_EQ(whole.rows, 30'000);
  EXPECT_EQ(whole.rows_lost, 0);
  EXPECT_THAT(whole.damage, IsEmpty());
  // The first block of the second file: its times come first.
  const auto broken = files(".seg")[1];
  close();
  {
    Cache cache(1U << 20);
    const auto segment = Segment::open(broken, cache);
    ASSERT_TRUE(segment);
    const auto blocks = (*segment)->blocks(0);
    ASSERT_TRUE(blocks);
    flip(broken, (*blocks)->entries.front().offset + 6);
  }
  open();
  Outcome outcome;
  const auto left = numbers(store(), "city", &outcome);
  EXPECT_EQ(outcome.why, Outcome::Why::damaged);
  EXPECT_THAT(outcome.damage, ElementsAre(HasSubstr("damaged")));
  EXPECT_LT(left.size(), 30'000U);
  EXPECT_GE(left.size(), 30'000U - 4'096);
  const auto found = verified();
  EXPECT_THAT(found.damage, ElementsAre(HasSubstr(broken.filename().string())));
  EXPECT_EQ(found.rows, std::ssize(left));
  EXPECT_EQ(found.rows_lost, 30'000 - std::ssize(left));
  // Afterwards nothing is damaged, and as much is lost as was said.
  const auto repaired = store().repair();
  ASSERT_TRUE(repaired) << repaired.error().text();
  EXPECT_EQ(repaired->rows_lost, found.rows_lost);
  EXPECT_EQ(numbers(store(), "city", &outcome), left);
  EXPECT_EQ(outcome.why, Outcome::Why::whole);
  EXPECT_THAT(verified().damage, IsEmpty());
  EXPECT_THAT(files(".damaged"), SizeIs(1));
}

// Wherever a bit flips, nothing but events that are there is given, and verifying sees it.
TEST_F(EmbeddedStores, NoticeEveryFlippedBit) {
  ASSERT_TRUE(give(0, 3'000));
  ASSERT_TRUE(store().flush());
  close();
  const auto file = files(".seg").at(0);
  const auto size = std::filesystem::file_size(file);
  std::mt19937 random(11);
  int unseen = 0;
  for (int i = 0; i < 30; ++i) {
    const auto where = random() % size;
    flip(file, where);
    open();
    const auto left = numbers(store());
    ASSERT_TRUE(std::ranges::includes(up_to(3'000), left)) << where;
    const auto report = verified();
    // The seams between frames hold nothing.
    unseen += report.damage.empty();
    ASSERT_EQ(report.rows + report.rows_lost, 3'000) << where;
    ASSERT_LE(report.rows, std::ssize(left)) << where;
    const auto repaired = store().repair();
    ASSERT_TRUE(repaired) << repaired.error().text();
    ASSERT_EQ(numbers(store()).size(), static_cast<std::size_t>(report.rows)) << where;
    close();
    std::filesystem::remove_all(folder_);
    ASSERT_TRUE(give(0, 3'000));
    ASSERT_TRUE(store().flush());
    close();
    ASSERT_EQ(files(".seg").at(0), file);
  }
  EXPECT_LE(unseen, 2);
}

TEST_F(EmbeddedStores, PassOverTheEndOfALogThatWasNotFinished) {
  ASSERT_TRUE(give(0, 10));
  ASSERT_TRUE(give(10, 10));
  close();
  const auto log = files(".log").at(0);
  std::filesystem::resize_file(log, std::filesystem::file_size(log) - 7);
  open();
  EXPECT_EQ(numbers(store()), up_to(10));
  EXPECT_THAT(store().state().damage, IsEmpty());
  // And go on behind it.
  ASSERT_TRUE(give(10, 10));
  open();
  EXPECT_EQ(numbers(store()), up_to(20));
}

TEST_F(EmbeddedStores, SayWhatADamagedLogLost) {
  for (std::int64_t i = 0; i < 3; ++i) ASSERT_TRUE(give(i * 10, 10));
  close();
  const auto log = files(".log").at(0);
  flip(log, std::filesystem::file_size(log) / 2);
  open();
  auto left = up_to(10);
  for (const auto n : up_to(30, 20)) left.push_back(n);
  EXPECT_EQ(numbers(store()), left);
  EXPECT_THAT(store().state().damage, ElementsAre(HasSubstr("cannot be read")));
}

TEST_F(EmbeddedStores, TakeAwayWhatAFlushLeftThatDidNotEnd) {
  ASSERT_TRUE(give(0, 10));
  ASSERT_TRUE(store().flush());
  close();
  const auto own = files(".seg").at(0);
  std::filesystem::copy_file(own, own.parent_path() / "99.seg");
  open();
  EXPECT_THAT(files(".seg"), ElementsAre(own));
  EXPECT_EQ(numbers(store()), up_to(10));
}

TEST_F(EmbeddedStores, DoNotOpenWithAManifestThatIsDamaged) {
  ASSERT_TRUE(give(0, 10));
  ASSERT_TRUE(store().flush());
  close();
  flip(folder_ / "manifest", 30);
  const auto opened = EmbeddedStore::open(folder_, example_kinds(), clock_, options_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "eventstore.damaged");
  EXPECT_THAT(files(".seg"), SizeIs(1)) << "nothing is taken away on its word";
}

}  // namespace
}  // namespace yagura::eventstore
