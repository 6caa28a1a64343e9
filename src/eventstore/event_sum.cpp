#include "eventstore/event_sum.hpp"

#include <bit>
#include <cstring>

namespace yagura::eventstore {

namespace {

struct Sip {
  std::uint64_t v0 = 0x736f6d6570736575, v1 = 0x646f72616e646f6d, v2 = 0x6c7967656e657261,
                v3 = 0x7465646279746573;
  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void add(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
};

std::uint64_t text_sum(std::string_view text) {
  static const auto empty = sip_hash("");
  return text.empty() ? 0 : sip_hash(text) - empty;
}

}  // namespace

std::uint64_t sip_hash(std::string_view text) {
  Sip state;
  const auto size = text.size();
  for (; text.size() >= 8; text.remove_prefix(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), 8);
    state.add(word);
  }
  std::uint64_t last = 0;
  if (!text.empty()) std::memcpy(&last, text.data(), text.size());
  state.add(last | static_cast<std::uint64_t>(size) << 56U);
  state.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) state.round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

std::uint64_t mixed(std::uint64_t value) {
  value ^= 0x4cf2d2baae6da887;
  value = (value ^ value >> 33U) * 0xff51afd7ed558ccd;
  value = (value ^ value >> 33U) * 0xc4ceb9fe1a85ec53;
  return value ^ value >> 33U;
}

std::uint64_t sum_factor(std::size_t place) { return mixed(place) | 1U; }

std::uint64_t sum_of(const Event& event) {
  auto out = static_cast<std::uint64_t>(to_micros(event.at)) * sum_factor(sum_time) +
             static_cast<std::uint64_t>(event.day) * sum_factor(sum_day);
  for (std::size_t f = 0; f < event.cells.size(); ++f) {
    const auto* number = std::get_if<std::int64_t>(&event.cells[f]);
    out += sum_factor(sum_fields + f) * (number ? static_cast<std::uint64_t>(*number)
                                                : text_sum(std::get<std::string_view>(event.cells[f])));
  }
  return mixed(out);
}

EventSum sum_of(const Kind& kind, const Batch& batch) {
  std::vector<std::uint64_t> texts;
  texts.reserve(batch.strings.size());
  for (const auto text : batch.strings) texts.push_back(text_sum(text));
  std::vector<std::uint64_t> rows(batch.rows());
  const auto add = [&](std::size_t place, const auto& value_of) {
    const auto factor = sum_factor(place);
    for (std::size_t r = 0; r < rows.size(); ++r) rows[r] += factor * value_of(r);
  };
  add(sum_time, [&](std::size_t r) { return static_cast<std::uint64_t>(batch.times[r]); });
  if (!batch.days.empty())
    add(sum_day, [&](std::size_t r) { return static_cast<std::uint64_t>(batch.days[r]); });
  for (std::size_t f = 0; f < batch.columns.size(); ++f) {
    const auto& column = batch.columns[f];
    if (kind.fields[f].type == FieldType::number)
      add(sum_fields + f, [&](std::size_t r) { return static_cast<std::uint64_t>(column.numbers[r]); });
    else
      add(sum_fields + f, [&](std::size_t r) { return texts[column.ids[r]]; });
  }
  EventSum out{static_cast<std::int64_t>(rows.size()), 0};
  for (const auto row : rows) out.sum += mixed(row);
  return out;
}

}  // namespace yagura::eventstore
