#include <fmt/format.h>

#include <algorithm>

#include "document/docx_builder.hpp"
#include "report/print.hpp"

namespace yagura::report {

namespace {

using document::Align;

Align align_of(Shown shown) {
  switch (shown) {
    case Shown::text:
      return Align::left;
    case Shown::when:
    case Shown::day:
      return Align::centre;
    default:
      return Align::right;
  }
}

class Printer {
 public:
  Printer(const Pages& pages, const document::Properties& properties)
      : pages_(pages),
        ja_(pages.language == Language::ja),
        out_({.cover = true,
              .header_text =
                  pages.title + "　" + pages.month + (pages.partial.empty() ? "" : "　" + pages.partial),
              .chapter = pages.language == Language::ja ? "第%1章" : "%1."},
             properties) {}

  Result<std::string> run() {
    cover();
    bool landscape = false;
    for (std::size_t i = 0; i < pages_.sections.size(); ++i) {
      const auto& section = pages_.sections[i];
      // The cover is a page of its own; after it the first section starts a new one in any case.
      if (i == 0 && section.landscape == landscape) out_.page_break();
      if (section.landscape != landscape) out_.section(section.landscape);
      landscape = section.landscape;
      YAGURA_CHECK(print(section));
    }
    return out_.finish();
  }

 private:
  void cover() {
    const auto line = [&](std::string_view text, double size, double before, Align align, bool bold = false) {
      out_.paragraph(
          text, {.align = align, .size = size, .bold = bold, .gothic = bold, .before = before, .after = 6});
    };
    line(pages_.as_of, 10.5, 0, Align::right);
    line(ja_ ? pages_.client + "　御中" : "To: " + pages_.client, 14, 36, Align::left);
    line(pages_.contract, 15, 120, Align::centre, true);
    line(pages_.title, 28, 24, Align::centre, true);
    line(pages_.month, 18, 18, Align::centre, true);
    line((ja_ ? "対象期間　" : "Period: ") + pages_.period, 11, 24, Align::centre);
    if (!pages_.partial.empty()) line(pages_.partial, 12, 12, Align::centre, true);
    line(pages_.contractor, 14, 200, Align::right);
  }

  Result<> print(const PageSection& section) {
    out_.heading(1, section.title);
    for (const auto& text : section.text) out_.paragraph(text, {.after = 4, .keep_next = true});
    if (!section.figures.empty()) figures(section.figures);
    const auto shown = std::ranges::count_if(section.tables, &PageTable::in_document);
    for (const auto& table : section.tables)
      if (table.in_document) YAGURA_CHECK(print(table, shown > 1));
    if (!section.terms.empty()) terms(section.terms);
    return {};
  }

  void figures(const std::vector<PageFigure>& figures) {
    const std::vector<document::TableColumn> columns = {{ja_ ? "項目" : "Item", 6, Align::left},
                                                        {ja_ ? "値" : "Value", 3, Align::right},
                                                        {ja_ ? "単位" : "Unit", 1.4, Align::left}};
    document::TextRows rows;
    bool wide = false;
    for (const auto& one : figures) {
      rows.push_back({one.title, shown_text(one.entry, one.shown), one.unit});
      wide = wide || one.shown == Shown::text;
    }
    if (wide) return wide_figures(rows);
    out_.table(columns, rows, {.size = 10, .first_bold = true, .width_mm = 115});
  }

  // A hash does not fit beside numbers.
  void wide_figures(document::TextRows& rows) {
    for (auto& row : rows) {
      if (!row[2].empty()) row[1] += " " + row[2];
      row.pop_back();
    }
    const std::vector<document::TableColumn> columns = {{ja_ ? "項目" : "Item", 1, Align::left},
                                                        {ja_ ? "値" : "Value", 4, Align::left}};
    out_.table(columns, rows, {.size = 9, .first_bold = true});
  }

  Result<> print(const PageTable& table, bool titled) {
    if (titled) out_.heading(2, table.title);
    if (table.chart)
      YAGURA_CHECK(out_.chart(*table.chart, out_.text_width_mm(),
                              table.chart->look.kind == document::ChartKind::line ? 58 : 66));
    if (table.rows.rows.empty()) {
      out_.paragraph(ja_ ? "該当はありません。" : "There were none.");
      return {};
    }
    std::vector<document::TableColumn> columns;
    for (std::size_t i = 0; i < table.column_titles.size(); ++i)
      columns.push_back({table.column_titles[i], table.widths[i], align_of(table.rows.shown[i])});
    document::TextRows rows;
    const auto some =
        std::min(table.rows.rows.size(), static_cast<std::size_t>(std::max(0, table.document_rows)));
    for (std::size_t r = 0; r < some; ++r) {
      auto& row = rows.emplace_back();
      for (std::size_t c = 0; c < table.rows.shown.size(); ++c)
        row.push_back(shown_text(table.rows.rows[r][c], table.rows.shown[c]));
    }
    if (some > 0) out_.table(columns, rows, {.size = 8.5});
    const auto left = table.rows.rows.size() - some;
    if (some == 0)
      out_.paragraph(
          ja_ ? fmt::format("数値は、別添の Excel ブックのシート「{}」に記載しています。", table.sheet)
              : fmt::format("The numbers stand in the sheet “{}” of the workbook.", table.sheet));
    else if (left > 0)
      out_.paragraph(
          ja_ ? fmt::format("ほか {} 件は、別添の Excel ブックのシート「{}」に記載しています。", left,
                            table.sheet)
              : fmt::format("{} more stand in the sheet “{}” of the workbook.", left, table.sheet));
    return {};
  }

  void terms(const std::vector<std::pair<std::string, std::string>>& terms) {
    const std::vector<document::TableColumn> columns = {{ja_ ? "用語" : "Term", 1, Align::left},
                                                        {ja_ ? "意味" : "Meaning", 4, Align::left}};
    document::TextRows rows;
    for (const auto& [term, meaning] : terms) rows.push_back({term, meaning});
    out_.table(columns, rows, {.size = 9, .first_bold = true});
  }

  const Pages& pages_;
  const bool ja_;
  document::DocxBuilder out_;
};

}  // namespace

Result<std::string> print_docx(const Pages& pages, const document::Properties& properties) {
  return Printer(pages, properties).run();
}

}  // namespace yagura::report
