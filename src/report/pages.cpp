#include "report/pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "calendar/day_count.hpp"
#include "report/figure_set.hpp"

namespace yagura::report {

namespace {

std::string grouped(double value) {
  std::string digits = fmt::format("{:.0f}", std::abs(value));
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return value < 0 ? "-" + digits : digits;
}

std::string number_text(double value, Shown shown) {
  switch (shown) {
    case Shown::count:
      return grouped(value);
    case Shown::percent:
      return fmt::format("{:.3f}", value);
    case Shown::number:
    case Shown::minutes: {
      const double tenths = std::round(std::abs(value) * 10);
      return (value < 0 ? "-" : "") + grouped(std::floor(tenths / 10)) +
             fmt::format(".{:.0f}", std::fmod(tenths, 10));
    }
    default:
      return document::to_text(document::Cell{value});
  }
}

std::string date_time_text(const document::DateTime& when) {
  std::string text = document::to_text(when);  // 2026-04-28T17:10:00
  std::ranges::replace(text, '-', '/');
  if (const auto t = text.find('T'); t != std::string::npos)
    text = text.substr(0, t) + " " + text.substr(t + 1, 5);
  return text;
}

std::string era_month(calendar::Date first) {
  const std::string era = calendar::format_era(first);  // 令和8年4月1日
  const auto month = era.rfind("月");
  return month == std::string::npos ? era : era.substr(0, month + std::string_view("月").size());
}

std::string month_text(calendar::Month month, Language language) {
  const auto first = calendar::make_date(month.year, month.month, 1);
  if (language == Language::en) return fmt::format("{:04}-{:02}", month.year, month.month);
  return fmt::format("{}年{}月（{}）", month.year, month.month, era_month(first));
}

std::string day_text(Time instant, Language language) {
  const auto day = calendar::date_of(instant);
  return language == Language::en
             ? calendar::format_date(day)
             : fmt::format("{}（{}）", calendar::format_era(day), calendar::format_weekday_ja(day));
}

int column_of(const std::vector<LayoutColumn>& columns, std::string_view id) {
  const auto found = std::ranges::find(columns, id, &LayoutColumn::id);
  return static_cast<int>(found - columns.begin());
}

double number_in(const Entry& entry) {
  const auto* number = std::get_if<double>(&entry.value);
  return number == nullptr ? std::nan("") : *number;
}

class Maker {
 public:
  explicit Maker(const Facts& facts) : f_(facts), language_(facts.language) {}

  Pages run() {
    const auto& figures = *f_.account.figures;
    Pages out;
    out.language = language_;
    out.title = f_.layout.title.in(language_);
    out.month = month_text(figures.month, language_);
    out.contract = words(figures.contract);
    out.client = words(figures.client);
    out.contractor = words(figures.contractor);
    out.as_of = day_text(f_.account.within.to, language_);
    const Time last = std::max(f_.account.within.from, f_.account.within.to - Duration(1));
    out.period = day_text(f_.account.within.from, language_) + (language_ == Language::ja ? "～" : " to ") +
                 day_text(last, language_);
    const Time until = f_.account.within.to;
    if (until < calendar::span_of(figures.month).to) {
      const auto said = calendar::civil_words(until);
      out.partial = f_.layout.partial.in(language_);
      constexpr std::string_view place = "{until}";
      if (const auto at = out.partial.find(place); at != std::string::npos)
        out.partial.replace(at, place.size(), language_ == Language::ja ? said.ja : said.en);
    }
    for (const auto& section : f_.layout.sections) out.sections.push_back(make(section));
    return out;
  }

 private:
  [[nodiscard]] const std::string& words(const Words& w) const {
    return language_ == Language::ja ? w.ja : w.en;
  }

  PageSection make(const LayoutSection& from) {
    PageSection out;
    out.title = from.title.in(language_);
    out.landscape = from.landscape;
    for (const auto& text : from.text) out.text.push_back(text.in(language_));
    for (const auto& one : from.figures) {
      auto value = figure(f_, one.id);
      out.figures.push_back(
          {one.title.in(language_), one.unit.in(language_), std::move(value.entry), value.shown});
    }
    for (const auto& table : from.tables) out.tables.push_back(make(table));
    for (const auto& metric : from.metrics) out.tables.push_back(make(metric, from.metric_columns));
    for (const auto& term : from.terms)
      out.terms.emplace_back(term.term.in(language_), term.meaning.in(language_));
    return out;
  }

  void set_columns(PageTable& table, const std::vector<LayoutColumn>& columns) const {
    for (const auto& column : columns) {
      table.column_titles.push_back(column.title.in(language_));
      table.widths.push_back(column.width);
    }
  }

  PageTable make(const LayoutTable& from) {
    PageTable out;
    out.rows_id = from.rows;
    out.title = from.title.in(language_);
    out.sheet = from.sheet.in(language_);
    out.in_document = from.in_document;
    out.document_rows = from.document_rows;
    set_columns(out, from.columns);
    out.rows = fill(f_, from.rows, from.columns);
    if (from.chart && !out.rows.rows.empty()) add_chart(out, from);
    return out;
  }

  void add_chart(PageTable& table, const LayoutTable& from) const {
    const int category = column_of(from.columns, from.chart->category),
              value = column_of(from.columns, from.chart->value);
    auto& chart = table.chart.emplace();
    chart.look = {.kind = document::ChartKind::column,
                  .title = from.chart->title.in(language_),
                  .number_format = "#,##0",
                  .legend = false};
    auto& series = chart.series.emplace_back();
    series.name = table.column_titles[static_cast<std::size_t>(value)];
    for (const auto& row : table.rows.rows) {
      chart.categories.push_back(category_text(row[static_cast<std::size_t>(category)]));
      series.values.push_back(number_in(row[static_cast<std::size_t>(value)]));
    }
    table.blocks.push_back({table.rows_id, category, value, 0, table.rows.rows.size()});
  }

  // Days stand under an axis as 4/28: the month is known.
  static std::string category_text(const Entry& entry) {
    const auto* when = std::get_if<document::DateTime>(&entry.value);
    if (when == nullptr) return document::to_text(entry.value);
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(when->at));
    return fmt::format("{}/{}", static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  }

  PageTable make(const LayoutMetric& metric, const std::vector<LayoutColumn>& columns) {
    PageTable out;
    out.rows_id = "top:" + metric.id;
    out.title = fmt::format("{}{}", metric.title.in(language_), language_ == Language::ja ? "（" : " (") +
                metric.unit.in(language_) + (language_ == Language::ja ? "）" : ")");
    out.sheet = metric.title.in(language_);
    out.document_rows = metric.top;
    set_columns(out, columns);
    out.rows = fill_top(f_, metric, columns);
    if (!out.rows.rows.empty()) add_metric_chart(out, metric);
    return out;
  }

  void add_metric_chart(PageTable& table, const LayoutMetric& metric) const {
    const auto days = static_cast<std::size_t>(f_.account.days);
    auto& chart = table.chart.emplace();
    chart.look = {.kind = document::ChartKind::line, .title = table.title, .number_format = "#,##0.##"};
    for (int day = 1; day <= f_.account.days; ++day)
      chart.categories.push_back(fmt::format("{}/{}", f_.account.figures->month.month, day));
    const auto& daily_columns = columns_of_daily();
    for (const auto& top : f_.account.top.at(metric.id)) {
      if (top.rank > std::min(metric.drawn, metric.top)) break;
      auto& series = chart.series.emplace_back();
      series.name = top.device->device->name;
      for (const auto& day : top.performance->days)
        series.values.push_back(day.samples > 0 ? day.mean : std::nan(""));
      table.blocks.push_back({"daily", column_of(daily_columns, "day"), column_of(daily_columns, "mean"),
                              f_.first_daily.at(&top), days});
    }
  }

  const std::vector<LayoutColumn>& columns_of_daily() const {
    for (const auto& section : f_.layout.sections)
      for (const auto& table : section.tables)
        if (table.rows == "daily") return table.columns;
    static const std::vector<LayoutColumn> none;
    return none;
  }

  const Facts& f_;
  const Language language_;
};

}  // namespace

Pages make_pages(const Facts& facts) { return Maker(facts).run(); }

std::string shown_text(const Entry& entry, Shown shown) {
  if (const auto* number = std::get_if<double>(&entry.value)) return number_text(*number, shown);
  if (const auto* when = std::get_if<document::DateTime>(&entry.value)) return date_time_text(*when);
  return document::to_text(entry.value);
}

}  // namespace yagura::report
