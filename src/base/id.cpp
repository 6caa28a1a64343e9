#include "base/id.hpp"

#include <algorithm>

namespace yagura {

namespace {
constexpr std::int64_t epoch_2020_ms = 1'577'836'800'000;
}

IdSource::IdSource(const Clock& clock, int node) : clock_(clock), node_(node) {
  YAGURA_ASSERT(node >= 0 && node < 16);
}

Id IdSource::next() {
  const std::int64_t floor = ((to_micros(clock_.now()) / 1000 - epoch_2020_ms) << 8);
  std::int64_t last = last_.load();
  std::int64_t mine = 0;
  do {
    mine = floor > last ? floor : last + 1;
  } while (!last_.compare_exchange_weak(last, mine));
  return (mine >> 8) << 12 | node_ << 8 | (mine & 0xff);
}

Id IdSource::lowest_at(Time time) {
  const auto ms = std::max<std::int64_t>(0, to_micros(time) / 1000 - epoch_2020_ms);
  return std::min(ms, std::int64_t{1} << 41) << 12;
}

}  // namespace yagura
