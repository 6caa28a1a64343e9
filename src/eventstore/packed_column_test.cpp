#include "eventstore/packed_column.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <limits>
#include <random>

namespace yagura::eventstore {
namespace {

template <class T>
void comes_back(const std::vector<T>& values) {
  const PackedColumn packed{std::span<const T>(values)};
  std::vector<T> back{1, 2, 3};
  packed.unpack(back);
  ASSERT_EQ(back, values);
  std::mt19937_64 random(values.size());
  std::vector<std::uint32_t> rows, found;
  std::vector<T> expected, picked;
  for (std::uint32_t row = 0; row < values.size(); ++row)
    if (random() % 3 == 0) {
      rows.push_back(row);
      expected.push_back(values[row]);
    }
  packed.pick(std::span<const std::uint32_t>(rows), picked);
  ASSERT_EQ(picked, expected);
  for (int round = 0; round < 6 && !values.empty(); ++round) {
    auto from = values[random() % values.size()], to = values[random() % values.size()];
    if (round == 0) from = std::numeric_limits<T>::min();
    if (round == 1) to = std::numeric_limits<T>::max();
    if (round % 2 == 0 && from < std::numeric_limits<T>::max()) ++from;
    rows.clear();
    for (std::uint32_t row = 0; row < values.size(); ++row)
      if (values[row] >= from && values[row] < to) rows.push_back(row);
    packed.between(from, to, found);
    ASSERT_EQ(found, rows);
  }
}

TEST(PackedColumns, ComeBackAsTheyWere) {
  std::mt19937_64 random(1);
  comes_back<std::int64_t>({});
  comes_back<std::int64_t>({INT64_MIN, INT64_MAX, 0, -1});
  comes_back<std::uint32_t>({UINT32_MAX, 0});
  for (int round = 0; round < 400; ++round) {
    std::vector<std::int64_t> numbers(random() % 50);
    std::vector<std::uint32_t> ids(random() % 50);
    const auto narrow = random() % 64;
    const auto base = static_cast<std::int64_t>(random()), step = random() % 2 ? 1000L : 1L;
    for (auto& n : numbers)
      n = static_cast<std::int64_t>(static_cast<std::uint64_t>(base) +
                                    (random() >> narrow) * static_cast<std::uint64_t>(step));
    for (auto& id : ids) id = static_cast<std::uint32_t>(random() >> (32 + narrow % 32));
    comes_back(numbers);
    comes_back(ids);
    // Many of the least.
    numbers.resize(numbers.size() + random() % 200, base);
    std::ranges::shuffle(numbers, random);
    ids.resize(ids.size() + random() % 200, 7);
    std::ranges::shuffle(ids, random);
    comes_back(numbers);
    comes_back(ids);
  }
}

TEST(PackedColumns, TakeNoMoreBytesThanTheirValues) {
  std::vector<std::int64_t> times(4096);
  for (std::size_t i = 0; i < times.size(); ++i)
    times[i] = 1'767'225'600'000'000 + static_cast<std::int64_t>(i % 200) * 1000;
  EXPECT_LT(PackedColumn(std::span<const std::int64_t>(times)).bytes(), 4096U + 200);
  std::vector<std::uint32_t> ids(4096);
  EXPECT_LT(PackedColumn(std::span<const std::uint32_t>(ids)).bytes(), 200U);
  for (std::size_t i = 0; i < ids.size(); i += 4) ids[i] = static_cast<std::uint32_t>(500'000 + i);
  EXPECT_LT(PackedColumn(std::span<const std::uint32_t>(ids)).bytes(), 1024U * 3 + 512 + 200);
}

}  // namespace
}  // namespace yagura::eventstore
