// Events against rules on one core: --benchmark_filter=log_rules; items_per_second is events.
//
// Events are those of the syslog fixtures, with addresses that differ, in batches as the intake makes them;
// rules are the product's and as many more for other words. `matches` is the share of events that fulfil a
// rule's condition.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "monitor/log_rules/rule_ground.hpp"

namespace yagura::monitor::log_rules {
namespace {

const RuleGround& ground() {
  static const RuleGround ground;
  return ground;
}

std::shared_ptr<const RuleSet> rules(int number, const std::string& form) {
  static const contract::Pack none;
  auto written = ground().standard.rules;
  for (int i = 0; static_cast<int>(written.size()) < number; ++i) {
    auto rule = written.at("logon-failures");
    rule.set("id", "more-" + std::to_string(i));
    rule.set("when", fmt::format(fmt::runtime(form), i));
    written.emplace("more-" + std::to_string(i), std::move(rule));
  }
  auto loaded = RuleSet::of_contract(written, none, ground().vocabulary);
  if (!loaded.faults.empty()) std::abort();
  return loaded.set;
}

void judge(benchmark::State& state, const std::string& fixture, int number, const std::string& form) {
  const auto raw = schema::read_file(ground().share / "../src/monitor/syslog/fixtures" / fixture).value();
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < raw.size();) {
    const auto end = std::min(raw.find('\n', at), raw.size());
    lines.push_back(raw.substr(at, end - at));
    at = end + 1;
  }
  auto reader = syslog::LineReader::make(ground().kinds, ground().vendors).value();
  const syslog::Source source{"fw-01", "192.0.2.1", std::chrono::hours(9), syslog::Encoding::guessed};
  std::map<const eventstore::Kind*, eventstore::BatchBuilder> builders;
  std::uint32_t seed = 1;
  for (std::size_t i = 0; i < 10'000; ++i) {
    auto line = lines[i % lines.size()];
    for (const auto* address : {"192.168.10.21", "203.0.113.66"})
      if (const auto at = line.find(address); at != std::string::npos) {
        seed = seed * 1664525 + 1013904223;
        line.replace(at, std::string_view(address).size(),
                     fmt::format("10.{}.{}.9", seed >> 28U, seed >> 24U));
      }
    const auto& entry = reader.read(line, ground().received, source);
    put(entry, builders.try_emplace(entry.fields->kind, *entry.fields->kind).first->second);
  }
  std::vector<std::pair<const eventstore::Kind*, eventstore::Batch>> batches;
  for (auto& [kind, builder] : builders) batches.emplace_back(kind, builder.take());
  Judge judge("c", ground().kinds, rules(number, form), {});
  judge.set_devices(std::make_shared<DeviceNames>(DeviceNames{{"fw-01", 7}}));
  std::size_t hits = 0;
  for (auto _ : state) {
    Hits out;
    for (const auto& [kind, batch] : batches) judge.judge(*kind, batch, ground().received, out);
    hits += out.size();
  }
  const auto counted = judge.counters();
  state.SetItemsProcessed(static_cast<std::int64_t>(counted.events));
  state.counters["matches"] = static_cast<double>(counted.matches) / static_cast<double>(counted.events);
  state.counters["hits"] = benchmark::Counter(static_cast<double>(hits), benchmark::Counter::kAvgIterations);
}

constexpr auto names = "kind:syslog,firewall message_id:more-{}";
constexpr auto fragments = "kind:syslog,firewall \"nothing of this {}\"";
constexpr auto everywhere = "kind:syslog,firewall -action:more-{} -severity:more source_port:70000";

BENCHMARK_CAPTURE(judge, log_rules_13_firewall, "fortigate/traffic.raw", 13, names);
BENCHMARK_CAPTURE(judge, log_rules_100_firewall, "fortigate/traffic.raw", 100, names);
BENCHMARK_CAPTURE(judge, log_rules_100_firewall_utm, "fortigate/utm.raw", 100, names);
BENCHMARK_CAPTURE(judge, log_rules_100_linux_auth, "linux_auth/messages.raw", 100, names);
BENCHMARK_CAPTURE(judge, log_rules_100_fragments_firewall, "fortigate/traffic.raw", 100, fragments);
BENCHMARK_CAPTURE(judge, log_rules_100_unaided_firewall, "fortigate/traffic.raw", 100, everywhere);

}  // namespace
}  // namespace yagura::monitor::log_rules
