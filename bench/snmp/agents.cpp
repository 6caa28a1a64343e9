// One socket that answers as a thousand agents, by the address that was asked.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "load.hpp"
#include "monitor/poll/simulated_agent.hpp"

namespace bench {

using namespace yagura;
using monitor::poll::SimulatedAgent;
using monitor::poll::SimulatedMib;
namespace snmp = monitor::snmp;

namespace {

// Every device has the same objects, and they do not change: for v1 and v2c the bindings of an answer are
// looked up by the octets that ask for them, so that the responder is not what is measured.
class Remembered {
 public:
  // The answer in `room`, or nothing when this was never asked.
  snmp::Bytes answer(snmp::Bytes request, std::span<std::uint8_t> room) const {
    Question q;
    if (!read(request, q)) return {};
    const auto found = answers_.find(snmp::text_of(q.asked));
    if (found == answers_.end()) return {};
    const auto out = snmp::encode_community(
        room, q.version, q.community, {snmp::PduType::response, q.id, 0, 0}, snmp::bytes_of(found->second));
    return out ? *out : snmp::Bytes{};
  }
  void keep(snmp::Bytes request, snmp::Bytes answer) {
    Question q;
    const auto message = snmp::decode_community(answer);
    if (!read(request, q) || !message || message->pdu.error_status != 0) return;
    answers_.emplace(snmp::text_of(q.asked), snmp::text_of(message->pdu.varbinds.content()));
  }

 private:
  struct Question {
    snmp::Version version = snmp::Version::v2c;
    snmp::Bytes community, asked;  // asked: what follows the request's number
    std::int32_t id = 0;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  static bool read(snmp::Bytes request, Question& out) {
    snmp::BerReader in{request};
    snmp::BerReader body = in.enter(snmp::tag::sequence);
    const auto version = body.integer(0, 3);
    if (version > 1) return false;
    out.version = static_cast<snmp::Version>(version);
    out.community = body.expect(snmp::tag::octet_string);
    snmp::BerReader pdu = body.enter(static_cast<std::uint8_t>(snmp::PduType::get));
    out.id = static_cast<std::int32_t>(pdu.integer(INT32_MIN, INT32_MAX));
    out.asked = {pdu.position(), pdu.left()};
    return in.ok() && body.ok() && pdu.ok() && snmp::text_of(out.community) == "public";
  }
  std::unordered_map<std::string, std::string, Hash, std::equal_to<>> answers_;
};

}  // namespace

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
  Remembered remembered;
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
      const snmp::Bytes request{in.data() + n * size, incoming[n].msg_len};
      const auto room = std::span(out).subspan(answers * size, size);
      snmp::Bytes answer = remembered.answer(request, room);
      if (answer.empty()) {
        answer = agent->second->answer(request, clock.steady(), room);
        remembered.keep(request, answer);
      }
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
