#include "eventstore/segment_writer.hpp"

#include <algorithm>

#include "eventstore/coding.hpp"
#include "eventstore/fold.hpp"

namespace yagura::eventstore {

namespace {
constexpr std::int64_t hour_us = 3'600'000'000;
std::int64_t hour_of(std::int64_t time) { return time / hour_us - (time % hour_us < 0 ? 1 : 0); }
// An hour (since 1970, from year -100 to 4,000) and two categories in one number.
constexpr unsigned category_bits = 20;
constexpr std::int64_t first_hour = 1 << 23;
}  // namespace

void sort_names(std::vector<std::string>& names) {
  std::vector<std::pair<std::string, std::string>> keyed;
  keyed.reserve(names.size());
  for (auto& name : names) keyed.emplace_back(fold(name), std::move(name));
  std::ranges::sort(keyed);
  const auto gone = std::ranges::unique(keyed);
  keyed.erase(gone.begin(), gone.end());
  names.clear();
  for (auto& [folded, name] : keyed) names.push_back(std::move(name));
}

SegmentWriter::SegmentWriter(OutFile file, const Kind& kind, Options options)
    : file_(std::move(file)), kind_(kind), options_(options) {}

Result<std::unique_ptr<SegmentWriter>> SegmentWriter::create(
    const std::filesystem::path& file, std::string_view contract, const Kind& kind,
    std::vector<std::vector<std::string>> names, const Options& options,
    std::span<const std::shared_ptr<const Learned>> learned) {
  YAGURA_TRY(auto out, OutFile::create(file));
  std::unique_ptr<SegmentWriter> self(new SegmentWriter(std::move(out), kind, options));
  auto& d = self->directory_;
  d.contract = contract;
  d.kind = kind.kind;
  const auto columns = kind.fields.size();
  d.columns.resize(columns);
  for (std::size_t i = 0; i < columns; ++i) {
    d.columns[i].name = kind.fields[i].name;
    d.columns[i].type = kind.fields[i].type;
    d.columns[i].known = static_cast<std::uint32_t>(names[i].size());
  }
  if (const auto at = kind.index_of(kind.context)) d.context = static_cast<std::int32_t>(*at);
  for (const auto& name : kind.count_by)
    d.count_by.push_back(static_cast<std::uint32_t>(*kind.index_of(name)));
  self->names_ = std::move(names);
  self->rows_.ids.resize(columns);
  self->rows_.numbers.resize(columns);
  self->name_uses_.resize(columns);
  self->name_last_.resize(columns);
  for (std::size_t i = 0; i < columns; ++i)
    if (kind.fields[i].type == FieldType::entity)
      self->name_last_[i].assign(self->names_[i].size(), UINT32_MAX);
  self->texts_.resize(columns);
  self->first_texts_.resize(columns, 1);
  for (std::size_t i = 0; i < columns; ++i)
    if (kind.fields[i].type == FieldType::text)
      self->texts_[i].emplace(self->file_, self->options_, learned[i]);
  self->chunk_.emplace(self->file_, d, options.level);
  YAGURA_CHECK(self->file_.append(segment_magic));
  return self;
}

void SegmentWriter::note_uses(std::uint32_t block) {
  for (std::size_t c = 0; c < kind_.fields.size(); ++c) {
    if (kind_.fields[c].type == FieldType::text) {
      for (const auto id : rows_.ids[c]) texts_[c]->note(id, block);
    } else if (kind_.fields[c].type == FieldType::entity) {
      auto& last = name_last_[c];
      for (const auto id : rows_.ids[c])
        if (last[id] != block) {
          last[id] = block;
          name_uses_[c].push_back(std::uint64_t{id} << 32U | block);
        }
    }
  }
}

void SegmentWriter::count_rows() {
  const auto& by = directory_.count_by;
  if (by.empty()) return;
  const auto& a = rows_.ids[by.front()];
  const auto& b = rows_.ids[by.back()];
  // Rows with one key follow one another.
  std::uint64_t key = 0, count = 0;
  std::uint64_t hour = 0, hour_begins = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (const auto time = static_cast<std::uint64_t>(rows_.times[i]);
        i == 0 || time - hour_begins >= hour_us) {
      const auto since = hour_of(rows_.times[i]);
      hour_begins = static_cast<std::uint64_t>(since) * hour_us;
      hour = static_cast<std::uint64_t>(std::clamp(since, -first_hour + 1, first_hour - 1) + first_hour);
    }
    const auto now = hour << (2 * category_bits) | std::uint64_t{a[i]} << category_bits | b[i];
    if (now != key && count > 0) counts_.add(key, std::exchange(count, 0));
    key = now;
    ++count;
  }
  if (count > 0) counts_.add(key, count);
}

Result<void> SegmentWriter::end_block(bool now) {
  const auto rows = rows_.times.size();
  if (rows == 0 || (rows < block_rows && !now)) return {};
  auto& d = directory_;
  note_uses(d.blocks);
  count_rows();
  const auto [first, last] = std::ranges::minmax(rows_.times);
  const auto [first_day, last_day] = std::ranges::minmax(rows_.days);
  if (d.rows == 0) d.first_day = first_day, d.last_day = last_day, d.first_time = first, d.last_time = last;
  d.first_day = std::min(d.first_day, first_day);
  d.last_day = std::max(d.last_day, last_day);
  d.first_time = std::min(d.first_time, first);
  d.last_time = std::max(d.last_time, last);
  BlockEntry entry;
  entry.rows = static_cast<std::uint32_t>(rows);
  entry.first_time = first;
  entry.last_time = last;
  entry.first_texts = first_texts_;
  chunk_->add(rows_, std::move(entry));
  for (std::size_t c = 0; c < texts_.size(); ++c)
    if (texts_[c]) {
      YAGURA_CHECK(texts_[c]->end_block());
      first_texts_[c] = texts_[c]->known();
    }
  d.rows += rows;
  ++d.blocks;
  rows_.clear();
  if (chunk_->blocks() == Chunk::most_blocks) return end_chunk();
  return {};
}

Result<void> SegmentWriter::end_slice() {
  YAGURA_CHECK(end_block(true));
  return end_chunk();
}

Result<void> SegmentWriter::end_chunk() {
  if (chunk_->blocks() == 0) return {};
  YAGURA_TRY(auto chunk, chunk_->end());
  chunk.first_block = directory_.blocks - chunk.blocks;
  directory_.chunks.push_back(chunk);
  return {};
}

Result<void> SegmentWriter::put_names() {
  for (std::size_t c = 0; c < names_.size(); ++c) {
    auto& column = directory_.columns[c];
    if (column.type == FieldType::number || column.type == FieldType::text) continue;
    std::vector<std::string_view> views(names_[c].begin(), names_[c].end());
    YAGURA_TRY(column.names, put(file_, write_texts(views), options_.level));
    if (column.type != FieldType::entity) continue;
    std::ranges::sort(name_uses_[c]);
    std::span<const std::uint64_t> uses(name_uses_[c]);
    std::vector<Place> groups;
    for (std::uint32_t first = 0; first < column.known; first += ids_per_list) {
      const auto count = std::min(ids_per_list, column.known - first);
      YAGURA_TRY(const auto place,
                 put(file_, write_lists(take_uses(uses, first + count), first, count), options_.level));
      groups.push_back(place);
    }
    YAGURA_TRY(column.uses, put(file_, write_places(groups), options_.level));
  }
  return put_name_grams();
}

// A word without a field is asked of every column: most segments need not read their names for it.
Result<void> SegmentWriter::put_name_grams() {
  static const CommonGrams none;
  std::vector<GramHash> grams;
  GramTableBuilder table;
  for (std::size_t c = 0; c < names_.size() && c < GramTable::most_pages; ++c) {
    grams.clear();
    for (const auto& name : names_[c]) grams_of(fold(name), none, grams);
    table.add_page(grams);
  }
  YAGURA_TRY(directory_.names, put(file_, table));
  return {};
}

Result<Directory> SegmentWriter::finish() {
  YAGURA_CHECK(end_slice());
  YAGURA_CHECK(put_names());
  for (std::size_t c = 0; c < texts_.size(); ++c)
    if (texts_[c]) YAGURA_CHECK(texts_[c]->finish(directory_.columns[c]));
  std::vector<CubeCell> cells;
  cells.reserve(counts_.size());
  constexpr auto mask = (1ULL << category_bits) - 1;
  counts_.each([&](std::uint64_t key, std::uint64_t count) {
    cells.push_back({static_cast<std::int64_t>(key >> (2 * category_bits)) - first_hour,
                     static_cast<std::uint32_t>(key >> category_bits & mask),
                     static_cast<std::uint32_t>(key & mask), count});
  });
  std::ranges::sort(cells, {}, [](const CubeCell& c) { return std::tuple(c.hour, c.a, c.b); });
  YAGURA_TRY(directory_.cube, put(file_, write_cube(cells), options_.level));
  auto totals = totals_of(cells);
  const auto& by = directory_.count_by;
  for (std::size_t i = 0; i < totals.names.size(); ++i) {
    std::vector<std::string_view> names;
    if (!by.empty()) {
      const auto& all = names_[i == 0 ? by.front() : by.back()];
      names.assign(all.begin(), all.end());
    }
    totals.names[i] = write_texts(names);
  }
  YAGURA_TRY(directory_.totals, put(file_, write_totals(totals), options_.level));
  YAGURA_TRY(const auto place, put(file_, write_directory(directory_), options_.level));
  std::string trailer;
  put_fixed(trailer, place.offset);
  put_fixed(trailer, place.length);
  trailer += segment_magic;
  YAGURA_CHECK(file_.append(trailer));
  YAGURA_CHECK(file_.sync());
  return std::move(directory_);
}

}  // namespace yagura::eventstore
