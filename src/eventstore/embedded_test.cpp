// What the embedded store does beyond the behaviour of every back end: its files, its upkeep, its damage.
#include "eventstore/embedded_ground.hpp"

#include <fcntl.h>

#include <sys/stat.h>
#include <atomic>
#include <fstream>
#include <random>

#include <thread>

#include "eventstore/segment.hpp"
#include "eventstore/write_ahead_log.hpp"

namespace yagura::eventstore {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class EmbeddedStores : public EmbeddedGround {
 protected:
  void flip(const std::filesystem::path& file, std::uint64_t where) {
    const int fd = ::open(file.c_str(), O_RDWR);
    ASSERT_GE(fd, 0);
    char byte = 0;
    ASSERT_EQ(::pread(fd, &byte, 1, static_cast<off_t>(where)), 1);
    byte = static_cast<char>(byte ^ 0x10);
    ASSERT_EQ(::pwrite(fd, &byte, 1, static_cast<off_t>(where)), 1);
    ::close(fd);
  }
  EmbeddedStore::Verified verified() {
    auto out = store().verify([](std::int64_t, std::int64_t) { return true; });
    EXPECT_TRUE(out) << out.error().text();
    return out ? *std::move(out) : EmbeddedStore::Verified{};
  }
};

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

// The sets of fragments are as large as what was learned says: of one path no page would have more than 64.
TEST_F(EmbeddedStores, WriteWithWhatTheyLearnedBeforeTheyWereOpened) {
  const auto rows = [&](std::size_t which) {
    Cache cache(1U << 20);
    const auto segment = Segment::open(files(".seg").at(which), cache);
    EXPECT_TRUE(segment);
    return (*segment)->directory().columns[*store().kinds().at("operation").index_of("path")].gram_rows;
  };
  ASSERT_TRUE(give(0, 5'000));
  ASSERT_TRUE(store().flush());
  open();
  ASSERT_TRUE(give(5'000, 1));
  ASSERT_TRUE(store().flush());
  EXPECT_GT(rows(0), 64U);
  EXPECT_EQ(rows(1), rows(0));
  // Damage of what is only a hint stops nothing, and few events are written as well without it.
  const auto first = files(".seg").at(0);
  for (std::uint64_t at = 0; at < std::filesystem::file_size(first); at += 64) flip(first, at);
  open();
  ASSERT_TRUE(give(5'001, 1));
  ASSERT_TRUE(store().flush());
  EXPECT_EQ(rows(2), 64U);
}

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
    ASSERT_LE(store().state().recent_bytes, options_.memory / 3);
    ASSERT_LE(store().state().cache_bytes, options_.memory / 3);
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

}  // namespace
}  // namespace yagura::eventstore
