// A stream of bytes cut into lines of syslog (RFC 6587, RFC 5425).
//
// Purpose: octet counting ("83 <34>1 ...") and lines ended by LF or NUL; which of them is seen at the first
//          byte and, where a sender mixes them, at each message anew.
// Bounds:  what a line has over `most` bytes is left out and counted in cut(); the rest of the stream goes on
//          with the next line.
// Threads: one Framer belongs to one connection's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace yagura::monitor::syslog {

class Framer {
 public:
  using Sink = std::function<void(std::string_view)>;
  explicit Framer(std::size_t most) : most_(most) {}

  // Lines are valid inside the sink only; empty ones are left out.
  void feed(std::string_view bytes, const Sink& sink);
  // The stream ended: what is left is a line too, though nobody says that it is whole.
  void end(const Sink& sink);
  [[nodiscard]] std::uint64_t cut() const { return cut_; }

 private:
  enum class State : std::uint8_t { begin, length, counted, line };
  void emit(const Sink& sink);
  std::string_view take(std::string_view bytes, std::size_t count);

  std::size_t most_;
  State state_ = State::begin;
  std::size_t left_ = 0;  // bytes of a counted message that are still to come
  bool too_long_ = false;
  std::string buffer_;
  std::uint64_t cut_ = 0;
};

}  // namespace yagura::monitor::syslog
