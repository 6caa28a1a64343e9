// How a report is laid out: which sections, figures and tables, in which words. Data, not code.
//
// The file is share/reports/<name>.yaml; its form is told in share/reports/README.md. Names of figures,
// tables and columns are those the report room offers (row_sets.hpp, figure_set.hpp); an unknown one is a
// fault.
// Errors:  report.layout_invalid(file, path, line, reason), those of schema/yaml.hpp.
// Threads: values and pure functions.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace yagura::report {

enum class Language { ja, en };

// A text in both languages.
struct Label {
  std::string ja, en;
  [[nodiscard]] const std::string& in(Language language) const { return language == Language::ja ? ja : en; }
};

struct LayoutColumn {
  std::string id;
  Label title;
  double width = 1;  // a share of the page; ten times this in characters in a workbook
};

struct LayoutChart {
  Label title;
  std::string category, value;  // columns
};

struct LayoutTable {
  std::string rows;  // which rows: alerts, incidents, ...
  Label title;
  Label sheet;              // name of its sheet in the workbook
  bool in_document = true;  // false: only in the workbook
  int document_rows = 100;  // more stand in the workbook only, and the document says so
  std::vector<LayoutColumn> columns;
  std::optional<LayoutChart> chart;
};

struct LayoutFigure {
  std::string id;
  Label title, unit;
};

struct LayoutMetric {
  std::string id;
  Label title, unit;
  int top = 10;
  int drawn = 5;  // how many of them the graph shows
};

struct LayoutTerm {
  Label term, meaning;
};

struct LayoutSection {
  Label title;
  bool landscape = false;
  std::vector<Label> text;
  std::vector<LayoutFigure> figures;
  std::vector<LayoutTable> tables;
  std::vector<LayoutMetric> metrics;  // a top list and a graph for each, after the tables
  std::vector<LayoutColumn> metric_columns;
  std::vector<LayoutTerm> terms;
};

struct Layout {
  std::string id;
  Label title;
  Label partial;  // stands under the title while the month lasts; {until} is the moment it goes up to
  std::map<std::string, std::map<std::string, Label>> labels;  // severity, state, outcome, agreed, met
  std::vector<LayoutSection> sections;

  // The label of a value, or the value itself.
  [[nodiscard]] std::string label(const std::string& group, const std::string& value,
                                  Language language) const;
};

Result<Layout> load_layout(const std::filesystem::path& file);

}  // namespace yagura::report
