// Both ends of the measurement of traps; bench/trap.sh runs them beside snmptrapd.
//
//   trap_bench receive FOLDER MIBS KINDS   receiver, spool on disk and consumer until SIGTERM; prints
//   "port=N",
//                                          at the end its accounts and CPU seconds
//   trap_bench send PORT v2c|v3 RATE SECONDS
//   trap_bench burst PORT COUNT MILLISECONDS
#include <arpa/inet.h>
#include <netinet/udp.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "monitor/trap/consumer.hpp"
#include "monitor/trap/receiver.hpp"
#include "monitor/trap/sealed_trap.hpp"

namespace {

using namespace yagura;
using namespace yagura::monitor;
using namespace yagura::monitor::trap;
using SteadyClock = std::chrono::steady_clock;

const std::string kEngine("\x80\x00\x00\x09\x03switch", 11);
const snmp::UsmCredentials kUser{"ops", snmp::AuthProtocol::sha1, "password-one", snmp::PrivProtocol::aes128,
                                 "secret-one"};

volatile std::sig_atomic_t stop_asked = 0;

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

int receive(const std::filesystem::path& folder, const char* mibs, const char* kinds) {
  const SystemClock clock;
  const auto library = mib::Library::load({mibs});
  auto loaded = KindSet::load({kinds}, library);
  auto spool = Spool::open({folder / "spool", 64U << 20U}).value();
  FileEngineStore engines(folder / "engines");
  auto local = open_local_engine(folder / "engine", clock).value();
  snmp::UsmKeyCache cache;
  Sender sender;
  sender.device = 42;
  sender.addresses = {from_v4({127, 0, 0, 1})};
  sender.communities = {"public"};
  sender.users = {kUser};
  sender.engine_ids = {kEngine};
  const auto directory = SenderDirectory::build({sender}, local.engine_id(), cache);
  Receiver::Options options;  // as installed, but for the port
  options.listen = {{"::", 0}};
  Receiver receiver(clock, *spool, engines, std::move(local), options);
  receiver.set_directory(directory);
  if (const auto started = receiver.start(); !started) {
    std::fprintf(stderr, "%s\n", started.error().text().c_str());
    return 1;
  }
  std::uint64_t raised = 0;
  auto consumer =
      Consumer::open(clock, *spool, folder / "cursor", [&](std::span<const Observation> batch) -> Result<> {
        for (const auto& one : batch) raised += one.effect == Effect::raises ? 1 : 0;
        return {};
      }).value();
  consumer->set_kinds(loaded.kinds);
  consumer->set_directory(directory);
  std::printf("port=%d\n", receiver.ports()[0]);
  std::fflush(stdout);
  std::signal(SIGTERM, [](int) { stop_asked = 1; });
  while (stop_asked == 0) {
    if (consumer->run_once(4096).value() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    drop_consumed(spool->folder(), consumer->cursor(), 256U << 20U);
  }
  // What was stored when the sender had just stopped must be through within this.
  const auto begun = SteadyClock::now();
  while (consumer->run_once(4096).value() > 0) {
  }
  const double behind = std::chrono::duration<double>(SteadyClock::now() - begun).count();
  const auto accounts = receiver.accounts();
  std::printf(
      "received=%llu stored=%llu refused=%llu lost=%llu matched=%llu behind_s=%.3f cpu_s=%.3f buffer=%d\n",
      static_cast<unsigned long long>(accounts.received), static_cast<unsigned long long>(accounts.stored),
      static_cast<unsigned long long>(accounts.refused_in_all()),
      static_cast<unsigned long long>(accounts.lost_in_kernel), static_cast<unsigned long long>(raised),
      behind, cpu_seconds(), receiver.receive_buffer());
  return 0;
}

// A thousand different link-down traps with four bindings beyond the two of the protocol, all of one size.
std::vector<std::string> traps(bool v3) {
  const snmp::Oid link_down{1, 3, 6, 1, 6, 3, 1, 1, 5, 3};
  const snmp::Oid entry{1, 3, 6, 1, 2, 1, 2, 2, 1};
  snmp::UsmKeyCache cache;
  const auto keys = cache.keys(kUser, snmp::bytes_of(kEngine)).value();
  std::vector<std::string> out;
  for (std::int32_t i = 1000; i < 2000; ++i) {
    const auto index = static_cast<std::uint32_t>(i);
    std::string binds;
    for (const auto& [column, value] : {std::pair{1U, i}, {3U, 6}, {7U, 1}, {8U, 2}})
      binds += integer_bind(entry.child(column).child(index), value);
    const auto content = notification_binds(link_down, binds);
    out.push_back(v3 ? sealed(keys, kEngine, 5, 100000, snmp::PduType::trap_v2, i, content, index)
                     : community_trap(snmp::Version::v2c, "public", snmp::PduType::trap_v2, i, content));
  }
  return out;
}

// Hands the kernel up to 32 traps at once (UDP_SEGMENT), as each leaves as a datagram of its own: so the
// sender takes less of the machine than what it measures.
class Generator {
 public:
  Generator(std::uint16_t port, bool v3)
      : traps_(traps(v3)), fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int size = static_cast<int>(traps_[0].size());
    for (const auto& trap : traps_)
      if (trap.size() != traps_[0].size()) std::abort();
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 ||
        ::setsockopt(fd_, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof size) != 0)
      std::abort();
  }
  std::uint64_t send(std::size_t count) {
    std::uint64_t sent = 0;
    while (count > 0) {
      const auto some = std::min(count, most);
      for (std::size_t i = 0; i < some; ++i) {
        auto& bytes = traps_[next_++ % traps_.size()];
        parts_[i] = {bytes.data(), bytes.size()};
      }
      const msghdr message{nullptr, 0, parts_.data(), some, nullptr, 0, 0};
      // A receiver that is not there yet (or gone) answers by ICMP; that is not ours to count as sent.
      if (::sendmsg(fd_, &message, 0) > 0) sent += some;
      count -= some;
    }
    return sent;
  }

 private:
  static constexpr std::size_t most = 32;
  std::vector<std::string> traps_;
  int fd_;
  std::size_t next_ = 0;
  std::array<iovec, most> parts_{};
};

// Evenly, in slices of a millisecond.
std::uint64_t paced(Generator& generator, std::uint64_t count, double seconds) {
  const auto begun = SteadyClock::now();
  const auto slices = std::max(1.0, seconds * 1000);
  std::uint64_t sent = 0;
  std::uint64_t asked = 0;
  for (double slice = 1; slice <= slices; ++slice) {
    const auto due = static_cast<std::uint64_t>(static_cast<double>(count) * slice / slices);
    sent += generator.send(due - asked);
    asked = due;
    std::this_thread::sleep_until(begun + std::chrono::duration_cast<SteadyClock::duration>(
                                              std::chrono::duration<double>(seconds * slice / slices)));
  }
  const double took = std::chrono::duration<double>(SteadyClock::now() - begun).count();
  std::printf("sent=%llu seconds=%.3f rate=%.0f\n", static_cast<unsigned long long>(sent), took,
              static_cast<double>(sent) / took);
  return sent;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "receive" && argc == 5) return receive(argv[2], argv[3], argv[4]);
  if (mode == "send" && argc == 6) {
    Generator generator(static_cast<std::uint16_t>(std::atoi(argv[2])), std::string(argv[3]) == "v3");
    const double seconds = std::atof(argv[5]);
    paced(generator, static_cast<std::uint64_t>(std::atof(argv[4]) * seconds), seconds);
    return 0;
  }
  if (mode == "burst" && argc == 5) {
    // What comes from a network does not wait for a processor of this machine.
    const sched_param urgent{1};
    (void)::sched_setscheduler(0, SCHED_RR, &urgent);
    Generator generator(static_cast<std::uint16_t>(std::atoi(argv[2])), false);
    paced(generator, static_cast<std::uint64_t>(std::atoll(argv[3])), std::atof(argv[4]) / 1000);
    return 0;
  }
  std::fprintf(
      stderr,
      "usage: trap_bench receive FOLDER MIBS KINDS | send PORT v2c|v3 RATE SECONDS | burst PORT COUNT MS\n");
  return 2;
}
