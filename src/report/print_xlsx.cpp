#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "document/xlsx_writer.hpp"
#include "report/print.hpp"

namespace yagura::report {

namespace {

using document::Align;
using document::Cell;

constexpr int title_rows = 3;  // title, month, an empty row; then the titles of the columns
constexpr std::uint32_t header_fill = 0xe6ecf5, link_colour = 0x0017c1;

const char* number_format(Shown shown) {
  switch (shown) {
    case Shown::count:
      return "#,##0";
    case Shown::percent:
      return "0.000";
    case Shown::number:
    case Shown::minutes:
      return "#,##0.0";
    case Shown::when:
      return "yyyy/mm/dd hh:mm";
    case Shown::day:
      return "yyyy/mm/dd";
    case Shown::text:
      break;
  }
  return "";
}

// Excel allows 31 characters and not these.
std::string sheet_name(std::string_view title) {
  std::string out;
  std::size_t characters = 0;
  for (const char c : title) {
    if ((static_cast<unsigned char>(c) & 0xc0) != 0x80 && ++characters > 31) break;
    if (std::string_view("[]:*?/\\'").find(c) != std::string_view::npos)
      out += "・";
    else
      out += c;
  }
  return out;
}

class Printer {
 public:
  Printer(const Pages& pages, const document::Properties& properties)
      : pages_(pages), ja_(pages.language == Language::ja), book_(properties) {}

  Result<std::string> run() {
    const std::string header = pages_.title + " " + pages_.month;
    YAGURA_TRY(summary_, book_.add_sheet(ja_ ? "総括" : "Summary", {.header_text = header}));
    for (const auto& section : pages_.sections)
      for (const auto& table : section.tables) {
        YAGURA_TRY(const int sheet, book_.add_sheet(sheet_name(table.sheet), {.landscape = true,
                                                                              .header_rows = title_rows + 1,
                                                                              .header_text = header}));
        sheets_[table.rows_id] = sheet;
      }
    summary();
    for (const auto& section : pages_.sections)
      for (const auto& table : section.tables) print(table);
    return book_.finish();
  }

 private:
  int style(Shown shown, bool linked) {
    const Align align = shown == Shown::text                          ? Align::left
                        : shown == Shown::when || shown == Shown::day ? Align::centre
                                                                      : Align::right;
    document::Style out{
        .border = true, .wrap = shown == Shown::text, .align = align, .number_format = number_format(shown)};
    if (linked) out.colour = link_colour;
    return book_.style(out);
  }

  void write(int sheet, int row, int column, const Entry& entry, Shown shown) {
    const auto target = sheets_.find(std::string(entry.rows_behind));
    if (entry.rows_behind.empty() || target == sheets_.end())
      return book_.cell(sheet, row, column, entry.value, style(shown, false));
    book_.link(sheet, row, column, entry.value, style(shown, true), target->second,
               title_rows + 1 + static_cast<int>(entry.first_behind));
  }

  void summary() {
    const int title = book_.style({.size = 16, .bold = true});
    const int plain = book_.style({});
    const int name = book_.style({.bold = true, .border = true, .fill = header_fill});
    const int head = book_.style({.bold = true, .border = true, .align = Align::centre, .fill = header_fill});
    book_.width(summary_, 0, 0, 34);
    book_.width(summary_, 1, 1, 30);
    book_.width(summary_, 2, 2, 10);
    book_.width(summary_, 3, 3, 24);
    book_.cell(summary_, 0, 0, pages_.title + "　" + pages_.month, title);
    int row = 1;
    for (const auto& line : {pages_.contract, pages_.client, pages_.contractor, pages_.period})
      book_.cell(summary_, row++, 0, line, plain);
    if (!pages_.partial.empty()) book_.cell(summary_, row++, 0, pages_.partial, book_.style({.bold = true}));
    for (const auto& section : pages_.sections) {
      if (section.figures.empty()) continue;
      book_.cell(summary_, ++row, 0, section.title, head);
      book_.cell(summary_, row, 1, ja_ ? "値" : "Value", head);
      book_.cell(summary_, row, 2, ja_ ? "単位" : "Unit", head);
      book_.cell(summary_, row++, 3, ja_ ? "明細のシート" : "Rows behind it", head);
      for (const auto& one : section.figures) {
        book_.cell(summary_, row, 0, one.title, name);
        write(summary_, row, 1, one.entry, one.shown);
        book_.cell(summary_, row, 2, one.unit, style(Shown::text, false));
        const auto target = sheets_.find(std::string(one.entry.rows_behind));
        const Entry where{Cell{target == sheets_.end() ? "" : sheet_title(target->first)},
                          one.entry.rows_behind, 0};
        write(summary_, row++, 3, where, Shown::text);
      }
    }
    terms(row + 1);
  }

  void terms(int row) {
    const int name = book_.style({.bold = true, .border = true, .wrap = true, .fill = header_fill});
    const int text = book_.style({.border = true, .wrap = true});
    for (const auto& section : pages_.sections)
      for (const auto& [term, meaning] : section.terms) {
        book_.cell(summary_, row, 0, term, name);
        book_.merge(summary_, {row, 1, row, 3}, meaning, text);
        // A merged cell does not grow by itself: 60 columns of half width fit a line.
        book_.height(summary_, row++, 16.0 * static_cast<double>(1 + columns(meaning) / 60));
      }
  }

  [[nodiscard]] std::string sheet_title(const std::string& rows_id) const {
    for (const auto& section : pages_.sections)
      for (const auto& table : section.tables)
        if (table.rows_id == rows_id) return table.sheet;
    return {};
  }

  void print(const PageTable& table) {
    const int sheet = sheets_.at(table.rows_id);
    const int count = static_cast<int>(table.column_titles.size());
    book_.cell(sheet, 0, 0, table.title, book_.style({.size = 14, .bold = true}));
    book_.cell(sheet, 1, 0, pages_.month, book_.style({}));
    const int head = book_.style(
        {.bold = true, .border = true, .wrap = true, .align = Align::centre, .fill = header_fill});
    for (int c = 0; c < count; ++c) {
      const auto i = static_cast<std::size_t>(c);
      book_.cell(sheet, title_rows, c, table.column_titles[i], head);
      book_.width(sheet, c, c, std::max(table.widths[i] * 10, least_width(table.rows.shown[i])));
    }
    int row = title_rows;
    for (const auto& entries : table.rows.rows) {
      ++row;
      for (int c = 0; c < count; ++c)
        write(sheet, row, c, entries[static_cast<std::size_t>(c)],
              table.rows.shown[static_cast<std::size_t>(c)]);
    }
    book_.filter(sheet, {title_rows, 0, std::max(row, title_rows), count - 1});
    if (table.chart) chart(sheet, count + 1, table);
  }

  static double least_width(Shown shown) { return shown == Shown::when ? 17 : shown == Shown::day ? 12 : 9; }

  void chart(int sheet, int column, const PageTable& table) {
    const auto range = [](const PageTable::Block& block, int of) {
      const int first = title_rows + 1 + static_cast<int>(block.first);
      return document::CellRange{first, of, first + static_cast<int>(block.count) - 1, of};
    };
    document::SheetChart drawn{.look = table.chart->look,
                               .categories = range(table.blocks[0], table.blocks[0].category_column),
                               .series = {}};
    drawn.sheet = sheets_.at(table.blocks[0].rows_id);
    for (std::size_t i = 0; i < table.blocks.size(); ++i)
      drawn.series.push_back(
          {table.chart->series[i].name, range(table.blocks[i], table.blocks[i].value_column)});
    drawn.row = title_rows;
    drawn.column = column;
    drawn.scale_x = 1.5;
    drawn.scale_y = 1.2;
    book_.chart(sheet, drawn);
  }

  const Pages& pages_;
  const bool ja_;
  document::XlsxWriter book_;
  int summary_ = 0;
  std::map<std::string, int> sheets_;
};

}  // namespace

Result<std::string> print_xlsx(const Pages& pages, const document::Properties& properties) {
  return Printer(pages, properties).run();
}

}  // namespace yagura::report
