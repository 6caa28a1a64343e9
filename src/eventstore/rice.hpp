// Numbers in few bits: Rice and exponential Golomb codes, low bits first.
//
// Purpose: lists of ascending numbers whose steps are about equally likely to be long anywhere (Rice, "Some practical
//          universal noiseless coding techniques", JPL 79-22, 1979).
// Form:    a number's quotient by 2^width as so many zeros and a one, then its lowest bits. Bits that are left of the last
//          byte are zeros, so behind the last number there is no one.
// Errors:  a reader answers nothing where the bits end.
// Threads: values.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace yagura::eventstore {

// The width for steps whose mean is all / count.
inline unsigned rice_width(std::uint64_t all, std::uint64_t count) {
  const auto share = all * 11 / (16 * count);
  return share == 0 ? 0 : static_cast<unsigned>(std::bit_width(share)) - 1;
}

class RiceWriter {
 public:
  explicit RiceWriter(std::string& out) : out_(out) {}
  void rice(std::uint64_t v, unsigned width) {
    for (auto zeros = v >> width; zeros > 0;) {
      const auto now = static_cast<unsigned>(zeros < 32 ? zeros : 32);
      put(0, now);
      zeros -= now;
    }
    put(1, 1);
    put(v, width);
  }
  // For numbers of which nothing is known but that small ones are likelier.
  void golomb(std::uint64_t v) {
    const auto width = static_cast<unsigned>(std::bit_width(v + 2)) - 1;
    put(1ULL << (width - 1), width);
    put(v + 2, width);
  }
  // What comes next begins with a byte.
  void end() {
    if (used_ > 0) out_.push_back(static_cast<char>(held_));
    held_ = used_ = 0;
  }

 private:
  void put(std::uint64_t value, unsigned width) {
    held_ |= (value & ((1ULL << width) - 1)) << used_;
    for (used_ += width; used_ >= 8; used_ -= 8, held_ >>= 8U) out_.push_back(static_cast<char>(held_));
  }
  std::string& out_;
  std::uint64_t held_ = 0;
  unsigned used_ = 0;
};

class RiceReader {
 public:
  // Bytes from begin to end, and eight more that can be read.
  RiceReader(const char* begin, const char* end)
      : bytes_(begin), end_(static_cast<std::size_t>(end - begin) * 8) {}
  std::optional<std::uint64_t> rice(unsigned width) {
    std::uint64_t zeros = 0;
    if (!unary(zeros)) return std::nullopt;
    return zeros << width | take(width);
  }
  std::optional<std::uint64_t> golomb() {
    std::uint64_t zeros = 0;
    if (!unary(zeros) || zeros > 30) return std::nullopt;
    const auto width = static_cast<unsigned>(zeros) + 1;
    return (1ULL << width | take(width)) - 2;
  }

 private:
  static constexpr unsigned at_once = 56;
  [[nodiscard]] std::uint64_t window() const {
    std::uint64_t out = 0;
    std::memcpy(&out, bytes_ + at_ / 8, 8);
    return out >> (at_ % 8);
  }
  bool unary(std::uint64_t& zeros) {
    for (; at_ < end_; at_ += at_once, zeros += at_once) {
      const auto next = static_cast<unsigned>(std::countr_zero(window()));
      if (next >= at_once) continue;
      zeros += next;
      at_ += next + 1;
      return at_ <= end_;
    }
    return false;
  }
  std::uint64_t take(unsigned width) {  // at most 32
    if (at_ + width > end_) return at_ = end_, 0;
    const auto out = window() & ((1ULL << width) - 1);
    at_ += width;
    return out;
  }
  const char* bytes_;
  std::size_t at_ = 0;
  const std::size_t end_;
};

}  // namespace yagura::eventstore
