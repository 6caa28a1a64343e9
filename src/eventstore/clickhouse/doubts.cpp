#include "eventstore/clickhouse/doubts.hpp"

#include <xxhash.h>

#include <algorithm>
#include <memory>

namespace yagura::eventstore::clickhouse {

namespace {

struct HashEnd {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

// Of what has a length it, too, so that nothing reads as something else.
template <class T>
void add(XXH3_state_t& state, std::span<const T> values) {
  const auto size = values.size();
  XXH3_128bits_update(&state, &size, sizeof size);
  if (size != 0) XXH3_128bits_update(&state, values.data(), values.size_bytes());
}
void add(XXH3_state_t& state, std::string_view text) { add(state, std::span<const char>(text)); }

}  // namespace

Doubts::Key Doubts::key_of(std::string_view contract, std::string_view kind, std::span<const Batch> batches) {
  const std::unique_ptr<XXH3_state_t, HashEnd> state(XXH3_createState());
  XXH3_128bits_reset(state.get());
  add(*state, contract);
  add(*state, kind);
  for (const auto& batch : batches) {
    add<std::int64_t>(*state, batch.times);
    add<std::int64_t>(*state, batch.days);
    for (const auto& column : batch.columns) {
      add<Batch::StringId>(*state, column.ids);
      add<std::int64_t>(*state, column.numbers);
    }
    for (const auto text : batch.strings) add(*state, text);
  }
  const auto hash = XXH3_128bits_digest(state.get());
  return {hash.high64, hash.low64};
}

bool Doubts::empty() const {
  const std::lock_guard lock(mutex_);
  return kept_.empty();
}

std::optional<Doubts::Doubt> Doubts::take(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto at = std::ranges::find(kept_, key, &std::pair<Key, Doubt>::first);
  if (at == kept_.end()) return std::nullopt;
  const auto out = at->second;
  kept_.erase(at);
  return out;
}

void Doubts::keep(const Key& key, const Doubt& doubt) {
  const std::lock_guard lock(mutex_);
  if (kept_.size() == most_kept) kept_.pop_front();
  kept_.emplace_back(key, doubt);
}

}  // namespace yagura::eventstore::clickhouse
