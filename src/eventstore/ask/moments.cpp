#include "eventstore/ask/moments.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/text.hpp"
#include "calendar/civil.hpp"
#include "calendar/fiscal_year.hpp"
#include "eventstore/ask/letters.hpp"

namespace yagura::eventstore {

namespace {

namespace chr = std::chrono;
using calendar::Date;

constexpr int most_ago = 100'000;

// One to `most` digits from the left, taken off.
std::optional<int> take_number(std::string_view& text, std::size_t most) {
  std::size_t n = 0;
  while (n < text.size() && n < most && is_digit(text[n])) ++n;
  if (n == 0) return std::nullopt;
  int value = 0;
  std::from_chars(text.data(), text.data() + n, value);
  text.remove_prefix(n);
  return value;
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

Time start_of(Date day) { return calendar::at(day, calendar::Minutes(0)); }

Moment days(Date first, Date behind) { return {start_of(first), start_of(behind), true, false}; }
Moment days(Date first, int count) { return days(first, first + chr::days(count)); }

Date monday_of(Date day) { return day - (chr::weekday{day} - chr::Monday); }

std::optional<Date> date(chr::year_month_day ymd) {
  if (!ymd.ok() || int(ymd.year()) < 1000 || int(ymd.year()) > 9999) return std::nullopt;
  return Date{ymd};
}

std::optional<Moment> months(chr::year_month first, int count) {
  if (!first.ok()) return std::nullopt;
  const auto behind = first + chr::months(count);
  const auto begin = date(first / chr::day(1)), end = date(behind / chr::day(1));
  if (!begin || !end) return std::nullopt;
  return days(*begin, *end);
}

chr::year_month month_of(Date day) {
  const chr::year_month_day ymd{day};
  return ymd.year() / ymd.month();
}

enum class Unit : std::uint8_t { day, week, month, year, fiscal_year };

struct Saying {
  std::string_view word;
  Unit unit;
  int ago;
};

// A word comes before those it begins with.
constexpr std::array sayings = {
    Saying{"今日", Unit::day, 0},
    Saying{"本日", Unit::day, 0},
    Saying{"きょう", Unit::day, 0},
    Saying{"today", Unit::day, 0},
    Saying{"昨日", Unit::day, 1},
    Saying{"きのう", Unit::day, 1},
    Saying{"前日", Unit::day, 1},
    Saying{"yesterday", Unit::day, 1},
    Saying{"一昨日", Unit::day, 2},
    Saying{"おととい", Unit::day, 2},
    Saying{"day-before-yesterday", Unit::day, 2},
    Saying{"今週", Unit::week, 0},
    Saying{"this-week", Unit::week, 0},
    Saying{"先週", Unit::week, 1},
    Saying{"last-week", Unit::week, 1},
    Saying{"先々週", Unit::week, 2},
    Saying{"今月", Unit::month, 0},
    Saying{"this-month", Unit::month, 0},
    Saying{"先月", Unit::month, 1},
    Saying{"last-month", Unit::month, 1},
    Saying{"先々月", Unit::month, 2},
    Saying{"今年度", Unit::fiscal_year, 0},
    Saying{"本年度", Unit::fiscal_year, 0},
    Saying{"this-fiscal-year", Unit::fiscal_year, 0},
    Saying{"昨年度", Unit::fiscal_year, 1},
    Saying{"前年度", Unit::fiscal_year, 1},
    Saying{"last-fiscal-year", Unit::fiscal_year, 1},
    Saying{"今年", Unit::year, 0},
    Saying{"this-year", Unit::year, 0},
    Saying{"昨年", Unit::year, 1},
    Saying{"去年", Unit::year, 1},
    Saying{"last-year", Unit::year, 1},
};

std::optional<Moment> fiscal(int year, int count = 1) {
  return months(chr::year{year} / chr::April, 12 * count);
}

std::optional<Moment> moment_of(const Saying& saying, Date today) {
  switch (saying.unit) {
    case Unit::day:
      return days(today - chr::days(saying.ago), 1);
    case Unit::week:
      return days(monday_of(today) - chr::weeks(saying.ago), 7);
    case Unit::month:
      return months(month_of(today) - chr::months(saying.ago), 1);
    case Unit::year:
      return months((chr::year_month_day{today}.year() - chr::years(saying.ago)) / chr::January, 12);
    case Unit::fiscal_year:
      return fiscal(calendar::fiscal_year(month_of(today)) - saying.ago);
  }
  return std::nullopt;
}

struct OfDay {
  Duration begin{0}, length{0};
};

// 10:30, 10:30:15, 12時, 9時半, 9時5分, 午後3時; the whole of text.
std::optional<OfDay> read_of_day(std::string_view text) {
  int half = -1;
  if (take(text, "午前")) half = 0;
  if (half < 0 && take(text, "午後")) half = 12;
  if (half < 0 && text == "正午") return OfDay{chr::hours(12), chr::hours(1)};
  const auto hour = take_number(text, 2);
  if (!hour || *hour > (half < 0 ? 24 : 12)) return std::nullopt;
  OfDay out{chr::hours(*hour + std::max(0, half)), chr::hours(1)};
  if (take(text, "時")) {
    if (text.empty()) return out;
    if (text == "半") return OfDay{out.begin + chr::minutes(30), chr::minutes(1)};
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59 || text != "分") return std::nullopt;
    out = {out.begin + chr::minutes(*minute), chr::minutes(1)};
  } else {
    if (!take(text, ":")) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    out = {out.begin + chr::minutes(*minute), chr::minutes(1)};
    if (take(text, ":")) {
      const auto second = take_number(text, 2);
      if (!second || *second > 59) return std::nullopt;
      out = {out.begin + chr::seconds(*second), chr::seconds(1)};
    }
    if (!text.empty()) return std::nullopt;
  }
  if (out.begin > chr::hours(24)) return std::nullopt;
  return out;
}

// A day, with what is written behind it: nothing, or a time of day.
std::optional<Moment> with_time(const Moment& day, std::string_view rest) {
  if (rest.empty()) return day;
  if (!take(rest, "t") && !take(rest, "T") && !take(rest, "の")) rest = trim(rest);
  const auto of_day = read_of_day(rest);
  if (!of_day || day.end - day.begin > chr::days(1)) return std::nullopt;
  const auto begin = day.begin + of_day->begin;
  return Moment{begin, begin + of_day->length, false, false};
}

struct Length {
  std::string_view word;
  Duration unit;
  int months;    // instead of unit
  bool counted;  // means a length also without 前 or 間 behind: 3日 alone could be the third of the month
};

constexpr std::array lengths = {
    Length{"秒", chr::seconds(1), 0, true},  Length{"時間", chr::hours(1), 0, true},
    Length{"分", chr::minutes(1), 0, true},  Length{"日", chr::days(1), 0, false},
    Length{"週", chr::weeks(1), 0, false},   Length{"か月", Duration(0), 1, true},
    Length{"ヶ月", Duration(0), 1, true},    Length{"カ月", Duration(0), 1, true},
    Length{"ヵ月", Duration(0), 1, true},    Length{"ケ月", Duration(0), 1, true},
    Length{"箇月", Duration(0), 1, true},    Length{"年", Duration(0), 12, false},
    Length{"min", chr::minutes(1), 0, true}, Length{"mo", Duration(0), 1, true},
    Length{"s", chr::seconds(1), 0, true},   Length{"m", chr::minutes(1), 0, true},
    Length{"h", chr::hours(1), 0, true},     Length{"d", chr::days(1), 0, true},
    Length{"w", chr::weeks(1), 0, true},     Length{"y", Duration(0), 12, true},
};

struct Amount {
  int n = 0;
  const Length* length = nullptr;
  bool ago = false, between = false;  // 前 or ago; 間
};

std::optional<Amount> read_amount(std::string_view text) {
  const auto n = take_number(text, 6);
  if (!n || *n > most_ago) return std::nullopt;
  const auto found =
      std::ranges::find_if(lengths, [&](const Length& length) { return text.starts_with(length.word); });
  if (found == lengths.end()) return std::nullopt;
  text.remove_prefix(found->word.size());
  Amount out{*n, found, false, false};
  out.between = take(text, "間");
  out.ago = take(text, "前") || take(text, "-ago") || take(text, "ago");
  return text.empty() ? std::optional(out) : std::nullopt;
}

std::optional<Moment> ago(std::string_view text, Time now) {
  const auto amount = read_amount(text);
  if (!amount || (!amount->ago && !amount->between && !amount->length->counted)) return std::nullopt;
  const auto today = calendar::date_of(now);
  const auto& length = *amount->length;
  const bool span = !amount->ago;
  if (length.months > 0) {
    if (amount->n > 1200) return std::nullopt;
    const chr::year_month_day ymd{today};
    const auto month = ymd.year() / ymd.month() - chr::months(amount->n * length.months);
    const auto last = (month / chr::last).day();
    const auto day = date(month / std::min(ymd.day(), last));
    if (!day) return std::nullopt;
    auto out = days(*day, 1);
    out.open = span;
    return out;
  }
  if (length.unit >= chr::days(1)) {
    const auto back = chr::days(amount->n * (length.unit == Duration(chr::weeks(1)) ? 7 : 1));
    if (back > chr::days(most_ago)) return std::nullopt;
    auto out = days(today - back, 1);
    out.open = span;
    return out;
  }
  const auto begin = now - amount->n * length.unit;
  return Moment{begin, begin, false, true};
}

// The day of a month in the year that is meant when none is written.
std::optional<Date> without_year(int month, int day, Time now, std::optional<Time> from) {
  if (month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
  const chr::month_day wanted{chr::month(unsigned(month)), chr::day(unsigned(day))};
  const auto limit = calendar::date_of(from ? *from : now);
  const auto year = chr::year_month_day{limit}.year();
  for (int i = 0; i <= 8; ++i) {
    const auto found = date((from ? year + chr::years(i) : year - chr::years(i)) / wanted);
    if (found && (from ? *found >= limit : *found <= limit)) return found;
  }
  return std::nullopt;
}

// 11/1, 11月1日, 11月; and a time of day behind a day.
std::optional<Moment> month_and_day(std::string_view text, Time now, std::optional<Time> from) {
  const auto month = take_number(text, 2);
  if (!month) return std::nullopt;
  const bool kanji = take(text, "月");
  if (!kanji && !take(text, "/")) return std::nullopt;
  if (kanji && text.empty()) {
    const auto first = without_year(*month, 1, now, from);
    return first ? months(month_of(*first), 1) : std::nullopt;
  }
  const auto day = take_number(text, 2);
  if (!day || (kanji && !take(text, "日"))) return std::nullopt;
  const auto found = without_year(*month, *day, now, from);
  return found ? with_time(days(*found, 1), text) : std::nullopt;
}

// A day that the words say exists in a year written as 2026年 or 令和8年: eras begin and end within a year.
std::optional<chr::year> year_of(std::string_view text) {
  for (const std::string_view day : {"12月31日", "4月30日", "1月1日"})
    if (const auto found = calendar::parse_date(std::string(text) + std::string(day)))
      return chr::year_month_day{*found}.year();
  return std::nullopt;
}

// 2026年11月, 2026-11, 2026/11, 2026年, 令和8年度.
std::optional<Moment> month_or_year(std::string_view text) {
  if (text.ends_with("月")) {
    const auto first = calendar::parse_date(std::string(text) + "1日");
    return first ? months(month_of(*first), 1) : std::nullopt;
  }
  if (text.ends_with("年")) {
    const auto year = year_of(text);
    return year ? months(*year / chr::January, 12) : std::nullopt;
  }
  constexpr std::string_view degree = "年度";
  if (text.ends_with(degree)) {
    const auto year = year_of(text.substr(0, text.size() - degree.size() / 2));
    return year ? fiscal(int(*year)) : std::nullopt;
  }
  auto rest = text;
  const auto year = take_number(rest, 4);
  if (!year || text.size() - rest.size() != 4 || (!take(rest, "-") && !take(rest, "/"))) return std::nullopt;
  const auto month = take_number(rest, 2);
  if (!month || !rest.empty() || *month < 1 || *month > 12) return std::nullopt;
  return months(chr::year{*year} / chr::month(unsigned(*month)), 1);
}

// A date with its year, and what is behind it.
std::optional<Moment> full_date(std::string_view text) {
  if (const auto day = calendar::parse_date(text)) return days(*day, 1);
  // The date ends where no digit, sign of a date or word of an era goes on.
  auto end = text.find_first_of("tT ");
  if (const auto kanji = text.find("日"); kanji != std::string_view::npos)
    end = std::min(end, kanji + std::string_view("日").size());
  if (end != std::string_view::npos)
    if (const auto day = calendar::parse_date(text.substr(0, end)))
      if (const auto moment = with_time(days(*day, 1), text.substr(end))) return moment;
  if (const auto exact = parse_rfc3339(text)) return Moment{*exact, *exact + Duration(1), false, false};
  return std::nullopt;
}

}  // namespace

std::optional<Moment> read_moment(std::string_view narrowed, Time now, std::optional<Time> from) {
  const auto written = trim(narrowed);
  if (written.empty() || written.size() > 64) return std::nullopt;
  const auto text = lower(written);
  if (text == "今" || text == "now" || text == "現在") return Moment{now, now, false, true};
  const auto today = calendar::date_of(now);
  const Saying* best = nullptr;
  for (const auto& saying : sayings)
    if (text.starts_with(saying.word) && (best == nullptr || saying.word.size() > best->word.size()))
      best = &saying;
  if (best != nullptr) {
    const auto moment = moment_of(*best, today);
    return moment ? with_time(*moment, std::string_view(text).substr(best->word.size())) : std::nullopt;
  }
  if (const auto moment = ago(text, now)) return moment;
  if (const auto of_day = read_of_day(text)) {
    const auto begin = start_of(today) + of_day->begin;
    return Moment{begin, begin + of_day->length, false, false};
  }
  if (const auto moment = month_and_day(text, now, from)) return moment;
  if (const auto moment = month_or_year(written)) return moment;
  if (auto moment = full_date(written)) return moment;
  return std::nullopt;
}

bool is_time_of_day(std::string_view narrowed) { return read_of_day(narrowed).has_value(); }

std::optional<Duration> read_length(std::string_view narrowed) {
  const auto amount = read_amount(lower(trim(narrowed)));
  if (!amount || amount->ago || amount->n < 1 || amount->length->months > 0) return std::nullopt;
  return amount->n * amount->length->unit;
}

}  // namespace yagura::eventstore
