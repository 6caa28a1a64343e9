#include "eventstore/columns.hpp"

#include <gmock/gmock.h>

#include <random>

namespace yagura::eventstore {
namespace {

std::size_t rows_of(std::mt19937_64& random) {
  constexpr std::size_t sizes[] = {1, 2, 63, 1000, block_rows};
  return sizes[random() % 5];
}

TEST(Columns, NumbersAndTimesOfEverySizeComeBack) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 60; ++round) {
    std::vector<std::int64_t> numbers(rows_of(random)), back;
    for (auto& n : numbers)
      n = static_cast<std::int64_t>(random() >> (random() % 64)) * (random() % 2 ? 1 : -1);
    if (round % 3 == 0)
      for (auto& n : numbers) n = n / 1000 * 1000;
    ASSERT_TRUE(join_numbers(split_numbers(numbers), back));
    ASSERT_EQ(back, numbers);
    ASSERT_TRUE(join_times(split_times(numbers), back));
    ASSERT_EQ(back, numbers);
  }
}

TEST(Columns, PlacesInADictionaryComeBack) {
  std::mt19937_64 random(2);
  for (const std::uint32_t known : {1U, 2U, 256U, 257U, 70'000U})
    for (int round = 0; round < 20; ++round) {
      const auto rows = rows_of(random);
      std::vector<std::uint32_t> ids(rows), back;
      for (auto& id : ids) id = static_cast<std::uint32_t>((random() >> (random() % 60)) % known);
      ASSERT_TRUE(join_ids(split_ids(ids, known), known, back));
      ASSERT_EQ(back, ids);
    }
}

TEST(Columns, TextsComeBack) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 100; ++round) {
    const auto rows = rows_of(random);
    std::uint32_t first = static_cast<std::uint32_t>(1 + random() % 5'000'000), next = first;
    std::vector<std::uint32_t> ids(rows), back;
    for (auto& id : ids) switch (random() % 4) {
        case 0:
          id = 0;
          break;
        case 1:
          id = next++;
          break;
        case 2:
          id = static_cast<std::uint32_t>(1 + random() % (next - 1 ? next - 1 : 1));
          break;
        default:
          id = next > 3 ? next - 1 - static_cast<std::uint32_t>(random() % 3) : 0;
      }
    for (auto& id : ids) id = std::min(id, next - 1);
    ASSERT_TRUE(join_texts(split_texts(ids, first), first, back));
    ASSERT_EQ(back, ids);
  }
}

TEST(Columns, SymbolsAndBitsThatAreNoColumnAreRefusedOrJoinedWithinBounds) {
  std::mt19937_64 random(4);
  std::vector<std::uint32_t> ids(100), back;
  for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<std::uint32_t>(i * 37 % 300);
  auto cut = split_ids(ids, 300);
  cut.bits.pop_back();
  EXPECT_FALSE(join_ids(cut, 300, back));
  for (int round = 0; round < 2000; ++round) {
    Symbols noise{std::string(random() % 80, 0), std::string(random() % 80, 0)};
    for (auto* part : {&noise.symbols, &noise.bits})
      for (auto& c : *part) c = static_cast<char>(random());
    std::vector<std::int64_t> numbers;
    (void)join_numbers(noise, numbers);
    (void)join_times(noise, numbers);
    if (join_texts(noise, 5, back))
      for (const auto id : back) EXPECT_LT(id, 5 + back.size());
    if (join_ids(noise, 300, back))
      for (const auto id : back) EXPECT_LT(id, 300U);
  }
}

}  // namespace
}  // namespace yagura::eventstore
