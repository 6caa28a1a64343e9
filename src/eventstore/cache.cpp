#include "eventstore/cache.hpp"

namespace yagura::eventstore {

std::size_t Cache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

std::shared_ptr<const void> Cache::find(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(key);
  if (found == known_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->value;
}

void Cache::put(const Key& key, std::shared_ptr<const void> value, std::size_t bytes) {
  std::list<Entry> gone;  // freed outside of the lock
  const std::lock_guard lock(mutex_);
  if (known_.contains(key)) return;
  entries_.push_front({key, std::move(value), bytes});
  known_.emplace(key, entries_.begin());
  bytes_ += bytes;
  while (bytes_ > most_ && !entries_.empty()) {
    const auto last = std::prev(entries_.end());
    bytes_ -= last->bytes;
    known_.erase(last->key);
    gone.splice(gone.begin(), entries_, last);
  }
}

}  // namespace yagura::eventstore
