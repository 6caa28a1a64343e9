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
    const auto rows = rows_of(random);
    std::vector<std::int64_t> numbers(rows);
    std::vector<std::uint32_t> context(rows);
    for (auto& n : numbers)
      n = static_cast<std::int64_t>(random() >> (random() % 64)) * (random() % 2 ? 1 : -1);
    for (auto& c : context) c = static_cast<std::uint32_t>(random() % 20);
    if (round % 3 == 0)
      for (auto& n : numbers) n = n / 1000 * 1000;
    const auto order = round % 2 ? order_by(context) : Order();
    std::string piece;
    std::vector<std::int64_t> back;
    pack_numbers(numbers, order, 3, piece);
    ASSERT_TRUE(unpack_numbers(piece, rows, order, back));
    ASSERT_EQ(back, numbers);
    piece.clear();
    pack_times(numbers, 3, piece);
    ASSERT_TRUE(unpack_times(piece, rows, back));
    ASSERT_EQ(back, numbers);
  }
}

TEST(Columns, PlacesInADictionaryComeBack) {
  std::mt19937_64 random(2);
  for (const std::uint32_t known : {1U, 2U, 256U, 257U, 70'000U})
    for (int round = 0; round < 20; ++round) {
      const auto rows = rows_of(random);
      std::vector<std::uint32_t> ids(rows), back, context(rows);
      for (auto& id : ids) id = static_cast<std::uint32_t>((random() >> (random() % 60)) % known);
      for (auto& c : context) c = static_cast<std::uint32_t>(random() % 7);
      const auto order = order_by(context);
      std::string piece;
      pack_ids(ids, known, order, 3, piece);
      ASSERT_TRUE(unpack_ids(piece, rows, known, order, back));
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
    std::string piece;
    pack_texts(ids, first, {}, 3, piece);
    ASSERT_TRUE(unpack_texts(piece, rows, first, {}, back));
    ASSERT_EQ(back, ids);
  }
}

TEST(Columns, BytesThatAreNoColumnAreRefusedOrDecodeWithinBounds) {
  std::mt19937_64 random(4);
  std::vector<std::uint32_t> ids(100), back;
  for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<std::uint32_t>(i * 37 % 300);
  std::string good;
  pack_ids(ids, 300, {}, 0, good);
  for (std::size_t n = 0; n < good.size(); ++n)
    EXPECT_FALSE(unpack_ids(good.substr(0, n), 100, 300, {}, back));
  EXPECT_FALSE(unpack_ids(good, 101, 300, {}, back));
  for (int round = 0; round < 2000; ++round) {
    std::string noise(random() % 80, 0);
    for (auto& c : noise) c = static_cast<char>(random());
    std::vector<std::int64_t> numbers;
    (void)unpack_numbers(noise, 100, {}, numbers);
    (void)unpack_times(noise, 100, numbers);
    (void)unpack_texts(noise, 100, 5, {}, back);
  }
}

}  // namespace
}  // namespace yagura::eventstore
