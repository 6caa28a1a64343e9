#include "eventstore/cache.hpp"

#include <gmock/gmock.h>

#include <string>

namespace yagura::eventstore {
namespace {

struct Piece {
  std::string held;
  [[nodiscard]] std::size_t bytes() const { return held.size(); }
};

class CachesOfSearches : public testing::Test {
 protected:
  // How many of these had to be made.
  int get(std::uint32_t from, std::uint32_t to, Cache::Sort sort) {
    int made = 0;
    for (auto i = from; i < to; ++i)
      EXPECT_TRUE(cache_.get<Piece>(
          {1, sort, i},
          [&]() -> Result<Piece> {
            ++made;
            return Piece{std::string(872, 'x')};  // and 128 beside
          },
          sort));
    return made;
  }
  Cache cache_{400'000};  // 100 of columns, 200 of texts
};

TEST_F(CachesOfSearches, KeepMostOfWhatASearchNeedsAgainThoughNotAllHasRoom) {
  for (const auto sort : {Cache::one_of_many, Cache::page_of_texts}) {
    const auto room = sort == Cache::one_of_many ? 100U : 200U, all = room * 5 / 4;
    for (int round = 0; round < 3; ++round) {
      cache_.begin_search();
      const auto made = get(0, all, sort);
      if (round == 0) EXPECT_EQ(made, static_cast<int>(all));
      if (round > 0) EXPECT_LT(made, static_cast<int>(all / 3));
      // What was used just now is there whatever happens.
      EXPECT_EQ(get(all - 16, all, sort), 0);
    }
    EXPECT_LE(cache_.bytes(), 400'000U);
  }
}

TEST_F(CachesOfSearches, LetGoWhatSearchesOfBeforeNeeded) {
  cache_.begin_search();
  get(0, 200, Cache::page_of_texts);
  for (int round = 0; round < 2; ++round) {
    cache_.begin_search();
    EXPECT_GT(get(1000, 1150, Cache::page_of_texts), round == 0 ? 149 : 100);
  }
  cache_.begin_search();
  EXPECT_EQ(get(1000, 1150, Cache::page_of_texts), 0);
}

// A count of what stands in years, between two searches of what is newest.
TEST_F(CachesOfSearches, LoseNothingByWhatGoesThroughOnce) {
  cache_.begin_search();
  for (const auto sort : {Cache::one_of_few, Cache::one_of_many, Cache::page_of_texts}) get(0, 95, sort);
  cache_.begin_search();
  {
    const Cache::OnePass one_pass;
    for (const auto sort : {Cache::one_of_few, Cache::one_of_many, Cache::page_of_texts}) {
      EXPECT_EQ(get(1000, 3000, sort), 2000);
      EXPECT_EQ(get(2990, 3000, sort), 0) << "what it read just now is there";
    }
    EXPECT_EQ(get(0, 95, Cache::one_of_many), 0) << "and what was there before";
  }
  cache_.begin_search();
  cache_.begin_search();
  for (const auto sort : {Cache::one_of_few, Cache::one_of_many, Cache::page_of_texts})
    EXPECT_LT(get(0, 95, sort), 10);
  EXPECT_LE(cache_.bytes(), 400'000U);
}

// What a search needs of it stays as if it had read it itself.
TEST_F(CachesOfSearches, KeepWhatOnePassReadForWhoNeedsItAgain) {
  get(0, 200, Cache::page_of_texts);
  {
    const Cache::OnePass one_pass;
    get(1000, 1010, Cache::page_of_texts);
  }
  EXPECT_EQ(get(1000, 1010, Cache::page_of_texts), 0);
  {
    const Cache::OnePass one_pass;
    get(2000, 3000, Cache::page_of_texts);
  }
  EXPECT_EQ(get(1000, 1010, Cache::page_of_texts), 0);
  EXPECT_LE(cache_.bytes(), 400'000U);
}

TEST_F(CachesOfSearches, StayWithinAnotherBound) {
  get(0, 100, Cache::one_of_many);
  get(0, 200, Cache::page_of_texts);
  cache_.bound(100'000);
  EXPECT_LE(cache_.bytes(), 100'000U);
}

}  // namespace
}  // namespace yagura::eventstore
