#include "web/server/rate_limit.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace yagura::web {

TokenBuckets::TokenBuckets(const Clock& clock, Rate rate, std::size_t max_keys)
    : clock_(clock), rate_(rate), max_per_shard_(std::max<std::size_t>(1, max_keys / kShards)) {}

void TokenBuckets::drop_full(Table& table, Duration now) const {
  std::erase_if(table, [&](const auto& entry) {
    const auto idle = std::chrono::duration<double>(now - entry.second.at).count();
    return entry.second.tokens + idle * rate_.per_second >= rate_.burst;
  });
}

int TokenBuckets::take(std::string_view key) {
  const auto now = clock_.steady();
  return shards_[Hash{}(key) % kShards].with([&](Table& table) {
    auto found = table.find(key);
    if (found == table.end()) {
      if (table.size() >= max_per_shard_) drop_full(table, now);
      const std::string_view kept = table.size() >= max_per_shard_ ? std::string_view("(all others)") : key;
      found = table.try_emplace(std::string(kept), Bucket{rate_.burst, now}).first;
    }
    Bucket& bucket = found->second;
    const auto passed = std::chrono::duration<double>(now - bucket.at).count();
    bucket.tokens = std::min(rate_.burst, bucket.tokens + std::max(0.0, passed) * rate_.per_second);
    bucket.at = now;
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return 0;
    }
    return std::max(1, static_cast<int>(std::ceil((1 - bucket.tokens) / rate_.per_second)));
  });
}

std::size_t TokenBuckets::keys() const {
  std::size_t sum = 0;
  for (const auto& shard : shards_) sum += shard.with([](const Table& table) { return table.size(); });
  return sum;
}

std::string client_key(std::string_view address) {
  if (address.find(':') == std::string_view::npos) return std::string(address);
  in6_addr six{};
  if (::inet_pton(AF_INET6, std::string(address).c_str(), &six) != 1) return std::string(address);
  std::fill(six.s6_addr + 8, six.s6_addr + 16, std::uint8_t{0});
  char text[INET6_ADDRSTRLEN];
  ::inet_ntop(AF_INET6, &six, text, sizeof text);
  return std::string(text) + "/64";
}

}  // namespace yagura::web
