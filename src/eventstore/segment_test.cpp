#include "eventstore/segment.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <random>

#include "eventstore/fold.hpp"
#include "eventstore/segment_ground.hpp"

namespace yagura::eventstore {
namespace {

using Segments = SegmentGround;

TEST_F(Segments, GiveBackEveryRowByteForByte) {
  for (const std::size_t rows : {1UL, 4096UL, 20'000UL}) {
    batches_.clear();
    make(rows, static_cast<unsigned>(rows));
    SegmentOptions small;
    small.page_bytes = 4096;
    const auto file = write(rows == 4096 ? SegmentOptions() : small);
    const auto segment = Segment::open(file, cache_);
    ASSERT_TRUE(segment) << segment.error().text();
    EXPECT_EQ((*segment)->directory().rows, rows);
    const auto got = read(**segment);
    ASSERT_TRUE(got) << got.error().text();
    ASSERT_EQ(*got, expected());
  }
}

TEST_F(Segments, RowsOfOneSourceStandTogetherInOrderOfTime) {
  make(9'000, 5);
  const auto segment = *Segment::open(write(), cache_);
  std::pair<std::uint32_t, std::int64_t> last{0, INT64_MIN};
  const auto blocks = *segment->blocks(0);
  for (const auto& block : blocks->entries) {
    std::vector<std::int64_t> times;
    std::vector<std::uint32_t> sources;
    ASSERT_TRUE(segment->times(block, times));
    ASSERT_TRUE(segment->ids(block, 0, *segment->order(block), sources));
    for (std::size_t r = 0; r < block.rows; ++r) {
      const std::pair now(sources[r], times[r]);
      ASSERT_LE(last, now);
      last = now;
    }
  }
}

TEST_F(Segments, KnowInWhichBlocksANameOrATextStands) {
  make(20'000, 6);
  const auto segment = *Segment::open(write(), cache_);
  const auto blocks = *segment->blocks(0);
  for (const std::size_t column : {0UL, 1UL, 5UL, 6UL}) {
    std::map<std::uint32_t, std::vector<std::uint32_t>> stands;
    for (std::uint32_t b = 0; b < blocks->entries.size(); ++b) {
      std::vector<std::uint32_t> ids;
      ASSERT_TRUE(segment->ids(blocks->entries[b], column, *segment->order(blocks->entries[b]), ids));
      for (const auto id : ids)
        if (auto& list = stands[id]; list.empty() || list.back() != b) list.push_back(b);
    }
    if (segment->directory().columns[column].type == FieldType::entity) {
      for (const auto& [id, list] : stands) ASSERT_EQ(*segment->blocks_with(column, id), list);
      continue;
    }
    const auto pages = *segment->pages(column);
    for (std::size_t p = 0; p < pages->entries.size(); ++p) {
      const auto uses = *segment->uses(pages->entries[p]);
      for (std::size_t i = 0; i < uses.size(); ++i) {
        auto list = stands.at(pages->entries[p].first_text + static_cast<std::uint32_t>(i));
        list.erase(list.begin());  // the first is known from the block
        ASSERT_EQ(uses[i], list);
      }
    }
  }
}

// Whatever the fragment, a page that holds it is never left out.
TEST_F(Segments, NeverMissAPageThatHoldsAFragment) {
  make(20'000, 7);
  SegmentOptions small;
  small.page_bytes = 512;
  const auto segment = *Segment::open(write(small), cache_);
  std::mt19937_64 random(7);
  for (const std::size_t column : {5UL, 6UL}) {
    const auto pages = *segment->pages(column);
    ASSERT_GT(pages->entries.size(), 1U);
    std::vector<std::string> folded;
    for (std::uint32_t p = 0; p < pages->entries.size(); ++p) {
      const auto texts = *segment->page(column, pages->entries[p], p);
      folded.emplace_back();
      for (const auto one : texts->texts) fold_into(one, folded.back()), folded.back().push_back('\0');
    }
    int told = 0;
    for (int round = 0; round < 3000; ++round) {
      const auto& from = folded[random() % folded.size()];
      const auto cut = from.substr(random() % from.size(), 1 + random() % 24);
      const auto fragment = fold(cut);  // without the halves of characters at its ends
      if (cut.find('\0') != std::string::npos) continue;
      const auto found = segment->pages_with(column, fragment);
      ASSERT_TRUE(found);
      if (!*found) continue;
      ++told;
      for (std::size_t p = 0; p < folded.size(); ++p)
        if (folded[p].find(fragment) != std::string::npos) ASSERT_TRUE((**found)[p]) << fragment;
    }
    EXPECT_GT(told, 100);
    const auto none = segment->pages_with(column, "鳳凰計画");
    ASSERT_TRUE(none && *none);
    EXPECT_LE(std::ranges::count(**none, true), std::ssize(pages->entries) / 20);
  }
}

TEST_F(Segments, KnowThatTheyHaveNoneOfAShortFragment) {
  make(20'000, 7);
  const auto segment = *Segment::open(write(), cache_);
  std::size_t pages = 0;
  for (char32_t c = 0x5000; c < 0x5200; ++c) {
    std::string pair;
    for (const char32_t one : std::array<char32_t, 2>{c, c + 0x300})
      pair += {static_cast<char>(0xE0U | one >> 12U), static_cast<char>(0x80U | (one >> 6U & 0x3FU)),
               static_cast<char>(0x80U | (one & 0x3FU))};
    const auto with = segment->pages_with(6, pair);
    ASSERT_TRUE(with && *with);
    pages += static_cast<std::size_t>(std::ranges::count(**with, true));
  }
  EXPECT_LE(pages, 4U);
  const auto with = segment->pages_with(6, "共有");
  ASSERT_TRUE(with);
  EXPECT_TRUE(!*with || std::ranges::count(**with, true) > 0);
}

TEST_F(Segments, KnowThatNoNameHoldsAFragment) {
  make(20'000, 7);
  const auto segment = *Segment::open(write(), cache_);
  const std::size_t entity = 0, category = 2;
  for (const auto column : {entity, category}) {
    const auto names = *segment->names(column);
    ASSERT_FALSE(names->texts.empty());
    for (const auto name : names->texts)
      for (std::size_t begin = 0; begin + 2 < name.size(); ++begin)
        EXPECT_TRUE(segment->columns_with(fold(name.substr(begin)))->test(column)) << name;
    EXPECT_FALSE(segment->columns_with("絶無")->test(column));
    EXPECT_FALSE(segment->columns_with("xlsx")->test(column));
    EXPECT_TRUE(segment->columns_with("zz")->test(column));  // too short to tell
  }
}

TEST_F(Segments, OfAnotherVersionAreNamedAsSuch) {
  make(10, 7);
  const auto file = write();
  std::fstream change(file, std::ios::in | std::ios::out | std::ios::binary);
  change.seekp(-static_cast<std::streamoff>(segment_magic.size()), std::ios::end) << "YGSEG03\n";
  change.close();
  const auto opened = Segment::open(file, cache_);
  ASSERT_FALSE(opened);
  EXPECT_THAT(std::string(opened.error().arg("reason")), testing::HasSubstr("another version"));
}

TEST_F(Segments, CountsByHourAreThoseOfTheRows) {
  make(12'000, 8);
  const auto segment = *Segment::open(write(), cache_);
  std::map<std::tuple<std::int64_t, std::string, std::string>, std::uint64_t> counted, kept;
  for (const auto& [time, day, texts, numbers] : expected())
    ++counted[{time / 3'600'000'000, texts[2], texts[3]}];
  for (const auto& cell : **segment->cube())
    kept[{cell.hour, *value(*segment, 2, cell.a), *value(*segment, 3, cell.b)}] += cell.count;
  EXPECT_EQ(kept, counted);
}

TEST_F(Segments, TotalsAreWhatTheCountsByHourComeTo) {
  make(12'000, 8);
  const auto segment = *Segment::open(write(), cache_);
  std::map<std::pair<std::string, std::string>, std::uint64_t> of_names, told_names;
  std::map<std::int64_t, std::uint64_t> of_hours, told_hours;
  for (const auto& cell : **segment->cube()) {
    of_names[{*value(*segment, 2, cell.a), *value(*segment, 3, cell.b)}] += cell.count;
    of_hours[cell.hour] += cell.count;
  }
  const auto totals = segment->totals();
  ASSERT_TRUE(totals) << totals.error().text();
  const auto first = *read_texts(totals->names[0]), second = *read_texts(totals->names[1]);
  for (const auto& cell : totals->of_names)
    told_names[{std::string(first.at(cell.a)), std::string(second.at(cell.b))}] += cell.count;
  for (const auto& cell : totals->of_hours) told_hours[cell.hour] += cell.count;
  EXPECT_EQ(told_names, of_names);
  EXPECT_EQ(told_hours, of_hours);
  EXPECT_GT(of_names.size(), 1U);
  EXPECT_GT(of_hours.size(), 1U);
}

TEST_F(Segments, AFlippedBitIsSeenWhereverItIs) {
  make(3'000, 9);
  const auto file = write();
  std::string bytes;
  {
    std::ifstream in(file, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  const auto whole = expected();
  std::mt19937_64 random(9);
  int seen = 0;
  for (int round = 0; round < 120; ++round) {
    auto bad = bytes;
    const auto at = random() % bad.size();
    bad[at] = static_cast<char>(bad[at] ^ (1 << (random() % 8)));
    const auto copy = folder_ / "bad";
    std::ofstream(copy, std::ios::binary).write(bad.data(), static_cast<std::streamsize>(bad.size()));
    const auto segment = Segment::open(copy, cache_);
    if (!segment) {
      EXPECT_EQ(segment.error().code, "eventstore.damaged");
      ++seen;
      continue;
    }
    const auto got = read(**segment);
    if (!got) {
      EXPECT_EQ(got.error().code, "eventstore.damaged");
      ++seen;
    } else {
      EXPECT_EQ(*got, whole);  // it lies in what this reading did not need: lists of fragments, uses, counts
    }
  }
  EXPECT_GT(seen, 40);
}

TEST_F(Segments, CutOffAnywhereAreNoSegments) {
  make(200, 10);
  const auto file = write();
  const auto size = std::filesystem::file_size(file);
  for (std::uintmax_t n = 0; n < size; n += 1 + size / 97) {
    std::filesystem::copy_file(file, folder_ / "cut", std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(folder_ / "cut", n);
    EXPECT_FALSE(Segment::open(folder_ / "cut", cache_)) << n;
  }
}

// Things of which there are very many push nothing else out.
TEST(Caches, KeepTheFewBesideTheMany) {
  Cache cache(10'000);
  struct Thing {
    [[nodiscard]] std::size_t bytes() const { return 872; }
  };
  int made = 0;
  const auto get = [&](std::uint32_t index, Cache::Sort sort) {
    (void)cache.get<Thing>({1, sort, index}, [&]() -> Result<Thing> { return ++made, Thing{}; }, sort);
  };
  for (std::uint32_t i = 0; i < 6; ++i) get(i, Cache::one_of_few);
  for (std::uint32_t i = 0; i < 100; ++i) get(i, Cache::one_of_many);
  EXPECT_EQ(cache.bytes(), 8000U);  // of the many a quarter
  made = 0;
  for (std::uint32_t i = 0; i < 6; ++i) get(i, Cache::one_of_few);
  for (std::uint32_t i = 98; i < 100; ++i) get(i, Cache::one_of_many);
  EXPECT_EQ(made, 0);
  for (std::uint32_t i = 6; i < 100; ++i) get(i, Cache::one_of_few);
  EXPECT_LE(cache.bytes(), 10'000U);
  made = 0;
  get(99, Cache::one_of_few);
  get(6, Cache::one_of_few);
  EXPECT_EQ(made, 1);
}

// Decoders take the room that is left, never that of the few; an eighth they have at least.
TEST(Caches, KeepTheFewBesideDecoders) {
  Cache cache(10'000);
  struct Thing {
    [[nodiscard]] std::size_t bytes() const { return 372; }
  };
  int made = 0;
  const auto get = [&](std::uint32_t index, Cache::Sort sort) {
    (void)cache.get<Thing>({1, sort, index}, [&]() -> Result<Thing> { return ++made, Thing{}; }, sort);
  };
  for (std::uint32_t i = 0; i < 12; ++i) get(i, Cache::one_of_few);
  for (std::uint32_t i = 0; i < 100; ++i) get(i, Cache::decoder);
  EXPECT_EQ(cache.bytes(), 10'000U);
  made = 0;
  for (std::uint32_t i = 0; i < 12; ++i) get(i, Cache::one_of_few);
  for (std::uint32_t i = 92; i < 100; ++i) get(i, Cache::decoder);
  EXPECT_EQ(made, 0);
  for (std::uint32_t i = 12; i < 100; ++i) get(i, Cache::one_of_few);
  EXPECT_LE(cache.bytes(), 10'000U);
  made = 0;
  for (std::uint32_t i = 98; i < 100; ++i) get(i, Cache::decoder);
  EXPECT_EQ(made, 0);
}

TEST_F(Segments, ReadingStaysWithinTheCachesBound) {
  make(20'000, 11);
  SegmentOptions small;
  small.page_bytes = 2048;
  Cache cache(100'000);
  const auto segment = *Segment::open(write(small), cache);
  ASSERT_EQ(*read(*segment), expected());
  EXPECT_LE(cache.bytes(), 100'000U);
  EXPECT_GT(cache.bytes(), 0U);
}

}  // namespace
}  // namespace yagura::eventstore
