#include "monitor/remote_log/telnet_text.hpp"

namespace yagura::monitor::remote_log {
namespace {

constexpr unsigned char iac = 255, dont = 254, do_ = 253, wont = 252, will = 251, sb = 250, se = 240;
constexpr unsigned char echo = 1, go_ahead = 3, terminal_type = 24, window = 31;
constexpr std::size_t longest_sub = 64;

void add(std::string& to, std::initializer_list<unsigned> bytes) {
  for (const unsigned byte : bytes) to += static_cast<char>(byte);
}

}  // namespace

void TelnetText::take(std::string_view in, std::string& text, std::string& reply) {
  for (const char c : in) {
    const auto byte = static_cast<unsigned char>(c);
    switch (state_) {
      case State::cr:
        state_ = State::text;
        if (byte == 0) continue;  // CR NUL is a bare CR
        [[fallthrough]];
      case State::text:
        if (byte == iac) {
          state_ = State::command;
        } else {
          text += c;
          if (c == '\r') state_ = State::cr;
        }
        break;
      case State::command:
        state_ = State::text;
        if (byte == iac) {
          text += c;
        } else if (byte == sb) {
          state_ = State::sub;
          sub_.clear();
        } else if (byte >= will) {
          verb_ = byte;
          state_ = State::option;
        }
        break;  // other commands (NOP, GA, ...) say nothing to us
      case State::option:
        state_ = State::text;
        negotiate(byte, reply);
        break;
      case State::sub:
        if (byte == iac)
          state_ = State::sub_command;
        else if (sub_.size() < longest_sub)
          sub_ += c;
        break;
      case State::sub_command:
        state_ = State::sub;
        if (byte == se) {
          state_ = State::text;
          end_of_sub(reply);
        } else if (byte == iac && sub_.size() < longest_sub) {
          sub_ += c;
        }
        break;
    }
  }
}

void TelnetText::negotiate(unsigned char option, std::string& reply) {
  switch (verb_) {
    case will:
      if (option != echo && option != go_ahead) return add(reply, {iac, dont, option});
      if (!theirs_[option]) add(reply, {iac, do_, option});
      theirs_[option] = true;
      return;
    case wont:
      if (theirs_[option]) add(reply, {iac, dont, option});
      theirs_[option] = false;
      return;
    case do_:
      if (option != go_ahead && option != terminal_type && option != window)
        return add(reply, {iac, wont, option});
      if (ours_[option]) return;
      ours_[option] = true;
      add(reply, {iac, will, option});
      // 511 columns, 1000 lines; the 255 in 511 is doubled.
      if (option == window) add(reply, {iac, sb, window, 1, 255, 255, 3, 232, iac, se});
      return;
    default:
      if (ours_[option]) add(reply, {iac, wont, option});
      ours_[option] = false;
  }
}

void TelnetText::end_of_sub(std::string& reply) {
  const bool asks = sub_.size() == 2 && static_cast<unsigned char>(sub_[0]) == terminal_type && sub_[1] == 1;
  if (!asks || !ours_[terminal_type]) return;
  add(reply, {iac, sb, terminal_type, 0, 'D', 'U', 'M', 'B', iac, se});
}

std::string TelnetText::sent(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    out += c;
    if (static_cast<unsigned char>(c) == iac) out += c;
    if (c == '\r') out += '\0';
  }
  return out;
}

}  // namespace yagura::monitor::remote_log
