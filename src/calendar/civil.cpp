#include "calendar/civil.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>

#include "base/text.hpp"

namespace yagura::calendar {

namespace chr = std::chrono;

namespace {

constexpr auto japan_offset = chr::hours(9);

struct Era {
  std::string_view ja;
  char letter;
  chr::year_month_day first;
};

using chr::day;
using chr::month;
using chr::year;
// Newest first. The Gregorian calendar came into use on 1873-01-01 (明治6年), so Meiji is read from there.
constexpr std::array eras = {
    Era{"令和", 'R', {year{2019}, month{5}, day{1}}},   Era{"平成", 'H', {year{1989}, month{1}, day{8}}},
    Era{"昭和", 'S', {year{1926}, month{12}, day{25}}}, Era{"大正", 'T', {year{1912}, month{7}, day{30}}},
    Era{"明治", 'M', {year{1868}, month{1}, day{25}}},
};
constexpr chr::year_month_day first_gregorian{year{1873}, month{1}, day{1}};

constexpr std::array<std::string_view, 7> weekdays_ja = {"日", "月", "火", "水", "木", "金", "土"};
constexpr std::array<std::string_view, 7> weekdays_en = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

chr::year_month_day ymd(Date d) { return chr::year_month_day{d}; }

// Reads a text from the left; every take_ function leaves it unmoved when it does not match.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}
  [[nodiscard]] bool done() const { return rest_.empty(); }
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  template <class... Words_>
  bool take_any(Words_... words) {
    return (take(words) || ...);
  }
  // One to `most` decimal digits, ASCII or full-width.
  std::optional<int> take_number(int most) {
    int value = 0, digits = 0;
    while (digits < most) {
      const int d = take_digit();
      if (d < 0) break;
      value = value * 10 + d;
      ++digits;
    }
    if (digits == 0) return std::nullopt;
    return value;
  }
  void skip_blanks() {
    while (take_any(" ", "\t", "\u3000")) {
    }
  }

 private:
  int take_digit() {
    if (rest_.empty()) return -1;
    if (rest_[0] >= '0' && rest_[0] <= '9') {
      const int d = rest_[0] - '0';
      rest_.remove_prefix(1);
      return d;
    }
    // U+FF10..U+FF19, the full-width digits, are EF BC 90..99.
    if (rest_.size() >= 3 && rest_.starts_with("\xef\xbc")) {
      const auto last = static_cast<unsigned char>(rest_[2]);
      if (last >= 0x90 && last <= 0x99) {
        rest_.remove_prefix(3);
        return last - 0x90;
      }
    }
    return -1;
  }
  std::string_view rest_;
};

std::optional<std::size_t> take_era(Reader& in) {
  for (std::size_t i = 0; i < eras.size(); ++i)
    if (in.take(eras[i].ja)) return i;
  for (std::size_t i = 0; i < eras.size(); ++i)
    if (in.take(std::string_view(&eras[i].letter, 1))) return i;
  return std::nullopt;
}

std::optional<Date> read_date(Reader& in) {
  const auto era = take_era(in);
  std::optional<int> y;
  if (era && in.take("元")) y = 1;
  if (!y) y = in.take_number(4);
  if (!y || (era ? *y < 1 : *y < 1000)) return std::nullopt;
  bool kanji = false;
  if (in.take("年"))
    kanji = true;
  else if (!in.take_any("-", "/", "."))
    return std::nullopt;
  const auto m = in.take_number(2);
  if (!m || !(kanji ? in.take("月") : in.take_any("-", "/", "."))) return std::nullopt;
  const auto d = in.take_number(2);
  if (!d || (kanji && !in.take("日"))) return std::nullopt;

  const int gregorian = era ? int(eras[*era].first.year()) + *y - 1 : *y;
  const chr::year_month_day date{year{gregorian}, month(unsigned(*m)), day(unsigned(*d))};
  if (!date.ok() || gregorian > 9999) return std::nullopt;
  if (era) {
    if (date < eras[*era].first || date < first_gregorian) return std::nullopt;
    if (*era > 0 && date >= eras[*era - 1].first) return std::nullopt;
  }
  return Date{chr::local_days{date}};
}

struct OfDay {
  int hour;
  int minute;
  int second;
};

std::optional<OfDay> read_of_day(Reader& in) {
  const auto h = in.take_number(2);
  if (!h) return std::nullopt;
  const bool kanji = in.take("時");
  if (!kanji && !in.take(":")) return std::nullopt;
  if (kanji && in.done()) return OfDay{*h, 0, 0};
  const auto m = in.take_number(2);
  if (!m || (kanji && !in.take("分"))) return std::nullopt;
  int s = 0;
  if (!kanji && in.take(":")) {
    const auto read = in.take_number(2);
    if (!read) return std::nullopt;
    s = *read;
  }
  if (*m > 59 || s > 59) return std::nullopt;
  return OfDay{*h, *m, s};
}

std::string shown(std::string_view text) { return std::string(text.substr(0, 64)); }

}  // namespace

Civil to_japan(Time instant) { return Civil{instant.time_since_epoch() + japan_offset}; }
Time from_japan(Civil civil) { return Time{civil.time_since_epoch() - japan_offset}; }
Date date_of(Time instant) { return chr::floor<chr::days>(to_japan(instant)); }
Time at(Date day_, Minutes of_day) { return from_japan(Civil{day_} + of_day); }
Minutes minute_of(Time instant) {
  const auto civil = to_japan(instant);
  return chr::floor<Minutes>(civil - chr::floor<chr::days>(civil));
}

Date make_date(int y, unsigned m, unsigned d) {
  const chr::year_month_day date{year{y}, month{m}, day{d}};
  YAGURA_ASSERT(date.ok());
  return Date{chr::local_days{date}};
}

Result<Date> parse_date(std::string_view text) {
  Reader in(trim(text));
  const auto date = read_date(in);
  if (!date || !in.done()) return fail("calendar.date_invalid", {{"text", shown(text)}});
  return *date;
}

Result<Time> parse_instant(std::string_view text) {
  const auto whole = trim(text);
  if (auto exact = parse_rfc3339(whole)) return *exact;
  Reader in(whole);
  const auto bad = [&] { return fail("calendar.time_invalid", {{"text", shown(text)}}); };
  const auto date = read_date(in);
  if (!date) return bad();
  if (!in.take_any("T", "t")) in.skip_blanks();
  const auto of_day = read_of_day(in);
  // 24:00 is the end of the day, as offices say it.
  const bool end_of_day = of_day && of_day->hour == 24 && of_day->minute == 0 && of_day->second == 0;
  if (!of_day || !in.done() || (of_day->hour > 23 && !end_of_day)) return bad();
  return at(*date, Minutes(of_day->hour * 60 + of_day->minute)) + chr::seconds(of_day->second);
}

Result<Minutes> parse_minutes(std::string_view text) {
  Reader in(trim(text));
  const auto of_day = read_of_day(in);
  if (!of_day || !in.done() || of_day->second != 0 || of_day->hour * 60 + of_day->minute > 36 * 60)
    return fail("calendar.time_invalid", {{"text", shown(text)}});
  return Minutes(of_day->hour * 60 + of_day->minute);
}

std::string format_date(Date d) {
  const auto date = ymd(d);
  return fmt::format("{:04}-{:02}-{:02}", int(date.year()), unsigned(date.month()), unsigned(date.day()));
}

std::string format_date_ja(Date d) {
  const auto date = ymd(d);
  return fmt::format("{}年{}月{}日（{}）", int(date.year()), unsigned(date.month()), unsigned(date.day()),
                     format_weekday_ja(d));
}

std::string format_era(Date d) {
  const auto date = ymd(d);
  if (date < first_gregorian) return format_date(d);
  for (const auto& era : eras) {
    if (date < era.first) continue;
    const int n = int(date.year()) - int(era.first.year()) + 1;
    return fmt::format("{}{}年{}月{}日", era.ja, n == 1 ? "元" : std::to_string(n), unsigned(date.month()),
                       unsigned(date.day()));
  }
  return format_date(d);
}

std::string format_weekday_ja(Date d) { return std::string(weekdays_ja[chr::weekday{d}.c_encoding()]); }
std::string format_weekday_en(Date d) { return std::string(weekdays_en[chr::weekday{d}.c_encoding()]); }

std::string format_minutes(Minutes of_day) {
  return fmt::format("{:02}:{:02}", of_day.count() / 60, of_day.count() % 60);
}

std::string format_civil(Time instant) {
  const auto civil = to_japan(instant);
  const auto d = chr::floor<chr::days>(civil);
  const auto seconds = chr::floor<chr::seconds>(civil - d).count();
  auto out = fmt::format("{}T{:02}:{:02}", format_date(d), seconds / 3600, seconds / 60 % 60);
  if (seconds % 60 != 0) out += fmt::format(":{:02}", seconds % 60);
  return out;
}

std::string format_rfc3339_japan(Time instant) {
  auto out = to_rfc3339(instant + japan_offset);
  out.pop_back();
  return out + "+09:00";
}

Words format_duration(Duration length) {
  const bool negative = length < Duration::zero();
  const std::int64_t seconds = chr::round<chr::seconds>(negative ? -length : length).count();
  const std::int64_t h = seconds / 3600, m = seconds / 60 % 60, s = seconds % 60;
  Words out{negative ? "−" : "", negative ? "-" : ""};
  const auto add = [&](std::int64_t n, std::string_view ja, std::string_view en) {
    out.ja += fmt::format("{}{}", n, ja);
    if (!out.en.empty() && out.en != "-") out.en += ' ';
    out.en += fmt::format("{} {}", n, en);
  };
  if (h != 0) add(h, "時間", "h");
  if (m != 0 || (h == 0 && s == 0)) add(m, "分", "min");
  if (s != 0) add(s, "秒", "s");
  return out;
}

}  // namespace yagura::calendar
