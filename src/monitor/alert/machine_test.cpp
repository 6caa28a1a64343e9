#include "monitor/alert/machine.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace yagura::monitor::alert {
namespace {

using namespace std::chrono_literals;

class Noting final : public Sink {
 public:
  struct Entry {
    Verdict verdict;
    Alert alert;
    Decision decision;
  };
  void on_decision(const Decision& decision, const Alert& alert) override {
    entries.push_back({decision.verdict, alert, decision});
  }
  bool request_check(Id device) override {
    requested.push_back(device);
    return !unchecked.contains(device);
  }
  [[nodiscard]] std::size_t count(Verdict verdict) const {
    return std::size_t(std::ranges::count(entries, verdict, &Entry::verdict));
  }
  // Devices of one verdict, in order.
  [[nodiscard]] std::vector<Id> devices(Verdict verdict) const {
    std::vector<Id> out;
    for (const auto& entry : entries)
      if (entry.verdict == verdict) out.push_back(entry.alert.key.device);
    return out;
  }
  std::vector<Entry> entries;
  std::vector<Id> requested;
  std::set<Id> unchecked;
};

using Ids = std::vector<Id>;

class MachineTest : public testing::Test {
 protected:
  // 1 is the core; 2 and 3 hang on it; 4 on 2 and 3 (two paths); 5 and 6 on 4.
  void SetUp() override {
    machine.set_topology(Topology::make({{.id = 1, .site = 100},
                                         {.id = 2, .site = 100, .upstreams = {1}},
                                         {.id = 3, .site = 100, .upstreams = {1}},
                                         {.id = 4, .site = 200, .upstreams = {2, 3}},
                                         {.id = 5, .site = 200, .upstreams = {4}},
                                         {.id = 6, .site = 200, .upstreams = {4}}})
                             .value());
  }
  void ping_failed(Id device) { observe({device, 0, "ping"}, Happened::raised, Nature::reachability); }
  void ping_ok(Id device) { observe({device, 0, "ping"}, Happened::cleared, Nature::reachability); }
  void observe(const Key& key, Happened happened, Nature nature = Nature::local,
               Severity severity = Severity::major) {
    machine.observe({.key = key,
                     .happened = happened,
                     .severity = severity,
                     .nature = nature,
                     .at = clock.now(),
                     .evidence = "seen"});
  }
  void pass(Duration time) {
    for (const auto end = clock.steady() + time; clock.steady() < end;) {
      clock.advance(1s);
      machine.tick();
    }
  }
  // A device answers a check, and the second passes in which others could answer too.
  void answers(Id device, int tries = 1) {
    machine.on_check(device, true, tries);
    pass(1s);
  }
  Id alert_of(Id device) {
    for (const auto& alert : machine.open())
      if (alert.key.device == device) return alert.id;
    return 0;
  }

  ManualClock clock{parse_rfc3339("2026-04-28T08:10:00Z").value()};
  IdSource ids{clock};
  Noting sink;
  Machine machine{clock, ids, sink, {}};
};

TEST_F(MachineTest, RepeatsAreOneAlertWithACountAndTimes) {
  const auto begun = clock.now();
  for (int i = 0; i < 50; ++i) {
    observe({1, 3, "fan"}, Happened::raised, Nature::local, i == 20 ? Severity::critical : Severity::warning);
    clock.advance(1s);
  }
  ASSERT_EQ(machine.open().size(), 1U);
  const auto alert = machine.open()[0];
  EXPECT_EQ(alert.count, 50U);
  EXPECT_EQ(alert.first, begun);
  EXPECT_EQ(alert.last, begun + 49s);
  EXPECT_EQ(alert.severity, Severity::critical);
  EXPECT_EQ(sink.count(Verdict::announced), 1U);
  EXPECT_EQ(sink.count(Verdict::worsened), 1U);
  observe({1, 3, "fan"}, Happened::cleared);
  EXPECT_TRUE(machine.open().empty());
  EXPECT_TRUE(sink.entries.back().alert.announced_at);
  EXPECT_TRUE(sink.entries.back().alert.closed_at);
}

TEST_F(MachineTest, AChildSeenFirstWaitsAndBecomesEvidenceUnderItsParent) {
  ping_failed(5);
  EXPECT_EQ(sink.count(Verdict::announced), 0U);
  // Everything above is asked at once.
  EXPECT_EQ((std::set<Id>(sink.requested.begin(), sink.requested.end())), (std::set<Id>{1, 2, 3, 4, 5}));
  answers(1);
  answers(2);
  answers(3);
  pass(17s);
  ping_failed(4);
  answers(2);
  EXPECT_EQ(sink.devices(Verdict::announced), (Ids{4}));
  EXPECT_EQ(sink.devices(Verdict::suppressed), (Ids{5}));
  ping_failed(6);
  EXPECT_EQ(sink.devices(Verdict::announced), (Ids{4}));
  EXPECT_EQ(machine.children(alert_of(4)).size(), 2U);
  EXPECT_EQ(machine.root(alert_of(6)), alert_of(4));
  pass(1h);
  EXPECT_EQ(sink.count(Verdict::announced), 1U);
}

// 5,000 devices behind one: whoever is seen first, one alert and one notice within 30 s of the first sight.
TEST_F(MachineTest, AStormIsOneAlertAndOneNoticeWithinHalfAMinute) {
  std::vector<Topology::Device> devices{{.id = 1}, {.id = 2, .upstreams = {1}}};
  for (Id id = 100; id < 5'100; ++id) devices.push_back({.id = id, .upstreams = {2}});
  machine.set_topology(Topology::make(devices).value());
  const auto begun = clock.now();
  // Spread over five minutes as their checks are; the first sight of the first child asks for the upstreams,
  // whose own check ends 20 s later.
  Id next = 100;
  for (int second = 0; second < 300; ++second) {
    for (int i = 0; i < 17 && next < 5'100; ++i) ping_failed(next++);
    if (second == 0) machine.on_check(1, true, 1);
    if (second == 20) {
      ping_failed(2);
      machine.on_check(2, false, 4);
      machine.on_check(1, true, 1);
    }
    pass(1s);
  }
  ASSERT_EQ(sink.devices(Verdict::announced), (Ids{2}));
  const auto notice = std::ranges::find(sink.entries, Verdict::announced, &Noting::Entry::verdict);
  EXPECT_LE(notice->decision.at - begun, 30s);
  EXPECT_EQ(machine.children(alert_of(2)).size(), 5'000U);
  pass(24h);
  EXPECT_EQ(sink.count(Verdict::announced), 1U);
}

TEST_F(MachineTest, AnUpstreamThatAnswersReleasesTheChildAtOnce) {
  ping_failed(5);
  answers(4);
  EXPECT_EQ(sink.devices(Verdict::announced), (Ids{5}));
}

TEST_F(MachineTest, AnOutageOfTheWayThatJustEndedIsNoAlertOfTheChild) {
  ping_failed(5);
  machine.on_check(4, true, 1);
  ping_ok(5);
  pass(1min);
  EXPECT_EQ(sink.count(Verdict::announced), 0U);
  // An upstream that answers only at a later try was away itself: the child gets time to come back.
  ping_failed(6);
  pass(10s);
  answers(4, 3);
  EXPECT_EQ(sink.count(Verdict::announced), 0U);
  pass(70s);
  answers(4);
  EXPECT_EQ(sink.devices(Verdict::announced), (Ids{6}));
}

TEST_F(MachineTest, AnAnswerFromBeforeTheFailureSaysNothing) {
  answers(4);
  pass(1s);
  ping_failed(5);
  EXPECT_EQ(sink.count(Verdict::announced), 0U);
}

TEST_F(MachineTest, NobodyCouldSayMeansToldWithinHalfAMinute) {
  ping_failed(5);
  pass(27s);
  EXPECT_EQ(sink.count(Verdict::announced), 0U);
  pass(2s);
  EXPECT_EQ(sink.devices(Verdict::announced), (Ids{5}));
}

TEST_F(MachineTest, TwoPathsExplainOnlyWhenBothAreDown) {
  ping_failed(2);
  answers(1);
  ping_failed(4);
  EXPECT_EQ(machine.get(alert_of(4))->standing, Standing::held);
  answers(1);
  pass(18s);
  ping_failed(3);
  answers(1);
  EXPECT_EQ(machine.get(alert_of(4))->standing, Standing::suppressed);
  EXPECT_EQ(machine.get(alert_of(4))->parent, alert_of(2));
  EXPECT_EQ(sink.devices(Verdict::announced), (Ids{2, 3}));
  ping_ok(3);
  EXPECT_EQ(machine.get(alert_of(4))->standing, Standing::held);
}

TEST_F(MachineTest, ChildrenThatStayDownGetTheirOwnAlertAfterTheParentRecovers) {
  ping_failed(4);
  answers(2);
  ping_failed(5);
  ping_failed(6);
  pass(5min);
  sink.requested.clear();
  ping_ok(4);
  EXPECT_EQ((std::set<Id>(sink.requested.begin(), sink.requested.end())), (std::set<Id>{5, 6}));
  pass(10s);
  ping_ok(5);
  pass(45s);
  EXPECT_EQ(sink.devices(Verdict::announced), (Ids{4}));
  pass(6s);
  answers(4);  // asked again before the child is told
  EXPECT_EQ(sink.devices(Verdict::announced), (Ids{4, 6}));
  const auto cleared = std::ranges::find_if(sink.entries, [](const auto& entry) {
    return entry.verdict == Verdict::cleared && entry.alert.key.device == 5;
  });
  ASSERT_NE(cleared, sink.entries.end());
  EXPECT_FALSE(cleared->alert.announced_at);  // never told, so no all-clear either
}

TEST_F(MachineTest, WhatFailsJustAfterAParentsRecoveryHasTimeToStart) {
  ping_failed(4);
  answers(2);
  pass(5min);
  ping_ok(4);
  pass(5s);
  ping_failed(5);
  answers(4);
  EXPECT_EQ(sink.devices(Verdict::announced), (Ids{4}));
  pass(70s);
  answers(4);
  EXPECT_EQ(sink.devices(Verdict::announced), (Ids{4, 5}));
}

TEST_F(MachineTest, WhatNobodyChecksIsJudgedByWhatStandsAboveIt) {
  sink.unchecked = {4};
  ping_failed(5);
  EXPECT_EQ(sink.count(Verdict::announced), 0U);
  ping_failed(1);
  ping_failed(2);
  ping_failed(3);
  EXPECT_EQ(machine.get(alert_of(5))->standing, Standing::suppressed);
  EXPECT_EQ(machine.root(alert_of(5)), alert_of(1));
  EXPECT_EQ(sink.devices(Verdict::announced), (Ids{1}));
  ping_failed(6);  // known by now that nobody checks 4
  EXPECT_EQ(machine.get(alert_of(6))->standing, Standing::suppressed);
}

TEST_F(MachineTest, ADeviceThatIsDownExplainsWhatCouldNotBeAskedOfIt) {
  observe({5, 0, "snmp"}, Happened::raised, Nature::through_path);
  EXPECT_EQ(sink.count(Verdict::announced), 0U);
  ping_failed(5);
  EXPECT_EQ(sink.devices(Verdict::suppressed), (Ids{5}));
  pass(1s);
  answers(4);
  EXPECT_EQ(sink.count(Verdict::announced), 1U);
  EXPECT_EQ(sink.entries.back().alert.key.condition, "ping");
}

TEST_F(MachineTest, ManyChangesAreOneFlappingAlertUntilItIsCalm) {
  for (int i = 0; i < 20; ++i) {
    observe({1, 9, "link"}, i % 2 == 0 ? Happened::raised : Happened::cleared);
    pass(10s);
  }
  EXPECT_EQ(sink.count(Verdict::flapping_started), 1U);
  EXPECT_EQ(sink.count(Verdict::announced), 3U);  // the sixth change began the flapping
  ASSERT_EQ(machine.open().size(), 1U);
  EXPECT_TRUE(machine.open()[0].flapping);
  EXPECT_FALSE(machine.open()[0].on);
  pass(9min);
  EXPECT_EQ(sink.count(Verdict::flapping_stopped), 0U);
  pass(2min);
  EXPECT_EQ(sink.count(Verdict::flapping_stopped), 1U);
  EXPECT_TRUE(machine.open().empty());
  EXPECT_EQ(sink.entries.back().decision.why, "calm");
}

TEST_F(MachineTest, EachContractHasItsOwnRuleOfFlapping) {
  machine.set_flap_rules([](Id device) -> std::optional<FlapRule> {
    if (device != 1) return std::nullopt;
    return FlapRule{.changes = 3, .within = 1min, .calm = 2min};
  });
  for (int i = 0; i < 4; ++i)
    for (const Id device : {1, 2}) {
      observe({device, 9, "link"}, i % 2 == 0 ? Happened::raised : Happened::cleared);
      pass(5s);
    }
  EXPECT_EQ(sink.devices(Verdict::flapping_started), (Ids{1}))
      << "three changes are enough for that contract";
  pass(3min);
  EXPECT_EQ(sink.devices(Verdict::flapping_stopped), (Ids{1}));
}

TEST_F(MachineTest, SlowChangesAreNoFlapping) {
  for (int i = 0; i < 20; ++i) {
    observe({1, 9, "link"}, i % 2 == 0 ? Happened::raised : Happened::cleared);
    pass(3min);
  }
  EXPECT_EQ(sink.count(Verdict::flapping_started), 0U);
  EXPECT_EQ(sink.count(Verdict::announced), 10U);
}

TEST_F(MachineTest, InterfacesThatFlapByDesignAreExcludedAndCounted) {
  machine.set_flapping_by_design({{1, 9}});
  observe({1, 9, "link"}, Happened::raised);
  observe({1, 8, "link"}, Happened::raised);
  EXPECT_EQ(machine.open().size(), 1U);
  EXPECT_EQ(machine.counters().excluded, 1U);
}

TEST_F(MachineTest, ASilenceRecordsEndsByItselfAndTellsWhatIsStillOn) {
  const auto now = clock.now();
  ASSERT_TRUE(machine.add_silence(
      {.id = 1, .from = now + 1min, .to = now + 1h, .sites = {200}, .who = "suzuki", .why = "power cut"}));
  observe({6, 1, "fan"}, Happened::raised);  // before it begins
  EXPECT_EQ(sink.count(Verdict::announced), 1U);
  pass(2min);
  EXPECT_TRUE(machine.silenced(5));
  EXPECT_FALSE(machine.silenced(1));
  observe({5, 1, "fan"}, Happened::raised);
  observe({5, 2, "fan"}, Happened::raised);
  observe({1, 1, "fan"}, Happened::raised);
  EXPECT_EQ(sink.count(Verdict::silenced), 2U);
  EXPECT_EQ(sink.count(Verdict::announced), 2U);
  observe({5, 2, "fan"}, Happened::cleared);
  pass(1h);
  EXPECT_FALSE(machine.silenced(5));
  EXPECT_TRUE(machine.silences().empty());
  EXPECT_EQ(sink.devices(Verdict::announced), (Ids{6, 1, 5}));
}

TEST_F(MachineTest, OverlappingSilencesEndWithTheLastAndAnEarlyEndCounts) {
  const auto now = clock.now();
  ASSERT_TRUE(
      machine.add_silence({.id = 1, .from = now, .to = now + 10min, .devices = {5}, .who = "a", .why = "b"}));
  ASSERT_TRUE(
      machine.add_silence({.id = 2, .from = now, .to = now + 20min, .devices = {5}, .who = "a", .why = "b"}));
  observe({5, 1, "fan"}, Happened::raised);
  pass(15min);
  EXPECT_EQ(sink.count(Verdict::announced), 0U);
  ASSERT_TRUE(machine.end_silence(2));
  EXPECT_EQ(sink.count(Verdict::announced), 1U);
  EXPECT_EQ(machine.end_silence(2).error().code, "monitor.silence_unknown");
}

TEST_F(MachineTest, ASilencedParentStillExplainsItsChildren) {
  const auto now = clock.now();
  ASSERT_TRUE(
      machine.add_silence({.id = 1, .from = now, .to = now + 10min, .devices = {4}, .who = "a", .why = "b"}));
  ping_failed(4);
  answers(2);
  ping_failed(5);
  ping_failed(6);
  pass(9min);
  EXPECT_EQ(sink.count(Verdict::announced), 0U);
  pass(2min);
  answers(2);
  EXPECT_EQ(sink.devices(Verdict::announced), (Ids{4}));
}

TEST_F(MachineTest, IncompleteSilencesAreRefused) {
  const auto now = clock.now();
  const Silence good{.id = 1, .from = now, .to = now + 1h, .devices = {1}, .who = "a", .why = "b"};
  auto bad = good;
  bad.to = bad.from;
  EXPECT_EQ(machine.add_silence(bad).error().code, "monitor.silence_invalid");
  for (auto change : {+[](Silence& s) { s.devices.clear(); }, +[](Silence& s) { s.who.clear(); },
                      +[](Silence& s) { s.why.clear(); }}) {
    bad = good;
    change(bad);
    EXPECT_FALSE(machine.add_silence(bad));
  }
  EXPECT_TRUE(machine.add_silence(good));
}

TEST_F(MachineTest, EventsEndWhenTheyDoNotComeAgain) {
  observe({1, 0, "cold-start"}, Happened::event);
  pass(50min);
  observe({1, 0, "cold-start"}, Happened::event);
  pass(50min);
  ASSERT_EQ(machine.open().size(), 1U);
  EXPECT_EQ(machine.open()[0].count, 2U);
  pass(11min);
  EXPECT_TRUE(machine.open().empty());
  EXPECT_EQ(sink.entries.back().decision.why, "quiet");
  EXPECT_EQ(sink.count(Verdict::announced), 1U);
}

TEST_F(MachineTest, AnEventMayHaveAQuietTimeOfItsOwnAndBeClosedByHand) {
  const auto failed = [&](Id device) {
    machine.observe({.key = {device, 0, "fan"},
                     .happened = Happened::event,
                     .severity = Severity::major,
                     .at = clock.now(),
                     .evidence = "seen",
                     .ends_after = 24h});
  };
  failed(1);
  failed(2);
  pass(2h);
  ASSERT_EQ(machine.open().size(), 2U);
  EXPECT_TRUE(machine.close(machine.open()[0].id, "sato", "fan exchanged"));
  pass(21h);
  EXPECT_EQ(machine.open().size(), 1U);
  pass(1h + 1min);
  EXPECT_TRUE(machine.open().empty());
}

TEST_F(MachineTest, PeopleAcknowledgeCommentAndClose) {
  observe({1, 3, "fan"}, Happened::raised);
  observe({1, 0, "cold-start"}, Happened::event);
  const auto fan = machine.open()[0].id, start = machine.open()[1].id;
  ASSERT_TRUE(machine.acknowledge(fan, "sato", "on the way"));
  ASSERT_TRUE(machine.comment(fan, "sato", "fan 3 stands still"));
  EXPECT_EQ(machine.get(fan)->acknowledged->who, "sato");
  EXPECT_EQ(machine.get(fan)->comments.size(), 1U);
  EXPECT_EQ(machine.close(fan, "sato", "done").error().code, "monitor.alert_still_on");
  EXPECT_TRUE(machine.close(start, "sato", "planned"));
  EXPECT_EQ(machine.comment(start, "sato", "late").error().code, "monitor.alert_unknown");
}

TEST_F(MachineTest, ARestartTellsNothingTwiceAndForgetsNothing) {
  ping_failed(4);
  answers(2);
  ping_failed(5);
  ping_failed(3);
  for (int i = 0; i < 5; ++i) observe({1, 9, "link"}, i % 2 == 0 ? Happened::raised : Happened::cleared);
  const auto now = clock.now();
  ASSERT_TRUE(
      machine.add_silence({.id = 1, .from = now, .to = now + 2h, .devices = {6}, .who = "a", .why = "b"}));
  observe({6, 1, "fan"}, Happened::raised);
  ASSERT_TRUE(machine.acknowledge(alert_of(4), "sato", "seen"));
  const auto before = machine.open();
  auto snapshot = machine.snapshot();

  ManualClock later(clock.now() + 1min);  // another process: its steady time begins anew
  Noting told;
  Machine next(later, ids, told, {});
  next.set_topology(Topology::make({{.id = 1},
                                    {.id = 2, .upstreams = {1}},
                                    {.id = 3, .upstreams = {1}},
                                    {.id = 4, .upstreams = {2, 3}},
                                    {.id = 5, .upstreams = {4}},
                                    {.id = 6, .upstreams = {4}}})
                        .value());
  next.load(std::move(snapshot));
  EXPECT_EQ(next.open(), before);
  EXPECT_EQ(told.count(Verdict::announced), 0U);
  const auto see = [&](const Key& key, Happened happened, Nature nature) {
    next.observe(
        {.key = key, .happened = happened, .nature = nature, .at = later.now(), .evidence = "again"});
  };
  see({4, 0, "ping"}, Happened::raised, Nature::reachability);  // the engine finds its first state again
  see({5, 0, "ping"}, Happened::raised, Nature::reachability);
  EXPECT_EQ(next.open().size(), before.size());
  EXPECT_EQ(told.count(Verdict::announced), 0U);
  see({1, 9, "link"}, Happened::cleared, Nature::local);  // the sixth change
  EXPECT_EQ(told.count(Verdict::flapping_started), 1U);
  next.on_check(1, true, 1);
  later.advance(1s);
  next.tick();
  EXPECT_EQ(told.devices(Verdict::announced), (Ids{3}));  // was held when the old process ended
  for (int i = 0; i < 7'300; ++i) {
    later.advance(1s);
    next.tick();
  }
  EXPECT_EQ(told.devices(Verdict::announced), (Ids{3, 6}));
}

TEST_F(MachineTest, AForgottenDeviceTakesItsAlertsAndFreesItsChildren) {
  ping_failed(4);
  answers(2);
  ping_failed(5);
  machine.forget_device(4);
  EXPECT_EQ(alert_of(4), 0);
  EXPECT_NE(machine.get(alert_of(5))->standing, Standing::suppressed);
  EXPECT_EQ(machine.get(alert_of(5))->parent, 0);
}

// 2's port 7 leads to 4.
TEST_F(MachineTest, ALinkDownBeforeItsFarEndFallsSilentIsEvidenceUnderThat) {
  machine.set_neighbours({{{2, 7}, {4}}});
  observe({2, 7, "link"}, Happened::raised, Nature::link);
  EXPECT_EQ(sink.count(Verdict::held), 1U);
  EXPECT_EQ(sink.count(Verdict::announced), 0U);
  EXPECT_NE(std::ranges::find(sink.requested, Id{4}), sink.requested.end()) << "the far end is asked at once";
  answers(2);
  answers(1);
  answers(3);
  pass(15s);
  ping_failed(4);
  answers(2);
  EXPECT_EQ(sink.devices(Verdict::announced), (Ids{4}));
  ASSERT_EQ(machine.children(alert_of(4)).size(), 1U);
  EXPECT_EQ(machine.children(alert_of(4))[0].key.condition, "link");
  // Both are back: nothing more is told.
  ping_ok(4);
  pass(5s);
  observe({2, 7, "link"}, Happened::cleared, Nature::link);
  pass(120s);
  EXPECT_EQ(sink.count(Verdict::announced), 1U);
  EXPECT_TRUE(machine.open().empty());
  EXPECT_NE(sink.entries.back().alert.parent, 0) << "what it was evidence of stays to be read";
}

TEST_F(MachineTest, ALinkDownAfterItsFarEndFellSilentIsEvidenceAtOnce) {
  machine.set_neighbours({{{2, 7}, {4}}});
  ping_failed(4);
  answers(2);
  observe({2, 7, "link"}, Happened::raised, Nature::link);
  EXPECT_EQ(sink.devices(Verdict::suppressed), (Ids{2}));
  EXPECT_EQ(sink.devices(Verdict::announced), (Ids{4}));
  // The far end is back and the line is not: now it is told, after its time to come up.
  ping_ok(4);
  pass(30s);
  EXPECT_EQ(sink.count(Verdict::announced), 1U);
  pass(31s);
  machine.on_check(4, true, 1);
  machine.on_check(2, true, 1);
  pass(2s);
  EXPECT_EQ(sink.devices(Verdict::announced), (Ids{4, 2}));
}

TEST_F(MachineTest, ALinkDownWhoseFarEndAnswersIsTold) {
  machine.set_neighbours({{{2, 7}, {4}}, {{1, 9}, {}}});
  observe({2, 7, "link"}, Happened::raised, Nature::link);
  machine.on_check(2, true, 1);
  machine.on_check(4, true, 1);
  pass(2s);
  EXPECT_EQ(sink.devices(Verdict::announced), (Ids{2}));
  observe({1, 9, "link"}, Happened::raised, Nature::link);
  EXPECT_EQ(sink.devices(Verdict::announced), (Ids{2, 1}))
      << "a port that leads to nothing watched waits for nobody";
  observe({3, 5, "link"}, Happened::raised, Nature::link);
  pass(29s);
  EXPECT_EQ(sink.devices(Verdict::announced), (Ids{2, 1, 3}))
      << "nobody could say: told within half a minute";
}

TEST_F(MachineTest, AStartBelongsToTheOutageItEnds) {
  const auto start = [&] {
    machine.observe({.key = {1, 0, "start"},
                     .happened = Happened::event,
                     .severity = Severity::major,
                     .nature = Nature::restart,
                     .at = clock.now(),
                     .evidence = "coldStart",
                     .join_within = 15min});
  };
  ping_failed(1);
  pass(1s);
  const Id outage = alert_of(1);
  ASSERT_EQ(sink.count(Verdict::announced), 1U);
  start();  // it says so before it answers a check
  EXPECT_EQ(sink.entries.back().verdict, Verdict::suppressed);
  ping_ok(1);
  EXPECT_TRUE(machine.open().empty()) << "explained, and over with what explains it";
  pass(10min);
  start();
  EXPECT_TRUE(machine.open().empty());
  EXPECT_EQ(sink.entries.back().alert.parent, outage);
  EXPECT_EQ(sink.entries.back().decision.why, "explained");
  // A restart of our own does not forget it.
  Machine again(clock, ids, sink, {});
  again.load(machine.snapshot());
  again.observe({.key = {1, 0, "start"},
                 .happened = Happened::event,
                 .nature = Nature::restart,
                 .at = clock.now(),
                 .evidence = "",
                 .join_within = 15min});
  EXPECT_EQ(sink.count(Verdict::announced), 1U);
  pass(6min);
  start();
  EXPECT_EQ(sink.count(Verdict::announced), 2U) << "too late: this one is news";
}

TEST_F(MachineTest, AStartBehindAnOutageBelongsToThat) {
  ping_failed(4);
  machine.on_check(2, true, 1);
  pass(1s);
  ping_failed(5);
  ASSERT_EQ(sink.devices(Verdict::announced), (Ids{4}));
  const Id outage = alert_of(4);
  ping_ok(4);
  ping_ok(5);
  machine.observe({.key = {5, 0, "start"},
                   .happened = Happened::event,
                   .nature = Nature::restart,
                   .at = clock.now(),
                   .evidence = "",
                   .join_within = 15min});
  EXPECT_EQ(sink.count(Verdict::announced), 1U);
  EXPECT_EQ(sink.entries.back().alert.parent, outage);
}

TEST_F(MachineTest, WhatRaisedAnAlertStaysToBeReadWhenItClears) {
  observe({1, 3, "fan"}, Happened::raised);
  machine.observe(
      {.key = {1, 3, "fan"}, .happened = Happened::cleared, .at = clock.now(), .evidence = "turns"});
  EXPECT_EQ(sink.entries.back().alert.evidence, "seen\nturns");
  observe({1, 3, "fan"}, Happened::raised);
  machine.observe({.key = {1, 3, "fan"}, .happened = Happened::cleared, .at = clock.now(), .evidence = ""});
  EXPECT_EQ(sink.entries.back().alert.evidence, "seen");
}

TEST_F(MachineTest, WhatEndsByTimeEndsAfterARestartWhenItWasToEnd) {
  machine.observe({.key = {1, 4, "fan"},
                   .happened = Happened::event,
                   .at = clock.now(),
                   .evidence = "e",
                   .ends_after = 24h});
  const Time due = clock.now() + 24h;
  EXPECT_EQ(machine.waits(machine.open().front()).quiet_until, due);
  clock.advance(5h);
  auto kept = machine.snapshot();
  ASSERT_EQ(kept.quiet.size(), 1U);
  // Set back by a day meanwhile: no longer than it was to wait at all.
  for (const auto wall_moved : {Duration(2h), Duration(-24h), Duration(30h)}) {
    ManualClock later(clock.now() + wall_moved);
    Noting told;
    Machine next(later, ids, told, {});
    next.load(kept);
    const Duration left = std::clamp<Duration>(due - later.now(), 0s, 24h);
    later.advance(std::max<Duration>(left - 1s, 0s));
    next.tick();
    EXPECT_EQ(next.open().size(), left > 1s ? 1U : 0U) << wall_moved.count();
    later.advance(2s);
    next.tick();
    EXPECT_TRUE(next.open().empty()) << wall_moved.count();
    if (told.entries.empty()) continue;
    EXPECT_EQ(told.entries.back().decision.why, "quiet");
  }
}

TEST_F(MachineTest, ChangesSeenBeforeARestartCountForFlapping) {
  const Key key{1, 9, "link"};
  for (int i = 0; i < 4; ++i) observe(key, i % 2 == 0 ? Happened::raised : Happened::cleared);
  ASSERT_EQ(sink.count(Verdict::flapping_started), 0U);
  const auto last = sink.entries.back().alert;
  ASSERT_TRUE(last.closed_at);
  EXPECT_EQ(machine.waits(last).changes.size(), 4U) << "also of an alert that is over";
  const auto kept = machine.snapshot();
  const auto flaps_after = [&](Duration away) {
    ManualClock later(clock.now() + away);
    Noting told;
    Machine next(later, ids, told, {});
    next.set_topology(Topology::make({{.id = 1}}).value());
    next.load(kept);
    for (int i = 0; i < 2; ++i)
      next.observe({.key = key,
                    .happened = i == 0 ? Happened::raised : Happened::cleared,
                    .at = later.now(),
                    .evidence = "e"});
    return told.count(Verdict::flapping_started);
  };
  EXPECT_EQ(flaps_after(1min), 1U) << "the sixth change within ten minutes";
  EXPECT_EQ(flaps_after(20min), 0U) << "they are an old story by then";
}

}  // namespace
}  // namespace yagura::monitor::alert
