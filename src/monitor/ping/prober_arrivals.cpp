// What the prober does with what arrives, and the counts it hands on.
#include <algorithm>

#include "monitor/ping/prober.hpp"

namespace yagura::monitor::ping {

namespace {
constexpr std::size_t summary_slice = 2'000;
// A flood of datagrams must not keep timers and sends waiting for ever.
constexpr int most_batches_read = 64;
}  // namespace

void Prober::read_arrivals() {
  for (int batches = 0; batches < most_batches_read; ++batches) {
    arrived_.clear();
    const bool more = wire_.receive(arrived_);
    for (const auto& incoming : arrived_) hear(incoming);
    if (!more) return;
  }
}

void Prober::hear(const Incoming& incoming) {
  if (incoming.heard.reply)
    hear_reply(incoming);
  else
    hear_error(incoming.heard);
}

void Prober::hear_reply(const Incoming& incoming) {
  const auto& heard = incoming.heard;
  const auto token = heard.payload ? seal_.open(*heard.payload, heard.about) : std::nullopt;
  if (!token || token->slot >= slots_.size()) {
    ++counters_.forged;
    return;
  }
  const auto place = token->slot;
  auto& slot = slots_[place];
  if (slot.serial != token->serial || slot.address.bytes != heard.about.bytes) {
    ++counters_.stale;
    return;
  }
  if (slot.phase != Phase::waiting) {
    ++(slot.state == State::ok ? counters_.duplicates : counters_.stale);
    return;
  }
  // The latest request's time is exact; an earlier one's is that of its batch, which is good enough.
  const auto sent = Duration(token->attempt == slot.attempt ? slot.sent_at : token->sent);
  const auto trip = std::clamp<std::int64_t>((incoming.at - sent).count(), 1, 0xffffffff);
  slot.trip = std::uint32_t(trip);
  slot.trip_least = slot.received == 0 ? slot.trip : std::min(slot.trip_least, slot.trip);
  slot.trip_most = slot.received == 0 ? slot.trip : std::max(slot.trip_most, slot.trip);
  slot.trip_sum += std::uint64_t(trip);
  ++slot.received;
  ++counters_.answers;
  finish(place, State::ok, Duration(trip));
}

Prober::Slot* Prober::quoted_slot(const Heard& heard) {
  if (heard.payload) {
    const auto token = seal_.open(*heard.payload, heard.about);
    if (!token || token->slot >= slots_.size() || slots_[token->slot].serial != token->serial) return nullptr;
    return &slots_[token->slot];
  }
  // Only 8 bytes quoted (RFC 792's least): the sequence is the low half of the place.
  for (std::size_t place = heard.sequence; place < slots_.size(); place += 0x10000)
    if (slots_[place].address.bytes == heard.about.bytes) return &slots_[place];
  return nullptr;
}

void Prober::hear_error(const Heard& heard) {
  auto* slot = quoted_slot(heard);
  if (slot == nullptr || slot->phase != Phase::waiting) {
    ++counters_.unrelated;
    return;
  }
  ++counters_.errors;
  slot->fact = heard.fact;
  said_by_[Place(slot - slots_.data())] = heard.from;
}

void Prober::summarise(Duration now) {
  if (options_.summary_period == Duration::zero() || options_.once) return;
  if (!summary_place_) {
    if (now - period_start_ < options_.summary_period) return;
    summary_place_ = 0;
  }
  // A slice at a time, so that no check waits for the counting.
  const auto wall = clock_.now();
  const auto last = std::min(slots_.size(), *summary_place_ + summary_slice);
  for (auto place = std::size_t(*summary_place_); place < last; ++place) {
    auto& slot = slots_[place];
    if (slot.phase == Phase::unused || (slot.sent == 0 && slot.failed_checks == 0)) continue;
    summaries_.push_back({.id = slot.id,
                          .from = period_from_,
                          .to = wall,
                          .sent = slot.sent,
                          .received = slot.received,
                          .failed_checks = slot.failed_checks,
                          .least = Duration(slot.trip_least),
                          .mean = Duration(slot.received == 0 ? 0 : slot.trip_sum / slot.received),
                          .most = Duration(slot.trip_most),
                          .state = slot.state});
    slot.sent = slot.received = slot.trip_least = slot.trip_most = 0;
    slot.trip_sum = 0;
    slot.failed_checks = 0;
  }
  if (last < slots_.size()) {
    summary_place_ = Place(last);
    return;
  }
  summary_place_.reset();
  period_from_ = wall;
  period_start_ += (now - period_start_) / options_.summary_period * options_.summary_period;
}

}  // namespace yagura::monitor::ping
