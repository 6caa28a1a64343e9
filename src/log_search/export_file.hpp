// The two files an export can be, written row by row, with the SHA-256 of the rows counted on the way.
//
// Threads: one file, one thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "document/properties.hpp"
#include "log_search/exports.hpp"

namespace yagura::log_search {

using ProofLines = std::vector<std::pair<std::string, std::string>>;  // what, and what of it

class ExportFile {
 public:
  virtual ~ExportFile() = default;
  virtual Result<void> row(const std::vector<std::string>& cells) = 0;
  // Of all rows so far, the heading included.
  virtual std::string sha256() = 0;
  [[nodiscard]] virtual std::int64_t cut_cells() const = 0;
  // seals: a file that goes along as seals.txt, csv alone; "": none.
  virtual Result<void> finish(const ProofLines& proof, const std::filesystem::path& seals = {}) = 0;

  // Files beside `path` that are needed meanwhile end in .half.
  static Result<std::unique_ptr<ExportFile>> begin(ExportFormat format, const std::filesystem::path& path,
                                                   const document::Properties& properties);
};

}  // namespace yagura::log_search
