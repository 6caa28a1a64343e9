// The bytes of a Telnet connection (RFC 854) apart: what is text, and what must be answered.
//
// Purpose: option negotiation as a client that agrees to echo (RFC 857) and suppress-go-ahead (RFC 858) of
//          the other side, names a wide terminal (RFC 1073) and a dumb one (RFC 1091), and refuses all else.
//          An option that already stands is not answered again, so that no peer makes it talk for ever (RFC
//          1143).
// Threads: values. Every input is taken; nothing is an error.
#pragma once

#include <bitset>
#include <string>
#include <string_view>

namespace yagura::monitor::remote_log {

class TelnetText {
 public:
  // Adds the text in `in` to `text` and what is to be sent back to `reply`.
  void take(std::string_view in, std::string& text, std::string& reply);
  // A line as it goes out: 255 doubled, CR followed by NUL.
  static std::string sent(std::string_view bytes);

 private:
  enum class State : unsigned char { text, cr, command, option, sub, sub_command };
  void negotiate(unsigned char option, std::string& reply);
  void end_of_sub(std::string& reply);

  State state_ = State::text;
  unsigned char verb_ = 0;
  std::string sub_;
  std::bitset<256> theirs_, ours_;  // options that stand
};

}  // namespace yagura::monitor::remote_log
