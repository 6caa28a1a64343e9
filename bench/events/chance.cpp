#include "chance.hpp"

namespace yagura::bench {

Weighted::Weighted(const std::vector<double>& weights) : part_(weights.size()), other_(weights.size()) {
  double sum = 0;
  for (const double w : weights) sum += w;
  std::vector<double> share(weights.size());
  std::vector<std::uint32_t> low, high;
  for (std::uint32_t i = 0; i < share.size(); ++i) {
    share[i] = weights[i] * static_cast<double>(share.size()) / sum;
    (share[i] < 1 ? low : high).push_back(i);
  }
  while (!low.empty() && !high.empty()) {
    const auto l = low.back(), h = high.back();
    low.pop_back();
    part_[l] = share[l];
    other_[l] = h;
    share[h] -= 1 - share[l];
    if (share[h] < 1) {
      high.pop_back();
      low.push_back(h);
    }
  }
  for (const auto& rest : {low, high})
    for (const auto i : rest) part_[i] = 1, other_[i] = i;
}

Weighted Weighted::zipf(std::size_t count, double exponent) {
  std::vector<double> weights(count);
  for (std::size_t i = 0; i < count; ++i) weights[i] = 1.0 / std::pow(static_cast<double>(i + 1), exponent);
  return Weighted(weights);
}

}  // namespace yagura::bench
