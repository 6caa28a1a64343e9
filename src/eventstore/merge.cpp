#include "eventstore/merge.hpp"

#include <algorithm>
#include <queue>
#include <unordered_map>

#include "eventstore/flush.hpp"
#include "eventstore/segment_writer.hpp"

namespace yagura::eventstore {

namespace {

using Columns = std::vector<std::optional<std::size_t>>;  // of each field of the kind

Columns columns_of(const Segment& segment, const Kind& kind) {
  const auto& columns = segment.directory().columns;
  Columns out(kind.fields.size());
  for (std::size_t f = 0; f < kind.fields.size(); ++f)
    for (std::size_t c = 0; c < columns.size(); ++c)
      if (columns[c].name == kind.fields[f].name && columns[c].type == kind.fields[f].type) out[f] = c;
  return out;
}

bool is_name(FieldType type) { return type == FieldType::entity || type == FieldType::category; }

// Damage that is passed over is told once.
Result<void> pass_over(const MergeOptions& options, const Error& error) {
  if (!options.damage || error.code != "eventstore.damaged") return std::unexpected(error);
  if (const std::string reason(error.arg("reason"));
      std::ranges::find(*options.damage, reason) == options.damage->end())
    options.damage->push_back(reason);
  return {};
}

// Reads one segment from front to back, a block at a time.
class Source {
 public:
  Source(std::shared_ptr<const Segment> segment, const Kind& kind, const MergeOptions& options,
         std::size_t number)
      : segment_(std::move(segment)),
        kind_(kind),
        options_(options),
        number_(number),
        columns_(columns_of(*segment_, kind)) {
    ids_.resize(kind.fields.size());
    numbers_.resize(kind.fields.size());
    texts_.resize(kind.fields.size());
  }

  // Which place in the new names each of the segment's has.
  Result<void> map_names(std::span<const std::unordered_map<std::string_view, std::uint32_t>> places) {
    names_.resize(columns_.size());
    for (std::size_t f = 0; f < columns_.size(); ++f) {
      if (!is_name(kind_.fields[f].type)) continue;
      if (!columns_[f]) {
        names_[f].assign(1, places[f].at(""));
        continue;
      }
      YAGURA_TRY(const auto names, segment_->names(*columns_[f]));
      for (const auto name : names->texts) names_[f].push_back(places[f].at(name));
    }
    source_ = *kind_.index_of(kind_.source);
    return {};
  }

  // Goes to the next row; false at the end.
  Result<bool> next() {
    ++row_;
    while (row_ >= times_.size()) {
      row_ = 0;
      times_.clear();
      YAGURA_TRY(const auto more, next_block());
      if (!more) return false;
    }
    return true;
  }
  [[nodiscard]] std::uint32_t source() const { return name(source_); }
  [[nodiscard]] std::int64_t time() const { return times_[row_]; }
  // Order of rows within a slice.
  [[nodiscard]] auto key() const { return std::tuple(source(), time(), number_); }

  // The row stands in the writer afterwards; not when it cannot be read and that is to be passed over.
  Result<bool> give(SegmentWriter& to) {
    for (std::size_t f = 0; f < columns_.size(); ++f) {
      if (kind_.fields[f].type != FieldType::text) continue;
      auto text = text_number(to, f);
      if (!text) {
        YAGURA_CHECK(pass_over(options_, text.error()));
        return false;
      }
      given_[f] = *text;
    }
    auto& rows = to.rows();
    rows.times.push_back(times_[row_]);
    rows.days.push_back(days_[row_]);
    for (std::size_t f = 0; f < columns_.size(); ++f) switch (kind_.fields[f].type) {
        case FieldType::number:
          rows.numbers[f].push_back(columns_[f] ? numbers_[f][row_] : 0);
          break;
        case FieldType::text:
          rows.ids[f].push_back(given_[f]);
          break;
        case FieldType::entity:
        case FieldType::category:
          rows.ids[f].push_back(name(f));
      }
    return true;
  }

 private:
  [[nodiscard]] std::uint32_t name(std::size_t f) const { return names_[f][columns_[f] ? ids_[f][row_] : 0]; }

  Result<std::uint32_t> text_number(SegmentWriter& to, std::size_t f) {
    if (!columns_[f]) return 0U;
    const auto id = ids_[f][row_];
    auto& known = texts_[f];
    if (known.empty()) known.assign(segment_->directory().columns[*columns_[f]].known, UINT32_MAX);
    if (id >= known.size())
      return fail("eventstore.damaged",
                  {{"reason", segment_->path().filename().string() + ": a text that is not there"}});
    if (known[id] == UINT32_MAX) {
      YAGURA_TRY(const auto value, segment_->value(*columns_[f], id));
      known[id] = to.text(f, value.first);
    }
    return known[id];
  }

  Result<bool> next_block() {
    const auto& chunks = segment_->directory().chunks;
    for (;;) {
      if (!chunk_ || in_chunk_ >= chunk_->entries.size()) {
        if (next_chunk_ == chunks.size()) return false;
        chunk_ = nullptr;
        in_chunk_ = 0;
        auto read = segment_->blocks(next_chunk_++);
        if (!read) {
          YAGURA_CHECK(pass_over(options_, read.error()));
          continue;
        }
        chunk_ = *std::move(read);
        continue;
      }
      const auto read = read_block(chunk_->entries[in_chunk_++]);
      if (read) return true;
      times_.clear();
      YAGURA_CHECK(pass_over(options_, read.error()));
    }
  }

  Result<void> read_block(const BlockEntry& block) {
    if (options_.meanwhile) YAGURA_CHECK(options_.meanwhile());
    YAGURA_CHECK(segment_->times(block, times_));
    YAGURA_CHECK(segment_->days(block, days_));
    YAGURA_TRY(const auto order, segment_->order(block));
    for (std::size_t f = 0; f < columns_.size(); ++f) {
      if (!columns_[f]) continue;
      if (kind_.fields[f].type == FieldType::number) {
        YAGURA_CHECK(segment_->numbers(block, *columns_[f], order, numbers_[f]));
      } else {
        YAGURA_CHECK(segment_->ids(block, *columns_[f], order, ids_[f]));
        if (!is_name(kind_.fields[f].type)) continue;
        for (const auto id : ids_[f])
          if (id >= names_[f].size())
            return fail("eventstore.damaged",
                        {{"reason", segment_->path().filename().string() + ": a name that is not there"}});
      }
    }
    given_.resize(columns_.size());
    return {};
  }

  const std::shared_ptr<const Segment> segment_;
  const Kind& kind_;
  const MergeOptions& options_;
  const std::size_t number_;
  const Columns columns_;
  std::size_t source_ = 0;
  std::vector<std::vector<std::uint32_t>> names_,
      texts_;  // by field: from the segment's numbers to the new ones
  std::shared_ptr<const Segment::Blocks> chunk_;
  std::size_t next_chunk_ = 0, in_chunk_ = 0, row_ = SIZE_MAX - 1;
  std::vector<std::int64_t> times_, days_;
  std::vector<std::vector<std::uint32_t>> ids_;
  std::vector<std::vector<std::int64_t>> numbers_;
  std::vector<std::uint32_t> given_;
};

class Merge {
 public:
  Merge(std::span<const std::shared_ptr<const Segment>> inputs, const Kind& kind, const MergeOptions& options)
      : inputs_(inputs), kind_(kind), options_(options) {}

  Result<std::optional<Directory>> run(const std::filesystem::path& file) {
    YAGURA_TRY(auto names, all_names());
    std::vector<std::unordered_map<std::string_view, std::uint32_t>> places(names.size());
    for (std::size_t f = 0; f < names.size(); ++f)
      for (std::uint32_t i = 0; i < names[f].size(); ++i) places[f].emplace(names[f][i], i);
    YAGURA_TRY(const auto learned, learn_texts());
    // The writer takes names of its own: the places refer to these.
    YAGURA_TRY(writer_, SegmentWriter::create(file, inputs_.front()->directory().contract, kind_, names,
                                              options_.segment, learned));
    for (std::size_t begin = 0; begin < inputs_.size();) {
      auto end = begin;
      std::uint64_t rows = 0;
      do rows += inputs_[end++]->directory().rows;
      while (end < inputs_.size() &&
             rows + inputs_[end]->directory().rows <= static_cast<std::uint64_t>(options_.slice_rows));
      std::vector<std::unique_ptr<Source>> sources;
      for (auto i = begin; i < end; ++i) {
        auto source = std::make_unique<Source>(inputs_[i], kind_, options_, i);
        YAGURA_CHECK(source->map_names(places));
        sources.push_back(std::move(source));
      }
      YAGURA_CHECK(slice(sources));
      YAGURA_CHECK(writer_->end_slice());
      begin = end;
    }
    if (options_.rows_lost)
      for (const auto& one : inputs_) *options_.rows_lost += static_cast<std::int64_t>(one->directory().rows);
    if (options_.rows_lost) *options_.rows_lost -= rows_;
    if (rows_ == 0) return std::nullopt;
    YAGURA_TRY(auto directory, writer_->finish());
    return directory;
  }

 private:
  Result<std::vector<std::vector<std::string>>> all_names() {
    std::vector<std::vector<std::string>> out(kind_.fields.size());
    for (std::size_t f = 0; f < out.size(); ++f) {
      if (!is_name(kind_.fields[f].type)) continue;
      for (const auto& input : inputs_) {
        const auto column = columns_of(*input, kind_)[f];
        if (!column) {
          out[f].emplace_back();
          continue;
        }
        YAGURA_TRY(const auto names, input->names(*column));
        for (const auto name : names->texts) out[f].emplace_back(name);
      }
      sort_names(out[f]);
    }
    return out;
  }

  // From pages that are spread evenly over all segments, where nothing is known.
  Result<LearnedOf> learn_texts() {
    auto out = options_.learned;
    out.resize(kind_.fields.size());
    for (std::size_t f = 0; f < out.size(); ++f) {
      if (kind_.fields[f].type != FieldType::text || out[f]) continue;
      if (options_.meanwhile) YAGURA_CHECK(options_.meanwhile());
      std::vector<std::tuple<const Segment*, std::size_t, std::uint32_t>> all;
      for (const auto& input : inputs_)
        if (const auto column = columns_of(*input, kind_)[f])
          for (std::uint32_t p = 0; p < input->directory().columns[*column].pages; ++p)
            all.emplace_back(input.get(), *column, p);
      std::vector<std::shared_ptr<const Texts>> held;
      std::vector<std::string_view> sample;
      const auto step = std::max<std::size_t>(1, all.size() / options_.segment.pages_to_learn_from);
      for (std::size_t i = 0; i < all.size(); i += step) {
        const auto [segment, column, p] = all[i];
        const auto table = segment->pages(column);
        auto page = table ? segment->page(column, (*table)->entries[p], p) : std::unexpected(table.error());
        if (!page) {
          YAGURA_CHECK(pass_over(options_, page.error()));
          continue;
        }
        sample.insert(sample.end(), (*page)->texts.begin(), (*page)->texts.end());
        held.push_back(*std::move(page));
      }
      out[f] = learn(sample, options_.segment);
    }
    return out;
  }

  Result<void> slice(std::span<const std::unique_ptr<Source>> sources) {
    const auto later = [](const Source* a, const Source* b) { return a->key() > b->key(); };
    std::priority_queue<Source*, std::vector<Source*>, decltype(later)> waiting(later);
    for (const auto& one : sources) {
      YAGURA_TRY(const auto any, one->next());
      if (any) waiting.push(one.get());
    }
    std::uint32_t last = 0;
    while (!waiting.empty()) {
      auto* const at = waiting.top();
      waiting.pop();
      // As long as no other comes before it, the same one goes on.
      for (;;) {
        // A segment of several slices begins its next.
        if (at->source() < last) YAGURA_CHECK(writer_->end_slice());
        last = at->source();
        YAGURA_TRY(const auto given, at->give(*writer_));
        rows_ += given ? 1 : 0;
        YAGURA_CHECK(writer_->end_block());
        YAGURA_TRY(const auto more, at->next());
        if (!more) break;
        if (!waiting.empty() && later(at, waiting.top())) {
          waiting.push(at);
          break;
        }
      }
    }
    return {};
  }

  const std::span<const std::shared_ptr<const Segment>> inputs_;
  const Kind& kind_;
  const MergeOptions& options_;
  std::unique_ptr<SegmentWriter> writer_;
  std::int64_t rows_ = 0;
};

}  // namespace

Result<std::optional<Directory>> merge_segments(std::span<const std::shared_ptr<const Segment>> inputs,
                                                const Kind& kind, const std::filesystem::path& file,
                                                const MergeOptions& options) {
  return Merge(inputs, kind, options).run(file);
}

}  // namespace yagura::eventstore
