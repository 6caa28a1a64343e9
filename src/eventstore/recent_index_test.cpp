#include "eventstore/recent_index.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <thread>

#include "eventstore/ask/matches.hpp"
#include "eventstore/recent_search.hpp"

namespace yagura::eventstore {
namespace {

using Type = Condition::Type;
constexpr std::int64_t hour_us = 3'600'000'000;

Condition leaf(Type type, std::string field, std::string value) {
  Condition out;
  out.type = type;
  out.field = std::move(field);
  out.value = std::move(value);
  return out;
}

class RecentIndexes : public testing::Test {
 protected:
  void add(int batches, unsigned seed) {
    std::mt19937_64 random(seed);
    for (int b = 0; b < batches; ++b) {
      BatchBuilder build(kind_);
      const auto pc = random() % 9;
      for (auto rows = 1 + random() % 12; rows > 0; --rows) {
        build.row(from_micros(static_cast<std::int64_t>(random() % 90) * 1'000'000'000 - 30 * hour_us));
        build.text(0, "ＮＢ" + std::to_string(pc));
        build.text(1, random() % 5 ? "e" + std::to_string(pc + random() % 2) : "");
        build.text(2, pc % 2 ? "総務課" : "税務課");
        build.text(3, random() % 3 ? "file-open" : "window-title");
        build.text(5, "見積書 " + std::to_string(random() % 20));
      }
      recents_.push_back(std::make_shared<const Recent>("city", kind_, build.take(), 0));
      const auto before = bytes_;
      bytes_ += index_->add(recents_.back());
      EXPECT_GE(bytes_, before);
    }
  }

  Condition condition(std::mt19937_64& random, int depth = 0) const {
    switch (random() % (depth < 2 ? 9 : 6)) {
      case 0:
        return leaf(Type::equals, "pc", "nb" + std::to_string(random() % 11));
      case 1:
        return leaf(Type::equals, "user", random() % 6 ? "E" + std::to_string(random() % 11) : "");
      case 2:
        return leaf(Type::equals, "action", random() % 2 ? "window-title" : "usb-copy");
      case 3:
        return leaf(Type::contains, "title", "見積書 " + std::to_string(random() % 25));
      case 4:
        return leaf(Type::equals, random() % 2 ? "" : "title", "見積書 1");
      case 5:
        return leaf(Type::contains, "", "b" + std::to_string(random() % 11));
      default:
        break;
    }
    Condition out;
    out.type = std::array{Type::all, Type::any, Type::no}[random() % 3];
    for (auto parts = out.type == Type::no ? 1 : random() % 4; parts > 0; --parts)
      out.parts.push_back(condition(random, depth + 1));
    return out;
  }

  std::vector<std::int64_t> expected(const Condition& asked, std::size_t batches) const {
    std::vector<std::int64_t> out;
    for (std::size_t b = 0; b < batches; ++b) {
      const auto& batch = recents_[b]->batch;
      for (std::size_t row = 0; row < batch.rows(); ++row) {
        std::vector<Event::Cell> cells;
        for (const auto& column : batch.columns)
          if (column.ids.empty())
            cells.emplace_back(column.numbers[row]);
          else
            cells.emplace_back(batch.strings[column.ids[row]]);
        if (matches(asked, kind_, cells)) out.push_back(batch.times[row]);
      }
    }
    std::ranges::sort(out);
    return out;
  }

  const Kind kind_ = *read_kind(YAGURA_SOURCE_DIR "/share/events/operation.yaml");
  std::shared_ptr<RecentIndex> index_ = std::make_shared<RecentIndex>(kind_);
  Recents recents_;
  std::size_t bytes_ = 0;
};

TEST_F(RecentIndexes, FindWhatTheRowsHold) {
  std::mt19937_64 random(3);
  add(150, 1);
  const SeenRecents seen{index_, index_->extent()};
  add(20, 2);  // came after the search began
  for (int round = 0; round < 400; ++round) {
    const auto asked = condition(random);
    const ConditionPlan plan(asked, kind_);
    RecentSearch search(seen, plan, INT64_MIN, INT64_MAX);
    std::vector<std::int64_t> found;
    const auto candidates = search.candidates(true, PartSearch::all_of_them);
    ASSERT_TRUE(candidates);
    for (const auto& one : *candidates)
      ASSERT_TRUE(search.look(one, INT64_MIN, INT64_MAX,
                              [&](std::uint32_t, std::int64_t time) { found.push_back(time); }));
    std::ranges::sort(found);
    ASSERT_EQ(found, expected(asked, seen.extent.batches));
  }
}

TEST_F(RecentIndexes, LookAtNoBatchOfAnotherName) {
  add(150, 1);
  const ConditionPlan plan(leaf(Type::equals, "pc", "NB3"), kind_);
  for (const auto* one : index_->with(plan, AskedTexts(plan), INT64_MIN, INT64_MAX, 150))
    EXPECT_THAT(one->batch.strings, testing::Contains("ＮＢ3"));
  const ConditionPlan nobody(leaf(Type::equals, "user", "nobody"), kind_);
  EXPECT_THAT(index_->with(nobody, AskedTexts(nobody), INT64_MIN, INT64_MAX, 150), testing::IsEmpty());
}

TEST_F(RecentIndexes, CountByTheHour) {
  add(150, 1);
  std::map<std::tuple<std::int64_t, std::string_view, std::string_view>, std::uint64_t> expected;
  for (const auto& recent : recents_) {
    const auto& batch = recent->batch;
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      auto hour = batch.times[row] / hour_us;
      if (batch.times[row] % hour_us < 0) --hour;
      ++expected[{hour, batch.strings[batch.columns[2].ids[row]], batch.strings[batch.columns[3].ids[row]]}];
    }
  }
  std::vector<CubeCell> cells;
  const auto sums = index_->counts(&cells);
  ASSERT_TRUE(sums);
  const auto& names = sums->names;
  std::map<std::tuple<std::int64_t, std::string_view, std::string_view>, std::uint64_t> found;
  for (const auto& cell : cells)
    found[{cell.hour, names[0].texts.at(cell.a), names[1].texts.at(cell.b)}] += cell.count;
  EXPECT_EQ(found, expected);
  EXPECT_EQ(cells.size(), expected.size());
  // The sums are those of the cells.
  std::map<std::int64_t, std::uint64_t> by_hour, sums_by_hour;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> by_names, sums_by_names;
  for (const auto& cell : cells) by_hour[cell.hour] += cell.count, by_names[{cell.a, cell.b}] += cell.count;
  for (const auto& one : sums->of_hours) sums_by_hour[one.hour] += one.count;
  for (const auto& one : sums->of_names) sums_by_names[{one.a, one.b}] += one.count;
  EXPECT_EQ(sums_by_hour, by_hour);
  EXPECT_EQ(sums_by_names, by_names);
  EXPECT_EQ(sums->of_hours.size(), by_hour.size());
  EXPECT_EQ(sums->of_names.size(), by_names.size());
  EXPECT_EQ(sums->first_time, index_->extent().first_time);
  EXPECT_EQ(sums->last_time, index_->extent().last_time);
}

// Of many batches together it is known that a fragment is in none of them; of those that came last, each is asked.
TEST_F(RecentIndexes, KnowWhatIsNowhereInTheirTexts) {
  add(150, 1);
  const ConditionPlan nowhere(leaf(Type::contains, "title", "竜宮城会"), kind_);
  const ConditionPlan held(leaf(Type::contains, "title", "見積"), kind_);
  const ConditionPlan either(
      [] {
        Condition out;
        out.type = Type::any;
        out.parts = {leaf(Type::contains, "title", "竜宮城会"), leaf(Type::equals, "title", "見積書　7")};
        return out;
      }(),
      kind_);
  const auto with = [&](const ConditionPlan& plan) {
    return index_->with(plan, AskedTexts(plan), INT64_MIN, INT64_MAX, index_->extent().batches);
  };
  EXPECT_THAT(with(nowhere), testing::IsEmpty());
  EXPECT_THAT(with(held), testing::SizeIs(150));
  EXPECT_THAT(with(either), testing::SizeIs(150));
  add(10, 2);
  EXPECT_THAT(with(nowhere), testing::SizeIs(10));
  // In any order; one is seen to twice, of another the fragments are looked for again.
  for (const std::size_t place : {159, 151, 150, 152, 152, 153, 154, 155, 157, 158, 156}) {
    TextHashes fragments;
    if (place != 155) (void)recents_[place]->filter(fragments);
    index_->keep_up_texts(place, *recents_[place], fragments);
    if (place != 156) EXPECT_THAT(with(nowhere), testing::Not(testing::IsEmpty()));
  }
  EXPECT_THAT(with(nowhere), testing::IsEmpty());
  EXPECT_THAT(with(held), testing::SizeIs(160));
}

// Whoever counts first after a long time counts everything: those who append do not wait for this.
TEST_F(RecentIndexes, TakeMoreWhileTheyAreCounted) {
  const auto large = [&] {
    BatchBuilder build(kind_);
    for (int row = 0; row < 60'000; ++row) {
      build.row(from_micros(row % 500 * hour_us));
      build.text(3, row % 3 ? "file-open" : "window-title");
    }
    return std::make_shared<const Recent>("city", kind_, build.take(), 0);
  }();
  constexpr std::uint64_t batches = 200;
  for (std::uint64_t i = 0; i < batches; ++i) index_->add(large);
  add(1, 1);
  std::atomic<bool> begun{false}, done{false};
  std::jthread counting([&] {
    begun = true;
    const auto sums = index_->counts();
    done = true;
    std::uint64_t all = 0;
    for (const auto& one : sums->of_hours) all += one.count;
    EXPECT_GE(all, batches * 60'000);
  });
  while (!begun) std::this_thread::yield();
  std::size_t added = 0;
  for (; !done; ++added) {
    index_->add(recents_.front());
    index_->keep_up_counts();
    std::this_thread::yield();
  }
  // Where they wait for its end, it is three at most.
  EXPECT_GT(added, 20U);
}

TEST_F(RecentIndexes, AreAskedWhileTheyGrow) {
  std::atomic<std::uint64_t> rows{0};
  std::atomic<bool> done{false};
  const ConditionPlan held(leaf(Type::contains, "title", "見積書 1"), kind_);
  const auto search = [&] {
    const SeenRecents seen{index_, index_->extent()};
    RecentSearch out(seen, held, INT64_MIN, INT64_MAX);
    std::uint64_t found = 0;
    const auto candidates = out.candidates(true, PartSearch::all_of_them);
    EXPECT_TRUE(candidates);
    for (const auto& one : *candidates)
      EXPECT_TRUE(out.look(one, INT64_MIN, INT64_MAX, [&](std::uint32_t, std::int64_t) { ++found; }));
    return found;
  };
  const auto count = [&] {
    std::vector<CubeCell> cells;
    EXPECT_TRUE(index_->counts(&cells));
    std::uint64_t out = 0;
    for (const auto& cell : cells) out += cell.count;
    return out;
  };
  std::vector<std::jthread> asking;
  for (int i = 0; i < 2; ++i)
    asking.emplace_back([&, i] {
      while (!done) {
        const auto before = rows.load();
        EXPECT_GE(i == 0 ? search() : count(), before);
      }
    });
  std::mutex one_at_a_time;
  std::vector<std::jthread> adding;
  for (int i = 0; i < 2; ++i)
    adding.emplace_back([&, i] {
      for (int b = 0; b < 300; ++b) {
        BatchBuilder build(kind_);
        for (int row = 0; row < 10; ++row) {
          build.row(from_micros(b * hour_us));
          build.text(5, "見積書 1" + std::to_string(i * 10'000 + b * 10 + row));
        }
        const auto recent = std::make_shared<const Recent>("city", kind_, build.take(), 0);
        TextHashes fragments;
        (void)recent->filter(fragments);
        const auto place = [&] {
          const std::lock_guard lock(one_at_a_time);
          index_->add(recent);
          return index_->extent().batches - 1;
        }();
        rows += 10;
        index_->keep_up_texts(place, *recent, fragments);
        index_->keep_up_counts();
      }
    });
  adding.clear();
  done = true;
  asking.clear();
  EXPECT_EQ(search(), 6'000U);
  EXPECT_EQ(count(), 6'000U);
}

// More different counts than are kept, and clocks that stand at either end of time: then rows are counted.
TEST_F(RecentIndexes, CountNoMoreThanTheirBound) {
  BatchBuilder ends(kind_);
  for (const auto time : {INT64_MIN, INT64_MAX}) ends.row(from_micros(time));
  index_->add(std::make_shared<const Recent>("city", kind_, ends.take(), 0));
  std::vector<CubeCell> cells;
  ASSERT_TRUE(index_->counts(&cells));
  EXPECT_THAT(cells, testing::SizeIs(2));
  for (std::int64_t hour = 0;
       hour <= std::ssize(cells) + static_cast<std::int64_t>(RecentCounts::most_cells);) {
    BatchBuilder build(kind_);
    for (int row = 0; row < 60'000; ++row) build.row(from_micros(++hour * hour_us));
    index_->add(std::make_shared<const Recent>("city", kind_, build.take(), 0));
  }
  EXPECT_FALSE(index_->counts());
}

}  // namespace
}  // namespace yagura::eventstore
