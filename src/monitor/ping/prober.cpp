#include "monitor/ping/prober.hpp"

#include <algorithm>
#include <limits>

namespace yagura::monitor::ping {

namespace {

constexpr Duration buffer_wait = std::chrono::milliseconds(50);
constexpr std::uint8_t most_deferred = 100;

// splitmix64's finaliser: ids that follow each other land far apart.
std::uint64_t spread(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9ULL;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebULL;
  return x ^ x >> 31;
}

}  // namespace

Result<> check_policy(const Policy& policy) {
  using namespace std::chrono;
  if (policy.interval < seconds(1) || policy.interval > days(1) || policy.timeout < milliseconds(10) ||
      policy.timeout > minutes(5) || policy.retries > 20)
    return fail("monitor.ping_policy_invalid", {{"interval_us", std::to_string(policy.interval.count())},
                                                {"timeout_us", std::to_string(policy.timeout.count())},
                                                {"retries", std::to_string(policy.retries)}});
  return {};
}

Prober::Prober(const Clock& clock, Wire& wire, Options options)
    : clock_(clock),
      wire_(wire),
      options_(options),
      epoch_(clock.steady()),
      wheel_(options.wheel_buckets),
      tokens_at_(epoch_),
      period_start_(epoch_),
      period_from_(clock.now()) {
  taken_.reserve(Wire::batch);
  leaving_.reserve(Wire::batch);
  packets_.reserve(Wire::batch);
  arrived_.reserve(256);
}

TimerWheel::Tick Prober::tick_of(Duration steady, bool round_up) const {
  const auto since = (steady - epoch_).count() + (round_up ? tick.count() - 1 : 0);
  return TimerWheel::Tick(std::max<std::int64_t>(since, 0) / tick.count());
}

Duration Prober::next_on_grid(const Slot& slot, Duration now) const {
  const auto interval = policies_[slot.policy].interval.count();
  const auto phase = std::int64_t(spread(std::uint64_t(slot.id)) % std::uint64_t(interval));
  const auto turns = (now.count() - phase) / interval + (now.count() >= phase ? 1 : 0);
  return Duration(phase + turns * interval);
}

void Prober::rest(Place place, Duration now) {
  auto& slot = slots_[place];
  if (options_.once) {
    slot.phase = Phase::done;
    ++finished_;
    return wheel_.cancel(place);
  }
  slot.phase = Phase::idle;
  wheel_.set(place, tick_of(next_on_grid(slot, now), true));
}

Result<std::uint16_t> Prober::policy_place(const Policy& policy) {
  YAGURA_CHECK(check_policy(policy));
  if (const auto known = policy_places_.find(policy); known != policy_places_.end()) return known->second;
  if (policies_.size() > std::numeric_limits<std::uint16_t>::max())
    return fail("monitor.ping_policies_too_many");
  const auto place = std::uint16_t(policies_.size());
  policies_.push_back(policy);
  policy_places_.emplace(policy, place);
  return place;
}

Result<Prober::Put> Prober::put(const Target& target) {
  YAGURA_TRY(const auto policy, policy_place(target.policy));
  const auto now = clock_.steady();
  if (const auto known = by_id_.find(target.id); known != by_id_.end()) {
    auto& slot = slots_[known->second];
    if (slot.address == target.address && slot.policy == policy) return Put::unchanged;
    const bool moved = slot.address != target.address;
    slot.policy = policy;
    if (!moved) {
      if (slot.phase == Phase::idle) rest(known->second, now);
      return Put::changed;
    }
    const auto serial = slot.serial + 1;
    const bool asked = slot.asked;
    slot = {.address = target.address, .policy = policy, .id = target.id, .serial = serial, .asked = asked};
    said_by_.erase(known->second);
    slot.phase = Phase::idle;
    asked ? wheel_.set(known->second, tick_of(now, false)) : rest(known->second, now);
    return Put::changed;
  }
  Place place = 0;
  if (free_.empty()) {
    place = Place(slots_.size());
    slots_.emplace_back();
    wheel_.grow(slots_.capacity());
  } else {
    place = free_.back();
    free_.pop_back();
  }
  // The serial of a place goes on over its tenants: an answer to the last one fits no more.
  const auto serial = slots_[place].serial + 1;
  slots_[place] = {.address = target.address, .policy = policy, .id = target.id, .serial = serial};
  by_id_.emplace(target.id, place);
  slots_[place].phase = Phase::idle;
  options_.once ? wheel_.set(place, tick_of(now, false)) : rest(place, now);
  return Put::added;
}

bool Prober::remove(Id id) {
  const auto known = by_id_.find(id);
  if (known == by_id_.end()) return false;
  const auto place = known->second;
  by_id_.erase(known);
  wheel_.cancel(place);
  said_by_.erase(place);
  if (options_.once && slots_[place].phase != Phase::done) ++finished_;
  slots_[place] = {.serial = slots_[place].serial};
  free_.push_back(place);
  return true;
}

void Prober::reserve(std::size_t targets) {
  slots_.reserve(targets);
  wheel_.grow(slots_.capacity());
  by_id_.reserve(targets);
}

std::vector<Id> Prober::ids_in(std::size_t first, std::size_t count) const {
  std::vector<Id> out;
  for (auto at = first; at < slots_.size() && at < first + count; ++at)
    if (slots_[at].phase != Phase::unused) out.push_back(slots_[at].id);
  return out;
}

bool Prober::check_now(Id id) {
  const auto known = by_id_.find(id);
  if (known == by_id_.end()) return false;
  auto& slot = slots_[known->second];
  slot.asked = true;
  if (slot.phase == Phase::idle) wheel_.set(known->second, tick_of(clock_.steady(), false));
  return true;
}

std::size_t Prober::allowance(Duration now) {
  if (options_.packets_per_second == 0) return Wire::batch;
  const double rate = options_.packets_per_second;
  const double most = std::max(1.0, std::min(double(Wire::batch), rate / 100));  // 10 ms worth
  tokens_ = std::min(most, tokens_ + rate * double((now - tokens_at_).count()) / 1e6);
  tokens_at_ = now;
  return std::size_t(tokens_);
}

std::optional<Duration> Prober::step() {
  // Answers first: a request must not time out while its answer lies in the socket.
  read_arrivals();
  const auto now = clock_.steady();
  summarise(now);
  const auto most = allowance(now);
  taken_.clear();
  leaving_.clear();
  const auto now_tick = tick_of(now, false);
  wheel_.take_due(now_tick, most, taken_);
  for (const auto place : taken_) due(place, now);
  if (!leaving_.empty()) {
    tokens_ -= double(leaving_.size());
    send_batch();
  }
  if (summary_place_) return now + Duration(1'000);
  if (taken_.size() == most) {
    if (most > 0) return now;
    return now + std::max(Duration(1'000), Duration(std::int64_t(1e6 / options_.packets_per_second)));
  }
  const auto next = wheel_.next_look();
  if (!next) return std::nullopt;
  const auto ahead = std::max<std::int32_t>(std::int32_t(*next - now_tick), 1);
  return epoch_ + Duration((now - epoch_).count() / tick.count() * tick.count()) + ahead * tick;
}

void Prober::due(Place place, Duration now) {
  auto& slot = slots_[place];
  if (slot.phase == Phase::waiting) {
    if (slot.deferred > 0 && slot.deferred < most_deferred) return leaving_.push_back(place);
    if (slot.attempt >= policies_[slot.policy].retries) {
      if (slot.fact == Fact::none) slot.fact = Fact::no_answer;
      return finish(place, State::failed, {});
    }
    ++slot.attempt;
    slot.deferred = 0;
  } else {
    slot.phase = Phase::waiting;
    slot.attempt = 0;
    slot.deferred = 0;
    slot.fact = Fact::none;
    ++slot.serial;
    ++counters_.checks;
    if (!options_.once && !slot.asked) note_delay(slot, now);
  }
  slot.sent_at = now.count();
  leaving_.push_back(place);
}

void Prober::note_delay(const Slot& slot, Duration now) {
  const auto delay = now - (next_on_grid(slot, now) - policies_[slot.policy].interval);
  counters_.worst_delay = std::max(counters_.worst_delay, delay);
  if (delay > std::chrono::seconds(1)) ++counters_.late_starts;
}

Duration Prober::wait_until(const Slot& slot, Duration sent) const {
  const auto& policy = policies_[slot.policy];
  const auto whole = sent + policy.timeout;
  if (!options_.once || options_.packets_per_second != 0 || slot.attempt >= policy.retries) return whole;
  // A sweep without a pace gains back what its first round of sending took: a retry may leave up to a
  // tenth of the time-out early. Answers to every earlier request still count, so each has its whole
  // time-out.
  auto planned = epoch_ + (slot.attempt + 1) * policy.timeout;
  if (slot.attempt > 0) planned -= first_round_;
  return std::min(whole, std::max(planned, sent + policy.timeout * 9 / 10));
}

void Prober::send_batch() {
  packets_.clear();
  const auto now = clock_.steady();
  for (const auto place : leaving_) {
    const auto& slot = slots_[place];
    const Token token{.slot = place, .serial = slot.serial, .attempt = slot.attempt, .sent = now.count()};
    packets_.push_back({.to = slot.address,
                        .sequence = std::uint16_t(place),
                        .payload = seal_.close(token, slot.address),
                        .error = 0,
                        .sent = now});
  }
  wire_.send(packets_);
  for (std::size_t i = 0; i < leaving_.size(); ++i) {
    auto& slot = slots_[leaving_[i]];
    const auto& policy = policies_[slot.policy];
    const auto& packet = packets_[i];
    slot.sent_at = packet.sent.count();
    if (options_.once && slot.attempt == 0) first_round_ = packet.sent - epoch_;
    if (packet.error == 0) {
      ++slot.sent;
      ++counters_.sent;
      slot.deferred = 0;
      wheel_.set(leaving_[i], tick_of(wait_until(slot, packet.sent), true));
      continue;
    }
    // This machine's refusal is a fact about the check, not its end: routes and filters come back within a
    // time-out. Lack of buffers passes sooner, and is not held against the target.
    ++counters_.send_errors;
    slot.fact = fact_of_errno(packet.error);
    const bool wait_for_buffers = slot.fact == Fact::no_buffers && slot.deferred + 1 < most_deferred;
    slot.deferred = wait_for_buffers ? std::uint8_t(slot.deferred + 1) : std::uint8_t(0);
    wheel_.set(leaving_[i], tick_of(packet.sent + (wait_for_buffers ? buffer_wait : policy.timeout), true));
  }
}

void Prober::finish(Place place, State found, Duration round_trip) {
  auto& slot = slots_[place];
  const auto now = clock_.now();
  if (found == State::failed) {
    ++counters_.failed_checks;
    if (slot.failed_checks < std::numeric_limits<std::uint16_t>::max()) ++slot.failed_checks;
  } else {
    slot.fact = Fact::none;
  }
  if (slot.state != found) {
    const auto said = said_by_.find(place);
    transitions_.push_back({.id = slot.id,
                            .from = slot.state,
                            .to = found,
                            .at = now,
                            .attempts = std::uint8_t(slot.attempt + 1),
                            .round_trip = round_trip,
                            .fact = slot.fact,
                            .said_by = said == said_by_.end() ? Address{} : said->second});
    slot.state = found;
    slot.since = to_micros(now);
  }
  if (slot.asked) {
    checked_.push_back({.id = slot.id,
                        .state = found,
                        .at = now,
                        .attempts = std::uint8_t(slot.attempt + 1),
                        .round_trip = round_trip,
                        .fact = slot.fact});
    slot.asked = false;
  }
  if (!said_by_.empty()) said_by_.erase(place);
  slot.attempt = 0;
  rest(place, clock_.steady());
}

std::optional<TargetState> Prober::state(Id id) const {
  const auto known = by_id_.find(id);
  if (known == by_id_.end()) return std::nullopt;
  const auto& slot = slots_[known->second];
  return TargetState{.id = id,
                     .address = slot.address,
                     .state = slot.state,
                     .since = from_micros(slot.since),
                     .round_trip = Duration(slot.trip),
                     .fact = slot.fact,
                     .checking = slot.phase == Phase::waiting};
}

}  // namespace yagura::monitor::ping
