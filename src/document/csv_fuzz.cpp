// What was read, written and read again is the same.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "document/csv.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yagura;
  std::vector<std::vector<std::string>> rows;
  const auto collect = [&rows](const document::CsvRow& row) -> Result<> {
    rows.push_back({row.cells.begin(), row.cells.end()});
    return {};
  };
  if (!document::read_csv({reinterpret_cast<const char*>(data), size}, {}, collect)) return 0;
  const auto first = std::exchange(rows, {});
  document::CsvWriter writer({.bom = true, .guard = false});
  for (const auto& row : first) YAGURA_ASSERT(writer.row(row).has_value());
  YAGURA_ASSERT(document::read_csv(writer.take(), {.separator = ','}, collect).has_value());
  YAGURA_ASSERT(rows == first);
  return 0;
}
