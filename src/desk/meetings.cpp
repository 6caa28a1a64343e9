#include "desk/meetings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "calendar/fiscal_year.hpp"

namespace yagura::desk {

namespace {

using calendar::Date;
using schema::Value;
using std::chrono::days;
using std::chrono::months;
using std::chrono::year_month;
using std::chrono::year_month_day;

constexpr days ahead_at_least{62}, weeks_ahead{28};
constexpr const char* ledger_of_meetings = "meetings";

Date first_of(year_month m) { return Date(year_month_day(m / 1)); }
Date last_of(year_month m) { return first_of(m + months(1)) - days(1); }
year_month month_of(Date day) {
  const year_month_day ymd(day);
  return ymd.year() / ymd.month();
}

struct Period {
  std::string name, words;
  Date from, until;
};

// Periods of so many months, counted from April, from the one of `today` on.
std::vector<Period> periods_of_months(int length, Date today, Date horizon) {
  const auto here = month_of(today);
  const int fiscal_month = (int(unsigned(here.month())) + 8) % 12;  // April 0
  std::vector<Period> out;
  for (auto m = here - months(fiscal_month % length); first_of(m) <= horizon; m += months(length)) {
    const int year = int(m.year()), fiscal = calendar::fiscal_year(m);
    const int nth = (int(unsigned(m.month())) + 8) % 12 / length + 1;
    Period p{{}, {}, first_of(m), last_of(m + months(length - 1))};
    switch (length) {
      case 1:
        p.name = fmt::format("{}-{:02}", year, unsigned(m.month()));
        p.words = fmt::format("{}年{}月", year, unsigned(m.month()));
        break;
      case 3:
        p.name = fmt::format("{}-Q{}", fiscal, nth);
        p.words = fmt::format("{}年度第{}四半期", fiscal, nth);
        break;
      case 6:
        p.name = fmt::format("{}-H{}", fiscal, nth);
        p.words = fmt::format("{}年度{}半期", fiscal, nth == 1 ? "上" : "下");
        break;
      default:
        p.name = std::to_string(fiscal);
        p.words = fmt::format("{}年度", fiscal);
    }
    out.push_back(std::move(p));
  }
  return out;
}

std::vector<Period> weeks(Date today) {
  std::vector<Period> out;
  const auto since_monday = std::chrono::weekday(today) - std::chrono::Monday;
  for (Date monday = today - since_monday; monday <= today + weeks_ahead; monday += days(7)) {
    // ISO 8601: a week belongs to the year of its Thursday.
    const Date thursday = monday + days(3);
    const auto year = year_month_day(thursday).year();
    const auto number = (thursday - Date(year / std::chrono::January / 1)).count() / 7 + 1;
    const year_month_day day(monday);
    out.push_back(
        {fmt::format("{}-W{:02}", int(year), number),
         fmt::format("{}年{}月{}日の週", int(day.year()), unsigned(day.month()), unsigned(day.day())), monday,
         monday + days(6)});
  }
  return out;
}

std::vector<Period> periods_of(const contract::Meeting& meeting, const contract::Pack& pack, Date today) {
  const Date horizon =
      std::max(last_of(std::chrono::year(calendar::fiscal_year(month_of(today)) + 1) / std::chrono::March),
               today + ahead_at_least);
  if (meeting.every == "week") return weeks(today);
  if (meeting.every == "month") return periods_of_months(1, today, horizon);
  if (meeting.every == "quarter") return periods_of_months(3, today, horizon);
  if (meeting.every == "half_year") return periods_of_months(6, today, horizon);
  if (meeting.every == "fiscal_year") return periods_of_months(12, today, horizon);
  if (meeting.every == "once") return {{"once", "", pack.from, pack.until}};
  return {};  // on occasion, and what is done every day, is nothing to be planned
}

std::string joined(const auto& titles, std::string_view between) {
  std::string out;
  for (const auto& title : titles) out += (out.empty() ? "" : std::string(between)) + title;
  return out;
}

Value row_of(const PlannedMeeting& meeting, const contract::Pack& pack) {
  std::vector<std::string> subjects, roles;
  for (const auto& subject : meeting.of->subjects) subjects.push_back("・" + subject.title.ja);
  for (const auto& id : meeting.of->attended_by) {
    const auto role = std::ranges::find(pack.roles, id, &contract::Role::id);
    if (role != pack.roles.end()) roles.push_back(role->title.ja);
  }
  return Value::object({{"subject", meeting.subject},
                        {"kind", meeting.of->id},
                        {"number", meeting.number()},
                        {"period", meeting.period},
                        {"period_from", calendar::format_date(meeting.from)},
                        {"hold_by", calendar::format_date(meeting.until)},
                        {"attendees", joined(roles, "、")},
                        {"agenda", joined(subjects, "\n")}});
}

}  // namespace

std::vector<PlannedMeeting> planned_meetings(const contract::Pack& pack, Date today) {
  std::vector<PlannedMeeting> out;
  if (today < pack.from || today > pack.until) return out;
  for (const auto& meeting : pack.meetings)
    for (const auto& period : periods_of(meeting, pack, today)) {
      if (period.until < pack.from || period.from > pack.until) continue;
      out.push_back({&meeting, period.name,
                     meeting.title.ja + (period.words.empty() ? "" : " " + period.words),
                     std::max(period.from, pack.from), std::min(period.until, pack.until)});
    }
  return out;
}

Result<int> plan_meetings(store::Database& database, ledger::Ledgers& ledgers, const contract::Pack& pack,
                          Date today) {
  const auto wanted = planned_meetings(pack, today);
  if (wanted.empty()) return 0;
  return database.write([&](store::Session& s) -> Result<int> {
    YAGURA_CHECK(s.lock("meetings/" + pack.id));
    std::set<std::string, std::less<>> there;  // with what was taken away
    YAGURA_CHECK(
        s.query("SELECT COALESCE(data->>'number', '') FROM ledger_row WHERE contract = $1 AND ledger = $2",
                pack.id, ledger_of_meetings, [&](const store::Row& row) { there.insert(row.string(0)); }));
    int entered = 0;
    for (const auto& meeting : wanted) {
      if (there.contains(meeting.number())) continue;
      YAGURA_CHECK(ledgers.create(s, {}, pack.id, ledger_of_meetings, row_of(meeting, pack),
                                  "契約の会議の周期から（" + meeting.of->clause + "）"));
      ++entered;
    }
    return entered;
  });
}

}  // namespace yagura::desk
