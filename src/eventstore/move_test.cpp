// Moving everything to another store: whole, once, and going on after any end.
#include "eventstore/move.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <set>

#include "eventstore/behaviour_ground.hpp"
#include "eventstore/embedded.hpp"
#include "eventstore/move_progress.hpp"
#include "eventstore/plain_store.hpp"
#include "eventstore/store_over.hpp"

namespace yagura::eventstore {
namespace {

using testing::SizeIs;

// Another store behind a line that breaks: at some batch it fails, before or after the batch is in.
class Breaking final : public StoreOver {
 public:
  using StoreOver::StoreOver;
  int break_at = -1;  // the batch, counted down
  bool after = false;

  Result<void> append(std::string_view contract, std::string_view kind, Batch batch) override {
    const bool broken = break_at-- == 0;
    if (broken && !after) return fail("test.broken");
    YAGURA_CHECK(StoreOver::append(contract, kind, std::move(batch)));
    if (broken) return fail("test.broken");
    return {};
  }
};

void expect_same(EventStore& a, EventStore& b) {
  for (const auto* contract : {"city", "town"})
    EXPECT_EQ(everything(a, contract), everything(b, contract)) << contract;
}

// Events of two contracts, two kinds and three months; many of one time, some sources with
// many.
void fill(EventStore& store, unsigned seed, int batches = 12) {
  std::mt19937 random(seed);
  const std::vector<std::string> sources = {"NB1",  "nb1",      "ＮＢ１", "NB2", "",
                                            "\xff", "サーバー", "NB3",    "NB4"};
  for (int b = 0; b < batches; ++b) {
    const bool wall = b % 5 == 0;
    std::vector<Record> records;
    for (int i = 0; i < 150; ++i) {
      Record one{at(static_cast<std::int64_t>(random() % 24) * 250'000), {}, wall ? "firewall" : "operation"};
      one.cells[wall ? "device" : "pc"] = random() % 3 == 0 ? "NB1" : sources[random() % sources.size()];
      one.cells[wall ? "message" : "title"] = "n" + std::to_string(random() % 1000) + std::string("\0'\\", 3);
      one.cells["bytes"] = static_cast<std::int64_t>(random()) - 1'000'000'000;
      std::erase_if(one.cells, [](const auto& cell) {
        const auto* text = std::get_if<std::string>(&cell.second);
        return text != nullptr && text->empty();
      });
      records.push_back(std::move(one));
    }
    const auto& kind = store.kinds().at(records[0].kind);
    ASSERT_TRUE(store.append(b % 7 == 0 ? "town" : "city", kind.kind, batch_of(kind, records)));
  }
}

// Into each back end there is.
class Moves : public EventStoreBehaviour {
 protected:
  void SetUp() override {
    EventStoreBehaviour::SetUp();
    folder_ = std::filesystem::temp_directory_path() / ("yagura-move-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    options_.progress = folder_ / "progress";
    options_.batch_rows = 150;
  }
  void TearDown() override {
    std::filesystem::remove_all(folder_);
    EventStoreBehaviour::TearDown();
  }
  std::set<std::int64_t> days_of(std::string_view contract, std::string_view kind) {
    std::set<std::int64_t> out;
    for (const auto& days : source_.days_received(contract, kind, Time::min(), Time::max()).value())
      out.insert(days.first);
    return out;
  }
  PlainStore source_{example_kinds(), clock_, std::make_shared<PlainRows>()};
  std::filesystem::path folder_;
  MoveOptions options_;
};

TEST_P(Moves, EverythingIntoAnEmptyStore) {
  fill(source_, 1);
  std::vector<MoveStep> steps;
  options_.report = [&](const MoveStep& step) { steps.push_back(step); };
  const auto moved = move_events(source_, store(), options_);
  ASSERT_TRUE(moved) << moved.error().text();
  EXPECT_EQ(moved->rows, 1'800);
  EXPECT_FALSE(moved->cancelled);
  expect_same(source_, store());
  // The same move once more, as by one who did not see its end.
  const auto again = move_events(source_, store(), options_);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->rows, 0);
  expect_same(source_, store());
  ASSERT_FALSE(steps.empty());
  EXPECT_EQ(steps.back().rows, 1'800);
  EXPECT_EQ(steps.back().of, 1'800);
  EXPECT_TRUE(steps.back().verified);
  EXPECT_EQ(std::ranges::count(steps, true, &MoveStep::verified), moved->months);
}

// What was sealed before the move is sealed alike after it, whenever that is.
TEST_P(Moves, LeaveSealsAsTheyWere) {
  for (unsigned day = 0; day < 3; ++day) {
    fill(source_, 10 + day, 4);
    clock_.advance(std::chrono::hours(24));
  }
  clock_.advance(std::chrono::hours(1000));
  const auto moved = move_events(source_, store(), options_);
  ASSERT_TRUE(moved) << moved.error().text();
  reopen();
  std::int64_t rows = 0;
  for (const auto* contract : {"city", "town"})
    for (const auto* kind : {"operation", "firewall"})
      for (const auto& day : days_of(contract, kind)) {
        SourceProof before{.source = "NB1"}, after = before;
        const auto sealed = source_.seal(contract, kind, day, {&before, 1});
        const auto again = store().seal(contract, kind, day, {&after, 1});
        ASSERT_TRUE(again) << again.error().text();
        EXPECT_EQ(again->root, sealed->root) << contract << kind << day;
        EXPECT_EQ(again->rows, sealed->rows);
        EXPECT_EQ(after.events, before.events);
        EXPECT_EQ(after.path, before.path);
        rows += again->rows;
      }
  EXPECT_GE(rows, 1'800);
}

TEST_P(Moves, LeaveAloneWhatTheTargetHad) {
  fill(source_, 2, 10);
  fill(store(), 3, 3);
  const auto before = everything(store(), "city").size() + everything(store(), "town").size();
  const auto moved = move_events(source_, store(), options_);
  ASSERT_TRUE(moved) << moved.error().text();
  EXPECT_EQ(everything(store(), "city").size() + everything(store(), "town").size(), before + 1'500);
}

TEST_P(Moves, GoOnWhereTheyBrokeOff) {
  fill(source_, 4, 8);
  Breaking target(store());
  int broken = 0;
  std::int64_t rows = 0;
  for (int i = 0; i < 100; ++i) {
    target.break_at = i % 4;
    target.after = i % 2 == 0;
    const auto moved = move_events(source_, target, options_);
    if (moved) {
      rows = moved->rows;
      break;
    }
    ASSERT_EQ(moved.error().code, "test.broken") << moved.error().text();
    ++broken;
  }
  EXPECT_GE(broken, 5);
  EXPECT_LT(rows, 1'200);
  expect_same(source_, store());
}

TEST_P(Moves, AreCancelledAndGoOn) {
  fill(source_, 5, 6);
  std::atomic<bool> cancelled{false};
  options_.cancelled = &cancelled;
  options_.report = [&](const MoveStep&) { cancelled = true; };
  int calls = 0;
  for (bool more = true; more; ++calls) {
    cancelled = false;
    const auto moved = move_events(source_, store(), options_);
    ASSERT_TRUE(moved) << moved.error().text();
    more = moved->cancelled;
    ASSERT_LT(calls, 200);
  }
  EXPECT_GT(calls, 5);
  expect_same(source_, store());
}

TEST_P(Moves, TellWhenTheTargetWasChangedMeanwhile) {
  fill(source_, 6, 5);
  bool given = false;
  options_.report = [&](const MoveStep& step) {
    if (std::exchange(given, true)) return;
    // An event of the very month, which is not of the source.
    const Record one{step.month == "2026-04" ? at(1) : at(35 * 86'400), {{"pc", "x"}}};
    const auto& kind = store().kinds().at("operation");
    ASSERT_TRUE(store().append(step.contract, "operation", batch_of(kind, {one})));
  };
  options_.contracts = {"city"};
  const auto moved = move_events(source_, store(), options_);
  if (moved) GTEST_FAIL() << "not seen";
  EXPECT_EQ(moved.error().code, "eventstore.move_differs");
}

YAGURA_ON_EVERY_EVENT_STORE(Moves);

TEST(MoveProgressFile, ComesBackAsItWas) {
  const auto file =
      std::filesystem::temp_directory_path() / ("yagura-move-progress-" + std::to_string(::getpid()));
  EXPECT_FALSE(read_progress(file).value());
  MoveProgress one;
  one.contract = "a\nb ";
  one.month = INT64_MIN;
  one.sum = UINT64_MAX;
  one.cursor = Cursor{from_micros(-5), 7};
  one.any_source = true;
  one.until = "";
  ASSERT_TRUE(write_progress(file, one));
  const auto back = read_progress(file).value().value();
  EXPECT_EQ(back.contract, one.contract);
  EXPECT_EQ(back.month, one.month);
  EXPECT_EQ(back.sum, one.sum);
  EXPECT_EQ(back.cursor, one.cursor);
  EXPECT_TRUE(back.any_source);
  EXPECT_FALSE(back.flight_cursor);
  EXPECT_EQ(back.until, one.until);
  EXPECT_FALSE(back.flight_until);
  EXPECT_TRUE(back.days);
  one.days = false;
  ASSERT_TRUE(write_progress(file, one));
  EXPECT_FALSE(read_progress(file).value()->days);
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  EXPECT_EQ(read_progress(file).error().code, "eventstore.move_progress");
  std::filesystem::remove(file);
}

// Both stores on disk, and a process that dies suddenly, again and again.
TEST(MoveByAProcess, ThatIsKilledComesToItsEnd) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("yagura-move-killed-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const ManualClock clock(from_micros(at(0)));
  EmbeddedOptions small;
  small.memory = 24U << 20;
  const auto open = [&](const char* name) {
    auto store = EmbeddedStore::open(folder / name, example_kinds(), clock, small);
    if (!store) ADD_FAILURE() << store.error().text();
    return *std::move(store);
  };
  fill(*open("from"), 8, 60);
  std::mt19937 random(9);
  int killed = 0;
  for (bool done = false; !done;) {
    const auto child = ::fork();
    if (child == 0) {
      MoveOptions options;
      options.progress = folder / "progress";
      options.batch_rows = 60;
      const auto from = open("from"), to = open("to");
      const auto moved = move_events(*from, *to, options);
      if (!moved) std::fprintf(stderr, "%s\n", moved.error().text().c_str());
      ::_exit(moved ? 0 : 1);
    }
    // It dies at any moment, later each time so that it gets on.
    ::usleep(static_cast<useconds_t>(20'000 + random() % 60'000 + static_cast<unsigned>(killed) * 10'000));
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) {
      ASSERT_LT(++killed, 200);
      continue;
    }
    ASSERT_EQ(WEXITSTATUS(status), 0);
    done = true;
  }
  EXPECT_GE(killed, 2);
  const auto from = open("from"), to = open("to");
  expect_same(*from, *to);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace yagura::eventstore
