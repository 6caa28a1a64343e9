// Events against rules: counted, joined, late, silent, bounded, and known again after a restart.
#include "monitor/log_rules/engine.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <set>

#include "eventstore/ask/matches.hpp"
#include "eventstore/plain_store.hpp"
#include "monitor/log_rules/rule_ground.hpp"
#include "monitor/log_rules/trial.hpp"
#include "monitor/log_rules/watched_store.hpp"

namespace yagura::monitor::log_rules {
namespace {

using namespace std::chrono_literals;
namespace es = eventstore;

RuleGround& ground() {
  static RuleGround ground;
  return ground;
}

struct SetClock final : Clock {
  Time wall = ground().received;
  Time now() const override { return wall; }
  Duration steady() const override { return wall.time_since_epoch(); }
};

// A log-on of a user from an address, so long after the beginning.
struct Line {
  Duration after{};
  std::string from = "203.0.113.66", action = "login", outcome = "failure", device = "fw-01";
};

es::Batch batch_of(const std::vector<Line>& lines) {
  const auto& kind = ground().kinds.at("syslog");
  es::BatchBuilder builder(kind);
  for (const auto& line : lines) {
    builder.row(ground().received + line.after);
    builder.text(*kind.index_of("device"), line.device);
    builder.text(*kind.index_of("source_ip"), line.from);
    builder.text(*kind.index_of("action"), line.action);
    builder.text(*kind.index_of("outcome"), line.outcome);
    builder.text(*kind.index_of("user"), "root");
  }
  return builder.take();
}

Engine::Before before(Time judged, std::vector<Told> told, std::optional<Time> since = Time::min()) {
  return {judged, std::move(told),
          [](const Hit& hit) { return hit.rule->condition() + (hit.object.empty() ? "" : " " + hit.object); },
          [since](const std::string&, const LogRule&) { return since; }};
}

struct Bench {
  explicit Bench(const std::string& yaml, MemoryBounds bounds = {})
      : engine(
            clock, ground().kinds,
            [this](Hits&& hits) {
              for (auto& hit : hits) all.push_back(std::move(hit));
            },
            bounds) {
    auto rule = ground().rule(yaml);
    EXPECT_TRUE(rule) << rule.error().text();
    engine.set_rules("c", RuleSet::alone(std::move(*rule)));
    engine.set_devices({{"c", std::make_shared<DeviceNames>(DeviceNames{{"fw-01", 7}, {"fw-02", 8}})}});
  }
  void judge(const std::vector<Line>& lines) { engine.judge("c", "syslog", batch_of(lines)); }
  // "7 203.0.113.66 +3": device, thing, how it ended or began, events
  std::vector<std::string> said() {
    std::vector<std::string> out;
    for (const auto& hit : all)
      out.push_back(std::to_string(hit.device) + " " + hit.object + (hit.cleared ? " -" : " +") +
                    std::to_string(hit.count));
    all.clear();
    return out;
  }
  SetClock clock;
  Hits all;
  Engine engine;
};
using Said = std::vector<std::string>;

const std::string three_failures =
    "{when: 'kind:syslog outcome:failure', by: [source_ip], times: 3, within: 5 min, quiet: 30 min, "
    "text: {ja: '{source_ip} {count} {user}', en: e}}";

TEST(RuleEngine, CountsWithinTheWindowByThing) {
  Bench bench(three_failures);
  bench.judge({{0min}, {4min}, {.after = 4min, .from = "192.0.2.9"}});
  EXPECT_EQ(bench.said(), Said{});
  bench.judge({{6min}});  // three, but not within five minutes
  EXPECT_EQ(bench.said(), Said{});
  bench.judge({{7min}});
  ASSERT_EQ(bench.all.size(), 1U);
  EXPECT_EQ(bench.all.front().words.ja, "203.0.113.66 3 root");
  EXPECT_EQ(bench.all.front().last, ground().received + 7min);
  EXPECT_EQ(bench.said(), Said{"7 203.0.113.66 +3"});
  bench.judge({{7min}, {8min}, {.after = 8min, .outcome = "success"}});  // goes on: joined
  EXPECT_EQ(bench.said(), Said{"7 203.0.113.66 +4"});
}

TEST(RuleEngine, EventsOutOfOrderAndLateCountAtTheirTimes) {
  Bench bench(three_failures);
  bench.judge({{60min}, {2min}, {61min}, {0min}});
  EXPECT_EQ(bench.said(), Said{});
  bench.judge({{4min}});  // the third of an hour ago
  EXPECT_EQ(bench.said(), Said{"7 203.0.113.66 +3"});
  bench.judge({{62min}});
  EXPECT_EQ(bench.said(), Said{"7 203.0.113.66 +3"});
}

TEST(RuleEngine, DevicesAreToldApartAndStrangersRaiseNothing) {
  Bench bench("{when: 'outcome:failure', quiet: 1 h}");
  bench.judge({{.device = "fw-02"}, {.device = "192.0.2.77"}, {}});
  EXPECT_EQ(bench.said(), (Said{"8  +1", "7  +1"}));
  EXPECT_EQ(bench.engine.counters().no_device, 1U);
  bench.engine.judge("other", "syslog", batch_of({{}}));
  EXPECT_EQ(bench.said(), Said{});
}

TEST(RuleEngine, WhatEndsIsJudgedByTimeNotByArrival) {
  Bench bench(
      "{when: 'action:link outcome:failure', clears: 'action:link outcome:success', by: [source_ip]}");
  const Line down{.after = 10s, .from = "Gi1", .action = "link"}, up{20s, "Gi1", "link", "success"};
  bench.judge({down, up});
  EXPECT_EQ(bench.said(), (Said{"7 Gi1 +1", "7 Gi1 -1"}));
  Bench turned(
      "{when: 'action:link outcome:failure', clears: 'action:link outcome:success', by: [source_ip]}");
  turned.judge({up, down});
  EXPECT_EQ(turned.said(), Said{"7 Gi1 -1"}) << "its start is known to be over";
  auto again = down;
  again.after = 30s;
  turned.judge({again});
  EXPECT_EQ(turned.said(), Said{"7 Gi1 +1"});
}

TEST(RuleEngine, SilenceIsRaisedOnceAndEndsWithTheNextEvent) {
  Bench bench("{when: 'kind:syslog', silent: 1 h, text: {ja: '{device}', en: '{device}'}}");
  bench.judge({{}, {}});
  bench.clock.wall += 59min;
  bench.engine.tick();
  EXPECT_EQ(bench.said(), Said{});
  bench.clock.wall += 2min;
  bench.engine.tick();
  bench.engine.tick();
  ASSERT_EQ(bench.all.size(), 1U);
  EXPECT_EQ(bench.all.front().words.ja, "fw-01");
  EXPECT_EQ(bench.said(), Said{"7  +1"});
  bench.judge({{}, {}});
  EXPECT_EQ(bench.said(), Said{"7  -1"});
}

TEST(RuleEngine, HostileNamesPushOutTheirOwnAndNotMore) {
  const MemoryBounds bounds{
      .keys_each = 100, .instants_each = 1000, .keys = 150, .instants = 1500, .alerts_each = 5};
  Bench bench(three_failures, bounds);
  bench.judge({{.device = "fw-02"}, {.after = 1s, .device = "fw-02"}});
  for (int i = 0; i < 200; ++i) {
    std::vector<Line> lines;
    for (int j = 0; j < 50; ++j) lines.push_back({.after = 2s, .from = std::to_string(i * 50 + j)});
    bench.judge(lines);
    EXPECT_LE(bench.engine.counters().keys, 150U);
  }
  EXPECT_GT(bench.engine.counters().forgotten, 9000U);
  bench.judge({{.after = 3s, .device = "fw-02"}});
  EXPECT_EQ(bench.said(), Said{"8 203.0.113.66 +3"}) << "another device's count stands";
  Bench one("{when: 'outcome:failure', by: [source_ip], quiet: 1 h}", bounds);
  std::vector<Line> lines;
  for (int j = 0; j < 50; ++j) lines.push_back({.from = std::to_string(j)});
  one.judge(lines);
  EXPECT_EQ(one.said(), (Said{"7 0 +1", "7 1 +1", "7 2 +1", "7 3 +1", "7 4 +1", "7 * +45"}));
  one.judge({{.after = 2h, .from = "new"}});
  EXPECT_EQ(one.said(), Said{"7 new +1"}) << "the others are over";
}

TEST(RuleEngine, AfterARestartCountsStandAndOnlyNewsIsTold) {
  auto rows = std::make_shared<es::PlainRows>();
  const std::vector<Line> lines{
      {0min}, {1min}, {2min}, {.after = 1min, .from = "b"}, {.after = 2min, .from = "b"}};
  Bench first(three_failures);
  es::PlainStore store(ground().kinds, first.clock, rows);
  WatchedStore watched(store, first.engine);
  ASSERT_TRUE(watched.append("c", "syslog", batch_of(lines)));
  EXPECT_EQ(first.said(), Said{"7 203.0.113.66 +3"});

  Bench second(three_failures);
  second.clock.wall += 3min;
  const std::vector<Told> told{
      {7, "log:rule 203.0.113.66", ground().received, ground().received + 2min, true}};
  EXPECT_TRUE(second.engine.rebuild(store, before(ground().received, told), 10s).empty());
  EXPECT_EQ(second.said(), Said{}) << "on record already";
  second.judge({{.after = 3min, .from = "b"}});
  EXPECT_EQ(second.said(), Said{"7 b +3"}) << "two of before the restart and one of after it";

  // The alert had not come to disk before the end.
  Bench third(three_failures);
  third.clock.wall += 3min;
  EXPECT_TRUE(third.engine.rebuild(store, before(ground().received, {}), 10s).empty());
  EXPECT_EQ(third.said(), Said{"7 203.0.113.66 +3"});

  // It counts only since then: what was before it is none of its alerts, however often there is a start.
  Bench later(three_failures);
  later.clock.wall += 3min;
  EXPECT_TRUE(
      later.engine.rebuild(store, before(ground().received, {}, ground().received + 3min), 10s).empty());
  EXPECT_EQ(later.said(), Said{});

  // A rule of today counts what was before, and tells of what comes.
  Bench fourth(three_failures);
  fourth.clock.wall += 3min;
  EXPECT_TRUE(fourth.engine.rebuild(store, before(ground().received, {}, std::nullopt), 10s).empty());
  EXPECT_EQ(fourth.said(), Said{});
  fourth.judge({{3min}});
  EXPECT_EQ(fourth.said(), Said{"7 203.0.113.66 +3"});
}

// When what is on record could not be read at the start, it is done while events come in.
TEST(RuleEngine, ALateRebuildCountsNothingTwice) {
  auto rows = std::make_shared<es::PlainRows>();
  Bench bench(three_failures);
  es::PlainStore store(ground().kinds, bench.clock, rows);
  ASSERT_TRUE(store.append("c", "syslog", batch_of({{0min}, {.after = 0min, .from = "b"}})));
  bench.judge({{1min}});
  ASSERT_TRUE(store.append("c", "syslog", batch_of({{1min}})));
  bench.clock.wall += 2min;
  auto from_start = before(ground().received, {});
  from_start.until = ground().received + 30s;
  EXPECT_TRUE(bench.engine.rebuild(store, from_start, 10s).empty());
  EXPECT_EQ(bench.said(), Said{});
  bench.judge({{2min}, {.after = 2min, .from = "b"}});
  EXPECT_EQ(bench.said(), Said{"7 203.0.113.66 +3"}) << "one of before the start, two of after it";
}

TEST(RuleEngine, AfterARestartAnEndThatWasMissedIsTold) {
  const std::string link =
      "{when: 'action:link outcome:failure', clears: 'action:link outcome:success', by: [source_ip]}";
  auto rows = std::make_shared<es::PlainRows>();
  Bench bench(link);
  es::PlainStore store(ground().kinds, bench.clock, rows);
  ASSERT_TRUE(store.append("c", "syslog",
                           batch_of({{0min, "Gi1", "link"},
                                     {1min, "Gi1", "link", "success"},
                                     {2min, "Gi2", "link"},
                                     {3min, "Gi2", "link", "success"},
                                     {4min, "Gi2", "link"}})));
  bench.clock.wall += 5min;
  const auto at = ground().received;
  const std::vector<Told> told{{7, "log:rule Gi1", at, at, true},
                               {7, "log:rule Gi2", at + 4min, at + 4min, true}};
  EXPECT_TRUE(bench.engine.rebuild(store, before(at, told), 10s).empty());
  EXPECT_EQ(bench.said(), (Said{"7 Gi1 -1", "7 Gi2 +1"}))
      << "Gi2's of before was not on record, its end is over";
}

TEST(RuleEngine, SilenceAfterARestartCountsFromTheStart) {
  auto rows = std::make_shared<es::PlainRows>();
  Bench bench("{when: 'kind:syslog', silent: 1 h}");
  es::PlainStore store(ground().kinds, bench.clock, rows);
  ASSERT_TRUE(store.append("c", "syslog", batch_of({{}})));
  bench.clock.wall += 5h;
  EXPECT_TRUE(bench.engine.rebuild(store, before(ground().received, {}), 10s).empty());
  bench.engine.tick();
  EXPECT_EQ(bench.said(), Said{});
  bench.clock.wall += 61min;
  bench.engine.tick();
  EXPECT_EQ(bench.said(), Said{"7  +1"}) << "fw-02 never sent anything";
}

TEST(RuleTrial, SaysWhatWouldHaveBeenRaised) {
  auto rows = std::make_shared<es::PlainRows>();
  SetClock clock;
  es::PlainStore store(ground().kinds, clock, rows);
  std::vector<Line> lines;
  for (int i = 0; i < 5; ++i) lines.push_back({.after = std::chrono::minutes(i)});
  for (int i = 0; i < 3; ++i) lines.push_back({.after = std::chrono::minutes(120 + i)});
  lines.push_back({.after = 1min, .device = "192.0.2.77"});
  ASSERT_TRUE(store.append("c", "syslog", batch_of(lines)));
  const auto devices = std::make_shared<const DeviceNames>(DeviceNames{{"fw-01", 7}});
  const auto at = ground().received;
  const auto trial =
      try_rule(store, {"c", ground().rule(three_failures).value(), devices, at - 24h, at + 24h}, {});
  ASSERT_TRUE(trial) << trial.error().text();
  EXPECT_EQ(trial->matches, 9U);
  EXPECT_EQ(trial->no_device, 1U);
  EXPECT_EQ(trial->alerts, 2U);
  ASSERT_EQ(trial->first.size(), 2U);
  EXPECT_EQ(trial->first[0].count, 5U);
  EXPECT_EQ(trial->first[0].ended, at + 34min);
  EXPECT_EQ(trial->first[0].device_name, "fw-01");
  EXPECT_EQ(trial->first[1].object, "203.0.113.66");
  EXPECT_FALSE(trial->outcome.partial());
  const auto silent = try_rule(
      store, {"c", ground().rule("{when: 'kind:syslog', silent: 1 h}").value(), devices, at - 24h, at + 24h},
      {});
  ASSERT_TRUE(silent);
  EXPECT_EQ(silent->alerts, 2U) << "between the two, and after the last";
  EXPECT_EQ(silent->first[0].at, at + 64min);
  EXPECT_EQ(silent->first[0].ended, at + 120min);
  EXPECT_EQ(silent->first[1].ended, std::nullopt);
}

// The index against the reference that judges one event at a time.
TEST(RuleIndex, FindsWhatTheReferenceFinds) {
  std::mt19937_64 random(1);
  const auto& kind = ground().kinds.at("syslog");
  const std::vector<std::string> words{"",     "login",  "LOGIN",     "failure", "success",
                                       "root", "見積書", "root 見積", "a*b"};
  std::vector<std::string> fields{"action",   "outcome", "user",        "message",
                                  "severity", "device",  "source_port", "no_such"};
  const auto any = [&](const auto& of) -> const auto& { return of[random() % of.size()]; };
  const std::function<es::Condition(int)> make = [&](int depth) {
    using Type = es::Condition::Type;
    es::Condition out;
    const auto choice = random() % (depth > 2 ? 4 : 7);
    if (choice >= 4) {
      out.type = choice == 4 ? Type::all : choice == 5 ? Type::any : Type::no;
      for (std::size_t i = 0; i < (choice == 6 ? 1 : 1 + random() % 3); ++i)
        out.parts.push_back(make(depth + 1));
      return out;
    }
    out.type = choice == 0   ? Type::equals
               : choice == 1 ? Type::contains
               : choice == 2 ? Type::like
                             : Type::range;
    out.field = random() % 4 == 0 ? "" : any(fields);
    if (choice == 3) out.field = "source_port";
    out.value = any(words);
    if (choice == 2) out.value = out.value.substr(0, 3) + "*" + (random() % 2 ? "?" : "");
    out.low = static_cast<std::int64_t>(random() % 3);
    out.high = out.low + 1;
    return out;
  };
  for (int round = 0; round < 300; ++round) {
    std::vector<es::Condition> conditions;
    for (int i = 0; i < 70; ++i) conditions.push_back(make(0));
    es::BatchBuilder builder(kind);
    for (int row = 0; row < 20; ++row) {
      builder.row(from_micros(row));
      for (std::size_t f = 0; f < kind.fields.size(); ++f)
        if (kind.fields[f].type == es::FieldType::number)
          builder.number(f, static_cast<std::int64_t>(random() % 4));
        else if (std::ranges::find(fields, kind.fields[f].name) != fields.end())
          builder.text(f, any(words));
    }
    const auto batch = builder.take();
    std::set<std::pair<std::size_t, std::size_t>> found, right;
    RuleIndex(kind, conditions).each_match(batch, [&](std::size_t row, std::size_t condition) {
      EXPECT_TRUE(found.emplace(row, condition).second);
    });
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      std::vector<es::Event::Cell> cells;
      for (const auto& column : batch.columns)
        if (column.ids.empty())
          cells.emplace_back(column.numbers[row]);
        else
          cells.emplace_back(batch.strings[column.ids[row]]);
      for (std::size_t i = 0; i < conditions.size(); ++i)
        if (es::matches(conditions[i], kind, cells)) right.emplace(row, i);
    }
    ASSERT_EQ(found, right) << "round " << round;
  }
}

}  // namespace
}  // namespace yagura::monitor::log_rules
