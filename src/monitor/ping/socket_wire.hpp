// ICMP sockets of Linux: raw where this process may, datagram ("ping sockets") where it may not.
//
// Sends and receives in batches (sendmmsg, recvmmsg). The kernel stamps each arrival; each packet's
// departure is placed between the clock readings before and after its batch, so that a batch of 64 does
// not lengthen the round trips of its first packets. A jump of the wall clock cannot move an arrival
// outside the time between two readings of the socket.
// A raw socket hears every ICMP packet of the machine; a kernel filter lets through only errors and the
// replies that carry this socket's identifier.
// Threads: one at a time.
#pragma once

#include <memory>

#include "monitor/ping/wire.hpp"

namespace yagura::monitor::ping {

struct WireCounters {
  std::uint64_t unread = 0;          // datagrams that are no ICMP about an echo
  std::uint64_t lost_in_kernel = 0;  // arrivals dropped because the socket's buffer was full
};

class SocketWire final : public Wire {
 public:
  struct Options {
    int receive_buffer = 8 << 20;  // bytes; the kernel may allow less
    bool datagram_only = false;    // as an unprivileged process would
  };
  // Errors: monitor.ping_socket_denied, monitor.ping_socket_failed.
  static Result<std::unique_ptr<SocketWire>> open(const Clock& clock, Options options);
  ~SocketWire() override;

  void send(std::span<Outgoing> packets) override;
  bool receive(std::vector<Incoming>& out) override;

  // To wait on with epoll; -1 when the family is not there.
  [[nodiscard]] int descriptor_v4() const;
  [[nodiscard]] int descriptor_v6() const;
  [[nodiscard]] bool raw() const;
  [[nodiscard]] WireCounters counters() const;

 private:
  struct Sockets;
  explicit SocketWire(std::unique_ptr<Sockets> sockets);
  std::unique_ptr<Sockets> sockets_;
};

}  // namespace yagura::monitor::ping
