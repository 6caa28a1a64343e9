#include "sizes.hpp"

#include <algorithm>
#include <numeric>

namespace yagura::bench {

using namespace eventstore;

namespace {
std::uint64_t& part(Sizes& sizes, const std::string& name) {
  const auto at = std::ranges::find(sizes, name, &Sizes::value_type::first);
  return at != sizes.end() ? at->second : sizes.emplace_back(name, 0).second;
}
}  // namespace

void add(Sizes& to, const Sizes& more) {
  for (const auto& [name, bytes] : more) part(to, name) += bytes;
}

Result<Sizes> sizes_of(const Segment& segment) {
  const auto& d = segment.directory();
  Sizes out;
  std::uint64_t known = 0;
  const auto count = [&](const std::string& name, std::uint64_t bytes) {
    part(out, name) += bytes;
    known += bytes;
  };
  for (std::size_t chunk = 0; chunk < d.chunks.size(); ++chunk) {
    YAGURA_TRY(const auto blocks, segment.blocks(chunk));
    for (const auto& block : blocks->entries)
      for (std::size_t p = 0; p < block.pieces.size(); ++p)
        count("column " + (p == 0   ? std::string("time")
                           : p == 1 ? std::string("day of receipt")
                                    : d.columns[p - 2].name),
              block.pieces[p]);
  }
  for (std::size_t c = 0; c < d.columns.size(); ++c) {
    const auto& column = d.columns[c];
    count("names and their uses", column.names.length + column.uses.length);
    if (column.type != FieldType::text) continue;
    YAGURA_TRY(const auto pages, segment.pages(c));
    for (const auto& page : pages->entries) {
      count("texts " + column.name, page.texts.length);
      count("uses of texts", page.uses.length);
    }
    for (const auto& table : column.grams)
      count("lists of fragments",
            std::accumulate(table.blocks.begin(), table.blocks.end(), std::uint64_t{0}));
  }
  count("lists of names' fragments",
        std::accumulate(d.names.blocks.begin(), d.names.blocks.end(), std::uint64_t{0}));
  count("counts", d.cube.length);
  count("tables", segment.size() - known);
  return out;
}

}  // namespace yagura::bench
