// What stands where in a segment: the tables that its writer leaves and its reader finds.
//
// Form:    docs/formats/event-segment.md. A segment holds events of one contract, one kind and one month, in
//          slices of time; in a slice the events of one source stand together, in order of time. It is
//          written once and never changed.
// Errors:  eventstore.damaged (reason).
// Threads: values and pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "eventstore/gram_lists.hpp"
#include "eventstore/kind.hpp"
#include "eventstore/symbols.hpp"

namespace yagura::eventstore {

struct Place {  // of a frame in the file
  std::uint64_t offset = 0;
  std::uint32_t length = 0;
};

// Some hundred blocks that follow one another, whose table is read at once.
struct Chunk {
  static constexpr std::size_t most_blocks = 256;
  std::uint32_t first_block = 0, blocks = 0;
  std::int64_t first_time = 0, last_time = 0;
  Place table;
};

struct BlockEntry {
  std::uint64_t offset = 0;
  std::uint32_t rows = 0;
  std::uint32_t chunk = 0;  // when read
  std::int64_t first_time = 0, last_time = 0;
  std::vector<std::uint32_t> pieces;  // lengths: times, days of receipt, then each field
  std::vector<std::uint32_t>
      first_texts;  // for each field: the first of the texts used here for the first time
  std::shared_ptr<const std::vector<SymbolModel>>
      models;  // of its pieces, the same for the whole chunk; when read
  [[nodiscard]] std::uint64_t offset_of(std::size_t piece) const;
};

struct PageEntry {
  Place texts, uses;  // uses: the blocks beside the first in which each text stands
  std::uint32_t first_text = 0;
};

struct Directory {
  std::string contract, kind;
  struct Column {
    std::string name;
    FieldType type = FieldType::text;
    std::uint32_t known = 0;  // different values; of texts with the empty one, whether it comes or not
    Place names;              // entity, category: the values, in order of their folded form
    Place uses;               // entity: table of the lists of blocks
    // Texts, in the order of first use, in pages.
    std::uint32_t pages = 0;
    Place page_table;
    std::uint64_t learned = 0;     // which file beside the segment has what they were written with; 0: none
    std::vector<GramTable> grams;  // of the pages of texts, one behind the other
  };
  std::vector<Column> columns;
  GramTable names;            // of all names' fragments, each column as if it were a page
  std::int32_t context = -1;  // the column by which symbols are grouped
  std::vector<std::uint32_t> count_by;
  std::uint64_t rows = 0;
  std::uint32_t blocks = 0;
  std::int64_t first_time = 0, last_time = 0;
  std::int64_t first_day = 0, last_day = 0;  // of receipt, days since 1970 in Japan
  std::vector<Chunk> chunks;
  Place cube, totals;
};

constexpr std::string_view segment_magic = "YGSEG06\n";
constexpr std::size_t trailer_size = 8 + 4 + 8;  // offset and length of the directory, magic

std::string write_directory(const Directory& directory);
Result<Directory> read_directory(std::string_view bytes);
std::string write_blocks(std::span<const BlockEntry> blocks, std::size_t columns);
Result<std::vector<BlockEntry>> read_blocks(std::string_view bytes, std::size_t columns);
std::string write_pages(std::span<const PageEntry> pages);
Result<std::vector<PageEntry>> read_pages(std::string_view bytes);
std::string write_places(std::span<const Place> places);
Result<std::vector<Place>> read_places(std::string_view bytes);

// Texts one behind the other, with their lengths before them.
std::string write_texts(std::span<const std::string_view> texts);
// The same, appended, of texts that lie one behind the other already.
void write_texts(std::span<const std::uint32_t> lengths, std::string_view texts, std::string& out);
Result<std::vector<std::string_view>> read_texts(std::string_view bytes);

// Ascending numbers for each of some ids: which blocks have it.
using Lists = std::vector<std::vector<std::uint32_t>>;
// uses: id << 32 | number, ascending; of the ids from first on.
std::string write_lists(std::span<const std::uint64_t> uses, std::uint32_t first, std::size_t count);
// Those of ids below end, which are taken from the beginning of uses.
std::span<const std::uint64_t> take_uses(std::span<const std::uint64_t>& uses, std::uint32_t end);
Result<Lists> read_lists(std::string_view bytes, std::uint32_t below);
constexpr std::uint32_t ids_per_list = 256;  // so many lists of names in one frame

// Counts by hour and by the values of the fields of count_by.
struct CubeCell {
  std::int64_t hour = 0;  // since 1970, UTC
  std::uint32_t a = 0, b = 0;
  std::uint64_t count = 0;
};
std::string write_cube(std::span<const CubeCell> cells);
Result<std::vector<CubeCell>> read_cube(std::string_view bytes);

// What they come to over all hours, and over all values, with the names that they number: whoever counts all reads nothing
// else, and it is read with the directory.
struct Totals {
  std::array<std::string, 2> names;  // of the first and last field of count_by, as write_texts() has them
  std::vector<CubeCell> of_names;    // of no hour
  std::vector<CubeCell> of_hours;    // of no value
};
// All but the names; cells: in order of hours.
Totals totals_of(std::span<const CubeCell> cells);
std::string write_totals(const Totals& totals);
Result<Totals> read_totals(std::string_view bytes);

}  // namespace yagura::eventstore
