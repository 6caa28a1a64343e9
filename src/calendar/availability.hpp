// Availability of a month: how much of the time that counts something was up.
//
// Purpose: outages less the time agreed beforehand (planned stops, silences), against a target in parts per
//          million; judged by whole microseconds, never by rounded percentages.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "calendar/service_hours.hpp"

namespace yagura::calendar {

struct Month {
  int year;
  unsigned month;
};
// [first instant, first instant of the next month) in Japan.
Span span_of(Month month);

// Sorted, overlaps merged, empty ones dropped.
std::vector<Span> merged(std::vector<Span> spans);
// What of `spans` lies in none of `excluded`; both may overlap and be out of order.
std::vector<Span> without(std::vector<Span> spans, std::vector<Span> excluded);
Duration total(std::span<const Span> spans);

struct Availability {
  Duration base{};  // the month less what is excluded
  Duration excluded{};
  Duration down{};                       // outage within the base
  std::vector<Span> outages;             // those that count, merged
  [[nodiscard]] double percent() const;  // for display; 100 when the base is empty
};

// within: the month, or the part of it that has passed.
Availability availability(Span within, std::vector<Span> outages, std::vector<Span> excluded);
bool meets(const Availability& figure, std::int64_t target_ppm);
// Longest outage that keeps the target: 99.9 % of 30 days is 43 min 12 s.
Duration allowed_downtime(Duration base, std::int64_t target_ppm);

}  // namespace yagura::calendar
