#include "calendar/service_hours.hpp"

#include <algorithm>

namespace yagura::calendar {

namespace chr = std::chrono;

Result<ServiceHours> ServiceHours::make(HoursRule rule, CalendarPtr calendar) {
  YAGURA_ASSERT(calendar != nullptr);
  std::size_t spans = 0;
  for (const auto& window : rule.windows) spans += window.hours.size();
  if (spans == 0 || spans > std::tuple_size_v<decltype(DaySpans::list)>)
    return fail("calendar.hours_invalid", {{"id", rule.id}, {"spans", std::to_string(spans)}});
  ServiceHours made(std::move(rule), std::move(calendar));
  made.always_ = std::ranges::any_of(made.rule_.windows, is_always);
  return made;
}

std::unexpected<Error> ServiceHours::outside() const {
  return fail("calendar.out_of_range", {{"calendar", calendar_->rule().id}, {"date", rule_.id}});
}

void ServiceHours::spans_of(Date day, DaySpans& out) const {
  out.count = 0;
  for (const auto& window : rule_.windows) {
    if (!falls_on(window, *calendar_, day)) continue;
    for (const auto& hours : window.hours)
      out.list[out.count++] = {hours.from, hours.to,
                               window.finish_work ? std::max<Minutes>(hours.to, chr::hours(24)) : hours.to};
  }
  std::sort(out.list.begin(), out.list.begin() + static_cast<std::ptrdiff_t>(out.count),
            [](const DaySpan& a, const DaySpan& b) { return a.from < b.from; });
}

bool ServiceHours::contains(Time instant) const {
  if (!Calendar::covers(date_of(instant))) return false;
  if (always_) return true;
  DaySpans spans;
  for (const auto day : {date_of(instant) - chr::days(1), date_of(instant)}) {
    spans_of(day, spans);
    for (std::size_t i = 0; i < spans.count; ++i)
      if (instant >= at(day, spans.list[i].from) && instant < at(day, spans.list[i].to)) return true;
  }
  return false;
}

Result<Duration> ServiceHours::between(Time from, Time to) const {
  if (to <= from) return Duration::zero();
  if (!Calendar::covers(date_of(to))) return outside();
  Duration sum{};
  YAGURA_CHECK(walk(from, [&](const Span& span) {
    if (span.from >= to) return false;
    sum += std::min(span.to, to) - span.from;
    return span.to < to;
  }));
  return sum;
}

Result<Time> ServiceHours::add(Time from, Duration length) const {
  if (length <= Duration::zero()) return from;
  Duration left = length;
  Time end = from;
  YAGURA_CHECK(walk(from, [&](const Span& span) {
    end = span.from + left;
    left -= std::min(left, span.to - span.from);
    return left > Duration::zero();
  }));
  if (left > Duration::zero()) return outside();
  return end;
}

Result<Time> ServiceHours::next_start(Time instant) const {
  Time start = instant;
  YAGURA_CHECK(walk(instant, [&](const Span& span) {
    start = span.from;
    return false;
  }));
  return start;
}

}  // namespace yagura::calendar
