// SNMP polling beside net-snmp's library in-process and beside one snmpget a question; see bench/snmp.sh.
//   snmp_poll_bench agents PORT DEVICES OBJECTS
//   snmp_poll_bench yagura|net-snmp|net-snmp-epoll|kernel PORT DEVICES OBJECTS VARBINDS IN_FLIGHT v2c|v3
//   ROUNDS snmp_poll_bench snmpget PORT COUNT v2c|v3
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <semaphore>
#include <string>
#include <vector>

#include "load.hpp"
#include "monitor/poll/engine.hpp"

namespace bench {

using namespace yagura;
using namespace yagura::monitor;

Outcome poll_with_yagura(const Load& load, int rounds) {
  const SystemClock clock;
  poll::Engine engine(clock);
  if (!engine.start()) std::exit(2);
  std::vector<snmp::Oid> names;
  for (int i = 1; i <= load.objects; ++i)
    names.push_back(snmp::Oid{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6}.child(static_cast<std::uint32_t>(i)));
  const auto query = std::make_shared<const poll::Query>(names, std::vector<std::vector<snmp::Oid>>{});
  for (int n = 0; n < load.devices; ++n) {
    poll::Target t;
    t.device = n + 1;
    t.endpoint = *poll::Endpoint::parse(address(n), load.port);
    t.access.version = load.v3 ? snmp::Version::v3 : snmp::Version::v2c;
    t.access.community = "public";
    t.access.usm = {user, snmp::AuthProtocol::sha1, auth_password, snmp::PrivProtocol::aes128, priv_password};
    t.limits.varbinds = load.varbinds;
    t.limits.in_flight = load.in_flight;
    engine.set(t);
  }
  Outcome out;
  double wall = 0, cpu = 0;
  for (int round = -1; round < rounds; ++round) {
    if (round == 0) {
      out = {};
      wall = wall_seconds();
      cpu = cpu_seconds();
    }
    std::binary_semaphore done(0);
    int left = load.devices;
    for (int n = 0; n < load.devices; ++n)
      engine.ask(n + 1, query, [&](poll::Answer&& answer) {
        for ([[maybe_unused]] const auto& v : answer.values()) ++out.values;
        out.failures += answer.error ? 1 : 0;
        if (--left == 0) done.release();
      });
    done.acquire();
  }
  out.wall = wall_seconds() - wall;
  out.cpu = cpu_seconds() - cpu;
  out.gets = static_cast<long>(rounds) * load.devices * ((load.objects + load.varbinds - 1) / load.varbinds);
  engine.stop();
  const auto counts = engine.counts();
  std::fprintf(stderr, "  yagura: sent %llu, again %llu, lost in kernel %llu\n",
               static_cast<unsigned long long>(counts.exchange.sent),
               static_cast<unsigned long long>(counts.exchange.again),
               static_cast<unsigned long long>(counts.lost_in_kernel));
  return out;
}

// One process a question, as a shell loop or a check plug-in does; without MIB files, which is its fastest.
Outcome poll_with_snmpget(std::uint16_t port, int count, bool v3) {
  Outcome out;
  const double wall = wall_seconds();
  ::setenv("MIBS", "", 1);
  for (int n = 0; n < count; ++n) {
    std::string peer = address(n % 1000) + ":" + std::to_string(port),
                oid = "1.3.6.1.2.1.31.1.1.1.6." + std::to_string(1 + n % 100);
    std::vector<std::string> words{"snmpget", "-m", ""};
    if (v3)
      words.insert(words.end(), {"-v3", "-u", user, "-l", "authPriv", "-a", "SHA", "-A", auth_password, "-x",
                                 "AES", "-X", priv_password});
    else
      words.insert(words.end(), {"-v2c", "-c", "public"});
    words.insert(words.end(), {peer, oid});
    std::vector<char*> raw;
    for (auto& w : words) raw.push_back(w.data());
    raw.push_back(nullptr);
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
    pid_t id = 0;
    int status = -1;
    if (::posix_spawnp(&id, "snmpget", &quiet, nullptr, raw.data(), environ) == 0) ::waitpid(id, &status, 0);
    posix_spawn_file_actions_destroy(&quiet);
    ++out.gets;
    if (status == 0)
      ++out.values;
    else
      ++out.failures;
  }
  out.wall = wall_seconds() - wall;
  rusage use{};
  ::getrusage(RUSAGE_CHILDREN, &use);
  out.cpu = static_cast<double>(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
            static_cast<double>(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
  return out;
}

}  // namespace bench

int main(int argc, char** argv) {
  const auto number = [&](int i) { return i < argc ? std::atoi(argv[i]) : 0; };
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "agents" && argc == 5)
    bench::run_agents(static_cast<std::uint16_t>(number(2)), number(3), number(4));
  bench::Outcome out;
  if (what == "snmpget" && argc == 5) {
    out = bench::poll_with_snmpget(static_cast<std::uint16_t>(number(2)), number(3),
                                   std::strcmp(argv[4], "v3") == 0);
  } else if ((what == "yagura" || what == "net-snmp" || what == "net-snmp-epoll" || what == "kernel") &&
             argc == 9) {
    const bench::Load load{static_cast<std::uint16_t>(number(2)), number(3), number(4), number(5), number(6),
                           std::strcmp(argv[7], "v3") == 0};
    out = what == "yagura"   ? bench::poll_with_yagura(load, number(8))
          : what == "kernel" ? bench::poll_with_nothing(load, number(8))
                             : bench::poll_with_net_snmp(load, number(8), what == "net-snmp");
  } else {
    std::fprintf(stderr, "see the head of bench/snmp/poll_bench.cpp\n");
    return 2;
  }
  std::printf("values=%ld gets=%ld failures=%ld wall=%.4f cpu=%.4f gets_per_s=%.0f gets_per_cpu_s=%.0f\n",
              out.values, out.gets, out.failures, out.wall, out.cpu, static_cast<double>(out.gets) / out.wall,
              static_cast<double>(out.gets) / out.cpu);
  return out.failures == 0 ? 0 : 1;
}
