// What segments learned together stands beside them as long as one of them needs it.
#include "eventstore/embedded_ground.hpp"

namespace yagura::eventstore {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class EmbeddedLearned : public EmbeddedStores {
 protected:
  // Segments of one month, or of two, written with the same.
  void write_segments(int months = 1) {
    for (std::int64_t i = 0; i < 4; ++i) {
      ASSERT_TRUE(give(i % months * 40 * 86'400 + i * 5'000, 5'000));
      ASSERT_TRUE(store().flush());
    }
  }
  std::vector<std::int64_t> all() { return numbers(store()); }
};

TEST_F(EmbeddedLearned, StandsOnceForAllSegmentsOfAMonth) {
  write_segments();
  EXPECT_THAT(files(".seg"), SizeIs(4));
  EXPECT_THAT(files(".learned"), SizeIs(1)) << "one column has texts";
  open();
  EXPECT_EQ(all(), up_to(20'000));
}

TEST_F(EmbeddedLearned, GoesWithTheLastSegmentThatNeedsIt) {
  write_segments();
  const auto before = files(".learned");
  // What is merged to its smallest form learns for itself.
  while (*store().merge()) {
  }
  EXPECT_THAT(files(".seg"), SizeIs(1));
  EXPECT_THAT(files(".learned"), SizeIs(1));
  EXPECT_NE(files(".learned"), before);
  EXPECT_EQ(all(), up_to(20'000));
  ASSERT_TRUE(store().expire("city", "operation", Time::max()));
  ASSERT_TRUE(store().merge());
  EXPECT_THAT(files(".learned"), IsEmpty());
}

TEST_F(EmbeddedLearned, IsTheSameForAllMergedSegmentsOfAMonth) {
  write_segments();
  while (*store().merge()) {
  }
  const auto before = files(".learned");
  ASSERT_TRUE(give(20'000, 5'000));
  ASSERT_TRUE(store().flush());
  while (*store().merge()) {
  }
  EXPECT_THAT(files(".seg"), SizeIs(2));
  EXPECT_EQ(files(".learned"), before);
  EXPECT_EQ(all(), up_to(25'000));
}

TEST_F(EmbeddedLearned, StaysForWhoSearchesWhatWasDropped) {
  write_segments();
  Query query;
  query.contract = "city";
  std::int64_t found = 0;
  const auto done = store().search(query, {true, 20'000, {}}, {}, [&](const Event&) -> Result<bool> {
    if (found++ == 0) {
      EXPECT_TRUE(store().expire("city", "operation", Time::max()));
      EXPECT_TRUE(store().merge());
      EXPECT_THAT(files(".learned"), SizeIs(1));
    }
    return true;
  });
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(done->why, Outcome::Why::whole);
  EXPECT_EQ(found, 20'000);
  ASSERT_TRUE(store().merge());
  EXPECT_THAT(files(".learned"), IsEmpty());
  EXPECT_THAT(files(".seg"), IsEmpty());
}

TEST_F(EmbeddedLearned, GoesAtOpeningWhereNothingNeedsIt) {
  write_segments();
  const auto own = files(".learned").at(0);
  close();
  const auto left = own.parent_path() / "0123456789abcdef.learned";
  std::filesystem::copy_file(own, left);
  std::filesystem::copy_file(own, own.string() + ".new");
  open();
  EXPECT_THAT(files(".learned"), ElementsAre(own));
  EXPECT_THAT(files(".new"), IsEmpty());
  // Unless somebody may want to read with it what a repair gave up.
  close();
  std::filesystem::copy_file(own, left);
  std::filesystem::copy_file(files(".seg").at(0), own.parent_path() / "1.seg.damaged");
  open();
  EXPECT_THAT(files(".learned"), Contains(left));
}

TEST_F(EmbeddedLearned, IsVerifiedAndMended) {
  write_segments();
  const auto file = files(".learned").at(0);
  close();
  flip(file, std::filesystem::file_size(file) / 4);
  open();
  EXPECT_EQ(all(), up_to(20'000));
  const auto found = verified();
  EXPECT_THAT(found.damage, ElementsAre(HasSubstr(file.filename().string())));
  EXPECT_EQ(found.rows_lost, 0);
  const auto repaired = store().repair();
  ASSERT_TRUE(repaired) << repaired.error().text();
  EXPECT_EQ(repaired->rows_lost, 0);
  EXPECT_THAT(repaired->damage, ElementsAre(HasSubstr(file.filename().string())));
  EXPECT_THAT(verified().damage, IsEmpty());
  EXPECT_THAT(files(".damaged"), IsEmpty());
}

TEST_F(EmbeddedLearned, OfAnotherMonthMendsWhatIsLost) {
  write_segments(2);
  ASSERT_THAT(files(".learned"), SizeIs(2));
  EXPECT_EQ(files(".learned")[0].filename(), files(".learned")[1].filename());
  close();
  std::filesystem::remove(files(".learned")[0]);
  open();
  EXPECT_EQ(all().size(), 20'000U);
  EXPECT_THAT(verified().damage, SizeIs(1));
  const auto repaired = store().repair();
  ASSERT_TRUE(repaired) << repaired.error().text();
  EXPECT_EQ(repaired->rows_lost, 0);
  EXPECT_THAT(verified().damage, IsEmpty());
  EXPECT_THAT(files(".learned"), SizeIs(2));
}

// Nothing wrong is given, what can be read without texts is, and what is lost is said.
TEST_F(EmbeddedLearned, ThatIsLostCostsTheTextsThatWereWrittenWithIt) {
  write_segments();
  close();
  std::filesystem::remove(files(".learned").at(0));
  open();
  Outcome outcome;
  EXPECT_THAT(numbers(store(), "city", &outcome), IsEmpty());
  EXPECT_EQ(outcome.why, Outcome::Why::damaged);
  const auto found = verified();
  EXPECT_EQ(found.rows_lost, 20'000);
  // Events without the damaged texts, and later ones, are written and read as ever.
  ASSERT_TRUE(give(20'000, 5'000));
  ASSERT_TRUE(store().flush());
  EXPECT_EQ(all(), up_to(25'000, 20'000));
  const auto repaired = store().repair();
  ASSERT_TRUE(repaired) << repaired.error().text();
  EXPECT_EQ(repaired->rows_lost, 20'000);
  EXPECT_EQ(all(), up_to(25'000, 20'000));
  EXPECT_THAT(files(".damaged"), SizeIs(4));
}

TEST_F(EmbeddedLearned, IsInABackup) {
  write_segments();
  const auto copy = folder_ / "backup";
  ASSERT_TRUE(store().back_up(copy));
  auto other = EmbeddedStore::open(copy, example_kinds(), clock_, options_);
  ASSERT_TRUE(other) << other.error().text();
  ASSERT_TRUE(store().erase("city"));
  EXPECT_EQ(numbers(**other), up_to(20'000));
}

}  // namespace
}  // namespace yagura::eventstore
