#include "eventstore/symbols.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

namespace yagura::eventstore {
namespace {

struct Column {
  std::vector<Symbols> blocks;
  std::vector<std::vector<std::uint16_t>> contexts;
  SymbolModel model;

  void learn(std::int32_t context, std::size_t known) {
    ModelMaker maker;
    maker.begin(context, known);
    for (std::size_t b = 0; b < blocks.size(); ++b) maker.add(blocks[b].symbols, contexts[b]);
    model = maker.make();
  }
  std::vector<std::string> pieces() const {
    Coder coder(model);
    std::vector<std::string> out;
    for (std::size_t b = 0; b < blocks.size(); ++b) coder.put(blocks[b], contexts[b], out.emplace_back());
    return out;
  }
  Result<Symbols> take(std::size_t block, std::string_view piece, const SymbolModel& with) const {
    const std::vector<std::uint32_t> wide(contexts[block].begin(), contexts[block].end());
    return Decoder(with).take(piece, blocks[block].symbols.size(), wide);
  }
};

// Symbols that depend on the context; `kinds` different ones, the first by far the most frequent.
Column made(std::mt19937& random, std::size_t blocks, unsigned contexts, unsigned kinds, unsigned chance) {
  Column out;
  for (std::size_t b = 0; b < blocks; ++b) {
    const std::size_t rows = b % 2 == 0 ? 4096 : 1 + random() % 4096;
    auto& column = out.blocks.emplace_back();
    auto& context = out.contexts.emplace_back();
    for (std::size_t i = 0; i < rows; ++i) {
      context.push_back(static_cast<std::uint16_t>(random() % contexts));
      column.symbols.push_back(
          static_cast<char>(random() % 1000 < chance ? random() % kinds : context.back()));
    }
    column.bits.resize(random() % 100, 'b');
  }
  return out;
}

constexpr std::int32_t a_field = 3;

TEST(SymbolCoding, ComesBackUnderEveryContextByWayOfTheWrittenModel) {
  std::mt19937 random(1);
  for (const unsigned kinds : {1U, 2U, 60U, 256U})
    for (const unsigned chance : {0U, 1U, 30U, 1000U})
      for (const auto context : {SymbolModel::nothing, SymbolModel::before, a_field}) {
        auto column = made(random, 5, kinds == 60 ? 700 : 7, kinds, chance);
        column.learn(context, 700);
        const auto models = read_models(write_models({&column.model, 1}), 9);
        ASSERT_TRUE(models);
        const auto pieces = column.pieces();
        for (std::size_t b = 0; b < pieces.size(); ++b) {
          const auto back = column.take(b, pieces[b], models->front());
          ASSERT_TRUE(back) << kinds << " " << chance << " " << context;
          ASSERT_EQ(back->symbols, column.blocks[b].symbols);
          ASSERT_EQ(back->bits, column.blocks[b].bits);
        }
      }
}

TEST(SymbolCoding, TakesLittleMoreThanTheInformation) {
  std::mt19937 random(2);
  // One in ten rows is one of 16 at random, the others are their context: 0.1 * 4 + H(0.1) bits and what of
  // these 16 is the context itself.
  auto column = made(random, 64, 16, 16, 100);
  column.learn(a_field, 16);
  double bytes = 0, rows = 0;
  const auto pieces = column.pieces();
  for (std::size_t b = 0; b < pieces.size(); ++b) {
    bytes += static_cast<double>(pieces[b].size() - column.blocks[b].bits.size());
    rows += static_cast<double>(column.blocks[b].symbols.size());
  }
  const double other = 0.1 * 15 / 16,
               information = -other * std::log2(other / 15) - (1 - other) * std::log2(1 - other);
  EXPECT_LT(bytes * 8, rows * information * 1.02 + static_cast<double>(pieces.size()) * 14 * 8);
  // Rows that are certain take nothing but the frame.
  auto certain = made(random, 4, 16, 16, 0);
  certain.learn(a_field, 16);
  for (std::size_t b = 0; b < 4; ++b)
    EXPECT_LE(certain.pieces()[b].size(), 6 + certain.blocks[b].bits.size());
}

TEST(SymbolCoding, DamageIsRefused) {
  std::mt19937 random(3);
  auto column = made(random, 3, 16, 40, 300);
  column.learn(a_field, 16);
  const auto piece = column.pieces()[1];
  for (std::size_t at = 0; at < piece.size(); ++at) {
    auto broken = piece;
    broken[at] = static_cast<char>(broken[at] ^ (1 << (random() % 8)));
    EXPECT_FALSE(column.take(1, broken, column.model)) << at;
    EXPECT_FALSE(column.take(1, std::string_view(piece).substr(0, at), column.model)) << at;
  }
  EXPECT_FALSE(Decoder(column.model).take(piece, column.blocks[1].symbols.size(), {}));
  const auto bytes = write_models({&column.model, 1});
  EXPECT_TRUE(read_models(bytes, a_field + 1));
  EXPECT_FALSE(read_models(bytes, a_field));
  for (std::size_t at = 0; at < bytes.size(); ++at) EXPECT_FALSE(read_models(bytes.substr(0, at), 9));
}

}  // namespace
}  // namespace yagura::eventstore
