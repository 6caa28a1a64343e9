// Reads .xlsx workbooks row by row, without holding a sheet in memory.
//
// Purpose: import of ledgers and other lists people keep in Excel. Values only: formulas give the value
//          Excel last computed, merged cells stand in their first cell, styles serve to know dates.
//          Phonetic guides (furigana) are not part of a cell's text.
// Use:     YAGURA_TRY(auto book, XlsxReader::open(path));
//          book.rows(0, [](const Row& row) -> Result<> { ...; return {}; });
// Limits:  see XlsxLimits; a hostile file ends in an error, not in memory.
// Errors:  document.file_unreadable, document.encrypted_or_old, document.broken, document.not_a_workbook,
//          document.sheet_missing, document.too_large; and whatever the row callback returns.
// Follows: ECMA-376 (transitional and strict).
// Threads: one reader, one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "document/archive.hpp"
#include "document/cell.hpp"

namespace yagura::document {

struct XlsxLimits {
  ArchiveLimits archive;
  std::uint32_t rows = 1'048'576;
  std::uint32_t columns = 1'024;
  std::size_t cell_bytes = 128 * 1024;               // Excel itself stops at 32,767 characters
  std::uint64_t shared_string_bytes = 256ULL << 20;  // kept in memory while the book is open
};

struct Sheet {
  std::string name;
  std::string part;
  bool hidden = false;
};

struct Row {
  std::uint32_t number;         // as Excel shows it, from 1; rows without content are not given
  std::span<const Cell> cells;  // column A first; trailing empty cells are left off
};

class XlsxReader {
 public:
  static Result<XlsxReader> open(const std::string& path, const XlsxLimits& limits = {});
  static Result<XlsxReader> from_bytes(std::string bytes, const XlsxLimits& limits = {});
  XlsxReader(XlsxReader&&) noexcept;
  XlsxReader& operator=(XlsxReader&&) noexcept;
  ~XlsxReader();

  [[nodiscard]] const std::vector<Sheet>& sheets() const;
  // An error returned by `use` ends the reading and is returned. The row is valid during the call.
  Result<> rows(std::size_t sheet, const std::function<Result<>(const Row&)>& use);
  Result<> rows(std::string_view sheet_name, const std::function<Result<>(const Row&)>& use);

 private:
  struct Book;
  explicit XlsxReader(std::unique_ptr<Book> book);
  static Result<XlsxReader> load(ZipReader archive, const XlsxLimits& limits);
  std::unique_ptr<Book> book_;
};

}  // namespace yagura::document
