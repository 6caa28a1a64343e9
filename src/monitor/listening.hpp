// Sockets that traps and lines of syslog come to: opening them, and whose address is whose. Inside of
// trap/receiver.hpp and syslog/intake.hpp.
//
// Errors:  the code that is given (address, port, reason).
// Threads: values; wake() from any.
#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "monitor/trap/record.hpp"

namespace yagura::monitor {

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

// address: "::" takes IPv4 as well; port 0: any free one; type: SOCK_DGRAM or SOCK_STREAM (listening then).
Result<Socket> open_socket(const std::string& address, std::uint16_t port, int type, int receive_buffer,
                           std::string_view code);
trap::Address address_of(const sockaddr_storage& from);
std::uint16_t port_of(const sockaddr_storage& from);
// An eventfd that ends a wait.
Socket make_wake();
void wake(const Socket& wake);

}  // namespace yagura::monitor
