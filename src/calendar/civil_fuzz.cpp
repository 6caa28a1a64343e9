// Dates, hours and instants as people type them: what is read must be written and read back the same.
#include <cstdint>

#include "calendar/calendar.hpp"

using namespace yagura::calendar;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto date = parse_date(text)) {
    YAGURA_ASSERT(parse_date(format_date(*date)) == *date);
    YAGURA_ASSERT(parse_date(format_era(*date)) == *date);
    if (Calendar::covers(*date)) YAGURA_ASSERT(date_of(at(*date, Minutes(0))) == *date);
  }
  if (const auto instant = parse_instant(text)) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(*instant);
    const auto again = parse_instant(format_civil(*instant));
    // Dates before the year 1000 are read only with a zone.
    if (again) YAGURA_ASSERT(*again == whole);
  }
  if (const auto minutes = parse_minutes(text))
    YAGURA_ASSERT(parse_minutes(format_minutes(*minutes)) == *minutes);
  if (const auto day = parse_month_day(text)) YAGURA_ASSERT(parse_month_day(format_month_day(*day)) == *day);
  return 0;
}
