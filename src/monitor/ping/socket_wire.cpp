#include "monitor/ping/socket_wire.hpp"

#include <linux/errqueue.h>
#include <linux/filter.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

namespace yagura::monitor::ping {

namespace {

constexpr std::size_t receive_batch = 128;
constexpr std::size_t receive_bytes = 256;  // an error that quotes our whole request, with IP options
constexpr std::size_t control_bytes = 128;

union AnyAddress {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

void write_address(AnyAddress& out, const Address& address) {
  out.v6 = {};
  if (address.is_v4()) {
    out.v4.sin_family = AF_INET;
    out.v4.sin_addr.s_addr = address.v4_network_order();
    return;
  }
  out.v6.sin6_family = AF_INET6;
  std::memcpy(&out.v6.sin6_addr, address.bytes.data(), 16);
  out.v6.sin6_scope_id = address.scope;
}

Address read_address(const sockaddr* in) {
  if (in->sa_family == AF_INET)
    return Address::from_v4(reinterpret_cast<const sockaddr_in*>(in)->sin_addr.s_addr);
  Address out;
  if (in->sa_family == AF_INET6)
    std::memcpy(out.bytes.data(), &reinterpret_cast<const sockaddr_in6*>(in)->sin6_addr, 16);
  return out;
}

// Keeps a raw IPv4 socket from waking up for the replies of other programs.
void keep_only_id(int fd, bool v4, std::uint16_t id) {
  sock_filter v4_code[] = {{BPF_LDX | BPF_B | BPF_MSH, 0, 0, 0},
                           {BPF_LD | BPF_B | BPF_IND, 0, 0, 0},
                           {BPF_JMP | BPF_JEQ | BPF_K, 0, 2, 0},
                           {BPF_LD | BPF_H | BPF_IND, 0, 0, 4},
                           {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, id},
                           {BPF_RET | BPF_K, 0, 0, 0xffff},
                           {BPF_RET | BPF_K, 0, 0, 0}};
  sock_filter v6_code[] = {{BPF_LD | BPF_B | BPF_ABS, 0, 0, 0}, {BPF_JMP | BPF_JEQ | BPF_K, 0, 2, 129},
                           {BPF_LD | BPF_H | BPF_ABS, 0, 0, 4}, {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, id},
                           {BPF_RET | BPF_K, 0, 0, 0xffff},     {BPF_RET | BPF_K, 0, 0, 0}};
  const sock_fprog program{.len = v4 ? static_cast<unsigned short>(std::size(v4_code))
                                     : static_cast<unsigned short>(std::size(v6_code)),
                           .filter = v4 ? v4_code : v6_code};
  setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

void keep_only_types(int fd, bool v4) {
  if (v4) {
    const icmp_filter filter{~(1U << 0 | 1U << 3 | 1U << 11 | 1U << 12)};
    setsockopt(fd, SOL_RAW, ICMP_FILTER, &filter, sizeof filter);
    return;
  }
  icmp6_filter filter;
  ICMP6_FILTER_SETBLOCKALL(&filter);
  for (const int type : {1, 2, 3, 4, 129}) ICMP6_FILTER_SETPASS(type, &filter);
  setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter);
}

void set_option(int fd, int level, int name, int value) { setsockopt(fd, level, name, &value, sizeof value); }

// One family's socket with its send and receive buffers laid out once.
class Family {
 public:
  Family(bool v4, std::uint16_t id) : v4_(v4), id_(id) {
    for (std::size_t i = 0; i < Wire::batch; ++i) {
      out_iov_[i] = {out_[i].data(), echo_bytes};
      out_messages_[i] = {};
      out_messages_[i].msg_hdr.msg_iov = &out_iov_[i];
      out_messages_[i].msg_hdr.msg_iovlen = 1;
      out_messages_[i].msg_hdr.msg_name = &out_to_[i];
      out_messages_[i].msg_hdr.msg_namelen = v4 ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    }
    for (std::size_t i = 0; i < receive_batch; ++i) in_iov_[i] = {in_[i].data(), receive_bytes};
  }
  Family(const Family&) = delete;
  Family& operator=(const Family&) = delete;
  ~Family() {
    if (fd >= 0) close(fd);
  }

  // errno, or 0.
  int open(const SocketWire::Options& options) {
    const int domain = v4_ ? AF_INET : AF_INET6, protocol = v4_ ? int(IPPROTO_ICMP) : int(IPPROTO_ICMPV6);
    constexpr int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
    if (!options.datagram_only) fd = socket(domain, SOCK_RAW | flags, protocol);
    raw = fd >= 0;
    if (fd < 0) fd = socket(domain, SOCK_DGRAM | flags, protocol);
    if (fd < 0) return errno;
    if (raw) {
      keep_only_types(fd, v4_);
      keep_only_id(fd, v4_, id_);
    } else {
      set_option(fd, v4_ ? int(IPPROTO_IP) : int(IPPROTO_IPV6), v4_ ? IP_RECVERR : IPV6_RECVERR, 1);
    }
    // 52 bytes need no fragments, and the kernel saves itself the search for an identification field.
    if (v4_) set_option(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
    set_option(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
    set_option(fd, SOL_SOCKET, SO_RXQ_OVFL, 1);
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &options.receive_buffer, sizeof(int)) != 0)
      set_option(fd, SOL_SOCKET, SO_RCVBUF, options.receive_buffer);
    return 0;
  }

  void send(const Clock& clock, std::span<Outgoing> packets, std::span<const std::size_t> mine) {
    if (mine.empty()) return;
    used = true;
    for (std::size_t i = 0; i < mine.size(); ++i) {
      const auto& packet = packets[mine[i]];
      write_address(out_to_[i], packet.to);
      write_echo(out_[i], v4_, id_, packet.sequence, packet.payload);
    }
    bool again = !raw;
    for (std::size_t first = 0; first < mine.size();) {
      const auto before = clock.steady();
      const int sent = fd < 0 ? -1 : sendmmsg(fd, &out_messages_[first], unsigned(mine.size() - first), 0);
      const int error = fd < 0 ? EAFNOSUPPORT : errno;
      const auto after = clock.steady();
      for (int i = 0; i < sent; ++i)
        packets[mine[first + std::size_t(i)]].sent = before + (after - before) * i / sent;
      if (sent > 0) {
        first += std::size_t(sent);
        again = !raw;
        continue;
      }
      if (error == EINTR) continue;
      if (again) {  // a datagram socket may report here what befell an earlier packet: ask once more
        again = false;
        continue;
      }
      packets[mine[first]].error = error;
      packets[mine[first]].sent = after;
      ++first;
      again = !raw;
    }
  }

  // One batch; true when it was full.
  bool receive(const Clock& clock, std::vector<Incoming>& out) {
    if (fd < 0 || !used) return false;
    if (!raw) read_error_queue(clock, out);
    for (std::size_t i = 0; i < receive_batch; ++i) {
      auto& header = in_messages_[i].msg_hdr;
      header = {};
      header.msg_iov = &in_iov_[i];
      header.msg_iovlen = 1;
      header.msg_name = &in_from_[i];
      header.msg_namelen = sizeof(AnyAddress);
      header.msg_control = in_control_[i].data();
      header.msg_controllen = control_bytes;
    }
    const int got = recvmmsg(fd, in_messages_.data(), receive_batch, MSG_DONTWAIT, nullptr);
    const auto now = clock.steady();
    const auto wall_minus_steady = to_micros(clock.now()) - now.count();
    for (int i = 0; i < got; ++i) read_one(std::size_t(i), now, wall_minus_steady, out);
    const bool full = got == int(receive_batch);
    if (!full) emptied_ = now;
    return full;
  }

  int fd = -1;
  bool raw = false;
  bool used = false;
  WireCounters counters;

 private:
  void read_one(std::size_t i, Duration now, std::int64_t wall_minus_steady, std::vector<Incoming>& out) {
    auto& header = in_messages_[i].msg_hdr;
    Duration at = now;
    for (auto* control = CMSG_FIRSTHDR(&header); control != nullptr;
         control = CMSG_NXTHDR(&header, control)) {
      if (control->cmsg_level != SOL_SOCKET) continue;
      if (control->cmsg_type == SCM_TIMESTAMPNS) {
        timespec stamp;
        std::memcpy(&stamp, CMSG_DATA(control), sizeof stamp);
        at = Duration(stamp.tv_sec * 1'000'000 + stamp.tv_nsec / 1'000 - wall_minus_steady);
      } else if (control->cmsg_type == SO_RXQ_OVFL) {
        std::uint32_t dropped = 0;  // since the socket was made, modulo 2^32
        std::memcpy(&dropped, CMSG_DATA(control), sizeof dropped);
        counters.lost_in_kernel += dropped - lost_seen_;
        lost_seen_ = dropped;
      }
    }
    at = std::clamp(at, std::min(emptied_, now), now);
    const std::span<const std::uint8_t> bytes(in_[i].data(),
                                              std::min<std::size_t>(in_messages_[i].msg_len, receive_bytes));
    auto heard = v4_ && raw ? read_ipv4(bytes)
                 : v4_      ? read_icmp4(bytes, read_address(&in_from_[i].any))
                            : read_icmp6(bytes, read_address(&in_from_[i].any));
    if (heard)
      out.push_back({*heard, at});
    else
      ++counters.unread;
  }

  void read_error_queue(const Clock& clock, std::vector<Incoming>& out) {
    for (std::size_t n = 0; n < receive_batch; ++n) {
      std::array<std::uint8_t, receive_bytes> bytes;
      alignas(cmsghdr) std::array<char, 512> control_space;
      AnyAddress about{};
      iovec iov{bytes.data(), bytes.size()};
      msghdr header{};
      header.msg_iov = &iov;
      header.msg_iovlen = 1;
      header.msg_name = &about;
      header.msg_namelen = sizeof about;
      header.msg_control = control_space.data();
      header.msg_controllen = control_space.size();
      const auto size = recvmsg(fd, &header, MSG_ERRQUEUE | MSG_DONTWAIT);
      if (size < 0) return;
      const sock_extended_err* error = nullptr;
      for (auto* control = CMSG_FIRSTHDR(&header); control != nullptr;
           control = CMSG_NXTHDR(&header, control))
        if ((control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_RECVERR) ||
            (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_RECVERR))
          error = reinterpret_cast<const sock_extended_err*>(CMSG_DATA(control));
      if (error == nullptr || error->ee_origin == SO_EE_ORIGIN_TIMESTAMPING) continue;
      const bool from_icmp = error->ee_origin == SO_EE_ORIGIN_ICMP || error->ee_origin == SO_EE_ORIGIN_ICMP6;
      auto heard = read_returned_echo({bytes.data(), std::size_t(size)}, read_address(&about.any),
                                      from_icmp ? read_address(SO_EE_OFFENDER(error)) : Address{},
                                      fact_of_errno(int(error->ee_errno)));
      if (heard)
        out.push_back({*heard, clock.steady()});
      else
        ++counters.unread;
    }
  }

  const bool v4_;
  const std::uint16_t id_;
  Duration emptied_{};  // when the socket was last read to its end
  std::uint32_t lost_seen_ = 0;
  std::array<std::array<std::uint8_t, echo_bytes>, Wire::batch> out_;
  std::array<AnyAddress, Wire::batch> out_to_;
  std::array<iovec, Wire::batch> out_iov_;
  std::array<mmsghdr, Wire::batch> out_messages_;
  std::array<std::array<std::uint8_t, receive_bytes>, receive_batch> in_;
  std::array<AnyAddress, receive_batch> in_from_;
  std::array<iovec, receive_batch> in_iov_;
  std::array<mmsghdr, receive_batch> in_messages_;
  struct alignas(cmsghdr) Control : std::array<char, control_bytes> {};
  std::array<Control, receive_batch> in_control_;
};

std::uint16_t random_id() {
  std::uint16_t id = 0;
  randombytes_buf(&id, sizeof id);
  return id;
}

}  // namespace

struct SocketWire::Sockets {
  explicit Sockets(const Clock& c) : clock(c), v4(true, random_id()), v6(false, random_id()) {}
  const Clock& clock;
  Family v4, v6;
  std::vector<std::size_t> v4_indexes, v6_indexes;
};

SocketWire::SocketWire(std::unique_ptr<Sockets> sockets) : sockets_(std::move(sockets)) {}
SocketWire::~SocketWire() = default;

Result<std::unique_ptr<SocketWire>> SocketWire::open(const Clock& clock, Options options) {
  YAGURA_ASSERT(sodium_init() >= 0);
  auto sockets = std::make_unique<Sockets>(clock);
  const int v4_error = sockets->v4.open(options);
  const int v6_error = sockets->v6.open(options);
  if (v4_error != 0 && v6_error != 0) {
    const bool denied = v4_error == EPERM || v4_error == EACCES;
    return fail(denied ? "monitor.ping_socket_denied" : "monitor.ping_socket_failed",
                {{"why", std::strerror(v4_error)}});
  }
  return std::unique_ptr<SocketWire>(new SocketWire(std::move(sockets)));
}

void SocketWire::send(std::span<Outgoing> packets) {
  YAGURA_ASSERT(packets.size() <= batch);
  sockets_->v4_indexes.clear();
  sockets_->v6_indexes.clear();
  for (std::size_t i = 0; i < packets.size(); ++i)
    (packets[i].to.is_v4() ? sockets_->v4_indexes : sockets_->v6_indexes).push_back(i);
  sockets_->v4.send(sockets_->clock, packets, sockets_->v4_indexes);
  sockets_->v6.send(sockets_->clock, packets, sockets_->v6_indexes);
}

bool SocketWire::receive(std::vector<Incoming>& out) {
  const bool more = sockets_->v4.receive(sockets_->clock, out);
  return sockets_->v6.receive(sockets_->clock, out) || more;
}

int SocketWire::descriptor_v4() const { return sockets_->v4.fd; }
int SocketWire::descriptor_v6() const { return sockets_->v6.fd; }
bool SocketWire::raw() const { return sockets_->v4.raw || sockets_->v6.raw; }
WireCounters SocketWire::counters() const {
  const auto &a = sockets_->v4.counters, &b = sockets_->v6.counters;
  return {a.unread + b.unread, a.lost_in_kernel + b.lost_in_kernel};
}

}  // namespace yagura::monitor::ping
