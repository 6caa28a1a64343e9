#include "desk/deliverable_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "calendar/fiscal_year.hpp"

namespace yagura::desk {

namespace {

using calendar::Date;
using std::chrono::days;
using std::chrono::months;
using std::chrono::year_month;
using std::chrono::year_month_day;

// The minute of an event that is a day and no more: whoever counts from it counts from that day.
constexpr calendar::Minutes minute_of_day_event = std::chrono::hours(23) + std::chrono::minutes(59);

year_month month_of(Date day) {
  const year_month_day ymd(day);
  return ymd.year() / ymd.month();
}
Date first_of(year_month m) { return Date(year_month_day(m / 1)); }
Date last_of(year_month m) { return first_of(m + months(1)) - days(1); }
Date monday_of(Date day) { return day - (std::chrono::weekday(day) - std::chrono::Monday); }
// ISO 8601: a week belongs to the year of its Thursday.
std::string name_of_week(Date monday) {
  const Date thursday = monday + days(3);
  const auto year = year_month_day(thursday).year();
  return fmt::format("{}-W{:02}", int(year),
                     (thursday - Date(year / std::chrono::January / 1)).count() / 7 + 1);
}
year_month april_of(int fiscal_year) { return std::chrono::year(fiscal_year) / std::chrono::April; }

class Planner {
 public:
  explicit Planner(const contract::Pack& pack) : pack_(pack) {}

  std::vector<PlannedDeliverable> run() {
    for (const auto& d : pack_.obligations.deliverables) plan(d);
    return std::move(out_);
  }
  std::vector<PlannedDeliverable> run(const contract::Deliverable& one) {
    plan(one);
    return std::move(out_);
  }

 private:
  void plan(const contract::Deliverable& d) {
    if (d.every == "once") add(d, "once", once(d.starts_on));
    if (d.every == "day") by_day(d);
    if (d.every == "week") by_week(d);
    if (d.every == "month") by_month(d);
    if (d.every == "quarter") by_quarter(d);
    if (d.every == "half_year") by_half_year(d);
    if (d.every == "fiscal_year") by_year(d);
  }
  void add(const contract::Deliverable& d, std::string period, std::optional<Date> day) {
    std::optional<Time> event;
    if (day) event = calendar::at(*day, minute_of_day_event);
    out_.push_back({&d, std::move(period), event});
  }
  [[nodiscard]] std::optional<Date> once(std::string_view event) const {
    if (event == "contract_signed" || event == "contract_started") return pack_.from;
    if (event == "contract_ended") return pack_.until;
    return std::nullopt;
  }
  [[nodiscard]] Date within(Date day) const { return std::clamp(day, pack_.from, pack_.until); }

  // Work is done on the open days of the office.
  void by_day(const contract::Deliverable& d) {
    const auto office = pack_.book.calendars.find(pack_.office_calendar);
    if (office == pack_.book.calendars.end()) return;
    for (Date day = pack_.from; day <= pack_.until; day += days(1)) {
      if (!calendar::Calendar::covers(day) || !office->second->is_open(day)) continue;
      add(d, calendar::format_date(day),
          d.starts_on == "day_ended" ? std::optional(day) : std::optional<Date>());
    }
  }
  // Monday to Sunday.
  void by_week(const contract::Deliverable& d) {
    for (Date monday = monday_of(pack_.from); monday <= pack_.until; monday += days(7)) {
      std::optional<Date> day;
      if (d.starts_on == "week_ended") day = within(monday + days(6));
      add(d, name_of_week(monday), day);
    }
  }
  void by_month(const contract::Deliverable& d) {
    for (auto m = month_of(pack_.from); m <= month_of(pack_.until); m += months(1)) {
      std::optional<Date> day;
      if (d.starts_on == "month_ended") day = within(last_of(m));
      add(d, fmt::format("{}-{:02}", int(m.year()), unsigned(m.month())), day);
    }
  }
  void by_quarter(const contract::Deliverable& d) {
    for (int year = calendar::fiscal_year(month_of(pack_.from));
         year <= calendar::fiscal_year(month_of(pack_.until)); ++year)
      for (int quarter = 0; quarter < 4; ++quarter) {
        const auto begins = april_of(year) + months(3 * quarter);
        const Date last = last_of(begins + months(2));
        if (last < pack_.from || first_of(begins) > pack_.until) continue;
        std::optional<Date> day;
        if (d.starts_on == "quarter_ended") day = within(last);
        add(d, fmt::format("{}-Q{}", year, quarter + 1), day);
      }
  }
  void by_half_year(const contract::Deliverable& d) {
    for (int year = calendar::fiscal_year(month_of(pack_.from));
         year <= calendar::fiscal_year(month_of(pack_.until)); ++year)
      for (int half = 0; half < 2; ++half) {
        const auto begins = april_of(year) + months(6 * half);
        const Date last = last_of(begins + months(5));
        if (last < pack_.from || first_of(begins) > pack_.until) continue;
        std::optional<Date> day;
        if (d.starts_on == "half_year_ended") day = within(last);
        add(d, fmt::format("{}-H{}", year, half + 1), day);
      }
  }
  void by_year(const contract::Deliverable& d) {
    for (int year = calendar::fiscal_year(month_of(pack_.from));
         year <= calendar::fiscal_year(month_of(pack_.until)); ++year) {
      const Date first = first_of(april_of(year)), half = last_of(april_of(year) + months(5)),
                 last = last_of(april_of(year) + months(11));
      std::optional<Date> day;
      if (d.starts_on == "fiscal_year_started") day = within(first);
      if (d.starts_on == "fiscal_year_ended") day = within(last);
      if (d.starts_on == "first_half_ended") {
        if (half < pack_.from || half > pack_.until) continue;
        day = half;
      }
      add(d, std::to_string(year), day);
    }
  }

  const contract::Pack& pack_;
  std::vector<PlannedDeliverable> out_;
};

}  // namespace

std::vector<PlannedDeliverable> planned_deliverables(const contract::Pack& pack) {
  return Planner(pack).run();
}

std::vector<Time> dues_of(const contract::DeadlineRule& rule, const contract::Pack& pack) {
  contract::Deliverable as;
  as.starts_on = rule.starts_on;
  as.every = rule.starts_on == "day_ended"            ? "day"
             : rule.starts_on == "week_ended"         ? "week"
             : rule.starts_on == "month_ended"        ? "month"
             : rule.starts_on == "quarter_ended"      ? "quarter"
             : rule.starts_on == "half_year_ended"    ? "half_year"
             : rule.starts_on.starts_with("contract") ? "once"
                                                      : "fiscal_year";
  std::vector<Time> out;
  for (const auto& planned : Planner(pack).run(as)) {
    if (!planned.event) continue;
    const auto due = calendar::due_at(rule.deadline, pack.book, *planned.event);
    if (due) out.push_back(*due);
  }
  std::ranges::sort(out);
  const auto twice = std::ranges::unique(out);
  out.erase(twice.begin(), twice.end());
  return out;
}

std::string period_of(const contract::Deliverable& of, Date day) {
  const auto month = month_of(day);
  if (of.every == "day") return calendar::format_date(day);
  if (of.every == "week") return name_of_week(monday_of(day));
  if (of.every == "month") return fmt::format("{}-{:02}", int(month.year()), unsigned(month.month()));
  if (of.every == "quarter")
    return fmt::format("{}-Q{}", calendar::fiscal_year(month), (unsigned(month.month()) + 8) % 12 / 3 + 1);
  if (of.every == "half_year")
    return fmt::format("{}-H{}", calendar::fiscal_year(month), (unsigned(month.month()) + 8) % 12 / 6 + 1);
  if (of.every == "fiscal_year") return std::to_string(calendar::fiscal_year(month));
  return of.every;
}

std::optional<Time> deliverable_due(const contract::Deliverable& of, const contract::Pack& pack, Time event) {
  const auto due = calendar::due_at(of.due, pack.book, event);
  return due ? std::optional(*due) : std::nullopt;
}

std::vector<Reminder> reminders_of(const contract::Deliverable& of, const contract::Pack& pack, Time due) {
  return reminders_before(of.remind_days, pack, due);
}

}  // namespace yagura::desk
