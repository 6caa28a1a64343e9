#include "eventstore/columns.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

#include "eventstore/coding.hpp"

namespace yagura::eventstore {

namespace {

class BitWriter {
 public:
  void put(std::uint64_t value, unsigned width) {
    while (width > 0) {
      const unsigned now = std::min(width, 32U);
      held_ |= (value & ((1ULL << now) - 1)) << used_;
      used_ += now;
      while (used_ >= 8) {
        bytes.push_back(static_cast<char>(held_));
        held_ >>= 8U;
        used_ -= 8;
      }
      value = now < 64 ? value >> now : 0;
      width -= now;
    }
  }
  void finish() {
    if (used_ > 0) bytes.push_back(static_cast<char>(held_));
    held_ = used_ = 0;
  }
  std::string bytes;

 private:
  std::uint64_t held_ = 0;
  unsigned used_ = 0;
};

class BitReader {
 public:
  explicit BitReader(std::string_view bytes) : bytes_(bytes) {}
  std::uint64_t take(unsigned width) {
    std::uint64_t out = 0;
    for (unsigned got = 0; got < width;) {
      if (used_ == 0) {
        if (at_ + 8 <= bytes_.size()) {
          std::memcpy(&held_, bytes_.data() + at_, 8);
          at_ += 8;
          used_ = 64;
        } else if (at_ < bytes_.size()) {
          held_ = static_cast<unsigned char>(bytes_[at_++]);
          used_ = 8;
        } else {
          bad_ = true;
          return 0;
        }
      }
      const auto now = std::min(width - got, used_);
      const auto mask = now == 64 ? ~0ULL : (1ULL << now) - 1;
      out |= (held_ & mask) << got;
      held_ = now == 64 ? 0 : held_ >> now;
      used_ -= now;
      got += now;
    }
    return out;
  }
  [[nodiscard]] bool bad() const { return bad_; }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  std::uint64_t held_ = 0;
  unsigned used_ = 0;
  bool bad_ = false;
};

std::unexpected<Error> damaged() {
  return fail("eventstore.damaged", {{"reason", "a column does not fit its rows"}});
}

// A piece: length of the frame of symbols, that frame, the bits in a frame of their own (left out when none).
void put_piece(std::string& out, std::string_view symbols, const std::string& bits, int level) {
  std::string frame;
  // One symbol all through: its value alone.
  const bool same = std::ranges::all_of(symbols, [&](char c) { return c == symbols.front(); });
  put_frame(frame, same ? symbols.substr(0, 1) : symbols, level);
  put_varint(out, frame.size());
  out += frame;
  if (!bits.empty()) put_frame(out, bits, 0);
}

struct Piece {
  std::string symbols, bits;
};
Result<Piece> take_piece(std::string_view bytes, std::size_t rows) {
  Reader in(bytes);
  const auto frame = in.text();
  Piece out;
  if (in.bad()) return damaged();
  YAGURA_CHECK(unframe(frame, out.symbols, block_rows));
  if (out.symbols.size() == 1) out.symbols.resize(rows, out.symbols.front());
  if (out.symbols.size() != rows) return damaged();
  if (in.left() > 0) YAGURA_CHECK(unframe(in.bytes(in.left()), out.bits, block_rows * 10));
  return out;
}

std::size_t place(const Order& order, std::size_t row) { return order.empty() ? row : order[row]; }

// A number is the count of its bits, as a symbol, and the bits below its highest.
unsigned size_of(std::uint64_t v) { return static_cast<unsigned>(std::bit_width(v)); }
void put_low(BitWriter& bits, std::uint64_t v) {
  if (const auto size = size_of(v); size > 1) bits.put(v, size - 1);
}
std::uint64_t take_low(BitReader& bits, unsigned size) {
  if (size <= 1) return size;
  return bits.take(size - 1) | 1ULL << (size - 1);
}

// Values used a moment ago, newest first.
class Recent {
 public:
  static constexpr unsigned most = 48;
  // The place of v, moved to the front; most when it was not there (it is now).
  unsigned use(std::uint32_t v) {
    unsigned i = 0;
    while (i < count_ && values_[i] != v) ++i;
    const bool found = i < count_;
    if (!found) {
      if (count_ < most) ++count_;
      i = count_ - 1;
    }
    std::memmove(values_.data() + 1, values_.data(), i * sizeof(values_[0]));
    values_[0] = v;
    return found ? i : most;
  }
  bool at(unsigned i, std::uint32_t& v) {
    if (i >= count_) return false;
    v = values_[i];
    std::memmove(values_.data() + 1, values_.data(), i * sizeof(values_[0]));
    values_[0] = v;
    return true;
  }
  void add(std::uint32_t v) {
    if (count_ < most) ++count_;
    std::memmove(values_.data() + 1, values_.data(), (count_ - 1) * sizeof(values_[0]));
    values_[0] = v;
  }

 private:
  std::array<std::uint32_t, most> values_{};
  unsigned count_ = 0;
};

}  // namespace

Order order_by(std::span<const std::uint32_t> context) {
  Order out(context.size());
  std::uint32_t highest = 0;
  for (const auto c : context) highest = std::max(highest, c);
  if (highest >= 4096) {
    std::iota(out.begin(), out.end(), std::uint16_t{0});
    return out;
  }
  std::vector<std::uint16_t> next(highest + 2);
  for (const auto c : context) ++next[c + 1];
  for (std::size_t i = 1; i < next.size(); ++i) next[i] = static_cast<std::uint16_t>(next[i] + next[i - 1]);
  for (std::size_t i = 0; i < context.size(); ++i) out[i] = next[context[i]]++;
  return out;
}

void pack_numbers(std::span<const std::int64_t> numbers, const Order& order, int level, std::string& out) {
  std::string symbols(numbers.size(), 0);
  BitWriter bits;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto v = zigzag(numbers[i]);
    symbols[place(order, i)] = static_cast<char>(size_of(v));
    put_low(bits, v);
  }
  bits.finish();
  put_piece(out, symbols, bits.bytes, level);
}

Result<void> unpack_numbers(std::string_view piece, std::size_t rows, const Order& order,
                            std::vector<std::int64_t>& out) {
  YAGURA_TRY(const auto parts, take_piece(piece, rows));
  BitReader bits(parts.bits);
  out.resize(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    const auto size = static_cast<unsigned char>(parts.symbols[place(order, i)]);
    if (size > 64) return damaged();
    out[i] = unzigzag(take_low(bits, size));
  }
  if (bits.bad()) return damaged();
  return {};
}

void pack_times(std::span<const std::int64_t> times, int level, std::string& out) {
  // Most clocks tell milliseconds or seconds: the unit is said once.
  std::int64_t unit = 1'000'000;
  for (const auto t : times)
    while (unit > 1 && t % unit != 0) unit /= 1000;
  std::vector<std::int64_t> steps(times.size());
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto now = static_cast<std::uint64_t>(times[i] / unit);
    steps[i] = static_cast<std::int64_t>(now - last);
    last = now;
  }
  put_varint(out, static_cast<std::uint64_t>(unit));
  pack_numbers(steps, {}, level, out);
}

Result<void> unpack_times(std::string_view piece, std::size_t rows, std::vector<std::int64_t>& out) {
  Reader in(piece);
  const auto unit = in.varint();
  if (in.bad() || (unit != 1 && unit != 1000 && unit != 1'000'000)) return damaged();
  YAGURA_CHECK(unpack_numbers(in.bytes(in.left()), rows, {}, out));
  std::uint64_t at = 0;
  for (auto& t : out) t = static_cast<std::int64_t>((at += static_cast<std::uint64_t>(t)) * unit);
  return {};
}

void pack_ids(std::span<const std::uint32_t> ids, std::uint32_t known, const Order& order, int level,
              std::string& out) {
  std::string symbols(ids.size(), 0);
  BitWriter bits;
  const auto width = size_of(known);
  Recent recent;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    unsigned symbol = ids[i];
    if (known > 256) {
      symbol = recent.use(ids[i]);
      if (symbol == Recent::most) bits.put(ids[i], width);
    }
    symbols[place(order, i)] = static_cast<char>(symbol);
  }
  bits.finish();
  put_piece(out, symbols, bits.bytes, level);
}

Result<void> unpack_ids(std::string_view piece, std::size_t rows, std::uint32_t known, const Order& order,
                        std::vector<std::uint32_t>& out) {
  YAGURA_TRY(const auto parts, take_piece(piece, rows));
  BitReader bits(parts.bits);
  const auto width = size_of(known);
  Recent recent;
  out.resize(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    std::uint32_t v = static_cast<unsigned char>(parts.symbols[place(order, i)]);
    if (known > 256) {
      if (v == Recent::most) {
        v = static_cast<std::uint32_t>(bits.take(width));
        recent.add(v);
      } else if (!recent.at(v, v)) {
        return damaged();
      }
    }
    if (v >= known) return damaged();
    out[i] = v;
  }
  if (bits.bad()) return damaged();
  return {};
}

namespace {
// Symbols of texts: empty, used for the first time, used long ago (how far back in the bits), used a moment
// ago.
constexpr unsigned empty = 0, fresh = 1, far = 2, near = 3 + 40;
}  // namespace

void pack_texts(std::span<const std::uint32_t> ids, std::uint32_t first_new, const Order& order, int level,
                std::string& out) {
  std::string symbols(ids.size(), 0);
  BitWriter bits;
  Recent recent;
  auto next = first_new;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    unsigned symbol = empty;
    if (const auto id = ids[i]; id != 0) {
      const auto at = recent.use(id);
      if (id == next) {
        symbol = fresh;
        ++next;
      } else if (at < Recent::most) {
        symbol = near + at;
      } else {
        const auto back = next - id;
        symbol = 2 + size_of(back);
        put_low(bits, back);
      }
    }
    symbols[place(order, i)] = static_cast<char>(symbol);
  }
  bits.finish();
  put_piece(out, symbols, bits.bytes, level);
}

Result<void> unpack_texts(std::string_view piece, std::size_t rows, std::uint32_t first_new,
                          const Order& order, std::vector<std::uint32_t>& out) {
  YAGURA_TRY(const auto parts, take_piece(piece, rows));
  BitReader bits(parts.bits);
  Recent recent;
  auto next = first_new;
  out.resize(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    const unsigned symbol = static_cast<unsigned char>(parts.symbols[place(order, i)]);
    std::uint32_t id = 0;
    if (symbol == fresh) {
      id = next++;
      recent.add(id);
    } else if (symbol >= near) {
      if (!recent.at(symbol - near, id)) return damaged();
    } else if (symbol != empty) {
      const auto size = symbol - far;
      if (size == 0 || size > 32) return damaged();
      const auto back = take_low(bits, size);
      if (back >= next) return damaged();
      id = next - static_cast<std::uint32_t>(back);
      recent.add(id);
    }
    out[i] = id;
  }
  if (bits.bad()) return damaged();
  return {};
}

}  // namespace yagura::eventstore
