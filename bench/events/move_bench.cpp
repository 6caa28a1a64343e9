// Moving events from the embedded store to ClickHouse: how long, and what both have on disk.
//   move_bench TSV FOLDER [--rows N] [--one] [--fill] [--servers DIR] [--batch N]
//
// TSV: what generate_operation_log wrote. FOLDER is for the embedded store; one that is there is used as it
// is. YAGURA_TEST_CLICKHOUSE: what tests/support/clickhouse.sh printed. --one: the first server alone, not
// both as shards. --fill: nothing but the embedded store, so that another run moves it with nothing beside.
// --servers: the folder given to clickhouse.sh, to tell the CPU time of its two servers.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "eventstore/clickhouse/clickhouse_store.hpp"
#include "eventstore/embedded.hpp"
#include "eventstore/move.hpp"
#include "measure.hpp"
#include "record.hpp"

namespace yagura::bench {
namespace {

using namespace eventstore;
using Seconds = std::chrono::duration<double>;

template <class F>
double seconds_of(F&& work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return Seconds(std::chrono::steady_clock::now() - begun).count();
}

double own_cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// Of both servers, as the kernel counts them: user and system.
double servers_cpu_seconds(const std::filesystem::path& folder) {
  double out = 0;
  for (const auto* server : {"1", "2"}) {
    int pid = 0;
    std::ifstream(folder / server / "pid") >> pid;
    std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
    std::string stat;
    std::getline(in, stat);
    std::istringstream rest(stat.substr(std::min(stat.rfind(')') + 1, stat.size())));
    std::string word;
    for (int i = 0; i < 11; ++i) rest >> word;
    double user = 0, system = 0;
    rest >> user >> system;
    out += (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }
  return out;
}

// As agents send: of each PC a thousand rows at a time.
void fill(EventStore& store, const Kind& kind, const char* file, std::size_t rows) {
  std::map<std::string, BatchBuilder, std::less<>> waiting;
  std::ifstream in(file);
  std::string line;
  for (std::size_t n = 0; n < rows && std::getline(in, line); ++n) {
    std::vector<std::string_view> cells;
    for (std::size_t at = 0; at <= line.size();) {
      const auto end = std::min(line.find('\t', at), line.size());
      cells.push_back(std::string_view(line).substr(at, end - at));
      at = end + 1;
    }
    cells.resize(tsv_columns);
    std::int64_t ms = 0, bytes = 0;
    std::from_chars(cells[0].begin(), cells[0].end(), ms);
    std::from_chars(cells.back().begin(), cells.back().end(), bytes);
    auto& build = waiting.try_emplace(std::string(cells[1]), kind).first->second;
    build.row(from_micros(ms * 1000));
    for (std::size_t f = 0; f + 2 < cells.size(); ++f) build.text(f, cells[f + 1]);
    build.number(cells.size() - 2, bytes);
    if (build.rows() == 1000) must(store.append("city", kind.kind, build.take()));
  }
  for (auto& [pc, build] : waiting)
    if (build.rows() > 0) must(store.append("city", kind.kind, build.take()));
}

void show(const char* name, EventStore& store, double seconds) {
  for (const auto& extent : must(store.extents()))
    fmt::print("| {} | {} | {:.1f} | {:.2f} |\n", name, extent.rows, seconds,
               static_cast<double>(extent.bytes) / static_cast<double>(extent.rows));
  std::fflush(stdout);
}

int run(int argc, char** argv) {
  std::size_t rows = 20'000'000;
  bool one = false, only_fill = false;
  MoveOptions options;
  std::filesystem::path servers;
  for (int i = 3; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--rows" && i + 1 < argc) rows = std::strtoull(argv[++i], nullptr, 10);
    if (word == "--batch" && i + 1 < argc) options.batch_rows = std::strtoull(argv[++i], nullptr, 10);
    if (word == "--servers" && i + 1 < argc) servers = argv[++i];
    one = one || word == "--one";
    only_fill = only_fill || word == "--fill";
  }
  const char* given = std::getenv("YAGURA_TEST_CLICKHOUSE");
  if (argc < 3 || (given == nullptr && !only_fill)) {
    fmt::print(stderr,
               "usage: move_bench TSV FOLDER [--rows N] [--one] [--fill] [--servers DIR] [--batch N], with "
               "YAGURA_TEST_CLICKHOUSE set\n");
    return 2;
  }
  const SystemClock clock;
  const Kinds kinds{{"operation", must(read_kind(YAGURA_SOURCE_DIR "/share/events/operation.yaml"))}};
  const std::filesystem::path folder = argv[2];
  const bool fresh = !std::filesystem::exists(folder);
  std::filesystem::create_directories(folder);
  // Without merging beside it, as the command has it.
  EmbeddedOptions quiet;
  quiet.background = false;
  const auto from = must(EmbeddedStore::open(folder, kinds, clock, fresh ? EmbeddedOptions() : quiet));
  fmt::print("| what | rows | seconds | bytes/record |\n| --- | --- | --- | --- |\n");
  double seconds = 0;
  if (fresh)
    seconds = seconds_of([&] {
      fill(*from, kinds.at("operation"), argv[1], rows);
      must(from->flush());
    });
  show("embedded, filled", *from, seconds);
  if (only_fill) return 0;

  clickhouse::Settings settings;
  std::istringstream words(given);
  settings.nodes.resize(2);
  words >> settings.nodes[0] >> settings.nodes[1] >> settings.account.password;
  settings.account.user = "yagura";
  settings.database = "move" + std::to_string(::getpid());
  settings.cluster = "yagura";
  if (one) {
    settings.nodes.pop_back();
    settings.cluster.clear();
  }
  const auto to = must(ClickHouseStore::open(settings, kinds, clock));
  options.progress = folder.string() + ".progress";
  std::chrono::steady_clock::time_point last = std::chrono::steady_clock::now();
  double copied = 0, compared = 0;
  options.report = [&](const MoveStep& step) {
    const auto now = std::chrono::steady_clock::now();
    (step.verified ? compared : copied) += Seconds(now - last).count();
    last = now;
  };
  const auto own = own_cpu_seconds(), others = servers_cpu_seconds(servers);
  const auto whole = seconds_of([&] { must(move_events(*from, *to, options)); });
  const auto client = own_cpu_seconds() - own, server = servers_cpu_seconds(servers) - others;
  show(one ? "ClickHouse, moved" : "ClickHouse in two shards, moved", *to, whole);
  fmt::print("of that copying {:.1f} s, comparing {:.1f} s\n", copied, compared);
  fmt::print("CPU seconds: client {:.1f}, servers {:.1f}; client at most {:.0f} MB\n", client, server,
             resident_mb("VmHWM:"));
  std::fflush(stdout);
  for (const auto& node : settings.nodes) {
    clickhouse::Request request;
    request.statement = "DROP DATABASE " + settings.database;
    (void)clickhouse::Http(node, settings.account).send(request);
  }
  return 0;
}

}  // namespace
}  // namespace yagura::bench

int main(int argc, char** argv) { return yagura::bench::run(argc, argv); }
