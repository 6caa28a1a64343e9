#include "calendar/availability.hpp"

#include <algorithm>

namespace yagura::calendar {

namespace {

constexpr std::int64_t million = 1'000'000;

void clip(std::vector<Span>& spans, Span within) {
  for (auto& span : spans) {
    span.from = std::max(span.from, within.from);
    span.to = std::min(span.to, within.to);
  }
}

}  // namespace

Span span_of(Month month) {
  const auto first = std::chrono::year{month.year} / std::chrono::month{month.month};
  const auto next = first + std::chrono::months(1);
  return {at(Date{std::chrono::local_days{first / 1}}, Minutes(0)),
          at(Date{std::chrono::local_days{next / 1}}, Minutes(0))};
}

std::vector<Span> merged(std::vector<Span> spans) {
  std::erase_if(spans, [](const Span& s) { return s.to <= s.from; });
  std::ranges::sort(spans, {}, &Span::from);
  std::vector<Span> out;
  for (const auto& span : spans) {
    if (!out.empty() && span.from <= out.back().to)
      out.back().to = std::max(out.back().to, span.to);
    else
      out.push_back(span);
  }
  return out;
}

std::vector<Span> without(std::vector<Span> spans, std::vector<Span> excluded) {
  excluded = merged(std::move(excluded));
  std::vector<Span> out;
  for (auto span : merged(std::move(spans))) {
    for (const auto& hole : excluded) {
      if (hole.to <= span.from) continue;
      if (hole.from >= span.to) break;
      if (hole.from > span.from) out.push_back({span.from, hole.from});
      span.from = std::min(hole.to, span.to);
    }
    if (span.from < span.to) out.push_back(span);
  }
  return out;
}

Duration total(std::span<const Span> spans) {
  Duration sum{};
  for (const auto& span : spans) sum += span.to - span.from;
  return sum;
}

Availability availability(Span within, std::vector<Span> outages, std::vector<Span> excluded) {
  clip(outages, within);
  clip(excluded, within);
  Availability figure;
  figure.excluded = total(merged(excluded));
  figure.base = std::max(within.to - within.from, Duration::zero()) - figure.excluded;
  figure.outages = without(std::move(outages), std::move(excluded));
  figure.down = total(figure.outages);
  return figure;
}

double Availability::percent() const {
  if (base <= Duration::zero()) return 100.0;
  return 100.0 * static_cast<double>((base - down).count()) / static_cast<double>(base.count());
}

bool meets(const Availability& figure, std::int64_t target_ppm) {
  return figure.down <= allowed_downtime(figure.base, target_ppm);
}

Duration allowed_downtime(Duration base, std::int64_t target_ppm) {
  YAGURA_ASSERT(target_ppm >= 0 && target_ppm <= million);
  // A month is 2.7e12 microseconds: the product stays below 2^63.
  return Duration(base.count() / million * (million - target_ppm) +
                  base.count() % million * (million - target_ppm) / million);
}

}  // namespace yagura::calendar
