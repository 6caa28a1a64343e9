// Line and column charts as office programs draw them themselves: editable, in the reader's own fonts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace yagura::document {

enum class ChartKind { line, column, bar };

struct ChartLook {
  ChartKind kind = ChartKind::line;
  std::string title = {}, x_title = {}, y_title = {};
  std::string number_format = "General";  // of the value axis
  bool legend = true;
  double least = 0, most = 0;  // of the value axis; equal: left to the program
};

// A chart with its own numbers, for documents. NaN is a gap.
struct ChartData {
  struct Series {
    std::string name;
    std::vector<double> values;
  };
  ChartLook look;
  std::vector<std::string> categories;
  std::vector<Series> series;
};

}  // namespace yagura::document
