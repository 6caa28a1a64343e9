#include "monitor/syslog/framing.hpp"

#include <algorithm>

namespace yagura::monitor::syslog {
namespace {

constexpr std::size_t kMostDigits = 9;
bool digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

void Framer::emit(const Sink& sink) {
  std::string_view line = buffer_;
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n' || line.back() == '\0'))
    line.remove_suffix(1);
  cut_ += too_long_ ? 1 : 0;
  if (!line.empty()) sink(line);
  buffer_.clear();
  too_long_ = false;
  state_ = State::begin;
}

// Keeps `count` bytes as far as there is room; what follows them.
std::string_view Framer::take(std::string_view bytes, std::size_t count) {
  const auto room = most_ - std::min(most_, buffer_.size());
  buffer_.append(bytes.substr(0, std::min(count, room)));
  too_long_ = too_long_ || count > room;
  return bytes.substr(count);
}

void Framer::feed(std::string_view bytes, const Sink& sink) {
  while (!bytes.empty()) {
    switch (state_) {
      case State::begin: {
        const auto first = bytes.find_first_not_of(std::string_view("\r\n\0", 3));
        if (first == std::string_view::npos) return;
        bytes.remove_prefix(first);
        state_ = bytes[0] >= '1' && bytes[0] <= '9' ? State::length : State::line;
        break;
      }
      case State::length: {
        // Digits, a space and "<" are a length; anything else is the beginning of a line ("2026-11-22 ...").
        const char c = bytes[0];
        if (!buffer_.empty() && buffer_.back() == ' ') {
          if (c == '<') {
            left_ = std::stoul(buffer_);
            buffer_.clear();
            state_ = State::counted;
          } else {
            state_ = State::line;
          }
          break;
        }
        if ((digit(c) && buffer_.size() < kMostDigits) || (c == ' ' && !buffer_.empty())) {
          buffer_.push_back(c);
          bytes.remove_prefix(1);
        } else {
          state_ = State::line;
        }
        break;
      }
      case State::counted: {
        const auto count = std::min(left_, bytes.size());
        bytes = take(bytes, count);
        left_ -= count;
        if (left_ == 0) emit(sink);
        break;
      }
      case State::line: {
        const auto end = std::min(bytes.find_first_of(std::string_view("\n\0", 2)), bytes.size());
        const bool ended = end < bytes.size();
        bytes = take(bytes, end);
        if (ended) {
          bytes.remove_prefix(1);
          emit(sink);
        }
        break;
      }
    }
  }
}

void Framer::end(const Sink& sink) {
  too_long_ = too_long_ || (state_ == State::counted && left_ > 0);
  emit(sink);
  left_ = 0;
}

}  // namespace yagura::monitor::syslog
