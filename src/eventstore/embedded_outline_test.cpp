// What many segments have together: asked before each of them, never wrong, and of no weight when it is lost.
#include "eventstore/embedded_ground.hpp"

#include <fstream>
#include <random>

#include "eventstore/outline.hpp"

namespace yagura::eventstore {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t month = 31 * 86'400;

class EmbeddedOutlines : public EmbeddedStores {
 protected:
  EmbeddedOutlines() { clock_.jump_to(from_micros(at(200 * month))); }

  // Months, merged, of one segment each; path(month) is in one of its texts.
  template <class F>
  void give_months(std::int64_t months, F&& path, std::string_view contract = "city") {
    for (std::int64_t i = 0; i < months; ++i) {
      std::vector<Record> records;
      for (std::int64_t n = 0; n < rows_; ++n)
        records.push_back({at(i * month + n),
                           {{"pc", "NB" + std::to_string(n)},
                            {"path", n == 1 ? path(i) : "D:\\会議資料"},
                            {"bytes", i + 1}}});
      ASSERT_TRUE(store().append(contract, "operation", batch_of(store().kinds().at("operation"), records)));
      if (i % 16 == 15) ASSERT_TRUE(store().flush());
    }
    ASSERT_TRUE(store().flush());
    merge_all();
  }
  void merge_all() {
    for (Result<bool> more = true; more && *more;) {
      more = store().merge();
      ASSERT_TRUE(more) << more.error().text();
    }
  }
  std::vector<std::int64_t> months_with(std::string_view word, Outcome::Why why = Outcome::Why::whole) {
    Query query;
    query.contract = "city";
    query.where = {Condition::Type::contains, {}, "", std::string(word), 0, 0};
    std::vector<std::int64_t> out;
    const auto done = store().search(query, {true, 10'000, {}}, {}, [&](const Event& event) -> Result<bool> {
      out.push_back(std::get<std::int64_t>(event.cells[*event.kind->index_of("bytes")]) - 1);
      return true;
    });
    EXPECT_TRUE(done) << done.error().text();
    if (done) EXPECT_EQ(done->why, why);
    Counting all;
    const auto counted = store().count(query, all, {});
    EXPECT_TRUE(counted);
    if (counted) EXPECT_EQ(counted->outcome.why, why);
    std::ranges::sort(out);
    return out;
  }
  // Whoever opens one of them from now on notices.
  void take_away_segments_but(std::span<const std::int64_t> months, std::int64_t of) {
    for (const auto& one : store().files("city", "operation")) {
      const auto of_month = (one.first_time - at(0)) / 1'000'000 / month;
      if (of_month < of && std::ranges::find(months, of_month) == months.end())
        std::filesystem::remove(segment_file(folder_, one));
    }
  }

  std::int64_t rows_ = 3;
};

std::string rare(std::int64_t i) { return i == 7 || i == 21 ? "D:\\鳳凰の間" : "D:\\見積書"; }

TEST_F(EmbeddedOutlines, AnswerForSegmentsThatHaveNothing) {
  give_months(66, rare);
  EXPECT_EQ(store().outline(), Result<bool>(true));
  EXPECT_EQ(store().outline(), Result<bool>(false));
  EXPECT_THAT(files(".outline"), SizeIs(1));
  EXPECT_THAT(files(".new"), IsEmpty());
  for (const bool again : {false, true}) {
    EXPECT_EQ(months_with("鳳凰"), (std::vector<std::int64_t>{7, 21}));
    EXPECT_THAT(months_with("会議"), SizeIs(66 * 2));
    EXPECT_THAT(months_with("孔雀"), IsEmpty());
    if (!again) open();
  }
  open();
  take_away_segments_but(std::vector<std::int64_t>{7, 21}, 64);
  EXPECT_EQ(months_with("鳳凰の間"), (std::vector<std::int64_t>{7, 21}));
  EXPECT_THAT(months_with("孔雀"), IsEmpty());
  EXPECT_THAT(months_with("見積", Outcome::Why::damaged), SizeIs(2));
}

// Only whole groups are worth a file: few segments are asked one by one.
TEST_F(EmbeddedOutlines, AreNotMadeOfFew) {
  give_months(63, rare);
  EXPECT_EQ(store().outline(), Result<bool>(false));
  EXPECT_EQ(months_with("鳳凰"), (std::vector<std::int64_t>{7, 21}));
}

TEST_F(EmbeddedOutlines, ThatAreLostAreMadeAnew) {
  give_months(64, rare);
  ASSERT_EQ(store().outline(), Result<bool>(true));
  const auto file = files(".outline").front();
  close();
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  std::ofstream(file.string() + ".new") << "half";
  open();
  EXPECT_THAT(files(".outline"), IsEmpty());
  EXPECT_THAT(files(".new"), IsEmpty());
  EXPECT_EQ(months_with("鳳凰"), (std::vector<std::int64_t>{7, 21}));
  EXPECT_EQ(store().outline(), Result<bool>(true));
  EXPECT_THAT(files(".outline"), SizeIs(1));
  open();
  take_away_segments_but({}, 64);
  EXPECT_THAT(months_with("孔雀"), IsEmpty());
}

TEST_F(EmbeddedOutlines, ThatCannotBeReadRuleNothingOut) {
  give_months(64, rare);
  ASSERT_EQ(store().outline(), Result<bool>(true));
  const auto file = files(".outline").front();
  flip(file, 20);
  EXPECT_EQ(months_with("鳳凰"), (std::vector<std::int64_t>{7, 21}));
  EXPECT_EQ(store().outline(), Result<bool>(true));
  EXPECT_EQ(store().outline(), Result<bool>(false));
  EXPECT_THAT(files(".outline"), SizeIs(1));
  take_away_segments_but({}, 64);
  open();
  EXPECT_THAT(months_with("孔雀"), IsEmpty());
}

TEST_F(EmbeddedOutlines, ThatCannotBeWrittenLeaveNothing) {
  std::filesystem::create_directories(folder_ / "taken" / "already");
  OutlineWriter writer;
  EXPECT_FALSE(writer.finish(folder_ / "taken"));
  EXPECT_THAT(files(".new"), IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "taken.new"));
}

// A number may come again after a crash, or when a folder was put together of two.
TEST_F(EmbeddedOutlines, AreNotBelievedOfOtherSegments) {
  give_months(64, rare);
  ASSERT_EQ(store().outline(), Result<bool>(true));
  close();
  const auto file = files(".outline").front();
  const auto kept = file.string().substr(folder_.string().size());
  const auto copy = folder_.string() + ".copy";
  std::filesystem::copy_file(file, copy);
  std::filesystem::remove_all(folder_);
  rows_ = 4;
  give_months(64, [](std::int64_t) { return std::string("D:\\孔雀"); });
  close();
  std::filesystem::copy_file(copy, folder_.string() + kept);
  std::filesystem::remove(copy);
  open();
  EXPECT_THAT(files(".outline"), IsEmpty());
  EXPECT_THAT(months_with("孔雀"), SizeIs(64));
}

TEST_F(EmbeddedOutlines, GoWithTheirSegments) {
  give_months(64, rare);
  give_months(64, rare, "other");
  ASSERT_EQ(store().outline(), Result<bool>(true));
  ASSERT_EQ(store().outline(), Result<bool>(true));
  EXPECT_THAT(files(".outline"), SizeIs(2));
  ASSERT_TRUE(store().expire("city", "operation", from_micros(at(40 * month))));
  EXPECT_THAT(files(".outline"), SizeIs(2));
  EXPECT_THAT(months_with("鳳凰"), IsEmpty());
  open();
  EXPECT_THAT(files(".outline"), SizeIs(2));
  ASSERT_TRUE(store().expire("city", "operation", from_micros(at(80 * month))));
  EXPECT_THAT(files(".outline"), SizeIs(1));
  ASSERT_TRUE(store().erase("other"));
  EXPECT_THAT(files(".outline"), IsEmpty());
}

// Whatever is asked, the answer is that of the segments themselves.
TEST_F(EmbeddedOutlines, ChangeNoAnswer) {
  std::mt19937_64 random(4711);
  constexpr std::string_view parts[] = {"会", "議", "見", "積", "書", "か",   "ガ", "ｶ",
                                        "ﾞ",  "Ａ", "a",  "B",  "7",  "f",    "-",  "㈱",
                                        "髙", "高", "\\", " ",  "x",  "\xFF", "é",  "e\xCC\x81"};
  const auto some = [&](std::size_t length) {
    std::string out;
    for (std::size_t i = 0; i < length; ++i) out += parts[random() % std::size(parts)];
    return out;
  };
  give_months(64, [&](std::int64_t) { return some(12); });
  std::map<std::string, std::vector<std::int64_t>> before;
  for (int i = 0; i < 300; ++i) {
    auto word = some(1 + random() % 4);
    auto found = months_with(word);
    before.emplace(std::move(word), std::move(found));
  }
  ASSERT_EQ(store().outline(), Result<bool>(true));
  std::size_t nowhere = 0;
  for (const auto& [word, found] : before) {
    EXPECT_EQ(months_with(word), found) << word;
    nowhere += found.empty() ? 1 : 0;
  }
  EXPECT_GT(nowhere, 30U);
  EXPECT_LT(nowhere, before.size() - 30);
}

}  // namespace
}  // namespace yagura::eventstore
