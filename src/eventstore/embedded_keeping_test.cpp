// How long the embedded store keeps what it has: dropped, erased, held, backed up.
#include "eventstore/embedded_ground.hpp"

#include <sys/stat.h>

#include <fstream>

namespace yagura::eventstore {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST_F(EmbeddedStores, DropWholeFilesWhenTheirTimeIsOverButNotWhatIsHeld) {
  ASSERT_TRUE(give(0, 10));
  ASSERT_TRUE(give(40 * 86'400, 10));
  ASSERT_TRUE(give(80 * 86'400, 10));
  ASSERT_TRUE(give(0, 10, "town"));
  ASSERT_TRUE(store().flush());
  ASSERT_TRUE(store().hold({"case-7", "city", "", at(40 * 86'400), at(40 * 86'400 + 3)}));
  EXPECT_EQ(store().expire("city", "operation", from_micros(at(90 * 86'400))), Result<std::int64_t>(20));
  EXPECT_EQ(numbers(store()), up_to(40 * 86'400 + 10, 40 * 86'400));
  open();
  EXPECT_THAT(store().holds(), SizeIs(1));
  EXPECT_EQ(store().expire("city", "operation", from_micros(at(90 * 86'400))), Result<std::int64_t>(0));
  EXPECT_EQ(store().release("case-8").error().code, "eventstore.hold_unknown");
  ASSERT_TRUE(store().release("case-7"));
  EXPECT_EQ(store().expire("city", "operation", from_micros(at(90 * 86'400))), Result<std::int64_t>(10));
  EXPECT_THAT(numbers(store()), IsEmpty());
  EXPECT_THAT(numbers(store(), "town"), SizeIs(10));
  EXPECT_THAT(files(".seg"), SizeIs(1));
}

TEST_F(EmbeddedStores, EraseAContractWhollyButNotWhileItIsHeld) {
  ASSERT_TRUE(give(0, 10));
  ASSERT_TRUE(give(40 * 86'400, 10));
  ASSERT_TRUE(give(0, 10, "town"));
  ASSERT_TRUE(store().flush());
  ASSERT_TRUE(give(80 * 86'400, 10));  // in no segment yet
  std::ofstream(files(".seg").at(0).string() + ".damaged") << "what a repair left";
  ASSERT_TRUE(store().hold({"case-7", "city", "", at(0), at(1)}));
  EXPECT_EQ(store().erase("city").error().code, "eventstore.held");
  EXPECT_THAT(numbers(store()), SizeIs(30));
  ASSERT_TRUE(store().release("case-7"));
  EXPECT_EQ(store().erase("city"), Result<std::int64_t>(30));
  EXPECT_THAT(numbers(store()), IsEmpty());
  EXPECT_EQ(store().erase("city"), Result<std::int64_t>(0));
  open();
  EXPECT_THAT(numbers(store()), IsEmpty());
  EXPECT_THAT(numbers(store(), "town"), SizeIs(10));
  EXPECT_THAT(files(".seg"), SizeIs(1));
  EXPECT_THAT(files(".damaged"), IsEmpty());
}

TEST_F(EmbeddedStores, OfTwoHoldsWithOneNameTakeTheFirst) {
  const Hold hold{"case", "city", "operation", 0, 10};
  ASSERT_TRUE(store().hold(hold));
  EXPECT_EQ(store().hold(hold).error().code, "eventstore.hold_taken");
  EXPECT_EQ(store().hold({"", "city", "", 0, 10}).error().code, "eventstore.hold_invalid");
  EXPECT_EQ(store().hold({"b", "city", "", 10, 10}).error().code, "eventstore.hold_invalid");
}

TEST_F(EmbeddedStores, DoNotTakeAFileFromUnderASearch) {
  ASSERT_TRUE(give(0, 100));
  ASSERT_TRUE(store().flush());
  Query query;
  query.contract = "city";
  std::size_t seen = 0;
  const auto done = store().search(query, {true, 1000, {}}, {}, [&](const Event&) -> Result<bool> {
    if (++seen == 1) EXPECT_EQ(store().expire("city", "operation", Time::max()), Result<std::int64_t>(100));
    return true;
  });
  ASSERT_TRUE(done);
  EXPECT_EQ(seen, 100U);
  EXPECT_THAT(numbers(store()), IsEmpty());
  EXPECT_THAT(files(".seg"), IsEmpty());
}

TEST_F(EmbeddedStores, AreBackedUpWhileTheyGoOn) {
  for (std::int64_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(give(i * 10, 10));
    if (i < 3) ASSERT_TRUE(store().flush());
  }
  ASSERT_TRUE(store().hold({"case", "city", "", at(0), at(5)}));
  const auto copy = folder_ / "backup";
  ASSERT_TRUE(store().back_up(copy));
  EXPECT_FALSE(store().back_up(copy)) << "a backup is not written over";
  struct stat about{};
  ASSERT_EQ(::stat(files(".seg").at(0).c_str(), &about), 0);
  EXPECT_EQ(about.st_nlink, 2U) << "a copy where a link would do";
  ASSERT_TRUE(store().merge());
  ASSERT_TRUE(give(40, 10));
  ASSERT_TRUE(store().release("case"));
  ASSERT_TRUE(store().expire("city", "operation", Time::max()));
  auto other = EmbeddedStore::open(copy, example_kinds(), clock_, options_);
  ASSERT_TRUE(other) << other.error().text();
  EXPECT_EQ(numbers(**other), up_to(40));
  EXPECT_THAT((*other)->holds(), SizeIs(1));
}

}  // namespace
}  // namespace yagura::eventstore
