#include "eventstore/segment.hpp"

#include <algorithm>
#include <atomic>

#include "eventstore/coding.hpp"
#include "eventstore/gram_file.hpp"
#include "eventstore/learned_file.hpp"

namespace yagura::eventstore {

namespace {

// A page's and a decoder's column is added to it.
enum What : std::uint32_t {
  names_of,
  odd_of_names,
  chunk_of,
  page_table,
  cube_of,
  uses_of,
  grams_common,
  dictionary_of,
  page_of = 0x100,
  decoder_of = 0x10000,
  odd_of_page = 0x1000000
};

struct CachedCommon {
  static std::optional<CachedCommon> from(const WrittenLearned& written) {
    auto read = CommonGrams::read(written.common);
    return read ? std::optional(CachedCommon{*std::move(read)}) : std::nullopt;
  }
  CommonGrams grams;
  [[nodiscard]] std::size_t bytes() const { return grams.bytes(); }
};
struct CachedDictionary {
  static std::optional<CachedDictionary> from(const WrittenLearned& written) {
    CachedDictionary out;
    if (!written.dictionary.empty())
      out.dictionary = std::make_unique<const PackDictionary>(std::string(written.dictionary), 0);
    if (out.dictionary && !out.dictionary->is_one()) return std::nullopt;
    return out;
  }
  std::unique_ptr<const PackDictionary> dictionary;
  // zstd's own tables of it, too.
  [[nodiscard]] std::size_t bytes() const {
    return dictionary ? dictionary->bytes().size() * 2 + (64U << 10U) : sizeof(*this);
  }
};
struct CachedCube {
  std::vector<CubeCell> cells;
  [[nodiscard]] std::size_t bytes() const { return cells.capacity() * sizeof(CubeCell); }
};
struct CachedDecoder {
  std::unique_ptr<const Decoder> decoder;
  [[nodiscard]] std::size_t bytes() const { return decoder->bytes(); }
};
struct CachedPlaces {
  std::vector<Place> places;
  [[nodiscard]] std::size_t bytes() const { return places.capacity() * sizeof(Place); }
};

// Nothing is odd in ASCII but NUL; the texts stand one behind the other.
bool are_plain(const Texts& texts) {
  if (texts.texts.empty()) return true;
  const auto* const first = texts.texts.front().data();
  const auto* const last = texts.texts.back().data() + texts.texts.back().size();
  unsigned odd = 0;
  for (const auto* at = first; at < last; ++at)
    odd |= static_cast<unsigned>(static_cast<signed char>(*at) <= 0);
  return odd == 0;
}

std::unexpected<Error> damaged(const std::filesystem::path& file, const std::string& what) {
  return fail("eventstore.damaged", {{"reason", file.filename().string() + ": " + what}});
}

std::uint64_t next_number() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace

Segment::Segment(std::filesystem::path path, InFile file, Directory directory, Cache& cache)
    : path_(std::move(path)),
      file_(std::move(file)),
      directory_(std::move(directory)),
      cache_(cache),
      number_(next_number()) {}

std::size_t Segment::Blocks::bytes() const {
  std::size_t out = 0;
  for (const auto& e : entries) out += sizeof(e) + (e.pieces.capacity() + e.first_texts.capacity()) * 4;
  if (entries.empty()) return out;
  for (const auto& model : *entries.front().models) {
    out += sizeof(model) + model.values.capacity() * 4;
    for (const auto& one : model.classes) out += sizeof(one) + one.shares.capacity() * sizeof(one.shares[0]);
  }
  return out;
}

Result<std::shared_ptr<Segment>> Segment::open(const std::filesystem::path& file, Cache& cache) {
  YAGURA_TRY(auto in, InFile::open(file));
  if (in.size() < segment_magic.size() + trailer_size) return damaged(file, "too short");
  // The directory stands before the trailer, and is read with it unless it is large.
  constexpr std::uint64_t at_once = 16U << 10;
  const auto first = in.size() - std::min(in.size(), at_once);
  std::string bytes;
  YAGURA_CHECK(in.read(first, in.size() - first, bytes));
  Reader trailer(std::string_view(bytes).substr(bytes.size() - trailer_size));
  const auto offset = trailer.fixed<std::uint64_t>();
  const auto length = trailer.fixed<std::uint32_t>();
  if (const auto magic = trailer.bytes(segment_magic.size()); magic != segment_magic)
    return damaged(
        file, magic.starts_with("YGSEG") ? "it has the form of another version" : "its end is not there");
  if (offset < first || offset - first > bytes.size() || length > bytes.size() - (offset - first))
    YAGURA_CHECK(in.read(offset, length, bytes));
  else
    bytes = bytes.substr(offset - first, length);
  std::string unpacked;
  YAGURA_CHECK(unframe(bytes, unpacked));
  YAGURA_TRY(auto directory, read_directory(unpacked));
  return std::shared_ptr<Segment>(new Segment(file, std::move(in), std::move(directory), cache));
}

Result<std::string> Segment::frame(const Place& place, const PackDictionary* dictionary) const {
  std::string bytes, out;
  YAGURA_CHECK(file_.read(place.offset, place.length, bytes));
  if (auto done = unframe(bytes, out, 64U << 20, dictionary); !done)
    return damaged(path_, std::string(done.error().arg("reason")) + " at " + std::to_string(place.offset));
  return out;
}

Result<std::shared_ptr<const Texts>> Segment::names(std::size_t column) const {
  return cache_.get<Texts>({number_, names_of, static_cast<std::uint32_t>(column)}, [&]() -> Result<Texts> {
    Texts out;
    YAGURA_TRY(out.held, frame(directory_.columns[column].names));
    out.held.reserve(16);  // beyond what a string keeps in itself: moving it must not move its bytes
    YAGURA_TRY(out.texts, read_texts(out.held));
    if (out.texts.size() != directory_.columns[column].known) return damaged(path_, "names are missing");
    return out;
  });
}

Result<std::shared_ptr<const OddTexts>> Segment::odd_names(std::size_t column) const {
  return cache_.get<OddTexts>({number_, odd_of_names, static_cast<std::uint32_t>(column)},
                              [&]() -> Result<OddTexts> {
                                YAGURA_TRY(const auto held, names(column));
                                return are_plain(*held) ? OddTexts() : odd_among(held->texts);
                              });
}

Result<std::vector<std::uint32_t>> Segment::blocks_with(std::size_t column, std::uint32_t name) const {
  YAGURA_TRY(const auto groups,
             cache_.get<CachedPlaces>({number_, uses_of, static_cast<std::uint32_t>(column)},
                                      [&]() -> Result<CachedPlaces> {
                                        YAGURA_TRY(const auto bytes, frame(directory_.columns[column].uses));
                                        YAGURA_TRY(auto places, read_places(bytes));
                                        return CachedPlaces{std::move(places)};
                                      }));
  const auto group = name / ids_per_list;
  if (group >= groups->places.size()) return damaged(path_, "uses are missing");
  YAGURA_TRY(const auto bytes, frame(groups->places[group]));
  YAGURA_TRY(auto lists, read_lists(bytes, directory_.blocks));
  if (name % ids_per_list >= lists.size()) return damaged(path_, "uses are missing");
  return std::move(lists[name % ids_per_list]);
}

Result<std::shared_ptr<const Segment::Blocks>> Segment::blocks(std::size_t chunk) const {
  return cache_.get<Blocks>({number_, chunk_of, static_cast<std::uint32_t>(chunk)}, [&]() -> Result<Blocks> {
    YAGURA_TRY(const auto bytes, frame(directory_.chunks[chunk].table));
    Reader in(bytes);
    YAGURA_TRY(auto read, read_models(in.text(), directory_.columns.size()));
    if (read.size() != directory_.columns.size() + 2) return damaged(path_, "models of columns are missing");
    YAGURA_TRY(auto entries, read_blocks(in.bytes(in.left()), directory_.columns.size()));
    if (entries.size() != directory_.chunks[chunk].blocks) return damaged(path_, "blocks are missing");
    const auto models = std::make_shared<const std::vector<SymbolModel>>(std::move(read));
    for (auto& entry : entries) {
      entry.chunk = static_cast<std::uint32_t>(chunk);
      entry.models = models;
    }
    return Blocks{std::move(entries)};
  });
}

Result<std::shared_ptr<const Segment::Pages>> Segment::pages(std::size_t column) const {
  return cache_.get<Pages>({number_, page_table, static_cast<std::uint32_t>(column)}, [&]() -> Result<Pages> {
    YAGURA_TRY(const auto bytes, frame(directory_.columns[column].page_table));
    YAGURA_TRY(auto entries, read_pages(bytes));
    const auto& about = directory_.columns[column];
    if (entries.size() != about.pages || entries.empty() != (about.known <= 1))
      return damaged(path_, "pages are missing");
    if (!entries.empty() && (entries.front().first_text != 1 || entries.back().first_text >= about.known))
      return damaged(path_, "pages of other texts");
    return Pages{std::move(entries)};
  });
}

template <class T>
Result<std::shared_ptr<const T>> Segment::shared(std::uint32_t what, std::size_t column) const {
  constexpr std::uint64_t not_of_one = std::uint64_t{1} << 63U;
  const auto id = directory_.columns[column].learned;
  return cache_.get<T>({not_of_one | id, what, 0}, [&]() -> Result<T> {
    if (id == 0) return T();
    YAGURA_TRY(const auto written, written_learned(path_.parent_path(), id));
    auto out = T::from(WrittenLearned(written));
    if (!out) return damaged(learned_file(path_.parent_path(), id), "it holds something else");
    return *std::move(out);
  });
}

Result<std::shared_ptr<const Learned>> Segment::learned(std::size_t column, int level) const {
  YAGURA_TRY(auto out, get_learned(path_.parent_path(), directory_.columns[column].learned, level));
  return std::make_shared<const Learned>(std::move(out));
}

Result<std::shared_ptr<const Texts>> Segment::page(std::size_t column, const PageEntry& entry,
                                                   std::uint32_t index) const {
  const auto what = page_of + static_cast<std::uint32_t>(column);
  return cache_.get<Texts>(
      {number_, what, index},
      [&]() -> Result<Texts> {
        YAGURA_TRY(const auto with, shared<CachedDictionary>(dictionary_of, column));
        Texts out;
        YAGURA_TRY(out.held, frame(entry.texts, with->dictionary.get()));
        out.held.reserve(16);
        YAGURA_TRY(out.texts, read_texts(out.held));
        return out;
      },
      Cache::page_of_texts);
}

void Segment::expect_page(std::size_t column, const PageEntry& entry, std::uint32_t index) const {
  if (!cache_.has({number_, page_of + static_cast<std::uint32_t>(column), index}))
    file_.expect(entry.texts.offset, entry.texts.length);
}

Result<std::shared_ptr<const OddTexts>> Segment::odd(std::size_t column, const PageEntry& entry,
                                                     std::uint32_t index) const {
  const auto what = odd_of_page + static_cast<std::uint32_t>(column);
  return cache_.get<OddTexts>(
      {number_, what, index},
      [&]() -> Result<OddTexts> {
        YAGURA_TRY(const auto held, page(column, entry, index));
        return odd_among(held->texts);
      },
      Cache::page_of_texts);
}

Result<Lists> Segment::uses(const PageEntry& entry) const {
  YAGURA_TRY(const auto bytes, frame(entry.uses));
  return read_lists(bytes, directory_.blocks);
}

Result<std::uint32_t> Segment::first_block_of(std::size_t column, std::uint32_t text) const {
  // The last chunk that begins before the text was first used, and in it the last such block.
  std::size_t low = 0, high = directory_.chunks.size();
  while (high - low > 1) {
    const auto middle = (low + high) / 2;
    YAGURA_TRY(const auto table, blocks(middle));
    (table->entries.front().first_texts[column] <= text ? low : high) = middle;
  }
  if (low >= directory_.chunks.size()) return damaged(path_, "blocks are missing");
  YAGURA_TRY(const auto table, blocks(low));
  const auto after = std::ranges::upper_bound(table->entries, text, {},
                                              [&](const BlockEntry& e) { return e.first_texts[column]; });
  if (after == table->entries.begin()) return damaged(path_, "a text that is not there");
  return directory_.chunks[low].first_block + static_cast<std::uint32_t>(after - table->entries.begin() - 1);
}

Result<std::pair<std::string_view, std::shared_ptr<const Texts>>> Segment::value(std::size_t column,
                                                                                 std::uint32_t id) const {
  using Out = std::pair<std::string_view, std::shared_ptr<const Texts>>;
  if (directory_.columns[column].type != FieldType::text) {
    YAGURA_TRY(auto held, names(column));
    if (id >= held->texts.size()) return damaged(path_, "a name that is not there");
    const auto view = held->texts[id];
    return Out(view, std::move(held));
  }
  if (id == 0) return Out();
  YAGURA_TRY(const auto table, pages(column));
  const auto after = std::ranges::upper_bound(table->entries, id, {}, &PageEntry::first_text);
  if (after == table->entries.begin()) return damaged(path_, "a text that is not there");
  const auto at = after - 1;
  YAGURA_TRY(auto held, page(column, *at, static_cast<std::uint32_t>(at - table->entries.begin())));
  if (id - at->first_text >= held->texts.size()) return damaged(path_, "a text that is not there");
  const auto view = held->texts[id - at->first_text];
  return Out(view, std::move(held));
}

Result<GramTable::Pages> Segment::columns_with(std::string_view folded) const {
  static const CommonGrams none;
  std::vector<GramHash> grams;
  grams_of(folded, none, grams);
  if (grams.empty()) return ~GramTable::Pages();
  return eventstore::pages_with(file_, directory_.names, grams);
}

Result<std::optional<std::vector<bool>>> Segment::pages_with(std::size_t column,
                                                             std::string_view folded) const {
  const auto& about = directory_.columns[column];
  YAGURA_TRY(const auto common, shared<CachedCommon>(grams_common, column));
  std::vector<GramHash> grams;
  grams_of(folded, common->grams, grams);
  if (grams.empty()) return std::nullopt;
  std::vector<bool> out;
  out.reserve(about.pages);
  for (const auto& table : about.grams) {
    YAGURA_TRY(const auto with, eventstore::pages_with(file_, table, grams));
    for (std::size_t p = 0; p < table.pages; ++p) out.push_back(with[p]);
  }
  return out;
}

Result<void> Segment::check_grams(std::size_t column) const {
  const auto& about = directory_.columns[column];
  if (about.type != FieldType::text) return eventstore::check_grams(file_, directory_.names);
  for (const auto& table : about.grams) YAGURA_CHECK(eventstore::check_grams(file_, table));
  return {};
}

Result<Totals> Segment::totals() const {
  YAGURA_TRY(const auto bytes, frame(directory_.totals));
  return read_totals(bytes);
}

Result<std::vector<CubeCell>> Segment::read_cube() const {
  YAGURA_TRY(const auto bytes, frame(directory_.cube));
  YAGURA_TRY(auto cells, eventstore::read_cube(bytes));
  if (directory_.count_by.empty()) return cells;
  const auto first = directory_.columns[directory_.count_by.front()].known,
             second = directory_.columns[directory_.count_by.back()].known;
  for (const auto& cell : cells)
    if (cell.a >= first || cell.b >= second) return damaged(path_, "counts");
  return cells;
}

Result<std::shared_ptr<const std::vector<CubeCell>>> Segment::cube() const {
  YAGURA_TRY(auto held, cache_.get<CachedCube>({number_, cube_of, 0}, [&]() -> Result<CachedCube> {
    YAGURA_TRY(auto cells, read_cube());
    return CachedCube{std::move(cells)};
  }));
  const auto* cells = &held->cells;
  return std::shared_ptr<const std::vector<CubeCell>>(std::move(held), cells);
}

Result<Symbols> Segment::piece(const BlockEntry& block, std::size_t which,
                               std::span<const std::uint32_t> contexts) const {
  const auto what = decoder_of + static_cast<std::uint32_t>(which);
  YAGURA_TRY(const auto decoder,
             cache_.get<CachedDecoder>(
                 {number_, what, block.chunk},
                 [&]() -> Result<CachedDecoder> {
                   return CachedDecoder{std::make_unique<const Decoder>((*block.models)[which])};
                 },
                 Cache::decoder));
  std::string bytes;
  YAGURA_CHECK(file_.read(block.offset_of(which), block.pieces[which], bytes));
  return decoder->decoder->take(bytes, block.rows, contexts);
}

void Segment::expect(const BlockEntry& block) const {
  std::uint64_t length = 0;
  for (const auto piece : block.pieces) length += piece;
  file_.expect(block.offset, length);
}

Result<void> Segment::times(const BlockEntry& block, std::vector<std::int64_t>& out) const {
  YAGURA_TRY(const auto column, piece(block, 0, {}));
  return join_times(column, out);
}

Result<void> Segment::days(const BlockEntry& block, std::vector<std::int64_t>& out) const {
  YAGURA_TRY(const auto column, piece(block, 1, {}));
  return join_times(column, out);
}

Result<Order> Segment::order(const BlockEntry& block) const {
  Order out;
  if (directory_.context >= 0)
    YAGURA_CHECK(ids(block, static_cast<std::size_t>(directory_.context), {}, out));
  return out;
}

Result<void> Segment::ids(const BlockEntry& block, std::size_t column, const Order& order,
                          std::vector<std::uint32_t>& out) const {
  const auto& about = directory_.columns[column];
  const auto context = (*block.models)[2 + column].context;
  // The context itself may depend on another, which depends on none.
  Order own;
  if (context >= 0 && static_cast<std::int32_t>(column) == directory_.context) {
    if ((*block.models)[2 + static_cast<std::size_t>(context)].context >= 0 || context == directory_.context)
      return damaged(path_, "contexts of columns");
    YAGURA_CHECK(ids(block, static_cast<std::size_t>(context), {}, own));
  } else if (context >= 0 && context != directory_.context) {
    return damaged(path_, "contexts of columns");
  }
  YAGURA_TRY(const auto held, piece(block, 2 + column, own.empty() ? order : own));
  if (about.type == FieldType::number) return damaged(path_, "contexts of columns");
  if (about.type != FieldType::text) return join_ids(held, about.known, out);
  YAGURA_CHECK(join_texts(held, block.first_texts[column], out));
  for (const auto id : out)
    if (id >= about.known) return damaged(path_, "a text that is not there");
  return {};
}

Result<void> Segment::numbers(const BlockEntry& block, std::size_t column, const Order& order,
                              std::vector<std::int64_t>& out) const {
  if (const auto context = (*block.models)[2 + column].context; context >= 0 && context != directory_.context)
    return damaged(path_, "contexts of columns");
  YAGURA_TRY(const auto held, piece(block, 2 + column, order));
  return join_numbers(held, out);
}

}  // namespace yagura::eventstore
