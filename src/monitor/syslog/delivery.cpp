#include "monitor/syslog/delivery.hpp"

#include <algorithm>
#include <array>

namespace yagura::monitor::syslog {
namespace {

constexpr std::size_t kMostSources = 10'000;
// Anybody can invent addresses: they must not take the places of devices.
constexpr std::size_t kMostStrangers = 1'000;
constexpr auto kSkewWindow = std::chrono::minutes(5);

// Errors that another try cannot mend.
bool hopeless(const Error& error) {
  static constexpr std::array<std::string_view, 4> codes{
      "eventstore.batch_invalid", "eventstore.field_unknown", "eventstore.kind_unknown",
      "eventstore.batch_too_large"};
  return std::ranges::find(codes, error.code) != codes.end();
}

}  // namespace

void Delivery::start() {
  thread_ = std::thread([this] { run(); });
}

void Delivery::release() {
  const std::lock_guard lock(mutex_);
  released_ = true;
  changed_.notify_all();
}

void Delivery::stop() {
  {
    const std::lock_guard lock(mutex_);
    released_ = stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Delivery::push(Load load) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    return released_ || queue_.empty() || (rows_ < options_.most_rows && bytes_ < options_.most_bytes);
  });
  rows_ += load.batch.rows();
  bytes_ += load.bytes;
  queue_.push_back(std::move(load));
  changed_.notify_all();
}

bool Delivery::store(const Load& load) {
  const auto done = store_.append(load.contract, load.kind, load.batch);
  const std::lock_guard lock(mutex_);
  if (done) {
    counts_.stored += load.batch.rows();
    counts_.fault.reset();
    return true;
  }
  ++counts_.failures;
  counts_.fault = done.error();
  if (!released_ && !hopeless(done.error())) return false;
  counts_.dropped += load.batch.rows();
  return true;
}

void Delivery::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) break;
    auto load = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    while (!store(load)) {
      lock.lock();
      changed_.wait_for(lock, options_.retry, [&] { return released_; });
      lock.unlock();
    }
    lock.lock();
    rows_ -= load.batch.rows();
    bytes_ -= load.bytes;
    changed_.notify_all();
  }
}

Delivery::Counts Delivery::counts() const {
  const std::lock_guard lock(mutex_);
  auto out = counts_;
  out.waiting = rows_;
  return out;
}

Gatherer::Gatherer(const Clock& clock, Delivery& delivery, LineReader reader,
                   std::vector<std::string> vendors, Options options)
    : clock_(clock),
      delivery_(delivery),
      reader_(std::move(reader)),
      vendors_(std::move(vendors)),
      options_(options) {
  seen_->with([&](Seen& seen) {
    seen.by_vendor.resize(vendors_.size());
    seen.unreadable.resize(vendors_.size());
  });
}

Gatherer::Heap& Gatherer::heap(const std::string& contract, const eventstore::Kind& kind) {
  for (auto& heap : heaps_)
    if (heap->kind == &kind && heap->contract == contract) return *heap;
  return *heaps_.emplace_back(
      std::make_unique<Heap>(Heap{contract, &kind, eventstore::BatchBuilder(kind), Duration{}}));
}

void Gatherer::take(std::string_view line, Time received, const Address& address,
                    const std::shared_ptr<const SourceDirectory>& directory) {
  if (!last_ || last_->first != address || last_directory_ != directory) {
    auto found = directory->find(address);
    if (!found) {
      seen_->with([&](Seen& seen) {
        ++seen.received;
        ++seen.refused;
        seen.bytes += line.size();
        if (auto* source = seen.source(address, true)) {
          if (source->device.empty()) source->device = trap::to_text(address);
          ++source->received;
          source->bytes += line.size();
          source->last = received;
          source->count_in(received);
        }
      });
      return;
    }
    last_.emplace(address, std::move(*found));
    last_directory_ = directory;
  }
  const auto& found = last_->second;
  const auto& entry = reader_.read(line, received, found.source);
  auto& into = heap(found.contract, *entry.fields->kind);
  if (into.builder.rows() == 0) into.since = clock_.steady();
  put(entry, into.builder);
  count(entry, line.size(), received, address, found);
  if (into.builder.rows() >= options_.flush_rows || into.builder.bytes() >= options_.flush_bytes ||
      into.builder.full())
    hand_over(into);
}

void Gatherer::count(const Entry& entry, std::size_t bytes, Time received, const Address& address,
                     const SourceDirectory::Found& found) {
  std::optional<Duration> skew;
  if (entry.skew && (skews_.size() < kMostSources || skews_.contains(address))) {
    auto& window = skews_[address];
    const auto now = clock_.steady();
    if (now - window.begun > kSkewWindow) {
      window.before = now - window.begun > 2 * kSkewWindow ? std::nullopt : window.now;
      window.now.reset();
      window.begun = now;
    }
    window.now = std::max(window.now.value_or(*entry.skew), *entry.skew);
    skew = std::max(*window.now, window.before.value_or(*window.now));
  }
  seen_->with([&](Seen& seen) {
    ++seen.received;
    ++seen.waiting;
    seen.bytes += bytes;
    const auto vendor = static_cast<std::size_t>(std::max(entry.vendor, 0));
    if (entry.parser == kNone)
      ++seen.none;
    else if (entry.parser == kPlain)
      ++seen.plain;
    else
      ++seen.by_vendor[vendor];
    if (entry.parser == kNone && entry.vendor >= 0) ++seen.unreadable[vendor];
    auto* source = seen.source(address, found.stranger);
    if (!source) return;
    source->contract = found.contract;
    source->device = found.source.device;
    ++source->received;
    source->bytes += bytes;
    source->none += entry.parser == kNone ? 1 : 0;
    source->last = received;
    source->count_in(received);
    if (skew) source->skew = skew;
  });
}

SourceAccount* Gatherer::Seen::source(const Address& address, bool stranger) {
  auto found = sources.find(address);
  if (found == sources.end()) {
    if (sources.size() >= kMostSources || (stranger && strangers >= kMostStrangers)) return nullptr;
    found = sources.emplace(address, SourceAccount{}).first;
    strangers += stranger ? 1 : 0;
  } else if (found->second.stranger != stranger) {
    stranger ? ++strangers : --strangers;  // the register changed
  }
  found->second.stranger = stranger;
  return &found->second;
}

void Gatherer::count_cut(std::uint64_t lines) {
  if (lines > 0) seen_->with([&](Seen& seen) { seen.cut += lines; });
}

void Gatherer::hand_over(Heap& heap) {
  const auto rows = heap.builder.rows();
  const auto bytes = heap.builder.bytes();
  delivery_.push({heap.contract, heap.kind->kind, heap.builder.take(), bytes});
  seen_->with([&](Seen& seen) { seen.waiting -= rows; });
}

Duration Gatherer::flush(bool all) {
  auto next = options_.flush_every;
  for (auto& heap : heaps_) {
    if (heap->builder.rows() == 0) continue;
    const auto age = clock_.steady() - heap->since;
    if (all || age >= options_.flush_every)
      hand_over(*heap);
    else
      next = std::min(next, options_.flush_every - age);
  }
  return next;
}

void Gatherer::add_to(Accounts& accounts, std::map<Address, SourceAccount>& sources) const {
  seen_->with([&](const Seen& seen) {
    accounts.received += seen.received;
    accounts.bytes += seen.bytes;
    accounts.refused += seen.refused;
    accounts.cut += seen.cut;
    accounts.waiting += seen.waiting;
    accounts.by_parser[std::string(kPlain)] += seen.plain;
    accounts.by_parser[std::string(kNone)] += seen.none;
    for (std::size_t i = 0; i < vendors_.size(); ++i) {
      accounts.by_parser[vendors_[i]] += seen.by_vendor[i];
      accounts.unreadable[vendors_[i]] += seen.unreadable[i];
    }
    for (const auto& [address, one] : seen.sources) {
      auto& into = sources[address];
      const bool newer = one.last >= into.last;
      if (newer) {
        into.contract = one.contract;
        into.device = one.device;
        into.stranger = one.stranger;
      }
      into.received += one.received;
      into.bytes += one.bytes;
      into.none += one.none;
      into.add_rate(one);
      if (one.skew && (newer || !into.skew)) into.skew = one.skew;
      into.last = std::max(into.last, one.last);
    }
  });
}

}  // namespace yagura::monitor::syslog
