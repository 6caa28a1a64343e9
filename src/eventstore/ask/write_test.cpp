#include "eventstore/ask/write.hpp"

#include <gmock/gmock.h>

#include "eventstore/ask/canonical.hpp"
#include "eventstore/ask/matches.hpp"
#include "eventstore/ask/random_conditions.hpp"

namespace yagura::eventstore {
namespace {

const Vocabulary& vocabulary() {
  static const Vocabulary out(example_kinds());
  return out;
}
Time now() { return calendar::at(calendar::make_date(2026, 11, 18), calendar::Minutes(870)); }

TEST(Write, RandomTreesComeBackAsTheyWere) {
  RandomConditions random(1);
  int compared = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto tree = random.tree(5);
    const auto written = write_condition(tree, vocabulary());
    const auto read = read_query(written, vocabulary(), now());
    if (!read && (read.error().code == "eventstore.query_too_many" ||
                  read.error().code == "eventstore.query_too_long"))
      continue;
    ASSERT_TRUE(read) << written << "\n" << read.error().text();
    ASSERT_EQ(read->query.where, canonical(tree)) << written;
    ++compared;
  }
  EXPECT_GT(compared, 19'000);
}

TEST(Write, TheCanonicalTreeHoldsForTheSameEvents) {
  RandomConditions random(2);
  const auto kinds = example_kinds();
  int held = 0, failed = 0;
  for (int i = 0; i < 5'000; ++i) {
    const auto tree = random.tree(3);
    const auto other = canonical(tree);
    ASSERT_EQ(canonical(other), other);
    for (const auto& [name, kind] : kinds)
      for (int j = 0; j < 3; ++j) {
        std::vector<std::string> texts;
        const auto cells = random.event(kind, texts);
        const bool wanted = matches(tree, kind, cells);
        ASSERT_EQ(matches(other, kind, cells), wanted) << write_condition(tree, vocabulary());
        ++(wanted ? held : failed);
      }
  }
  EXPECT_GT(held, 1'000);
  EXPECT_GT(failed, 1'000);
}

TEST(Write, WholeQueriesComeBack) {
  RandomConditions random(3);
  for (int i = 0; i < 2'000; ++i) {
    Asked asked;
    asked.query.where = random.tree(2);
    if (random.below(2) == 0) asked.query.kinds = {"firewall", "operation"};
    constexpr std::int64_t steps[] = {86'400'000'000, 60'000'000, 1'000'000, 1};
    const auto step = steps[random.below(4)];
    const auto at = [&] {
      return from_micros(static_cast<std::int64_t>(random.below(20'000) + 1) * step - 32'400'000'000);
    };
    if (random.below(2) == 0) asked.query.from = at();
    if (random.below(2) == 0)
      asked.query.to =
          std::max(at(), asked.query.from == Time::min() ? at() : asked.query.from + Duration(step));
    asked.present.newest_first = random.below(2) == 0;
    if (random.below(2) == 0) {
      auto& counting = asked.present.counting.emplace();
      if (random.below(2) == 0) counting.by = {"section", "user"};
      if (random.below(2) == 0) counting.top = 20;
      if (random.below(2) == 0) counting.bucket = std::chrono::days(1 + random.below(9));
      if (counting.bucket != Duration(0)) counting.offset = bucket_offset(counting.bucket);
    }
    const auto written = write_query(asked, vocabulary());
    const auto read = read_query(written, vocabulary(), now());
    if (!read) {
      // A tree over fields that one of the kinds has not is fine: both kinds together have all of them.
      ASSERT_EQ(read.error().code, "eventstore.query_too_many_bars") << written << read.error().text();
      continue;
    }
    ASSERT_EQ(read->query.where, canonical(asked.query.where)) << written;
    ASSERT_EQ(read->query.kinds, asked.query.kinds) << written;
    ASSERT_TRUE(read->query.from == asked.query.from && read->query.to == asked.query.to) << written;
    ASSERT_EQ(read->present.newest_first, asked.present.newest_first) << written;
    ASSERT_EQ(read->present.counting.has_value(), asked.present.counting.has_value()) << written;
    if (!asked.present.counting) continue;
    EXPECT_EQ(read->present.counting->by, asked.present.counting->by);
    EXPECT_EQ(read->present.counting->top, asked.present.counting->top);
    EXPECT_EQ(read->present.counting->bucket, asked.present.counting->bucket);
    EXPECT_EQ(read->present.counting->offset, asked.present.counting->offset);
  }
}

TEST(Write, CanonicalTextIsWhatAPersonWouldWrite) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"利用者：tanaka　操作：usb-copy　人事　”見積＊.xlsx”　から：先週",
       "user:tanaka action:usb-copy 人事 見積*.xlsx from:2026-11-09"},
      {"(path:*.xlsx OR path:*.docx) NOT user:e100001 size:>1M kind:operation",
       "(path:*.xlsx OR path:*.docx) -user:e100001 bytes:>=1048577 kind:operation"},
      {"a b OR c", "a b OR c"},
      {"\"two words\" path:\"a b\" 「C:」", "\"two words\" path:\"a b\" \"C:\""},
      {"time:今日 | 集計 所属 上位5", "from:2026-11-18 to:2026-11-18 | count by section top 5"},
      {"から:昨日 まで:今日12時 | histogram", "from:2026-11-17 to:2026-11-18T12:00 | histogram auto"},
      {"| count by 操作 | 推移 1時間 | sort oldest", "| count by action | histogram 1h | sort oldest"},
      {"", ""},
  };
  for (const auto& [text, wanted] : table) {
    const auto asked = read_query(text, vocabulary(), now());
    ASSERT_TRUE(asked) << text;
    EXPECT_EQ(write_query(*asked, vocabulary()), wanted) << text;
  }
}

}  // namespace
}  // namespace yagura::eventstore
