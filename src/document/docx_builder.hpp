// Builds Word documents from nothing: headings with chapter numbers, paragraphs, tables, pictures, charts.
//
// Purpose: reports and notices as Japanese offices file them. The same calls give the same bytes. Fonts are
//          named, not embedded: ＭＳ 明朝 and ＭＳ ゴシック stand on every office PC. Charts are Word's own,
//          with their numbers inside, so a reader can open and change them.
// Not for: filling a city's own form (docx_template.hpp).
// Units:   millimetres on paper, points for type.
// Errors:  document.broken for a picture that is no PNG; document.write_failed.
// Follows: ECMA-376 part 1 (WordprocessingML, transitional), order of elements as its schema wants.
// Threads: one builder, one thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "document/archive.hpp"
#include "document/chart.hpp"
#include "document/properties.hpp"
#include "document/xlsx_writer.hpp"

namespace yagura::document {

struct DocxSetup {
  Paper paper = Paper::a4;
  bool landscape = false;
  bool cover = false;            // the first page carries neither header nor number; the next one is page 1
  std::string header_text = {};  // at the top right of each page
  std::string body_font = "ＭＳ 明朝";
  std::string heading_font = "ＭＳ ゴシック";
  std::string chapter = "第%1章";  // how headings of level 1 are numbered; level 2 is 1.1, level 3 is (1)
};

struct Paragraph {
  Align align = Align::general;
  double size = 10.5;
  bool bold = false;
  bool gothic = false;  // in the heading font
  double before = 0;    // points above and below
  double after = 3;
  double indent = 0;       // mm
  bool keep_next = false;  // stays on the page of what follows
};

struct TableColumn {
  std::string title = {};
  double width = 1;  // a share of the width of the text
  Align align = Align::general;
};

struct TableLook {
  double size = 9;
  bool header = true;       // titles, repeated on each page
  bool first_bold = false;  // the first column names the row
  double width_mm = 0;      // 0: as wide as the text
};

using TextRows = std::vector<std::vector<std::string>>;

class DocxBuilder {
 public:
  DocxBuilder(DocxSetup setup, Properties properties);

  void heading(int level, std::string_view text, bool numbered = true);  // level 1 to 3
  void paragraph(std::string_view text, const Paragraph& look = {});     // "\n" is a line break
  void bullet(std::string_view text);
  // Rows shorter than the columns are filled with empty cells; longer ones are a mistake of the caller.
  void table(std::span<const TableColumn> columns, const TextRows& rows, const TableLook& look = {});
  Result<> picture(std::string png, double width_mm, std::string_view description);
  Result<> chart(const ChartData& chart, double width_mm, double height_mm);
  void page_break();
  // What follows stands on a new page of this direction.
  void section(bool landscape);

  // Width between the margins of the current section.
  [[nodiscard]] double text_width_mm() const;

  // The file's bytes. Nothing can be written afterwards.
  Result<std::string> finish();

 private:
  [[nodiscard]] std::string section_properties() const;
  std::string add_relation(std::string_view type, std::string_view target);
  void inline_drawing(double width_mm, double height_mm, std::string_view description,
                      std::string_view graphic);

  DocxSetup setup_;
  Properties properties_;
  bool landscape_;
  bool first_section_ = true;
  std::string body_, relations_, overrides_;
  int next_relation_ = 10, next_drawing_ = 1, next_part_ = 1;
  ZipWriter zip_;
};

}  // namespace yagura::document
