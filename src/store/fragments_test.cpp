#include "store/fragments.hpp"

#include <algorithm>
#include <random>

#include "base/text.hpp"
#include "support/any_database.hpp"

namespace yagura::store {
namespace {

class FragmentsTest : public AnyDatabase {
 protected:
  void SetUp() override {
    AnyDatabase::SetUp();
    if (IsSkipped()) return;
    static constexpr Migration steps[] = {{"fragments_test", 1, YAGURA_FRAGMENT_TABLE("test_piece")}};
    ASSERT_TRUE(database().migrate(steps));
  }
  void add(std::int64_t number, std::string_view text, std::string_view space = "a") {
    auto done =
        database().write([&](Session& s) { return fragments_.add(s, space, number, fold_for_search(text)); });
    ASSERT_TRUE(done) << done.error().text();
  }
  std::vector<std::int64_t> find(std::string_view query, std::string_view space = "a") {
    return database()
        .read([&](Session& s) { return fragments_.find(s, space, Words(fold_for_search(query))); })
        .value();
  }
  Fragments fragments_{"test_piece"};
};

TEST_P(FragmentsTest, AnyPartOfTheTextFindsIt) {
  add(1, "複合機で紙詰まり");
  add(63, "ﾌﾟﾘﾝﾀが動かない");
  add(64, "VPN につながらない");
  add(200, "髙橋さんの PC-0123 が起動しない");
  using Found = std::vector<std::int64_t>;
  EXPECT_EQ(find("紙詰"), Found{1});
  EXPECT_EQ(find("プリンタ"), Found{63});
  EXPECT_EQ(find("ない"), (Found{200, 64, 63}));
  EXPECT_EQ(find("ｖｐｎ"), Found{64});
  EXPECT_EQ(find("高橋 pc-01"), Found{200}) << "two words, both must be there";
  EXPECT_EQ(find("高橋 VPN"), Found{});
  EXPECT_EQ(find("い"), (Found{200, 64, 63})) << "one character, also the last of the text";
  EXPECT_EQ(find("紙詰", "b"), Found{}) << "another space";
  EXPECT_EQ(find(""), Found{});
  EXPECT_EQ(find("%'\"_\\"), Found{});
}

// Against the plain question, on random texts of few characters: nothing that matches is ever missing.
TEST_P(FragmentsTest, NothingThatMatchesIsMissing) {
  std::mt19937 random(7);
  const std::vector<std::string> letters{"障", "害", "機", "a", "1", " ", "ネ"};
  const auto text = [&](std::size_t length) {
    std::string out;
    for (std::size_t i = 0; i < length; ++i) out += letters[random() % letters.size()];
    return out;
  };
  std::vector<std::string> texts{""};
  for (int i = 1; i <= 150; ++i) {
    texts.push_back(fold_for_search(text(random() % 12)));
    add(i, texts.back());
  }
  add(3, "障害");  // a text that changed: both are found, the old one is a candidate still
  texts[3] = fold_for_search("障害");
  for (int i = 0; i < 100; ++i) {
    const Words words(fold_for_search(text(1 + random() % 4)));
    if (words.empty()) continue;
    const auto found = database().read([&](Session& s) { return fragments_.find(s, "a", words); }).value();
    EXPECT_TRUE(std::ranges::is_sorted(found, std::greater{}));
    for (std::int64_t n = 1; n <= 150; ++n)
      if (words.in(texts[static_cast<std::size_t>(n)]))
        EXPECT_TRUE(std::ranges::binary_search(found, n, std::greater{})) << words.list().front();
  }
}

YAGURA_ON_EVERY_DATABASE(FragmentsTest);

}  // namespace
}  // namespace yagura::store
