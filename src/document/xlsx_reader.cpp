#include "document/xlsx_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>

#include "document/xlsx_parts.hpp"
#include "document/xml_stream.hpp"

namespace yagura::document {

struct XlsxReader::Book {
  ZipReader archive;
  XlsxLimits limits;
  WorkbookParts parts;
};

namespace {

enum class Kind { number, shared, inline_string, formula_string, boolean, error, iso_date };

Kind kind_of(std::string_view t) {
  if (t == "s") return Kind::shared;
  if (t == "inlineStr") return Kind::inline_string;
  if (t == "str") return Kind::formula_string;
  if (t == "b") return Kind::boolean;
  if (t == "e") return Kind::error;
  if (t == "d") return Kind::iso_date;
  return Kind::number;
}

std::optional<DateTime> iso_date(const std::string& text) {
  int y = 0, m = 0, d = 0, h = 0, min = 0, s = 0;
  const int got = std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d", &y, &m, &d, &h, &min, &s);
  const std::chrono::year_month_day day{std::chrono::year{y}, std::chrono::month{static_cast<unsigned>(m)},
                                        std::chrono::day{static_cast<unsigned>(d)}};
  if (got < 3 || m < 0 || d < 0 || !day.ok() || h < 0 || h > 23 || min < 0 || min > 59 || s < 0 || s > 59)
    return std::nullopt;
  return DateTime{std::chrono::local_days{day} + std::chrono::hours{h} + std::chrono::minutes{min} +
                      std::chrono::seconds{s},
                  true, got > 3};
}

// Excel writes characters that XML cannot hold as _x000D_; the escape itself starts with _x005F_.
std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned code = 0;
    if (text[i] == '_' && i + 6 < text.size() && text[i + 1] == 'x' && text[i + 6] == '_') {
      const auto [end, error] = std::from_chars(text.data() + i + 2, text.data() + i + 6, code, 16);
      if (error == std::errc{} && end == text.data() + i + 6 && code < 0x80) {
        if (code >= 0x20 || code == '\t' || code == '\n') out += static_cast<char>(code);
        i += 6;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

class SheetHandler final : public XmlHandler {
 public:
  SheetHandler(const std::string& part, const WorkbookParts& book, const XlsxLimits& limits,
               const std::function<Result<>(const Row&)>& use)
      : part_(part), book_(book), limits_(limits), use_(use) {}

  Result<> start(std::string_view name, XmlAttributes attributes) override {
    if (name == "c") return start_cell(attributes);
    if (name == "row") return start_row(attributes.get("r"));
    if (name == "sheetData") in_data_ = true;
    if (name == "rPh") ++phonetic_;
    takes_text_ =
        in_cell_ && (name == "v" || (name == "t" && kind_ == Kind::inline_string && phonetic_ == 0));
    return {};
  }

  Result<> end(std::string_view name) override {
    takes_text_ = false;
    if (name == "rPh" && phonetic_ > 0) --phonetic_;
    if (name == "sheetData") in_data_ = false;
    if (name == "c" && in_cell_) {
      in_cell_ = false;
      return end_cell();
    }
    if (name == "row" && in_row_) {
      in_row_ = false;
      return end_row();
    }
    return {};
  }

  void text(std::string_view piece) override {
    // One piece past the limit is enough to know.
    if (takes_text_ && text_.size() <= limits_.cell_bytes) text_.append(piece);
  }

 private:
  std::unexpected<Error> broken(std::string reason) const {
    return fail("document.broken",
                {{"part", part_}, {"reason", std::move(reason)}, {"row", fmt::to_string(row_)}});
  }
  static std::unexpected<Error> too_large(std::string what, std::uint64_t limit) {
    return fail("document.too_large", {{"what", std::move(what)}, {"limit", fmt::to_string(limit)}});
  }

  Result<> start_row(std::string_view reference) {
    if (!in_data_ || in_row_) return broken("row out of place");
    std::uint32_t number = row_ + 1;
    if (!reference.empty()) {
      const auto [end, error] =
          std::from_chars(reference.data(), reference.data() + reference.size(), number);
      if (error != std::errc{} || end != reference.data() + reference.size()) return broken("row number");
    }
    if (number <= row_) return broken("rows out of order");
    if (number > limits_.rows) return too_large("rows", limits_.rows);
    row_ = number;
    next_column_ = 0;
    in_row_ = true;
    return {};
  }

  Result<> start_cell(XmlAttributes attributes) {
    if (!in_row_ || in_cell_) return broken("cell out of place");
    const auto reference = attributes.get("r");
    std::uint32_t column = 0;
    for (const char c : reference) {
      if (c < 'A' || c > 'Z') break;
      column = column * 26 + static_cast<std::uint32_t>(c - 'A' + 1);
      if (column > 1'000'000) break;
    }
    column_ = column == 0 ? next_column_ : column - 1;
    if (column_ >= limits_.columns) return too_large("columns", limits_.columns);
    next_column_ = column_ + 1;
    kind_ = kind_of(attributes.get("t"));
    const auto style = attributes.get("s");
    style_ = 0;
    std::from_chars(style.data(), style.data() + style.size(), style_);
    text_.clear();
    in_cell_ = true;
    return {};
  }

  Result<> end_cell() {
    if (text_.size() > limits_.cell_bytes) return too_large("cell", limits_.cell_bytes);
    if (text_.empty() && kind_ != Kind::formula_string) return {};
    YAGURA_TRY(Cell value, cell_value());
    if (cells_.size() <= column_) cells_.resize(column_ + 1);
    if (used_ <= column_) used_ = column_ + 1;
    cells_[column_] = std::move(value);
    return {};
  }

  Result<Cell> cell_value() {
    switch (kind_) {
      case Kind::shared: {
        std::size_t index = 0;
        const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), index);
        if (error != std::errc{} || index >= book_.strings.count()) return broken("shared string index");
        return Cell{unescaped(book_.strings.at(index))};
      }
      case Kind::inline_string:
      case Kind::formula_string:
        return Cell{unescaped(text_)};
      case Kind::boolean:
        return Cell{text_ == "1" || text_ == "true"};
      case Kind::error:
        return Cell{CellError{text_}};
      case Kind::iso_date:
        if (const auto when = iso_date(text_)) return Cell{*when};
        return broken("date");
      case Kind::number:
        return number();
    }
    return Cell{};
  }

  static std::string unescaped(std::string_view text) {
    return text.find("_x") == std::string_view::npos ? std::string(text) : unescape(text);
  }

  Result<Cell> number() {
    double value = 0;
    std::string_view digits = text_;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) return broken("number");
    if (style_ < book_.styles.size() && book_.styles[style_].any())
      if (const auto when = from_serial(value, book_.styles[style_], book_.date1904)) return Cell{*when};
    return Cell{value};
  }

  Result<> end_row() {
    const std::size_t given = used_;
    used_ = 0;
    if (given == 0) return {};
    auto done = use_(Row{row_, {cells_.data(), given}});
    std::fill_n(cells_.begin(), given, Cell{});
    return done;
  }

  const std::string& part_;
  const WorkbookParts& book_;
  const XlsxLimits& limits_;
  const std::function<Result<>(const Row&)>& use_;
  std::vector<Cell> cells_;
  std::size_t used_ = 0;
  std::string text_;
  std::uint32_t row_ = 0, column_ = 0, next_column_ = 0;
  std::size_t style_ = 0;
  Kind kind_ = Kind::number;
  int phonetic_ = 0;
  bool in_data_ = false, in_row_ = false, in_cell_ = false, takes_text_ = false;
};

}  // namespace

XlsxReader::XlsxReader(std::unique_ptr<Book> book) : book_(std::move(book)) {}
XlsxReader::XlsxReader(XlsxReader&&) noexcept = default;
XlsxReader& XlsxReader::operator=(XlsxReader&&) noexcept = default;
XlsxReader::~XlsxReader() = default;

Result<XlsxReader> XlsxReader::load(ZipReader archive, const XlsxLimits& limits) {
  YAGURA_TRY(auto parts, load_workbook(archive, limits));
  return XlsxReader(std::make_unique<Book>(Book{std::move(archive), limits, std::move(parts)}));
}

Result<XlsxReader> XlsxReader::open(const std::string& path, const XlsxLimits& limits) {
  YAGURA_TRY(auto archive, ZipReader::open(path, limits.archive));
  return load(std::move(archive), limits);
}

Result<XlsxReader> XlsxReader::from_bytes(std::string bytes, const XlsxLimits& limits) {
  YAGURA_TRY(auto archive, ZipReader::from_bytes(std::move(bytes), limits.archive));
  return load(std::move(archive), limits);
}

const std::vector<Sheet>& XlsxReader::sheets() const { return book_->parts.sheets; }

Result<> XlsxReader::rows(std::size_t sheet, const std::function<Result<>(const Row&)>& use) {
  if (sheet >= sheets().size()) return fail("document.sheet_missing", {{"sheet", fmt::to_string(sheet + 1)}});
  const std::string& part = sheets()[sheet].part;
  SheetHandler handler(part, book_->parts, book_->limits, use);
  XmlStream stream(part, handler);
  YAGURA_CHECK(book_->archive.stream(part, [&](std::string_view piece) { return stream.feed(piece); }));
  return stream.finish();
}

Result<> XlsxReader::rows(std::string_view sheet_name, const std::function<Result<>(const Row&)>& use) {
  for (std::size_t i = 0; i < sheets().size(); ++i)
    if (sheets()[i].name == sheet_name) return rows(i, use);
  return fail("document.sheet_missing", {{"sheet", std::string(sheet_name)}});
}

}  // namespace yagura::document
