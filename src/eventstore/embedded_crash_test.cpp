// The embedded store and a process that is killed at any moment: what it acknowledged is there, once; nothing
// is half.
#include "eventstore/embedded_ground.hpp"

#include <fcntl.h>
#include <sys/wait.h>

#include <csignal>
#include <random>
#include <thread>

#include "eventstore/ask/random_conditions.hpp"
#include "eventstore/plain_store.hpp"

namespace yagura::eventstore {
namespace {

class EmbeddedCrashes : public EmbeddedGround {
 protected:
  // Appends batch after batch, flushes and merges between, and says through the pipe which are acknowledged.
  [[noreturn]] void write(int to, std::int64_t first) {
    options_.background = true;
    options_.memory = 1U << 20;
    options_.longest_in_log = Duration(1);
    open();
    for (auto next = first;; next += batch) {
      if (!give(next, batch)) ::_exit(3);
      if (::write(to, &next, sizeof(next)) != sizeof(next)) ::_exit(4);
    }
  }
  static constexpr std::int64_t batch = 200;
};

TEST_F(EmbeddedCrashes, LoseNothingThatWasAcknowledged) {
  std::mt19937 random(3);
  std::int64_t acknowledged = 0;
  for (int round = 0; round < 20; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const auto child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      write(ends[1], acknowledged);
    }
    ::close(ends[1]);
    // After some batches, and a moment into the next.
    auto left = 1 + random() % 12;
    for (std::int64_t said = 0; ::read(ends[0], &said, sizeof(said)) == sizeof(said);) {
      acknowledged = said + batch;
      if (--left != 0) continue;
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 6'000));
      ::kill(child, SIGKILL);
    }
    ::close(ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << status;
    open();
    const auto there = numbers(store());
    // The last batch may have been written and not acknowledged; it is whole then.
    ASSERT_TRUE(std::ssize(there) == acknowledged || std::ssize(there) == acknowledged + batch)
        << round << ": " << there.size() << " of " << acknowledged;
    ASSERT_EQ(there, up_to(std::ssize(there))) << round;
    ASSERT_TRUE(store().state().damage.empty());
    const auto verified = store().verify([](std::int64_t, std::int64_t) { return true; });
    ASSERT_TRUE(verified && verified->damage.empty());
    acknowledged = std::ssize(there);
    close();
  }
  open();
  while (*store().merge()) {
  }
  EXPECT_EQ(numbers(store()), up_to(acknowledged));
  EXPECT_GT(acknowledged, 20 * batch);
}

// Everything the store can do, in any order, beside a plain vector.
TEST_F(EmbeddedCrashes, OrAnyOrderOfWorkLeaveWhatAVectorWouldHold) {
  RandomConditions chance(815);
  auto rows = std::make_shared<PlainRows>();
  PlainStore plain(example_kinds(), clock_, rows);
  std::int64_t next = 0;
  const std::vector<std::string> contracts = {"city", "town"};
  const auto compare = [&](int step) {
    for (const auto& contract : contracts)
      ASSERT_EQ(numbers(store(), contract), numbers(plain, contract)) << "step " << step;
    Query query;
    query.contract = "city";
    query.where = chance.tree(2);
    const auto counted = store().count(query, {}, {}), expected = plain.count(query, {}, {});
    ASSERT_TRUE(counted && expected);
    ASSERT_EQ(counted->total, expected->total) << "step " << step;
  };
  for (int step = 0; step < 300; ++step) {
    switch (chance.below(12)) {
      case 0:
        ASSERT_TRUE(store().flush());
        break;
      case 1:
        ASSERT_TRUE(store().merge());
        break;
      case 2:  // as after a crash: what is open is left behind, and the folder's copy is opened
        open();
        break;
      case 3: {
        // Only whole files go: what the vector loses is asked from the store.
        const auto before = numbers(store());
        const auto gone = store().expire(
            "city", "operation", from_micros(at(static_cast<std::int64_t>(chance.below(100)) * 86'400)));
        ASSERT_TRUE(gone);
        const auto after = numbers(store());
        ASSERT_EQ(std::ssize(before) - std::ssize(after), *gone);
        std::erase_if(*rows, [&](const PlainRow& row) {
          return row.contract == "city" && row.kind == "operation" &&
                 !std::ranges::binary_search(after, std::get<std::int64_t>(row.cells[6]) - 1);
        });
        break;
      }
      case 4:
        (void)store().hold({"h" + std::to_string(chance.below(3)), "city", "", at(0),
                            at(static_cast<std::int64_t>(chance.below(60)) * 86'400 + 1)});
        break;
      case 5:
        (void)store().release("h" + std::to_string(chance.below(3)));
        break;
      default: {
        std::vector<Record> records;
        const auto day = static_cast<std::int64_t>(chance.below(100));
        for (auto n = 1 + chance.below(40); n > 0; --n)
          records.push_back({at(day * 86'400 + static_cast<std::int64_t>(chance.below(4)) * 30'000),
                             {{"pc", chance.text()},
                              {"section", chance.text()},
                              {"path", chance.text()},
                              {"bytes", ++next}}});
        const auto& contract = contracts[chance.below(4) == 0 ? 1 : 0];
        const auto made = batch_of(store().kinds().at("operation"), records);
        ASSERT_TRUE(store().append(contract, "operation", made));
        ASSERT_TRUE(plain.append(contract, "operation", made));
      }
    }
    if (step % 5 == 0) compare(step);
    if (HasFatalFailure()) return;
  }
  compare(-1);
}

}  // namespace
}  // namespace yagura::eventstore
