#include "eventstore/segment_sources.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "eventstore/fold.hpp"

namespace yagura::eventstore {

namespace {

constexpr std::size_t most_kept = 128, most_bytes_of_pages = 32U << 20;
constexpr std::uint32_t unknown = UINT32_MAX;

std::unexpected<Error> damaged(const Segment& segment, std::string_view what) {
  return fail("eventstore.damaged",
              {{"reason", segment.path().filename().string() + ": " + std::string(what)}});
}

// A number for each value, which is known by two others.
class Numbers {
 public:
  void clear() {
    ++round_;
    used_ = 0;
  }
  // unknown: it has none yet; what is written to it is kept.
  std::uint32_t& of(std::size_t which, std::uint32_t id) {
    if (used_ * 2 >= slots_.size()) grow();
    const auto key = std::uint64_t{which} << 32U | id;
    auto& slot = slots_[find(key)];
    if (slot.round != round_) {
      slot = {key, round_, unknown};
      ++used_;
    }
    return slot.number;
  }

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t round = 0, number = 0;  // of another round: free
  };
  [[nodiscard]] std::size_t find(std::uint64_t key) const {
    const auto mask = slots_.size() - 1;
    auto i = static_cast<std::size_t>(key * 0x9E3779B97F4A7C15ULL >> 32U) & mask;
    while (slots_[i].round == round_ && slots_[i].key != key) i = (i + 1) & mask;
    return i;
  }
  void grow() {
    const auto old = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2));
    for (const auto& slot : old)
      if (slot.round == round_) slots_[find(slot.key)] = slot;
  }
  std::vector<Slot> slots_ = std::vector<Slot>(std::size_t{1} << 14U);
  std::uint32_t round_ = 1;
  std::size_t used_ = 0;
};

// A segment's values as texts.
class Values {
 public:
  Values(std::shared_ptr<const Segment> segment, const Kind& kind) : segment_(std::move(segment)) {
    const auto& columns = segment_->directory().columns;
    fields_.resize(kind.fields.size());
    for (std::size_t f = 0; f < fields_.size(); ++f)
      for (std::size_t c = 0; c < columns.size(); ++c)
        if (columns[c].name == kind.fields[f].name && columns[c].type == kind.fields[f].type)
          fields_[f].column = c;
  }
  [[nodiscard]] const Segment& segment() const { return *segment_; }
  [[nodiscard]] std::optional<std::size_t> column(std::size_t field) const { return fields_[field].column; }

  // Lives until the next.
  Result<std::string_view> text(std::size_t field, std::uint32_t id) {
    auto& at = fields_[field];
    if (segment_->directory().columns[*at.column].type != FieldType::text) {
      YAGURA_TRY(const auto* names, this->names(field));
      if (id >= names->size()) return damaged(*segment_, "a name that is not there");
      return (*names)[id];
    }
    if (id == 0) return std::string_view();
    if (!at.table) {
      YAGURA_TRY(at.table, segment_->pages(*at.column));
    }
    const auto& entries = at.table->entries;
    const auto after = std::ranges::upper_bound(entries, id, {}, &PageEntry::first_text);
    if (after == entries.begin()) return damaged(*segment_, "a text that is not there");
    const auto which = static_cast<std::size_t>(after - 1 - entries.begin());
    at.pages.resize(entries.size());
    if (!at.pages[which]) {
      YAGURA_TRY(auto page, segment_->page(*at.column, entries[which], static_cast<std::uint32_t>(which)));
      if (bytes_ > most_bytes_of_pages) let_go_of_pages();
      bytes_ += page->bytes();
      at.pages.resize(entries.size());
      at.pages[which] = std::move(page);
    }
    const auto& texts = at.pages[which]->texts;
    if (id - entries[which].first_text >= texts.size()) return damaged(*segment_, "a text that is not there");
    return texts[id - entries[which].first_text];
  }
  void let_go_of_pages() {
    for (auto& field : fields_) field.pages.clear();
    bytes_ = 0;
  }
  void let_go_of_names() {
    for (auto& field : fields_) field.names = nullptr;
  }
  Result<const std::vector<std::string_view>*> names(std::size_t field) {
    auto& at = fields_[field];
    if (!at.column) return damaged(*segment_, "no names of sources");
    if (!at.names) {
      YAGURA_TRY(at.names, segment_->names(*at.column));
    }
    return &at.names->texts;
  }

 private:
  struct Field {
    std::optional<std::size_t> column;
    std::shared_ptr<const Texts> names;
    std::shared_ptr<const Segment::Pages> table;
    std::vector<std::shared_ptr<const Texts>> pages;
  };
  const std::shared_ptr<const Segment> segment_;
  std::vector<Field> fields_;
  std::size_t bytes_ = 0;  // of pages
};

// The columns of a block, by field.
struct Columns {
  std::vector<std::int64_t> times, days;
  std::vector<std::vector<std::uint32_t>> ids;
  std::vector<std::vector<std::int64_t>> numbers;
};

// The batch on its way.
class Building {
 public:
  explicit Building(const Kind& kind) : kind_(kind) {}

  void begin() {
    batch_ = {};
    batch_.columns.resize(kind_.fields.size());
    (void)strings_.take();
  }
  void begin_segment() { places_.clear(); }

  // False: they do not fit.
  Result<bool> add(Values& values, const Columns& from, std::span<const std::uint32_t> rows) {
    if (batch_.rows() + rows.size() > Batch::most_rows) return false;
    for (const auto row : rows) batch_.times.push_back(from.times[row]);
    for (const auto row : rows) batch_.days.push_back(from.days[row]);
    for (std::size_t f = 0; f < kind_.fields.size(); ++f) {
      auto& to = batch_.columns[f];
      if (kind_.fields[f].type == FieldType::number) {
        if (values.column(f))
          for (const auto row : rows) to.numbers.push_back(from.numbers[f][row]);
        to.numbers.resize(batch_.rows());
      } else if (values.column(f)) {
        YAGURA_TRY(const auto room, add_texts(values, f, from, rows));
        if (!room) return false;
      } else {
        to.ids.resize(batch_.rows());
      }
    }
    return strings_.bytes() + batch_.rows() * (8 + kind_.fields.size() * 4) < Batch::most_bytes / 2;
  }
  Batch take() {
    auto strings = strings_.take();
    batch_.strings = std::move(strings.strings);
    batch_.held = std::move(strings.held);
    return std::exchange(batch_, {});
  }

 private:
  Result<bool> add_texts(Values& values, std::size_t field, const Columns& from,
                         std::span<const std::uint32_t> rows) {
    const auto& ids = from.ids[field];
    auto& to = batch_.columns[field].ids;
    std::uint32_t last = unknown;  // what stood in the row before stands in most
    Batch::StringId place = 0;
    for (const auto row : rows) {
      if (const auto id = ids[row]; id != last) {
        auto& known = places_.of(field, id);
        if (known == unknown) {
          YAGURA_TRY(const auto text, values.text(field, id));
          known = strings_.place_of(text);
          if (strings_.size() >= Batch::most_strings) return false;
        }
        last = id;
        place = static_cast<Batch::StringId>(known);
      }
      to.push_back(place);
    }
    return true;
  }

  const Kind& kind_;
  Batch batch_;
  BatchStrings strings_;
  Numbers places_;  // of values of the segment, by field and number there
};

// One chunk of a segment, read from front to back.
class ChunkOfSources {
 public:
  ChunkOfSources(Values& values, std::size_t chunk, const Kind& kind)
      : values_(values), chunk_(chunk), kind_(kind), source_(*kind.index_of(kind.source)) {
    columns_.ids.resize(kind.fields.size());
    columns_.numbers.resize(kind.fields.size());
  }

  // Rows of the names from begin on, before end, between two times. False: they do not fit.
  Result<bool> add(std::uint32_t begin, std::uint32_t end, std::int64_t from, std::int64_t to,
                   Building& building) {
    YAGURA_CHECK(go_to(begin));
    for (auto at = block_; at < last_names_.size(); ++at) {
      const auto& block = table_->entries[at];
      if (block.last_time < from || block.first_time >= to) continue;
      YAGURA_CHECK(read_sources(at));
      const auto& names = columns_.ids[source_];
      const auto first = std::ranges::lower_bound(names, begin), last = std::ranges::lower_bound(names, end);
      if (first != last) {
        YAGURA_CHECK(read_others(at));
        rows_.clear();
        for (auto row = first - names.begin(); row < last - names.begin(); ++row)
          if (columns_.times[static_cast<std::size_t>(row)] >= from &&
              columns_.times[static_cast<std::size_t>(row)] < to)
            rows_.push_back(static_cast<std::uint32_t>(row));
        YAGURA_TRY(const auto room, building.add(values_, columns_, rows_));
        if (!room) return false;
      }
      if (last != names.end()) break;
    }
    return true;
  }
  void forget() {
    columns_ = {};
    columns_.ids.resize(kind_.fields.size());
    columns_.numbers.resize(kind_.fields.size());
    read_ = others_read_ = SIZE_MAX;
  }

 private:
  // Blocks before it have nothing of this name or those behind it.
  Result<void> go_to(std::uint32_t begin) {
    if (begin < std::exchange(begin_, begin)) block_ = 0;
    if (!table_) {
      YAGURA_TRY(table_, values_.segment().blocks(chunk_));
      last_names_.assign(table_->entries.size(), unknown);
    }
    for (; block_ < last_names_.size(); ++block_) {
      if (last_names_[block_] == unknown) YAGURA_CHECK(read_sources(block_));
      if (last_names_[block_] >= begin) break;
    }
    return {};
  }

  Result<void> read_sources(std::size_t block) {
    if (read_ == block) return {};
    const auto& entry = table_->entries[block];
    read_ = others_read_ = SIZE_MAX;
    YAGURA_TRY(order_, values_.segment().order(entry));
    auto& names = columns_.ids[source_];
    YAGURA_CHECK(values_.segment().ids(entry, *values_.column(source_), order_, names));
    if (names.empty() || !std::ranges::is_sorted(names))
      return damaged(values_.segment(), "sources out of order");
    last_names_[block] = names.back();
    read_ = block;
    return {};
  }

  Result<void> read_others(std::size_t block) {
    if (others_read_ == block) return {};
    const auto& segment = values_.segment();
    const auto& entry = table_->entries[block];
    YAGURA_CHECK(segment.times(entry, columns_.times));
    YAGURA_CHECK(segment.days(entry, columns_.days));
    for (std::size_t f = 0; f < kind_.fields.size(); ++f) {
      const auto column = values_.column(f);
      if (!column || f == source_) continue;
      if (kind_.fields[f].type == FieldType::number)
        YAGURA_CHECK(segment.numbers(entry, *column, order_, columns_.numbers[f]));
      else
        YAGURA_CHECK(segment.ids(entry, *column, order_, columns_.ids[f]));
    }
    others_read_ = block;
    return {};
  }

  Values& values_;
  const std::size_t chunk_;
  const Kind& kind_;
  const std::size_t source_;
  std::shared_ptr<const Segment::Blocks> table_;
  std::vector<std::uint32_t> last_names_;  // of each block, once it was read
  std::size_t block_ = 0;                  // the first that may have something of what is asked next
  std::uint32_t begin_ = 0;                // the name it was found for
  std::size_t read_ = SIZE_MAX, others_read_ = SIZE_MAX;  // the blocks in columns_: sources; all the others
  Order order_;
  Columns columns_;
  std::vector<std::uint32_t> rows_;
};

class SegmentSources final : public SourceReader {
 public:
  SegmentSources(std::vector<std::shared_ptr<const Segment>> segments, const Kind& kind, std::int64_t from,
                 std::int64_t to, std::shared_ptr<const void> held)
      : held_(std::move(held)), kind_(kind), source_(*kind.index_of(kind.source)) {
    std::size_t chunks = 0;
    for (auto& segment : segments) {
      auto& one = segments_.emplace_back();
      one.values = std::make_unique<Values>(std::move(segment), kind);
      const auto& all = one.values->segment().directory().chunks;
      for (std::size_t c = 0; c < all.size(); ++c)
        if (all[c].last_time >= from && all[c].first_time < to) one.chunks.emplace_back(*one.values, c, kind);
      chunks += one.chunks.size();
    }
    keep_ = chunks <= most_kept;
  }

  Result<std::vector<Batch>> read(std::span<const SourceStretch> stretches) override {
    while (buildings_.size() < stretches.size()) buildings_.emplace_back(kind_);
    for (auto& one : buildings_) one.begin();
    auto fitting = stretches.size();
    for (auto& one : segments_) {
      for (std::size_t i = 0; i < fitting; ++i) {
        YAGURA_TRY(const auto room, add(one, stretches[i], buildings_[i]));
        if (!room) fitting = i;
      }
      one.values->let_go_of_pages();
      if (!keep_) one.values->let_go_of_names();
    }
    std::vector<Batch> out;
    for (std::size_t i = 0; i < fitting; ++i) out.push_back(buildings_[i].take());
    return out;
  }

 private:
  struct OfSegment {
    std::unique_ptr<Values> values;
    std::vector<ChunkOfSources> chunks;
  };
  Result<bool> add(OfSegment& segment, const SourceStretch& stretch, Building& building) const {
    YAGURA_TRY(const auto begin, stretch.after ? name_after(*segment.values, *stretch.after) : 0U);
    YAGURA_TRY(const auto end, name_after(*segment.values, stretch.last));
    if (begin >= end) return true;
    building.begin_segment();
    for (auto& chunk : segment.chunks) {
      YAGURA_TRY(const auto room, chunk.add(begin, end, stretch.from, stretch.to, building));
      if (!keep_) chunk.forget();
      if (!room) return false;
    }
    return true;
  }
  // The first name whose folded form comes after this one.
  [[nodiscard]] Result<std::uint32_t> name_after(Values& values, std::string_view folded) const {
    YAGURA_TRY(const auto* names, values.names(source_));
    const auto at =
        std::ranges::upper_bound(*names, folded, {}, [](std::string_view name) { return fold(name); });
    return static_cast<std::uint32_t>(at - names->begin());
  }

  const std::shared_ptr<const void> held_;
  const Kind& kind_;
  const std::size_t source_;
  std::vector<OfSegment> segments_;
  std::vector<Building> buildings_;
  bool keep_ = true;
};

}  // namespace

std::unique_ptr<SourceReader> source_reader_of(std::vector<std::shared_ptr<const Segment>> segments,
                                               const Kind& kind, std::int64_t from, std::int64_t to,
                                               std::shared_ptr<const void> held) {
  return std::make_unique<SegmentSources>(std::move(segments), kind, from, to, std::move(held));
}

}  // namespace yagura::eventstore
