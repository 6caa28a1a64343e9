#include "eventstore/clickhouse/row_reader.hpp"

#include <cstring>

namespace yagura::eventstore::clickhouse {

namespace {

constexpr std::uint64_t most_text = 64U << 20;

struct Bytes {
  std::string_view left;
  bool complete = true, damaged = false;

  std::string_view raw(std::size_t size) {
    if (size > left.size()) complete = false;
    if (!complete) return {};
    const auto out = left.substr(0, size);
    left.remove_prefix(size);
    return out;
  }
  template <class T>
  T fixed() {
    T out{};
    if (const auto bytes = raw(sizeof out); complete) std::memcpy(&out, bytes.data(), sizeof out);
    return out;
  }
  std::string_view text() {
    std::uint64_t size = 0;
    for (unsigned shift = 0;; shift += 7) {
      const auto byte = fixed<std::uint8_t>();
      size |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if (!complete || (byte & 0x80U) == 0) break;
      if (shift > 21) damaged = true;
      if (damaged) return {};
    }
    if (size > most_text) damaged = true;
    return damaged ? std::string_view() : raw(static_cast<std::size_t>(size));
  }
};

}  // namespace

Event event_of(const Kind& kind, const ReadRow& row) {
  Event out{&kind, from_micros(row.at), {}};
  std::size_t text = 0, number = 0;
  for (const auto& field : kind.fields)
    if (field.type == FieldType::number)
      out.cells.emplace_back(row.numbers[number++]);
    else
      out.cells.emplace_back(row.texts[text++]);
  return out;
}

bool RowReader::take(std::string_view bytes, const std::function<bool(const ReadRow&)>& row) {
  if (damaged_) return false;
  // Only a row that was cut off is kept.
  std::string joined;
  if (!left_.empty()) {
    left_.append(bytes);
    joined = std::move(left_);
    left_.clear();
    bytes = joined;
  }
  while (!bytes.empty()) {
    Bytes in{bytes};
    row_.at = in.fixed<std::int64_t>();
    row_.kind = in.fixed<std::uint8_t>();
    row_.texts.clear();
    row_.numbers.clear();
    for (std::size_t i = 0; i < texts_ && in.complete && !in.damaged; ++i) row_.texts.push_back(in.text());
    for (std::size_t i = 0; i < numbers_ && in.complete; ++i)
      row_.numbers.push_back(in.fixed<std::int64_t>());
    damaged_ = in.damaged;
    if (damaged_) return false;
    if (!in.complete) {
      left_ = bytes;
      return true;
    }
    bytes = in.left;
    if (!row(row_)) return false;
  }
  return true;
}

}  // namespace yagura::eventstore::clickhouse
