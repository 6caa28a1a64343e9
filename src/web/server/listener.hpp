// Sockets that take new TCP connections.
//
// Purpose: bind, listen and accept for the servers of this folder.
// Threads: belongs to the loop it was made on.
// Errors:  web.listen_failed (address, port, reason).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "web/server/event_loop.hpp"

namespace yagura::web {

class Listener {
 public:
  // Takes the descriptor over and knows the peer's address ("192.0.2.1", "2001:db8::1"; IPv4 mapped into IPv6
  // is written as IPv4).
  using Taker = std::function<void(int descriptor, std::string peer)>;

  // Bound and listening when it returns; accepts once begin() is called.
  static Result<std::unique_ptr<Listener>> open(EventLoop& loop, const std::string& address,
                                                std::uint16_t port);
  void begin(Taker taker);
  // When the process has no descriptor left, accepting pauses until the next retry().
  void retry();
  void close() { socket_.close(); }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  Listener(EventLoop& loop, int descriptor, std::uint16_t port) : socket_(loop, descriptor), port_(port) {}
  void accept_some();
  void wait();

  Socket socket_;
  const std::uint16_t port_;
  Taker taker_;
  bool paused_ = false;
};

}  // namespace yagura::web
