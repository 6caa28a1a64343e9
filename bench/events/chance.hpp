// Chance that is the same everywhere: xoshiro256** seeded by splitmix64, and picking with given weights
// (alias method).
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

namespace yagura::bench {

inline std::uint64_t scramble_step(std::uint64_t& x) {
  std::uint64_t z = (x += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}
inline std::uint64_t scramble(std::uint64_t x) { return scramble_step(x); }

class Chance {
 public:
  explicit Chance(std::uint64_t seed) {
    for (auto& v : state_) v = scramble_step(seed);
  }
  std::uint64_t next() {
    auto& s = state_;
    const auto out = std::rotl(s[1] * 5, 7) * 9, t = s[1] << 17U;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = std::rotl(s[3], 45);
    return out;
  }
  std::uint32_t below(std::uint64_t n) { return static_cast<std::uint32_t>(((next() >> 32U) * n) >> 32U); }
  double uniform() { return static_cast<double>(next() >> 11U) * (1.0 / 9007199254740992.0); }
  double gauss() {
    const double u = uniform() + 1e-18, v = uniform();
    return std::sqrt(-2 * std::log(u)) * std::cos(6.283185307179586 * v);
  }
  // At least 1, with this mean.
  int geometric(double mean) {
    int k = 1;
    while (uniform() > 1.0 / mean && k < 200) k++;
    return k;
  }
  std::uint64_t lognormal(double mu, double sigma) {
    return static_cast<std::uint64_t>(std::exp(mu + sigma * gauss()));
  }

 private:
  std::array<std::uint64_t, 4> state_{};
};

class Weighted {
 public:
  Weighted() = default;
  explicit Weighted(const std::vector<double>& weights);
  // The n-th has the weight 1 / n^exponent.
  static Weighted zipf(std::size_t count, double exponent);
  std::uint32_t pick(Chance& chance) const {
    const auto i = chance.below(part_.size());
    return chance.uniform() < part_[i] ? i : other_[i];
  }

 private:
  std::vector<double> part_;
  std::vector<std::uint32_t> other_;
};

}  // namespace yagura::bench
