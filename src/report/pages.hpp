// A report between counting and printing: titles, figures and tables, in one language, for any kind of file.
//
// Threads: values and pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "document/chart.hpp"
#include "report/row_sets.hpp"

namespace yagura::report {

struct PageFigure {
  std::string title, unit;
  Entry entry;
  Shown shown = Shown::count;
};

struct PageTable {
  std::string rows_id;  // "alerts"; "top:cpu" for the top list of a metric
  std::string title, sheet;
  bool in_document = true;
  int document_rows = 100;
  std::vector<std::string> column_titles;
  std::vector<double> widths;
  Rows rows;
  std::optional<document::ChartData> chart;
  // Where the numbers of the chart stand in the workbook: one block of rows for each series.
  struct Block {
    std::string rows_id;
    int category_column = 0, value_column = 0;
    std::size_t first = 0, count = 0;
  };
  std::vector<Block> blocks;
};

struct PageSection {
  std::string title;
  bool landscape = false;
  std::vector<std::string> text;
  std::vector<PageFigure> figures;
  std::vector<PageTable> tables;
  std::vector<std::pair<std::string, std::string>> terms;
};

struct Pages {
  Language language = Language::ja;
  std::string title, month, contract, client, contractor, as_of, period;
  std::string partial;  // "" when the month is over
  std::vector<PageSection> sections;
};

Pages make_pages(const Facts& facts);

// A value as the reader of a document sees it: 2026/04/28 17:10, 99.987, 1,234.
std::string shown_text(const Entry& entry, Shown shown);

}  // namespace yagura::report
