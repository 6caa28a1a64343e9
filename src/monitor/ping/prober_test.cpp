#include "monitor/ping/prober.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <random>

namespace yagura::monitor::ping {
namespace {

using namespace std::chrono_literals;

// A network that is a function: what comes back for the n-th packet, and when.
class ScriptWire final : public Wire {
 public:
  struct Fate {
    int error = 0;
    std::optional<Duration> answered_after{};
    Fact fact = Fact::none;  // an ICMP error at once
    bool quotes_all = true;
  };
  struct Sent {
    Address to;
    Duration at;
    Payload payload;
    std::uint16_t sequence;
  };

  explicit ScriptWire(const ManualClock& clock) : clock_(clock) {}
  std::function<Fate(const Outgoing&)> fate = [](const Outgoing&) { return Fate{.answered_after = 3ms}; };

  void send(std::span<Outgoing> packets) override {
    for (auto& packet : packets) {
      packet.sent = clock_.steady();
      const auto fate_now = fate(packet);
      packet.error = fate_now.error;
      if (packet.error != 0) continue;
      sent.push_back({packet.to, packet.sent, packet.payload, packet.sequence});
      Heard heard{
          .sequence = packet.sequence, .about = packet.to, .from = packet.to, .payload = packet.payload};
      if (fate_now.fact != Fact::none) {
        heard.fact = fate_now.fact;
        heard.from = parse_address("203.0.113.1").value();
        if (!fate_now.quotes_all) heard.payload.reset();
        coming.push_back({heard, packet.sent + 1ms});
      }
      if (fate_now.answered_after) {
        heard.reply = true;
        heard.fact = Fact::none;
        coming.push_back({heard, packet.sent + *fate_now.answered_after});
      }
    }
  }
  bool receive(std::vector<Incoming>& out) override {
    std::erase_if(coming, [&](const Incoming& incoming) {
      if (incoming.at > clock_.steady()) return false;
      out.push_back(incoming);
      return true;
    });
    return false;
  }

  std::vector<Sent> sent;
  std::vector<Incoming> coming;

 private:
  const ManualClock& clock_;
};

class ProberTest : public testing::Test {
 protected:
  void run(Duration time, Duration step = 1ms) {
    for (const auto end = clock.steady() + time; clock.steady() < end; clock.advance(step)) prober.step();
  }
  static Target target(Id id, Policy policy = {.interval = 60s}) {
    return {.id = id, .address = Address::from_v4(htonl(0x0a000000U + std::uint32_t(id))), .policy = policy};
  }
  ManualClock clock{parse_rfc3339("2026-04-28T08:10:00Z").value()};
  ScriptWire wire{clock};
  Prober prober{clock, wire, {.summary_period = 0s}};
};

TEST_F(ProberTest, ChecksAreSpreadEvenlyAndNeverInABurst) {
  for (Id id = 1; id <= 6'000; ++id) ASSERT_TRUE(prober.put(target(id)));
  run(60s);
  run(1s);
  std::vector<int> per_second(62);
  for (const auto& sent : wire.sent) ++per_second[std::size_t(sent.at / 1s)];
  // 100 a second on average; a random spread has a deviation of 10.
  EXPECT_LT(*std::ranges::max_element(per_second), 150);
  EXPECT_GT(*std::min_element(per_second.begin() + 1, per_second.begin() + 59), 55);
  EXPECT_EQ(prober.take_transitions().size(), 6'000U);
  EXPECT_LE(prober.counters().worst_delay, Prober::tick * 2);
}

TEST_F(ProberTest, ASilentTargetFailsAfterAllItsTriesAndNotBefore) {
  wire.fate = [](const Outgoing&) { return ScriptWire::Fate{}; };
  ASSERT_TRUE(prober.put(target(1)));
  while (wire.sent.empty()) run(10ms);
  run(19s + 900ms);
  EXPECT_TRUE(prober.take_transitions().empty());
  run(200ms);
  const auto transitions = prober.take_transitions();
  ASSERT_EQ(transitions.size(), 1U);
  EXPECT_EQ(transitions[0].to, State::failed);
  EXPECT_EQ(transitions[0].attempts, 4);
  EXPECT_EQ(transitions[0].fact, Fact::no_answer);
  ASSERT_EQ(wire.sent.size(), 4U);
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_GE(wire.sent[i].at - wire.sent[i - 1].at, 5s);
    EXPECT_LE(wire.sent[i].at - wire.sent[i - 1].at, 5s + 2 * Prober::tick);
  }
  wire.fate = [](const Outgoing&) { return ScriptWire::Fate{.answered_after = 7ms}; };
  run(60s);
  const auto back = prober.take_transitions();
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back[0].from, State::failed);
  EXPECT_EQ(back[0].to, State::ok);
  EXPECT_EQ(back[0].round_trip, 7ms);
  run(180s);
  EXPECT_TRUE(prober.take_transitions().empty());
}

TEST_F(ProberTest, ALateAnswerToAnEarlierTryCountsWithItsOwnRoundTrip) {
  int packets = 0;
  wire.fate = [&](const Outgoing&) {
    return packets++ == 0 ? ScriptWire::Fate{.answered_after = 5'500ms} : ScriptWire::Fate{};
  };
  ASSERT_TRUE(prober.put(target(1)));
  run(66s);
  const auto transitions = prober.take_transitions();
  ASSERT_EQ(transitions.size(), 1U);
  EXPECT_EQ(transitions[0].to, State::ok);
  EXPECT_EQ(transitions[0].attempts, 2);
  EXPECT_EQ(transitions[0].round_trip, 5'500ms);
}

TEST_F(ProberTest, AnswersOfEndedChecksForgeriesAndDuplicatesChangeNothing) {
  wire.fate = [](const Outgoing&) { return ScriptWire::Fate{}; };
  ASSERT_TRUE(prober.put(target(1)));
  while (wire.sent.empty()) run(10ms);
  const auto first = wire.sent[0];
  run(30s);
  ASSERT_EQ(prober.take_transitions().size(), 1U);
  const auto reply = [&](const ScriptWire::Sent& to, const Address& from, Payload payload) {
    wire.coming.push_back(
        {{.reply = true, .sequence = to.sequence, .about = from, .from = from, .payload = payload},
         clock.steady()});
  };
  reply(first, first.to, first.payload);  // of a check that has failed
  run(10ms);
  EXPECT_EQ(prober.counters().stale, 1U);
  while (wire.sent.size() < 5) run(10ms);
  reply(first, first.to, first.payload);  // the same while the next check waits
  auto guessed = wire.sent[4].payload;
  guessed[20] ^= 1;
  reply(wire.sent[4], wire.sent[4].to, guessed);
  reply(wire.sent[4], parse_address("10.9.9.9").value(), wire.sent[4].payload);
  run(10ms);
  EXPECT_EQ(prober.counters().stale, 2U);
  EXPECT_EQ(prober.counters().forged, 2U);
  EXPECT_TRUE(prober.take_transitions().empty());
  reply(wire.sent[4], wire.sent[4].to, wire.sent[4].payload);
  reply(wire.sent[4], wire.sent[4].to, wire.sent[4].payload);
  run(10ms);
  EXPECT_EQ(prober.counters().answers, 1U);
  EXPECT_EQ(prober.counters().duplicates, 1U);
  EXPECT_EQ(prober.take_transitions().size(), 1U);
}

TEST_F(ProberTest, AJumpOfTheWallClockChangesNoCheck) {
  wire.fate = [](const Outgoing&) { return ScriptWire::Fate{}; };
  ASSERT_TRUE(prober.put(target(1)));
  while (wire.sent.empty()) run(10ms);
  clock.jump_to(clock.now() + std::chrono::hours(24 * 365));
  run(4'900ms);
  EXPECT_EQ(wire.sent.size(), 1U);
  clock.jump_to(clock.now() - std::chrono::hours(24 * 3'650));
  run(15s);
  EXPECT_EQ(wire.sent.size(), 4U);
  EXPECT_TRUE(prober.take_transitions().empty());
  run(300ms);
  EXPECT_EQ(prober.take_transitions().size(), 1U);
}

TEST_F(ProberTest, RefusalsOfThisMachineAreFactsAndBuffersAreWaitedFor) {
  int left = 3;
  wire.fate = [&](const Outgoing&) {
    return left-- > 0 ? ScriptWire::Fate{.error = ENOBUFS} : ScriptWire::Fate{.answered_after = 1ms};
  };
  ASSERT_TRUE(prober.put(target(1)));
  run(61s);
  auto transitions = prober.take_transitions();
  ASSERT_EQ(transitions.size(), 1U);
  EXPECT_EQ(transitions[0].to, State::ok);
  EXPECT_EQ(transitions[0].attempts, 1);  // lack of buffers cost the target no try
  EXPECT_EQ(prober.counters().send_errors, 3U);

  wire.fate = [](const Outgoing&) { return ScriptWire::Fate{.error = EPERM}; };
  run(85s);
  transitions = prober.take_transitions();
  ASSERT_EQ(transitions.size(), 1U);
  EXPECT_EQ(transitions[0].fact, Fact::not_permitted);
  EXPECT_EQ(transitions[0].attempts, 4);

  wire.fate = [](const Outgoing&) { return ScriptWire::Fate{.error = ENOBUFS}; };
  const auto failed = prober.counters().failed_checks;
  run(120s);  // even buffers that never come end the check
  EXPECT_GT(prober.counters().failed_checks, failed);
}

TEST_F(ProberTest, IcmpErrorsAreEvidenceAndNeverAnEnd) {
  for (const bool whole : {true, false}) {
    const Id id = whole ? 1 : 2;
    wire.fate = [&](const Outgoing&) {
      return ScriptWire::Fate{.fact = Fact::host_unreachable, .quotes_all = whole};
    };
    wire.sent.clear();
    ASSERT_TRUE(prober.put(target(id)));
    while (wire.sent.empty()) run(10ms);
    run(19s);
    EXPECT_TRUE(prober.take_transitions().empty());
    run(2s);
    const auto transitions = prober.take_transitions();
    ASSERT_EQ(transitions.size(), 1U);
    EXPECT_EQ(transitions[0].fact, Fact::host_unreachable);
    EXPECT_EQ(to_text(transitions[0].said_by), "203.0.113.1");
    prober.remove(id);
  }
}

TEST_F(ProberTest, ChangesOfTargetsKeepWhatIsStillTrue) {
  ASSERT_TRUE(prober.put(target(1)));
  run(61s);
  ASSERT_EQ(prober.state(1)->state, State::ok);
  EXPECT_EQ(prober.put(target(1)).value(), Prober::Put::unchanged);
  EXPECT_EQ(prober.put(target(1, {.interval = 30s})).value(), Prober::Put::changed);
  EXPECT_EQ(prober.state(1)->state, State::ok);
  auto moved = target(1, {.interval = 30s});
  moved.address = parse_address("2001:db8::1").value();
  EXPECT_EQ(prober.put(moved).value(), Prober::Put::changed);
  EXPECT_EQ(prober.state(1)->state, State::unknown);
  run(31s);
  EXPECT_EQ(prober.state(1)->state, State::ok);
  EXPECT_EQ(prober.put(target(2, {.interval = 1ms})).error().code, "monitor.ping_policy_invalid");
  EXPECT_EQ(prober.size(), 1U);
}

TEST_F(ProberTest, ATargetThatTakesThePlaceOfAnotherGetsNoneOfItsAnswers) {
  wire.fate = [](const Outgoing&) { return ScriptWire::Fate{.answered_after = 500ms}; };
  ASSERT_TRUE(prober.put(target(1)));
  while (wire.sent.empty()) run(1ms);
  prober.remove(1);
  auto next = target(2);
  next.address = target(1).address;
  ASSERT_TRUE(prober.put(next));
  ASSERT_TRUE(prober.check_now(2));
  wire.fate = [](const Outgoing&) { return ScriptWire::Fate{}; };
  run(2s);
  EXPECT_EQ(prober.counters().stale, 1U);
  EXPECT_EQ(prober.state(2)->state, State::unknown);
}

TEST_F(ProberTest, ACheckAskedForReportsItsEndThoughNothingChanged) {
  ASSERT_TRUE(prober.put(target(1)));
  run(61s);
  prober.take_transitions();
  ASSERT_TRUE(prober.check_now(1));
  run(20ms);
  const auto checked = prober.take_checked();
  ASSERT_EQ(checked.size(), 1U);
  EXPECT_EQ(checked[0].state, State::ok);
  EXPECT_EQ(checked[0].round_trip, 3ms);
  EXPECT_TRUE(prober.take_transitions().empty());
  EXPECT_FALSE(prober.check_now(99));
}

TEST_F(ProberTest, WakingUpAfterALongStopSendsNoBurst) {
  for (Id id = 1; id <= 50'000; ++id) ASSERT_TRUE(prober.put(target(id)));
  run(60s, 5ms);
  wire.sent.clear();
  clock.advance(600s);
  run(100ms);
  EXPECT_LE(wire.sent.size(), 20'000U / 10 + 200);
  EXPECT_GT(wire.sent.size(), 1'500U);
  EXPECT_GT(prober.counters().late_starts, 0U);
}

TEST_F(ProberTest, SummariesAddUpToWhatWasSentAndReceived) {
  Prober counting(clock, wire, {.summary_period = 300s});
  std::mt19937 random(5);
  wire.fate = [&](const Outgoing&) {
    return random() % 3 == 0 ? ScriptWire::Fate{}
                             : ScriptWire::Fate{.answered_after = Duration(1'000 + random() % 9'000)};
  };
  for (Id id = 1; id <= 3'000; ++id) ASSERT_TRUE(counting.put(target(id)));
  std::vector<Summary> all;
  for (const auto end = clock.steady() + 1'000s; clock.steady() < end; clock.advance(5ms)) {
    counting.step();
    for (const auto& one : counting.take_summaries()) all.push_back(one);
  }
  EXPECT_EQ(all.size(), 9'000U);
  std::uint64_t sent = 0, received = 0;
  for (const auto& one : all) {
    sent += one.sent;
    received += one.received;
    EXPECT_LE(one.received, one.sent);
    EXPECT_GE(one.sent, 4U);
    if (one.received == 0) continue;
    EXPECT_LE(one.least, one.mean);
    EXPECT_LE(one.mean, one.most);
    EXPECT_GE(one.least, 1ms);
  }
  EXPECT_LE(sent, counting.counters().sent);
  EXPECT_GE(sent * 10, counting.counters().sent * 8);  // the rest is of the period under way
  EXPECT_NEAR(double(received) / double(sent), 2.0 / 3, 0.02);
}

TEST_F(ProberTest, ASweepEndsTogetherAndGivesEveryRequestItsWholeTimeOut) {
  Prober sweep(clock, wire, {.packets_per_second = 0, .summary_period = 0s, .once = true});
  constexpr Id count = 6'400;
  for (Id id = 1; id <= count; ++id) ASSERT_TRUE(sweep.put(target(id)));
  // 64 packets a step of 6 ms: the first round of sending takes 0.6 s. The last one's first request is
  // answered just inside its time-out.
  const auto last = target(count).address;
  int to_last = 0;
  wire.fate = [&](const Outgoing& packet) {
    return packet.to == last && to_last++ == 0 ? ScriptWire::Fate{.answered_after = 4'990ms}
                                               : ScriptWire::Fate{};
  };
  const auto begun = clock.steady();
  while (sweep.finished_once() < std::size_t(count)) {
    sweep.step();
    clock.advance(6ms);
    ASSERT_LT(clock.steady() - begun, 30s);
  }
  EXPECT_GE(clock.steady() - begun, 19'500ms);
  EXPECT_LE(clock.steady() - begun, 20'200ms);
  std::size_t answered = 0;
  for (const auto& transition : sweep.take_transitions()) {
    if (transition.to == State::ok)
      ++answered;
    else
      ASSERT_EQ(transition.attempts, 4);
  }
  EXPECT_EQ(answered, 1U);
  std::map<std::uint32_t, Duration> latest;
  for (const auto& sent : wire.sent) {
    auto& before = latest[sent.to.v4_network_order()];
    if (before != 0s) ASSERT_GE(sent.at - before, 4'500ms);
    before = sent.at;
  }
}

// Whatever the network does, transitions of one target alternate and every check ends.
TEST_F(ProberTest, TransitionsAlternateUnderAnyWeather) {
  std::mt19937 random(11);
  wire.fate = [&](const Outgoing&) {
    switch (random() % 6) {
      case 0:
        return ScriptWire::Fate{.error = random() % 2 ? ENOBUFS : EHOSTUNREACH};
      case 1:
        return ScriptWire::Fate{.answered_after = Duration(random() % 150'000)};
      case 2:
        return ScriptWire::Fate{.fact = Fact::prohibited, .quotes_all = random() % 2 == 0};
      default:
        return ScriptWire::Fate{};
    }
  };
  std::map<Id, State> state;
  for (int round = 0; round < 400; ++round) {
    const Id id = 1 + random() % 40;
    if (random() % 10 == 0) {
      prober.remove(id);
      state.erase(id);
    } else if (random() % 4 == 0) {
      prober.check_now(id);
    } else if (!prober.state(id)) {
      ASSERT_TRUE(prober.put(target(id, {.interval = 1s + Duration(random() % 60'000'000),
                                         .timeout = 100ms,
                                         .retries = std::uint8_t(random() % 4)})));
    }
    run(2s, 5ms);
    for (const auto& transition : prober.take_transitions()) {
      ASSERT_NE(transition.from, transition.to);
      if (!prober.state(transition.id)) continue;
      ASSERT_EQ(transition.from, state.contains(transition.id) ? state[transition.id] : State::unknown);
      state[transition.id] = transition.to;
    }
  }
  EXPECT_GT(prober.counters().answers, 50U);
  EXPECT_GT(prober.counters().failed_checks, 50U);
  for (Id id = 1; id <= 40; ++id) prober.remove(id);
  EXPECT_EQ(prober.step(), std::nullopt);
}

}  // namespace
}  // namespace yagura::monitor::ping
