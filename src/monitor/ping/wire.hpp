// How echoes leave and answers arrive: sockets in life, a script in tests.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "monitor/ping/echo.hpp"

namespace yagura::monitor::ping {

struct Outgoing {
  Address to;
  std::uint16_t sequence = 0;
  Payload payload;
  // Filled in by send():
  int error = 0;    // errno of this machine's kernel, 0 when it was taken
  Duration sent{};  // steady time at which this packet left
};

struct Incoming {
  Heard heard;
  Duration at{};  // steady time at which the kernel had it
};

class Wire {
 public:
  virtual ~Wire() = default;
  // The most packets send() takes at once.
  static constexpr std::size_t batch = 64;
  virtual void send(std::span<Outgoing> packets) = 0;
  // Appends one batch of what has arrived. False when there is nothing more now.
  virtual bool receive(std::vector<Incoming>& out) = 0;
};

}  // namespace yagura::monitor::ping
