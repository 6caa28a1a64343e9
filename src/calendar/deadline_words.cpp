// Deadlines in words, for reports, screens and `--explain`.
#include <fmt/format.h>

#include "calendar/deadline.hpp"

namespace yagura::calendar {

namespace {

Words until_words(Minutes until) {
  if (until == end_of_day) return {"", ""};
  return {fmt::format("の{}まで", format_minutes(until)), fmt::format(", until {}", format_minutes(until))};
}

Words roll_words(Roll roll) {
  switch (roll) {
    case Roll::none:
      return {"", ""};
    case Roll::earlier_open_day:
      return {"（閉庁日なら前の開庁日）", " (the open day before when closed)"};
    case Roll::later_open_day:
      return {"（閉庁日なら次の開庁日）", " (the next open day when closed)"};
  }
  YAGURA_ASSERT(false);
}

Words first_day_words(bool counted) {
  return counted ? Words{"（当日を数える）", " (the day of the event counts)"}
                 : Words{"（当日は数えない）", " (the day of the event does not count)"};
}

Words joined(std::initializer_list<Words> parts) {
  Words out;
  for (const auto& part : parts) {
    out.ja += part.ja;
    out.en += part.en;
  }
  return out;
}

struct Describe {
  Words operator()(const WithinOpenDays& f) const {
    return joined({{fmt::format("{}開庁日以内", f.n), fmt::format("within {} open days", f.n)},
                   first_day_words(f.count_event_day),
                   until_words(f.until)});
  }
  Words operator()(const WithinDays& f) const {
    Words skip;
    if (f.not_counting == NotCounting::national_holidays)
      skip = {"（祝日は数えない）", " (national holidays not counted)"};
    if (f.not_counting == NotCounting::closed_days)
      skip = {"（閉庁日は数えない）", " (closed days not counted)"};
    return joined({{fmt::format("{}日以内", f.n), fmt::format("within {} days", f.n)},
                   skip,
                   first_day_words(f.count_event_day),
                   roll_words(f.roll),
                   until_words(f.until)});
  }
  Words operator()(const OpenDaysBefore& f) const {
    return joined(
        {{fmt::format("{}開庁日前", f.n), fmt::format("{} open days before", f.n)}, until_words(f.until)});
  }
  Words operator()(const DaysBefore& f) const {
    return joined({{fmt::format("{}日前", f.n), fmt::format("{} days before", f.n)},
                   roll_words(f.roll),
                   until_words(f.until)});
  }
  Words operator()(const OpenDayOfMonth& f) const {
    const auto month = f.months_later == 0 ? Words{"当月", "the same month"}
                       : f.months_later == 1
                           ? Words{"翌月", "the next month"}
                           : Words{fmt::format("{}か月後の月", f.months_later),
                                   fmt::format("the month {} months later", f.months_later)};
    return joined(
        {{fmt::format("{}の第{}開庁日", month.ja, f.k), fmt::format("open day {} of {}", f.k, month.en)},
         until_words(f.until)});
  }
  Words operator()(const OnDate& f) const {
    const auto ja =
        (f.year != 0 ? fmt::format("{}年", f.year) : std::string(f.month != 0 ? "毎年" : "毎月")) +
        (f.month != 0 ? fmt::format("{}月", f.month) : "") +
        (f.day != 0 ? fmt::format("{}日", f.day) : "末日");
    const auto year = f.year != 0 ? std::to_string(f.year) : (f.month != 0 ? "every year" : "every month");
    const auto day = f.day != 0 ? fmt::format("day {}", f.day) : "the last day";
    const auto month = f.month != 0 ? fmt::format(" of month {}", f.month) : "";
    return joined(
        {{ja, fmt::format("{}{}, {}", day, month, year)}, roll_words(f.roll), until_words(f.until)});
  }
  Words operator()(const WithinServiceTime& f) const {
    const auto length = format_duration(f.limit);
    return {fmt::format("受付時間で{}以内", length.ja), fmt::format("within {} of service time", length.en)};
  }
  Words operator()(const WithinWallTime& f) const {
    const auto length = format_duration(f.limit);
    return {fmt::format("{}以内", length.ja), fmt::format("within {}", length.en)};
  }
  Words operator()(const NextOpenDayAt& f) const {
    const auto hour = format_minutes(f.until);
    return {fmt::format("翌開庁日の{}まで", hour), fmt::format("the next open day, until {}", hour)};
  }
  Words operator()(const ByHour& f) const {
    const auto in = f.in_hours ? describe(*f.in_hours) : Words{};
    const auto out = f.out_of_hours ? describe(*f.out_of_hours) : Words{};
    return {fmt::format("時間内は{}、時間外は{}", in.ja, out.ja),
            fmt::format("in hours {}, out of hours {}", in.en, out.en)};
  }
};

}  // namespace

Words describe(const Deadline& deadline) { return std::visit(Describe{}, deadline.form); }

}  // namespace yagura::calendar
