#include "document/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "base/text.hpp"

namespace yagura::document {

namespace {

constexpr std::string_view utf8_bom = "\xEF\xBB\xBF";

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Is a long text UTF-8? Fed in pieces; a character cut by the end of a piece waits for the next.
class Utf8Check {
 public:
  void feed(std::string_view piece) {
    if (!good_) return;
    rest_.append(piece);
    std::size_t whole = rest_.size();
    for (std::size_t back = 1; back <= std::min<std::size_t>(3, rest_.size()); ++back) {
      const auto c = static_cast<unsigned char>(rest_[rest_.size() - back]);
      if (c < 0x80) break;
      if (c < 0xc0) continue;
      const std::size_t length = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
      if (length > back) whole = rest_.size() - back;
      break;
    }
    good_ = is_utf8(std::string_view(rest_).substr(0, whole));
    rest_.erase(0, whole);
  }
  [[nodiscard]] bool good() const { return good_ && is_utf8(rest_); }

 private:
  std::string rest_;
  bool good_ = true;
};

char guess_separator(std::string_view head) {
  std::array<std::size_t, 3> count{};
  constexpr std::string_view candidates = ",;\t";
  bool quoted = false;
  for (const char c : head) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    if (const auto at = candidates.find(c); at != std::string_view::npos) ++count[at];
  }
  return candidates[static_cast<std::size_t>(std::ranges::max_element(count) - count.begin())];
}

// The state machine. Bytes of Windows-31J's second halves are never separators, quotes or line ends, so cells
// are cut first and converted after.
class Parser {
 public:
  Parser(const CsvReading& how, bool cp932, char separator, const CsvUse& use)
      : how_(how), cp932_(cp932), separator_(separator), use_(use) {}

  Result<> feed(std::string_view piece) {
    for (const char c : piece) YAGURA_CHECK(take(c));
    return {};
  }
  Result<> finish() {
    if (state_ == State::quoted) return invalid("quote not closed");
    if (state_ != State::record_start) YAGURA_CHECK(end_record());
    return {};
  }

 private:
  enum class State { record_start, cell_start, plain, quoted, quote_in_quoted };

  std::unexpected<Error> invalid(std::string reason) const {
    return fail("document.csv_invalid", {{"row", fmt::to_string(row_ + 1)},
                                         {"line", fmt::to_string(start_line_)},
                                         {"reason", std::move(reason)}});
  }

  Result<> take(char c) {
    if (after_cr_) {
      after_cr_ = false;
      if (c == '\n') {
        if (state_ == State::quoted) return add(c);
        return {};
      }
    }
    if (c == '\r' || c == '\n') return line_end(c);
    switch (state_) {
      case State::record_start:
      case State::cell_start:
        if (c == '"') {
          state_ = State::quoted;
          return {};
        }
        state_ = State::plain;
        [[fallthrough]];
      case State::plain:
        if (c == separator_) return end_cell();
        return add(c);
      case State::quoted:
        if (c == '"') {
          state_ = State::quote_in_quoted;
          return {};
        }
        return add(c);
      case State::quote_in_quoted:
        if (c == separator_) return end_cell();
        if (c != '"') return invalid("text after a closing quote");
        state_ = State::quoted;
        return add(c);
    }
    return {};
  }

  Result<> line_end(char c) {
    ++line_;
    after_cr_ = c == '\r';
    if (state_ == State::quoted) return add(c);
    const bool empty_line = state_ == State::record_start;
    if (empty_line) {
      start_line_ = line_;
      return {};
    }
    return end_record();
  }

  Result<> add(char c) {
    if (c == '\0') return invalid("zero byte");
    if (cell_.size() >= how_.cell_bytes)
      return fail("document.too_large", {{"what", "cell"}, {"limit", fmt::to_string(how_.cell_bytes)}});
    cell_ += c;
    return {};
  }

  Result<> end_cell() {
    if (used_ >= how_.columns)
      return fail("document.too_large", {{"what", "columns"}, {"limit", fmt::to_string(how_.columns)}});
    if (cp932_ && !is_ascii(cell_)) {
      auto text = from_cp932(cell_);
      if (!text) return invalid("neither UTF-8 nor Shift_JIS");
      cell_ = *std::move(text);
    } else if (!cp932_ && !is_utf8(cell_)) {
      return invalid("not UTF-8");
    }
    if (used_ == cells_.size()) cells_.emplace_back();
    cells_[used_++].swap(cell_);  // keeps both buffers in use
    cell_.clear();
    state_ = State::cell_start;
    return {};
  }

  Result<> end_record() {
    YAGURA_CHECK(end_cell());
    if (++row_ > how_.rows)
      return fail("document.too_large", {{"what", "rows"}, {"limit", fmt::to_string(how_.rows)}});
    auto done = use_(CsvRow{row_, start_line_, {cells_.data(), used_}});
    used_ = 0;
    state_ = State::record_start;
    start_line_ = line_;
    return done;
  }

  const CsvReading& how_;
  const bool cp932_;
  const char separator_;
  const CsvUse& use_;
  std::vector<std::string> cells_;
  std::size_t used_ = 0;
  std::string cell_;
  std::uint64_t row_ = 0, line_ = 1, start_line_ = 1;
  State state_ = State::record_start;
  bool after_cr_ = false;
};

bool is_utf16(std::string_view head) { return head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF"); }

std::unexpected<Error> utf16() {
  return fail("document.csv_invalid", {{"row", "1"}, {"line", "1"}, {"reason", "UTF-16"}});
}

struct StdioClose {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

template <class F>
Result<> each_piece(std::FILE* file, const std::string& path, F&& use) {
  std::array<char, 64 * 1024> buffer;
  std::rewind(file);
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file))
    YAGURA_CHECK(use(std::string_view(buffer.data(), got)));
  if (std::ferror(file) != 0)
    return fail("document.file_unreadable", {{"path", path}, {"reason", std::strerror(errno)}});
  return {};
}

bool plain_number(std::string_view text) {
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  const auto point = text.find('.');
  const auto digits = [](std::string_view part) {
    return std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
  };
  if (point == std::string_view::npos) return !text.empty() && digits(text);
  return point > 0 && point + 1 < text.size() && digits(text.substr(0, point)) &&
         digits(text.substr(point + 1));
}

}  // namespace

Result<> read_csv(std::string_view bytes, const CsvReading& how, const CsvUse& use) {
  if (is_utf16(bytes)) return utf16();
  const bool bom = bytes.starts_with(utf8_bom);
  if (bom) bytes.remove_prefix(utf8_bom.size());
  const bool cp932 =
      how.encoding == CsvEncoding::cp932 || (how.encoding == CsvEncoding::detect && !bom && !is_utf8(bytes));
  Parser parser(how, cp932,
                how.separator != '\0' ? how.separator : guess_separator(bytes.substr(0, 64 * 1024)), use);
  YAGURA_CHECK(parser.feed(bytes));
  return parser.finish();
}

Result<> read_csv_file(const std::string& path, const CsvReading& how, const CsvUse& use) {
  const std::unique_ptr<std::FILE, StdioClose> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return fail("document.file_unreadable", {{"path", path}, {"reason", std::strerror(errno)}});
  std::string head;
  Utf8Check utf8;
  YAGURA_CHECK(each_piece(file.get(), path, [&](std::string_view piece) -> Result<> {
    if (head.empty()) head = piece;
    if (how.encoding == CsvEncoding::detect) utf8.feed(piece);
    return {};
  }));
  if (is_utf16(head)) return utf16();
  const bool bom = head.starts_with(utf8_bom);
  const bool cp932 =
      how.encoding == CsvEncoding::cp932 || (how.encoding == CsvEncoding::detect && !bom && !utf8.good());
  std::string_view shown = head;
  if (bom) shown.remove_prefix(utf8_bom.size());
  Parser parser(how, cp932, how.separator != '\0' ? how.separator : guess_separator(shown), use);
  bool first = bom;
  YAGURA_CHECK(each_piece(file.get(), path, [&](std::string_view piece) {
    if (std::exchange(first, false)) piece.remove_prefix(utf8_bom.size());
    return parser.feed(piece);
  }));
  return parser.finish();
}

std::string guard_formula(std::string_view text) {
  constexpr std::string_view starts = "=+-@\t\r\n";
  if (text.empty() || starts.find(text[0]) == std::string_view::npos || plain_number(text))
    return std::string(text);
  return "'" + std::string(text);
}

CsvWriter::CsvWriter(const CsvWriting& how) : how_(how) {
  if (how_.bom && !how_.cp932) out_ = utf8_bom;
}

Result<> CsvWriter::row(std::span<const std::string> cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += how_.separator;
    const std::string text = how_.guard ? guard_formula(cells[i]) : cells[i];
    // A lone empty cell is quoted, or the record would be an empty line.
    const bool quote =
        text.find_first_of(std::string{'"', '\r', '\n', how_.separator}) != std::string::npos ||
        (cells.size() == 1 && text.empty());
    if (!quote) {
      line += text;
      continue;
    }
    line += '"';
    for (const char c : text) line.append(c == '"' ? 2 : 1, c);
    line += '"';
  }
  line += "\r\n";
  if (how_.cp932 && !is_ascii(line)) {
    YAGURA_TRY(line, to_cp932(line));
  }
  out_ += line;
  return {};
}

}  // namespace yagura::document
