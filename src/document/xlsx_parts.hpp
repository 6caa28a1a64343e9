// The small parts of a workbook: sheet list, shared strings, which styles are dates. Inner to the reader.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "document/number_format.hpp"
#include "document/xlsx_reader.hpp"

namespace yagura::document {

// All shared strings in one block: a million short strings cost their bytes and eight more each.
class SharedStrings {
 public:
  void append(std::string_view piece) { text_.append(piece); }
  void end_of_string() { ends_.push_back(text_.size()); }
  [[nodiscard]] std::size_t count() const { return ends_.size(); }
  [[nodiscard]] std::size_t bytes() const { return text_.size() + ends_.size() * sizeof(std::size_t); }
  [[nodiscard]] std::string_view at(std::size_t i) const {
    const std::size_t from = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(text_).substr(from, ends_[i] - from);
  }

 private:
  std::string text_;
  std::vector<std::size_t> ends_;
};

struct WorkbookParts {
  std::vector<Sheet> sheets;
  bool date1904 = false;
  std::vector<DateFormat> styles;  // by the index in a cell's s attribute
  SharedStrings strings;
};

Result<WorkbookParts> load_workbook(ZipReader& archive, const XlsxLimits& limits);

}  // namespace yagura::document
