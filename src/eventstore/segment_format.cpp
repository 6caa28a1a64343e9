#include "eventstore/segment_format.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "eventstore/coding.hpp"
#include "eventstore/hour_counts.hpp"

namespace yagura::eventstore {

namespace {

std::unexpected<Error> damaged(std::string_view table) {
  return fail("eventstore.damaged", {{"reason", "the table of " + std::string(table) + " cannot be read"}});
}

void put_place(std::string& out, const Place& place) {
  put_varint(out, place.offset);
  put_varint(out, place.length);
}
Place take_place(Reader& in) {
  Place out;
  out.offset = in.varint();
  out.length = static_cast<std::uint32_t>(in.varint());
  return out;
}
// Without overflow, whatever the bytes are.
std::int64_t sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
std::uint32_t small(Reader& in) { return static_cast<std::uint32_t>(in.varint()); }

constexpr std::uint64_t version = 6;

}  // namespace

std::uint64_t BlockEntry::offset_of(std::size_t piece) const {
  return std::accumulate(pieces.begin(), pieces.begin() + static_cast<std::ptrdiff_t>(piece), offset);
}

std::string write_directory(const Directory& d) {
  std::string out;
  put_varint(out, version);
  put_text(out, d.contract);
  put_text(out, d.kind);
  put_varint(out, d.columns.size());
  for (const auto& column : d.columns) {
    put_text(out, column.name);
    put_varint(out, static_cast<std::uint64_t>(column.type));
    put_varint(out, column.known);
    put_varint(out, column.pages);
    for (const auto& place : {column.names, column.uses, column.page_table}) put_place(out, place);
    put_fixed(out, column.learned);
    put_varint(out, column.grams.size());
    for (const auto& table : column.grams) put_grams(out, table);
  }
  put_grams(out, d.names);
  put_signed(out, d.context);
  put_varint(out, d.count_by.size());
  for (const auto c : d.count_by) put_varint(out, c);
  put_varint(out, d.rows);
  put_varint(out, d.blocks);
  for (const auto v : {d.first_time, d.last_time, d.first_day, d.last_day}) put_signed(out, v);
  put_varint(out, d.chunks.size());
  for (const auto& chunk : d.chunks) {
    put_varint(out, chunk.blocks);
    put_signed(out, chunk.first_time);
    put_signed(out, chunk.last_time);
    put_place(out, chunk.table);
  }
  put_place(out, d.cube);
  put_place(out, d.totals);
  return out;
}

Result<Directory> read_directory(std::string_view bytes) {
  Reader in(bytes);
  Directory d;
  if (in.varint() != version) return damaged("contents");
  d.contract = in.text();
  d.kind = in.text();
  d.columns.resize(in.count());
  for (auto& column : d.columns) {
    column.name = in.text();
    const auto type = in.varint();
    if (type > static_cast<std::uint64_t>(FieldType::number)) return damaged("contents");
    column.type = static_cast<FieldType>(type);
    column.known = small(in);
    column.pages = small(in);
    for (auto* place : {&column.names, &column.uses, &column.page_table}) *place = take_place(in);
    column.learned = in.fixed<std::uint64_t>();
    column.grams.resize(in.count());
    std::uint64_t pages = 0;
    for (auto& table : column.grams) {
      if (!take_grams(in, table) || table.pages == 0) return damaged("contents");
      pages += table.pages;
    }
    if (pages != column.pages) return damaged("contents");
  }
  if (!take_grams(in, d.names)) return damaged("contents");
  d.context = static_cast<std::int32_t>(in.signed_varint());
  d.count_by.resize(in.count());
  for (auto& c : d.count_by) c = small(in);
  d.rows = in.varint();
  d.blocks = small(in);
  for (auto* v : {&d.first_time, &d.last_time, &d.first_day, &d.last_day}) *v = in.signed_varint();
  d.chunks.resize(in.count());
  std::uint32_t block = 0;
  for (auto& chunk : d.chunks) {
    chunk.first_block = block;
    block += chunk.blocks = small(in);
    chunk.first_time = in.signed_varint();
    chunk.last_time = in.signed_varint();
    chunk.table = take_place(in);
  }
  d.cube = take_place(in);
  d.totals = take_place(in);
  const auto columns = static_cast<std::int64_t>(d.columns.size());
  bool good =
      !in.bad() && in.left() == 0 && block == d.blocks && d.context < columns && d.count_by.size() <= 2;
  for (const auto c : d.count_by) good = good && c < columns;
  if (!good) return damaged("contents");
  return d;
}

std::string write_blocks(std::span<const BlockEntry> blocks, std::size_t columns) {
  std::string out;
  put_varint(out, blocks.size());
  std::uint64_t offset = 0;
  std::vector<std::uint32_t> texts(columns);
  for (const auto& block : blocks) {
    put_signed(out, static_cast<std::int64_t>(block.offset - offset));
    offset = block.offset;
    put_varint(out, block.rows);
    put_signed(out, block.first_time);
    put_varint(out,
               static_cast<std::uint64_t>(block.last_time) - static_cast<std::uint64_t>(block.first_time));
    for (const auto length : block.pieces) {
      put_varint(out, length);
      offset += length;
    }
    for (std::size_t i = 0; i < columns; ++i)
      put_varint(out, block.first_texts[i] - std::exchange(texts[i], block.first_texts[i]));
  }
  return out;
}

Result<std::vector<BlockEntry>> read_blocks(std::string_view bytes, std::size_t columns) {
  Reader in(bytes);
  std::vector<BlockEntry> out(in.count());
  std::uint64_t offset = 0;
  std::vector<std::uint32_t> texts(columns);
  for (auto& block : out) {
    block.offset = offset += static_cast<std::uint64_t>(in.signed_varint());
    block.rows = small(in);
    block.first_time = in.signed_varint();
    block.last_time = static_cast<std::int64_t>(static_cast<std::uint64_t>(block.first_time) + in.varint());
    block.pieces.resize(columns + 2);
    for (auto& length : block.pieces) offset += length = small(in);
    for (auto& text : texts) text += small(in);
    block.first_texts = texts;
    if (in.bad() || block.rows == 0 || block.rows > 4096) return damaged("blocks");
  }
  if (in.bad() || in.left() != 0) return damaged("blocks");
  return out;
}

std::string write_pages(std::span<const PageEntry> pages) {
  std::string out;
  put_varint(out, pages.size());
  for (const auto& page : pages) {
    put_place(out, page.texts);
    put_place(out, page.uses);
    put_varint(out, page.first_text);
  }
  return out;
}

Result<std::vector<PageEntry>> read_pages(std::string_view bytes) {
  Reader in(bytes);
  std::vector<PageEntry> out(in.count());
  std::uint32_t last = 0;
  for (auto& page : out) {
    page.texts = take_place(in);
    page.uses = take_place(in);
    page.first_text = small(in);
    if (page.first_text < last) return damaged("pages");
    last = page.first_text;
  }
  if (in.bad() || in.left() != 0) return damaged("pages");
  return out;
}

std::string write_places(std::span<const Place> places) {
  std::string out;
  put_varint(out, places.size());
  for (const auto& place : places) put_place(out, place);
  return out;
}

Result<std::vector<Place>> read_places(std::string_view bytes) {
  Reader in(bytes);
  std::vector<Place> out(in.count());
  for (auto& place : out) place = take_place(in);
  if (in.bad() || in.left() != 0) return damaged("lists");
  return out;
}

std::string write_texts(std::span<const std::string_view> texts) {
  std::string out;
  put_varint(out, texts.size());
  for (const auto text : texts) put_varint(out, text.size());
  for (const auto text : texts) out.append(text);
  return out;
}

void write_texts(std::span<const std::uint32_t> lengths, std::string_view texts, std::string& out) {
  put_varint(out, lengths.size());
  for (const auto length : lengths) put_varint(out, length);
  out.append(texts);
}

Result<std::vector<std::string_view>> read_texts(std::string_view bytes) {
  Reader in(bytes);
  std::vector<std::size_t> lengths(in.count());
  for (auto& length : lengths) length = static_cast<std::size_t>(in.varint());
  std::vector<std::string_view> out;
  out.reserve(lengths.size());
  for (const auto length : lengths) out.push_back(in.bytes(length));
  if (in.bad() || in.left() != 0) return damaged("texts");
  return out;
}

std::string write_lists(std::span<const std::uint64_t> uses, std::uint32_t first, std::size_t count) {
  std::string out;
  put_varint(out, count);
  std::size_t at = 0;
  put_up_to(out, count * longest_varint, [&](char* to) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto begin = at;
      while (at < uses.size() && uses[at] >> 32U == first + i) ++at;
      to = put_varint(to, at - begin);
    }
    return to;
  });
  put_up_to(out, at * longest_varint, [&](char* to) {
    std::uint64_t id = UINT64_MAX;
    std::uint32_t last = 0;
    for (const auto use : uses.first(at)) {
      if (id != use >> 32U) id = use >> 32U, last = 0;
      const auto v = static_cast<std::uint32_t>(use);
      to = put_varint(to, v - last);
      last = v;
    }
    return to;
  });
  return out;
}

std::span<const std::uint64_t> take_uses(std::span<const std::uint64_t>& uses, std::uint32_t end) {
  const auto here = std::ranges::partition_point(uses, [&](std::uint64_t use) { return use >> 32U < end; });
  const auto count = static_cast<std::size_t>(here - uses.begin());
  const auto out = uses.first(count);
  uses = uses.subspan(count);
  return out;
}

Result<Lists> read_lists(std::string_view bytes, std::uint32_t below) {
  Reader in(bytes);
  Lists out(in.count());
  std::vector<std::size_t> sizes(out.size());
  std::size_t all = 0;
  for (auto& size : sizes) {
    size = static_cast<std::size_t>(in.varint());
    if (size > bytes.size() || (all += size) > bytes.size()) return damaged("uses");
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::uint64_t last = 0;
    out[i].reserve(sizes[i]);
    for (std::size_t n = 0; n < sizes[i]; ++n) {
      last += in.varint();
      if (last >= below) return damaged("uses");
      out[i].push_back(static_cast<std::uint32_t>(last));
    }
  }
  if (in.bad() || in.left() != 0) return damaged("uses");
  return out;
}

std::string write_cube(std::span<const CubeCell> cells) {
  std::string out;
  put_varint(out, cells.size());
  CubeCell last;
  for (const auto& cell : cells) {
    put_signed(out, cell.hour - last.hour);
    put_signed(out, static_cast<std::int64_t>(cell.a) - last.a);
    put_signed(out, static_cast<std::int64_t>(cell.b) - last.b);
    put_varint(out, cell.count);
    last = cell;
  }
  return out;
}

Result<std::vector<CubeCell>> read_cube(std::string_view bytes) {
  Reader in(bytes);
  std::vector<CubeCell> out(in.count());
  CubeCell last;
  for (auto& cell : out) {
    cell.hour = sum(last.hour, in.signed_varint());
    cell.a = static_cast<std::uint32_t>(sum(last.a, in.signed_varint()));
    cell.b = static_cast<std::uint32_t>(sum(last.b, in.signed_varint()));
    cell.count = in.varint();
    last = cell;
  }
  if (in.bad() || in.left() != 0) return damaged("counts");
  return out;
}

Totals totals_of(std::span<const CubeCell> cells) {
  Totals out;
  constexpr std::uint64_t some = std::uint64_t{1} << 63U;  // keys are never 0
  HourCounts names;
  for (const auto& cell : cells) {
    names.add(some | std::uint64_t{cell.a} << 32U | cell.b, cell.count);
    if (out.of_hours.empty() || out.of_hours.back().hour != cell.hour)
      out.of_hours.push_back({cell.hour, 0, 0, 0});
    out.of_hours.back().count += cell.count;
  }
  names.each([&](std::uint64_t key, std::uint64_t count) {
    out.of_names.push_back(
        {0, static_cast<std::uint32_t>((key & ~some) >> 32U), static_cast<std::uint32_t>(key), count});
  });
  std::ranges::sort(out.of_names, {}, [](const CubeCell& c) { return std::pair(c.a, c.b); });
  return out;
}

std::string write_totals(const Totals& totals) {
  std::string out;
  for (const auto& names : totals.names) put_text(out, names);
  put_text(out, write_cube(totals.of_names));
  put_text(out, write_cube(totals.of_hours));
  return out;
}

Result<Totals> read_totals(std::string_view bytes) {
  Reader in(bytes);
  Totals out;
  std::array<std::size_t, 2> known{};
  for (std::size_t i = 0; i < out.names.size(); ++i) {
    out.names[i] = in.text();
    YAGURA_TRY(const auto names, read_texts(out.names[i]));
    known[i] = names.size();
  }
  YAGURA_TRY(out.of_names, read_cube(in.text()));
  YAGURA_TRY(out.of_hours, read_cube(in.text()));
  if (in.bad() || in.left() != 0) return damaged("counts");
  for (const auto& cell : out.of_names)
    if (cell.a >= known[0] || cell.b >= known[1]) return damaged("counts");
  return out;
}

}  // namespace yagura::eventstore
