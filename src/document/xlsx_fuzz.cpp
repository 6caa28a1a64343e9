#include <cstddef>
#include <cstdint>
#include <string>

#include "document/xlsx_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yagura;
  document::XlsxLimits limits;
  limits.archive.total_bytes = 8 << 20;
  limits.archive.part_bytes = 1 << 20;
  auto book = document::XlsxReader::from_bytes({reinterpret_cast<const char*>(data), size}, limits);
  if (!book) return 0;
  for (std::size_t i = 0; i < book->sheets().size() && i < 8; ++i)
    (void)book->rows(i, [](const document::Row& row) -> Result<> {
      YAGURA_ASSERT(!row.cells.empty());
      for (const auto& cell : row.cells) (void)document::to_text(cell);
      return {};
    });
  return 0;
}
