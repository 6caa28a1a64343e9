// The ping engine and the alert state bound together as the application binds them, over real ICMP in a
// network namespace of this test's own: a branch of 500 devices goes silent at once and comes back.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "monitor/alert/machine.hpp"
#include "monitor/ping/engine.hpp"

namespace yagura::monitor::alert {
namespace {

using namespace std::chrono_literals;

constexpr Id core = 1, router = 2, first_child = 100, children = 500;

// Takes what the engine says on its thread, for the thread of the machine.
class Post final : public ping::Sink {
 public:
  void on_transitions(std::span<const ping::Transition> batch) override {
    const std::lock_guard lock(mutex_);
    transitions_.insert(transitions_.end(), batch.begin(), batch.end());
  }
  void on_checked(std::span<const ping::Checked> batch) override {
    const std::lock_guard lock(mutex_);
    checked_.insert(checked_.end(), batch.begin(), batch.end());
  }
  void on_summaries(std::span<const ping::Summary>) override {}
  auto take() {
    const std::lock_guard lock(mutex_);
    return std::pair(std::exchange(transitions_, {}), std::exchange(checked_, {}));
  }

 private:
  std::mutex mutex_;
  std::vector<ping::Transition> transitions_;
  std::vector<ping::Checked> checked_;
};

class Watch final : public Sink {
 public:
  Watch() : machine(clock, ids, *this, parameters()) {
    std::vector<Topology::Device> devices{{.id = core}, {.id = router, .upstreams = {core}}};
    for (Id at = 0; at < children; ++at) devices.push_back({.id = first_child + at, .upstreams = {router}});
    machine.set_topology(Topology::make(devices).value());
  }
  // As by default, twenty times faster.
  static Parameters parameters() {
    Parameters out;
    out.hold = 1'400ms;
    out.settle = 3s;
    out.confirm = 100ms;
    return out;
  }
  bool start() {
    auto started = ping::Engine::start(clock, post, {});
    if (!started) return false;
    engine = *std::move(started);
    const ping::Policy policy{.interval = 3s, .timeout = 250ms, .retries = 3};
    const auto address = [](const char* text) { return ping::parse_address(text).value(); };
    std::vector<ping::Target> targets{{core, address("127.0.0.1"), policy},
                                      {router, address("10.1.0.1"), policy}};
    for (Id at = 0; at < children; ++at)
      targets.push_back(
          {first_child + at, ping::Address::from_v4(htonl(0x0a010100U + std::uint32_t(at))), policy});
    return engine->set_targets(targets).has_value();
  }
  template <class Until>
  bool run_until(Until until, Duration most) {
    for (const auto end = clock.steady() + most; clock.steady() < end;) {
      const auto [transitions, checked] = post.take();
      for (const auto& one : transitions)
        machine.observe({.key = {one.id, 0, "ping"},
                         .happened = one.to == ping::State::failed ? Happened::raised : Happened::cleared,
                         .severity = Severity::critical,
                         .nature = Nature::reachability,
                         .at = one.at,
                         .evidence = std::string(ping::to_text(one.fact))});
      for (const auto& one : checked) machine.on_check(one.id, one.state == ping::State::ok, one.attempts);
      machine.tick();
      if (until()) return true;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }
  void on_decision(const Decision& decision, const Alert& alert) override {
    if (decision.verdict == Verdict::announced) announced.push_back(alert.key.device);
  }
  bool request_check(Id device) override { return engine->check_now(std::span(&device, 1)) == 1; }

  SystemClock clock;
  IdSource ids{clock};
  Post post;
  Machine machine;
  std::unique_ptr<ping::Engine> engine;
  std::vector<Id> announced;
};

void branch_goes_silent_and_comes_back() {
  Watch watch;
  ASSERT_TRUE(watch.start());
  const auto all_ok = [&] {
    const auto states = watch.engine->states();
    return std::ranges::all_of(states, [](const auto& one) { return one.state == ping::State::ok; });
  };
  ASSERT_TRUE(watch.run_until(all_ok, 20s));
  ASSERT_EQ(std::system("ip route del local 10.1.0.0/16 dev lo && ip route add 10.1.0.0/16 dev lo"), 0);
  const auto everything_is_known = [&] {
    const auto open = watch.machine.open();
    return open.size() == std::size_t(children) + 1 &&
           std::ranges::none_of(open, [](const Alert& one) { return one.standing == Standing::held; });
  };
  ASSERT_TRUE(watch.run_until(everything_is_known, 30s));
  EXPECT_EQ(watch.announced, std::vector<Id>{router});
  ASSERT_EQ(std::system("ip route del 10.1.0.0/16 dev lo && ip route add local 10.1.0.0/16 dev lo"), 0);
  EXPECT_TRUE(watch.run_until([&] { return watch.machine.open().empty(); }, 30s));
  EXPECT_EQ(watch.announced, std::vector<Id>{router});
}

TEST(StormLive, ASilentBranchIsOneNoticeOverRealIcmp) {
  bool made = false;
  std::thread([&] {
    if (unshare(CLONE_NEWNET) != 0 ||
        std::system("ip link set lo up && ip route add local 10.1.0.0/16 dev lo") != 0)
      return;
    made = true;
    branch_goes_silent_and_comes_back();
  }).join();
  if (!made) GTEST_SKIP() << "no right to make network namespaces here";
}

}  // namespace
}  // namespace yagura::monitor::alert
