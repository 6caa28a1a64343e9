#include "contract/deadline_form.hpp"

#include <algorithm>

#include "contract/value_types.hpp"

namespace yagura::contract {

namespace cal = calendar;
using schema::Value;

namespace {

// A number of days; out of any use it becomes one that check_deadline refuses.
int count_of(const Value& value) {
  return static_cast<int>(std::clamp<std::int64_t>(value.integer(), -1, 1'000'000));
}

Result<cal::Minutes> hour_or(const Value& value, cal::Minutes standard) {
  if (value.is_null()) return standard;
  return cal::parse_minutes(value.text());
}

Result<cal::Roll> roll_of(const Value& value) {
  if (value.is_null() || value.text() == "none") return cal::Roll::none;
  if (value.text() == "earlier_open_day") return cal::Roll::earlier_open_day;
  if (value.text() == "later_open_day") return cal::Roll::later_open_day;
  return fail("contract.bad_value",
              {{"text", value.text().substr(0, 64)}, {"wanted", "none, earlier_open_day, later_open_day"}});
}

Result<cal::NotCounting> not_counting_of(const Value& value) {
  if (value.is_null() || value.text() == "nothing") return cal::NotCounting::nothing;
  if (value.text() == "national_holidays") return cal::NotCounting::national_holidays;
  if (value.text() == "closed_days") return cal::NotCounting::closed_days;
  return fail("contract.bad_value",
              {{"text", value.text().substr(0, 64)}, {"wanted", "nothing, national_holidays, closed_days"}});
}

Result<cal::Deadline> length_of_time(const Value& value) {
  YAGURA_TRY(const auto limit, parse_duration(value["within"].text()));
  if (value["hours"].is_null()) return cal::Deadline{"", cal::WithinWallTime{limit}};
  return cal::Deadline{"", cal::WithinServiceTime{limit, value["hours"].text()}};
}

Result<cal::Deadline> by_hour(const Value& value, std::string_view calendar) {
  if (!value["in"].is_object() || !value["out"].is_object() || !value["in"]["by_hour"].is_null() ||
      !value["out"]["by_hour"].is_null())
    return fail("contract.bad_value", {{"text", "by_hour"}, {"wanted", "hours, in, out"}});
  YAGURA_TRY(auto in, read_deadline(value["in"], calendar));
  YAGURA_TRY(auto out, read_deadline(value["out"], calendar));
  return cal::Deadline{
      "", cal::ByHour{value["hours"].text(), std::make_shared<const cal::Deadline>(std::move(in)),
                      std::make_shared<const cal::Deadline>(std::move(out))}};
}

}  // namespace

Result<cal::Deadline> read_deadline(const Value& value, std::string_view calendar) {
  if (!value["within"].is_null()) return length_of_time(value);
  if (!value["by_hour"].is_null()) return by_hour(value["by_hour"], calendar);

  cal::Deadline deadline;
  deadline.calendar = value["calendar"].is_null() ? std::string(calendar) : value["calendar"].text();
  YAGURA_TRY(const auto until, hour_or(value["until"], cal::end_of_day));
  YAGURA_TRY(const auto roll, roll_of(value["roll"]));
  const bool count_event_day = value["count_event_day"].boolean();
  if (const auto& n = value["open_days"]; !n.is_null()) {
    deadline.form = cal::WithinOpenDays{count_of(n), count_event_day, until};
  } else if (const auto& days = value["days"]; !days.is_null()) {
    YAGURA_TRY(const auto skip, not_counting_of(value["not_counting"]));
    deadline.form = cal::WithinDays{count_of(days), skip, count_event_day, roll, until};
  } else if (const auto& before = value["open_days_before"]; !before.is_null()) {
    deadline.form = cal::OpenDaysBefore{count_of(before), until};
  } else if (const auto& days_before = value["days_before"]; !days_before.is_null()) {
    deadline.form = cal::DaysBefore{count_of(days_before), roll, until};
  } else if (const auto& kth = value["open_day_of_month"]; !kth.is_null()) {
    const auto& later = value["months_later"];
    deadline.form = cal::OpenDayOfMonth{count_of(kth), later.is_null() ? 1 : count_of(later), until};
  } else if (const auto& on = value["on"]; !on.is_null()) {
    YAGURA_TRY(auto date, parse_on_date(on.text()));
    date.roll = roll;
    date.until = until;
    deadline.form = date;
  } else if (const auto& next = value["next_open_day"]; !next.is_null()) {
    YAGURA_TRY(const auto hour, cal::parse_minutes(next.text()));
    deadline.form = cal::NextOpenDayAt{hour};
  } else {
    return fail("contract.bad_value", {{"text", ""}, {"wanted", "within, open_days, days, on, …"}});
  }
  return deadline;
}

}  // namespace yagura::contract
