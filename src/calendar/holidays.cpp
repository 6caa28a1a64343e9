#include "calendar/holidays.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace yagura::calendar {

namespace chr = std::chrono;

namespace {

enum class How { day, nth_monday, vernal_equinox, autumnal_equinox };

struct Rule {
  std::string_view ja;
  std::string_view en;
  int from_year;
  int to_year;
  unsigned month;
  How how;
  unsigned n;  // day of the month, or which Monday
};

constexpr int on = last_year;

// One line for each wording of the law; a holiday that moved has a line for each time.
constexpr std::array rules = {
    Rule{"元日", "New Year's Day", 1949, on, 1, How::day, 1},
    Rule{"成人の日", "Coming of Age Day", 1949, 1999, 1, How::day, 15},
    Rule{"成人の日", "Coming of Age Day", 2000, on, 1, How::nth_monday, 2},
    Rule{"建国記念の日", "National Foundation Day", 1967, on, 2, How::day, 11},
    Rule{"天皇誕生日", "The Emperor's Birthday", 2020, on, 2, How::day, 23},
    Rule{"春分の日", "Vernal Equinox Day", 1949, on, 3, How::vernal_equinox, 0},
    Rule{"天皇誕生日", "The Emperor's Birthday", 1949, 1988, 4, How::day, 29},
    Rule{"みどりの日", "Greenery Day", 1989, 2006, 4, How::day, 29},
    Rule{"昭和の日", "Showa Day", 2007, on, 4, How::day, 29},
    Rule{"憲法記念日", "Constitution Memorial Day", 1949, on, 5, How::day, 3},
    Rule{"みどりの日", "Greenery Day", 2007, on, 5, How::day, 4},
    Rule{"こどもの日", "Children's Day", 1949, on, 5, How::day, 5},
    Rule{"海の日", "Marine Day", 1996, 2002, 7, How::day, 20},
    Rule{"海の日", "Marine Day", 2003, 2019, 7, How::nth_monday, 3},
    Rule{"海の日", "Marine Day", 2020, 2020, 7, How::day, 23},
    Rule{"海の日", "Marine Day", 2021, 2021, 7, How::day, 22},
    Rule{"海の日", "Marine Day", 2022, on, 7, How::nth_monday, 3},
    Rule{"山の日", "Mountain Day", 2016, 2019, 8, How::day, 11},
    Rule{"山の日", "Mountain Day", 2020, 2020, 8, How::day, 10},
    Rule{"山の日", "Mountain Day", 2021, 2021, 8, How::day, 8},
    Rule{"山の日", "Mountain Day", 2022, on, 8, How::day, 11},
    Rule{"敬老の日", "Respect for the Aged Day", 1966, 2002, 9, How::day, 15},
    Rule{"敬老の日", "Respect for the Aged Day", 2003, on, 9, How::nth_monday, 3},
    Rule{"秋分の日", "Autumnal Equinox Day", 1948, on, 9, How::autumnal_equinox, 0},
    Rule{"体育の日", "Health and Sports Day", 1966, 1999, 10, How::day, 10},
    Rule{"体育の日", "Health and Sports Day", 2000, 2019, 10, How::nth_monday, 2},
    Rule{"スポーツの日", "Sports Day", 2020, 2020, 7, How::day, 24},
    Rule{"スポーツの日", "Sports Day", 2021, 2021, 7, How::day, 23},
    Rule{"スポーツの日", "Sports Day", 2022, on, 10, How::nth_monday, 2},
    Rule{"文化の日", "Culture Day", 1948, on, 11, How::day, 3},
    Rule{"勤労感謝の日", "Labor Thanksgiving Day", 1948, on, 11, How::day, 23},
    Rule{"天皇誕生日", "The Emperor's Birthday", 1989, 2018, 12, How::day, 23},
    // Laws of their own.
    Rule{"皇太子明仁親王の結婚の儀", "Wedding of Crown Prince Akihito", 1959, 1959, 4, How::day, 10},
    Rule{"昭和天皇の大喪の礼", "Funeral of Emperor Showa", 1989, 1989, 2, How::day, 24},
    Rule{"即位礼正殿の儀", "Enthronement Ceremony", 1990, 1990, 11, How::day, 12},
    Rule{"皇太子徳仁親王の結婚の儀", "Wedding of Crown Prince Naruhito", 1993, 1993, 6, How::day, 9},
    Rule{"即位の日", "Accession Day", 2019, 2019, 5, How::day, 1},
    Rule{"即位礼正殿の儀", "Enthronement Ceremony", 2019, 2019, 10, How::day, 22},
};

// Day of the month of the equinox: the usual approximation of the astronomical almanac, right for 1948-2050.
unsigned equinox(int year, double before_1980, double since_1980) {
  const double drift = 0.242194 * (year - 1980);
  const double day = year < 1980 ? before_1980 + drift - std::trunc((year - 1983) / 4.0)
                                 : since_1980 + drift - std::trunc((year - 1980) / 4.0);
  return static_cast<unsigned>(day);
}

Date date_by(const Rule& rule, int year) {
  switch (rule.how) {
    case How::day:
      return make_date(year, rule.month, rule.n);
    case How::nth_monday:
      return Date{chr::local_days{chr::year{year} / chr::month{rule.month} / chr::Monday[rule.n]}};
    case How::vernal_equinox:
      return make_date(year, rule.month, equinox(year, 20.8357, 20.8431));
    case How::autumnal_equinox:
      return make_date(year, rule.month, equinox(year, 23.2588, 23.2488));
  }
  YAGURA_ASSERT(false);
}

bool is_sunday(Date day) { return chr::weekday{day} == chr::Sunday; }

bool has(const std::vector<Holiday>& list, Date day) {
  return std::ranges::any_of(list, [&](const Holiday& h) { return h.date == day; });
}

constexpr std::string_view substitute_ja = "振替休日", substitute_en = "Substitute Holiday";
constexpr std::string_view citizens_ja = "国民の休日", citizens_en = "Citizens' Holiday";

// Art. 3(2). Until 2006 the day after the Sunday; since 2007 the first day after it that is no national
// holiday.
void add_substitutes(const std::vector<Holiday>& national, std::vector<Holiday>& out) {
  const Date in_force = make_date(1973, 4, 12), reworded = make_date(2007, 1, 1);
  for (const auto& holiday : national) {
    if (!is_sunday(holiday.date) || holiday.date < in_force) continue;
    Date day = holiday.date + chr::days(1);
    if (day >= reworded)
      while (has(national, day)) day += chr::days(1);
    else if (has(national, day))
      continue;
    out.push_back({day, HolidayKind::substitute, substitute_ja, substitute_en});
  }
}

// Art. 3(3). A day between two national holidays; until 2006 not a Sunday and not a substitute holiday.
void add_citizens(const std::vector<Holiday>& national, std::vector<Holiday>& out) {
  const Date in_force = make_date(1985, 12, 27), reworded = make_date(2007, 1, 1);
  for (const auto& holiday : national) {
    const Date day = holiday.date + chr::days(1);
    if (day < in_force || has(national, day) || !has(national, day + chr::days(1))) continue;
    if (has(out, day) || (day < reworded && is_sunday(day))) continue;
    out.push_back({day, HolidayKind::citizens, citizens_ja, citizens_en});
  }
}

}  // namespace

std::vector<Holiday> holidays_of(int year) {
  if (year < first_year || year > last_year) return {};
  std::vector<Holiday> national;
  for (const auto& rule : rules)
    if (year >= rule.from_year && year <= rule.to_year)
      national.push_back({date_by(rule, year), HolidayKind::national, rule.ja, rule.en});
  std::ranges::sort(national, {}, &Holiday::date);
  auto all = national;
  add_substitutes(national, all);
  add_citizens(national, all);
  std::ranges::sort(all, {}, &Holiday::date);
  return all;
}

}  // namespace yagura::calendar
