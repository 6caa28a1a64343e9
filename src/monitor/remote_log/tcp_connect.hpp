// A TCP connection to what claims to be an SSH server, up to its identification line.
//
// Purpose: connect with a deadline and a stop, drop the lines a server may say before its identification
//          (RFC 4253, 4.2), and tell what is no SSH server by what it says. The identification itself stays
//          unread for the SSH library.
// Errors:  remote_log.refused, unreachable, timeout (step), not_ssh (seen), connection_lost, cancelled;
//          monitor.address_invalid.
// Threads: any.
#pragma once

#include <stop_token>

#include "monitor/remote_log/output_text.hpp"
#include "monitor/remote_log/retrieved.hpp"

namespace yagura::monitor::remote_log {

// A file descriptor that closes itself.
class Socket {
 public:
  explicit Socket(int fd = -1) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Socket& operator=(Socket&&) = delete;
  ~Socket();
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

struct Patience {
  const Clock& clock;
  std::stop_token stop;
  Duration deadline;  // of clock.steady()

  // Waits for `events` of fd, at most 50 ms. Errors: remote_log.timeout (step), remote_log.cancelled.
  [[nodiscard]] Result<bool> wait(int fd, short events, const char* step) const;
};

Result<Socket> connect_tcp(const Target& target, const Patience& patience);
Result<Socket> connect_to_ssh(const Target& target, const Patience& patience, const Mask& mask);

}  // namespace yagura::monitor::remote_log
