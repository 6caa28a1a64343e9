// Token buckets by key: how often one address or one account may ask.
//
// Purpose: bounded memory whatever comes: when the table is full, buckets that have filled up again are
//          dropped; if none has, strangers share one bucket. Not a defence against floods of packets.
// Threads: any; locks are split over shards.
// Units:   tokens per second; waits in whole seconds, rounded up.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/guarded.hpp"

namespace yagura::web {

struct Rate {
  double per_second = 50;
  double burst = 100;
};

class TokenBuckets {
 public:
  TokenBuckets(const Clock& clock, Rate rate, std::size_t max_keys = 100'000);

  // Takes a token; 0 = granted, else the seconds until one will be there.
  int take(std::string_view key);
  [[nodiscard]] std::size_t keys() const;

 private:
  static constexpr std::size_t kShards = 16;
  struct Bucket {
    double tokens;
    Duration at;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
  };
  using Table = std::unordered_map<std::string, Bucket, Hash, std::equal_to<>>;

  void drop_full(Table& table, Duration now) const;

  const Clock& clock_;
  const Rate rate_;
  const std::size_t max_per_shard_;
  std::array<Guarded<Table>, kShards> shards_;
};

// What counts as one client: an IPv4 address, or the /64 of an IPv6 address, since a customer gets a whole
// one.
std::string client_key(std::string_view address);

}  // namespace yagura::web
