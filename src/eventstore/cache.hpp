// What was read and unpacked of the store's files, up to a bound of bytes, least recently used first out.
//
// Purpose: the one place that holds memory for reading; whatever the store's size, it stays within its
//          setting. What somebody still uses stays alive outside of the bound until he lets go of it. What
//          comes in masses has its share of it (columns a quarter, texts a half) and pushes nothing else out of its half;
//          what a search or the one before it has used is not pushed out by what it needs next: asked again,
//          as people do who type on, it needs all in the same order, and would find nothing.
//          What goes through years of segments once, a count of what was found, pushes out only its own: the next search
//          would find nothing of the newest segments, which all of them need.
//          What is held of a segment that is gone ages out like everything else.
// Threads: any.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <numeric>
#include <unordered_map>

#include "base/result.hpp"

namespace yagura::eventstore {

class Cache {
 public:
  explicit Cache(std::size_t most_bytes) : most_(most_bytes) {}
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  struct Key {
    std::uint64_t segment = 0;
    std::uint32_t what = 0, index = 0;
    bool operator==(const Key&) const = default;
  };

  // Among what it is held: few things that all searches use, or one of very many: columns of blocks, and pages
  // of texts, of which a count that goes through all of them must not push out anything else; and decoders, which
  // are large and quickly made: they have an eighth, and beyond it the room that the others leave.
  enum Sort : std::uint8_t { one_of_few, one_of_many, page_of_texts, decoder };
  // As long as it lives, what this thread reads is not read again soon.
  class OnePass {
   public:
    OnePass() { ++passing_; }
    ~OnePass() { --passing_; }
    OnePass(const OnePass&) = delete;
    OnePass& operator=(const OnePass&) = delete;

   private:
    friend class Cache;
    static thread_local int passing_;
  };
  // The value of this key, made by load when it is not there. T has bytes(). Two threads may load the same.
  template <class T, class F>
  Result<std::shared_ptr<const T>> get(const Key& key, F&& load, Sort sort = one_of_few) {
    if (auto held = find(key)) return std::static_pointer_cast<const T>(std::move(held));
    Result<T> made = load();
    if (!made) return std::unexpected(std::move(made).error());
    auto value = std::make_shared<const T>(*std::move(made));
    put(key, value, value->bytes() + 128, sort);
    return value;
  }
  [[nodiscard]] bool has(const Key& key) const {
    const std::lock_guard lock(mutex_);
    return known_.contains(key);
  }
  [[nodiscard]] std::size_t bytes() const;
  // A search begins, whoever's it is.
  void begin_search() {
    const std::lock_guard lock(mutex_);
    ++search_;
  }
  // Another bound from now on; what is too much goes at once.
  void bound(std::size_t most_bytes);

 private:
  struct Hash {
    std::size_t operator()(const Key& k) const {
      return static_cast<std::size_t>((k.segment * 31 + k.what) * 0x9E3779B97F4A7C15ULL + k.index);
    }
  };
  struct Entry {
    Key key;
    std::shared_ptr<const void> value;
    std::size_t bytes;
    Sort sort;
    bool passing;          // among what was read in one pass, wherever it would belong
    std::uint64_t search;  // the last that used it
  };
  using Entries = std::list<Entry>;  // newest first
  std::shared_ptr<const void> find(const Key& key);
  void put(const Key& key, std::shared_ptr<const void> value, std::size_t bytes, Sort sort);
  // So many of a mass that were used just now are not let go.
  static constexpr std::size_t in_use = 32;
  void take_one(std::size_t list, Entries& gone);
  void take_what_is_too_much(Entries& gone);
  static constexpr std::size_t sorts = 4;
  [[nodiscard]] static std::size_t list_of(const Entry& entry) { return entry.passing ? sorts : entry.sort; }
  [[nodiscard]] std::size_t sum() const {
    return std::accumulate(bytes_.begin(), bytes_.end(), std::size_t{0});
  }
  [[nodiscard]] bool has_room(Sort sort, std::size_t bytes) const;

  mutable std::mutex mutex_;
  std::size_t most_;
  std::uint64_t search_ = 0;
  std::array<Entries, sorts + 1> entries_;  // by sort; the last: of passes
  std::array<std::size_t, sorts + 1> bytes_{};
  std::unordered_map<Key, Entries::iterator, Hash> known_;
};

}  // namespace yagura::eventstore
