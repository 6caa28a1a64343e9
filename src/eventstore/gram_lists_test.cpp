#include "eventstore/gram_lists.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace yagura::eventstore {
namespace {

using Held = std::map<GramHash, std::set<std::size_t>>;

struct Made {
  GramTable table;
  std::string bytes;

  // As a segment asks: the block without its checksum, with bytes behind it.
  [[nodiscard]] Result<GramTable::Pages> ask(GramHash hash) const {
    if (table.blocks.empty()) return GramTable::Pages();
    std::size_t offset = 0;
    for (std::size_t i = 0; i < table.block_of(hash); ++i) offset += table.blocks[i];
    const auto length = table.blocks[table.block_of(hash)] - 4;
    const auto block = bytes.substr(offset, length) + std::string(8, '\xff');
    return table.pages_with(hash, std::string_view(block).substr(0, length));
  }
};

class GramListsTest : public testing::TestWithParam<std::size_t> {
 protected:
  // Fragments of one page, of some, of very many.
  Held some(std::size_t pages, std::size_t fragments) {
    Held out;
    for (std::size_t i = 0; i < fragments; ++i) {
      auto& in = out[random_()];
      const auto count = 1 + random_() % (i % 3 == 0   ? 1
                                          : i % 3 == 1 ? std::min<std::size_t>(pages, 9)
                                                       : pages);
      while (in.size() < count) in.insert(random_() % pages);
    }
    return out;
  }
  Made made(const Held& held, std::size_t pages) {
    Made out;
    for (std::size_t p = 0; p < pages; ++p) {
      std::vector<GramHash> of_page;
      for (const auto& [hash, in] : held)
        if (in.contains(p)) of_page.push_back(hash), of_page.push_back(hash);
      std::ranges::shuffle(of_page, random_);
      build_.add_page(of_page);
    }
    EXPECT_EQ(build_.pages(), pages);
    out.table = build_.take(out.bytes);
    EXPECT_EQ(build_.pages(), 0U);
    return out;
  }
  std::mt19937_64 random_{GetParam()};
  GramTableBuilder build_;
};

TEST_P(GramListsTest, HaveEveryPageAndHardlyAnother) {
  const auto pages = GetParam();
  for (const std::size_t fragments : {1UL, 40UL, 6'000UL}) {
    const auto held = some(pages, fragments);
    const auto lists = made(held, pages);
    EXPECT_EQ(lists.table.pages, pages);
    std::size_t wrong = 0;
    for (const auto& [hash, in] : held) {
      const auto found = lists.ask(hash);
      ASSERT_TRUE(found) << found.error().text();
      for (const auto page : in) ASSERT_TRUE(found->test(page));
      for (std::size_t p = pages; p < found->size(); ++p) ASSERT_FALSE(found->test(p));
      // Of a fragment in many two neighbours are one.
      if (in.size() > std::max<std::size_t>(16, pages / 8)) {
        for (std::size_t p = 0; p < pages; ++p)
          if (found->test(p) && !in.contains(p) && !in.contains(p ^ 1U)) ++wrong;
      } else {
        wrong += found->count() - in.size();
      }
    }
    // Two of the same 24 bits are one; of 6,000 it is one pair.
    EXPECT_LE(wrong, fragments < 1'000 ? 0 : 4 * pages);
    std::size_t taken = 0;
    for (std::size_t i = 0; i < 2'000; ++i) taken += lists.ask(random_())->any() ? 1 : 0;
    EXPECT_LE(taken, 4 + fragments / 1'000);
  }
}

TEST_P(GramListsTest, BeginAnewAfterEachTable) {
  const auto pages = GetParam();
  (void)made(some(pages, 50), pages);
  const auto held = some(pages, 1);
  const auto lists = made(held, pages);
  EXPECT_EQ(lists.table.fragments, 1U);
  EXPECT_TRUE(made({}, pages).table.blocks.empty());
}

// Whatever the bytes are, the answer is one of these pages, or an error.
TEST_P(GramListsTest, AreNotReadBeyondWhatIsThere) {
  const auto pages = GetParam();
  const auto held = some(pages, 3'000);
  auto lists = made(held, pages);
  const auto whole = lists.bytes;
  for (int round = 0; round < 400; ++round) {
    lists.bytes = whole;
    for (int i = 0; i < 4; ++i) lists.bytes[random_() % whole.size()] = static_cast<char>(random_());
    if (const auto found = lists.ask(random_()))
      for (std::size_t p = pages; p < found->size(); ++p) ASSERT_FALSE(found->test(p));
  }
}

INSTANTIATE_TEST_SUITE_P(OfPages, GramListsTest, testing::Values(1, 2, 7, 8, 9, 63, 64, 200, 255, 256));

}  // namespace
}  // namespace yagura::eventstore
