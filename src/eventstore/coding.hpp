// How numbers and bytes are written in the store's files: varints, framed and checked pieces.
//
// Purpose: the lowest layer of docs/formats/event-segment.md and event-batch.md.
// Errors:  a Reader that runs over the end, or reads what cannot be, becomes bad() and gives zeros; who reads
//          asks once at the end. unframe: eventstore.damaged (reason).
// Threads: values.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace yagura::eventstore {

static_assert(std::endian::native == std::endian::little, "files are little-endian");

inline std::uint64_t zigzag(std::int64_t v) {
  return (static_cast<std::uint64_t>(v) << 1U) ^ static_cast<std::uint64_t>(v >> 63);
}
inline std::int64_t unzigzag(std::uint64_t v) {
  return static_cast<std::int64_t>(v >> 1U) ^ -static_cast<std::int64_t>(v & 1U);
}

inline void put_varint(std::string& out, std::uint64_t v) {
  while (v >= 0x80) {
    out.push_back(static_cast<char>(v | 0x80));
    v >>= 7U;
  }
  out.push_back(static_cast<char>(v));
}
inline void put_signed(std::string& out, std::int64_t v) { put_varint(out, zigzag(v)); }
inline void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out.append(text);
}
// Appends what put writes from its argument on; put answers its end. most: no more bytes than that.
template <class F>
void put_up_to(std::string& out, std::size_t most, F&& put) {
  const auto begin = out.size();
  out.resize_and_overwrite(begin + most, [&](char* bytes, std::size_t) {
    return static_cast<std::size_t>(put(bytes + begin) - bytes);
  });
}
constexpr std::size_t longest_varint = 10;
inline char* put_varint(char* to, std::uint64_t v) {
  while (v >= 0x80) {
    *to++ = static_cast<char>(v | 0x80);
    v >>= 7U;
  }
  *to++ = static_cast<char>(v);
  return to;
}
template <class T>
void put_fixed(std::string& out, T v) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &v, sizeof(T));
  out.append(bytes, sizeof(T));
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  std::uint64_t varint() {
    // Most are short, and far from the end.
    if (end_ - at_ > 1) [[likely]] {
      const auto first = static_cast<unsigned char>(at_[0]), second = static_cast<unsigned char>(at_[1]);
      if (first < 0x80) return ++at_, first;
      if (second < 0x80) return at_ += 2, (first & 0x7fU) | std::uint64_t{second} << 7U;
    }
    std::uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at_ == end_) return spoil();
      const auto byte = static_cast<unsigned char>(*at_++);
      v |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
      if (byte < 0x80) return v;
    }
    return spoil();
  }
  std::int64_t signed_varint() { return unzigzag(varint()); }
  std::string_view bytes(std::uint64_t length) {
    if (length > static_cast<std::uint64_t>(end_ - at_)) {
      spoil();
      return {};
    }
    const std::string_view out(at_, length);
    at_ += length;
    return out;
  }
  std::string_view text() { return bytes(varint()); }
  template <class T>
  T fixed() {
    T v{};
    if (const auto raw = bytes(sizeof(T)); raw.size() == sizeof(T)) std::memcpy(&v, raw.data(), sizeof(T));
    return v;
  }
  // A count of things that take at least one byte each: never more than there are bytes.
  std::size_t count() {
    const auto n = varint();
    if (n > left()) spoil();
    return bad_ ? 0 : static_cast<std::size_t>(n);
  }
  [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  [[nodiscard]] bool bad() const { return bad_; }

 private:
  std::uint64_t spoil() {
    bad_ = true;
    at_ = end_;
    return 0;
  }
  const char* at_;
  const char* end_;
  bool bad_ = false;
};

// A piece of a file that stands for itself: checksum (xxh3, 32 bits of it), how it is packed, payload.
// level 0 keeps it as it is; a negative or positive level is zstd's, kept only when it pays.
// With a dictionary (what zstd is to have seen before) the reader needs the same.
class PackDictionary;
void put_frame(std::string& out, std::string_view payload, int level,
               const PackDictionary* dictionary = nullptr);
// Appends the payload to out. most: more bytes than that are refused, whatever the frame says of itself.
Result<void> unframe(std::string_view frame, std::string& out, std::size_t most = 64U << 20,
                     const PackDictionary* dictionary = nullptr);

// What texts of one column have in common, learned from some of them; made ready for use once.
class PackDictionary {
 public:
  // level: at which will be packed; 0 for one that only unpacks.
  PackDictionary(std::string bytes, int level);
  PackDictionary(PackDictionary&&) noexcept;
  ~PackDictionary();
  // Empty when the samples are too few to learn from.
  static std::string learn(const std::vector<std::string>& samples, std::size_t most_bytes);
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  // False: zstd cannot use these bytes, and neither may anybody else.
  [[nodiscard]] bool is_one() const;
  struct Ready;
  [[nodiscard]] const Ready& ready() const { return *ready_; }

 private:
  std::string bytes_;
  std::unique_ptr<Ready> ready_;
};

std::uint64_t checksum(std::string_view bytes);

}  // namespace yagura::eventstore
