// One socket that answers as a thousand agents, by the address that was asked.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <unordered_map>
#include <vector>

#include "load.hpp"
#include "monitor/poll/simulated_agent.hpp"

namespace bench {

using namespace yagura;
using monitor::poll::SimulatedAgent;
using monitor::poll::SimulatedMib;

void run_agents(std::uint16_t port, int devices, int objects) {
  constexpr std::size_t batch = 64, size = 4096;
  SimulatedMib mib;
  for (int i = 1; i <= objects; ++i)
    mib.set("1.3.6.1.2.1.31.1.1.1.6." + std::to_string(i), monitor::snmp::tag::counter64,
            1'234'567'890'123ULL * static_cast<unsigned>(i));
  const auto who =
      monitor::snmp::UsmUser::from_passwords({user, monitor::snmp::AuthProtocol::sha1, auth_password,
                                              monitor::snmp::PrivProtocol::aes128, priv_password});
  std::unordered_map<std::uint32_t, std::unique_ptr<SimulatedAgent>> agents;
  for (int n = 0; n < devices; ++n) {
    in_addr where{};
    ::inet_pton(AF_INET, address(n).c_str(), &where);
    auto& agent = agents[where.s_addr] = std::make_unique<SimulatedAgent>(mib);
    agent->user = *who;
    agent->engine_id = std::string("\x80\x00\x00\x00\x05", 5) + std::to_string(n);
  }
  const int fd = ::socket(AF_INET, SOCK_DGRAM, 0), one = 1, buffer = 32 << 20;
  ::setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &one, sizeof one);
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) != 0)
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_port = htons(port);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&any), sizeof any) != 0) std::abort();

  std::vector<std::uint8_t> in(batch * size), out(batch * size);
  std::array<sockaddr_in, batch> peers{};
  std::array<std::array<char, CMSG_SPACE(sizeof(in_pktinfo))>, batch> controls{};
  std::array<iovec, batch> in_parts{}, out_parts{};
  std::array<mmsghdr, batch> incoming{}, outgoing{};
  const SystemClock clock;
  while (true) {
    for (std::size_t i = 0; i < batch; ++i) {
      in_parts[i] = {in.data() + i * size, size};
      incoming[i].msg_hdr = {
          &peers[i], sizeof(sockaddr_in), &in_parts[i], 1, controls[i].data(), controls[i].size(), 0};
    }
    const int got = ::recvmmsg(fd, incoming.data(), batch, MSG_WAITFORONE, nullptr);
    std::size_t answers = 0;
    for (int i = 0; i < got; ++i) {
      const auto n = static_cast<std::size_t>(i);
      cmsghdr* const control = CMSG_FIRSTHDR(&incoming[n].msg_hdr);
      if (control == nullptr) continue;
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(control), sizeof info);
      const auto agent = agents.find(info.ipi_addr.s_addr);
      if (agent == agents.end()) continue;
      const auto answer = agent->second->answer({in.data() + n * size, incoming[n].msg_len}, clock.steady(),
                                                std::span(out).subspan(answers * size, size));
      if (answer.empty()) continue;
      info.ipi_spec_dst = info.ipi_addr;
      info.ipi_ifindex = 0;
      std::memcpy(CMSG_DATA(control), &info, sizeof info);
      out_parts[answers] = {const_cast<std::uint8_t*>(answer.data()), answer.size()};
      outgoing[answers].msg_hdr = {
          &peers[n], sizeof(sockaddr_in), &out_parts[answers], 1, controls[n].data(), controls[n].size(), 0};
      ++answers;
    }
    for (std::size_t at = 0; at < answers;) {
      const int sent = ::sendmmsg(fd, &outgoing[at], static_cast<unsigned>(answers - at), 0);
      at += sent > 0 ? static_cast<std::size_t>(sent) : 1;
    }
  }
}

}  // namespace bench
