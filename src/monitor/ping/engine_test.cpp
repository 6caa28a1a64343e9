// Real ICMP: over the loopback range, and in network namespaces that this program makes for itself.
#include "monitor/ping/engine.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sched.h>

#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>

#include "monitor/ping/sweep.hpp"

namespace yagura::monitor::ping {
namespace {

using namespace std::chrono_literals;

class Noting final : public Sink {
 public:
  void on_transitions(std::span<const Transition> transitions) override {
    const std::lock_guard lock(mutex_);
    for (const auto& transition : transitions) last_[transition.id] = transition;
    changed_.notify_all();
  }
  void on_checked(std::span<const Checked> checked) override {
    const std::lock_guard lock(mutex_);
    checked_ += checked.size();
    changed_.notify_all();
  }
  void on_summaries(std::span<const Summary> summaries) override {
    const std::lock_guard lock(mutex_);
    summaries_ += summaries.size();
  }
  bool wait_for(std::size_t transitions, std::size_t checked) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 20s, [&] { return last_.size() >= transitions && checked_ >= checked; });
  }
  std::map<Id, Transition> last() {
    const std::lock_guard lock(mutex_);
    return last_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Id, Transition> last_;
  std::size_t checked_ = 0, summaries_ = 0;
};

std::vector<Target> loopback(std::size_t count, Policy policy) {
  std::vector<Target> out;
  for (std::size_t i = 0; i < count; ++i)
    out.push_back({.id = Id(i + 1),
                   .address = Address::from_v4(htonl(0x7f000001U + std::uint32_t(i))),
                   .policy = policy});
  return out;
}

// Runs `body` on a thread with a network of its own; false when this machine does not allow that.
template <class F>
bool in_own_network(const char* setup, F body) {
  bool made = false;
  std::thread([&] {
    if (unshare(CLONE_NEWNET) != 0 || std::system(setup) != 0) return;
    made = true;
    body();
  }).join();
  return made;
}

#define SKIP_WITHOUT_SOCKET(result)                                       \
  if (!(result) && (result).error().code == "monitor.ping_socket_denied") \
  GTEST_SKIP() << (result).error().text()

TEST(Engine, WatchesBothFamiliesChecksOnDemandAndStops) {
  const SystemClock clock;
  Noting sink;
  auto engine = Engine::start(clock, sink, {});
  SKIP_WITHOUT_SOCKET(engine);
  ASSERT_TRUE(engine) << engine.error().text();
  auto targets = loopback(300, {.interval = 2s});
  targets.push_back({.id = 9'000, .address = parse_address("::1").value(), .policy = {.interval = 2s}});
  const auto changes = (*engine)->set_targets(targets);
  ASSERT_TRUE(changes);
  EXPECT_EQ(changes->added, 301U);
  ASSERT_TRUE(sink.wait_for(301, 0));
  for (const auto& [id, transition] : sink.last()) {
    EXPECT_EQ(transition.to, State::ok) << id;
    EXPECT_GT(transition.round_trip, 0us);
    EXPECT_LT(transition.round_trip, 2s);
  }
  const std::vector<Id> asked{1, 9'000, 12'345};
  EXPECT_EQ((*engine)->check_now(asked), 2U);
  EXPECT_TRUE(sink.wait_for(301, 2));
  EXPECT_EQ((*engine)->states().size(), 301U);

  targets.resize(100);
  targets[0].policy.interval = 60s;
  targets[1].address = parse_address("127.9.9.9").value();
  const auto again = (*engine)->set_targets(targets);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->removed, 201U);
  EXPECT_EQ(again->changed, 2U);
  EXPECT_EQ(again->unchanged, 98U);
  EXPECT_EQ((*engine)->state(1)->state, State::ok);
  EXPECT_FALSE((*engine)->state(300));

  targets.push_back(targets[0]);
  EXPECT_EQ((*engine)->set_targets(targets).error().code, "monitor.ping_target_twice");
  targets.back() = {.id = 77'777, .address = targets[0].address, .policy = {.timeout = 0us}};
  EXPECT_EQ((*engine)->set_targets(targets).error().code, "monitor.ping_policy_invalid");
  EXPECT_EQ((*engine)->totals().targets, 100U);
}

TEST(Sweep, EndsWithEveryAddressAnsweredOverTwoLanes) {
  const SystemClock clock;
  const auto targets = loopback(5'000, {});
  std::size_t told = 0;
  const auto record =
      run_sweep(clock, targets,
                {.packets_per_second = 0, .lanes = 2, .progress = [&](std::size_t done, std::size_t of) {
                   EXPECT_LE(done, of);
                   told = done;
                 }});
  SKIP_WITHOUT_SOCKET(record);
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_EQ(record->answered, 5'000U);
  EXPECT_EQ(told, 5'000U);
  EXPECT_EQ(record->counters.forged, 0U);
  EXPECT_EQ(record->wire.lost_in_kernel, 0U);
  EXPECT_EQ(record->results[4'321].id, 4'322);
}

TEST(Sweep, KeepsItsPace) {
  const SystemClock clock;
  const auto record = run_sweep(clock, loopback(1'000, {}), {.packets_per_second = 2'000});
  SKIP_WITHOUT_SOCKET(record);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->answered, 1'000U);
  EXPECT_GE(record->took, 450ms);
}

// 10.0.0.0/8 is routed out of the loopback device, where nobody is: silence. 192.0.2.0/24: no route at all.
constexpr const char* silent_network =
    "ip link set lo up && ip route add 10.0.0.0/8 dev lo && ip route add unreachable 198.51.100.0/24 && "
    "echo 0 200000 > /proc/sys/net/ipv4/ping_group_range";

std::vector<Target> mixed(Policy policy) {
  std::vector<Target> out;
  for (const auto* text : {"127.0.0.1", "10.0.0.77", "192.0.2.1", "198.51.100.1", "::1", "2001:db8::1"})
    out.push_back({.id = Id(out.size() + 10), .address = parse_address(text).value(), .policy = policy});
  return out;
}

void sweep_a_network_with_dead_addresses(bool datagram_only) {
  SweepRecord record;
  const bool made = in_own_network(silent_network, [&] {
    auto swept = run_sweep(SystemClock(), mixed({.timeout = 100ms, .retries = 1}),
                           {.packets_per_second = 0, .lanes = 1, .datagram_only = datagram_only});
    ASSERT_TRUE(swept) << swept.error().text();
    record = *swept;
  });
  if (!made) GTEST_SKIP() << "no right to make network namespaces here";
  ASSERT_EQ(record.results.size(), 6U);
  EXPECT_EQ(record.answered, 2U);
  EXPECT_EQ(record.results[0].answer, Answer::answered);
  EXPECT_EQ(record.results[1].answer, Answer::no_answer);
  EXPECT_EQ(record.results[1].fact, Fact::no_answer);
  EXPECT_EQ(record.results[1].attempts, 2);
  EXPECT_EQ(record.results[2].fact, Fact::net_unreachable);
  EXPECT_EQ(record.results[3].fact, Fact::host_unreachable);
  EXPECT_EQ(record.results[4].answer, Answer::answered);
  EXPECT_EQ(record.results[5].fact, Fact::net_unreachable);
  EXPECT_GE(record.took, 200ms);
  EXPECT_LT(record.took, 1s);
}

TEST(Sweep, DeadAddressesAndRefusalsAreFacts) { sweep_a_network_with_dead_addresses(false); }

TEST(Sweep, TheSameOverDatagramSocketsOfAnUnprivilegedProcess) { sweep_a_network_with_dead_addresses(true); }

TEST(Sweep, OpeningTimeEndsItAndSaysWhatIsMissing) {
  SweepRecord record;
  const bool made = in_own_network(silent_network, [&] {
    record = run_sweep(SystemClock(), mixed({}), {.packets_per_second = 0, .lanes = 1, .end_after = 300ms})
                 .value();
  });
  if (!made) GTEST_SKIP() << "no right to make network namespaces here";
  EXPECT_EQ(record.answered, 2U);
  EXPECT_EQ(record.not_finished, 4U);
  EXPECT_LT(record.took, 1s);
}

TEST(Sweep, WorstCaseCountsTriesAndPace) {
  const auto targets = loopback(6'000, {});
  EXPECT_EQ(worst_case(targets, {.packets_per_second = 2'000}), 20s + 12s);
}

}  // namespace
}  // namespace yagura::monitor::ping
