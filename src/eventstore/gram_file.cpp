#include "eventstore/gram_file.hpp"

#include <cstring>
#include <numeric>

#include "eventstore/coding.hpp"

namespace yagura::eventstore {

namespace {

// A block, without its checksum.
Result<void> read_block(const InFile& file, const GramTable& table, std::size_t number, std::string& out) {
  const auto first = table.blocks.begin();
  const auto offset = std::accumulate(first, first + static_cast<std::ptrdiff_t>(number), table.offset);
  const auto length = table.blocks[number];
  YAGURA_CHECK(file.read(offset, length, out));
  std::uint32_t check = 0;
  if (length >= sizeof(check)) std::memcpy(&check, out.data() + length - sizeof(check), sizeof(check));
  out.resize(length - std::min<std::size_t>(length, sizeof(check)));
  if (out.empty() || check != static_cast<std::uint32_t>(checksum(out)))
    return fail("eventstore.damaged", {{"reason", file.path().filename().string() + ": lists of fragments"}});
  return {};
}

}  // namespace

Result<GramTable::Pages> pages_with(const InFile& file, const GramTable& table,
                                    std::span<const GramHash> grams) {
  GramTable::Pages out;
  if (table.blocks.empty()) return out;
  out.set();
  std::string block;
  for (const auto gram : grams) {
    YAGURA_CHECK(read_block(file, table, table.block_of(gram), block));
    const auto length = block.size();
    block.append(8, '\0');
    YAGURA_TRY(const auto with, table.pages_with(gram, std::string_view(block).substr(0, length)));
    if ((out &= with).none()) break;
  }
  return out;
}

Result<void> check_grams(const InFile& file, const GramTable& table) {
  std::string block;
  for (std::size_t i = 0; i < table.blocks.size(); ++i) YAGURA_CHECK(read_block(file, table, i, block));
  return {};
}

}  // namespace yagura::eventstore
