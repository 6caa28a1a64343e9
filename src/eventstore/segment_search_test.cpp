#include "eventstore/segment_search.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "eventstore/ask/matches.hpp"
#include "eventstore/fold.hpp"
#include "eventstore/segment_ground.hpp"

namespace yagura::eventstore {
namespace {

using Type = Condition::Type;

class SegmentSearches : public SegmentGround {
 protected:
  // What the reference says of all rows, as time and cells.
  using Found = std::vector<std::pair<std::int64_t, std::vector<std::string>>>;

  Found expected_of(const Condition& condition, std::int64_t from, std::int64_t to) const {
    Found out;
    for (const auto& [time, day, texts, numbers] : rows_) {
      if (time < from || time >= to) continue;
      std::vector<Event::Cell> cells;
      std::vector<std::string> words;
      std::size_t t = 0, n = 0;
      for (const auto& field : kind_.fields) {
        if (field.type == FieldType::number) {
          words.push_back(std::to_string(numbers[n]));
          cells.emplace_back(numbers[n++]);
        } else {
          words.push_back(texts[t]);
          cells.emplace_back(std::string_view(texts[t++]));
        }
      }
      if (matches(condition, kind_, cells)) out.emplace_back(time, std::move(words));
    }
    std::ranges::sort(out);
    return out;
  }

  Found found_by(const std::shared_ptr<const Segment>& segment, const Condition& condition, std::int64_t from,
                 std::int64_t to, std::size_t* looked = nullptr) const {
    const ConditionPlan plan(condition, kind_);
    SegmentSearch search(segment, kind_, plan, from, to);
    Found out;
    const auto candidates = search.candidates(true, PartSearch::all_of_them);
    EXPECT_TRUE(candidates) << candidates.error().text();
    if (looked != nullptr) *looked = candidates->size();
    for (const auto& candidate : *candidates) {
      std::vector<std::pair<std::uint32_t, std::int64_t>> rows;
      const auto done = search.look(
          candidate, from, to, [&](std::uint32_t row, std::int64_t time) { rows.emplace_back(row, time); });
      EXPECT_TRUE(done) << done.error().text();
      for (const auto& [row, time] : rows) {
        std::vector<std::string> words;
        for (std::size_t f = 0; f < kind_.fields.size(); ++f) {
          const auto cell = search.cell(f, row);
          EXPECT_TRUE(cell);
          if (const auto* number = std::get_if<std::int64_t>(&*cell))
            words.push_back(std::to_string(*number));
          else
            words.emplace_back(std::get<std::string_view>(*cell));
        }
        out.emplace_back(time, std::move(words));
      }
    }
    std::ranges::sort(out);
    return out;
  }

  // Words that stand somewhere, parts of them, and some that stand nowhere.
  std::string word(std::mt19937_64& random) const {
    constexpr std::string_view fixed[] = {"総務",     "ＮＢ3", "見積",  "書 1",     "xlsx", "e7", "",
                                          "鳳凰計画", "共有",  "Excel", "エクセル", "終",   "x"};
    if (random() % 2) return std::string(fixed[random() % std::size(fixed)]);
    const auto& texts = std::get<2>(rows_[random() % rows_.size()]);
    const auto folded = fold(texts[random() % texts.size()]);
    if (folded.empty()) return "e";
    return fold(folded.substr(random() % folded.size(), 1 + random() % 12));
  }

  Condition condition(std::mt19937_64& random, int depth) const {
    Condition out;
    if (depth > 0 && random() % 2) {
      constexpr Type types[] = {Type::all, Type::any, Type::no};
      out.type = types[random() % 3];
      const auto parts = out.type == Type::no ? 1 : 1 + random() % 3;
      for (std::size_t i = 0; i < parts; ++i) out.parts.push_back(condition(random, depth - 1));
      return out;
    }
    constexpr Type types[] = {Type::equals, Type::like, Type::contains, Type::range, Type::contains};
    out.type = types[random() % 5];
    if (out.type == Type::range) {
      out.field = random() % 8 ? "bytes" : "title";
      out.low = static_cast<std::int64_t>(random() % 100) - 20;
      out.high = out.low + static_cast<std::int64_t>(random() >> (random() % 64));
      return out;
    }
    if (random() % 3)
      out.field = random() % 20 ? kind_.fields[random() % kind_.fields.size()].name : "nothing";
    out.value = word(random);
    if (out.type == Type::equals && random() % 2)
      out.value = std::get<2>(rows_[random() % rows_.size()])[random() % 7];
    if (out.type == Type::like)
      out.value =
          (random() % 2 ? "*" : "") + out.value + (random() % 2 ? "*" : "?") + (random() % 2 ? "1*" : "");
    return out;
  }

  std::vector<Row> rows_;
};

TEST_F(SegmentSearches, FindWhatTheReferenceFinds) {
  make(4'000, 21);
  rows_ = expected();
  SegmentOptions small;
  small.page_bytes = 1024;
  const auto segment = *Segment::open(write(small), cache_);
  std::mt19937_64 random(21);
  std::size_t some = 0;
  for (int round = 0; round < 150; ++round) {
    const auto asked = condition(random, 3);
    auto from = INT64_MIN, to = INT64_MAX;
    if (random() % 3 == 0) {
      from = std::get<0>(rows_[random() % rows_.size()]);
      to = from + static_cast<std::int64_t>(random() % 3'600'000'000);
    }
    const auto want = expected_of(asked, from, to);
    some += want.empty() ? 0 : 1;
    ASSERT_EQ(found_by(segment, asked, from, to), want) << round;
  }
  EXPECT_GT(some, 40U);
}

// Each way in which an office writes something, and what it is beside.
TEST_F(SegmentSearches, FindWhatIsWrittenInOddWays) {
  constexpr std::string_view parts[] = {"Ab1",
                                        "ａＢ１",
                                        "株式会社",
                                        "㈱",
                                        "（株）",
                                        "カガバ",
                                        "かがば",
                                        "ｶｶﾞﾊﾞ",
                                        "か\u3099",
                                        "髙橋",
                                        "高橋",
                                        "①",
                                        "１2",
                                        "\xE5",
                                        "\xFF"
                                        "Ab",
                                        "ﬁle",
                                        "é",
                                        "e\u0301",
                                        "1\u200B",
                                        "\uFE00",
                                        "キロ",
                                        "㌔",
                                        "-",
                                        "Ｗｏｒｄ",
                                        "word",
                                        "\u00AD",
                                        "ヷ",
                                        "🄰"};
  std::mt19937_64 random(23);
  const auto some = [&](std::size_t most) {
    std::string out;
    for (auto n = random() % most + 1; n > 0; --n) out += parts[random() % std::size(parts)];
    return out;
  };
  BatchBuilder build(kind_);
  for (int row = 0; row < 4'000; ++row) {
    build.row(from_micros(1'767'225'700'000'000 + row * 1'000'000LL));
    build.text(0, "NB" + std::to_string(row % 40));
    build.text(6, some(6));
  }
  batches_.push_back(std::make_unique<Batch>(build.take()));
  rows_ = expected();
  SegmentOptions small;
  small.page_bytes = 4096;
  const auto segment = *Segment::open(write(small), cache_);
  std::size_t found = 0;
  for (int round = 0; round < 100; ++round) {
    Condition asked{.type = round % 4 ? Type::contains : Type::like, .field = "path", .value = some(2)};
    if (asked.type == Type::like) asked.value = '*' + asked.value + '*' + some(1) + '*';
    const auto want = expected_of(asked, INT64_MIN, INT64_MAX);
    found += want.size();
    ASSERT_EQ(found_by(segment, asked, INT64_MIN, INT64_MAX), want) << asked.value;
  }
  EXPECT_GT(found, 2'000U);
}

TEST_F(SegmentSearches, OfARareFragmentLookAtItsBlocksOnly) {
  make(30'000, 22);
  BatchBuilder build(kind_);
  build.row(from_micros(1'767'225'700'000'000));
  build.text(0, "NB5");
  build.text(6, "\\\\fs07\\収支見直案.xlsx");
  batches_.push_back(std::make_unique<Batch>(build.take()));
  rows_ = expected();
  const auto segment = *Segment::open(write(), cache_);
  std::size_t looked = 99;
  EXPECT_EQ(found_by(segment, {.type = Type::contains, .field = "path", .value = "収支見直"}, INT64_MIN,
                     INT64_MAX, &looked)
                .size(),
            1U);
  EXPECT_EQ(looked, 1U);
  EXPECT_EQ(
      found_by(segment, {.type = Type::contains, .value = "ｼｭｳｼ見直"}, INT64_MIN, INT64_MAX, &looked).size(),
      0U);
  EXPECT_EQ(looked, 0U);
  EXPECT_GT(found_by(segment, {.type = Type::equals, .field = "pc", .value = "ｎｂ5"}, INT64_MIN, INT64_MAX,
                     &looked)
                .size(),
            1000U);
  EXPECT_LE(looked, 2U);
}

}  // namespace
}  // namespace yagura::eventstore
