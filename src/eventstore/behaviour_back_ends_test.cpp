#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "eventstore/behaviour_ground.hpp"
#include "eventstore/clickhouse/test_ground.hpp"
#include "eventstore/embedded.hpp"
#include "eventstore/plain_store.hpp"
#include "eventstore/store_over.hpp"

namespace yagura::eventstore {

namespace {

class PlainGround final : public StoreGround {
 public:
  Result<std::unique_ptr<EventStore>> open(const Kinds& kinds, const Clock& clock) override {
    return std::make_unique<PlainStore>(kinds, clock, rows_);
  }

 private:
  const std::shared_ptr<PlainRows> rows_ = std::make_shared<PlainRows>();
};

class EmbeddedGround : public StoreGround {
 public:
  EmbeddedGround() {
    static std::atomic<int> last{0};
    folder_ = std::filesystem::temp_directory_path() /
              ("yagura-events-" + std::to_string(::getpid()) + "-" + std::to_string(++last));
  }
  ~EmbeddedGround() override { std::filesystem::remove_all(folder_); }
  Result<std::unique_ptr<EventStore>> open(const Kinds& kinds, const Clock& clock) override {
    EmbeddedOptions options;
    options.memory = 24U << 20;
    return EmbeddedStore::open(folder_, kinds, clock, options);
  }

 protected:
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

// Every batch goes into a segment of its own at once, and segments are merged as soon as there are some.
class FlushingStore final : public StoreOver {
 public:
  explicit FlushingStore(std::unique_ptr<EmbeddedStore> store)
      : StoreOver(*store), store_(std::move(store)) {}
  Result<void> append(std::string_view contract, std::string_view kind, Batch batch) override {
    YAGURA_CHECK(store_->append(contract, kind, std::move(batch)));
    YAGURA_CHECK(store_->flush());
    if (++batches_ % 3 != 0) return {};
    YAGURA_CHECK(store_->merge());
    return {};
  }

 private:
  const std::unique_ptr<EmbeddedStore> store_;
  std::atomic<int> batches_ = 0;
};

class FlushingGround final : public EmbeddedGround {
 public:
  Result<std::unique_ptr<EventStore>> open(const Kinds& kinds, const Clock& clock) override {
    EmbeddedOptions options;
    options.memory = 24U << 20;
    options.background = false;
    options.merge_after = std::chrono::hours(-24 * 365 * 20);
    YAGURA_TRY(auto store, EmbeddedStore::open(folder(), kinds, clock, options));
    return std::make_unique<FlushingStore>(std::move(store));
  }
};

}  // namespace

std::vector<BackEnd> back_ends() {
  return {
      {"plain", [] { return std::make_unique<PlainGround>(); }},
      {"embedded", [] { return std::make_unique<EmbeddedGround>(); }},
      {"embedded_in_segments", [] { return std::make_unique<FlushingGround>(); }},
      {"clickhouse", [] { return std::make_unique<clickhouse::OneServer>(); }},
      {"clickhouse_shards", [] { return std::make_unique<clickhouse::TwoShards>(); }},
      {"clickhouse_replicas", [] { return std::make_unique<clickhouse::TwoReplicas>(); }},
  };
}

void PrintTo(const Record& record, std::ostream* out) {
  *out << record.kind << " at " << record.at;
  for (const auto& [field, cell] : record.cells) {
    *out << ' ' << field << '=';
    if (const auto* number = std::get_if<std::int64_t>(&cell))
      *out << *number;
    else
      *out << testing::PrintToString(std::get<std::string>(cell).substr(0, 200));
  }
}

Record record_of(const Event& event) {
  Record out{to_micros(event.at), {}, event.kind->kind};
  for (std::size_t i = 0; i < event.kind->fields.size(); ++i) {
    const auto& name = event.kind->fields[i].name;
    if (const auto* number = std::get_if<std::int64_t>(&event.cells[i])) {
      if (*number != 0) out.cells[name] = *number;
    } else if (const auto text = std::get<std::string_view>(event.cells[i]); !text.empty()) {
      out.cells[name] = std::string(text);
    }
  }
  return out;
}

std::vector<Record> everything(EventStore& store, std::string contract) {
  std::vector<Record> out;
  Query query;
  query.contract = std::move(contract);
  const auto outcome =
      store.search(query, {false, 1'000'000, {}}, {}, [&](const Event& event) -> Result<bool> {
        out.push_back(record_of(event));
        return true;
      });
  EXPECT_TRUE(outcome && !outcome->partial());
  std::ranges::sort(out);
  return out;
}

Batch batch_of(const Kind& kind, const std::vector<Record>& records) {
  BatchBuilder build(kind);
  for (const auto& record : records) {
    build.row(from_micros(record.at));
    for (const auto& [field, cell] : record.cells) {
      const auto i = kind.index_of(field);
      YAGURA_ASSERT(i && record.kind == kind.kind);
      if (const auto* number = std::get_if<std::int64_t>(&cell))
        build.number(*i, *number);
      else
        build.text(*i, std::get<std::string>(cell));
    }
  }
  return build.take();
}

Condition is(Condition::Type type, std::string field, std::string value) {
  Condition out;
  out.type = type;
  out.field = std::move(field);
  out.value = std::move(value);
  return out;
}

Condition between(std::string field, std::int64_t low, std::int64_t high) {
  auto out = is(Condition::Type::range, std::move(field), "");
  out.low = low;
  out.high = high;
  return out;
}

Condition group(Condition::Type type, std::vector<Condition> parts) {
  Condition out;
  out.type = type;
  out.parts = std::move(parts);
  return out;
}

void EventStoreBehaviour::SetUp() {
  ground_ = GetParam().ground();
  if (const auto missing = ground_->missing(); !missing.empty()) GTEST_SKIP() << missing;
  reopen();
}

void EventStoreBehaviour::TearDown() {
  store_.reset();
  ground_.reset();
}

void EventStoreBehaviour::reopen(Kinds kinds) {
  store_.reset();
  auto opened = ground_->open(kinds, clock_);
  ASSERT_TRUE(opened) << opened.error().text();
  store_ = std::move(*opened);
}

void EventStoreBehaviour::give(const std::vector<Record>& records, std::string_view contract) {
  const auto& kind = store().kinds().find(records.at(0).kind)->second;
  const auto done = store().append(contract, kind.kind, batch_of(kind, records));
  ASSERT_TRUE(done) << done.error().text();
}

void EventStoreBehaviour::give_many(std::int64_t count) {
  std::vector<Record> records;
  for (std::int64_t i = 0; i < count; ++i)
    records.push_back({at(i), {{"pc", "NB" + std::to_string(i % 7)}, {"bytes", i + 1}}});
  give(records);
}

Query EventStoreBehaviour::all(Condition where) {
  Query out;
  out.contract = "city";
  out.where = std::move(where);
  return out;
}

std::vector<Record> EventStoreBehaviour::found(const Query& query, bool newest_first, std::size_t page) {
  std::vector<Record> out;
  Page asked{newest_first, page, {}};
  for (;;) {
    std::size_t here = 0;
    const auto outcome = store().search(query, asked, {}, [&](const Event& event) -> Result<bool> {
      out.push_back(record_of(event));
      ++here;
      return true;
    });
    EXPECT_TRUE(outcome) << outcome.error().text();
    if (!outcome) return out;
    EXPECT_FALSE(outcome->partial()) << static_cast<int>(outcome->why);
    EXPECT_LE(here, page);
    if (!outcome->next) return out;
    EXPECT_EQ(here, page) << "a page that is not the last is not full";
    if (here == 0) return out;
    asked.after = outcome->next;
  }
}

Counts EventStoreBehaviour::counted(const Query& query, const Counting& counting) {
  auto counts = store().count(query, counting, {});
  EXPECT_TRUE(counts) << counts.error().text();
  if (!counts) return {};
  EXPECT_FALSE(counts->outcome.partial()) << static_cast<int>(counts->outcome.why);
  return *std::move(counts);
}

}  // namespace yagura::eventstore
