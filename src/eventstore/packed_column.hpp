// A column of a block as it is kept in memory: each value in as few bytes as all of them allow, and where many
// are the least of all (no text, no file) a bit for each and the others alone.
//
// Purpose: unpacking a block's column from its file costs some 20 µs, from this one or two.
// Threads: a value, never changed once made.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace yagura::eventstore {

class PackedColumn {
 public:
  // T: std::int64_t or std::uint32_t; unpack() wants the same.
  template <class T>
  explicit PackedColumn(std::span<const T> values) : rows_(values.size()) {
    if (values.empty()) return;
    const auto least = std::ranges::min(values);
    base_ = static_cast<std::uint64_t>(least);
    const auto most = static_cast<std::uint64_t>(std::ranges::max(values)) - base_;
    // Times mostly are whole milliseconds.
    if (sizeof(T) > 4 && most > UINT16_MAX && std::ranges::all_of(values, [&](T value) {
          return (static_cast<std::uint64_t>(value) - base_) % thousand == 0;
        }))
      unit_ = thousand;
    width_ = (static_cast<std::size_t>(std::bit_width(most / unit_)) + 7) / 8;
    const auto few = static_cast<std::size_t>(std::ranges::count(values, least));
    if (few * width_ > values.size() / 8 + 8) above_.resize((values.size() + 63) / 64);
    const bool all = above_.empty();
    held_.resize((values.size() - (all ? 0 : few)) * width_ + beyond);
    auto* to = held_.data();
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!all && values[i] == least) continue;
      if (!all) above_[i / 64] |= std::uint64_t{1} << (i % 64);
      const auto units = (static_cast<std::uint64_t>(values[i]) - base_) / unit_;
      std::memcpy(to, &units, width_);
      to += width_;
    }
  }
  template <class T>
  void unpack(std::vector<T>& out) const {
    if (width_ == 0)
      out.assign(rows_, static_cast<T>(base_));
    else if (width_ == 1)
      widen<1>(out);
    else if (width_ == 2)
      widen<2>(out);
    else if (width_ == 3)
      widen<3>(out);
    else if (width_ == 4)
      widen<4>(out);
    else
      widen<0>(out);
  }
  [[nodiscard]] std::size_t bytes() const {
    return sizeof(*this) + held_.capacity() + above_.capacity() * sizeof(above_[0]);
  }

 private:
  static constexpr std::uint64_t thousand = 1000;
  static constexpr std::size_t beyond = 8;  // so that eight bytes can be read anywhere
  // Width: 0 for any.
  template <std::size_t Width, class T>
  void widen(std::vector<T>& out) const {
    static_assert(std::endian::native == std::endian::little);
    const auto width = Width == 0 ? width_ : Width;
    const auto mask = ~std::uint64_t{0} >> (64 - 8 * width);
    const auto* from = held_.data();
    const auto next = [&] {
      std::uint64_t units = 0;
      std::memcpy(&units, from, 8);
      from += width;
      return static_cast<T>(base_ + (units & mask) * unit_);
    };
    if (above_.empty()) {
      out.resize(rows_);
      for (auto& value : out) value = next();
      return;
    }
    out.assign(rows_, static_cast<T>(base_));
    for (std::size_t word = 0; word < above_.size(); ++word)
      for (auto left = above_[word]; left != 0; left &= left - 1)
        out[word * 64 + static_cast<std::size_t>(std::countr_zero(left))] = next();
  }
  std::size_t rows_ = 0, width_ = 0;  // in bytes
  std::uint64_t base_ = 0, unit_ = 1;
  std::string held_;
  std::vector<std::uint64_t>
      above_;  // a bit for each row, unless all are held: whether it is above the least
};

}  // namespace yagura::eventstore
