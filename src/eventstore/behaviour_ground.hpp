// What every back end of the event store must do stands once, in behaviour_*_test.cpp, and runs on each that
// back_ends() lists (behaviour_back_ends_test.cpp: one line for one more).
//
// A test:  TEST_P(EventStoreBehaviour, Finds) { give({at(1), {{"pc", "NB1"}}}); … }
//          and at the end of its file YAGURA_ON_EVERY_EVENT_STORE(EventStoreBehaviour);
#pragma once

#include <gmock/gmock.h>

#include <functional>
#include <map>
#include <memory>

#include "eventstore/ask/example_kinds.hpp"
#include "eventstore/store.hpp"

namespace yagura::eventstore {

// The place of one store, empty at first: a folder, a database of a server. Taken away with the ground.
class StoreGround {
 public:
  virtual ~StoreGround() = default;
  // Why there is nothing to test on, in words for the one who runs the tests; "" when there is.
  [[nodiscard]] virtual std::string missing() const { return ""; }
  // Opens what an earlier store left, which was closed before; kinds may have gained fields.
  virtual Result<std::unique_ptr<EventStore>> open(const Kinds& kinds, const Clock& clock) = 0;
};

struct BackEnd {
  std::string name;
  std::function<std::unique_ptr<StoreGround>()> ground;
};
std::vector<BackEnd> back_ends();
inline void PrintTo(const BackEnd& back_end, std::ostream* out) { *out << back_end.name; }

// An event that owns its texts; fields that are empty or 0 are left out.
struct Record {
  std::int64_t at = 0;
  std::map<std::string, std::variant<std::string, std::int64_t>> cells;
  std::string kind = "operation";
  auto operator<=>(const Record&) const = default;
};
void PrintTo(const Record& record, std::ostream* out);
Record record_of(const Event& event);
// All of a contract, in one order whatever the store.
std::vector<Record> everything(EventStore& store, std::string contract);
// The records must be of one kind.
Batch batch_of(const Kind& kind, const std::vector<Record>& records);

// 2026-04-01T00:00:00Z and some seconds, in microseconds.
constexpr std::int64_t at(std::int64_t seconds) { return 1'775'001'600'000'000 + seconds * 1'000'000; }

Condition is(Condition::Type type, std::string field, std::string value);
Condition between(std::string field, std::int64_t low, std::int64_t high);
Condition group(Condition::Type type, std::vector<Condition> parts);

class EventStoreBehaviour : public testing::TestWithParam<BackEnd> {
 protected:
  void SetUp() override;
  void TearDown() override;
  // Closes and opens the store, as a restart does.
  void reopen(Kinds kinds = example_kinds());
  EventStore& store() { return *store_; }

  // One batch; the records are of one kind.
  void give(const std::vector<Record>& records, std::string_view contract = "city");
  // `count` events, one a second, each with its number as bytes.
  void give_many(std::int64_t count);

  static Query all(Condition where = {});
  // All pages of so many events; fails the test if one is partial.
  std::vector<Record> found(const Query& query, bool newest_first = true, std::size_t page = 1'000'000);
  std::vector<Record> found(Condition where) { return found(all(std::move(where))); }
  std::vector<Record> found() { return found(all()); }
  Counts counted(const Query& query, const Counting& counting);

  ManualClock clock_{from_micros(at(0))};

 private:
  std::unique_ptr<StoreGround> ground_;
  std::unique_ptr<EventStore> store_;
};

}  // namespace yagura::eventstore

#define YAGURA_ON_EVERY_EVENT_STORE(suite)                                                    \
  INSTANTIATE_TEST_SUITE_P(On, suite, ::testing::ValuesIn(::yagura::eventstore::back_ends()), \
                           [](const auto& each) { return each.param.name; })
