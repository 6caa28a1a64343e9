// One upstream fails above many devices, as the ping engine reports it: the work of the alert state alone.
#include <benchmark/benchmark.h>

#include "monitor/alert/machine.hpp"

namespace {

using namespace yagura;
using namespace yagura::monitor;
using namespace yagura::monitor::alert;

class Counting final : public Sink {
 public:
  void on_decision(const Decision& decision, const Alert&) override {
    ++decisions;
    announced += decision.verdict == Verdict::announced;
    suppressed += decision.verdict == Verdict::suppressed;
  }
  bool request_check(Id) override {
    ++checks;
    return true;
  }
  std::size_t decisions = 0, announced = 0, suppressed = 0, checks = 0;
};

// A core, a router behind it, and `count` devices behind 50 switches behind that router.
Topology storm_topology(Id count) {
  std::vector<Topology::Device> devices{{.id = 1}, {.id = 2, .upstreams = {1}}};
  for (Id at = 0; at < 50; ++at) devices.push_back({.id = 10 + at, .upstreams = {2}});
  for (Id at = 0; at < count; ++at) devices.push_back({.id = 1'000 + at, .upstreams = {10 + at % 50}});
  return Topology::make(devices).value();
}

void storm(benchmark::State& state) {
  const auto count = Id(state.range(0));
  const auto topology = storm_topology(count);
  const auto ping = [&](Machine& machine, const Clock& clock, Id device, Happened happened) {
    machine.observe({.key = {device, 0, "ping"},
                     .happened = happened,
                     .severity = Severity::critical,
                     .nature = Nature::reachability,
                     .at = clock.now(),
                     .evidence = "no answer to 4 requests in 20 s"});
  };
  Counting sink;
  for (auto _ : state) {
    ManualClock clock(from_micros(1'780'000'000'000'000));
    IdSource ids(clock);
    sink = {};
    Machine machine(clock, ids, sink, {});
    machine.set_topology(topology);
    // Half of the children are seen first, as chance has it; then the router; then the rest.
    for (Id at = 0; at < count / 2; ++at) ping(machine, clock, 1'000 + at, Happened::raised);
    machine.on_check(1, true, 1);
    clock.advance(std::chrono::seconds(20));
    for (Id at = 0; at < 50; ++at) ping(machine, clock, 10 + at, Happened::raised);
    ping(machine, clock, 2, Happened::raised);
    machine.on_check(1, true, 1);
    clock.advance(std::chrono::seconds(1));
    machine.tick();
    for (Id at = count / 2; at < count; ++at) ping(machine, clock, 1'000 + at, Happened::raised);
    if (sink.announced != 1) state.SkipWithError("not exactly one announcement");
    // And back again.
    ping(machine, clock, 2, Happened::cleared);
    for (Id at = 0; at < 50; ++at) ping(machine, clock, 10 + at, Happened::cleared);
    for (Id at = 0; at < count; ++at) ping(machine, clock, 1'000 + at, Happened::cleared);
    if (sink.announced != 1 || !machine.open().empty()) state.SkipWithError("not quiet again");
  }
  state.counters["decisions"] = double(sink.decisions);
  state.counters["checks"] = double(sink.checks);
  state.SetItemsProcessed(std::int64_t(state.iterations()) * count * 2);
}
BENCHMARK(storm)->Arg(5'000)->Arg(50'000)->Unit(benchmark::kMillisecond);

}  // namespace
