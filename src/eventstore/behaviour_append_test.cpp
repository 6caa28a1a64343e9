// What goes into an event store is there at once, whole, and comes back as it was.
#include <algorithm>
#include <thread>

#include "eventstore/behaviour_ground.hpp"

namespace yagura::eventstore {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class EventStoreAppends : public EventStoreBehaviour {};

TEST_P(EventStoreAppends, AreFoundAtOnce) {
  EXPECT_THAT(found(), IsEmpty());
  const Record first{at(1), {{"pc", "NB1"}, {"title", "見積書"}, {"bytes", 5}}};
  const Record second{at(2), {{"pc", "NB2"}}};
  give({first});
  EXPECT_THAT(found(), ElementsAre(first));
  give({second});
  EXPECT_THAT(found(), ElementsAre(second, first));
}

TEST_P(EventStoreAppends, OfNothingAreNothing) {
  const auto& kind = store().kinds().at("operation");
  ASSERT_TRUE(store().append("city", "operation", BatchBuilder(kind).take()));
  EXPECT_THAT(found(), IsEmpty());
}

TEST_P(EventStoreAppends, OfAnUnknownKindAreRefused) {
  const auto& kind = store().kinds().at("operation");
  const auto done = store().append("city", "nothing", batch_of(kind, {{at(1), {}}}));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "eventstore.kind_unknown");
  EXPECT_EQ(done.error().arg("kind"), "nothing");
  EXPECT_THAT(found(), IsEmpty());
}

TEST_P(EventStoreAppends, ThatDoNotFitTheKindAreRefusedWhole) {
  auto batch = batch_of(store().kinds().at("operation"), {{at(1), {{"pc", "a"}}}, {at(2), {{"pc", "b"}}}});
  batch.columns.pop_back();
  const auto done = store().append("city", "operation", std::move(batch));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "eventstore.batch_invalid");
  EXPECT_THAT(found(), IsEmpty());
}

TEST_P(EventStoreAppends, OfEqualRowsAreKeptTwice) {
  const Record same{at(1), {{"pc", "NB1"}}};
  give({same, same});
  give({same, same});
  EXPECT_THAT(found(), ElementsAre(same, same, same, same));
}

TEST_P(EventStoreAppends, OfContractsStandApart) {
  const std::vector<std::string> contracts = {"city", "city2", "cit", "市", "o'hara", "a b"};
  for (const auto& contract : contracts) give({{at(1), {{"title", "of " + contract}}}}, contract);
  for (const auto& contract : contracts) {
    auto query = all();
    query.contract = contract;
    EXPECT_THAT(found(query), ElementsAre(Record{at(1), {{"title", "of " + contract}}}));
    EXPECT_EQ(counted(query, {}).total, 1);
  }
  auto query = all();
  query.contract = "nobody";
  EXPECT_THAT(found(query), IsEmpty());
  query.contract = "";
  EXPECT_THAT(found(query), IsEmpty());
}

TEST_P(EventStoreAppends, AreThereAfterReopening) {
  give_many(3'000);
  give({{at(5), {{"message", "偽"}, {"port", 443}}, "firewall"}});
  const auto before = found();
  ASSERT_THAT(before, SizeIs(3'001));
  reopen();
  EXPECT_EQ(found(), before);
  give({{at(9'999), {{"pc", "after"}}}});
  EXPECT_THAT(found(), SizeIs(3'002));
}

TEST_P(EventStoreAppends, OfLateRowsAreFoundInOrder) {
  constexpr std::int64_t day = 86'400;
  const std::vector<std::int64_t> times = {at(0),         at(40 * day), at(-400 * day), at(1),
                                           at(-30 * day), at(39 * day), at(900 * day)};
  std::vector<Record> one;
  for (const auto time : times) one.push_back({time, {{"pc", "NB1"}, {"title", std::to_string(time)}}});
  give({one[0], one[1], one[2]});
  give({one[5], one[4], one[3]});
  give({one[6]});
  std::ranges::sort(one, std::greater{}, &Record::at);
  EXPECT_EQ(found(all()), one);
  std::ranges::reverse(one);
  EXPECT_EQ(found(all(), false), one);
  auto query = all();
  query.from = from_micros(at(-30 * day));
  query.to = from_micros(at(39 * day) + 1);
  EXPECT_THAT(found(query), SizeIs(4));
}

TEST_P(EventStoreAppends, OfAwkwardTextsComeBackAsTheyWent) {
  const std::vector<std::string> awkward = {
      std::string("\0", 1),
      std::string("a\0b\0", 4),
      "\xff\xfe broken \xe3\x81",
      "\xed\xa0\x80 surrogate",
      std::string(100'000, 'x') + "終",
      "'; DROP TABLE kind_operation; --",
      "\\",
      "\\'",
      "\\N",
      "\t\n\r\b",
      "%_*?",
      "\"`",
      " ",
      "　",
      "🗾𠮷が",
      "{param:String}",
      "\xef\xbb\xbf",
  };
  std::vector<Record> records;
  for (std::size_t i = 0; i < awkward.size(); ++i)
    records.push_back({at(static_cast<std::int64_t>(i)),
                       {{"pc", awkward[i].substr(0, 1000)},
                        {"section", awkward[i].substr(0, 1000)},
                        {"title", awkward[i]}}});
  give(records);
  EXPECT_EQ(found(all(), false), records);
  reopen();
  EXPECT_EQ(found(all(), false), records);
}

TEST_P(EventStoreAppends, OfNumbersAtTheirEnds) {
  std::vector<Record> records;
  std::int64_t second = 0;
  for (const auto number :
       {INT64_MIN, INT64_MIN + 1, std::int64_t{-1}, std::int64_t{1}, INT64_MAX - 1, INT64_MAX})
    records.push_back({at(second++), {{"bytes", number}}});
  give(records);
  EXPECT_EQ(found(all(), false), records);
  EXPECT_THAT(found(between("bytes", INT64_MIN, INT64_MIN)), ElementsAre(records[0]));
  EXPECT_THAT(found(between("bytes", INT64_MAX, INT64_MAX)), ElementsAre(records[5]));
  EXPECT_THAT(found(between("bytes", INT64_MIN, -1)), SizeIs(3));
  EXPECT_THAT(found(between("bytes", 1, 0)), IsEmpty());
}

TEST_P(EventStoreAppends, OfTimesBefore1970AndFarAhead) {
  std::vector<Record> records;
  // The years 1601, 1900, 1969, 1970 and 9999.
  for (const auto time :
       {-11'644'473'600'000'000, -2'208'988'800'000'001, -1L, 0L, 1L, 253'370'764'800'000'000})
    records.push_back({time, {{"pc", "NB1"}}});
  give(records);
  EXPECT_EQ(found(all(), false), records);
  auto query = all();
  query.to = Time{};
  EXPECT_THAT(found(query), SizeIs(3));
  query.from = from_micros(-1);
  EXPECT_THAT(found(query), ElementsAre(records[2]));
}

TEST_P(EventStoreAppends, HaveFieldsEmptyThatTheirKindGainedLater) {
  const Record before{at(1), {{"pc", "NB1"}, {"title", "x"}}};
  give({before});
  auto kinds = example_kinds();
  kinds["operation"].fields.push_back({"usb", FieldType::entity, "USB機器", "USB device", {}});
  kinds["operation"].fields.push_back({"pages", FieldType::number, "枚数", "Pages", {}});
  kinds["operation"].fields.push_back({"printer", FieldType::category, "プリンター", "Printer", {}});
  reopen(kinds);
  const Record after{at(2), {{"pc", "NB2"}, {"usb", "SN-1"}, {"pages", 3}, {"printer", "複合機"}}};
  give({after});
  EXPECT_THAT(found(), ElementsAre(after, before));
  EXPECT_THAT(found(is(Condition::Type::equals, "usb", "sn-1")), ElementsAre(after));
  EXPECT_THAT(found(is(Condition::Type::equals, "usb", "")), ElementsAre(before));
  EXPECT_THAT(found(between("pages", 0, 0)), ElementsAre(before));
  EXPECT_THAT(found(is(Condition::Type::contains, "", "複合機")), ElementsAre(after));
  EXPECT_THAT(counted(all(), {{"printer"}, {}, {}, 10}).groups, SizeIs(2));
  reopen(kinds);
  EXPECT_THAT(found(), ElementsAre(after, before));
}

TEST_P(EventStoreAppends, AreWholeForWhoeverReadsMeanwhile) {
  constexpr int writers = 3, batches = 12, rows = 40;
  std::atomic<int> done{0}, torn{0};
  std::vector<std::thread> threads;
  for (int w = 0; w < writers; ++w)
    threads.emplace_back([&, w] {
      for (int b = 0; b < batches; ++b) {
        std::vector<Record> records;
        // Rows of one batch lie far apart.
        for (int r = 0; r < rows; ++r)
          records.push_back(
              {at(r * 400'000L + w), {{"section", std::to_string(w) + "-" + std::to_string(b)}}});
        give(records);
      }
      ++done;
    });
  threads.emplace_back([&] {
    while (done < writers) {
      std::map<std::string, int> seen;
      const auto outcome =
          store().search(all(), {true, 1'000'000, {}}, {}, [&](const Event& event) -> Result<bool> {
            ++seen[std::string(std::get<std::string_view>(event.cells[2]))];
            return true;
          });
      EXPECT_TRUE(outcome) << outcome.error().text();
      for (const auto& [batch, count] : seen) torn += count != rows;
    }
  });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(torn, 0);
  const auto counts = counted(all(), {{"section"}, {}, {}, 1000});
  EXPECT_EQ(counts.total, writers * batches * rows);
  EXPECT_THAT(counts.groups, SizeIs(writers * batches));
}

TEST_P(EventStoreAppends, AreSeenInTheExtents) {
  const auto before = store().extents();
  ASSERT_TRUE(before) << before.error().text();
  EXPECT_THAT(*before, IsEmpty());
  give({{at(-9'000'000), {{"pc", "a"}}}, {at(7), {{"pc", "a"}}}, {at(3), {{"pc", "b"}}}});
  give({{at(8), {{"pc", "c"}}}});
  give({{at(1), {{"device", "fw"}}, "firewall"}});
  give({{at(2), {{"pc", "d"}}}}, "town");
  const auto extents = store().extents();
  ASSERT_TRUE(extents) << extents.error().text();
  std::vector<std::tuple<std::string, std::string, std::int64_t, std::int64_t, std::int64_t>> seen;
  for (const auto& e : *extents) {
    seen.emplace_back(e.contract, e.kind, e.rows, to_micros(e.first), to_micros(e.last));
    EXPECT_GT(e.bytes, 0);
  }
  EXPECT_THAT(seen, UnorderedElementsAre(std::tuple("city", "operation", 4, at(-9'000'000), at(8)),
                                         std::tuple("city", "firewall", 1, at(1), at(1)),
                                         std::tuple("town", "operation", 1, at(2), at(2))));
}

YAGURA_ON_EVERY_EVENT_STORE(EventStoreAppends);

}  // namespace
}  // namespace yagura::eventstore
