#include "report/layout.hpp"

#include <fmt/format.h>

#include <set>

#include "report/figure_set.hpp"
#include "report/row_sets.hpp"
#include "schema/shape.hpp"
#include "schema/yaml.hpp"

namespace yagura::report {

template <class V>
void shape(V& v, Label& label) {
  v.required("ja", label.ja);
  v.required("en", label.en);
}
template <class V>
void shape(V& v, LayoutColumn& column) {
  v.required("id", column.id);
  v.required("title", column.title);
  v.optional("width", column.width);
}
template <class V>
void shape(V& v, LayoutChart& chart) {
  v.required("title", chart.title);
  v.required("category", chart.category);
  v.required("value", chart.value);
}
template <class V>
void shape(V& v, LayoutTable& table) {
  v.required("rows", table.rows);
  v.required("title", table.title);
  v.required("sheet", table.sheet);
  v.optional("in_document", table.in_document);
  v.optional("document_rows", table.document_rows);
  v.required("columns", table.columns);
  v.optional("chart", table.chart);
}
template <class V>
void shape(V& v, LayoutFigure& figure) {
  v.required("id", figure.id);
  v.required("title", figure.title);
  v.optional("unit", figure.unit);
}
template <class V>
void shape(V& v, LayoutMetric& metric) {
  v.required("id", metric.id);
  v.required("title", metric.title);
  v.required("unit", metric.unit);
  v.optional("top", metric.top);
  v.optional("drawn", metric.drawn);
}
template <class V>
void shape(V& v, LayoutTerm& term) {
  v.required("term", term.term);
  v.required("meaning", term.meaning);
}
template <class V>
void shape(V& v, LayoutSection& section) {
  v.required("title", section.title);
  v.optional("landscape", section.landscape);
  v.optional("text", section.text);
  v.optional("figures", section.figures);
  v.optional("tables", section.tables);
  v.optional("metrics", section.metrics);
  v.optional("metric_columns", section.metric_columns);
  v.optional("terms", section.terms);
}
template <class V>
void shape(V& v, Layout& layout) {
  v.required("id", layout.id);
  v.required("title", layout.title);
  v.required("partial", layout.partial);
  v.optional("labels", layout.labels);
  v.required("sections", layout.sections);
}

namespace {

struct Check {
  std::string file;

  [[nodiscard]] std::unexpected<Error> invalid(std::string path, std::string reason, int line = 0) const {
    return fail("report.layout_invalid", {{"file", file},
                                          {"path", std::move(path)},
                                          {"line", fmt::to_string(line)},
                                          {"reason", std::move(reason)}});
  }

  [[nodiscard]] Result<> columns(const std::string& path, const std::string& rows,
                                 const std::vector<LayoutColumn>& columns) const {
    if (columns.empty()) return invalid(path + ".columns", "no column");
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!has_column(rows, columns[i].id))
        return invalid(fmt::format("{}.columns[{}].id", path, i), "no such column: " + columns[i].id);
      if (!(columns[i].width > 0 && columns[i].width < 100))
        return invalid(fmt::format("{}.columns[{}].width", path, i), "not a width");
    }
    return {};
  }

  [[nodiscard]] Result<> table(const std::string& path, const LayoutTable& table) const {
    if (!has_rows(table.rows)) return invalid(path + ".rows", "no such rows: " + table.rows);
    YAGURA_CHECK(columns(path, table.rows, table.columns));
    if (!table.chart) return {};
    for (const auto& name : {table.chart->category, table.chart->value}) {
      bool shown = false;
      for (const auto& column : table.columns) shown = shown || column.id == name;
      if (!shown) return invalid(path + ".chart", "not a column of the table: " + name);
    }
    return {};
  }

  [[nodiscard]] Result<> section(const std::string& path, const LayoutSection& section) const {
    for (std::size_t i = 0; i < section.figures.size(); ++i)
      if (!has_figure(section.figures[i].id))
        return invalid(fmt::format("{}.figures[{}].id", path, i), "no such figure: " + section.figures[i].id);
    for (std::size_t i = 0; i < section.tables.size(); ++i)
      YAGURA_CHECK(table(fmt::format("{}.tables[{}]", path, i), section.tables[i]));
    for (std::size_t i = 0; i < section.metrics.size(); ++i)
      if (section.metrics[i].top < 1 || section.metrics[i].top > 100 || section.metrics[i].drawn < 1 ||
          section.metrics[i].drawn > 6)
        return invalid(fmt::format("{}.metrics[{}]", path, i), "top must be 1 to 100 and drawn 1 to 6");
    if (!section.metrics.empty())
      YAGURA_CHECK(columns(path + ".metric_columns", "top_devices", section.metric_columns));
    return {};
  }

  // The graphs of metrics are drawn from the days, which stand in a table of their own.
  [[nodiscard]] Result<> days(const Layout& layout) const {
    bool needed = false, shown = false;
    for (const auto& section : layout.sections) {
      needed = needed || !section.metrics.empty();
      for (const auto& table : section.tables) {
        if (table.rows != "daily") continue;
        int found = 0;
        for (const auto& column : table.columns) found += column.id == "day" || column.id == "mean" ? 1 : 0;
        shown = found == 2;
      }
    }
    if (needed && !shown)
      return invalid("sections", "metrics need a table of the rows daily with columns day and mean");
    return {};
  }

  // A sheet is known by its name, and each kind of rows stands in one sheet only.
  [[nodiscard]] Result<> sheets(const Layout& layout) const {
    std::set<std::string> names, rows;
    for (const auto& section : layout.sections)
      for (const auto& table : section.tables) {
        if (!rows.insert(table.rows).second) return invalid("sections", "rows shown twice: " + table.rows);
        for (const auto language : {Language::ja, Language::en})
          if (!names.insert((language == Language::ja ? "ja " : "en ") + table.sheet.in(language)).second)
            return invalid("sections", "sheet named twice: " + table.sheet.in(language));
      }
    return {};
  }
};

}  // namespace

std::string Layout::label(const std::string& group, const std::string& value, Language language) const {
  if (const auto found = labels.find(group); found != labels.end())
    if (const auto one = found->second.find(value); one != found->second.end())
      return one->second.in(language);
  return value;
}

Result<Layout> load_layout(const std::filesystem::path& file) {
  YAGURA_TRY(const auto value, schema::read_yaml(file));
  std::vector<schema::Fault> faults;
  Layout layout = schema::read<Layout>(value, faults);
  const Check check{file.string()};
  if (!faults.empty()) return check.invalid(faults[0].path, faults[0].error.text(), faults[0].line);
  for (std::size_t i = 0; i < layout.sections.size(); ++i)
    YAGURA_CHECK(check.section(fmt::format("sections[{}]", i), layout.sections[i]));
  YAGURA_CHECK(check.sheets(layout));
  YAGURA_CHECK(check.days(layout));
  for (const auto& section : layout.sections)
    for (const auto& metric : section.metrics)
      layout.labels["metric"].insert_or_assign(metric.id, metric.title);
  return layout;
}

}  // namespace yagura::report
