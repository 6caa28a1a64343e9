#include "eventstore/cache.hpp"

namespace yagura::eventstore {

thread_local int Cache::OnePass::passing_ = 0;

std::size_t Cache::bytes() const {
  const std::lock_guard lock(mutex_);
  return sum();
}

std::shared_ptr<const void> Cache::find(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(key);
  if (found == known_.end()) return nullptr;
  auto& entry = *found->second;
  const auto before = list_of(entry);
  if (OnePass::passing_ == 0) entry.passing = false;
  const auto after = list_of(entry);
  entries_[after].splice(entries_[after].begin(), entries_[before], found->second);
  bytes_[before] -= entry.bytes;
  bytes_[after] += entry.bytes;
  entry.search = search_;
  return entry.value;
}

void Cache::put(const Key& key, std::shared_ptr<const void> value, std::size_t bytes, Sort sort) {
  Entries gone;  // freed outside of the lock
  const std::lock_guard lock(mutex_);
  if (known_.contains(key)) return;
  const bool passing = OnePass::passing_ > 0 && !has_room(sort, bytes);
  const auto list = passing ? sorts : sort;
  entries_[list].push_front({key, std::move(value), bytes, sort, passing, search_});
  known_.emplace(key, entries_[list].begin());
  bytes_[list] += bytes;
  take_what_is_too_much(gone);
}

void Cache::bound(std::size_t most_bytes) {
  Entries gone;
  const std::lock_guard lock(mutex_);
  most_ = most_bytes;
  take_what_is_too_much(gone);
}

bool Cache::has_room(Sort sort, std::size_t bytes) const {
  const auto share = sort == one_of_many ? most_ / 4 : sort == decoder ? most_ / 8 : most_ / 2;
  return bytes_[sort] + bytes <= share && sum() - bytes_[sorts] + bytes <= most_ - most_ / 12;
}

void Cache::take_what_is_too_much(Entries& gone) {
  while (bytes_[sorts] > most_ / 12) take_one(sorts, gone);
  while (bytes_[one_of_many] > most_ / 4) take_one(one_of_many, gone);
  while (bytes_[page_of_texts] > most_ / 2) take_one(page_of_texts, gone);
  while (sum() > most_)
    take_one(bytes_[sorts] > most_ / 24         ? sorts
             : bytes_[decoder] > most_ / 8      ? std::size_t{decoder}
             : bytes_[one_of_few] > most_ / 2   ? one_of_few
             : !entries_[page_of_texts].empty() ? page_of_texts
             : !entries_[one_of_many].empty()   ? one_of_many
             : !entries_[decoder].empty()       ? decoder
             : !entries_[sorts].empty()         ? sorts
                                                : std::size_t{one_of_few},
             gone);
}

void Cache::take_one(std::size_t list, Entries& gone) {
  auto& own = entries_[list];
  auto last = std::prev(own.end());
  const bool mass = list == one_of_many || list == page_of_texts;
  if (mass && search_ > 0 && last->search + 1 >= search_ && own.size() > in_use)
    last = std::next(own.begin(), in_use);
  bytes_[list] -= last->bytes;
  known_.erase(last->key);
  gone.splice(gone.begin(), own, last);
}

}  // namespace yagura::eventstore
