#include "ledger/import_file.hpp"

#include <array>
#include <fstream>

#include "base/text.hpp"
#include "document/csv.hpp"
#include "document/xlsx_reader.hpp"

namespace yagura::ledger {

using schema::Value;

namespace {

Value value_of(const document::Cell& cell) {
  if (const auto* number = std::get_if<double>(&cell)) return Value(*number);
  if (const auto* flag = std::get_if<bool>(&cell)) return Value(*flag);
  if (const auto* error = std::get_if<document::CellError>(&cell))
    return Value::object({{"error", Value(error->code)}});
  return Value(document::to_text(cell));
}

// Our own CSV export puts an apostrophe before what a spreadsheet would run; it is not part of the text.
Value value_of(const std::string& text) {
  const bool guarded = text.size() > 1 && text[0] == '\'' && std::string_view("=+-@\t\r").contains(text[1]);
  return Value(guarded ? text.substr(1) : text);
}

bool is_workbook(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::array<char, 2> first{};
  in.read(first.data(), first.size());
  // A zip archive, or the container of old and of encrypted workbooks (whose error the reader words).
  return (first[0] == 'P' && first[1] == 'K') || (first[0] == '\xd0' && first[1] == '\xcf');
}

// Puts the first row that is not empty to headings and the others to use.
class Table {
 public:
  using Headings = std::function<Result<void>(const std::vector<std::string>&)>;
  using Use = std::function<Result<void>(FileRow&&)>;
  Table(const Headings& headings, const Use& use) : headings_(headings), use_(use) {}

  Result<void> row(std::int64_t line, std::vector<Value> cells) {
    bool empty = true;
    for (const auto& cell : cells) empty = empty && cell.is_text() && trim(cell.text()).empty();
    if (empty) return {};
    if (columns_ == 0) {
      std::vector<std::string> names;
      for (const auto& cell : cells) names.emplace_back(trim(cell.text()));
      columns_ = names.size();
      return headings_(names);
    }
    if (++rows_ > import_rows_most)
      return fail("ledger.import_too_large", {{"limit", std::to_string(import_rows_most)}});
    cells.resize(columns_);
    return use_({line, std::move(cells)});
  }
  [[nodiscard]] bool any() const { return rows_ > 0; }

 private:
  const Headings& headings_;
  const Use& use_;
  std::size_t columns_ = 0;
  std::int64_t rows_ = 0;
};

}  // namespace

Result<void> read_import_file(const std::filesystem::path& file,
                              const std::function<Result<void>(const std::vector<std::string>&)>& headings,
                              const std::function<Result<void>(FileRow&&)>& use) {
  Table table(headings, use);
  if (is_workbook(file)) {
    YAGURA_TRY(auto book, document::XlsxReader::open(file.string()));
    if (book.sheets().empty()) return fail("ledger.import_empty");
    YAGURA_CHECK(book.rows(0, [&](const document::Row& row) {
      std::vector<Value> cells;
      for (const auto& cell : row.cells) cells.push_back(value_of(cell));
      return table.row(row.number, std::move(cells));
    }));
  } else {
    YAGURA_CHECK(document::read_csv_file(file.string(), {}, [&](const document::CsvRow& row) {
      std::vector<Value> cells;
      for (const auto& cell : row.cells) cells.push_back(value_of(cell));
      return table.row(static_cast<std::int64_t>(row.line), std::move(cells));
    }));
  }
  if (!table.any()) return fail("ledger.import_empty");
  return {};
}

}  // namespace yagura::ledger
