// A device's command line as bytes back and forth: what SSH and Telnet have in common for a terminal.
// Deadlines are of clock.steady(). Threads: one at a time.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace yagura::monitor::remote_log {

class ShellWire {
 public:
  virtual ~ShellWire() = default;
  virtual Result<> open_shell(Duration deadline) = 0;
  virtual Result<> send(std::string_view bytes, Duration deadline) = 0;
  // Adds what comes next to `out`; false when nothing came before the deadline.
  virtual Result<bool> receive(std::string& out, std::size_t most, Duration deadline) = 0;
};

}  // namespace yagura::monitor::remote_log
