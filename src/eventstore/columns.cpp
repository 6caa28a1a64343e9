#include "eventstore/columns.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "eventstore/coding.hpp"

namespace yagura::eventstore {

namespace {

// Writes into memory that each thread keeps: a block's bits are never more than 8 bytes a row and some.
class BitWriter {
 public:
  explicit BitWriter(std::size_t rows) {
    thread_local std::vector<char> kept;
    if (kept.size() < rows * 9 + 16) kept.resize(rows * 9 + 16);
    begin_ = to_ = kept.data();
  }
  // Of value the lowest bits, at most 63.
  void put(std::uint64_t value, unsigned width) {
    if (width > 32) {
      put(value, 32);
      value >>= 32U;
      width -= 32;
    }
    held_ |= (value & ((1ULL << width) - 1)) << used_;
    used_ += width;
    std::memcpy(to_, &held_, 8);
    to_ += used_ / 8;
    held_ >>= used_ & ~7U;
    used_ &= 7U;
  }
  std::string finish() {
    if (used_ > 0) *to_++ = static_cast<char>(held_);
    held_ = used_ = 0;
    return {begin_, to_};
  }

 private:
  char *begin_, *to_;
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

// A number is the count of its bits, as a symbol, and the bits below its highest.
unsigned size_of(std::uint64_t v) { return 64U - static_cast<unsigned>(std::countl_zero(v | 1U)) - (v == 0); }
void put_low(BitWriter& bits, std::uint64_t v) {
  const auto size = size_of(v);
  bits.put(v, size - (size > 0));
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
    const auto i = find(v);
    if (i == most) {
      add(v);
    } else if (i > 0) {
      std::memmove(values_.data() + 1, values_.data(), i * sizeof(values_[0]));
      values_[0] = v;
    }
    return i;
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
  [[nodiscard]] unsigned find(std::uint32_t v) const {
    constexpr unsigned step = 8;
    static_assert(most % step == 0);
    for (unsigned first = 0; first < count_; first += step) {
      unsigned same = 0;
      for (unsigned i = 0; i < step; ++i) same |= unsigned{values_[first + i] == v} << i;
      if (same == 0) continue;
      const auto at = first + static_cast<unsigned>(std::countr_zero(same));
      return at < count_ ? at : most;
    }
    return most;
  }
  std::array<std::uint32_t, most> values_{};
  unsigned count_ = 0;
};

}  // namespace

namespace {

Symbols split_numbers(std::span<const std::int64_t> numbers, BitWriter& bits) {
  Symbols out;
  out.symbols.resize(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto v = zigzag(numbers[i]);
    out.symbols[i] = static_cast<char>(size_of(v));
    put_low(bits, v);
  }
  out.bits = bits.finish();
  return out;
}

Result<void> join_numbers(const std::string& symbols, BitReader& bits, std::vector<std::int64_t>& out) {
  out.resize(symbols.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto size = static_cast<unsigned char>(symbols[i]);
    if (size > 64) return damaged();
    out[i] = unzigzag(take_low(bits, size));
  }
  if (bits.bad()) return damaged();
  return {};
}

// Most clocks tell milliseconds or seconds: the unit is said once, in two bits.
constexpr std::int64_t units[] = {1, 1'000, 1'000'000};

}  // namespace

Symbols split_numbers(std::span<const std::int64_t> numbers) {
  BitWriter bits(numbers.size());
  return split_numbers(numbers, bits);
}

Result<void> join_numbers(const Symbols& column, std::vector<std::int64_t>& out) {
  BitReader bits(column.bits);
  return join_numbers(column.symbols, bits, out);
}

namespace {
template <std::int64_t unit>
void steps_of(std::span<const std::int64_t> times, std::vector<std::int64_t>& steps) {
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto now = static_cast<std::uint64_t>(times[i] / unit);
    steps[i] = static_cast<std::int64_t>(now - last);
    last = now;
  }
}
template <std::int64_t unit>
bool fits(std::span<const std::int64_t> times) {
  return std::ranges::all_of(times, [](std::int64_t t) { return t % unit == 0; });
}
}  // namespace

Symbols split_times(std::span<const std::int64_t> times) {
  const unsigned unit = fits<units[2]>(times) ? 2 : fits<units[1]>(times) ? 1 : 0;
  thread_local std::vector<std::int64_t> steps;
  steps.resize(times.size());
  if (unit == 2)
    steps_of<units[2]>(times, steps);
  else if (unit == 1)
    steps_of<units[1]>(times, steps);
  else
    steps_of<units[0]>(times, steps);
  BitWriter bits(times.size());
  bits.put(unit, 2);
  return split_numbers(steps, bits);
}

Result<void> join_times(const Symbols& column, std::vector<std::int64_t>& out) {
  BitReader bits(column.bits);
  const auto unit = bits.take(2);
  if (unit > 2) return damaged();
  YAGURA_CHECK(join_numbers(column.symbols, bits, out));
  std::uint64_t at = 0;
  for (auto& t : out)
    t = static_cast<std::int64_t>((at += static_cast<std::uint64_t>(t)) *
                                  static_cast<std::uint64_t>(units[unit]));
  return {};
}

Symbols split_ids(std::span<const std::uint32_t> ids, std::uint32_t known) {
  Symbols out;
  out.symbols.resize(ids.size());
  if (known <= 256) {
    std::ranges::transform(ids, out.symbols.begin(), [](std::uint32_t id) { return static_cast<char>(id); });
    return out;
  }
  BitWriter bits(ids.size());
  const auto width = size_of(known);
  Recent recent;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto symbol = recent.use(ids[i]);
    if (symbol == Recent::most) bits.put(ids[i], width);
    out.symbols[i] = static_cast<char>(symbol);
  }
  out.bits = bits.finish();
  return out;
}

Result<void> join_ids(const Symbols& column, std::uint32_t known, std::vector<std::uint32_t>& out) {
  BitReader bits(column.bits);
  const auto width = size_of(known);
  Recent recent;
  out.resize(column.symbols.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::uint32_t v = static_cast<unsigned char>(column.symbols[i]);
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

Symbols split_texts(std::span<const std::uint32_t> ids, std::uint32_t first_new) {
  Symbols out;
  out.symbols.resize(ids.size());
  BitWriter bits(ids.size());
  Recent recent;
  auto next = first_new;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    unsigned symbol = empty;
    if (const auto id = ids[i]; id == next) {
      recent.add(id);
      symbol = fresh;
      ++next;
    } else if (id != 0) {
      if (const auto at = recent.use(id); at < Recent::most) {
        symbol = near + at;
      } else {
        const auto back = next - id;
        symbol = far + size_of(back);
        put_low(bits, back);
      }
    }
    out.symbols[i] = static_cast<char>(symbol);
  }
  out.bits = bits.finish();
  return out;
}

Result<void> join_texts(const Symbols& column, std::uint32_t first_new, std::vector<std::uint32_t>& out) {
  BitReader bits(column.bits);
  Recent recent;
  auto next = first_new;
  out.resize(column.symbols.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const unsigned symbol = static_cast<unsigned char>(column.symbols[i]);
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
