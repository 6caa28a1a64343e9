// Writes .xlsx workbooks that Excel, LibreOffice and Google open and people can print.
//
// Purpose: typed cells, styles, links inside the book, charts, print set-up. The same calls give the same
//          bytes. Text is always text: "=1+1" or "@x" from outside never becomes a formula.
// Limits:  Excel's own: 1,048,576 rows, 16,384 columns, 32,767 characters in a cell (longer text is cut and
//          marked with "…"), 65,530 links in a sheet (further cells are written without their link).
// Units:   rows and columns from 0; widths in characters; colours 0xRRGGBB.
// Errors:  document.write_failed from add_sheet() and finish(); a failing cell is remembered for finish().
// Threads: one writer, one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "document/cell.hpp"
#include "document/chart.hpp"
#include "document/properties.hpp"

namespace yagura::document {

enum class Align { general, left, centre, right };

struct Style {
  std::string font = "游ゴシック";
  double size = 10;
  bool bold = false;
  bool border = false;
  bool wrap = false;
  Align align = Align::general;
  std::optional<std::uint32_t> fill = {}, colour = {};
  std::string number_format = {};  // "": dates get one that fits, the rest is General
  auto operator<=>(const Style&) const = default;
};

enum class Paper { a4, a3 };

struct SheetSetup {
  Paper paper = Paper::a4;
  bool landscape = false;
  int header_rows = 0;  // stay on screen and are printed on each page
  int frozen_columns = 0;
  bool fit_width = true;         // one page wide, as long as it needs
  std::string header_text = {};  // printed at the top left of each page; page numbers stand at the foot
};

struct CellRange {
  int first_row, first_column, last_row, last_column;
};

struct SheetChart {
  struct Series {
    std::string name;
    CellRange values;
  };
  ChartLook look;
  CellRange categories;
  std::vector<Series> series;
  int sheet = 0;  // where the data stand
  int row = 0, column = 0;
  double scale_x = 1, scale_y = 1;  // of 480 x 288 pixels
};

class XlsxWriter {
 public:
  // streaming: each row must be finished before the next, memory stays small (100,000 rows and more);
  // links on numbers and charts need streaming off.
  explicit XlsxWriter(const Properties& properties, bool streaming = false);
  XlsxWriter(XlsxWriter&&) noexcept;
  XlsxWriter& operator=(XlsxWriter&&) noexcept;
  ~XlsxWriter();

  Result<int> add_sheet(const std::string& name, const SheetSetup& setup = {});
  int style(const Style& style);  // the same style gives the same number

  void cell(int sheet, int row, int column, const Cell& value, int style);
  // A cell that leads to another sheet of the book when clicked.
  void link(int sheet, int row, int column, const Cell& value, int style, int to_sheet, int to_row = 0);
  void merge(int sheet, const CellRange& range, std::string_view text, int style);
  void width(int sheet, int first_column, int last_column, double characters);
  void height(int sheet, int row, double points);
  void filter(int sheet, const CellRange& range);
  void chart(int sheet, const SheetChart& chart);

  // The file's bytes. Nothing can be written afterwards.
  Result<std::string> finish();

 private:
  struct Book;
  std::unique_ptr<Book> book_;
};

}  // namespace yagura::document
