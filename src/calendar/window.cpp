#include "calendar/window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"

namespace yagura::calendar {

namespace chr = std::chrono;

namespace {

constexpr std::array<std::string_view, 7> day_names = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr std::array<std::string_view, 6> ordinal_names = {"last", "1st", "2nd", "3rd", "4th", "5th"};
constexpr std::size_t longest_notation = 4096;

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (auto word : split(text, ' '))
    if (word = trim(word); !word.empty()) words.push_back(word);
  return words;
}

template <std::size_t N>
std::optional<unsigned> index_in(const std::array<std::string_view, N>& names, std::string_view word) {
  const auto found = std::ranges::find(names, word);
  if (found == names.end()) return std::nullopt;
  return static_cast<unsigned>(found - names.begin());
}

std::optional<unsigned> small_number(std::string_view word) {
  if (word.empty() || word.size() > 2) return std::nullopt;
  unsigned value = 0;
  for (const char c : word) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value;
}

// "4,6,10-12" as bits; nothing when it is not such a list or leaves lowest..highest.
template <class Read>
std::optional<unsigned> bits_of(std::string_view list, unsigned lowest, unsigned highest, Read read) {
  unsigned bits = 0;
  for (const auto item : split(list, ',')) {
    const auto dash = item.find('-');
    const auto from = read(item.substr(0, dash));
    const auto to = dash == std::string_view::npos ? from : read(item.substr(dash + 1));
    if (!from || !to || *from < lowest || *to > highest || *from > *to) return std::nullopt;
    for (unsigned i = *from; i <= *to; ++i) bits |= 1U << i;
  }
  return bits;
}

std::optional<unsigned> weekday_bits(std::string_view word) {
  return bits_of(word, 0, 6, [](std::string_view w) { return index_in(day_names, w); });
}
std::optional<unsigned> ordinal_bits(std::string_view word) {
  return bits_of(word, 0, 5, [](std::string_view w) { return index_in(ordinal_names, w); });
}

bool read_hours(std::string_view word, Window& window) {
  for (const auto item : split(word, ',')) {
    const auto dash = item.find('-');
    if (dash == std::string_view::npos) return false;
    const auto from = parse_minutes(item.substr(0, dash)), to = parse_minutes(item.substr(dash + 1));
    if (!from || !to || *from >= *to || *from >= chr::hours(24)) return false;
    if (!window.hours.empty() && *from < window.hours.back().to) return false;
    window.hours.push_back({*from, *to});
  }
  return window.hours.size() <= most_spans_of_window;
}

bool read_dates(std::string_view word, Window& window) {
  for (const auto item : split(word, ',')) {
    const auto date = parse_date(item);
    if (!date || !Calendar::covers(*date)) return false;
    window.dates.push_back(*date);
  }
  std::ranges::sort(window.dates);
  return std::ranges::adjacent_find(window.dates) == window.dates.end();
}

// Reads the words in the order of the notation; at() is the word that stopped it.
class WindowReader {
 public:
  explicit WindowReader(std::string_view text) : words_(words_of(text)) {}

  std::optional<Window> read() {
    if (words_.size() == 1 && words_[0] == "24x365") {
      window_.hours.push_back({Minutes(0), chr::hours(24)});
      return window_;
    }
    if (!read_months() || !read_which() || !read_days()) return std::nullopt;
    if (done() || !read_hours(words_[next_], window_)) return std::nullopt;
    ++next_;
    if (!read_exceptions() || !done()) return std::nullopt;
    return window_;
  }
  [[nodiscard]] std::string at() const { return done() ? "" : std::string(words_[next_].substr(0, 64)); }

 private:
  [[nodiscard]] bool done() const { return next_ == words_.size(); }
  bool take(std::string_view word) {
    if (done() || words_[next_] != word) return false;
    ++next_;
    return true;
  }
  bool read_months() {
    if (!take("months")) return true;
    const auto bits = done() ? std::nullopt : bits_of(words_[next_], 1, 12, small_number);
    if (!bits) return false;
    ++next_;
    window_.months = static_cast<std::uint16_t>(*bits);
    return true;
  }
  bool read_which() {
    if (take("week")) {
      const auto bits = done() ? std::nullopt : bits_of(words_[next_], 1, 6, small_number);
      if (!bits) return false;
      ++next_;
      window_.weeks = static_cast<std::uint8_t>(*bits);
    } else if (const auto bits = done() ? std::nullopt : ordinal_bits(words_[next_])) {
      ++next_;
      window_.ordinals = static_cast<std::uint8_t>(*bits);
      // "2nd" alone would be the second of each weekday, which nobody means.
      return !done() && weekday_bits(words_[next_]).has_value();
    }
    return true;
  }
  bool read_days() {
    if (take("daily")) return true;
    if (take("open")) return choose(DayChoice::open_days);
    if (take("closed")) return choose(DayChoice::closed_days);
    if (take("on")) {
      if (done() || !read_dates(words_[next_], window_)) return false;
      ++next_;
      return choose(DayChoice::dates);
    }
    if (const auto bits = done() ? std::nullopt : weekday_bits(words_[next_])) {
      ++next_;
      window_.weekdays = static_cast<Weekdays>(*bits);
    }
    return true;
  }
  bool choose(DayChoice choice) {
    window_.choice = choice;
    return true;
  }
  bool read_exceptions() {
    while (take("except")) {
      if (take("closures"))
        window_.except_closures = true;
      else if (take("holidays"))
        window_.except_holidays = true;
      else
        return false;
    }
    window_.finish_work = take("finish-work");
    return true;
  }

  std::vector<std::string_view> words_;
  std::size_t next_ = 0;
  Window window_;
};

template <class Name>
std::string listed(unsigned bits, unsigned highest, Name name) {
  std::string out;
  for (unsigned i = 0; i <= highest; ++i)
    if ((bits >> i & 1) != 0) out += fmt::format("{}{}", out.empty() ? "" : ",", name(i));
  return out;
}

bool ordinal_matches(const Window& window, Date day) {
  if (window.ordinals == 0) return true;
  const chr::year_month_day date{day};
  const unsigned nth = (unsigned(date.day()) - 1) / 7 + 1;
  if ((window.ordinals >> nth & 1) != 0) return true;
  const auto last = chr::year_month_day_last{date.year() / date.month() / chr::last}.day();
  return (window.ordinals & 1) != 0 && unsigned(date.day()) + 7 > unsigned(last);
}

bool week_matches(const Window& window, Date day) {
  if (window.weeks == 0) return true;
  const chr::year_month_day date{day};
  const Date first{chr::local_days{date.year() / date.month() / 1}};
  const unsigned row = (unsigned(date.day()) - 1 + chr::weekday{first}.c_encoding()) / 7 + 1;
  return (window.weeks >> row & 1) != 0;
}

}  // namespace

Result<Window> parse_window(std::string_view text) {
  const auto bad = [&](std::string word) {
    return fail("calendar.window_invalid",
                {{"text", std::string(text.substr(0, 128))}, {"word", std::move(word)}});
  };
  if (text.size() > longest_notation) return bad("");
  WindowReader reader(text);
  auto window = reader.read();
  if (!window) return bad(reader.at());
  return *std::move(window);
}

std::string format_window(const Window& window) {
  if (is_always(window)) return "24x365";
  std::vector<std::string> words;
  const auto number = [](unsigned i) { return std::to_string(i); };
  if (window.months != 0) words.push_back("months " + listed(window.months, 12, number));
  if (window.weeks != 0) words.push_back("week " + listed(window.weeks, 6, number));
  if (window.ordinals != 0)
    words.push_back(listed(window.ordinals, 5, [](unsigned i) { return ordinal_names[i]; }));
  switch (window.choice) {
    case DayChoice::open_days:
      words.emplace_back("open");
      break;
    case DayChoice::closed_days:
      words.emplace_back("closed");
      break;
    case DayChoice::dates: {
      std::string dates = "on ";
      for (const auto day : window.dates) dates += (dates.size() > 3 ? "," : "") + format_date(day);
      words.push_back(dates);
      break;
    }
    case DayChoice::weekdays:
      if (window.weekdays == all_weekdays && window.ordinals == 0)
        words.emplace_back("daily");
      else
        words.push_back(listed(window.weekdays, 6, [](unsigned i) { return day_names[i]; }));
  }
  std::string hours;
  for (const auto& span : window.hours)
    hours +=
        fmt::format("{}{}-{}", hours.empty() ? "" : ",", format_minutes(span.from), format_minutes(span.to));
  words.push_back(hours);
  if (window.except_closures) words.emplace_back("except closures");
  if (window.except_holidays) words.emplace_back("except holidays");
  if (window.finish_work) words.emplace_back("finish-work");
  return fmt::format("{}", fmt::join(words, " "));
}

bool falls_on(const Window& window, const Calendar& calendar, Date day) {
  if (!Calendar::covers(day)) return false;
  if (window.except_closures && calendar.is_closure(day)) return false;
  if (window.except_holidays && calendar.is_national_holiday(day)) return false;
  if (window.months != 0 && (window.months >> unsigned(chr::year_month_day{day}.month()) & 1) == 0)
    return false;
  switch (window.choice) {
    case DayChoice::open_days:
      if (!calendar.is_open(day)) return false;
      break;
    case DayChoice::closed_days:
      if (calendar.is_open(day)) return false;
      break;
    case DayChoice::dates:
      if (!std::ranges::binary_search(window.dates, day)) return false;
      break;
    case DayChoice::weekdays:
      if ((window.weekdays >> chr::weekday{day}.c_encoding() & 1) == 0) return false;
      break;
  }
  return ordinal_matches(window, day) && week_matches(window, day);
}

bool is_always(const Window& window) {
  return window.choice == DayChoice::weekdays && window.weekdays == all_weekdays && window.months == 0 &&
         window.ordinals == 0 && window.weeks == 0 && !window.except_closures && !window.except_holidays &&
         !window.finish_work && window.hours.size() == 1 && window.hours[0].from == Minutes(0) &&
         window.hours[0].to == chr::hours(24);
}

}  // namespace yagura::calendar
