// What an event store gives when it is asked: the right events, in order, page by page, within limits.
#include <algorithm>

#include "eventstore/behaviour_ground.hpp"

namespace yagura::eventstore {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using enum Condition::Type;

class EventStoreSearches : public EventStoreBehaviour {
 protected:
  std::vector<std::string> titles(Condition where) {
    std::vector<std::string> out;
    for (const auto& record : found(all(std::move(where)), false)) {
      const auto title = record.cells.find("title");
      out.push_back(title == record.cells.end() ? "" : std::get<std::string>(title->second));
    }
    return out;
  }
  // One event for each title, a second apart, beginning with at(0).
  void give_titles(const std::vector<std::string>& titles) {
    std::vector<Record> records;
    for (const auto& title : titles)
      records.push_back({at(std::ssize(records)), {{"pc", "NB1"}, {"title", title}}});
    give(records);
  }
  // Runs into a limit while 20,000 events are given; returns the outcome.
  Outcome stopped(const Limits& limits, std::function<void(std::size_t)> during = {}) {
    give_many(20'000);
    std::vector<std::int64_t> seen;
    auto outcome =
        store().search(all(), {true, 1'000'000, {}}, limits, [&](const Event& event) -> Result<bool> {
          seen.push_back(to_micros(event.at));
          if (during) during(seen.size());
          return true;
        });
    EXPECT_TRUE(outcome) << outcome.error().text();
    EXPECT_LT(seen.size(), 20'000U);
    // What was given is the beginning of the whole.
    for (std::size_t i = 0; i < seen.size(); ++i)
      EXPECT_EQ(seen[i], at(19'999 - static_cast<std::int64_t>(i)));
    // And the rest comes when it is asked for.
    Page rest{true, 1'000'000, outcome->next};
    std::size_t more = 0;
    const auto whole = store().search(all(), rest, {}, [&](const Event&) -> Result<bool> {
      ++more;
      return true;
    });
    EXPECT_TRUE(whole && !whole->partial());
    EXPECT_EQ(seen.size() + more, 20'000U);
    return *outcome;
  }
};

TEST_P(EventStoreSearches, IncludeTheBeginningAndNotTheEnd) {
  give_titles({"0", "1", "2", "3"});
  auto query = all();
  query.from = from_micros(at(1));
  query.to = from_micros(at(3));
  EXPECT_THAT(found(query, false),
              ElementsAre(testing::Field(&Record::at, at(1)), testing::Field(&Record::at, at(2))));
  query.to = query.from;
  EXPECT_THAT(found(query), IsEmpty());
  query.to = from_micros(at(0));
  EXPECT_THAT(found(query), IsEmpty());
}

TEST_P(EventStoreSearches, AskOneKindSeveralOrAll) {
  const Record pc{at(1), {{"pc", "NB1"}, {"action", "deny"}}};
  const Record wall{at(2), {{"device", "fw"}, {"action", "deny"}, {"port", 22}}, "firewall"};
  const Record later{at(3), {{"pc", "NB1"}}};
  give({pc, later});
  give({wall});
  auto query = all();
  EXPECT_THAT(found(query), ElementsAre(later, wall, pc));
  query.kinds = {"firewall"};
  EXPECT_THAT(found(query), ElementsAre(wall));
  query.kinds = {"operation", "firewall"};
  EXPECT_THAT(found(query, false), ElementsAre(pc, wall, later));
  query.where = is(equals, "action", "deny");
  EXPECT_THAT(found(query), ElementsAre(wall, pc));
  query.kinds = {"operation", "nothing"};
  const auto outcome = store().search(query, {}, {}, [](const Event&) -> Result<bool> { return true; });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, "eventstore.kind_unknown");
}

TEST_P(EventStoreSearches, AreFalseOfFieldsThatAKindLacks) {
  const Record pc{at(1), {{"pc", "NB1"}, {"port", "COM1"}}};
  const Record wall{at(2), {{"device", "fw"}, {"port", 22}}, "firewall"};
  give({pc});
  give({wall});
  EXPECT_THAT(found(is(equals, "pc", "nb1")), ElementsAre(pc));
  EXPECT_THAT(found(is(equals, "device", "")), IsEmpty());
  EXPECT_THAT(found(group(no, {is(equals, "device", "fw")})), ElementsAre(pc));
  EXPECT_THAT(found(is(contains, "nowhere", "")), IsEmpty());
  EXPECT_THAT(found(between("nowhere", INT64_MIN, INT64_MAX)), IsEmpty());
  // A text here, a number there.
  EXPECT_THAT(found(between("port", 0, 100)), ElementsAre(wall));
  EXPECT_THAT(found(is(equals, "port", "com1")), ElementsAre(pc));
  EXPECT_THAT(found(is(equals, "port", "22")), IsEmpty());
  EXPECT_THAT(found(is(like, "port", "*")), ElementsAre(pc));
}

TEST_P(EventStoreSearches, DoNotMindWidthKanaAndCase) {
  give_titles({"ｻｰﾊﾞｰ室", "サーバー室", "さーばー室", "ＡＢＣ", "abc", "髙橋", "高橋", "㈱松阪", "別"});
  EXPECT_THAT(titles(is(equals, "title", "サーバー室")), SizeIs(3));
  EXPECT_THAT(titles(is(contains, "title", "ーばー")), SizeIs(3));
  EXPECT_THAT(titles(is(equals, "title", "aBｃ")), ElementsAre("ＡＢＣ", "abc"));
  EXPECT_THAT(titles(is(contains, "", "高")), ElementsAre("髙橋", "高橋"));
  EXPECT_THAT(titles(is(equals, "title", "(株)松阪")), ElementsAre("㈱松阪"));
  EXPECT_THAT(titles(is(like, "title", "???松阪")), ElementsAre("㈱松阪"));
}

TEST_P(EventStoreSearches, KnowStarsAndQuestionMarks) {
  give_titles({"見積書.xlsx", "見積.xls", "お見積.xlsx", "a*b", "a?b", "axb", "a\nb", "", "%", "a_b", "a%%b",
               "[a]b.", "あ"});
  EXPECT_THAT(titles(is(like, "title", "見積*.xlsx")), ElementsAre("見積書.xlsx"));
  EXPECT_THAT(titles(is(like, "title", "*見積*")), SizeIs(3));
  EXPECT_THAT(titles(is(like, "title", "a?b")), ElementsAre("a*b", "a?b", "axb", "a\nb", "a_b"));
  EXPECT_THAT(titles(is(like, "title", "a*b")), SizeIs(6));
  EXPECT_THAT(titles(is(like, "title", "?")), ElementsAre("%", "あ"));
  EXPECT_THAT(titles(is(like, "title", "*")), SizeIs(13));
  EXPECT_THAT(titles(is(like, "title", "")), ElementsAre(""));
  EXPECT_THAT(titles(is(like, "title", "a_b")), ElementsAre("a_b"));
  EXPECT_THAT(titles(is(like, "title", "%")), ElementsAre("%"));
  EXPECT_THAT(titles(is(like, "title", "a%b")), IsEmpty());
  EXPECT_THAT(titles(is(like, "title", "[a]*.")), ElementsAre("[a]b."));
  EXPECT_THAT(titles(is(like, "title", "?*?*?*?*?*")),
              ElementsAre("見積書.xlsx", "見積.xls", "お見積.xlsx", "[a]b."));
}

TEST_P(EventStoreSearches, TakeWordsAsTheyAre) {
  give_titles({"' OR 1=1 --", "\\", "a\\'b", "100%", "x_y", "{a}", "a\tb", "tab"});
  EXPECT_THAT(titles(is(equals, "title", "' OR 1=1 --")), ElementsAre("' OR 1=1 --"));
  EXPECT_THAT(titles(is(contains, "title", "'")), ElementsAre("' OR 1=1 --", "a\\'b"));
  EXPECT_THAT(titles(is(contains, "title", "\\")), ElementsAre("\\", "a\\'b"));
  EXPECT_THAT(titles(is(like, "title", "*\\*")), ElementsAre("\\", "a\\'b"));
  EXPECT_THAT(titles(is(like, "title", "\\?")), IsEmpty());
  EXPECT_THAT(titles(is(contains, "", "%")), ElementsAre("100%"));
  EXPECT_THAT(titles(is(contains, "", "_")), ElementsAre("x_y"));
  EXPECT_THAT(titles(is(like, "title", "*\t*")), ElementsAre("a\tb"));
  EXPECT_THAT(titles(is(equals, "title", "\\') OR (1=1")), IsEmpty());
  EXPECT_THAT(titles(is(contains, "x') OR ('1'='1", "a")), IsEmpty());
}

TEST_P(EventStoreSearches, FindNothingOfTextsThatFoldAway) {
  // NUL and bytes that are no UTF-8 are dropped where texts are compared.
  give_titles({std::string("a\0b", 3), "a\xff\x62", "ab", ""});
  EXPECT_THAT(titles(is(equals, "title", "ab")), SizeIs(3));
  EXPECT_THAT(titles(is(contains, "title", std::string("\0", 1))), SizeIs(4));
  EXPECT_THAT(titles(is(equals, "title", std::string("\xff", 1))), ElementsAre(""));
  EXPECT_THAT(titles(is(contains, "title", "")), SizeIs(4));
}

TEST_P(EventStoreSearches, FindWhatStandsFarInALongText) {
  const auto text = std::string(60'000, 'x') + "人事" + std::string(40'000, 'y');
  give_titles({text, "人", "事"});
  EXPECT_THAT(titles(is(contains, "title", "人事")), ElementsAre(text));
  EXPECT_THAT(titles(is(contains, "", "事y")), ElementsAre(text));
  EXPECT_THAT(titles(is(like, "title", "x*人事*y")), ElementsAre(text));
  EXPECT_THAT(titles(is(equals, "title", text)), ElementsAre(text));
}

TEST_P(EventStoreSearches, JoinConditions) {
  give_titles({"ab", "a", "b", ""});
  const auto a = is(contains, "title", "a"), b = is(contains, "title", "b");
  EXPECT_THAT(titles(group(Condition::Type::all, {a, b})), ElementsAre("ab"));
  EXPECT_THAT(titles(group(any, {a, b})), ElementsAre("ab", "a", "b"));
  EXPECT_THAT(titles(group(no, {group(any, {a, b})})), ElementsAre(""));
  EXPECT_THAT(titles(group(Condition::Type::all, {a, group(no, {b})})), ElementsAre("a"));
  EXPECT_THAT(titles(group(no, {group(no, {a})})), ElementsAre("ab", "a"));
  EXPECT_THAT(titles(group(Condition::Type::all, {})), SizeIs(4));
  EXPECT_THAT(titles(group(any, {})), IsEmpty());
  EXPECT_THAT(titles(group(no, {group(any, {})})), SizeIs(4));
}

TEST_P(EventStoreSearches, AskAnyFieldThatIsNoNumber) {
  const Record pc{at(1), {{"pc", "7"}, {"bytes", 8}}}, path{at(2), {{"path", "7"}, {"bytes", 7}}};
  give({pc, path});
  EXPECT_THAT(found(is(equals, "", "7")), ElementsAre(path, pc));
  EXPECT_THAT(found(is(contains, "", "8")), IsEmpty());
  EXPECT_THAT(found(is(equals, "", "")), SizeIs(2));
  EXPECT_THAT(found(between("", 0, 100)), IsEmpty());
  EXPECT_THAT(found(between("pc", 0, 100)), IsEmpty());
  EXPECT_THAT(found(is(equals, "bytes", "8")), IsEmpty());
  EXPECT_THAT(found(between("bytes", 7, 8)), SizeIs(2));
  EXPECT_THAT(found(between("bytes", 8, 8)), ElementsAre(pc));
}

TEST_P(EventStoreSearches, GivePageAfterPageOfOneTime) {
  std::vector<Record> records;
  for (int i = 0; i < 57; ++i) records.push_back({at(10), {{"title", std::to_string(i)}}});
  for (int i = 0; i < 20; ++i)
    records.push_back({at(9 + i / 10 * 2), {{"title", "beside " + std::to_string(i)}}});
  // In several batches, of two kinds.
  for (std::size_t i = 0; i < records.size(); i += 30)
    give({records.begin() + static_cast<long>(i),
          records.begin() + static_cast<long>(std::min(i + 30, records.size()))});
  std::vector<Record> walls;
  for (int i = 0; i < 13; ++i) walls.push_back({at(10), {{"message", std::to_string(i)}}, "firewall"});
  give(walls);
  records.insert(records.end(), walls.begin(), walls.end());
  for (const bool newest_first : {true, false}) {
    const auto whole = found(all(), newest_first);
    EXPECT_THAT(whole, testing::UnorderedElementsAreArray(records));
    for (const std::size_t page : {3, 10, 30, 89, 90, 91})
      EXPECT_EQ(found(all(), newest_first, page), whole) << page;
  }
  // The same with a condition, which skips others of that time.
  const auto some = all(is(like, "title", "*3*"));
  EXPECT_EQ(found(some, true, 2), found(some, true));
}

TEST_P(EventStoreSearches, GoOnAtACursorWhateverIsAppendedInFront) {
  give_many(50);
  Page page{true, 10, {}};
  std::vector<std::int64_t> seen;
  const auto sink = [&](const Event& event) -> Result<bool> {
    seen.push_back(to_micros(event.at));
    return true;
  };
  const auto first = store().search(all(), page, {}, sink);
  ASSERT_TRUE(first && first->next);
  EXPECT_EQ(*first->next, (Cursor{from_micros(at(40)), 1}));
  give({{at(60), {{"pc", "new"}}}});
  page.after = first->next;
  ASSERT_TRUE(store().search(all(), page, {}, sink));
  ASSERT_EQ(seen.size(), 20U);
  for (std::int64_t i = 0; i < 20; ++i) EXPECT_EQ(seen[static_cast<std::size_t>(i)], at(49 - i));
}

TEST_P(EventStoreSearches, EndWithoutANextPageWhenAllIsGiven) {
  give_many(10);
  const auto sink = [](const Event&) -> Result<bool> { return true; };
  for (const std::size_t limit : {10U, 11U}) {
    const auto outcome = store().search(all(), {true, limit, {}}, {}, sink);
    ASSERT_TRUE(outcome);
    EXPECT_FALSE(outcome->next) << limit;
    EXPECT_FALSE(outcome->partial());
  }
  EXPECT_TRUE(store().search(all(), {true, 9, {}}, {}, sink)->next);
}

TEST_P(EventStoreSearches, EndWhenTheSinkHasEnough) {
  give_many(5'000);
  std::size_t seen = 0;
  const auto outcome = store().search(all(), {true, 1'000'000, {}}, {},
                                      [&](const Event&) -> Result<bool> { return ++seen < 3; });
  ASSERT_TRUE(outcome);
  EXPECT_EQ(seen, 3U);
  EXPECT_FALSE(outcome->partial());
  EXPECT_EQ(outcome->next, (Cursor{from_micros(at(4'997)), 1}));
}

TEST_P(EventStoreSearches, FailWithTheSink) {
  give_many(5'000);
  const auto outcome = store().search(all(), {true, 1'000'000, {}}, {},
                                      [&](const Event&) -> Result<bool> { return fail("test.broken"); });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, "test.broken");
  EXPECT_THAT(found(between("bytes", 1, 1)), SizeIs(1));
}

TEST_P(EventStoreSearches, StopAtTheirLimitOfRows) {
  Limits limits;
  limits.rows_read = 5'000;
  EXPECT_EQ(stopped(limits).why, Outcome::Why::too_many_rows);
}

TEST_P(EventStoreSearches, StopAtTheirLimitOfTime) {
  Limits limits;
  limits.time = Duration{0};
  EXPECT_EQ(stopped(limits).why, Outcome::Why::out_of_time);
}

TEST_P(EventStoreSearches, StopWhenTimeIsUpWhileTheyGive) {
  EXPECT_EQ(stopped({}, [&](std::size_t) { clock_.advance(std::chrono::seconds(1)); }).why,
            Outcome::Why::out_of_time);
}

TEST_P(EventStoreSearches, StopWhenCancelledBefore) {
  const std::atomic<bool> cancelled{true};
  Limits limits;
  limits.cancelled = &cancelled;
  EXPECT_EQ(stopped(limits).why, Outcome::Why::cancelled);
}

TEST_P(EventStoreSearches, StopWhenCancelledMeanwhile) {
  std::atomic<bool> cancelled{false};
  Limits limits;
  limits.cancelled = &cancelled;
  EXPECT_EQ(stopped(limits,
                    [&](std::size_t seen) {
                      if (seen == 10) cancelled = true;
                    })
                .why,
            Outcome::Why::cancelled);
}

TEST_P(EventStoreSearches, SayHowManyRowsTheyLookedAt) {
  give_many(5'000);
  const auto outcome =
      store().search(all(), {true, 1'000'000, {}}, {}, [](const Event&) -> Result<bool> { return true; });
  ASSERT_TRUE(outcome);
  EXPECT_GE(outcome->rows_read, 5'000);
}

YAGURA_ON_EVERY_EVENT_STORE(EventStoreSearches);

}  // namespace
}  // namespace yagura::eventstore
