// CSV as offices write and expect it.
//
// Reading: RFC 4180 with quoted line breaks; CR LF, LF or CR end a record. UTF-8 (with or without BOM) or,
//          when the bytes are not UTF-8, Windows-31J ("Shift_JIS" of Excel). Separator comma, semicolon or
//          tab, guessed from the first record unless given. Empty lines are skipped but counted.
// Writing: UTF-8 with a BOM by choice (Excel takes a file without one for Windows-31J) or Windows-31J; CR LF.
// Guard:   text that a spreadsheet would run as a formula (it begins with = + - @, tab or line break) gets an
//          apostrophe in front, except plain numbers. Turn `guard` off for files that another program reads
//          back: the apostrophe is then data.
// Errors:  document.csv_invalid(row, reason); document.too_large; document.file_unreadable; base.text_invalid
//          when a text cannot be written in Windows-31J; and what the row callback returns.
// Threads: functions on their arguments; a CsvWriter belongs to one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace yagura::document {

enum class CsvEncoding { detect, utf8, cp932 };

struct CsvReading {
  CsvEncoding encoding = CsvEncoding::detect;
  char separator = '\0';  // '\0': guess among , ; and tab
  std::uint64_t rows = 2'000'000;
  std::size_t columns = 1'024;
  std::size_t cell_bytes = 128 * 1024;
};

struct CsvRow {
  std::uint64_t number;                // of the record, from 1
  std::uint64_t line;                  // of the file, where the record begins, from 1
  std::span<const std::string> cells;  // UTF-8
};

using CsvUse = std::function<Result<>(const CsvRow&)>;

Result<> read_csv(std::string_view bytes, const CsvReading& how, const CsvUse& use);
// Reads the file twice when the encoding is to be detected; memory stays at one record.
Result<> read_csv_file(const std::string& path, const CsvReading& how, const CsvUse& use);

struct CsvWriting {
  bool bom = true;
  bool cp932 = false;  // no BOM then
  bool guard = true;
  char separator = ',';
};

class CsvWriter {
 public:
  explicit CsvWriter(const CsvWriting& how = {});
  Result<> row(std::span<const std::string> cells);
  // What was written since the last take(), so that a long file can be sent in pieces.
  std::string take() { return std::exchange(out_, {}); }

 private:
  CsvWriting how_;
  std::string out_;
};

// The guarded form of a text: see above.
std::string guard_formula(std::string_view text);

}  // namespace yagura::document
