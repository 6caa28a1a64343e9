// Lines of syslog on one core: understood, and understood and put into batches as the intake does.
// --benchmark_filter=syslog; items_per_second is lines. syslog_intake: over loopback into the store on disk;
// `lost` is the share that the kernel had no room for, `cpu_us` the whole process's time a line, the sender's
// and the making of segments included.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>

#include "eventstore/embedded.hpp"
#include "monitor/syslog/intake.hpp"
#include "schema/yaml.hpp"

namespace yagura::monitor::syslog {
namespace {

namespace fs = std::filesystem;
const fs::path kSource = YAGURA_SOURCE_DIR;

struct Ground {
  eventstore::Kinds kinds = eventstore::read_kinds(kSource / "share/events").value();
  std::shared_ptr<const VendorSet> vendors = VendorSet::load(kSource / "share/syslog", kinds).set;
};

// The fixture's lines, with addresses, ports and sessions that differ as they do in life.
std::vector<std::string> lines_of(const std::string& fixture, std::size_t count) {
  const auto raw = schema::read_file(kSource / "src/monitor/syslog/fixtures" / fixture).value();
  std::vector<std::string> templates;
  for (std::size_t at = 0; at < raw.size();) {
    const auto end = raw.find('\n', at);
    templates.push_back(raw.substr(at, end - at));
    at = end + 1;
  }
  const auto vary = [](std::string& line, std::string_view what, const std::string& with) {
    if (const auto at = line.find(what); at != std::string::npos) line.replace(at, what.size(), with);
  };
  std::vector<std::string> out;
  std::uint32_t seed = 1;
  for (std::size_t i = 0; i < count; ++i) {
    auto line = templates[i % templates.size()];
    seed = seed * 1664525 + 1013904223;
    vary(line, "192.168.10.21", "192.168.10." + std::to_string(seed >> 24U));
    vary(line, "51000", std::to_string(20000 + (seed >> 17U)));
    vary(line, "812345", std::to_string(seed));
    vary(line, "4821", std::to_string(seed >> 12U));
    out.push_back(std::move(line));
  }
  return out;
}

void read_lines(benchmark::State& state, const std::string& fixture, bool batches) {
  const Ground ground;
  auto reader = LineReader::make(ground.kinds, ground.vendors).value();
  const auto lines = lines_of(fixture, 20'000);
  const auto now = parse_rfc3339("2026-11-22T03:00:00Z").value();
  const Source source{"fw-01", "192.0.2.1", std::chrono::hours(9), Encoding::guessed};
  std::map<const eventstore::Kind*, eventstore::BatchBuilder> builders;
  std::size_t bytes = 0;
  for (auto _ : state) {
    for (const auto& line : lines) {
      const auto& entry = reader.read(line, now, source);
      benchmark::DoNotOptimize(entry.fields->texts.data());
      bytes += line.size();
      if (!batches) continue;
      auto& builder = builders.try_emplace(entry.fields->kind, *entry.fields->kind).first->second;
      put(entry, builder);
      if (builder.rows() >= 8192) benchmark::DoNotOptimize(builder.take());
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * lines.size()));
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

BENCHMARK_CAPTURE(read_lines, syslog_fortigate, "fortigate/traffic.raw", false)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_lines, syslog_fortigate_batched, "fortigate/traffic.raw", true)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_lines, syslog_fortigate_utm, "fortigate/utm.raw", false)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_lines, syslog_palo_alto, "palo_alto/traffic.raw", false)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_lines, syslog_suricata, "suricata/alert.raw", false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_lines, syslog_cisco_asa, "cisco_asa/connections.raw", false)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_lines, syslog_linux_auth, "linux_auth/messages.raw", false)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_lines, syslog_plain, "plain/lines.raw", false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_lines, syslog_linux_auth_batched, "linux_auth/messages.raw", true)
    ->Unit(benchmark::kMillisecond);

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// From UDP to the disk: as fast as the sender can for half a million datagrams, at most `rate` lines a second
// (0: no limit).
void intake_udp(benchmark::State& state) {
  constexpr std::size_t count = 500'000;
  const auto rate = static_cast<double>(state.range(0));
  SystemClock clock;
  std::string folder = (fs::temp_directory_path() / "yagura-syslog-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return state.SkipWithError("no folder");
  auto kinds = eventstore::read_kinds(kSource / "share/events").value();
  auto opened = eventstore::EmbeddedStore::open(folder, std::move(kinds), clock);
  if (!opened) return state.SkipWithError(opened.error().text().c_str());
  auto& store = **opened;
  IntakeOptions options;
  options.udp = {{"127.0.0.1", 0}};
  Intake intake(clock, store, VendorSet::load(kSource / "share/syslog", store.kinds()).set, options);
  if (!intake.start()) return state.SkipWithError("no socket");
  intake.set_directory(SourceDirectory::build({{{trap::from_v4({127, 0, 0, 1})}, "c", {}}}, std::nullopt));
  const auto lines = lines_of("fortigate/traffic.raw", 100'000);
  const int file = ::socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(intake.ports().udp[0]);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  (void)::connect(file, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  std::uint64_t sent = 0, lost = 0;
  const auto cpu = cpu_seconds();
  for (auto _ : state) {
    const auto begun = clock.steady();
    for (std::size_t i = 0; i < count; ++i) {
      const auto& line = lines[i % lines.size()];
      (void)::send(file, line.data(), line.size(), 0);
      if (rate > 0 && i % 64 == 0) {
        const auto due = begun + Duration(static_cast<std::int64_t>(static_cast<double>(i) * 1e6 / rate));
        if (const auto now = clock.steady(); due > now) std::this_thread::sleep_for(due - now);
      }
    }
    sent += count;
    for (;;) {
      const auto accounts = intake.accounts();
      lost = accounts.lost_in_kernel;
      if (accounts.stored + lost >= sent) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  ::close(file);
  if (!store.flush()) return state.SkipWithError("no segments");
  const auto used = cpu_seconds() - cpu;
  std::int64_t kept = 0;
  for (const auto& extent : store.extents().value()) kept += extent.rows;
  intake.stop();
  opened->reset();
  fs::remove_all(folder);
  if (kept != static_cast<std::int64_t>(sent - lost))
    return state.SkipWithError("lines are missing in the store");
  state.SetItemsProcessed(static_cast<std::int64_t>(sent - lost));
  state.counters["lost"] = static_cast<double>(lost) / static_cast<double>(sent);
  state.counters["cpu_us"] = used * 1e6 / static_cast<double>(sent - lost);
}
BENCHMARK(intake_udp)
    ->Name("syslog_intake_udp_fortigate")
    ->Arg(50'000)
    ->Arg(100'000)
    ->Arg(0)
    ->UseRealTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace yagura::monitor::syslog
