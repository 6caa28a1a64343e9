// Evaluation and schedule: answers of simulated devices over days of a manual clock, and one real snmpd.
#include "monitor/poll/poller.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "monitor/poll/engine.hpp"
#include "monitor/poll/simulated_agent.hpp"
#include "monitor/snmp/net_snmp_fixture.hpp"
#include "schema/shape.hpp"

namespace yagura::monitor::poll {
namespace {

using namespace std::chrono_literals;
const std::string octets64 = "1.3.6.1.2.1.31.1.1.1.6.", octets32 = "1.3.6.1.2.1.2.2.1.10.",
                  names = "1.3.6.1.2.1.31.1.1.1.1.", speeds = "1.3.6.1.2.1.2.2.1.5.",
                  discontinuities = "1.3.6.1.2.1.31.1.1.1.19.";

std::shared_ptr<const Profile> profile() {
  const auto checked = check_profile_text(R"(profile: test
title: {ja: 試験, en: Test}
interval: 300
groups:
  - table: true
    instance: name
    restarts: discontinuity
    columns:
      - {name: name, oid: 1.3.6.1.2.1.31.1.1.1.1, kind: text}
      - {name: speed, oid: 1.3.6.1.2.1.2.2.1.5}
      - {name: octets, oid: 1.3.6.1.2.1.31.1.1.1.6, or: [1.3.6.1.2.1.2.2.1.10], kind: counter, limit: speed / 8}
      - {name: discontinuity, oid: 1.3.6.1.2.1.31.1.1.1.19}
    keep: [{column: name, not_in: [lo]}]
    metrics:
      - id: bits
        title: {ja: 受信, en: Received}
        unit: bit/s
        value: octets * 8
        thresholds: [{severity: warning, above: 800, leave: 400, hold: 2}]
      - {id: total, title: {ja: 合計, en: Sum}, unit: bit/s, value: octets * 8, across: sum}
  - columns:
      - {name: load, oid: 1.3.6.1.4.1.9999.1.0}
    metrics:
      - {id: load, title: {ja: 負荷, en: Load}, unit: "%", value: load}
)");
  EXPECT_TRUE(checked.profile) << (checked.faults.empty() ? "" : checked.faults[0].error.text());
  return checked.profile;
}

struct Sinks : SampleSink, PollSink {
  std::vector<Sample> samples;
  std::vector<Observation> observations;
  std::vector<PollResult> results;
  void take(std::vector<Sample>&& batch) override {
    samples.insert(samples.end(), batch.begin(), batch.end());
  }
  void take(const Observation& o) override { observations.push_back(o); }
  void take(const PollResult& r) override { results.push_back(r); }
  std::map<std::string, double> drain() {
    std::map<std::string, double> out;
    for (const Sample& s : samples) out[s.metric + "/" + s.instance] = s.value;
    samples.clear();
    return out;
  }
};

// One device behind an Exchange in memory.
class PollerTest : public testing::Test, public DatagramSink {
 protected:
  PollerTest() {
    mib.set_text(names + "1", "ge1");
    mib.set_text(names + "2", "ge2");
    mib.set_text(names + "3", "lo");
    mib.set("1.3.6.1.4.1.9999.1.0", snmp::tag::gauge32, 42);
    for (const char* i : {"1", "2", "3"}) mib.set(speeds + i, snmp::tag::gauge32, 1'000'000);
    target.device = 7;
    target.endpoint = *Endpoint::parse("192.0.2.7");
    target.access.community = "public";
    exchange.set(target);
  }
  std::span<std::uint8_t> room() override { return room_; }
  void send(const Endpoint& to, snmp::Bytes datagram) override {
    queue.emplace_back(to, std::string(snmp::text_of(datagram)));
  }
  void deliver() {
    while (!queue.empty()) {
      const auto [to, datagram] = queue.front();
      queue.pop_front();
      if (dead) continue;
      std::vector<std::uint8_t> space(65536);
      const auto answer = agent.answer(snmp::bytes_of(datagram), clock.steady(), space);
      if (!answer.empty()) exchange.receive(to, answer, clock.steady());
    }
    exchange.tick(clock.steady());
  }
  // Sets the device's counters and lets one interval pass.
  std::map<std::string, double> interval(std::uint64_t one, std::uint64_t two, Duration time = 300s) {
    for (Duration passed{}; passed < time; passed += 1s) {
      clock.advance(1s);
      mib.set("1.3.6.1.2.1.1.3.0", snmp::tag::time_ticks,
              static_cast<std::uint64_t>((clock.steady() - started).count() / 10'000) & 0xffffffff);
      mib.set((wide ? octets64 : octets32) + "1", wide ? snmp::tag::counter64 : snmp::tag::counter32, one);
      mib.set((wide ? octets64 : octets32) + "2", wide ? snmp::tag::counter64 : snmp::tag::counter32, two);
      poller.step();
      deliver();
      poller.step();
    }
    return sinks.drain();
  }
  void watch(std::shared_ptr<const Profile> p = profile()) { poller.set({target, {std::move(p)}}); }

  ManualClock clock{Time{} + 1'700'000'000s};
  SimulatedMib mib;
  SimulatedAgent agent{mib};
  Target target;
  snmp::UsmKeyCache keys;
  Exchange exchange{*this, keys};
  Sinks sinks;
  Poller poller{clock,
                {[](const Target&) {}, [this](Id id) { exchange.remove(id); },
                 [this](Id id, std::shared_ptr<const Query> q, std::function<void(Answer&&)> done) {
                   exchange.ask(id, std::move(q), std::move(done), clock.steady());
                 }},
                sinks,
                sinks};
  std::deque<std::pair<Endpoint, std::string>> queue;
  std::vector<std::uint8_t> room_ = std::vector<std::uint8_t>(1472);
  Duration started = -1000s;
  bool wide = true, dead = false;
};

TEST_F(PollerTest, samples_each_interval_with_rates_from_the_second_on) {
  watch();
  auto first = interval(1000, 5000);
  EXPECT_EQ(first.size(), 1u) << "no rate yet";
  EXPECT_EQ(first["load/"], 42);
  auto second = interval(1000 + 3000, 5000 + 6000);
  EXPECT_DOUBLE_EQ(second["bits/ge1"], 80);
  EXPECT_DOUBLE_EQ(second["bits/ge2"], 160);
  EXPECT_DOUBLE_EQ(second["total/"], 240);
  EXPECT_FALSE(second.contains("bits/lo")) << "filtered";
  EXPECT_EQ(sinks.results.size(), 2u);
}

TEST_F(PollerTest, a_threshold_entered_in_an_earlier_run_is_left_in_this_one) {
  PolledDevice device{target, {profile()}};
  device.entered = {{"bits", "ge1", Severity::warning}};
  poller.set(std::move(device));
  interval(1000, 1000);
  interval(4000, 4000);  // 80 bit/s, below both limits
  ASSERT_EQ(sinks.observations.size(), 1u) << "of ge1 alone";
  EXPECT_EQ(sinks.observations[0].instance, "ge1");
  EXPECT_FALSE(sinks.observations[0].entered);
  // Still beyond it: nothing new is said.
  poller.remove(target.device);
  poller.step();
  device = {target, {profile()}};
  device.entered = {{"bits", "ge1", Severity::warning}};
  poller.set(std::move(device));
  sinks.observations.clear();
  for (std::uint64_t i = 1; i < 6; ++i) interval(10'000 + 300'000 * i, 4000);
  EXPECT_TRUE(sinks.observations.empty());
}

TEST_F(PollerTest, hurried_it_asks_now_and_goes_on_from_there) {
  watch();
  interval(1000, 1000);
  const auto before = sinks.results.size();
  poller.hurry(target.device, "test");
  poller.hurry(target.device, "no such");
  poller.hurry(99, "test");
  interval(2000, 2000, 2s);
  EXPECT_EQ(sinks.results.size(), before + 1);
  interval(3000, 3000);
  EXPECT_EQ(sinks.results.size(), before + 2) << "no second schedule has begun";
}

TEST_F(PollerTest, asks_only_for_what_the_device_has) {
  watch();
  interval(1, 1);
  const auto q = profile();
  EXPECT_EQ(exchange.counts().timeouts, 0u);
  agent.requests = 0;
  interval(2, 2);
  const int narrowed = agent.requests;
  wide = false;  // the 64-bit counters vanish (another card): found again within the usual time
  mib.erase(octets64 + "1");
  mib.erase(octets64 + "2");
  std::map<std::string, double> samples;
  for (int i = 0; i < 30; ++i) samples = interval(1000U * static_cast<unsigned>(i), 0);
  EXPECT_TRUE(samples.contains("bits/ge1"));
  EXPECT_LE(narrowed, 3);
}

TEST_F(PollerTest, thirty_two_bits_wrap_and_sixty_four_too) {
  wide = false;
  watch();
  interval(4294967000, 0);
  EXPECT_DOUBLE_EQ(interval(2704, 3000)["bits/ge1"], 80);
}

TEST_F(PollerTest, a_restart_gives_no_rate_once_and_says_so) {
  watch();
  interval(1'000'000, 1);
  interval(1'003'000, 1);
  started = clock.steady() + 100s;
  auto after = interval(500, 1);
  EXPECT_FALSE(after.contains("bits/ge1"));
  EXPECT_TRUE(sinks.results.back().restarted);
  EXPECT_GT(sinks.results.back().rates_withheld, 0u);
  EXPECT_DOUBLE_EQ(interval(3500, 1)["bits/ge1"], 80);
}

TEST_F(PollerTest, a_restart_that_left_counters_higher_is_no_spike) {
  watch();
  interval(100, 1);
  started = clock.steady() + 10s;
  EXPECT_FALSE(interval(1'000'000'000, 1).contains("bits/ge1"));
}

TEST_F(PollerTest, a_row_whose_counters_were_reset_alone) {
  mib.set(discontinuities + "1", snmp::tag::time_ticks, 5);
  mib.set(discontinuities + "2", snmp::tag::time_ticks, 5);
  watch();
  interval(1000, 1000);
  mib.set(discontinuities + "1", snmp::tag::time_ticks, 900);
  auto after = interval(900000, 4000);
  EXPECT_FALSE(after.contains("bits/ge1"));
  EXPECT_DOUBLE_EQ(after["bits/ge2"], 80);
}

TEST_F(PollerTest, missed_polls_average_over_the_gap) {
  watch();
  interval(0, 0);
  interval(3000, 0);
  dead = true;
  interval(0, 0, 900s);
  EXPECT_TRUE(sinks.results.back().error);
  EXPECT_EQ(sinks.results.back().error->code, "monitor.snmp_timeout");
  dead = false;
  EXPECT_DOUBLE_EQ(interval(3000 + 4 * 3000, 0)["bits/ge1"], 80);
}

TEST_F(PollerTest, an_interface_is_followed_by_name_when_its_index_changes) {
  watch();
  interval(3'000'000, 1000);
  mib.set_text(names + "1", "ge2");
  mib.set_text(names + "2", "ge1");
  auto swapped = interval(4000, 3'003'000);
  EXPECT_DOUBLE_EQ(swapped["bits/ge1"], 80);
  EXPECT_DOUBLE_EQ(swapped["bits/ge2"], 80);
}

TEST_F(PollerTest, two_rows_of_one_name_stay_apart) {
  mib.set_text(names + "2", "ge1");
  watch();
  interval(0, 0);
  auto both = interval(3000, 6000);
  EXPECT_DOUBLE_EQ(both["bits/ge1"], 80);
  EXPECT_DOUBLE_EQ(both["bits/ge1#2"], 160);
}

TEST_F(PollerTest, thresholds_become_observations_once) {
  watch();
  interval(0, 0);
  std::uint64_t at = 0;
  for (int i = 0; i < 5; ++i) interval(at += 60'000, 0);  // 1,600 bit/s
  ASSERT_EQ(sinks.observations.size(), 1u);
  EXPECT_TRUE(sinks.observations[0].entered);
  EXPECT_EQ(sinks.observations[0].instance, "ge1");
  EXPECT_EQ(sinks.observations[0].device, 7);
  dead = true;
  interval(0, 0, 600s);
  EXPECT_EQ(sinks.observations.size(), 1u) << "silence is not recovery";
  dead = false;
  for (int i = 0; i < 3; ++i) interval(at += 3'000, 0);
  ASSERT_EQ(sinks.observations.size(), 2u);
  EXPECT_FALSE(sinks.observations[1].entered);
}

TEST_F(PollerTest, new_settings_keep_what_is_remembered_and_removal_ends_it) {
  const auto p = profile();
  watch(p);
  interval(0, 0);
  watch(p);
  EXPECT_DOUBLE_EQ(interval(3000, 0)["bits/ge1"], 80);
  poller.remove(7);
  EXPECT_TRUE(interval(6000, 0, 900s).empty());
}

TEST_F(PollerTest, devices_are_spread_over_the_interval) {
  std::set<std::int64_t> starts;
  const auto p = profile();
  for (Id id = 100; id < 200; ++id) {
    Target t = target;
    t.device = id;
    exchange.set(t);
    poller.set({t, {p}});
  }
  int most = 0;
  for (int s = 0; s < 300; ++s) {
    const std::size_t before = queue.size();
    clock.advance(1s);
    poller.step();
    most = std::max(most, static_cast<int>(queue.size() - before));
  }
  EXPECT_LE(most, 12);
}

TEST(PollerReal, every_profile_of_the_house_against_a_real_snmpd) {
  if (!snmp::test::program("snmpd")) GTEST_SKIP() << "snmpd is not installed";
  const snmp::test::Snmpd snmpd("");
  ASSERT_TRUE(snmpd.running());
  const SystemClock clock;
  Engine engine(clock);
  ASSERT_TRUE(engine.start());
  const auto profiles = load_profiles(std::filesystem::path(YAGURA_SOURCE_DIR) / "share/profiles");
  ASSERT_TRUE(profiles);
  struct Kept : Sinks {
    Guarded<int> done;
    void take(const PollResult& r) override {
      Sinks::take(r);
      done.with([](int& n) { ++n; });
    }
    using Sinks::take;
  } sinks;
  Target target;
  target.device = 1;
  target.endpoint = *Endpoint::parse("127.0.0.1", snmpd.port());
  target.access.community = "public";
  PolledDevice device{target, {}};
  for (const auto& [id, p] : *profiles) {
    auto quick = std::make_shared<Profile>();
    quick->id = p->id;
    quick->groups = p->groups;
    quick->interval = 1s;
    quick->finish();
    device.profiles.push_back(quick);
  }
  {
    Poller poller(clock, asker(engine), sinks, sinks);
    poller.set(device);
    poller.start();
    for (int i = 0;
         i < 100 && sinks.done.with([](int n) { return n; }) < static_cast<int>(profiles->size()) * 3; ++i)
      ::usleep(100'000);
    poller.stop();
  }
  engine.stop();
  std::set<std::string> metrics;
  for (const Sample& s : sinks.samples) metrics.insert(s.metric);
  for (const char* wanted :
       {"system.uptime", "host.memory.used", "host.storage.used", "ucd.load1", "ucd.memory.used", "if.oper"})
    EXPECT_TRUE(metrics.contains(wanted)) << wanted;
  for (const PollResult& r : sinks.results) EXPECT_FALSE(r.error) << r.profile << " " << r.error->text();
}

}  // namespace
}  // namespace yagura::monitor::poll
