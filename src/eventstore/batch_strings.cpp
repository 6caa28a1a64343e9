#include "eventstore/batch_strings.hpp"

#include <utility>

#include "eventstore/coding.hpp"

namespace yagura::eventstore {

namespace {
constexpr std::size_t fewest_slots = 256;
}  // namespace

BatchStrings::BatchStrings() { (void)take(); }

std::uint32_t BatchStrings::place_of(std::string_view text) {
  if (text.empty()) return 0;
  const auto hash = static_cast<std::uint32_t>(checksum(text));
  const auto mask = slots_.size() - 1;
  auto i = hash & mask;
  for (; slots_[i].number != 0; i = (i + 1) & mask)
    if (slots_[i].hash == hash && at(slots_[i].number - 1) == text) return slots_[i].number - 1;
  held_ += text;
  ends_.push_back(held_.size());
  slots_[i] = {hash, static_cast<std::uint32_t>(ends_.size())};
  if (ends_.size() * 2 > slots_.size()) grow();
  return static_cast<std::uint32_t>(ends_.size() - 1);
}

void BatchStrings::grow() {
  const auto old = std::exchange(slots_, std::vector<Slot>(slots_.size() * 4));
  const auto mask = slots_.size() - 1;
  for (const auto& slot : old) {
    if (slot.number == 0) continue;
    auto i = slot.hash & mask;
    while (slots_[i].number != 0) i = (i + 1) & mask;
    slots_[i] = slot;
  }
}

BatchStrings::Taken BatchStrings::take() {
  Taken out;
  out.held = std::make_shared<const std::string>(std::exchange(held_, {}));
  std::size_t begin = 0;
  out.strings.reserve(ends_.size());
  for (const auto end : ends_) {
    out.strings.push_back(std::string_view(*out.held).substr(begin, end - begin));
    begin = end;
  }
  ends_.assign(1, 0);
  slots_.assign(fewest_slots, {});
  return out;
}

}  // namespace yagura::eventstore
