// Measures the ping engine: one line of "name=value" pairs for bench/ping.sh.
//
//   ping_bench sweep COUNT [DEAD_PERCENT] [LANES]   one sweep over 127.0.0.1 and up; dead ones are spread
//   evenly
//                                                   over 127.128.0.0/9, which the driver makes silent
//   ping_bench sweep6 COUNT [LANES]                 the same over fd00::1 and up, all alive
//   ping_bench steady COUNT INTERVAL_S SECONDS      the engine at rest over COUNT addresses
//   ping_bench change COUNT                         COUNT targets, then every second one changed
#include <arpa/inet.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include "monitor/ping/engine.hpp"
#include "monitor/ping/sweep.hpp"

namespace {

using namespace yagura;
using namespace yagura::monitor::ping;

constexpr std::uint32_t alive_first = 0x7f000001, dead_first = 0x0a000002;

double cpu_seconds() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& t) { return double(t.tv_sec) + double(t.tv_usec) / 1e6; };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

long memory_kib(const char* field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(field)) return std::atol(line.c_str() + line.find(':') + 1);
  return 0;
}

std::vector<Target> targets6(std::size_t count) {
  std::vector<Target> out;
  for (std::size_t i = 1; i <= count; ++i) {
    Address address{};
    address.bytes[0] = 0xfd;
    for (std::size_t octet = 0; octet < 4; ++octet)
      address.bytes[15 - octet] = static_cast<std::uint8_t>(i >> 8 * octet);
    out.push_back({.id = Id(i), .address = address, .policy = {}});
  }
  return out;
}

std::vector<Target> targets(std::size_t count, unsigned dead_percent, Policy policy) {
  std::vector<Target> out;
  for (std::size_t i = 0; i < count; ++i) {
    const bool dead = (i * dead_percent) % 100 + dead_percent >= 100;
    const auto ip = (dead ? dead_first : alive_first) + std::uint32_t(i);
    out.push_back({.id = Id(i + 1), .address = Address::from_v4(htonl(ip)), .policy = policy});
  }
  return out;
}

class Counting final : public Sink {
 public:
  void on_transitions(std::span<const Transition> transitions) override { seen += transitions.size(); }
  void on_checked(std::span<const Checked>) override {}
  void on_summaries(std::span<const Summary>) override {}
  std::atomic<std::size_t> seen{0};
};

int sweep(const std::vector<Target>& all, unsigned lanes) {
  const SystemClock clock;
  const auto cpu = cpu_seconds();
  const auto record = run_sweep(clock, all, {.packets_per_second = 0, .lanes = lanes});
  if (!record) return std::fprintf(stderr, "%s\n", record.error().text().c_str()), 1;
  double sum = 0;
  for (const auto& result : record->results) sum += double(result.round_trip.count());
  std::printf(
      "wall=%.3f cpu=%.3f answered=%zu no_answer=%zu not_finished=%zu mean_us=%.0f lost_in_kernel=%llu "
      "rss_mb=%.1f\n",
      double(record->took.count()) / 1e6, cpu_seconds() - cpu, record->answered, record->no_answer,
      record->not_finished, record->answered == 0 ? 0 : sum / double(record->answered),
      static_cast<unsigned long long>(record->wire.lost_in_kernel), double(memory_kib("VmHWM")) / 1024);
  return 0;
}

int steady(std::size_t count, int interval, int seconds) {
  const SystemClock clock;
  Counting sink;
  auto engine = Engine::start(clock, sink, {});
  if (!engine) return std::fprintf(stderr, "%s\n", engine.error().text().c_str()), 1;
  {
    const auto all = targets(count, 0, {.interval = std::chrono::seconds(interval)});
    if (!(*engine)->set_targets(all)) return 1;
  }
  const auto cpu = cpu_seconds();
  const auto from = (*engine)->totals().probes;
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  const auto totals = (*engine)->totals();
  std::printf(
      "cpu_percent=%.2f rss_mb=%.1f rss_peak_mb=%.1f checks_per_s=%.1f answers=%llu late_starts=%llu "
      "worst_delay_ms=%.1f\n",
      (cpu_seconds() - cpu) * 100 / seconds, double(memory_kib("VmRSS")) / 1024,
      double(memory_kib("VmHWM")) / 1024, double(totals.probes.checks - from.checks) / seconds,
      static_cast<unsigned long long>(totals.probes.answers),
      static_cast<unsigned long long>(totals.probes.late_starts),
      double(totals.probes.worst_delay.count()) / 1000);
  return 0;
}

int change(std::size_t count) {
  const SystemClock clock;
  Counting sink;
  auto engine = Engine::start(clock, sink, {});
  if (!engine) return std::fprintf(stderr, "%s\n", engine.error().text().c_str()), 1;
  auto all = targets(count, 0, {.interval = std::chrono::seconds(30)});
  const auto timed = [&] {
    const auto begun = clock.steady();
    if (!(*engine)->set_targets(all)) std::abort();
    return double((clock.steady() - begun).count()) / 1000;
  };
  const auto first = timed();
  std::this_thread::sleep_for(std::chrono::seconds(3));
  for (std::size_t i = 0; i < all.size(); i += 2) all[i].policy.interval = std::chrono::seconds(60);
  for (std::size_t i = 1; i < all.size(); i += 4)
    all[i].id += Id(count) * 2;  // a quarter replaced by new ones
  const auto second = timed();
  std::this_thread::sleep_for(std::chrono::seconds(3));
  const auto none = timed();
  const auto totals = (*engine)->totals();
  std::printf(
      "load_ms=%.1f change_ms=%.1f no_change_ms=%.1f worst_delay_ms=%.1f late_starts=%llu rss_mb=%.1f\n",
      first, second, none, double(totals.probes.worst_delay.count()) / 1000,
      static_cast<unsigned long long>(totals.probes.late_starts), double(memory_kib("VmRSS")) / 1024);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 2 ? argv[1] : "";
  const auto number = [&](int at, int otherwise) { return argc > at ? std::atoi(argv[at]) : otherwise; };
  if (what == "sweep")
    return sweep(targets(std::size_t(number(2, 1)), unsigned(number(3, 0)), {}), unsigned(number(4, 0)));
  if (what == "sweep6") return sweep(targets6(std::size_t(number(2, 1))), unsigned(number(3, 0)));
  if (what == "steady") return steady(std::size_t(number(2, 1)), number(3, 300), number(4, 60));
  if (what == "change") return change(std::size_t(number(2, 1)));
  std::fprintf(stderr, "usage: ping_bench sweep|steady|change COUNT ...\n");
  return 2;
}
