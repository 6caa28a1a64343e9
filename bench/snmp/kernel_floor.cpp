// Datagrams made before, answers thrown away: sendmmsg and recvmmsg alone.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include "load.hpp"
#include "monitor/snmp/message.hpp"

namespace bench {

using namespace yagura::monitor;

Outcome poll_with_nothing(const Load& load, int rounds) {
  constexpr std::size_t batch = 64;
  const auto window = static_cast<long>(load.devices) * load.in_flight;
  std::vector<snmp::Oid> names;
  for (int i = 1; i <= load.varbinds; ++i)
    names.push_back(snmp::Oid{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6}.child(static_cast<std::uint32_t>(i)));
  std::array<std::uint8_t, 4096> buffer{};
  const auto asked = snmp::encode_names(names);
  const auto request = snmp::encode_community(buffer, snmp::Version::v2c, snmp::bytes_of("public"),
                                              {snmp::PduType::get, 123'456'789, 0, 0}, snmp::bytes_of(asked));
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), room = 8 << 20;
  if (!request || fd < 0) std::exit(2);
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0)
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  std::vector<sockaddr_in> devices(static_cast<std::size_t>(load.devices));
  for (std::size_t n = 0; n < devices.size(); ++n) {
    devices[n].sin_family = AF_INET;
    devices[n].sin_port = htons(load.port);
    ::inet_pton(AF_INET, address(static_cast<int>(n)).c_str(), &devices[n].sin_addr);
  }
  std::vector<std::uint8_t> octets(batch * 8192);
  iovec part{const_cast<std::uint8_t*>(request->data()), request->size()};
  std::array<iovec, batch> parts{};
  std::array<sockaddr_storage, batch> from{};
  std::array<mmsghdr, batch> out{}, in{};
  Outcome outcome;
  const long gets =
      static_cast<long>(rounds) * load.devices * ((load.objects + load.varbinds - 1) / load.varbinds);
  const double wall = wall_seconds(), cpu = cpu_seconds();
  for (long sent = 0, received = 0; received < gets;) {
    const auto some = std::min<long>({static_cast<long>(batch), gets - sent, window - (sent - received)});
    for (long i = 0; i < some; ++i)
      out[static_cast<std::size_t>(i)].msg_hdr = {
          &devices[static_cast<std::size_t>(sent + i) % devices.size()],
          sizeof(sockaddr_in),
          &part,
          1,
          nullptr,
          0,
          0};
    if (some > 0) sent += std::max(0, ::sendmmsg(fd, out.data(), static_cast<unsigned>(some), 0));
    for (std::size_t i = 0; i < batch; ++i) {
      parts[i] = {octets.data() + i * 8192, 8192};
      in[i].msg_hdr = {&from[i], sizeof from[i], &parts[i], 1, nullptr, 0, 0};
    }
    const int got = ::recvmmsg(fd, in.data(), batch, MSG_DONTWAIT, nullptr);
    if (got > 0) {
      received += got;
    } else if (some <= 0) {
      pollfd waits{fd, POLLIN, 0};
      if (::poll(&waits, 1, 2000) == 0) {
        outcome.failures = gets - received;
        break;
      }
    }
  }
  outcome.gets = gets;
  outcome.values = gets * load.varbinds;
  outcome.wall = wall_seconds() - wall;
  outcome.cpu = cpu_seconds() - cpu;
  ::close(fd);
  return outcome;
}

}  // namespace bench
