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
  // The values of these rows, ascending; few of them without unpacking the others.
  template <class T>
  void pick(std::span<const std::uint32_t> rows, std::vector<T>& out) const {
    out.resize(rows.size());
    std::size_t word = 0, before = 0;  // of those above the least, so many stand before the word
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::size_t place = rows[i];
      if (!above_.empty()) {
        for (; word < rows[i] / 64; ++word) before += static_cast<std::size_t>(std::popcount(above_[word]));
        const auto bit = std::uint64_t{1} << (rows[i] % 64);
        place = before + static_cast<std::size_t>(std::popcount(above_[word] & (bit - 1)));
        if ((above_[word] & bit) == 0) {
          out[i] = static_cast<T>(base_);
          continue;
        }
      }
      out[i] = width_ == 0 ? static_cast<T>(base_) : static_cast<T>(base_ + units_at(place) * unit_);
    }
  }
  // The rows whose values are not below `from` and below `to`, ascending.
  template <class T>
  void between(T from, T to, std::vector<std::uint32_t>& rows) const {
    rows.clear();
    const auto least = static_cast<T>(base_);
    if (rows_ == 0 || to <= least || from >= to) return;
    // In units above the least.
    const auto units = [&](T value) -> std::uint64_t {
      if (value <= least) return 0;
      const auto above = static_cast<std::uint64_t>(value) - base_;
      return above / unit_ + (above % unit_ != 0 ? 1 : 0);
    };
    const auto low = units(from), high = units(to);
    rows.resize(rows_);
    auto* to_row = rows.data();
    const auto put = [&](std::size_t row, std::uint64_t value) {
      *to_row = static_cast<std::uint32_t>(row);
      to_row += value >= low && value < high ? 1 : 0;
    };
    if (width_ == 0) {
      for (std::size_t row = 0; row < rows_; ++row) put(row, 0);
    } else if (above_.empty()) {
      for (std::size_t row = 0; row < rows_; ++row) put(row, units_at(row));
    } else {
      std::size_t place = 0;
      for (std::size_t row = 0; row < rows_; ++row)
        put(row, (above_[row / 64] >> (row % 64) & 1U) != 0 ? units_at(place++) : 0);
    }
    rows.resize(static_cast<std::size_t>(to_row - rows.data()));
  }
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t bytes() const {
    return sizeof(*this) + held_.capacity() + above_.capacity() * sizeof(above_[0]);
  }

 private:
  static constexpr std::uint64_t thousand = 1000;
  static constexpr std::size_t beyond = 8;  // so that eight bytes can be read anywhere
  [[nodiscard]] std::uint64_t units_at(std::size_t place) const {
    std::uint64_t units = 0;
    std::memcpy(&units, held_.data() + place * width_, 8);
    return units & (~std::uint64_t{0} >> (64 - 8 * width_));
  }
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
