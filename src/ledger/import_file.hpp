// The rows of an .xlsx or .csv file, told apart by content, as values under the file's headings.
//
// Errors:  document.*, ledger.import_empty, ledger.import_too_large, and what use returns.
// Threads: pure but for reading the file.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "schema/value.hpp"

namespace yagura::ledger {

inline constexpr std::int64_t import_rows_most = 100'000;

struct FileRow {
  std::int64_t line;                 // as the spreadsheet or editor shows it
  std::vector<schema::Value> cells;  // one per heading; a broken cell is an object {error}
};

Result<void> read_import_file(const std::filesystem::path& file,
                              const std::function<Result<void>(const std::vector<std::string>&)>& headings,
                              const std::function<Result<void>(FileRow&&)>& use);

}  // namespace yagura::ledger
