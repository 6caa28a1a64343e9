#include "eventstore/find.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>
#include <set>
#include <thread>

namespace yagura::eventstore {
namespace {

// Each look at the clock takes a millisecond.
class SlowClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return Time{}; }
  [[nodiscard]] Duration steady() const override { return std::chrono::milliseconds(++looks_); }

 private:
  mutable std::atomic<int> looks_{0};
};

// One block; what a row holds is its time; of damaged_from and later it cannot be read.
class RowsSearch final : public PartSearch {
 public:
  RowsSearch(std::vector<std::int64_t> times, std::int64_t damaged_from)
      : times_(std::move(times)), damaged_from_(damaged_from) {}
  Result<std::vector<Candidate>> candidates(bool, std::size_t) override {
    if (times_.empty()) return std::vector<Candidate>();
    return std::vector<Candidate>{{0, 0, 0, std::ranges::min(times_), std::ranges::max(times_)}};
  }
  Result<void> look(const Candidate&, std::int64_t from, std::int64_t to, const Found& found) override {
    for (std::uint32_t row = 0; row < times_.size(); ++row)
      if (times_[row] >= from && times_[row] < to) found(row, times_[row]);
    rows_read_ += std::ssize(times_);
    return {};
  }
  Result<void> turn_to(const Candidate&) override { return {}; }
  Result<Event::Cell> cell(std::size_t, std::uint32_t row) override {
    if (times_[row] >= damaged_from_) return fail("eventstore.damaged", {{"reason", "a page"}});
    return Event::Cell(times_[row]);
  }
  Result<std::int64_t> day(std::uint32_t) override { return 0; }
  Result<std::uint64_t> key(std::size_t, std::uint32_t row) override { return row; }

 private:
  const std::vector<std::int64_t> times_;
  const std::int64_t damaged_from_;
};

// Four blocks whose rows stand close, each of all the time; how many rows were looked at.
class DenseSearch final : public PartSearch {
 public:
  explicit DenseSearch(std::vector<std::vector<std::int64_t>> blocks) : blocks_(std::move(blocks)) {}
  Result<std::vector<Candidate>> candidates(bool newest_first, std::size_t) override {
    std::vector<Candidate> out;
    for (std::uint32_t b = 0; b < blocks_.size(); ++b) {
      const auto [first, last] = std::ranges::minmax(blocks_[b]);
      out.push_back({b, 0, b, first, last});
    }
    if (newest_first)
      std::ranges::sort(out, std::ranges::greater(), &Candidate::last_time);
    else
      std::ranges::sort(out, {}, &Candidate::first_time);
    return out;
  }
  [[nodiscard]] bool is_dense() const override { return true; }
  Result<void> look(const Candidate& candidate, std::int64_t from, std::int64_t to,
                    const Found& found) override {
    at_ = candidate.block;
    for (std::uint32_t row = 0; row < blocks_[at_].size(); ++row)
      if (blocks_[at_][row] >= from && blocks_[at_][row] < to) found(row, blocks_[at_][row]), ++rows_read_;
    return {};
  }
  Result<void> turn_to(const Candidate& candidate) override {
    at_ = candidate.block;
    return {};
  }
  Result<Event::Cell> cell(std::size_t, std::uint32_t row) override { return Event::Cell(blocks_[at_][row]); }
  Result<std::int64_t> day(std::uint32_t) override { return 0; }
  Result<std::uint64_t> key(std::size_t, std::uint32_t row) override { return row; }

 private:
  const std::vector<std::vector<std::int64_t>> blocks_;
  std::uint32_t at_ = 0;
};

class Finds : public testing::Test {
 protected:
  void part(std::vector<std::int64_t> times, std::int64_t damaged_from = INT64_MAX) {
    const auto [first, last] = std::ranges::minmax(times);
    parts_.push_back({&kind_, first, last, [=, this]() -> Result<std::unique_ptr<PartSearch>> {
                        const std::lock_guard lock(mutex_);
                        ++opened_;
                        threads_.insert(std::this_thread::get_id());
                        return std::make_unique<RowsSearch>(times, damaged_from);
                      }});
  }
  Outcome find(const Page& page, std::vector<std::int64_t>& found) {
    const auto done =
        find_events(parts_, INT64_MIN, INT64_MAX, page, {}, clock_, [&](const Event& event) -> Result<bool> {
          found.push_back(std::get<std::int64_t>(event.cells.at(0)));
          return true;
        });
    EXPECT_TRUE(done);
    return done.value_or(Outcome());
  }
  static std::vector<std::int64_t> down(std::int64_t from, std::int64_t to) {
    std::vector<std::int64_t> out;
    for (; from >= to; --from) out.push_back(from);
    return out;
  }

  Kind kind_{"thing", "", "", "", {}, {{"number", FieldType::number, "", "", {}}}};
  SlowClock clock_;
  std::vector<Part> parts_;
  std::mutex mutex_;
  int opened_ = 0;
  std::set<std::thread::id> threads_;
};

// Rows that match and cannot be read take no place of those that can, however many they are.
TEST_F(Finds, APageIsFullBesideRowsThatCannotBeRead) {
  part(down(300, 1), 151);  // the newest 150
  for (const std::size_t limit : {1, 100}) {
    opened_ = 0;
    std::vector<std::int64_t> found;
    const auto done = find({true, limit, {}}, found);
    EXPECT_EQ(found, down(150, 151 - static_cast<std::int64_t>(limit)));
    EXPECT_EQ(done.why, Outcome::Why::damaged);
    EXPECT_THAT(done.damage, testing::SizeIs(1));
    EXPECT_GT(opened_, 1);  // looked again with more room
    EXPECT_TRUE(done.next);
  }
}

// All that can be read fits: then there is no next page.
TEST_F(Finds, ThePageIsTheLastBesideRowsThatCannotBeRead) {
  part(down(300, 1), 51);
  std::vector<std::int64_t> found;
  const auto done = find({true, 100, {}}, found);
  EXPECT_EQ(found, down(50, 1));
  EXPECT_EQ(done.why, Outcome::Why::damaged);
  EXPECT_FALSE(done.next);
}

TEST_F(Finds, PartsThatAreSlowToOpenAreOpenedInAdvance) {
  for (std::int64_t i = 0; i < 40; ++i) part({i * 10});
  std::vector<std::int64_t> found;
  const auto done = find({true, 100, {}}, found);
  EXPECT_EQ(done.why, Outcome::Why::whole);
  ASSERT_EQ(found.size(), 40U);
  for (std::int64_t i = 0; i < 40; ++i) EXPECT_EQ(found[static_cast<std::size_t>(i)], (39 - i) * 10);
  EXPECT_EQ(opened_, 40);
  EXPECT_GT(threads_.size(), 1U);
  // A page that is full early leaves those in advance behind.
  opened_ = 0;
  found.clear();
  (void)find({false, 3, {}}, found);
  EXPECT_THAT(found, testing::ElementsAre(0, 10, 20));
  EXPECT_LT(opened_, 20);
}

// Of blocks that all span the same time only the newest rows are looked at, and every page is what it must be.
TEST_F(Finds, RowsThatStandCloseAreLookedAtAWhileAtATime) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 60; ++round) {
    std::vector<std::int64_t> all;
    parts_.clear();
    const bool extreme = round % 10 == 0;
    for (int part = 0; part < 3; ++part) {
      std::vector<std::vector<std::int64_t>> blocks(4);
      for (auto& block : blocks)
        for (int row = 0; row < 200; ++row) {
          block.push_back(static_cast<std::int64_t>(random() % (round % 2 ? 50 : 1'000'000)) +
                          part * (round % 3) * 2'000'000);
          if (extreme && row < 2) block.back() = row == 0 ? INT64_MIN : INT64_MAX - 1;
          all.push_back(block.back());
        }
      const auto [first, last] = std::ranges::minmax(all);
      parts_.push_back({&kind_, first, last, [=]() -> Result<std::unique_ptr<PartSearch>> {
                          return std::make_unique<DenseSearch>(blocks);
                        }});
    }
    const bool newest = random() % 2;
    std::ranges::sort(all);
    if (newest) std::ranges::reverse(all);
    const auto limit = 1 + random() % 300;
    std::vector<std::int64_t> found;
    Page page{newest, limit, {}};
    std::int64_t read = 0;
    for (int pages = 0; pages < 3; ++pages) {
      const auto done = find(page, found);
      read = std::max(read, done.rows_read);
      if (!done.next) break;
      page.after = done.next;
    }
    ASSERT_EQ(found, std::vector(all.begin(),
                                 all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), 3 * limit))))
        << round;
    if (round % 6 == 1 && !extreme && limit < 50) EXPECT_LT(read, 1'200) << round;
  }
}

}  // namespace
}  // namespace yagura::eventstore
