#include "document/xlsx_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <map>

#include "document/archive.hpp"
#include "document/number_format.hpp"
#include "document/xml_text.hpp"

namespace yagura::document {

namespace {

constexpr std::size_t most_characters = 32'767;
constexpr int most_links = 65'530;
// Colours that stay apart in grey print and for colour-blind readers.
constexpr std::array<std::uint32_t, 6> series_colours = {0x0017c1, 0xb35900, 0x197a4b,
                                                         0x8b2fc9, 0x666666, 0xc40000};

lxw_row_t as_row(int row) { return static_cast<lxw_row_t>(row); }
lxw_col_t as_column(int column) { return static_cast<lxw_col_t>(column); }
char* text_of(const std::string& text) {
  return const_cast<char*>(text.c_str());
}  // the library never writes there

bool is_escape(std::string_view at) {
  return at.size() >= 7 && at.starts_with("_x") && at[6] == '_' &&
         std::isxdigit(static_cast<unsigned char>(at[2])) &&
         std::isxdigit(static_cast<unsigned char>(at[3])) &&
         std::isxdigit(static_cast<unsigned char>(at[4])) && std::isxdigit(static_cast<unsigned char>(at[5]));
}

// Text Excel shows as given: valid, short enough, and no accidental _x0041_ escapes.
std::string cell_text(std::string_view raw) {
  std::string text = valid_xml_text(raw);
  if (text.find("_x") != std::string::npos) {
    std::string escaped;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (is_escape(std::string_view(text).substr(i))) escaped += "_x005F";
      escaped += text[i];
    }
    text = std::move(escaped);
  }
  if (text.size() <= most_characters) return text;
  std::size_t characters = 0, keep = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) == 0x80) continue;
    characters += static_cast<unsigned char>(text[i]) >= 0xf0 ? 2 : 1;  // Excel counts UTF-16 units
    if (characters <= most_characters) keep = i;
  }
  if (characters > most_characters) text = text.substr(0, keep) + "…";
  return text;
}

std::string quoted_sheet(std::string_view name) {
  std::string out = "'";
  for (const char c : name) out.append(c == '\'' ? 2 : 1, c);
  return out + "'";
}

std::uint8_t alignment(Align align) {
  switch (align) {
    case Align::left:
      return LXW_ALIGN_LEFT;
    case Align::centre:
      return LXW_ALIGN_CENTER;
    case Align::right:
      return LXW_ALIGN_RIGHT;
    case Align::general:
      break;
  }
  return LXW_ALIGN_NONE;
}

struct CloseDescriptor {
  int descriptor = -1;
  ~CloseDescriptor() {
    if (descriptor >= 0) close(descriptor);
  }
};

}  // namespace

struct XlsxWriter::Book {
  CloseDescriptor file;  // the library writes to a path; this one is memory
  std::string path;
  lxw_workbook* workbook = nullptr;
  bool streaming = false;
  struct SheetState {
    lxw_worksheet* sheet;
    std::string name;
    int links = 0;
  };
  std::vector<SheetState> sheets;
  std::vector<lxw_format*> formats;
  std::vector<Style> styles;
  std::map<Style, int> known;
  std::optional<std::string> trouble;

  ~Book() {
    if (workbook != nullptr) lxw_workbook_free(workbook);
  }
  void note(lxw_error error) {
    if (error != LXW_NO_ERROR && !trouble) trouble = lxw_strerror(error);
  }
  SheetState& at(int sheet) {
    YAGURA_ASSERT(sheet >= 0 && static_cast<std::size_t>(sheet) < sheets.size());
    return sheets[static_cast<std::size_t>(sheet)];
  }
  lxw_format* format(int style) {
    YAGURA_ASSERT(style >= 0 && static_cast<std::size_t>(style) < formats.size());
    return formats[static_cast<std::size_t>(style)];
  }
  void set_properties(const Properties& properties);
};

void XlsxWriter::Book::set_properties(const Properties& properties) {
  const std::string title = valid_xml_text(properties.title), author = valid_xml_text(properties.author),
                    subject = valid_xml_text(properties.subject);
  lxw_doc_properties about{};
  about.title = text_of(title);
  about.author = text_of(author);
  about.subject = text_of(subject);
  about.created =
      std::chrono::duration_cast<std::chrono::seconds>(properties.created.time_since_epoch()).count();
  if (about.created == 0) about.created = 1;  // 0 would mean the real clock
  note(workbook_set_properties(workbook, &about));
}

XlsxWriter::XlsxWriter(const Properties& properties, bool streaming) : book_(std::make_unique<Book>()) {
  book_->streaming = streaming;
  book_->file.descriptor = memfd_create("workbook", MFD_CLOEXEC);
  if (book_->file.descriptor < 0) {
    book_->trouble = std::strerror(errno);
    return;
  }
  book_->path = fmt::format("/proc/self/fd/{}", book_->file.descriptor);
  lxw_workbook_options options{};
  options.constant_memory = streaming ? LXW_TRUE : LXW_FALSE;
  book_->workbook = workbook_new_opt(book_->path.c_str(), &options);
  if (book_->workbook == nullptr) {
    book_->trouble = "no memory";
    return;
  }
  book_->set_properties(properties);
}

XlsxWriter::XlsxWriter(XlsxWriter&&) noexcept = default;
XlsxWriter& XlsxWriter::operator=(XlsxWriter&&) noexcept = default;
XlsxWriter::~XlsxWriter() = default;

Result<int> XlsxWriter::add_sheet(const std::string& name, const SheetSetup& setup) {
  if (book_->workbook == nullptr) return fail("document.write_failed", {{"reason", *book_->trouble}});
  if (const auto error = workbook_validate_sheet_name(book_->workbook, name.c_str()); error != LXW_NO_ERROR)
    return fail("document.write_failed", {{"reason", lxw_strerror(error)}, {"sheet", name}});
  lxw_worksheet* sheet = workbook_add_worksheet(book_->workbook, name.c_str());
  if (sheet == nullptr) return fail("document.write_failed", {{"reason", "no sheet"}, {"sheet", name}});
  worksheet_set_paper(sheet, setup.paper == Paper::a4 ? 9 : 8);
  if (setup.landscape) worksheet_set_landscape(sheet);
  if (setup.fit_width) worksheet_fit_to_pages(sheet, 1, 0);
  worksheet_set_margins(sheet, 0.6, 0.6, 0.75, 0.75);
  if (!setup.header_text.empty()) {
    std::string header = "&L&9";  // "&" starts a code in header text
    for (const char c : valid_xml_text(setup.header_text)) header.append(c == '&' ? 2 : 1, c);
    book_->note(worksheet_set_header(sheet, header.c_str()));
  }
  book_->note(worksheet_set_footer(sheet, "&C&9&P / &N"));
  if (setup.header_rows > 0 || setup.frozen_columns > 0)
    worksheet_freeze_panes(sheet, as_row(setup.header_rows), as_column(setup.frozen_columns));
  if (setup.header_rows > 0) book_->note(worksheet_repeat_rows(sheet, 0, as_row(setup.header_rows - 1)));
  book_->sheets.push_back({sheet, name});
  return static_cast<int>(book_->sheets.size()) - 1;
}

int XlsxWriter::style(const Style& style) {
  if (const auto found = book_->known.find(style); found != book_->known.end()) return found->second;
  lxw_format* format = book_->workbook == nullptr ? nullptr : workbook_add_format(book_->workbook);
  if (format != nullptr) {
    format_set_font_name(format, style.font.c_str());
    format_set_font_size(format, style.size);
    if (style.bold) format_set_bold(format);
    if (style.border) {
      format_set_border(format, LXW_BORDER_THIN);
      format_set_border_color(format, 0x949494);
    }
    if (style.wrap) format_set_text_wrap(format);
    format_set_align(format, alignment(style.align));
    format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
    if (style.fill) format_set_bg_color(format, *style.fill);
    if (style.colour) format_set_font_color(format, *style.colour);
    if (!style.number_format.empty()) format_set_num_format(format, style.number_format.c_str());
  }
  const int number = static_cast<int>(book_->formats.size());
  book_->formats.push_back(format);
  book_->styles.push_back(style);
  book_->known.emplace(style, number);
  return number;
}

void XlsxWriter::cell(int sheet, int row, int column, const Cell& value, int style_number) {
  lxw_worksheet* to = book_->at(sheet).sheet;
  const lxw_row_t r = as_row(row);
  const lxw_col_t c = as_column(column);
  lxw_format* format = book_->format(style_number);
  if (const auto* text = std::get_if<std::string>(&value)) {
    const std::string shown = cell_text(*text);
    book_->note(shown.empty() ? worksheet_write_blank(to, r, c, format)
                              : worksheet_write_string(to, r, c, shown.c_str(), format));
  } else if (const auto* number = std::get_if<double>(&value)) {
    // A number that is none has no cell in a spreadsheet; empty is honest, 0 is not.
    book_->note(std::isfinite(*number) ? worksheet_write_number(to, r, c, *number, format)
                                       : worksheet_write_blank(to, r, c, format));
  } else if (const auto* truth = std::get_if<bool>(&value)) {
    book_->note(worksheet_write_boolean(to, r, c, *truth ? 1 : 0, format));
  } else if (const auto* when = std::get_if<DateTime>(&value)) {
    Style dated = book_->styles[static_cast<std::size_t>(style_number)];
    if (dated.number_format.empty()) {
      dated.number_format = !when->has_date ? "h:mm" : when->has_time ? "yyyy/mm/dd h:mm" : "yyyy/mm/dd";
      format = book_->format(style(dated));
    }
    book_->note(worksheet_write_number(to, r, c, to_serial(*when), format));
  } else if (const auto* error = std::get_if<CellError>(&value)) {
    book_->note(worksheet_write_string(to, r, c, cell_text(error->code).c_str(), format));
  } else {
    book_->note(worksheet_write_blank(to, r, c, format));
  }
}

void XlsxWriter::link(int sheet, int row, int column, const Cell& value, int style_number, int to_sheet,
                      int to_row) {
  auto& from = book_->at(sheet);
  if (!book_->streaming && from.links < most_links) {
    ++from.links;
    const std::string target =
        fmt::format("internal:{}!A{}", quoted_sheet(book_->at(to_sheet).name), to_row + 1);
    book_->note(worksheet_write_url(from.sheet, as_row(row), as_column(column), target.c_str(),
                                    book_->format(style_number)));
  }
  cell(sheet, row, column, value, style_number);  // takes the place of the link's text; the link stays
}

void XlsxWriter::merge(int sheet, const CellRange& range, std::string_view text, int style_number) {
  book_->note(worksheet_merge_range(
      book_->at(sheet).sheet, as_row(range.first_row), as_column(range.first_column), as_row(range.last_row),
      as_column(range.last_column), cell_text(text).c_str(), book_->format(style_number)));
}

void XlsxWriter::width(int sheet, int first_column, int last_column, double characters) {
  book_->note(worksheet_set_column(book_->at(sheet).sheet, as_column(first_column), as_column(last_column),
                                   characters, nullptr));
}

void XlsxWriter::height(int sheet, int row, double points) {
  book_->note(worksheet_set_row(book_->at(sheet).sheet, as_row(row), points, nullptr));
}

void XlsxWriter::filter(int sheet, const CellRange& range) {
  book_->note(worksheet_autofilter(book_->at(sheet).sheet, as_row(range.first_row),
                                   as_column(range.first_column), as_row(range.last_row),
                                   as_column(range.last_column)));
}

namespace {

void style_axis(lxw_chart_axis* axis, const std::string& title, lxw_chart_font& font) {
  if (!title.empty()) {
    chart_axis_set_name(axis, title.c_str());
    chart_axis_set_name_font(axis, &font);
  }
  chart_axis_set_num_font(axis, &font);
}

void style_series(lxw_chart_series* series, ChartKind kind, std::size_t index) {
  const auto colour = series_colours[index % series_colours.size()];
  if (kind == ChartKind::line) {
    lxw_chart_line line{};
    line.color = colour;
    line.width = 1.5F;
    // Dashes tell series apart where colour is lost.
    line.dash_type = static_cast<std::uint8_t>(index % 4 == 0 ? LXW_CHART_LINE_DASH_SOLID
                                                              : LXW_CHART_LINE_DASH_SOLID + 2 + index % 4);
    chart_series_set_line(series, &line);
    chart_series_set_marker_type(series, LXW_CHART_MARKER_NONE);
  } else {
    lxw_chart_fill fill{};
    fill.color = colour;
    chart_series_set_fill(series, &fill);
  }
}

}  // namespace

void XlsxWriter::chart(int sheet, const SheetChart& chart) {
  const auto kind = chart.look.kind == ChartKind::line     ? LXW_CHART_LINE
                    : chart.look.kind == ChartKind::column ? LXW_CHART_COLUMN
                                                           : LXW_CHART_BAR;
  lxw_chart* drawn = workbook_add_chart(book_->workbook, static_cast<std::uint8_t>(kind));
  const std::string& data = book_->at(chart.sheet).name;
  lxw_chart_font small{};
  std::string font = "游ゴシック";
  small.name = text_of(font);
  small.size = 9;
  lxw_chart_font heading = small;
  heading.size = 11;
  heading.bold = LXW_TRUE;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    lxw_chart_series* series = chart_add_series(drawn, nullptr, nullptr);
    const auto& c = chart.categories;
    const auto& v = chart.series[i].values;
    chart_series_set_categories(series, data.c_str(), as_row(c.first_row), as_column(c.first_column),
                                as_row(c.last_row), as_column(c.last_column));
    chart_series_set_values(series, data.c_str(), as_row(v.first_row), as_column(v.first_column),
                            as_row(v.last_row), as_column(v.last_column));
    chart_series_set_name(series, valid_xml_text(chart.series[i].name).c_str());
    style_series(series, chart.look.kind, i);
  }
  if (chart.look.title.empty())
    chart_title_off(drawn);
  else
    chart_title_set_name(drawn, valid_xml_text(chart.look.title).c_str());
  chart_title_set_name_font(drawn, &heading);
  // The library's x axis lies flat: in a bar chart that is the one of the values.
  const bool flat = chart.look.kind == ChartKind::bar;
  lxw_chart_axis* categories = flat ? drawn->y_axis : drawn->x_axis;
  lxw_chart_axis* values = flat ? drawn->x_axis : drawn->y_axis;
  style_axis(categories, valid_xml_text(chart.look.x_title), small);
  style_axis(values, valid_xml_text(chart.look.y_title), small);
  chart_axis_set_num_format(values, chart.look.number_format.c_str());
  lxw_chart_line thin{};
  thin.color = 0xd0d0d0;
  thin.width = 0.5F;
  chart_axis_major_gridlines_set_visible(categories, LXW_FALSE);
  chart_axis_major_gridlines_set_visible(values, LXW_TRUE);
  chart_axis_major_gridlines_set_line(values, &thin);
  if (chart.look.most > chart.look.least) {
    chart_axis_set_min(values, chart.look.least);
    chart_axis_set_max(values, chart.look.most);
  }
  if (flat) {  // the first category on top, the numbers below all the same
    chart_axis_set_reverse(categories);
    chart_axis_set_crossing_max(categories);
  }
  chart_legend_set_position(drawn, chart.look.legend ? LXW_CHART_LEGEND_BOTTOM : LXW_CHART_LEGEND_NONE);
  chart_show_blanks_as(drawn, LXW_CHART_BLANKS_AS_GAP);
  lxw_chart_options options{};
  options.x_scale = chart.scale_x;
  options.y_scale = chart.scale_y;
  const std::string description = valid_xml_text(chart.look.title);
  options.description = text_of(description);
  book_->note(worksheet_insert_chart_opt(book_->at(sheet).sheet, as_row(chart.row), as_column(chart.column),
                                         drawn, &options));
}

Result<std::string> XlsxWriter::finish() {
  const auto failed = [this] {
    return fail("document.write_failed", {{"reason", book_->trouble.value_or("")}});
  };
  if (book_->workbook == nullptr) {
    if (!book_->trouble) book_->trouble = "finished before";
    return failed();
  }
  if (book_->sheets.empty()) YAGURA_CHECK(add_sheet("Sheet1"));
  book_->note(workbook_close(book_->workbook));  // frees it, whatever it says
  book_->workbook = nullptr;
  if (book_->trouble) return failed();
  return read_file(book_->path, 4ULL << 30);
}

}  // namespace yagura::document
