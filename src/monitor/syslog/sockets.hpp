// Sockets of the intake: opening them, and whose address is whose. Inside of intake.hpp.
#pragma once

#include <sys/socket.h>

#include <utility>

#include "base/result.hpp"
#include "monitor/syslog/intake.hpp"

namespace yagura::monitor::syslog {

class Socket {
 public:
  Socket() = default;
  explicit Socket(int file) : file_(file) {}
  Socket(Socket&& other) noexcept : file_(std::exchange(other.file_, -1)), port(other.port) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(file_, other.file_);
    port = other.port;
    return *this;
  }
  ~Socket();
  [[nodiscard]] int file() const { return file_; }

 private:
  int file_ = -1;

 public:
  std::uint16_t port = 0;
};

// type: SOCK_DGRAM or SOCK_STREAM (listening then). Errors: monitor.syslog_listen.
Result<Socket> open_socket(const ListenAddress& address, int type, int receive_buffer);
Address address_of(const sockaddr_storage& from);
// An eventfd that ends a wait.
Socket make_wake();
void wake(const Socket& wake);

}  // namespace yagura::monitor::syslog
