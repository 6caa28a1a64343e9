// BER as SNMP uses it: the subset of X.690 that RFC 3417 section 8 allows.
//
// Purpose: read datagrams of strangers without copying and without ever leaving their bounds; write
//          messages into a buffer that the caller owns. Not a general ASN.1 codec.
// Reading: definite lengths only, up to 4 length octets, also when longer than needed (real agents write
//          so); tags of one octet. A reader that failed stays failed: read on, ask ok() once at the end.
// Writing: backwards from the end of the buffer, so that no length has to be guessed; shortest forms.
//          A writer that ran out of room stays failed and writes nothing more.
// Lifetime: views (Bytes) point into the caller's buffer. Threads: values without shared state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace yagura::monitor::snmp {

using Bytes = std::span<const std::uint8_t>;

inline Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

namespace tag {
inline constexpr std::uint8_t integer = 0x02, octet_string = 0x04, null = 0x05, oid = 0x06, sequence = 0x30;
inline constexpr std::uint8_t ip_address = 0x40, counter32 = 0x41, gauge32 = 0x42, time_ticks = 0x43,
                              opaque = 0x44, counter64 = 0x46;
// What RFC 3416 answers in place of a value.
inline constexpr std::uint8_t no_such_object = 0x80, no_such_instance = 0x81, end_of_mib_view = 0x82;
}  // namespace tag

// Two's complement of 1..8 octets. False when empty or wider than 64 bits.
bool parse_signed(Bytes content, std::int64_t& out);
// As unsigned: a set top bit counts as value (agents forget the leading zero of counters). False when empty
// or wider than 64 bits.
bool parse_unsigned(Bytes content, std::uint64_t& out);
// Every arc below 2^32 and shortest form, at most 128 arcs. The empty identifier is valid (seen as a value).
bool valid_oid(Bytes content);

class BerReader {
 public:
  BerReader() = default;
  explicit BerReader(Bytes bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return at_ == end_; }
  [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  [[nodiscard]] const std::uint8_t* position() const { return at_; }
  // The tag of the next element, 0 when there is none.
  [[nodiscard]] std::uint8_t peek() const { return at_ < end_ ? *at_ : std::uint8_t{0}; }

  // The content of the next element whatever its tag.
  Bytes any(std::uint8_t& found) {
    found = 0;
    if (end_ - at_ < 2) return failed();
    const std::uint8_t seen = *at_;
    std::size_t length = at_[1];
    const std::uint8_t* content = at_ + 2;
    if (length >= 0x80) {
      const std::size_t octets = length & 0x7f;
      if (octets == 0 || octets > 4 || static_cast<std::size_t>(end_ - content) < octets) return failed();
      length = 0;
      for (std::size_t i = 0; i < octets; ++i) length = length << 8 | *content++;
    }
    if (static_cast<std::size_t>(end_ - content) < length) return failed();
    found = seen;
    at_ = content + length;
    return {content, length};
  }
  // The content of the next element, which must have this tag.
  Bytes expect(std::uint8_t wanted) {
    if (peek() != wanted) return failed();
    std::uint8_t found;
    return any(found);
  }
  // Goes on after octets that the caller has looked at himself.
  void skip(std::size_t octets) { at_ += octets; }
  BerReader enter(std::uint8_t wanted) {
    const Bytes content = expect(wanted);
    BerReader inner{content};
    inner.ok_ = ok_;
    return inner;
  }
  // An INTEGER within [low, high].
  std::int64_t integer(std::int64_t low, std::int64_t high) {
    return integer_tagged(tag::integer, low, high);
  }
  std::int64_t integer_tagged(std::uint8_t wanted, std::int64_t low, std::int64_t high) {
    std::int64_t value = 0;
    const Bytes content = expect(wanted);
    if (!ok_ || !parse_signed(content, value) || value < low || value > high) {
      failed();
      return 0;
    }
    return value;
  }
  Bytes failed() {
    ok_ = false;
    at_ = end_;
    return {};
  }

 private:
  const std::uint8_t* at_ = nullptr;
  const std::uint8_t* end_ = nullptr;
  bool ok_ = true;
};

class BerWriter {
 public:
  explicit BerWriter(std::span<std::uint8_t> buffer)
      : begin_(buffer.data()), at_(buffer.data() + buffer.size()), end_(at_) {}

  [[nodiscard]] bool ok() const { return ok_; }
  // Octets written so far: pass an earlier value to wrap() to enclose what was written since.
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(end_ - at_); }
  [[nodiscard]] Bytes bytes() const { return {at_, size()}; }
  [[nodiscard]] std::uint8_t* front() { return at_; }

  void raw(Bytes content) {
    if (static_cast<std::size_t>(at_ - begin_) < content.size()) {
      ok_ = false;
      return;
    }
    at_ -= content.size();
    if (!content.empty()) std::memcpy(at_, content.data(), content.size());
  }
  void octet(std::uint8_t value) {
    if (at_ == begin_) {
      ok_ = false;
      return;
    }
    *--at_ = value;
  }
  // Puts tag and length before everything written since size() was `since`.
  void wrap(std::uint8_t wrap_tag, std::size_t since) { header(wrap_tag, size() - since); }
  void element(std::uint8_t element_tag, Bytes content) {
    raw(content);
    header(element_tag, content.size());
  }
  void integer(std::int64_t value) { integer_tagged(tag::integer, value); }
  void integer_tagged(std::uint8_t element_tag, std::int64_t value);
  void unsigned_tagged(std::uint8_t element_tag, std::uint64_t value);
  void header(std::uint8_t element_tag, std::size_t length);

 private:
  std::uint8_t* begin_;
  std::uint8_t* at_;
  std::uint8_t* end_;
  bool ok_ = true;
};

}  // namespace yagura::monitor::snmp
