#include "calendar/deadline.hpp"

#include <fmt/format.h>

#include "calendar/day_count.hpp"

namespace yagura::calendar {

namespace chr = std::chrono;

Result<CalendarPtr> Book::calendar(std::string_view id) const {
  const auto found = calendars.find(id);
  if (found == calendars.end()) return fail("calendar.unknown_calendar", {{"id", std::string(id)}});
  return found->second;
}

Result<const ServiceHours*> Book::service_hours(std::string_view id) const {
  const auto found = hours.find(id);
  if (found == hours.end()) return fail("calendar.unknown_hours", {{"id", std::string(id)}});
  return &found->second;
}

namespace {

constexpr int most_days = 3660;
constexpr auto longest_limit = chr::hours(24 * 3660);

// Computes one deadline; writes its account as it goes when it has one to write to.
class Count {
 public:
  Count(const Book& book, Time event, std::span<const Span> pauses, Due* due)
      : book_(book), event_(event), pauses_(pauses), due_(due) {}

  Result<Time> operator()(const Deadline& deadline) {
    if (!Calendar::covers(date_of(event_)))
      return fail("calendar.out_of_range",
                  {{"calendar", deadline.calendar}, {"date", format_date(date_of(event_))}});
    return std::visit([&](const auto& form) { return by(form, deadline); }, deadline.form);
  }

 private:
  Result<DayCount> days(const Deadline& deadline) {
    YAGURA_TRY(const auto calendar, book_.calendar(deadline.calendar));
    return DayCount(calendar, due_);
  }

  Result<Time> by(const WithinOpenDays& form, const Deadline& deadline) {
    YAGURA_TRY(auto count, days(deadline));
    count.stand_still(pauses_, form.until);
    const Date start = count.start(event_, form.count_event_day);
    YAGURA_TRY(const Date last, count.forward(start, form.n, NotCounting::closed_days));
    return at(last, form.until);
  }
  Result<Time> by(const WithinDays& form, const Deadline& deadline) {
    YAGURA_TRY(auto count, days(deadline));
    count.stand_still(pauses_, form.until);
    const Date start = count.start(event_, form.count_event_day);
    YAGURA_TRY(const Date last, count.forward(start, form.n, form.not_counting));
    YAGURA_TRY(const Date rolled, count.roll(last, form.roll));
    return at(rolled, form.until);
  }
  Result<Time> by(const OpenDaysBefore& form, const Deadline& deadline) {
    YAGURA_TRY(auto count, days(deadline));
    YAGURA_TRY(const Date last, count.backward(count.start(event_, false), form.n, NotCounting::closed_days));
    return at(last, form.until);
  }
  Result<Time> by(const DaysBefore& form, const Deadline& deadline) {
    YAGURA_TRY(auto count, days(deadline));
    YAGURA_TRY(const Date last, count.backward(count.start(event_, false), form.n, NotCounting::nothing));
    YAGURA_TRY(const Date rolled, count.roll(last, form.roll));
    return at(rolled, form.until);
  }
  Result<Time> by(const OpenDayOfMonth& form, const Deadline& deadline) {
    YAGURA_TRY(auto count, days(deadline));
    const chr::year_month_day today{date_of(event_)};
    const auto month = today.year() / today.month() + chr::months(form.months_later);
    const Date first{chr::local_days{month / 1}};
    if (due_ != nullptr)
      note(at(first, Minutes(0)),
           fmt::format("{}年{}月の開庁日を数える", int(month.year()), unsigned(month.month())),
           fmt::format("open days of {:04}-{:02} are counted", int(month.year()), unsigned(month.month())));
    YAGURA_TRY(const Date last, count.forward(first - chr::days(1), form.k, NotCounting::closed_days));
    return at(last, form.until);
  }
  Result<Time> by(const OnDate& form, const Deadline& deadline) {
    YAGURA_TRY(auto count, days(deadline));
    YAGURA_TRY(const Date fixed, first_on_or_after(form, date_of(event_)));
    if (due_ != nullptr)
      note(at(fixed, form.until), fmt::format("定められた日：{}", format_date_ja(fixed)),
           fmt::format("the fixed date: {} ({})", format_date(fixed), format_weekday_en(fixed)));
    YAGURA_TRY(const Date rolled, count.roll(fixed, form.roll));
    return at(rolled, form.until);
  }
  Result<Time> by(const NextOpenDayAt& form, const Deadline& deadline) {
    YAGURA_TRY(auto count, days(deadline));
    YAGURA_TRY(const Date day, count.forward(count.start(event_, false), 1, NotCounting::closed_days));
    return at(day, form.until);
  }
  Result<Time> by(const WithinWallTime& form, const Deadline&) {
    if (due_ != nullptr) {
      const auto length = format_duration(form.limit);
      note(event_, fmt::format("起算。{}（実時間）を数える", length.ja),
           fmt::format("the count starts; {} by the clock on the wall", length.en));
    }
    return event_ + form.limit;
  }
  Result<Time> by(const WithinServiceTime& form, const Deadline&) {
    YAGURA_TRY(const auto* hours, book_.service_hours(form.hours));
    if (due_ != nullptr) YAGURA_CHECK(account_service_time(*hours, event_, form.limit, *due_));
    return hours->add(event_, form.limit);
  }
  Result<Time> by(const ByHour& form, const Deadline&) {
    YAGURA_TRY(const auto* hours, book_.service_hours(form.hours));
    const bool inside = hours->contains(event_);
    if (due_ != nullptr) {
      const auto& title = hours->rule().title;
      const auto when = civil_words(event_);
      note(event_, fmt::format("{}：「{}」の{}", when.ja, title.ja, inside ? "時間内" : "時間外"),
           fmt::format("{}: {} “{}”", when.en, inside ? "inside" : "outside", title.en));
    }
    return (*this)(inside ? *form.in_hours : *form.out_of_hours);
  }

  static Result<Date> first_on_or_after(const OnDate& form, Date day) {
    const chr::year_month_day from{day};
    const int years = form.year != 0 ? 0 : 8;  // 02-29 comes at the latest after eight years
    const int first = form.year != 0 ? form.year : int(from.year());
    for (int y = first; y <= first + years; ++y) {
      for (unsigned m = form.month != 0 ? form.month : 1; m <= (form.month != 0 ? form.month : 12U); ++m) {
        const auto month = chr::year{y} / chr::month{m};
        const auto last = chr::year_month_day{month / chr::last};
        const auto date = form.day == 0 ? last : month / chr::day{form.day};
        if (!date.ok()) continue;
        const Date found{chr::local_days{date}};
        if (found >= day || form.year != 0) return found;
      }
    }
    return fail("calendar.deadline_invalid", {{"what", "date"}});
  }
  void note(Time when, std::string ja, std::string en) {
    due_->account.push_back({when, {std::move(ja), std::move(en)}});
  }

  const Book& book_;
  Time event_;
  std::span<const Span> pauses_;
  Due* due_;  // nullptr: only the instant is wanted
};

Result<> in_range(std::string_view what, std::int64_t value, std::int64_t low, std::int64_t high) {
  if (value >= low && value <= high) return {};
  return fail("calendar.deadline_invalid", {{"what", std::string(what)}, {"value", std::to_string(value)}});
}

Result<> check_until(Minutes until) { return in_range("until", until.count(), 0, 36 * 60); }

struct Check {
  const Book& book;
  const Deadline& deadline;

  [[nodiscard]] Result<> calendar() const {
    YAGURA_CHECK(book.calendar(deadline.calendar));
    return {};
  }
  [[nodiscard]] Result<> counted(int n, int least, Minutes until) const {
    YAGURA_CHECK(calendar());
    YAGURA_CHECK(in_range("n", n, least, most_days));
    return check_until(until);
  }
  Result<> operator()(const WithinOpenDays& f) const {
    return counted(f.n, f.count_event_day ? 1 : 0, f.until);
  }
  Result<> operator()(const WithinDays& f) const { return counted(f.n, f.count_event_day ? 1 : 0, f.until); }
  Result<> operator()(const OpenDaysBefore& f) const { return counted(f.n, 0, f.until); }
  Result<> operator()(const DaysBefore& f) const { return counted(f.n, 0, f.until); }
  Result<> operator()(const OpenDayOfMonth& f) const {
    YAGURA_CHECK(in_range("months_later", f.months_later, 0, 120));
    YAGURA_CHECK(in_range("k", f.k, 1, 31));
    return counted(f.k, 1, f.until);
  }
  Result<> operator()(const OnDate& f) const {
    YAGURA_CHECK(calendar());
    YAGURA_CHECK(check_until(f.until));
    if (f.year != 0) YAGURA_CHECK(in_range("year", f.year, first_year, last_year));
    YAGURA_CHECK(in_range("month", f.month, 0, 12));
    YAGURA_CHECK(in_range("day", f.day, 0, 31));
    if (f.year != 0 && f.month == 0) return fail("calendar.deadline_invalid", {{"what", "month"}});
    const auto year = chr::year{f.year != 0 ? f.year : 2024};
    if (f.day != 0 && f.month != 0 && !(year / chr::month{f.month} / chr::day{f.day}).ok())
      return fail("calendar.deadline_invalid", {{"what", "date"}});
    return {};
  }
  Result<> operator()(const WithinServiceTime& f) const {
    YAGURA_CHECK(book.service_hours(f.hours));
    return in_range("limit", f.limit.count(), 0, Duration(longest_limit).count());
  }
  Result<> operator()(const WithinWallTime& f) const {
    return in_range("limit", f.limit.count(), 0, Duration(longest_limit).count());
  }
  Result<> operator()(const NextOpenDayAt& f) const { return counted(1, 1, f.until); }
  Result<> operator()(const ByHour& f) const {
    YAGURA_CHECK(book.service_hours(f.hours));
    if (!f.in_hours || !f.out_of_hours) return fail("calendar.deadline_invalid", {{"what", "by_hour"}});
    for (const auto* limit : {f.in_hours.get(), f.out_of_hours.get()}) {
      // One choice is enough for any contract; a choice inside a choice could go on for ever.
      if (std::holds_alternative<ByHour>(limit->form))
        return fail("calendar.deadline_invalid", {{"what", "by_hour"}});
      YAGURA_CHECK(check_deadline(*limit, book));
    }
    return {};
  }
};

}  // namespace

Result<Time> due_at(const Deadline& deadline, const Book& book, Time event) {
  YAGURA_CHECK(check_deadline(deadline, book));
  return Count(book, event, {}, nullptr)(deadline);
}

Result<Due> explain_due(const Deadline& deadline, const Book& book, Time event) {
  Due due{};
  YAGURA_TRY(due.at, due_with_pauses(deadline, book, event, {}, &due));
  const auto end = end_words(due.at);
  due.account.push_back({due.at, {"期限：" + end.ja, "due: " + end.en}});
  if (due.forecast)
    due.account.push_back(
        {due.at,
         {"官報で未確定の年の祝日（予測）を含む", "includes holidays not yet settled by the gazette"}});
  return due;
}

Result<Time> due_with_pauses(const Deadline& deadline, const Book& book, Time event,
                             std::span<const Span> pauses, Due* due) {
  YAGURA_CHECK(check_deadline(deadline, book));
  return Count(book, event, pauses, due)(deadline);
}

Result<const Deadline*> limit_for(const Deadline& deadline, const Book& book, Time event) {
  const auto* choice = std::get_if<ByHour>(&deadline.form);
  if (choice == nullptr) return &deadline;
  YAGURA_TRY(const auto* hours, book.service_hours(choice->hours));
  return hours->contains(event) ? choice->in_hours.get() : choice->out_of_hours.get();
}

Result<> check_deadline(const Deadline& deadline, const Book& book) {
  return std::visit(Check{book, deadline}, deadline.form);
}

}  // namespace yagura::calendar
