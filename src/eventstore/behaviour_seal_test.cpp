// Seals of days are the same on every back end: of what was received on the day, whatever else there is.
#include "eventstore/behaviour_ground.hpp"
#include "eventstore/plain_store.hpp"

namespace yagura::eventstore {
namespace {

class EventStoreSeals : public EventStoreBehaviour {
 protected:
  std::int64_t today() const {
    return std::chrono::floor<std::chrono::days>(clock_.now() + std::chrono::hours(9))
        .time_since_epoch()
        .count();
  }
  Seal seal(std::int64_t day, SourceProof* proof = nullptr, const std::string& kind = "operation",
            const std::string& contract = "city") {
    const auto out =
        store().seal(contract, kind, day, proof ? std::span(proof, 1) : std::span<SourceProof>());
    EXPECT_TRUE(out) << out.error().text();
    return out ? *out : Seal{};
  }
};

TEST_P(EventStoreSeals, AreThoseOfWhatWasReceivedOnTheDay) {
  PlainStore plain(example_kinds(), clock_, std::make_shared<PlainRows>());
  const std::vector<std::string> sources = {"NB1",  "nb1",      "ＮＢ１", "NB2",
                                            "\xff", "サーバー", "a'b\\",  std::string("x\0y", 3)};
  std::vector<std::int64_t> days;
  for (int day = 0; day < 3; ++day) {
    days.push_back(today());
    for (int b = 0; b < 4; ++b) {
      std::vector<Record> records;
      for (int i = 0; i < 60; ++i) {
        // Some are of other days and months, some come twice.
        Record one{at((i * 37 + b) % 50 * 90'000 - 2'000'000), {{"bytes", std::int64_t{i / 2 - 5}}}};
        if (i % 9 != 0) one.cells["pc"] = sources[static_cast<std::size_t>(i + b * 3) % sources.size()];
        if (i % 4 == 0) one.cells["path"] = std::string("D:\\見積\0書", 14) + std::to_string(i % 8);
        if (one.cells["bytes"] == decltype(one.cells)::mapped_type(std::int64_t{0})) one.cells.erase("bytes");
        records.push_back(std::move(one));
      }
      const auto contract = b == 3 ? "town" : "city";
      give(records, contract);
      ASSERT_TRUE(plain.append(contract, "operation", batch_of(plain.kinds().at("operation"), records)));
    }
    clock_.advance(std::chrono::hours(24));
  }
  for (int again = 0; again < 2; ++again) {
    for (const auto day : days)
      for (const auto* contract : {"city", "town"}) {
        SourceProof wanted{.source = "nb1"}, proof{.source = "nb1"};
        const auto right = plain.seal(contract, "operation", day, {&wanted, 1}).value();
        const auto made = seal(day, &proof, "operation", contract);
        EXPECT_EQ(made.root, right.root);
        EXPECT_EQ(made.rows, right.rows);
        EXPECT_EQ(made.sources, right.sources);
        EXPECT_GT(made.rows, 0);
        EXPECT_EQ(proof.events, wanted.events);
        EXPECT_TRUE(proves(proof, made.root));
        // They may have been received on these days, and on rather more.
        const auto may = store().days_received(contract, "operation", Time::min(), Time::max()).value();
        EXPECT_TRUE(
            std::ranges::any_of(may, [&](const auto& d) { return d.first <= day && day <= d.second; }));
      }
    EXPECT_EQ(seal(days[0] - 1).rows, 0);
    EXPECT_EQ(seal(days[0], nullptr, "firewall").rows, 0);
    reopen();
  }
}

// The same events in two stores, but for one thing.
TEST_P(EventStoreSeals, DifferWhenOneEventDoes) {
  PlainStore plain(example_kinds(), clock_, std::make_shared<PlainRows>());
  std::vector<Record> records;
  for (std::int64_t i = 0; i < 100; ++i)
    records.push_back({at(i), {{"pc", "NB" + std::to_string(i % 3)}, {"bytes", i + 1}}});
  ASSERT_TRUE(plain.append("city", "operation", batch_of(plain.kinds().at("operation"), records)));
  const auto whole = plain.seal("city", "operation", today(), {}).value();
  give({records.begin(), records.end() - 1});
  EXPECT_NE(seal(today()).root, whole.root);
  give({records.back()});
  EXPECT_EQ(seal(today()).root, whole.root);
  give({records.back()});
  EXPECT_NE(seal(today()).root, whole.root) << "an event that is there twice";
}

TEST_P(EventStoreSeals, ProveTheEventsOfASource) {
  for (std::int64_t i = 0; i < 7; ++i) {
    std::vector<Record> records;
    for (std::int64_t r = 0; r < 5; ++r)
      records.push_back({at(r), {{"pc", "PC" + std::to_string(i)}, {"bytes", i * 10 + r}}});
    give(records);
  }
  for (int i = 0; i < 7; ++i) {
    SourceProof proof{.source = "PC" + std::to_string(i)};
    const auto root = seal(today(), &proof).root;
    ASSERT_EQ(proof.events.size(), 5U);
    EXPECT_TRUE(proves(proof, root));
    // The events themselves are what is proved.
    const auto& kind = store().kinds().at("operation");
    std::vector<Event::Cell> cells(kind.fields.size());
    for (std::size_t f = 0; f < cells.size(); ++f)
      if (kind.fields[f].type == FieldType::number) cells[f] = std::int64_t{0};
    cells[*kind.index_of("pc")] = std::string_view(proof.source);
    cells[*kind.index_of("bytes")] = std::int64_t{i * 10 + 3};
    EXPECT_TRUE(std::ranges::binary_search(proof.events, digest_of(kind, "city", today(), at(3), cells)));
    auto changed = proof;
    changed.events[2][7] ^= 1;
    std::ranges::sort(changed.events);
    EXPECT_FALSE(proves(changed, root));
    changed = proof;
    changed.events.pop_back();
    EXPECT_FALSE(proves(changed, root));
    changed = proof;
    changed.source = "PC9";
    EXPECT_FALSE(proves(changed, root));
    changed = proof;
    changed.place = (proof.place + 1) % proof.places;
    EXPECT_FALSE(proves(changed, root));
  }
}

// A store makes the checksum in its own way; equal events have equal sums everywhere.
TEST_P(EventStoreSeals, SumsAreTheSameEverywhere) {
  PlainStore plain(example_kinds(), clock_, std::make_shared<PlainRows>());
  Query query = all();
  query.kinds = {"operation"};
  EXPECT_EQ(store().sum(query).value(), EventSum());
  const std::vector<std::string> texts = {"a",        "1234567", "12345678",
                                          "\xff\xfe", "見積書",  std::string("x\0y", 3),
                                          "",         "' \\ ",   std::string(100'000, 'z')};
  for (std::int64_t i = 0; i < 40; ++i) {
    Record one{at(i * i * 1'000 - 700'000), {{"bytes", i % 3 == 0 ? INT64_MIN + i : i * 7 + 1}}};
    if (const auto& text = texts[static_cast<std::size_t>(i) % texts.size()]; !text.empty())
      one.cells[i % 2 == 0 ? "pc" : "path"] = text;
    give({one});
    ASSERT_TRUE(plain.append("city", "operation", batch_of(plain.kinds().at("operation"), {one})));
    if (i == 20) clock_.advance(std::chrono::hours(24));
  }
  EXPECT_EQ(store().sum(query).value(), plain.sum(query).value());
  query.from = from_micros(at(0));
  query.to = from_micros(at(400'000));
  EXPECT_EQ(store().sum(query).value(), plain.sum(query).value());
  EXPECT_GT(plain.sum(query)->rows, 5);
}

// What is moved here says itself on which day it was received.
TEST_P(EventStoreSeals, KeepTheDaysThatABatchSays) {
  const auto& kind = store().kinds().at("operation");
  BatchBuilder build(kind);
  for (std::int64_t i = 0; i < 30; ++i) {
    build.row(from_micros(at(i * 3'600)), today() - i / 10);
    build.text(*kind.index_of("pc"), "NB" + std::to_string(i % 2));
  }
  ASSERT_TRUE(store().append("city", "operation", build.take()));
  for (int again = 0; again < 2; ++again) {
    for (int day = 0; day < 3; ++day) EXPECT_EQ(seal(today() - day).rows, 10) << day;
    EXPECT_EQ(seal(today() - 3).rows, 0);
    // And say it to who asks.
    std::map<std::int64_t, int> days;
    ASSERT_TRUE(store().search(all(), {.limit = 100, .after = {}, .days = true}, {},
                               [&](const Event& event) -> Result<bool> {
                                 ++days[event.day];
                                 return true;
                               }));
    EXPECT_EQ(days, (std::map<std::int64_t, int>{{today() - 2, 10}, {today() - 1, 10}, {today(), 10}}));
    reopen();
  }
  Batch wrong = batch_of(store().kinds().at("operation"), {{at(1), {{"pc", "a"}}}, {at(2), {{"pc", "a"}}}});
  wrong.days = {today()};
  if (GetParam().name != "plain")
    EXPECT_EQ(store().append("city", "operation", wrong).error().code, "eventstore.batch_invalid");
}

YAGURA_ON_EVERY_EVENT_STORE(EventStoreSeals);

}  // namespace
}  // namespace yagura::eventstore
