#include "eventstore/cache.hpp"

namespace yagura::eventstore {

std::size_t Cache::bytes() const {
  const std::lock_guard lock(mutex_);
  return sum();
}

std::shared_ptr<const void> Cache::find(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(key);
  if (found == known_.end()) return nullptr;
  auto& own = entries_[found->second->sort];
  own.splice(own.begin(), own, found->second);
  found->second->search = search_;
  return found->second->value;
}

void Cache::put(const Key& key, std::shared_ptr<const void> value, std::size_t bytes, Sort sort) {
  Entries gone;  // freed outside of the lock
  const std::lock_guard lock(mutex_);
  if (known_.contains(key)) return;
  entries_[sort].push_front({key, std::move(value), bytes, sort, search_});
  known_.emplace(key, entries_[sort].begin());
  bytes_[sort] += bytes;
  take_what_is_too_much(gone);
}

void Cache::bound(std::size_t most_bytes) {
  Entries gone;
  const std::lock_guard lock(mutex_);
  most_ = most_bytes;
  take_what_is_too_much(gone);
}

void Cache::take_what_is_too_much(Entries& gone) {
  while (bytes_[one_of_many] > most_ / 4) take_one(one_of_many, gone);
  while (bytes_[page_of_texts] > most_ / 2) take_one(page_of_texts, gone);
  while (sum() > most_)
    take_one(bytes_[decoder] > most_ / 8        ? decoder
             : bytes_[one_of_few] > most_ / 2   ? one_of_few
             : !entries_[page_of_texts].empty() ? page_of_texts
             : !entries_[one_of_many].empty()   ? one_of_many
             : !entries_[decoder].empty()       ? decoder
                                                : one_of_few,
             gone);
}

void Cache::take_one(Sort sort, Entries& gone) {
  auto& own = entries_[sort];
  auto last = std::prev(own.end());
  const bool mass = sort == one_of_many || sort == page_of_texts;
  if (mass && search_ > 0 && last->search + 1 >= search_ && own.size() > in_use)
    last = std::next(own.begin(), in_use);
  bytes_[sort] -= last->bytes;
  known_.erase(last->key);
  gone.splice(gone.begin(), own, last);
}

}  // namespace yagura::eventstore
