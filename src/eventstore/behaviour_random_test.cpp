// Events and questions by chance: every back end answers as the plain store does.
#include "eventstore/ask/random_conditions.hpp"
#include "eventstore/behaviour_ground.hpp"
#include "eventstore/plain_store.hpp"

namespace yagura::eventstore {
namespace {

class EventStoreByChance : public EventStoreBehaviour {
 protected:
  void SetUp() override {
    EventStoreBehaviour::SetUp();
    if (IsSkipped()) return;
    for (int i = 0; i < 14; ++i) append(1 + chance_.below(60));
  }

  // One batch of either kind, into both stores.
  void append(std::size_t rows) {
    const auto& kind = kinds_.at(chance_.below(3) == 0 ? "firewall" : "operation");
    BatchBuilder build(kind);
    for (std::size_t i = 0; i < rows; ++i) {
      build.row(time());
      std::vector<std::string> texts;
      const auto cells = chance_.event(kind, texts);
      for (std::size_t f = 0; f < cells.size(); ++f)
        if (const auto* number = std::get_if<std::int64_t>(&cells[f]))
          build.number(f, *number);
        else
          build.text(f, std::get<std::string_view>(cells[f]));
    }
    const auto batch = build.take();
    const auto contract = chance_.below(8) == 0 ? "town" : "city";
    ASSERT_TRUE(plain_.append(contract, kind.kind, batch));
    const auto done = store().append(contract, kind.kind, batch);
    ASSERT_TRUE(done) << done.error().text();
  }

  // Few different times over some months, so that many events share one.
  Time time() {
    return from_micros(at(static_cast<std::int64_t>(chance_.below(12)) * 900'000 - 3'000'000) +
                       static_cast<std::int64_t>(chance_.below(2)));
  }

  Query question() {
    Query out;
    out.contract = "city";
    if (chance_.below(3) == 0) out.kinds = {chance_.below(2) == 0 ? "firewall" : "operation"};
    if (chance_.below(3) == 0) out.from = time();
    if (chance_.below(3) == 0) out.to = time();
    out.where = chance_.tree(3);
    return out;
  }

  // All pages, in the order given; of one time sorted, as back ends differ there.
  static std::vector<Record> pages(EventStore& store, const Query& query, Page page) {
    std::vector<Record> out;
    do {
      const auto outcome = store.search(query, page, {}, [&](const Event& event) -> Result<bool> {
        out.push_back(record_of(event));
        return true;
      });
      EXPECT_TRUE(outcome) << outcome.error().text();
      if (!outcome) return out;
      EXPECT_FALSE(outcome->partial());
      page.after = outcome->next;
    } while (page.after);
    for (auto from = out.begin(); from != out.end();) {
      const auto to = std::find_if(from, out.end(), [&](const Record& r) { return r.at != from->at; });
      std::sort(from, to);
      from = to;
    }
    return out;
  }

  const Kinds kinds_ = example_kinds();
  RandomConditions chance_{4711};
  PlainStore plain_{kinds_, clock_, std::make_shared<PlainRows>()};
};

TEST_P(EventStoreByChance, FindsWhatThePlainStoreFinds) {
  int some = 0;
  for (int i = 0; i < 150; ++i) {
    const auto query = question();
    const Page page{chance_.below(2) == 0, 30 + chance_.below(400), {}};
    const auto expected = pages(plain_, query, page);
    some += !expected.empty();
    ASSERT_EQ(pages(store(), query, page), expected) << "question " << i;
    if (i % 50 == 49) append(30);
  }
  EXPECT_GT(some, 40) << "too few questions have an answer";
}

TEST_P(EventStoreByChance, CountsWhatThePlainStoreCounts) {
  using namespace std::chrono_literals;
  const std::vector<std::string> fields = {"pc",    "section", "action", "title",
                                           "bytes", "port",    "device", "nowhere"};
  for (int i = 0; i < 100; ++i) {
    const auto query = question();
    Counting counting;
    for (auto n = chance_.below(4); n > 0; --n) counting.by.push_back(fields[chance_.below(fields.size())]);
    if (chance_.below(2) == 0) counting.bucket = std::vector<Duration>{1h, 24h, 7s, 31min}[chance_.below(4)];
    if (chance_.below(2) == 0) counting.offset = -9h;
    const auto sorted = [](Counts counts) {
      std::vector<std::tuple<Time, std::vector<std::string>, std::int64_t>> out;
      for (auto& g : counts.groups) out.emplace_back(g.bucket, std::move(g.values), g.count);
      std::ranges::sort(out);
      return out;
    };
    auto expected = plain_.count(query, counting, {});
    ASSERT_TRUE(expected);
    const auto total = expected->total;
    auto counts = counted(query, counting);
    ASSERT_EQ(counts.total, total) << "question " << i;
    ASSERT_EQ(sorted(std::move(counts)), sorted(*std::move(expected))) << "question " << i;
  }
}

YAGURA_ON_EVERY_EVENT_STORE(EventStoreByChance);

}  // namespace
}  // namespace yagura::eventstore
